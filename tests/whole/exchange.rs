//! Cards and change feeds, read as another gateway reads them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use folkmoot_domain::{
    EntryState, FeedEntry, GlobalId, MAX_PAGE_ITEMS, RegionCard, read_card, read_page,
};
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

fn command(gateway: &Gateway, arguments: &[&str]) -> Outcome {
    Outcome::of(folkmoot().args(arguments).args(["--database", &gateway.database]))
}

async fn get(gateway: &Gateway, role: Role, path: &str) -> Result<Response> {
    let mut request = gateway.request(Method::GET, path);
    if let Some(token) = gateway.token(role) {
        request = request.bearer_auth(token);
    }
    Ok(request.send().await?)
}

async fn card(gateway: &Gateway, role: Role, code: &str) -> Result<RegionCard> {
    let answer = get(gateway, role, &format!("/regions/{code}/region.json")).await?;
    ensure!(answer.status() == 200 && answer.headers()["content-type"] == "application/json");
    Ok(read_card(&answer.bytes().await?)?)
}

/// Every entry of a feed, by following `next` to the end.
async fn followed(gateway: &Gateway, role: Role, url: &str) -> Result<Vec<FeedEntry>> {
    let (mut entries, mut url) = (Vec::<FeedEntry>::new(), url.to_owned());
    loop {
        let path = url.strip_prefix(&gateway.address).context("it is this gateway's address")?;
        let page = read_page(&get(gateway, role, path).await?.bytes().await?)?;
        ensure!(page.items.len() <= MAX_PAGE_ITEMS);
        if page.items.is_empty() {
            ensure!(page.next == url, "the last page leads to itself: {} {url}", page.next);
            return Ok(entries);
        }
        entries.extend(page.items);
        url = page.next;
    }
}

const LISTS: [(&str, &str, &str, &str); 4] = [
    ("Meetup", "meetups", "when: ALL, ", "title"),
    ("CaseStudy", "caseStudies", "", "title"),
    ("Offer", "offers", "", "askUrl"),
    ("ServiceAssessment", "serviceAssessments", "", "service"),
];

/// What the API shows of a region's rows of a kind: a text of each, by id.
async fn listed(
    gateway: &Gateway,
    role: Role,
    region: &str,
    (_, list, more, field): (&str, &str, &str, &str),
) -> Result<BTreeMap<String, Value>> {
    let public = if list == "serviceAssessments" { "isPublic" } else { "" };
    let query = format!(
        "query($region: RegionRef!, $after: String) {{ list: {list}(region: $region, {more}first: \
         100, after: $after) {{ nodes {{ id {field} {public} }} \
         pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut rows, mut after) = (BTreeMap::new(), Value::Null);
    loop {
        let variables = json!({ "region": region, "after": after });
        let data = gateway.data_as(role, &query, variables).await?;
        for node in data["list"]["nodes"].as_array().context("nodes")? {
            let id: GlobalId = node["id"].as_str().context("an id")?.parse()?;
            if node["isPublic"] != false {
                rows.insert(id.key().to_string(), node[field].clone());
            }
        }
        if data["list"]["pageInfo"]["hasNextPage"] != true {
            return Ok(rows);
        }
        after = data["list"]["pageInfo"]["endCursor"].clone();
    }
}

async fn regions(gateway: &Gateway, role: Role) -> Result<Vec<String>> {
    let data = gateway.data_as(role, "{ regions { code } }", json!({})).await?;
    let regions = data["regions"].as_array().context("regions")?;
    regions.iter().map(|one| Ok(one["code"].as_str().context("a code")?.to_owned())).collect()
}

/// Whoever may see a region on trial sees its feeds, too; nobody is given what is not public.
#[tokio::test]
async fn feeds_give_out_the_rows_that_the_api_lists() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let mut rows_of_kinds = [0; 4];
    for role in [Role::Anonymous, Role::Steward] {
        for code in regions(&gateway, role).await? {
            let card = card(&gateway, role, &code).await?;
            ensure!(card.feeds.len() == LISTS.len(), "{card:?}");
            for (place, list) in LISTS.into_iter().enumerate() {
                let feed = card.feeds.iter().find(|feed| feed.kind.name() == list.0);
                let feed = feed.context("a feed of each kind")?;
                let entries = followed(&gateway, role, &feed.url).await?;
                ensure!(entries.is_sorted_by(|a, b| a.place() < b.place()), "{code} {list:?}");
                ensure!(feed.last_change == entries.last().map(|last| last.modified));
                let data = entries.iter().filter_map(|entry| entry.data.as_ref());
                let given: BTreeMap<_, _> = data
                    .map(|row| (row["id"].as_str().unwrap_or("").to_owned(), row[list.3].clone()))
                    .collect();
                let wanted = listed(&gateway, role, &code, list).await?;
                ensure!(given == wanted, "{code} {list:?}: {given:?} instead of {wanted:?}");
                ensure!(feed.count == Some(given.len() as u64), "{code} {list:?}: {feed:?}");
                let ids: BTreeSet<_> = entries.iter().map(|entry| entry.id).collect();
                ensure!(ids.len() == entries.len(), "each row once");
                rows_of_kinds[place] += given.len();
            }
        }
    }
    ensure!(rows_of_kinds.iter().all(|rows| *rows > 0), "{rows_of_kinds:?}");
    Ok(())
}

#[tokio::test]
async fn the_card_has_the_groups_and_members_that_the_api_has() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let card = card(&gateway, Role::Anonymous, "london").await?;
    let query = "{ region(ref: \"london\") { name groups { slug name members(first: 100) {
        nodes { code } } } } }";
    let region = gateway.data(query, json!({})).await?["region"].take();

    ensure!(region["name"] == card.name && card.contract == "1.1");
    ensure!(card.instances.len() == 1 && card.as_of.is_none() && !card.epoch.is_empty());
    let groups = region["groups"].as_array().context("groups")?;
    ensure!(groups.len() == card.groups.len());
    for group in groups {
        let own = card.groups.iter().find(|own| group["slug"] == own.slug).context("the group")?;
        let nodes = group["members"]["nodes"].as_array().context("members")?;
        let there: BTreeSet<_> = nodes.iter().filter_map(|node| node["code"].as_str()).collect();
        let told: BTreeSet<_> =
            own.members.iter().filter(|one| one.until.is_none()).map(|one| &*one.council).collect();
        ensure!(there.len() > 10 && there == told, "{there:?} and {told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_hidden_is_not_named_in_a_feed() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ serviceAssessments(region: \"london\", first: 100) { nodes { id isPublic } } }";
    let all = gateway.data_as(Role::Steward, query, json!({})).await?;
    let nodes = all["serviceAssessments"]["nodes"].as_array().context("nodes")?;
    let hidden = nodes.iter().filter(|node| node["isPublic"] == false);
    let hidden: Vec<GlobalId> = hidden
        .map(|node| Ok(node["id"].as_str().context("an id")?.parse()?))
        .collect::<Result<_>>()?;
    ensure!(!hidden.is_empty(), "the demo has some, one with a public reassessment");

    let answer = get(&gateway, Role::Steward, "/regions/london/changes/assessments").await?;

    let text = answer.text().await?;
    for id in hidden {
        ensure!(!text.contains(&id.key().to_string()), "{id} is named: {text}");
    }
    Ok(())
}

#[tokio::test]
async fn a_row_stands_once_changed_or_taken_down_and_stays_down() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let here = TempDir::new()?;
    let sheet = here.path().join("offers.csv");
    let template = Outcome::of(folkmoot().args(["import", "offers", "--template"])).out;
    let import = |text: &str| -> Result<()> {
        fs::write(&sheet, text)?;
        let sheet = sheet.to_str().context("a path")?;
        let told = command(&gateway, &["import", "offers", sheet, "--region", "london"]);
        ensure!(told.is_success, "{told:?}");
        Ok(())
    };
    let url = format!("{}/regions/london/changes/offers", gateway.address);
    let feed = async || followed(&gateway, Role::Anonymous, &url).await;
    let before = feed().await?;
    import(&template)?;
    let created = feed().await?;
    let new = created.last().context("the new offer")?.clone();
    ensure!(created.len() == before.len() + 1 && new.state == EntryState::Updated);
    ensure!(before.iter().all(|entry| entry.id != new.id && entry.place() < new.place()));

    let address = new.data.as_ref().and_then(|row| row["askUrl"].as_str()).context("askUrl")?;
    import(&template.replace(address, "https://example.org/another"))?;

    let changed = feed().await?;
    let last = changed.last().context("the offer")?;
    ensure!(changed.len() == created.len() && last.id == new.id, "{last:?}");
    ensure!(last.modified > new.modified, "it moved to the end");
    let row = last.data.as_ref().context("its row")?;
    ensure!(row["askUrl"] == "https://example.org/another", "{row}");

    let region = gateway.data("{ region(ref: \"london\") { id } }", json!({})).await?;
    let region: GlobalId = region["region"]["id"].as_str().context("an id")?.parse()?;
    let kind = folkmoot_domain::EntityKind::Offer;
    let id = GlobalId::regional(kind, region.key().into(), new.id).to_string();
    ensure!(command(&gateway, &["withdraw", &id, "--reason", "asked to"]).is_success);
    import(&template)?;

    let down = feed().await?;
    let last = down.last().context("the offer")?;
    ensure!(down.len() == created.len() && last.id == new.id, "{last:?}");
    ensure!(last.state == EntryState::Deleted && last.data.is_none(), "{last:?}");
    Ok(())
}

#[tokio::test]
async fn a_page_that_is_still_so_is_not_sent_again() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let path = "/regions/london/changes/offers";
    let first = get(&gateway, Role::Anonymous, path).await?;
    let header = |name: &str| first.headers()[name].to_str().unwrap_or_default().to_owned();
    ensure!(header("content-type") == "application/vnd.openactive.rpde+json; version=1");
    ensure!(header("cache-control") == "public, max-age=5");
    let tag = header("etag");
    let again = async |path: &str| {
        gateway.request(Method::GET, path).header("if-none-match", &tag).send().await
    };

    let same = again(path).await?;
    ensure!(same.status() == StatusCode::NOT_MODIFIED && same.headers()["etag"] == *tag);
    ensure!(same.bytes().await?.is_empty());
    ensure!(again("/regions/midlands/changes/offers").await?.status() == 200, "another feed");
    ensure!(again("/regions/london/changes/meetups").await?.status() == 200, "another kind");

    let here = TempDir::new()?;
    let sheet = here.path().join("offers.csv");
    fs::write(&sheet, Outcome::of(folkmoot().args(["import", "offers", "--template"])).out)?;
    let sheet = sheet.to_str().context("a path")?;
    let told = command(&gateway, &["import", "offers", sheet, "--region", "london"]);
    ensure!(told.is_success, "{told:?}");
    let changed = again(path).await?;
    ensure!(changed.status() == 200 && changed.headers()["etag"] != *tag, "at once");

    let elsewhere = gateway.request(Method::GET, path).header("origin", "https://other.example");
    let elsewhere = elsewhere.send().await?;
    ensure!(elsewhere.headers()["access-control-allow-origin"] == "*");
    let own = get(&gateway, Role::Steward, path).await?;
    ensure!(own.headers()["cache-control"] == "private, no-cache");
    Ok(())
}

#[tokio::test]
async fn a_region_on_trial_is_there_for_its_own_token_alone() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for rest in ["region.json", "changes/meetups"] {
        let of =
            async |role, code: &str| get(&gateway, role, &format!("/regions/{code}/{rest}")).await;
        for role in [Role::Anonymous, Role::Coordinator, Role::Peer] {
            let (hidden, never) = (of(role, "east").await?, of(role, "qqqq").await?);
            ensure!(hidden.status() == 404 && never.status() == 404, "{}", role.name());
            ensure!(hidden.headers()["content-type"] == "application/problem+json");
            let (hidden, never) = (hidden.text().await?, never.text().await?);
            ensure!(hidden == never, "as if it were not there: {hidden} {never}");
        }
        let own = of(Role::TrialCoordinator, "east").await?;
        ensure!(own.status() == 200, "{}", own.text().await?);
    }
    let wrong = gateway.request(Method::GET, "/regions/london/region.json").bearer_auth("no");
    ensure!(wrong.send().await?.status() == 401, "a wrong token is refused, not ignored");
    Ok(())
}

#[tokio::test]
async fn addresses_outlive_renaming_and_say_what_became_of_a_region() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__DATABASE__POLL_SECONDS", "1")]).await?;
    let query = "{ regions { code name source { note } } }";
    let place = "afterChange=1&afterId=00000000-0000-0000-0000-000000000000";
    let page = |code: &str| format!("/regions/{code}/changes/meetups?{place}");
    ensure!(command(&gateway, &["region", "rename", "midlands", "--code", "middle"]).is_success);
    gateway.data_until(query, |data| data.to_string().contains("\"middle\"")).await?;

    let moved = get(&gateway, Role::Anonymous, &page("midlands")).await?;

    ensure!(moved.status() == 200, "it leads on to the present code");
    ensure!(moved.url().as_str() == format!("{}{}", gateway.address, page("middle")));
    ensure!(read_page(&moved.bytes().await?)?.next.contains("/regions/middle/changes/meetups?"));

    let paused = ["region", "pause", "middle", "--reason", "Moving its sheets."];
    ensure!(command(&gateway, &paused).is_success);
    gateway.data_until(query, |data| data.to_string().contains("Moving its sheets.")).await?;
    for path in ["/regions/middle/region.json", &page("middle")] {
        let paused = get(&gateway, Role::Anonymous, path).await?;
        ensure!(paused.status() == 503 && paused.headers().contains_key("retry-after"));
        let problem: Value = paused.json().await?;
        ensure!(problem["detail"] == "Moving its sheets.", "{problem}");
    }

    ensure!(command(&gateway, &["region", "remove", "middle", "--for-good"]).is_success);
    gateway.data_until(query, |data| !data.to_string().contains("\"middle\"")).await?;
    ensure!(get(&gateway, Role::Anonymous, &page("middle")).await?.status() == 404);
    ensure!(get(&gateway, Role::Anonymous, &page("midlands")).await?.status() == 404);
    Ok(())
}

#[tokio::test]
async fn wrong_addresses_are_told_what_to_write() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (path, status, says) in [
        ("/regions/london/changes/meetup", 404, "meetups, case-studies, offers, assessments"),
        ("/regions/lundon/changes/meetups", 404, "did you mean \"london\""),
        ("/regions/london/changes/meetups?afterChange=new", 400, "whole number"),
        ("/regions/london/changes/meetups?afterChange=4", 400, "together"),
        ("/regions/london/changes/meetups?after=4", 400, "afterChange and afterId"),
        ("/regions/schemas/meetup.schema.json", 404, "Meetup.schema.json"),
    ] {
        let answer = get(&gateway, Role::Anonymous, path).await?;
        ensure!(answer.status() == status, "{path}: {}", answer.status());
        let problem: Value = answer.json().await?;
        let detail = problem["detail"].as_str().context("a detail")?;
        ensure!(problem["status"] == status && detail.contains(says), "{path}: {problem}");
    }
    Ok(())
}

#[tokio::test]
async fn schemas_are_served_as_they_are_committed() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/regions/schemas");
    for file in fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name().into_string().ok().context("a name")?;
        let served = get(&gateway, Role::Anonymous, &format!("/regions/schemas/{name}")).await?;
        ensure!(served.headers()["content-type"] == "application/schema+json", "{name}");
        ensure!(served.text().await? == fs::read_to_string(file.path())?, "{name}");
    }
    Ok(())
}
