//! What a region's people are told while they plug in, and later, when something does not add up.

use anyhow::{Result, ensure};
use folkmoot_tests::{FeedServer, Gateway, Outcome, Served, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};

async fn gateway() -> Result<Gateway> {
    Gateway::demo_with(&[
        ("FOLKMOOT__DATABASE__POLL_SECONDS", "1"),
        ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
        ("FOLKMOOT__FEEDS__EVERY_MINUTES", "0"),
    ])
    .await
}

fn command(gateway: &Gateway, arguments: &[&str]) -> Outcome {
    let mut command = folkmoot();
    command.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");
    command.env("FOLKMOOT__FEEDS__TIMEOUT_SECONDS", "1");
    Outcome::of(command.args(arguments).args(["--database", &gateway.database]))
}

fn add(gateway: &Gateway, more: &[&str]) -> Outcome {
    let add = ["region", "add", "marches", "--name", "Marches", "--active"];
    command(gateway, &[&add[..], more].concat())
}

const HARVEST: [&str; 3] = ["region", "harvest", "marches"];

#[tokio::test]
async fn council_that_another_region_has_is_named_wherever_people_look() -> Result<()> {
    let gateway = gateway().await?;
    let members = FeedServer::csv("council,home,starts_on\nCamden,yes,2026-11-01\n")?;
    let sheet = format!("memberships={}/members.csv", members.address);
    let added = add(&gateway, &["--csv", &sheet]);
    ensure!(added.is_success, "{added:?}");
    let told = "Camden is at home in London as well. It counts there,";

    let read = command(&gateway, &HARVEST);

    ensure!(read.out.contains(told), "{read:?}");
    let listed = command(&gateway, &["region", "list"]);
    ensure!(listed.out.contains(told), "{listed:?}");
    ensure!(listed.out.contains("Camden is at home in Marches as well. It counts here"), "both");
    gateway.data_until("{ regions { code } }", |data| data.to_string().contains("marches")).await?;
    // The server hears of the members by its next look.
    let members =
        "{ region(ref: \"marches\") { groups { members(first: 9) { nodes { code } } } } }";
    gateway.data_until(members, |data| data.to_string().contains("CMD")).await?;
    let report = gateway.request(Method::GET, "/regions/marches/report").send().await?;
    let report = report.text().await?;
    ensure!(report.contains(told), "{report}");
    Ok(())
}

#[tokio::test]
async fn what_names_nothing_is_answered_with_name_and_code_of_what_is_meant() -> Result<()> {
    let gateway = gateway().await?;
    let answer = gateway.ask("{ a: council(ref: \"camdem\") { code } }", json!({})).await?;
    let error = &answer["errors"][0];
    let told = error["message"].as_str().unwrap_or_default();
    let wanted = "unknown council; did you mean Camden (CMD)";
    ensure!(told.starts_with(wanted), "{answer}");
    ensure!(error["extensions"]["suggestions"][0] == "camden", "{answer}");
    Ok(())
}

fn card(code: &str, contract: &str) -> Served {
    let card = json!({
        "contract": contract, "code": code, "name": "Marches", "now": "2027-01-02T09:00:00Z",
        "epoch": "1", "groups": [], "feeds": [],
    });
    Served::Body { kind: "application/json", body: card.to_string() }
}

#[tokio::test]
async fn card_of_a_change_feed_is_looked_at_before_anything_is_kept() -> Result<()> {
    let gateway = gateway().await?;
    let server = FeedServer::start(card("kent", "1.0"))?;
    let address = format!("{}/region.json", server.address);
    let changes = ["--changes", &address];
    for (served, told) in [
        (
            card("kent", "1.0"),
            "the card is of Marches (kent), and this region is Marches (marches)",
        ),
        (card("marches", "2.0"), "bring this gateway up to date"),
        (card("marches", "0.9"), "bring the region's service up to date"),
        (Served::Body { kind: "text/html", body: "<html>".to_owned() }, "a web page"),
        (Served::Closes, "--unchecked"),
    ] {
        server.serve(served);
        let refused = add(&gateway, &changes);
        ensure!(!refused.is_success && refused.err.contains(told), "{told}: {refused:?}");
    }
    let listed = command(&gateway, &["region", "list"]);
    ensure!(!listed.out.contains("Marches"), "nothing was kept: {listed:?}");

    let anyway = add(&gateway, &[&changes[..], &["--unchecked"]].concat());
    ensure!(anyway.is_success, "{anyway:?}");
    server.serve(card("marches", "1.0"));
    let moved = command(&gateway, &[&["region", "move", "marches"], &changes[..]].concat());
    ensure!(moved.is_success, "{moved:?}");
    Ok(())
}

const SOURCES: &str =
    "{ meetups(region: \"marches\", when: ALL) { complete sources { state reason note } } }";

#[tokio::test]
async fn copy_whose_origin_is_away_says_so_at_once_and_is_stale_when_overdue() -> Result<()> {
    let gateway = gateway().await?;
    let sheet = "key,title,date,start_time\nm1,Agile,2027-02-01,18:30\n";
    let server = FeedServer::csv(sheet)?;
    let added = add(&gateway, &["--csv", &format!("meetups={}/plan.csv", server.address)]);
    ensure!(added.is_success, "{added:?}");
    ensure!(command(&gateway, &HARVEST).is_success);
    gateway.data_until("{ regions { code } }", |data| data.to_string().contains("marches")).await?;
    let source = |data: &Value| data["meetups"]["sources"][0].clone();
    gateway.data_until(SOURCES, |data| source(data)["note"] == "Marches answered.").await?;

    server.serve(Served::Closes);
    ensure!(!command(&gateway, &HARVEST).is_success);

    let says = |data: &Value| source(data)["note"].as_str().unwrap_or_default().to_owned();
    let data = gateway.data_until(SOURCES, |data| says(data).contains("read anew since")).await?;
    ensure!(source(&data)["state"] == "FRESH", "a single failure is none: {data}");
    for _ in 0..2 {
        ensure!(!command(&gateway, &HARVEST).is_success);
    }
    let data = gateway.data_until(SOURCES, |data| source(data)["state"] == "STALE").await?;
    ensure!(source(&data)["reason"] == "UNREACHABLE", "{data}");
    ensure!(data["meetups"]["complete"] == true, "its rows are there: {data}");

    server.serve_csv(sheet);
    ensure!(command(&gateway, &HARVEST).is_success);
    gateway.data_until(SOURCES, |data| source(data)["state"] == "FRESH").await?;
    Ok(())
}
