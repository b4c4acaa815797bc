//! Traces, as a collector gets them: which spans there are and what is part of what; and that no
//! reader's words are in them, and no reader waits for them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::{RegionService, meetup_item};
use folkmoot_tests::{
    Collector, Gateway, Outcome, Passage, Proxy, Readings, Role, Traced, folkmoot,
};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PRIVATE: (&str, &str) = ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");
const POLL: (&str, &str) = ("FOLKMOOT__DATABASE__POLL_SECONDS", "1");
const ALL: (&str, &str) = ("FOLKMOOT__TELEMETRY__SAMPLE_RATIO", "1");

/// The name of the setting that holds the collector's address.
const ENDPOINT: &str = "FOLKMOOT__TELEMETRY__OTLP_ENDPOINT";

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

const QUESTION: &str = "query Sought($text: String!, $first: Int) {
    meetups(region: \"kent\", when: ALL, first: $first) { nodes { title } }
    search(text: $text) { nodes { __typename } } }";

/// A gateway that sends traces there, with Kent, which is asked live.
async fn with_kent(settings: &[(&str, &str)]) -> Result<(Gateway, RegionService)> {
    let gateway = Gateway::demo_with(settings).await?;
    let at = "2031-02-01T18:30:00Z".parse()?;
    let kent = RegionService::start("kent").with_rows("Meetup", [meetup_item("kent", 1, at)]);
    let mut add = folkmoot();
    add.envs([PRIVATE]).args(["region", "add", "kent", "--name", "Kent", "--active"]);
    add.args(["--live", &kent.address, "--database", &gateway.database]);
    let added = Outcome::of(&mut add);
    ensure!(added.is_success, "{added:?}");
    let sources = "{ sources { region state } }";
    let is_fresh = |data: &Value| {
        let sources = data["sources"].as_array().into_iter().flatten();
        sources.clone().any(|one| one["region"] == "kent" && one["state"] == "FRESH")
    };
    gateway.data_until(sources, is_fresh).await?;
    Ok((gateway, kent))
}

/// Asks with words that nobody else may read, as part of a trace; the id of the request.
async fn ask(gateway: &Gateway, trace: &str) -> Result<String> {
    let request = gateway.request(Method::POST, "/graphql?also=sesame");
    let request = request.bearer_auth(gateway.token(Role::Steward).context("a token")?);
    let request = request.header("traceparent", format!("00-{trace}-{PARENT}-01"));
    let request = request.header("tracestate", "vendor=sesame").header("cookie", "a=sesame");
    let variables = json!({ "text": "open sesame", "first": 7 });
    let words = json!({ "query": QUESTION, "variables": variables, "operationName": "Sought" });
    let answer = request.json(&words).send().await?;
    let id = answer.headers()["x-request-id"].to_str()?.to_owned();
    let said: Value = answer.json().await?;
    ensure!(said["errors"].is_null(), "{said}");
    ensure!(said["data"]["meetups"]["nodes"][0]["title"] == "Meet-up 1", "{said}");
    Ok(id)
}

fn named<'s>(spans: &'s [Traced], name: &str) -> Result<&'s Traced> {
    spans.iter().find(|span| span.name == name).with_context(|| format!("no {name}: {spans:#?}"))
}

/// The call for Kent's meet-ups.
fn of_kent(spans: &[Traced]) -> Result<&Traced> {
    let is_it = |span: &&Traced| {
        let region = span.attributes.get("folkmoot.region").map(String::as_str);
        span.name == "meetup_slices" && region == Some("kent")
    };
    spans.iter().find(is_it).with_context(|| format!("Kent was not asked: {spans:#?}"))
}

/// The names of what a span is part of, from within.
fn within<'s>(spans: &'s [Traced], mut span: &'s Traced) -> Vec<&'s str> {
    let mut names = Vec::new();
    while let Some(outer) = spans.iter().find(|one| one.id == span.parent) {
        names.push(outer.name.as_str());
        span = outer;
    }
    names
}

#[tokio::test]
async fn trace_of_a_request_has_its_stages_and_region_calls_and_nobodys_words() -> Result<()> {
    let collector = Collector::start()?;
    let logs = [
        ("FOLKMOOT__LOG__FORMAT", "json"),
        ("FOLKMOOT__LOG__FILTER", "info,folkmoot_server=debug"),
    ];
    let settings = [PRIVATE, POLL, ALL, (ENDPOINT, &collector.address), logs[0], logs[1]];
    let (gateway, kent) = with_kent(&settings).await?;
    let id = ask(&gateway, TRACE).await?;

    let is_whole = |spans: &[Traced]| named(spans, "POST /graphql").is_ok();
    let spans = collector.trace(TRACE, is_whole).await?;

    let request = named(&spans, "POST /graphql")?;
    ensure!(request.parent == PARENT && request.service == "folkmoot", "{request:?}");
    ensure!(request.attributes["folkmoot.request_id"] == id, "{request:?}");
    ensure!(request.attributes["http.response.status_code"] == "200", "{request:?}");
    for stage in ["scan", "document", "variables", "execute", "render"] {
        ensure!(within(&spans, named(&spans, stage)?) == ["POST /graphql"], "{stage}: {spans:#?}");
    }
    let execute = named(&spans, "execute")?;
    ensure!(execute.attributes["graphql.operation.name"] == "Sought", "{execute:?}");
    let hash: String = Sha256::digest(QUESTION).iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(execute.attributes["graphql.document.hash"] == hash, "{execute:?}");

    let slices = of_kent(&spans)?;
    ensure!(slices.attributes["folkmoot.outcome"] == "ok", "{slices:?}");
    ensure!(within(&spans, slices) == ["execute", "POST /graphql"], "{spans:#?}");
    let asked = named(&spans, "region request")?;
    ensure!(asked.parent == slices.id, "{spans:#?}");
    let told = format!("traceparent: 00-{TRACE}-{}-01", asked.id);
    ensure!(kent.asked().iter().any(|one| one.head.contains(&told)), "{told} was not told");

    let token = gateway.token(Role::Steward).context("a token")?;
    for span in collector.spans() {
        let is_theirs = span.whole.contains("sesame") || span.whole.contains(token);
        ensure!(!is_theirs && !span.whole.contains("Meet-up"), "{}", span.whole);
    }
    let log = gateway.log();
    let line = log.lines().find(|line| line.contains(&id)).context("a line of the request")?;
    ensure!(line.contains(&format!("\"trace_id\":\"{TRACE}\"")), "{line}");
    ensure!(!log.contains("folkmoot::spans"), "spans are no lines: {log}");
    Ok(())
}

#[tokio::test]
async fn request_ends_with_its_answer_and_a_region_that_hangs_is_seen() -> Result<()> {
    let collector = Collector::start()?;
    let settings = [PRIVATE, POLL, ALL, (ENDPOINT, collector.address.as_str())];
    let (gateway, kent) = with_kent(&settings).await?;
    kent.delay(Duration::from_secs(60));
    let query = "{ meetups(first: 5) { gaps { region reason } } }";
    let request = gateway.request(Method::POST, "/graphql").header("cookie", "a=b");
    let request = request.header("traceparent", format!("00-{TRACE}-{PARENT}-00"));
    let answer: Value = request.json(&json!({ "query": query })).send().await?.json().await?;
    ensure!(answer["data"]["meetups"]["gaps"][0]["reason"] == "TIMED_OUT", "{answer}");

    let is_whole = |spans: &[Traced]| {
        let are_there = ["POST /graphql", "region request"].map(|name| named(spans, name).is_ok());
        are_there == [true, true] && of_kent(spans).is_ok()
    };
    let spans = collector.trace(TRACE, is_whole).await?;

    let request = named(&spans, "POST /graphql")?;
    ensure!(request.took < Duration::from_millis(1_900), "{request:#?}");
    let kents = of_kent(&spans)?;
    ensure!(kents.attributes["folkmoot.outcome"] != "ok", "{kents:#?}");
    ensure!(named(&spans, "region request")?.took > Duration::from_millis(1_900), "{spans:#?}");
    Ok(())
}

#[tokio::test]
async fn what_is_no_parent_begins_a_trace_and_the_last_spans_are_sent_at_the_end() -> Result<()> {
    let collector = Collector::start()?;
    let settings = [ALL, (ENDPOINT, collector.address.as_str())];
    let gateway = Gateway::demo_with(&settings).await?;
    for parent in ["", "00-zz-1", "00-00000000000000000000000000000000-b7ad6b7169203331-01"] {
        let request = gateway.request(Method::GET, "/health/live").header("traceparent", parent);
        ensure!(request.send().await?.status() == 200, "{parent}");
    }
    let began = Instant::now();
    gateway.stop().await?;
    ensure!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());

    let spans = collector.spans();
    let roots: Vec<_> = spans.iter().filter(|one| one.name == "GET /health/live").collect();
    ensure!(roots.len() == 3, "{spans:#?}");
    ensure!(roots.iter().all(|one| one.parent.is_empty() && one.trace.len() == 32), "{roots:#?}");
    Ok(())
}

#[tokio::test]
async fn collector_that_hangs_delays_no_answer_and_what_is_lost_is_counted() -> Result<()> {
    let collector = Collector::start()?;
    let network = Proxy::start(collector.address.trim_start_matches("http://").parse()?)?;
    network.let_pass(Passage::BlackHole);
    let endpoint = format!("http://{}", network.address);
    let gateway = Gateway::demo_with(&[ALL, (ENDPOINT, &endpoint)]).await?;
    let lost = async || -> Result<f64> {
        let text = gateway.request(Method::GET, "/metrics").send().await?.text().await?;
        Ok(Readings::of(&text)?.sum("folkmoot_spans_dropped_total", &[]).unwrap_or(0.0))
    };
    let began = Instant::now();
    let is_told = || gateway.log().contains("traces cannot be sent: going on without");
    while lost().await? == 0.0 || !is_told() {
        let asked = Instant::now();
        gateway.data("{ regions { code } }", json!({})).await?;
        ensure!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
        ensure!(began.elapsed() < Duration::from_secs(30), "nothing is counted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let began = Instant::now();
    gateway.stop().await?;
    ensure!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    Ok(())
}

#[tokio::test]
async fn without_a_collector_nothing_is_traced_or_passed_on() -> Result<()> {
    let (gateway, kent) = with_kent(&[PRIVATE, POLL]).await?;
    ask(&gateway, TRACE).await?;
    ensure!(!kent.asked().is_empty());
    for asked in kent.asked() {
        ensure!(!asked.head.contains("traceparent") && !asked.head.contains(TRACE), "{asked:?}");
    }
    let text = gateway.request(Method::GET, "/metrics").send().await?.text().await?;
    ensure!(Readings::of(&text)?.sum("folkmoot_spans_sent_total", &[]).is_none(), "{text}");
    Ok(())
}
