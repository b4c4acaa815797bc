//! What whoever runs the gateway can measure, and who else can see it.

use std::{io::Write, process::Stdio};

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{FeedServer, Gateway, Outcome, Readings, folkmoot};
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn text(gateway: &Gateway) -> Result<String> {
    let answer = gateway.request(Method::GET, "/metrics").send().await?;
    ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
    let kind = answer.headers()["content-type"].to_str()?;
    ensure!(kind == "text/plain; version=0.0.4; charset=utf-8", "{kind}");
    ensure!(answer.headers()["cache-control"] == "no-store");
    Ok(answer.text().await?)
}

async fn readings(gateway: &Gateway) -> Result<Readings> {
    Readings::of(&text(gateway).await?)
}

#[tokio::test]
async fn requests_operations_and_calls_are_counted_as_they_ended() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for _ in 0..3 {
        gateway.data("{ meetups(first: 4) { nodes { id } } }", json!({})).await?;
    }
    gateway.ask("{ nonsense }", json!({})).await?;
    gateway.ask("{ council(ref: \"camdem\") { name } }", json!({})).await?;
    gateway.request(Method::GET, "/nowhere/at/all").send().await?;

    let now = readings(&gateway).await?;

    let requests = "http_server_request_duration_seconds_count";
    let posts = [("http_route", "/graphql"), ("http_request_method", "POST")];
    ensure!(now.sum(requests, &posts) == Some(5.0), "{now:?}");
    let missed = [("http_route", "unmatched"), ("http_response_status_code", "404")];
    ensure!(now.sum(requests, &missed) == Some(1.0), "{now:?}");
    let operations = "folkmoot_graphql_operations_total";
    for (outcome, code, count) in [
        ("ok", "none", 3.0),
        ("refused", "QUERY_INVALID", 1.0),
        ("errors", "UNKNOWN_REFERENCE", 1.0),
    ] {
        let counted = now.sum(operations, &[("outcome", outcome), ("code", code)]);
        ensure!(counted == Some(count), "{outcome} {code}: {now:?}");
    }
    let slices = [("region", "stored"), ("method", "meetup_slices")];
    ensure!(now.sum("folkmoot_region_call_duration_seconds_count", &slices) == Some(3.0));
    ensure!(now.sum("folkmoot_region_call_rows_total", &slices) == Some(12.0), "{now:?}");
    ensure!(now.sum("folkmoot_build_info", &[]) == Some(1.0));
    // There before anything of the kind happened.
    for (name, label) in [
        ("folkmoot_requests_refused_total", ("reason", "busy")),
        ("folkmoot_releases_total", ("outcome", "failed")),
    ] {
        ensure!(now.sum(name, &[label]) == Some(0.0), "{name}: {now:?}");
    }
    ensure!(now.sum("process_start_time_seconds", &[]).is_some_and(|at| at > 1.7e9));
    Ok(())
}

/// Labels that were as many as rows or readers would fill the memory of whoever collects them.
#[tokio::test]
async fn no_label_holds_an_id_a_path_or_anybodys_words() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for path in ["/nowhere/sesame", "/playground/sesame.js", "/graphql?query=sesame"] {
        gateway.request(Method::GET, path).send().await?;
    }
    let made_up = Method::from_bytes(b"SESAME")?;
    gateway.request(made_up, "/health/live").send().await?;
    let data = gateway.data("{ meetups(first: 1) { nodes { id } } }", json!({})).await?;
    let id = data["meetups"]["nodes"][0]["id"].as_str().context("an id")?;
    gateway.data("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await?;

    let now = readings(&gateway).await?;

    for value in now.label_values() {
        ensure!(!value.to_lowercase().contains("sesame") && !value.contains(id), "{value}");
        ensure!(value.len() < 40, "{value}");
    }
    Ok(())
}

#[tokio::test]
async fn looks_at_feeds_are_counted_by_outcome() -> Result<()> {
    let gateway = Gateway::demo_with(&[
        ("FOLKMOOT__DATABASE__POLL_SECONDS", "1"),
        ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
        ("FOLKMOOT__FEEDS__EVERY_MINUTES", "1"),
    ])
    .await?;
    let server = FeedServer::csv(
        "key,title,date,start_time,end_time,attendance,points\n\
         m1,Meet-up 1,2027-02-01,18:30,20:30,online,agile\n",
    )?;
    let feed = format!("meetups={}/plan.csv", server.address);
    let mut add = folkmoot();
    add.args(["region", "add", "marches", "--name", "Marches", "--active", "--csv", &feed]);
    let added = Outcome::of(
        add.args(["--database", &gateway.database]).env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
    );
    ensure!(added.is_success, "{added:?}");
    let query = "{ meetups(region: \"marches\", when: ALL) { totalCount } }";
    let all = "{ regions { code } }";
    gateway.data_until(all, |data| data.to_string().contains("marches")).await?;
    gateway.data_until(query, |data| data["meetups"]["totalCount"] == 1).await?;

    // Rows are there a moment before it is noted where they came from.
    let read = [("region", "marches"), ("outcome", "read")];
    for _ in 0..100 {
        if readings(&gateway).await?.sum("folkmoot_feed_harvests_total", &read) == Some(1.0) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("the look at the feed was not counted")
}

#[tokio::test]
async fn metrics_are_for_this_machine_or_for_who_has_the_token() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for proxy in ["x-forwarded-for", "forwarded", "via"] {
        let passed_on = gateway.request(Method::GET, "/metrics").header(proxy, "192.0.2.7");
        ensure!(passed_on.send().await?.status() == StatusCode::FORBIDDEN, "{proxy}");
    }
    let settings = [("FOLKMOOT__METRICS__TOKEN_ENV", "SCRAPER"), ("SCRAPER", "open-sesame")];
    let gateway = Gateway::demo_with(&settings).await?;
    let ask = || gateway.request(Method::GET, "/metrics").header("via", "1.1 proxy");
    ensure!(ask().send().await?.status() == StatusCode::UNAUTHORIZED);
    let wrong = ask().bearer_auth("open-sesam").send().await?;
    ensure!(wrong.status() == StatusCode::UNAUTHORIZED);
    ensure!(wrong.headers()["www-authenticate"] == "Bearer");
    ensure!(ask().bearer_auth("open-sesame").send().await?.status() == StatusCode::OK);
    Ok(())
}

/// Prometheus' own check of names and form, where its tool is installed; the reader of these
/// tests checks the form everywhere.
#[tokio::test]
async fn prometheus_finds_no_fault() -> Result<()> {
    let gateway = Gateway::demo().await?;
    gateway.data("{ meetups(first: 4) { nodes { id } } }", json!({})).await?;
    let text = text(&gateway).await?;
    Readings::of(&text)?;
    let mut promtool = std::process::Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = promtool.stderr(Stdio::piped()).spawn() else { return Ok(()) };
    child.stdin.take().context("an input")?.write_all(text.as_bytes())?;
    let said = Outcome::from(child.wait_with_output()?);
    ensure!(said.is_success && said.out.is_empty() && said.err.is_empty(), "{said:?}");
    Ok(())
}
