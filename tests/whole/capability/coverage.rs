//! How much of the nation a table speaks of, when regions are on trial, go, or have not asked.

use anyhow::{Context, Result, ensure};
use folkmoot_domain::RegionState;
use folkmoot_testkit::{Database, build};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::nation::{Asked, apply, ask, filled, gateway, publish};

const REGIONS: [&str; 3] = ["east", "kent", "london"];

const COVERAGE: &str = "query($points: [PointRef!], $measure: Measure, $groupBy: GroupBy!) {
    capability(points: $points, measure: $measure, groupBy: $groupBy, period: HALF_YEAR) { note complete
      coverage { regionsIncluded regionsExpected councilsResponded councilsEligible }
      rows { period group breakReason } } }";

async fn spring<'a>(database: &'a Database, points: &'a [u16]) -> Result<Asked<'a>> {
    filled(database.store(), &REGIONS).await?;
    let standard = "lgdss-2016";
    let spring = Asked { regions: &REGIONS, from: 0, held_on: "2025-03-01", standard, points };
    ask(database.store(), &spring).await?;
    Ok(spring)
}

/// Regions included and expected, councils that responded and that could have.
fn counts(table: &Value) -> Value {
    let coverage = &table["coverage"];
    let names = ["regionsIncluded", "regionsExpected", "councilsResponded", "councilsEligible"];
    names.map(|name| coverage[name].clone()).into_iter().collect()
}

#[tokio::test]
async fn a_region_on_trial_is_in_no_figure_that_anyone_reads() -> Result<()> {
    let database = Database::sqlite().await;
    spring(&database, &[1]).await?;
    let trial = build::region("east").state(RegionState::Trial).change();
    apply(database.store(), vec![trial]).await?;
    publish(database.store(), "2025-H1", &REGIONS).await?;
    let gateway = gateway(&database).await?;
    for (group_by, groups) in [("REGION", "kent london kent london"), ("NATIONAL", "nation nation")]
    {
        let data = gateway.data(COVERAGE, json!({ "groupBy": group_by })).await?;
        let table = &data["capability"];
        let rows = table["rows"].as_array().context("rows")?;
        let shown: Vec<_> = rows.iter().filter_map(|row| row["group"].as_str()).collect();
        ensure!(shown.join(" ") == groups, "{data}");
        ensure!(counts(table) == json!([2, 2, 16, 16]), "{data}");
        ensure!(table["complete"] == true, "no region is missing that takes part: {data}");
        ensure!(!data.to_string().contains("east"), "{data}");
    }
    Ok(())
}

/// East leaves, or is put on trial again, once the nation's figures hold it.
#[tokio::test]
async fn a_region_that_goes_is_still_counted_where_it_is_included_and_not_named() -> Result<()> {
    for state in [RegionState::Left, RegionState::Trial] {
        let database = Database::sqlite().await;
        let store = database.store();
        let spring = spring(&database, &[1]).await?;
        publish(store, "2025-H1", &REGIONS).await?;
        ask(store, &Asked { held_on: "2025-10-01", regions: &REGIONS[1..], from: 1, ..spring })
            .await?;
        apply(store, vec![build::region("east").state(state.clone()).change()]).await?;
        let before = gateway(&database).await?;
        let query = json!({ "groupBy": "NATIONAL" });
        let data = before.data(COVERAGE, query.clone()).await?;
        ensure!(counts(&data["capability"]) == json!([3, 3, 24, 24]), "{state:?}: {data}");
        let note = data["capability"]["note"].as_str().context("a note")?;
        let said = "3 of 3 regions, one of which takes part no longer, are in the latest";
        ensure!(note.contains(said), "{state:?}: {note}");
        before.stop().await?;

        publish(store, "2025-H2", &REGIONS[1..]).await?;
        let after = gateway(&database).await?;
        let data = after.data(COVERAGE, query.clone()).await?;
        ensure!(counts(&data["capability"]) == json!([2, 2, 16, 16]), "{state:?}: {data}");
        let unnamed = "Not of the same regions as before.";
        ensure!(reasons(&data)? == [None, None, Some(unnamed), Some(unnamed)], "{data}");
        let answer = as_steward(&after, query).await?;
        let told = match state {
            RegionState::Trial => "Now without Region east.",
            _ => unnamed,
        };
        let told = [None, None, Some(told), Some(told)];
        ensure!(reasons(&answer["data"])? == told, "{state:?}: {answer}");
    }
    Ok(())
}

fn reasons(data: &Value) -> Result<Vec<Option<&str>>> {
    let rows = data["capability"]["rows"].as_array().context("rows")?;
    Ok(rows.iter().map(|row| row["breakReason"].as_str()).collect())
}

async fn as_steward(gateway: &Gateway, variables: Value) -> Result<Value> {
    let mut token = folkmoot();
    token.args(["token", "create", "--name", "Steward", "--scope", "steward"]);
    let made = Outcome::of(token.args(["--database", &gateway.database]));
    let secret = made.out.lines().next().with_context(|| format!("a token: {made:?}"))?;
    let request = gateway.request(Method::POST, "/graphql").bearer_auth(secret);
    let request = request.json(&json!({ "query": COVERAGE, "variables": variables }));
    Ok(request.send().await?.json().await?)
}

/// All regions asked about point 1, only Kent about point 2, too.
#[tokio::test]
async fn coverage_is_of_the_points_that_are_asked_for() -> Result<()> {
    let database = Database::sqlite().await;
    let spring = spring(&database, &[1]).await?;
    let kent = Asked { regions: &REGIONS[1..2], from: 1, points: &[2], ..spring };
    ask(database.store(), &kent).await?;
    publish(database.store(), "2025-H1", &REGIONS).await?;
    let gateway = gateway(&database).await?;
    for (points, expected) in [
        (json!(null), [3, 3, 24, 24]),
        (json!(["1"]), [3, 3, 24, 24]),
        (json!(["2"]), [1, 3, 8, 8]),
        (json!(["3"]), [0, 3, 0, 0]),
    ] {
        let variables = json!({ "groupBy": "REGION", "points": points });
        let data = gateway.data(COVERAGE, variables).await?;
        let mut expected = json!(expected);
        if points == json!(["3"]) {
            expected[2] = Value::Null;
        }
        ensure!(counts(&data["capability"]) == expected, "{points}: {data}");
    }
    Ok(())
}

/// London is neither closed nor late, so that the nation waits for it.
#[tokio::test]
async fn regions_may_be_published_before_the_nation_and_the_note_says_so() -> Result<()> {
    let database = Database::sqlite().await;
    spring(&database, &[1]).await?;
    publish(database.store(), "2025-H1", &REGIONS[..2]).await?;
    let gateway = gateway(&database).await?;
    let data = gateway.data(COVERAGE, json!({ "groupBy": "REGION" })).await?;
    let table = &data["capability"];
    ensure!(table["rows"].as_array().is_some_and(|rows| rows.len() == 4), "{data}");
    ensure!(counts(table) == json!([0, 3, null, 0]), "{data}");
    let note = table["note"].as_str().context("a note")?;
    ensure!(note.ends_with("national ones of the first half of 2025 are still to come."), "{note}");
    Ok(())
}

#[tokio::test]
async fn before_the_first_release_a_table_is_empty_and_says_so() -> Result<()> {
    let database = Database::sqlite().await;
    filled(database.store(), &REGIONS).await?;
    let gateway = gateway(&database).await?;
    let query = "{ capability { revision releasedAt complete note rows { period }
        coverage { regionsIncluded regionsExpected councilsResponded oldestAsOf } } }";
    let data = gateway.data(query, json!({})).await?;
    let expected = json!({
        "revision": 0, "releasedAt": null, "complete": false,
        "note": "Nothing is published of this yet.", "rows": [],
        "coverage": { "regionsIncluded": 0, "regionsExpected": 3, "councilsResponded": null, "oldestAsOf": null },
    });
    ensure!(data["capability"] == expected, "{data}");
    let csv = gateway.request(Method::GET, "/export/capability.csv").send().await?;
    ensure!(csv.status() == StatusCode::OK, "{}", csv.status());
    let text = csv.text().await?;
    ensure!(text.lines().count() == 1 && text.starts_with("periodStart,"), "{text}");
    let strict = "/export/capability.csv?requireComplete=true";
    let refused = gateway.request(Method::GET, strict).send().await?;
    ensure!(refused.status() == StatusCode::SERVICE_UNAVAILABLE, "{}", refused.status());
    Ok(())
}
