//! The same texts from a region that hands its rows over by change feeds, of all four kinds: on lists,
//! and on the page of each row.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{FeedServer, Gateway, Outcome, Served, folkmoot};
use serde_json::{Value, json};

use super::{
    TEXTS,
    rows::{LINKS, ROWS, are_harmless, assessments, case_studies, has_all, meetups, offers},
};

const KINDS: [(&str, &str); 4] = [
    ("Meetup", "/changes/meetups"),
    ("CaseStudy", "/changes/case-studies"),
    ("Offer", "/changes/offers"),
    ("ServiceAssessment", "/changes/assessments"),
];

fn server() -> Result<FeedServer> {
    let server = FeedServer::start(Served::Closes)?;
    let serve = |path: &str, body: &Value| {
        let kind = "application/json";
        server.serve_at(path, Served::Body { kind, body: body.to_string() });
    };
    let rows = [meetups(), case_studies(), offers(), assessments()];
    for ((kind, path), rows) in KINDS.into_iter().zip(rows) {
        let items: Vec<_> = rows
            .into_iter()
            .zip(1..)
            .map(|(data, modified)| {
                json!({ "state": "updated", "kind": kind, "id": data["id"], "modified": modified,
                        "data": data })
            })
            .collect();
        let last = items.last().context("rows")?;
        let id = last["id"].as_str().context("an id")?;
        let end = format!("{path}?afterchange={}&afterid={id}", last["modified"]);
        serve(path, &json!({ "next": end, "items": items }));
        serve(&end, &json!({ "next": end, "items": [] }));
    }
    let text = TEXTS[1].1;
    let card = json!({
        "contract": "1.0", "code": "kent", "name": text, "now": "2026-11-27T09:00:00Z", "epoch": "1",
        "attribution": text, "licence": text, "contact": LINKS[0], "website": LINKS[0],
        "groups": [{ "slug": "kent", "name": text }],
        "feeds": KINDS.map(|(kind, url)| json!({ "kind": kind, "url": url })),
    });
    serve("/region.json", &card);
    Ok(server)
}

#[tokio::test]
async fn hostile_texts_of_a_change_feed_stay_texts() -> Result<()> {
    let private = ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");
    let poll = ("FOLKMOOT__DATABASE__POLL_SECONDS", "0.2");
    let gateway = Gateway::demo_with(&[private, poll]).await?;
    let server = server()?;
    let mut command = folkmoot();
    command.env(private.0, private.1);
    let card = format!("{}/region.json", server.address);
    command.args(["region", "add", "kent", "--name", "Kent", "--active", "--changes", &card]);
    let added = Outcome::of(command.args(["--database", &gateway.database]));
    ensure!(added.is_success, "{}", added.err);
    let mut command = folkmoot();
    command.env(private.0, private.1).args(["region", "harvest", "kent"]);
    let read = Outcome::of(command.args(["--database", &gateway.database]));

    let data = gateway.data_until(ROWS, has_all).await.with_context(|| format!("{read:?}"))?;
    are_harmless(&gateway, &data).await
}
