//! The same texts from a region that answers for itself, in every field of its rows and of what it says
//! of itself: nobody looked at them before they are shown.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use folkmoot_testkit::RegionService;
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    TEXTS,
    rows::{LINKS, ROWS, are_harmless, assessments, case_studies, has_all, meetups, offers},
};

fn service() -> RegionService {
    let service = RegionService::start("kent").with_rows("Meetup", meetups());
    service.add_rows("CaseStudy", case_studies());
    service.add_rows("Offer", offers());
    service.add_rows("ServiceAssessment", assessments());
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
async fn answered(gateway: &Gateway) -> Result<Value> {
    let began = Instant::now();
    loop {
        let mut answer = gateway.ask(ROWS, json!({})).await?;
        if answer["errors"].is_null() && has_all(&answer["data"]) {
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
    let data = answered(&gateway).await?;
    are_harmless(&gateway, &data).await?;
    let report = gateway.request(Method::GET, "/regions/kent/report").send().await?.text().await?;
    ensure!(!report.contains("<script>alert"), "{report}");
    Ok(())
}
