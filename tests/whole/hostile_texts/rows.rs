//! What a hostile region has: rows of each kind with the texts in all their fields, and links that
//! are none.

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_testkit::meetup_item;
use folkmoot_tests::Gateway;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{TEXTS, is_harmless};

/// Links that do something else than lead somewhere, and what only looks like an address.
pub(super) const LINKS: [&str; 5] = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://good.example/\"onmouseover=\"alert(1)",
    "https://good.example@evil.example/",
    "https://good.example/\u{202E}gpj",
];

/// Where rows of the region are listed.
const PAGES: [&str; 14] = [
    "/meetups?region=kent&limit=100",
    "/embed/meetups?region=kent&limit=100",
    "/embed/meetups.json?region=kent&limit=100",
    "/calendar/kent.ics",
    "/feeds/kent.rss?limit=100",
    "/feeds/kent.atom?limit=100",
    "/feeds/kent.json?limit=100",
    "/feeds/kent.csv?limit=100",
    "/case-studies?region=kent",
    "/assessments?region=kent",
    "/search?q=alert",
    "/regions/kent",
    "/regions",
    "/groups/kent",
];

fn day(number: usize) -> DateTime<Utc> {
    let first: DateTime<Utc> = "2027-02-01T18:30:00Z".parse().expect("an instant");
    first + TimeDelta::days(i64::try_from(number).unwrap_or_default())
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

/// A meet-up for each text and each link, and one with a megabyte for a title.
pub(super) fn meetups() -> Vec<Value> {
    let meetup = |number: usize| meetup_item("kent", number as u128, day(number % 50));
    let texts = TEXTS.iter().enumerate().map(|(number, (_, text))| {
        let mut meetup = meetup(number + 1);
        for field in ["title", "summary"] {
            meetup[field] = json!(text);
        }
        meetup["venue"] = json!({ "name": text, "address": text });
        meetup["talks"] = json!([{ "title": text, "givenBy": text }]);
        meetup["attendance"] = json!("IN_PERSON");
        meetup
    });
    let links = LINKS.iter().enumerate().map(|(number, link)| {
        let mut meetup = meetup(number + 20);
        for field in ["bookingUrl", "materialsUrl"] {
            meetup[field] = json!(link);
        }
        meetup
    });
    let mut long = meetup(40);
    long["title"] = json!("long ".repeat(200_000));
    texts.chain(links).chain([long]).collect()
}

/// A case study for each text, and one for each link.
pub(super) fn case_studies() -> Vec<Value> {
    let study = |number: usize, text: &str, url: Option<&&str>| {
        json!({
            "id": id(1_000 + number), "title": text, "summary": text, "publishedAt": day(0),
            "points": [], "synthetic": true, "url": url,
        })
    };
    let texts = TEXTS.iter().enumerate().map(|(at, (_, text))| study(at, text, None));
    let links = LINKS.iter().enumerate().map(|(at, link)| study(100 + at, "A link", Some(link)));
    texts.chain(links).collect()
}

/// An offer for each text, and one for each link.
pub(super) fn offers() -> Vec<Value> {
    let offer = |number: usize, text: &str, link: &str| {
        json!({
            "id": id(2_000 + number), "council": "KEN", "kind": "ADVISE", "point": "lgdss-2016/1",
            "remote": true, "note": text, "askUrl": link, "offeredAt": day(0), "synthetic": true,
        })
    };
    let good = "https://good.example/ask";
    let texts = TEXTS.iter().enumerate().map(|(at, (_, text))| offer(at, text, good));
    let links = LINKS.iter().enumerate().map(|(at, link)| offer(100 + at, "A link", link));
    texts.chain(links).collect()
}

/// An assessment for each text.
pub(super) fn assessments() -> Vec<Value> {
    let assessment = |(number, (_, text)): (usize, &(&str, &str))| {
        json!({
            "id": id(3_000 + number), "council": "KEN", "service": text, "standard": "lgdss-2016",
            "stage": "ALPHA", "kind": "ASSESSMENT", "heldOn": "2026-10-01", "scheme": "rag",
            "result": "AMBER", "synthetic": true, "previous": null,
            "panel": [{ "role": "LEAD", "council": "CMD" }],
            "points": [{
                "point": "lgdss-2016/1", "outcome": "AMBER", "doneWell": text, "advice": text,
                "actions": [{ "text": text, "dueOn": "2027-01-01", "doneOn": null }],
            }],
        })
    };
    TEXTS.iter().enumerate().map(assessment).collect()
}

/// All rows, whose fields that are links must lead somewhere.
pub(super) const ROWS: &str = "{
    meetups(region: \"kent\", when: ALL, first: 100) { nodes { id url icsUrl bookingUrl materialsUrl } }
    caseStudies(region: \"kent\", first: 100) { nodes { id url } }
    offers(region: \"kent\", first: 100) { nodes { id askUrl } }
    serviceAssessments(region: \"kent\", first: 100) { nodes { id } } }";

/// Whether there are rows of each kind, however many were left out.
pub(super) fn has_all(data: &Value) -> bool {
    ["meetups", "caseStudies", "offers", "serviceAssessments"]
        .iter()
        .all(|list| data[list]["nodes"].as_array().is_some_and(|nodes| nodes.len() >= TEXTS.len()))
}

/// Looks at the lists, at each row's own page, and at the links that the API gives.
pub(super) async fn are_harmless(gateway: &Gateway, data: &Value) -> Result<()> {
    for path in PAGES {
        is_harmless(gateway, path).await.context(path)?;
    }
    let of = |list: &str, field: &'static str| {
        let nodes = data[list]["nodes"].as_array().cloned().unwrap_or_default();
        nodes.into_iter().filter_map(move |node| node[field].as_str().map(str::to_owned))
    };
    let own = |url: String| url.strip_prefix(&gateway.address).map(str::to_owned);
    let mut pages: Vec<_> =
        of("meetups", "url").chain(of("meetups", "icsUrl")).filter_map(own).collect();
    ensure!(pages.len() >= 2 * TEXTS.len(), "{pages:?}");
    pages.extend(of("caseStudies", "id").map(|id| format!("/case-studies/{id}")));
    pages.extend(of("offers", "id").map(|id| format!("/offers/{id}")));
    pages.extend(of("serviceAssessments", "id").map(|id| format!("/assessments/{id}")));
    for path in pages {
        is_harmless(gateway, &path).await.context(path.clone())?;
    }
    let given = data.to_string();
    for part in ["javascript:", "data:text", "onmouseover=\\\"", "@evil", "\u{202E}"] {
        ensure!(!given.contains(part), "{part}: {given}");
    }
    Ok(())
}
