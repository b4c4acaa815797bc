//! Two gateways that plug the same region in from each other.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use folkmoot_tests::{Readings, seed};
use reqwest::Method;
use serde_json::json;

use super::{
    doors::Hall,
    rows::{self, REGIONS},
};

const CALLS: &str = "folkmoot_region_call_duration_seconds_count";
/// How many each gateway is asked.
const QUESTIONS: usize = 6;

/// What was not asked before is not kept: each number is a question of its own, up to 225.
fn question(number: usize) -> String {
    let (point, rest) = (number % 15 + 1, number / 15);
    let attendance = ["IN_PERSON", "ONLINE", "HYBRID"][rest % 3];
    let status = ["PLANNED", "INVITED", "CONFIRMED", "CANCELLED", "HELD"][rest / 3 % 5];
    format!(
        "{{ asked: meetups(when: ALL, point: \"lgdss-2016/{point}\", attendance: {attendance},
             status: {status}) {{ complete totalCount gaps {{ region reason }} }}
           others: meetups(region: \"{}\", when: ALL, first: 3) {{ complete nodes {{ id }} }} }}",
        REGIONS[1]
    )
}

/// Asks one thing after the other until the region, which is asked, refuses; gives the number of the
/// next. Before it is asked for the first time it is missing for a moment, too.
async fn missed(hall: &Hall) -> Result<usize> {
    let began = Instant::now();
    for number in 0.. {
        let data = hall.gateway.data(&question(number), json!({})).await?;
        if data["asked"]["gaps"] == json!([{ "region": REGIONS[0], "reason": "REFUSED" }]) {
            return Ok(number + 1);
        }
        ensure!(began.elapsed() < Duration::from_secs(20), "not yet missing: {data}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    unreachable!("numbers do not end");
}

/// How often sources were asked, of the region, by both.
async fn calls(halls: [&Hall; 2]) -> Result<f64> {
    let mut all = 0.0;
    for hall in halls {
        let told = hall.gateway.request(Method::GET, "/metrics").send().await?.text().await?;
        let of = [("region", REGIONS[0])];
        all += Readings::of(&told)?.sum(CALLS, &of).unwrap_or_default();
    }
    Ok(all)
}

#[tokio::test]
async fn gateways_that_ask_each_other_for_a_region_miss_it_at_once() -> Result<()> {
    let base = rows::base();
    let (left, right) = tokio::try_join!(Hall::open(seed(), base), Hall::open(seed(), base))?;
    let code = REGIONS[0];
    for (hall, other) in [(&left, &right), (&right, &left)] {
        let address = format!("{}/regions/{code}/graphql", other.gateway.address);
        // Unchecked: the second command would be told that the region cannot be reached.
        hall.run(&["region", "move", code, "--live", &address, "--unchecked"])?;
    }
    let next = missed(&left).await?.max(missed(&right).await?);

    let (before, began) = (calls([&left, &right]).await?, Instant::now());
    ensure!(before > 0.0, "calls are counted");
    for hall in [&left, &right] {
        for number in next..next + QUESTIONS {
            let data = hall.gateway.data(&question(number), json!({})).await?;
            // The other one says that the region, which is this gateway, refuses it.
            let gaps = json!([{ "region": code, "reason": "REFUSED" }]);
            ensure!(data["asked"]["gaps"] == gaps, "{data}");
            ensure!(data["asked"]["complete"] == false, "{data}");
            ensure!(data["asked"]["totalCount"].is_null(), "{data}");
            let others = data["others"]["nodes"].as_array().map(Vec::len);
            ensure!(others == Some(3) && data["others"]["complete"] == true, "{data}");
        }
    }
    ensure!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let asked = calls([&left, &right]).await? - before;
    // One call of the gateway that was asked, at most one of the other, and the signs of life.
    let most = (2 * 2 * QUESTIONS + 8) as f64;
    ensure!(asked <= most, "{asked} calls for {} questions", 2 * QUESTIONS);
    Ok(())
}
