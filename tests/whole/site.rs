//! The pages of the nation's things: each says what the API says, in the API's order; what is not
//! there is told with what may be meant; and nothing that a region writes becomes more than text.

use std::collections::{BTreeSet, VecDeque};

use anyhow::{Context, Result, ensure};
use folkmoot_domain::{CaseStudyId, EntityKind, GlobalId, RegionId};
use folkmoot_testkit::{Manner, RegionService, meetup_item};
use folkmoot_tests::{Gateway, Outcome, Readings, folkmoot};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

mod lists;

async fn page(gateway: &Gateway, path: &str) -> Result<(StatusCode, String)> {
    let answer = gateway.request(Method::GET, path).header("accept", "text/html").send().await?;
    Ok((answer.status(), answer.text().await?))
}

async fn good(gateway: &Gateway, path: &str) -> Result<String> {
    let (status, text) = page(gateway, path).await?;
    ensure!(status == StatusCode::OK, "{path}: {status}");
    Ok(text)
}

/// A text as it stands in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Where the links of a page lead, in their order.
fn links(html: &str) -> Vec<String> {
    let after = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    after.map(|address| address.replace("&amp;", "&")).collect()
}

fn strings<'v>(nodes: &'v Value, field: &str) -> Vec<&'v str> {
    let nodes = nodes.as_array().map(Vec::as_slice).unwrap_or_default();
    nodes.iter().filter_map(|node| node[field].as_str()).collect()
}

fn path_of<'u>(gateway: &Gateway, url: &'u str) -> &'u str {
    url.strip_prefix(gateway.address.as_str()).unwrap_or(url)
}

#[tokio::test]
async fn every_page_names_what_the_api_names() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let data = gateway
        .data(
            "{ regions { name url groups { name url members(first: 500) { nodes { name } } }
                 caseStudies(first: 5) { nodes { title } } }
               council(ref: \"camden\") { officialName url groups { name } }
               old: council(ref: \"taunton-deane\") { url currentSuccessors { name } }
               standards { title points { title url counterparts { title } } }
               caseStudies(first: 3) { nodes { title summary url council { name } } }
               serviceAssessments(first: 3) { nodes { service because url points { advice } } }
               point(ref: \"agile\") { url offers(first: 3) { nodes { id note council { name } } }
                 rubric { meaning } } }",
            json!({}),
        )
        .await?;
    let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
    let mut expect = |of: &Value, names: Vec<Vec<&Value>>| {
        let url = of.as_str().unwrap_or_default();
        let names = names.concat().into_iter();
        let names = names.map(|name| name.as_str().unwrap_or("no text at all").to_owned());
        wanted.push((path_of(&gateway, url).to_owned(), names.collect()));
    };
    let regions = data["regions"].as_array().context("regions")?;
    for region in regions {
        let groups = region["groups"].as_array().context("groups")?;
        let studies = region["caseStudies"]["nodes"].as_array().context("case studies")?;
        expect(
            &region["url"],
            vec![
                vec![&region["name"]],
                groups.iter().map(|group| &group["name"]).collect(),
                studies.iter().map(|study| &study["title"]).collect(),
            ],
        );
        for group in groups {
            let members = group["members"]["nodes"].as_array().context("members")?;
            let members = members.iter().map(|council| &council["name"]).collect();
            expect(&group["url"], vec![vec![&group["name"], &region["name"]], members]);
        }
    }
    let (council, old) = (&data["council"], &data["old"]);
    expect(&council["url"], vec![vec![&council["officialName"], &council["groups"][0]["name"]]]);
    expect(&old["url"], vec![vec![&old["currentSuccessors"][0]["name"]]]);
    for standard in data["standards"].as_array().context("standards")? {
        for point in standard["points"].as_array().context("points")? {
            let others = point["counterparts"].as_array().context("counterparts")?;
            let others = others.iter().map(|other| &other["title"]).collect();
            expect(&point["url"], vec![vec![&point["title"], &standard["title"]], others]);
        }
    }
    for study in data["caseStudies"]["nodes"].as_array().context("case studies")? {
        expect(
            &study["url"],
            vec![vec![&study["title"], &study["summary"], &study["council"]["name"]]],
        );
    }
    for one in data["serviceAssessments"]["nodes"].as_array().context("assessments")? {
        let points = one["points"].as_array().context("points")?;
        let advice = points.iter().map(|point| &point["advice"]).filter(|it| !it.is_null());
        expect(&one["url"], vec![vec![&one["service"], &one["because"]], advice.collect()]);
    }
    let point = &data["point"];
    let rubric = point["rubric"].as_array().context("a rubric")?;
    expect(&point["url"], vec![rubric.iter().map(|level| &level["meaning"]).collect()]);
    for offer in point["offers"]["nodes"].as_array().context("offers")? {
        let path = format!("/offers/{}", offer["id"].as_str().context("an id")?);
        let said = good(&gateway, &path).await?;
        for name in [&offer["note"], &offer["council"]["name"]] {
            let name = name.as_str().context("a text")?;
            ensure!(said.contains(&escaped(name)), "{path} lacks {name}");
        }
    }
    ensure!(wanted.len() > 40, "too little was looked at: {}", wanted.len());
    for (path, names) in wanted {
        let said = good(&gateway, &path).await?;
        ensure!(said.contains("rel=\"canonical\"") && said.contains("og:title"), "{path}");
        for name in names {
            ensure!(said.contains(&escaped(&name)), "{path} lacks {name}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_told_with_what_may_be_meant() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (path, meant) in [
        ("/regions/lodnon", "/regions/london"),
        ("/groups/lodnon", "/groups/london"),
        ("/councils/kamden", "/councils/camden"),
        ("/points/agil", "/points/agile"),
        ("/standards/lgdss", "/standards/lgdss-2016"),
    ] {
        let (status, said) = page(&gateway, path).await?;
        ensure!(status == StatusCode::NOT_FOUND, "{path}: {status}");
        ensure!(links(&said).iter().any(|link| link == meant), "{path} does not lead to {meant}");
        good(&gateway, meant).await?;
    }
    for path in [
        "/case-studies/none",
        "/offers/none",
        "/assessments/none",
        "/nowhere",
        "/points/lgdss-2016/99",
    ] {
        let (status, said) = page(&gateway, path).await?;
        ensure!(status == StatusCode::NOT_FOUND, "{path}: {status}");
        ensure!(said.contains("There is no such page"), "{path}: {said}");
    }
    let plain = gateway.request(Method::GET, "/nowhere").send().await?;
    ensure!(plain.status() == StatusCode::NOT_FOUND);
    ensure!(!plain.text().await?.contains("<html"), "programs get a line");
    for path in ["/councils?regoin=london", "/case-studies?after=abc", "/assessments?region=lodnon"]
    {
        let (status, _) = page(&gateway, path).await?;
        ensure!(status == StatusCode::BAD_REQUEST, "{path}: {status}");
    }
    Ok(())
}

#[tokio::test]
async fn a_global_id_leads_to_the_address_with_the_name() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let data = gateway
        .data(
            "{ council(ref: \"camden\") { id url } region(ref: \"london\") { id url }
               peerGroup(ref: \"london\") { id url } point(ref: \"agile\") { id url } }",
            json!({}),
        )
        .await?;
    let client = folkmoot_tests::client().redirect(reqwest::redirect::Policy::none()).build()?;
    let places = [
        ("council", "councils"),
        ("region", "regions"),
        ("peerGroup", "groups"),
        ("point", "points"),
    ];
    for (field, place) in places {
        let id = data[field]["id"].as_str().context("an id")?;
        let answer = client.get(format!("{}/{place}/{id}", gateway.address)).send().await?;
        ensure!(answer.status() == StatusCode::SEE_OTHER, "{place}: {}", answer.status());
        let target = answer.headers()["location"].to_str()?;
        ensure!(target == path_of(&gateway, data[field]["url"].as_str().unwrap_or_default()));
    }
    // Of another Folkmoot, or gone.
    let (status, _) = page(&gateway, "/councils/AgAAAAAAAAAAAAAAAAAAAAA").await?;
    ensure!(status == StatusCode::NOT_FOUND, "{status}");
    Ok(())
}

#[tokio::test]
async fn who_looks_for_a_council_that_is_no_more_finds_what_came_after_it() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let found = good(&gateway, "/councils?search=Taunton").await?;
    ensure!(found.contains("Taunton Deane") && found.contains("Somerset"), "{found}");
    let old = good(&gateway, "/councils/taunton-deane").await?;
    ensure!(old.contains("was abolished on 1 April 2019"), "{old}");
    let somerset = gateway.data("{ council(ref: \"somerset\") { url } }", json!({})).await?;
    let somerset = somerset["council"]["url"].as_str().context("an address")?;
    ensure!(links(&old).iter().any(|link| link == path_of(&gateway, somerset)));
    Ok(())
}

#[tokio::test]
async fn the_search_page_lists_what_the_api_finds() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let data = gateway
        .data("{ search(text: \"agile\", first: 100) { nodes { url } } }", json!({}))
        .await?;
    let wanted: Vec<_> = strings(&data["search"]["nodes"], "url")
        .into_iter()
        .map(|url| path_of(&gateway, url).to_owned())
        .collect();
    ensure!(wanted.len() > 10);
    let said = good(&gateway, "/search?q=agile").await?;
    let list = said.split("<ul class=\"folk-list\"").nth(1).context("a list")?;
    let found = links(list.split("</ul>").next().unwrap_or_default());
    ensure!(found == wanted, "{found:?}");
    let hostile = good(&gateway, "/search?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").await?;
    ensure!(!hostile.contains("<script>alert"), "{hostile}");
    ensure!(good(&gateway, "/search?q=").await?.contains("name=\"q\""));
    Ok(())
}

#[tokio::test]
async fn what_regions_write_stays_text_on_every_page() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__DATABASE__POLL_SECONDS", "0.2")]).await?;
    let sheet = std::env::temp_dir().join(format!("hostile-{}.csv", gateway.process_id()));
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
    // Of today by the gateway's clock, so that they come first in their lists.
    let data = gateway.data("{ sources { asOf } }", json!({})).await?;
    let as_of = data["sources"][0]["asOf"].as_str().context("an instant")?;
    let today = as_of.get(..10).context("a day")?;
    let imported = |kind: &str, rows: String| {
        std::fs::write(&sheet, rows)?;
        let mut import = folkmoot();
        import.args(["import", kind, "--region", "london"]).arg(&sheet);
        let outcome = Outcome::of(import.args(["--database", &gateway.database]));
        ensure!(outcome.is_success, "{outcome:?}");
        anyhow::Ok(())
    };
    imported(
        "case-studies",
        format!(
            "key,council,title,summary,points,published_on,link\n\
             x1,camden,Hostile {hostile},Hostile {hostile},agile,{today},https://example.org/x\n"
        ),
    )?;
    imported(
        "offers",
        format!(
            "key,council,kind,point,remote,note,ask_url,offered_on\nx2,camden,advise,agile,yes,Hostile {hostile},https://example.org/ask,{today}\n"
        ),
    )?;
    let query = "{ caseStudies(council: \"camden\", first: 1) { nodes { title url } }
        council(ref: \"camden\") { offers(first: 1) { nodes { id note } } } }";
    let has_both = |data: &Value| data.to_string().matches("Hostile").count() == 2;
    let data = gateway.data_until(query, has_both).await?;
    let study = data["caseStudies"]["nodes"][0]["url"].as_str().context("an address")?;
    let offer = data["council"]["offers"]["nodes"][0]["id"].as_str().context("an id")?;
    for path in [
        path_of(&gateway, study),
        &format!("/offers/{offer}"),
        "/case-studies",
        "/councils/camden",
        "/regions/london",
        "/points/agile",
        "/search?q=Hostile",
    ] {
        let said = good(&gateway, path).await?;
        ensure!(said.contains("Hostile"), "{path} does not show it");
        // The page's own: its script, and facts that end where they should.
        let scripts = said.matches("<script").count();
        ensure!(scripts == said.matches("</script>").count(), "{path}");
        ensure!(!said.contains("<script>") && !said.contains("<img"), "{path}: {said}");
    }
    Ok(())
}

#[tokio::test]
async fn no_link_leads_nowhere_and_no_page_sets_a_cookie() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    // Of each kind of address so many: the demo has hundreds of some.
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    let mut pages = 0;
    while let Some(path) = waiting.pop_front() {
        let asked = gateway.request(Method::GET, &path).header("accept", "text/html,*/*");
        let answer = asked.send().await.with_context(|| path.clone())?;
        let status = answer.status();
        ensure!(status.is_success(), "{path}: {status}");
        ensure!(answer.headers().get("set-cookie").is_none(), "{path} sets a cookie");
        let policy = answer.headers().get("content-security-policy");
        ensure!(
            policy
                .is_some_and(|it| it.to_str().is_ok_and(|it| it.starts_with("default-src 'none'"))),
            "{path}"
        );
        let kind = answer.headers().get("content-type").and_then(|it| it.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("text/html"))
            || path.starts_with("/playground")
        {
            continue;
        }
        let said = answer.text().await?;
        pages += 1;
        ensure!(
            !said.contains(" style=\"") && !said.contains("<style"),
            "{path} has a style of its own"
        );
        for link in links(&said) {
            let link = path_of(&gateway, &link).split('#').next().unwrap_or_default().to_owned();
            let place = link.split('?').next().unwrap_or_default().to_owned();
            if !link.starts_with('/') {
                continue;
            }
            let kind = place.split('/').nth(1).unwrap_or_default().to_owned();
            let many = kinds.entry(kind).or_default();
            if *many < 12 && seen.insert(link.clone()) {
                *many += 1;
                waiting.push_back(link);
            }
        }
    }
    ensure!(pages > 60, "too few pages: {pages} of {kinds:?}");
    Ok(())
}

#[tokio::test]
async fn a_region_that_is_away_keeps_its_page_and_its_things_are_told_unreachable() -> Result<()> {
    let gateway = Gateway::demo_with(&[
        ("FOLKMOOT__DATABASE__POLL_SECONDS", "0.2"),
        ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
    ])
    .await?;
    let starts = "2031-02-01T18:30:00Z".parse()?;
    let service =
        RegionService::start("kent").with_rows("Meetup", [meetup_item("kent", 1, starts)]);
    service.answer(Manner::Closes);
    let mut add = folkmoot();
    add.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");
    add.args(["region", "add", "kent", "--name", "Kent", "--active", "--unchecked", "--live"]);
    let outcome = Outcome::of(add.args([&service.address, "--database", &gateway.database]));
    ensure!(outcome.is_success, "{outcome:?}");
    let knows = |data: &Value| data["regions"].to_string().contains("kent");
    gateway.data_until("{ regions { code } }", knows).await?;
    let said = good(&gateway, "/regions/kent").await?;
    ensure!(said.contains("Missing") && said.contains("cannot be shown just now"), "{said}");
    let start = good(&gateway, "/").await?;
    ensure!(start.contains("5 of 6 regions are up to date."), "{start}");
    ensure!(good(&gateway, "/regions").await?.contains("Missing"));

    let kent = gateway.data("{ region(ref: \"kent\") { id } }", json!({})).await?;
    let kent: GlobalId = kent["region"]["id"].as_str().context("an id")?.parse()?;
    let study = CaseStudyId::derived("x");
    let study = GlobalId::regional(EntityKind::CaseStudy, RegionId(kent.key()), study);
    let (status, said) = page(&gateway, &format!("/case-studies/{study}")).await?;
    ensure!(status == StatusCode::SERVICE_UNAVAILABLE, "{status}");
    ensure!(said.contains("This cannot be shown just now"), "{said}");
    // Those who measure can tell it from what the gateway fails itself.
    let measured = gateway.request(Method::GET, "/metrics").send().await?.text().await?;
    let of_region = [("http_response_status_code", "503"), ("error_type", "OWNER_UNREACHABLE")];
    let failed = Readings::of(&measured)?;
    let failed = failed.sum("http_server_request_duration_seconds_count", &of_region);
    ensure!(failed == Some(1.0), "{failed:?}");
    Ok(())
}
