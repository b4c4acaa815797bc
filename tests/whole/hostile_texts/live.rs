//! The same texts from a region that answers for itself, in every field of its rows and of what it says
//! of itself: nobody looked at them before they are shown.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_testkit::{RegionService, meetup_item};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};

use super::{TEXTS, is_harmless};

/// Links that do something else than lead somewhere, and what only looks like an address.
const LINKS: [&str; 5] = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://good.example/\"onmouseover=\"alert(1)",
    "https://good.example@evil.example/",
    "https://good.example/\u{202E}gpj",
];

const PAGES: [&str; 12] = [
    "/meetups?region=kent&limit=100",
    "/embed/meetups?region=kent&limit=100",
    "/embed/meetups.json?region=kent&limit=100",
    "/calendar/kent.ics",
    "/feeds/kent.rss?limit=100",
    "/feeds/kent.atom?limit=100",
    "/feeds/kent.json?limit=100",
    "/feeds/kent.csv?limit=100",
    "/case-studies?region=kent",
    "/regions/kent",
    "/regions",
    "/groups/kent",
];

fn service() -> RegionService {
    let first: DateTime<Utc> = "2027-02-01T18:30:00Z".parse().expect("an instant");
    let day = |number: usize| first + TimeDelta::days(i64::try_from(number).unwrap_or_default());
    let texts = TEXTS.iter().map(|(_, text)| *text);
    let meetups = texts.clone().enumerate().map(|(number, text)| {
        let mut meetup = meetup_item("kent", number as u128 + 1, day(number));
        for field in ["title", "summary"] {
            meetup[field] = json!(text);
        }
        meetup["venue"] = json!({ "name": text, "address": text });
        meetup["talks"] = json!([{ "title": text, "givenBy": text }]);
        meetup["attendance"] = json!("IN_PERSON");
        meetup
    });
    let linked = LINKS.iter().enumerate().map(|(number, link)| {
        let mut meetup = meetup_item("kent", number as u128 + 100, day(number + 20));
        for field in ["bookingUrl", "materialsUrl"] {
            meetup[field] = json!(link);
        }
        meetup
    });
    let studies = texts.enumerate().map(|(number, text)| {
        json!({
            "id": uuid::Uuid::from_u128(number as u128 + 1_000), "title": text, "summary": text,
            "publishedAt": day(0), "points": [], "synthetic": true,
            "url": LINKS[number % LINKS.len()],
        })
    });
    let mut long = meetup_item("kent", 200, day(30));
    long["title"] = json!("long ".repeat(200_000));
    let meetups: Vec<_> = meetups.chain(linked).chain([long]).collect();
    let studies: Vec<_> = studies.collect();
    let service = RegionService::start("kent").with_rows("Meetup", meetups);
    service.add_rows("CaseStudy", studies);
    service.change_card(|card| {
        let text = TEXTS[1].1;
        card["name"] = json!(text);
        card["attribution"] = json!(text);
        card["licence"] = json!(text);
        card["contact"] = json!(LINKS[0]);
        card["groups"][0]["name"] = json!(text);
    });
    service
}

/// What is answered once the region was asked: before it is known, and for a moment after, there is
/// none.
async fn answered(gateway: &Gateway, query: &str) -> Result<Value> {
    let began = Instant::now();
    loop {
        let mut answer = gateway.ask(query, json!({})).await?;
        if answer["errors"].is_null() && answer.to_string().contains("alert(1)") {
            return Ok(answer["data"].take());
        }
        ensure!(began.elapsed() < Duration::from_secs(20), "still: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn hostile_texts_of_a_live_region_stay_texts() -> Result<()> {
    let private = ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");
    let poll = ("FOLKMOOT__DATABASE__POLL_SECONDS", "0.2");
    let gateway = Gateway::demo_with(&[private, poll]).await?;
    let service = service();
    let mut command = folkmoot();
    command.env(private.0, private.1);
    command.args(["region", "add", "kent", "--name", "Kent", "--active", "--live"]);
    command.args([&service.address, "--database", &gateway.database]);
    let added = Outcome::of(&mut command);
    ensure!(added.is_success, "{}", added.err);
    let query = "{ meetups(region: \"kent\", first: 100) { complete nodes { title url icsUrl } } }";
    let data = answered(&gateway, query).await?;

    for path in PAGES {
        is_harmless(&gateway, path).await.context(path)?;
    }
    let nodes = data["meetups"]["nodes"].as_array().context("a list")?;
    ensure!(nodes.len() >= TEXTS.len(), "one bad row takes no other with it: {data}");
    for node in nodes {
        for field in ["url", "icsUrl"] {
            let url = node[field].as_str().context("an address")?;
            let path = url.strip_prefix(&gateway.address).context("of this gateway")?;
            is_harmless(&gateway, path).await.context(path.to_owned())?;
        }
    }
    // No link that the API gives does anything but lead somewhere.
    let links = "{ meetups(region: \"kent\", first: 100) { nodes { bookingUrl materialsUrl } }
        caseStudies(region: \"kent\", first: 100) { nodes { url } } }";
    let given = gateway.data(links, json!({})).await?.to_string();
    for part in ["javascript:", "data:text", "onmouseover=\\\"", "@evil", "\u{202E}"] {
        ensure!(!given.contains(part), "{part}: {given}");
    }
    let report = gateway.request(Method::GET, "/regions/kent/report").send().await?.text().await?;
    ensure!(!report.contains("<script>alert"), "{report}");
    Ok(())
}
