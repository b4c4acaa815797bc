//! The registry of regions, changed from the command line while a server runs.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};

fn command(gateway: &Gateway, arguments: &[&str]) -> Outcome {
    Outcome::of(folkmoot().args(arguments).args(["--database", &gateway.database]))
}

async fn polling() -> Result<Gateway> {
    Gateway::demo_with(&[("FOLKMOOT__DATABASE__POLL_SECONDS", "1")]).await
}

const REGIONS: &str = "{ regions { id code name } }";

fn region<'a>(data: &'a Value, code: &str) -> Option<&'a Value> {
    data["regions"].as_array()?.iter().find(|region| region["code"] == code)
}

#[tokio::test]
async fn a_region_joins_on_trial_takes_part_is_paused_renamed_and_leaves() -> Result<()> {
    let gateway = polling().await?;
    let added = command(&gateway, &["region", "add", "marches", "--name", "The Marches"]);
    ensure!(added.is_success && added.out.contains("on trial"), "{added:?}");
    let made = command(
        &gateway,
        &["token", "create", "--name", "Marches", "--scope", "coordinator:marches"],
    );
    let token = made.out.lines().next().context("a token")?.to_owned();
    let ask_own = async || -> Result<Value> {
        let request = gateway.request(Method::POST, "/graphql").bearer_auth(&token);
        let answer: Value = request.json(&json!({ "query": REGIONS })).send().await?.json().await?;
        Ok(answer["data"].clone())
    };

    ensure!(command(&gateway, &["region", "rename", "marches", "--name", "Marches"]).is_success);
    let resumed = command(&gateway, &["region", "resume", "marches"]);
    ensure!(resumed.is_success, "{resumed:?}");
    let joined = gateway.data_until(REGIONS, |data| region(data, "marches").is_some()).await?;
    let joined = region(&joined, "marches").context("it takes part")?.clone();
    ensure!(joined["name"] == "Marches", "{joined}");

    let paused =
        command(&gateway, &["region", "pause", "marches", "--reason", "Moving its sheets."]);
    ensure!(paused.is_success, "{paused:?}");
    let is_paused = |data: &Value| data.to_string().contains("Moving its sheets.");
    let query = "{ meetups { complete sources { region reason note } } }";
    let data = gateway.data_until(query, is_paused).await?;
    ensure!(data["meetups"]["complete"] == false, "{data}");

    let renamed = command(&gateway, &["region", "rename", "marches", "--code", "borders"]);
    ensure!(renamed.is_success && renamed.out.contains("still work"), "{renamed:?}");
    let data = gateway.data_until(REGIONS, |data| region(data, "borders").is_some()).await?;
    ensure!(region(&data, "borders").context("it")?["id"] == joined["id"], "the id stays: {data}");
    let data = gateway.data("{ region(ref: \"marches\") { code } }", json!({})).await?;
    ensure!(data["region"]["code"] == "borders", "the former code finds it: {data}");
    ensure!(region(&ask_own().await?, "borders").is_some(), "its token still works");

    let again = command(&gateway, &["region", "add", "marches", "--name", "Others"]);
    ensure!(!again.is_success && again.err.contains("choose another"), "{again:?}");
    let hasty = command(&gateway, &["region", "remove", "borders"]);
    ensure!(!hasty.is_success && hasty.err.contains("--for-good"), "{hasty:?}");
    ensure!(command(&gateway, &["region", "remove", "borders", "--for-good"]).is_success);
    gateway.data_until(REGIONS, |data| region(data, "borders").is_none()).await?;
    let again = command(&gateway, &["region", "add", "borders", "--name", "Others"]);
    ensure!(!again.is_success && again.err.contains("another region's code"), "{again:?}");
    let listed = command(&gateway, &["region", "list"]);
    ensure!(listed.out.contains("Marches · hosted · left"), "{listed:?}");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_a_region_is_refused_with_what_to_do() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let cases: [(&[&str], &str); 8] = [
        (&["add", "The Marches", "--name", "x"], "lower-case letters"),
        (&["add", "london", "--name", "x"], "choose another"),
        (&["add", "marches", "--name", " "], "name is empty"),
        (&["add", "marches", "--name", "x", "--group", "y", "--group", "London"], "another name"),
        (&["add", "marches", "--name", "x", "--website", "javascript:x"], "--website"),
        (&["pause", "lundon", "--reason", "x"], "did you mean \"london\""),
        (&["pause", "east", "--reason", "x"], "on trial"),
        (&["rename", "london", "--code", "midlands"], "another region's code"),
    ];
    for (arguments, says) in cases {
        let mut all = vec!["region"];
        all.extend(arguments);
        let outcome = command(&gateway, &all);
        ensure!(!outcome.is_success, "{arguments:?} was taken: {outcome:?}");
        ensure!(outcome.err.contains(says), "{arguments:?}: {}", outcome.err);
    }
    Ok(())
}
