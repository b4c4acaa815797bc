//! Meet-ups outside the API: calendars, feeds, embeds and pages say what the API says, for ever by
//! the same ids, and tell "none" from "no such thing".

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn text(gateway: &Gateway, path: &str) -> Result<String> {
    let answer = gateway.request(Method::GET, path).send().await?;
    ensure!(answer.status() == StatusCode::OK, "{path}: {}", answer.status());
    Ok(answer.text().await?)
}

async fn upcoming(gateway: &Gateway, region: &str, first: usize) -> Result<Vec<Value>> {
    let query =
        "query($region: RegionRef!, $first: Int!) { meetups(region: $region, first: $first) {
        nodes { id title starts startsAt status url icsUrl revision } } }";
    let data = gateway.data(query, json!({ "region": region, "first": first })).await?;
    Ok(data["meetups"]["nodes"].as_array().context("nodes")?.clone())
}

/// A calendar's lines, unfolded.
fn lines(calendar: &str) -> Vec<String> {
    calendar.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn every_form_of_a_list_holds_the_same_meetups_in_the_same_order() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let wanted = upcoming(&gateway, "london", 5).await?;
    let ids: Vec<_> = wanted.iter().filter_map(|one| one["id"].as_str()).collect();
    ensure!(ids.len() == 5, "the demo has as many");

    let feed: Value = serde_json::from_str(&text(&gateway, "/feeds/london.json?limit=5").await?)?;
    let in_feed: Vec<_> = feed["items"].as_array().context("items")?.iter().collect();
    ensure!(in_feed.iter().map(|one| one["id"].as_str()).eq(ids.iter().map(|id| Some(*id))));

    let embed = text(&gateway, "/embed/meetups.json?region=london&limit=5").await?;
    let embed: Value = serde_json::from_str(&embed)?;
    let shown = embed["meetups"].as_array().context("meetups")?;
    ensure!(shown.iter().map(|one| one["id"].as_str()).eq(ids.iter().map(|id| Some(*id))));
    ensure!(shown.iter().zip(&wanted).all(|(one, other)| one["starts"] == other["starts"]));

    for path in [
        "/feeds/london.rss?limit=5",
        "/feeds/london.atom?limit=5",
        "/meetups?region=london&limit=5",
        "/embed/meetups?region=london&limit=5",
        "/feeds/london.csv?limit=5",
    ] {
        let said = text(&gateway, path).await?;
        let places: Vec<_> = wanted
            .iter()
            .map(|one| {
                said.find(one["url"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or("-"))
            })
            .collect();
        ensure!(places.iter().all(Option::is_some), "{path} lacks one: {said}");
        ensure!(places.is_sorted(), "{path} has another order");
    }

    let calendar = text(&gateway, "/calendar/london.ics").await?;
    for one in &wanted {
        let id = one["id"].as_str().context("an id")?;
        ensure!(lines(&calendar).contains(&format!("UID:{id}")), "{id} is not in the calendar");
    }
    Ok(())
}

#[tokio::test]
async fn calendars_are_as_the_standard_says() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let calendar = text(&gateway, "/calendar/all.ics").await?;
    ensure!(calendar.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "folding");
    let said = lines(&calendar);
    let count = |line: &str| said.iter().filter(|one| *one == line).count();
    ensure!(count("BEGIN:VTIMEZONE") == 1 && count("END:VCALENDAR") == 1);
    let events = count("BEGIN:VEVENT");
    ensure!(events > 20 && events == count("END:VEVENT"), "{events} events");
    for name in ["UID:", "DTSTAMP:", "SEQUENCE:", "LAST-MODIFIED:", "SUMMARY:"] {
        let number = said.iter().filter(|line| line.starts_with(name)).count();
        ensure!(number == events, "{number} of {events} have {name}");
    }
    let of_england = said.iter().filter(|line| line.starts_with("DTSTART;TZID=Europe/London:"));
    ensure!(of_england.count() == events, "they keep the wall clock of England");

    let one = upcoming(&gateway, "london", 1).await?.remove(0);
    let path = one["icsUrl"].as_str().context("an address")?.replace(&gateway.address, "");
    let single = text(&gateway, &path).await?;
    ensure!(single.matches("BEGIN:VEVENT").count() == 1);
    ensure!(lines(&single).contains(&format!("UID:{}", one["id"].as_str().unwrap_or_default())));
    Ok(())
}

#[tokio::test]
async fn a_cancelled_meetup_stays_everywhere_and_says_so() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__DATABASE__POLL_SECONDS", "0.2")]).await?;
    let sheet = std::env::temp_dir().join(format!("cancelled-{}.csv", gateway.process_id()));
    let rows = |status: &str, title: &str| {
        format!(
            "key,title,date,start_time,end_time,status,attendance\n\
             c1,\"{}\",2027-02-04,18:30,20:30,{status},online\n",
            title.replace('"', "\"\"")
        )
    };
    let imported = |text: String| {
        std::fs::write(&sheet, text)?;
        let mut import = folkmoot();
        import.args(["import", "meetups", "--region", "london"]).arg(&sheet);
        let outcome = Outcome::of(import.args(["--database", &gateway.database]));
        ensure!(outcome.is_success, "{outcome:?}");
        anyhow::Ok(())
    };
    imported(rows(
        "confirmed",
        "Böse; \"quoted\", and — long enough that its line is folded once at least",
    ))?;
    let is_there = |data: &Value| data.to_string().contains("quoted");
    let query = "{ meetups(from: \"2027-02-04\", to: \"2027-02-04\") { nodes { id title } } }";
    gateway.data_until(query, is_there).await?;
    let before = text(&gateway, "/calendar/london.ics").await?;
    let event = |calendar: &str| {
        let said = lines(calendar);
        let begins =
            said.iter().rposition(|line| line.contains("quoted") && line.starts_with("SUMMARY"));
        let at = begins.context("the event")?;
        let start =
            said[..at].iter().rposition(|line| line == "BEGIN:VEVENT").context("its start")?;
        let end = said[at..].iter().position(|line| line == "END:VEVENT").context("its end")? + at;
        anyhow::Ok(said[start..end].to_vec())
    };
    let named = |event: &[String], name: &str| {
        event.iter().find_map(|line| line.strip_prefix(name).map(str::to_owned)).unwrap_or_default()
    };
    let first = event(&before)?;
    ensure!(named(&first, "SUMMARY:").starts_with("Böse\\; \"quoted\"\\, and — long"), "{first:?}");

    imported(rows(
        "cancelled",
        "Böse; \"quoted\", and — long enough that its line is folded once at least",
    ))?;
    let is_off = |data: &Value| data.to_string().contains("CANCELLED");
    let query = "{ meetups(from: \"2027-02-04\", to: \"2027-02-04\") { nodes { id status } } }";
    gateway.data_until(query, is_off).await?;
    // What is shared hears of another process's write with the next look at the database.
    let mut after = first.clone();
    let began = std::time::Instant::now();
    while after == first && began.elapsed() < std::time::Duration::from_secs(10) {
        after = event(&text(&gateway, "/calendar/london.ics").await?)?;
    }
    ensure!(named(&after, "UID:") == named(&first, "UID:"), "the id stays");
    let sequence = |event: &[String]| named(event, "SEQUENCE:").parse::<u32>();
    ensure!(sequence(&after)? > sequence(&first)?, "the sequence rises");
    ensure!(named(&after, "STATUS:") == "CANCELLED");
    ensure!(named(&after, "SUMMARY:").starts_with("Cancelled: "));
    for path in [
        "/feeds/london.rss?limit=100",
        "/embed/meetups?region=london&limit=100",
        "/meetups?region=london&limit=100",
    ] {
        ensure!(text(&gateway, path).await?.contains("Cancelled: "), "{path} does not say so");
    }
    let frame = text(&gateway, "/embed/meetups?region=london&limit=100").await?;
    ensure!(!frame.contains("Add to calendar: Böse"), "nobody goes to it");
    Ok(())
}

#[tokio::test]
async fn no_feed_is_empty_and_what_does_not_exist_is_not_taken_for_nothing_planned() -> Result<()> {
    let gateway = Gateway::demo().await?;
    // Scotland's councils belong to no peer group.
    for form in ["rss", "atom", "json"] {
        let said = text(&gateway, &format!("/feeds/councils/glasgow.{form}")).await?;
        ensure!(said.contains("Glasgow City belongs to no peer group here"), "{form}: {said}");
        let welsh = text(&gateway, &format!("/feeds/councils/glasgow.{form}?language=cy")).await?;
        ensure!(welsh.contains("Nid yw Glasgow City yn perthyn"), "{form}: {welsh}");
        let path = format!("/feeds/london.{form}?point=gds-2019%2F14&host=barking-and-dagenham");
        let said = text(&gateway, &path).await?;
        ensure!(said.contains("No meet-ups planned yet"), "{form}: {said}");
    }
    for path in [
        "/feeds/lodnon.rss",
        "/calendar/lodnon.ics",
        "/feeds/groups/lodnon.atom",
        "/feeds/london.xml",
        "/calendar/meetups/none.ics",
        "/meetups/none",
    ] {
        let answer = gateway.request(Method::GET, path).send().await?;
        ensure!(answer.status() == StatusCode::NOT_FOUND, "{path}: {}", answer.status());
    }
    let answer = gateway.request(Method::GET, "/embed/meetups.json?region=lodnon").send().await?;
    ensure!(answer.status() == StatusCode::BAD_REQUEST);
    let told: Value = answer.json().await?;
    let message = told["errors"][0]["message"].as_str().unwrap_or_default();
    ensure!(message.contains("did you mean \"london\""), "{told}");
    Ok(())
}

#[tokio::test]
async fn an_abolished_council_leads_to_what_came_after_it() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let listed = async |council: &str| {
        let path = format!("/embed/meetups.json?forCouncil={council}");
        let said: Value = serde_json::from_str(&text(&gateway, &path).await?)?;
        anyhow::Ok(said)
    };
    let (old, new) = (listed("taunton-deane").await?, listed("somerset").await?);
    ensure!(
        old["meetups"] == new["meetups"]
            && !old["meetups"].as_array().context("a list")?.is_empty()
    );
    ensure!(old["notice"] == "Taunton Deane is now Somerset.", "{}", old["notice"]);
    ensure!(new["notice"].is_null());
    Ok(())
}

#[tokio::test]
async fn what_a_reader_has_already_is_not_sent_again_and_any_site_may_read() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for path in ["/calendar/london.ics", "/feeds/london.atom", "/embed/meetups.json?region=london"]
    {
        let first = gateway
            .request(Method::GET, path)
            .header("origin", "https://camden.example")
            .send()
            .await?;
        ensure!(
            first.headers().get("access-control-allow-origin").is_some_and(|any| any == "*"),
            "{path}"
        );
        ensure!(first.headers().get("set-cookie").is_none());
        let keep = first.headers().get("cache-control").and_then(|keep| keep.to_str().ok());
        ensure!(keep.is_some_and(|keep| keep.starts_with("public, max-age=")), "{path}: {keep:?}");
        let tag = first.headers().get("etag").context("a tag")?.clone();
        let again = gateway.request(Method::GET, path).header("if-none-match", tag).send().await?;
        ensure!(again.status() == StatusCode::NOT_MODIFIED, "{path}: {}", again.status());
    }
    Ok(())
}

#[tokio::test]
async fn frames_are_open_to_any_site_and_pages_to_none() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let policy = async |path: &str| {
        let answer = gateway.request(Method::GET, path).send().await?;
        let policy = answer.headers().get("content-security-policy").context("a policy")?;
        anyhow::Ok(policy.to_str()?.to_owned())
    };
    ensure!(policy("/embed/meetups").await?.contains("frame-ancestors *"));
    for path in ["/meetups", "/embed", "/playground/", "/feeds/london.rss"] {
        ensure!(policy(path).await?.contains("frame-ancestors 'none'"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_pasted_address_becomes_a_frame() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let pasted = format!("{}/meetups?region=london", gateway.address);
    let asked = gateway
        .request(Method::GET, "/oembed")
        .query(&[("url", pasted.as_str()), ("maxwidth", "400")]);
    let told: Value = asked.send().await?.json().await?;
    ensure!(told["type"] == "rich" && told["width"] == 400, "{told}");
    let html = told["html"].as_str().context("html")?;
    ensure!(html.contains("/embed/meetups?region=london"), "{html}");
    for (url, status) in [("https://elsewhere.example/meetups", 404), ("", 404)] {
        let answer = gateway.request(Method::GET, "/oembed").query(&[("url", url)]).send().await?;
        ensure!(answer.status() == status, "{url}: {}", answer.status());
    }
    let page = text(&gateway, "/meetups?region=london").await?;
    ensure!(page.contains("application/json+oembed"), "it can be discovered");
    Ok(())
}
