//! Tables that are not there: too large, or the store is down; and a head without its body.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::Database;
use folkmoot_tests::Gateway;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{
    TABLE,
    nation::{Asked, ask, filled, gateway, publish},
};

/// One region answers on every point, and eighty-four close beside it.
#[tokio::test]
async fn a_table_that_is_too_large_is_refused_with_what_narrows_it() -> Result<()> {
    let database = Database::sqlite().await;
    let codes: Vec<String> = (0..85).map(|n| format!("region-{n}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let points: Vec<u16> = (1..=15).collect();
    filled(database.store(), &codes).await?;
    let standard = "lgdss-2016";
    let one = &codes[..1];
    let asked = Asked { regions: one, from: 0, held_on: "2025-03-01", standard, points: &points };
    ask(database.store(), &asked).await?;
    publish(database.store(), "2025-H1", &codes).await?;
    let gateway = gateway(&database).await?;

    let query = "query($measure: Measure) { capability(groupBy: REGION, measure: $measure) { rows { group } } }";
    let refused = gateway.ask(query, json!({})).await?;
    let error = &refused["errors"][0];
    ensure!(error["extensions"]["code"] == "TABLE_TOO_LARGE", "{refused}");
    let message = error["message"].as_str().context("a message")?;
    ensure!(message.contains("2500 rows") && message.contains("`measure`"), "{message}");
    ensure!(refused["data"].is_null(), "{refused}");
    let csv = gateway.request(Method::GET, &format!("{TABLE}?groupBy=region")).send().await?;
    ensure!(csv.status() == StatusCode::BAD_REQUEST, "{}", csv.status());
    ensure!(!csv.headers().contains_key(header::RETRY_AFTER), "the same again is as large");
    let said = csv.text().await?;
    ensure!(said.trim_end() == message, "{said}");

    let narrowed = gateway.data(query, json!({ "measure": "UNDERSTANDING" })).await?;
    let rows = narrowed["capability"]["rows"].as_array().map(Vec::len);
    ensure!(rows == Some(85 * 15), "{rows:?}");
    Ok(())
}

/// The database goes away while the program runs. What it held was looked at a moment ago, so it is
/// told for a moment longer: not for as long as something could have been taken back unnoticed.
#[tokio::test]
async fn while_the_store_is_down_readers_are_told_when_to_come_back() -> Result<()> {
    let database = Database::postgres().await;
    filled(database.store(), &["kent"]).await?;
    let gateway = gateway(&database).await?;
    let there = gateway.request(Method::GET, TABLE).send().await?;
    ensure!(there.status() == StatusCode::OK, "{}", there.status());
    let table = there.bytes().await?;
    drop(database);

    let began = Instant::now();
    let csv = loop {
        let csv = gateway.request(Method::GET, TABLE).send().await?;
        if csv.status() != StatusCode::OK {
            break csv;
        }
        ensure!(csv.bytes().await? == table, "another table than before");
        ensure!(began.elapsed() < Duration::from_secs(60), "figures that nobody looks after");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    ensure!(csv.status() == StatusCode::SERVICE_UNAVAILABLE, "{}", csv.status());
    ensure!(csv.headers()[header::RETRY_AFTER] == "60", "{:?}", csv.headers());
    ensure!(!csv.headers().contains_key(header::ETAG), "nothing to keep: {:?}", csv.headers());
    let said = csv.text().await?;
    ensure!(said.contains("try again in a minute"), "{said}");
    ensure!(!said.contains("postgres") && !said.contains("folkmoot_"), "{said}");
    let answer = gateway.ask("{ capability { revision } }", json!({})).await?;
    let error = &answer["errors"][0];
    ensure!(error["extensions"]["code"] == "STORE_UNAVAILABLE", "{answer}");
    ensure!(answer["data"] == Value::Null, "{answer}");
    Ok(())
}

#[tokio::test]
async fn the_head_of_the_csv_is_that_of_its_body_without_it() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for words in ["", "?groupBy=region&shape=wide", "?group=region"] {
        let ask = async |method| gateway.request(method, &format!("{TABLE}{words}")).send().await;
        let (body, head) = (ask(Method::GET).await?, ask(Method::HEAD).await?);
        ensure!(body.status() == head.status(), "{words}: {} for {}", head.status(), body.status());
        for name in [
            header::ETAG,
            header::CONTENT_TYPE,
            header::CONTENT_LENGTH,
            header::CONTENT_DISPOSITION,
            header::CACHE_CONTROL,
            header::VARY,
            header::LINK,
        ] {
            let (is, should_be) = (head.headers().get(&name), body.headers().get(&name));
            ensure!(is == should_be, "{words} {name}: {is:?} instead of {should_be:?}");
        }
        let has_type = head.headers().contains_key(header::CONTENT_TYPE);
        ensure!(has_type, "{words}: {:?}", head.headers());
        ensure!(head.bytes().await?.is_empty(), "{words}: a body");
        ensure!(!body.bytes().await?.is_empty(), "{words}: no body");
    }
    let ask = |method| gateway.request(method, TABLE);
    let whole = ask(Method::HEAD).send().await?;
    let tag = whole.headers()[header::ETAG].clone();
    let known = ask(Method::HEAD).header(header::IF_NONE_MATCH, tag).send().await?;
    ensure!(known.status() == StatusCode::NOT_MODIFIED, "{}", known.status());
    Ok(())
}
