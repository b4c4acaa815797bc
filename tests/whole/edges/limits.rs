//! Limits of how often one may ask, and of how much is done at a time.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use folkmoot_testkit::Database;
use folkmoot_tests::{Gateway, Readings, Role};
use futures::future::join_all;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::shared_answers::{Server, header};

/// A question that nobody asked before.
fn question(number: usize) -> Value {
    json!({ "query": format!("query Q{number} {{ meetups(first: 1) {{ nodes {{ title }} }} }}") })
}

/// Asked by a proxy for this address.
async fn asked(gateway: &Gateway, client: &str, question: &Value) -> Result<Response> {
    let request = gateway.request(Method::POST, "/graphql").json(question);
    Ok(request.header("x-forwarded-for", client).send().await?)
}

/// How many of these come through until one is refused.
async fn until_refused(gateway: &Gateway, client: &str, from: usize) -> Result<(usize, Response)> {
    for number in 0..200 {
        let answer = asked(gateway, client, &question(from + number)).await?;
        if answer.status() != StatusCode::OK {
            return Ok((number, answer));
        }
    }
    anyhow::bail!("nothing was refused")
}

#[tokio::test]
async fn an_address_that_asks_too_often_hears_when_to_come_back_and_others_go_on() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__LIMITS__CLIENT_PER_MINUTE", "5")]).await?;
    let known = question(0);
    ensure!(asked(&gateway, "192.0.2.1", &known).await?.status() == StatusCode::OK);
    let (through, refused) = until_refused(&gateway, "198.51.100.7", 100).await?;
    // The minute may end meanwhile; then a part of the last still counts.
    ensure!((5..=10).contains(&through), "{through}");
    ensure!(refused.status() == StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = header(&refused, "retry-after").parse()?;
    ensure!((1..=70).contains(&wait), "{wait}");
    ensure!(header(&refused, "ratelimit-policy") == "\"minute\";q=5;w=60");
    ensure!(header(&refused, "ratelimit").starts_with("\"minute\";r=0;t="));
    ensure!(header(&refused, "cache-control") == "no-store");
    let said: Value = refused.json().await?;
    ensure!(said["errors"][0]["extensions"]["code"] == "RATE_LIMITED", "{said}");
    let message = said["errors"][0]["message"].as_str().unwrap_or_default();
    ensure!(message.contains(&format!("try again in {wait} seconds")), "{message}");
    // What is kept costs nothing, and is given.
    let kept = asked(&gateway, "198.51.100.7", &known).await?;
    ensure!(header(&kept, "cache-status").starts_with("folkmoot; hit"));
    // Pages and feeds ask, too.
    let list = gateway.request(Method::GET, "/search?q=never+asked+before");
    let page = list.header("x-forwarded-for", "198.51.100.7").send().await?;
    ensure!(page.status() == StatusCode::TOO_MANY_REQUESTS, "{}", page.status());
    ensure!(!header(&page, "retry-after").is_empty());
    let measured = gateway.request(Method::GET, "/metrics").send().await?.text().await?;
    let refused =
        Readings::of(&measured)?.sum("folkmoot_requests_refused_total", &[("reason", "rate")]);
    ensure!(refused.is_some_and(|count| count >= 2.0), "{refused:?}");
    // Nobody else hears of it; nor does who asks for nobody.
    ensure!(asked(&gateway, "198.51.100.8", &question(900)).await?.status() == StatusCode::OK);
    for number in 901..910 {
        let request = gateway.request(Method::POST, "/graphql").json(&question(number));
        ensure!(request.send().await?.status() == StatusCode::OK);
    }
    Ok(())
}

#[tokio::test]
async fn a_token_is_told_how_it_stands_and_wrong_ones_count_for_who_tries_them() -> Result<()> {
    let settings =
        [("FOLKMOOT__LIMITS__TOKEN_PER_MINUTE", "4"), ("FOLKMOOT__LIMITS__CLIENT_PER_MINUTE", "6")];
    let gateway = Gateway::demo_with(&settings).await?;
    let steward = gateway.token(Role::Steward).unwrap_or_default();
    let ask = |token: String| {
        let request = gateway.request(Method::POST, "/graphql").json(&question(1));
        request.bearer_auth(token).header("x-forwarded-for", "192.0.2.5").send()
    };
    let first = ask(steward.to_owned()).await?;
    ensure!(first.status() == StatusCode::OK);
    ensure!(header(&first, "ratelimit-policy") == "\"minute\";q=4;w=60");
    let remaining = header(&first, "ratelimit").split(';').nth(1).unwrap_or_default().to_owned();
    ensure!(remaining == "r=3", "{remaining}");
    let mut statuses = Vec::new();
    for _ in 0..9 {
        statuses.push(ask(steward.to_owned()).await?.status());
    }
    ensure!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
    // Each is another, so none of them alone is asked with too often.
    let mut statuses = Vec::new();
    for number in 0..14 {
        statuses.push(ask(format!("folkmoot_wrong{number}")).await?.status());
    }
    ensure!(statuses[0] == StatusCode::UNAUTHORIZED, "{statuses:?}");
    ensure!(statuses[13] == StatusCode::TOO_MANY_REQUESTS, "{statuses:?}");
    Ok(())
}

/// Each costs the database a question as long as it is looked up.
#[tokio::test]
async fn who_tries_too_many_tokens_has_none_looked_up_and_harms_nobody_of_the_same_address()
-> Result<()> {
    // What is right is known as such also where nothing limits it.
    let settings =
        [("FOLKMOOT__LIMITS__TOKEN_PER_MINUTE", "0"), ("FOLKMOOT__LIMITS__CLIENT_PER_MINUTE", "6")];
    let gateway = Gateway::demo_with(&settings).await?;
    let steward = gateway.token(Role::Steward).unwrap_or_default();
    let ask = |token: &str, client: &str| {
        let request = gateway.request(Method::POST, "/graphql").json(&question(1));
        request.bearer_auth(token).header("x-forwarded-for", client).send()
    };
    let here = "192.0.2.5";
    ensure!(ask(steward, here).await?.status() == StatusCode::OK);
    // A right one that nobody used of late is not told from a wrong one, for that takes a look. Should
    // the minute end just then, one more is looked up; that does not happen twice.
    let others = [Role::Coordinator, Role::Editor];
    let others = others.map(|role| gateway.token(role).unwrap_or_default());
    let mut statuses = Vec::new();
    for (turn, other) in others.into_iter().enumerate() {
        let mut number = 0;
        let refused = loop {
            let answer = ask(&format!("folkmoot_wrong{turn}{number}"), here).await?;
            if answer.status() != StatusCode::UNAUTHORIZED {
                break answer;
            }
            number += 1;
            ensure!(number < 30, "nothing is refused");
        };
        ensure!(refused.status() == StatusCode::TOO_MANY_REQUESTS, "{}", refused.status());
        let said = refused.text().await?;
        ensure!(said.contains("from your address with tokens that are not known"), "{said}");
        statuses.push(ask(other, here).await?.status());
    }
    ensure!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");

    for token in [steward, others[0]] {
        ensure!(ask(token, "192.0.2.6").await?.status() == StatusCode::OK);
        ensure!(ask(token, here).await?.status() == StatusCode::OK);
    }
    // Nor is who asks without any: they are counted apart.
    ensure!(asked(&gateway, here, &question(2)).await?.status() == StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn limits_hold_across_replicas_and_go_on_without_redis() -> Result<()> {
    let database = Database::postgres().await;
    let redis = Server::started(&["--save", "", "--appendonly", "no"]);
    let url = redis.url();
    let settings =
        [("FOLKMOOT__REDIS__URL", url.as_str()), ("FOLKMOOT__LIMITS__CLIENT_PER_MINUTE", "20")];
    let at = &database.options().url;
    let one = Gateway::start_with(at, false, &settings).await?;
    let other = Gateway::start_with(at, false, &settings).await?;
    // The minute may end between what one counts and what the other hears, but not each time.
    let mut heard = Vec::new();
    for attempt in 0..3 {
        let client = format!("192.0.2.{attempt}");
        until_refused(&one, &client, attempt * 1000).await?;
        let began = Instant::now();
        // The other has to have asked something to hear of this one.
        let mut allowed = 0;
        while began.elapsed() < Duration::from_secs(3) {
            let answer = asked(&other, &client, &question(attempt * 1000 + 500 + allowed)).await?;
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
            allowed += 1;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        heard.push(allowed);
    }
    ensure!(heard.iter().any(|allowed| *allowed < 12), "the other allowed {heard:?}");
    drop(redis);
    let (alone, _) = until_refused(&other, "192.0.2.200", 9000).await?;
    ensure!((20..=40).contains(&alone), "{alone}");
    Ok(())
}

#[tokio::test]
async fn more_than_can_be_done_is_refused_at_once_and_the_rest_is_right() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__LIMITS__OPERATIONS", "2")]).await?;
    let known = question(0);
    let right: Value = asked(&gateway, "192.0.2.1", &known).await?.json().await?;
    // Read from the database, so that one has to wait while others run.
    let studies = |number: usize| {
        let fields = "nodes { title summary council { name } points { title } }";
        json!({ "query": format!("query C{number} {{ caseStudies(first: 50) {{ {fields} }} }}") })
    };
    let (mut done, mut refused) = (0, 0);
    for round in 0..5 {
        let answers = (0..60).map(|number| {
            let question = studies(round * 60 + number);
            let (gateway, known, right) = (&gateway, &known, &right);
            async move {
                let answer = asked(gateway, "192.0.2.1", &question).await?;
                let status = answer.status();
                let wait = header(&answer, "retry-after").to_owned();
                let said: Value = answer.json().await?;
                let rows = said["data"]["caseStudies"]["nodes"].as_array().map_or(0, Vec::len);
                let code = &said["errors"][0]["extensions"]["code"];
                let is_done = status == StatusCode::OK && rows > 5 && code.is_null();
                let is_refused = status == StatusCode::SERVICE_UNAVAILABLE
                    && code == "OVERLOADED"
                    && wait == "5";
                ensure!(is_done || is_refused, "{status} {code} {rows} {wait}");
                // What is kept needs no turn.
                let kept: Value = asked(gateway, "192.0.2.1", known).await?.json().await?;
                ensure!(kept == *right, "{kept}");
                Ok(is_done)
            }
        });
        for answer in join_all(answers).await {
            if answer? { done += 1 } else { refused += 1 }
        }
        if done > 0 && refused > 0 {
            break;
        }
    }
    ensure!(done > 0 && refused > 0, "{done} were done, {refused} refused");
    // And then all is as before.
    let after = asked(&gateway, "192.0.2.1", &studies(9999)).await?;
    ensure!(after.status() == StatusCode::OK, "{}", after.status());
    Ok(())
}
