//! GraphQL over HTTP as readers meet it: media types, methods, origins, tokens, health.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const REGIONS: &str = "{ regions { code } }";

#[tokio::test]
async fn bodies_that_are_no_query_are_refused_in_words() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (kind, body, status, code) in [
        ("application/json", "", 400, "BAD_REQUEST"),
        ("application/json", "{", 400, "BAD_REQUEST"),
        ("application/json", "{}", 400, "BAD_REQUEST"),
        ("application/json", "[{\"query\":\"{__typename}\"}]", 400, "BAD_REQUEST"),
        ("application/json", "{\"query\":1}", 400, "BAD_REQUEST"),
        ("text/plain", "{\"query\":\"{__typename}\"}", 415, "MEDIA_TYPE"),
        ("application/json; charset=latin1", "{\"query\":\"{__typename}\"}", 415, "MEDIA_TYPE"),
    ] {
        let request = gateway.request(Method::POST, "/graphql").header("content-type", kind);
        let answer = request.body(body).send().await?;
        ensure!(answer.status() == status, "{kind} {body}: {}", answer.status());
        let said: Value = answer.json().await?;
        ensure!(said["errors"][0]["extensions"]["code"] == code, "{said}");
    }
    let large =
        gateway.request(Method::POST, "/graphql").json(&json!({ "query": "a".repeat(300_000) }));
    ensure!(large.send().await?.status() == StatusCode::PAYLOAD_TOO_LARGE);
    let other = gateway.request(Method::DELETE, "/graphql").send().await?;
    ensure!(
        other.status() == StatusCode::METHOD_NOT_ALLOWED && other.headers().contains_key("allow")
    );
    Ok(())
}

#[tokio::test]
async fn the_status_says_whether_the_request_was_one_to_those_who_can_hear_it() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (accept, query, status) in [
        ("application/json", "{ nonsense }", 200),
        ("application/graphql-response+json", "{ nonsense }", 400),
        ("application/graphql-response+json", "{ council(ref: \"camdem\") { name } }", 200),
        ("text/html", REGIONS, 406),
    ] {
        let request = gateway.request(Method::POST, "/graphql").header("accept", accept);
        let answer = request.json(&json!({ "query": query })).send().await?;
        ensure!(answer.status() == status, "{accept} {query}: {}", answer.status());
    }
    Ok(())
}

#[tokio::test]
async fn other_origins_may_ask_anonymously_but_not_with_a_token() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let asked = gateway.request(Method::GET, "/graphql?query=%7Bregions%7Bcode%7D%7D");
    let answer = asked.header("origin", "https://council.example").send().await?;
    ensure!(answer.headers()["access-control-allow-origin"] == "*");
    ensure!(!answer.headers().contains_key("access-control-allow-credentials"));
    ensure!(!answer.headers().contains_key("set-cookie"));
    let preflight = gateway
        .request(Method::OPTIONS, "/graphql")
        .header("origin", "https://council.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization")
        .send()
        .await?;
    let allowed = preflight.headers()["access-control-allow-headers"].to_str()?.to_lowercase();
    ensure!(allowed.contains("content-type") && !allowed.contains("authorization"), "{allowed}");
    Ok(())
}

#[tokio::test]
async fn tokens_that_are_not_right_are_refused_and_never_repeated() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for header in ["Bearer", "Basic abc", "Bearer folkmoot_forged", "nonsense"] {
        let request = gateway.request(Method::POST, "/graphql").header("authorization", header);
        let answer = request.json(&json!({ "query": REGIONS })).send().await?;
        ensure!(answer.status() == StatusCode::UNAUTHORIZED, "{header}: {}", answer.status());
        ensure!(answer.headers().contains_key("www-authenticate"));
        let text = answer.text().await?;
        ensure!(text.contains("UNAUTHENTICATED") && !text.contains("forged"), "{text}");
    }
    let steward = gateway.ask_as(Role::Steward, "{ viewer { scopes } }", json!({})).await?;
    ensure!(steward["data"]["viewer"]["scopes"] == json!(["steward"]), "{steward}");
    Ok(())
}

#[tokio::test]
async fn a_token_whose_time_is_over_is_refused() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let steward = gateway.token(Role::Steward).context("a token")?;
    let ask = || {
        let request = gateway.request(Method::POST, "/graphql").bearer_auth(steward);
        request.json(&json!({ "query": REGIONS })).send()
    };
    ensure!(ask().await?.status() == StatusCode::OK);
    // No command makes a token whose time is over.
    let file = gateway.database.trim_start_matches("sqlite://");
    let end = "UPDATE token SET expires_at = created_at";
    let ended = Command::new("sqlite3").args(["-cmd", ".timeout 5000", file, end]).status()?;
    ensure!(ended.success());

    let refused = ask().await?;

    ensure!(refused.status() == StatusCode::UNAUTHORIZED, "{}", refused.status());
    let text = refused.text().await?;
    ensure!(text.contains("UNAUTHENTICATED") && text.contains("expired"), "{text}");
    Ok(())
}

/// Else a reader could have caches hand out links to a host of their own.
#[tokio::test]
async fn links_do_not_follow_the_host_that_a_reader_names() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for path in [
        "/",
        "/meetups",
        "/embed/meetups.json?region=london",
        "/feeds/london.atom",
        "/calendar/london.ics",
        "/regions/london/region.json",
        "/openapi.json",
        "/graphql?query=%7Bmeetups(first:1)%7Bnodes%7Burl%7D%7D%7D",
    ] {
        for (header, value) in [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "host=evil.example;proto=https"),
        ] {
            let answer = gateway.request(Method::GET, path).header(header, value).send().await?;
            ensure!(answer.status() == StatusCode::OK, "{path} {header}: {}", answer.status());
            ensure!(!format!("{:?}", answer.headers()).contains("evil"), "{path} {header}");
            ensure!(!answer.text().await?.contains("evil"), "{path} {header}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_log_holds_nothing_of_who_asks_or_what() -> Result<()> {
    let gateway =
        Gateway::demo_with(&[("FOLKMOOT__LOG__FILTER", "info,folkmoot_server=debug")]).await?;
    let steward = gateway.token(Role::Steward).context("a token")?;
    let search = "query($text: String!) { search(text: $text) { totalCount } }";
    let asked = json!({ "query": search, "variables": { "text": "sesame" } });
    for (token, body) in [
        (steward, &asked),
        ("folkmoot_sesame", &asked),
        (steward, &json!({ "query": "{ sesame }" })),
    ] {
        let request = gateway.request(Method::POST, "/graphql").bearer_auth(token);
        request.header("x-forwarded-for", "192.0.2.77").json(body).send().await?;
    }
    for path in ["/search?q=sesame", "/graphql?query=%7Bsesame%7D", "/health/live?sesame"] {
        let request = gateway.request(Method::GET, path).header("x-forwarded-for", "192.0.2.77");
        request.send().await?;
    }
    let last = gateway.request(Method::GET, "/health/live").send().await?;
    let id = last.headers()["x-request-id"].to_str()?;
    let began = Instant::now();
    while !gateway.log().contains(id) {
        ensure!(began.elapsed() < Duration::from_secs(20), "it is not logged: {}", gateway.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let log = gateway.log();
    for theirs in ["sesame", "192.0.2.77", steward] {
        ensure!(!log.contains(theirs), "{theirs}: {log}");
    }
    Ok(())
}

#[tokio::test]
async fn requests_bear_an_id_of_ours_and_answers_what_browsers_are_to_know() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let id = |answer: &reqwest::Response| answer.headers()["x-request-id"].clone();
    let request = || gateway.request(Method::GET, "/no/such/place");
    let first = request().header("x-request-id", "theirs").send().await?;
    let second = request().send().await?;
    ensure!(first.status() == 404 && id(&first) != "theirs" && id(&first) != id(&second));
    ensure!(first.headers()["x-content-type-options"] == "nosniff");
    ensure!(first.headers()["referrer-policy"] == "no-referrer");
    let policy = first.headers()["content-security-policy"].to_str()?;
    ensure!(policy.starts_with("default-src 'none'"), "{policy}");
    Ok(())
}

#[tokio::test]
async fn health_tells_life_from_readiness() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let live = gateway.request(Method::GET, "/health/live").send().await?;
    ensure!(live.status().is_success());
    let ready: Value = gateway.request(Method::GET, "/health/ready").send().await?.json().await?;
    ensure!(ready["status"] == "ready" && ready["demo"] == true, "{ready}");
    gateway.stop().await
}

#[tokio::test]
async fn the_playground_comes_with_its_own_policy_and_no_cookie() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let page = gateway.request(Method::GET, "/playground/").send().await?;
    ensure!(page.status().is_success());
    let policy = page.headers()["content-security-policy"].to_str()?.to_owned();
    ensure!(
        policy.contains("default-src 'none'") && policy.contains("script-src 'self'"),
        "{policy}"
    );
    ensure!(!page.headers().contains_key("set-cookie"));
    let text = page.text().await?;
    ensure!(!text.contains("https://"), "the page names another host");
    Ok(())
}

/// The slashes are escaped, since clients resolve plain ones before they send; the files are
/// there, two and three folders above the built playground.
#[tokio::test]
async fn the_playground_serves_nothing_above_its_own_folder() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for path in ["/playground/..%2f..%2fpackage.json", "/playground/..%2f..%2f..%2fCargo.toml"] {
        let answer = gateway.request(Method::GET, path).send().await?;
        ensure!(answer.url().path() == path, "the client sent {} instead", answer.url());
        ensure!(answer.status() == StatusCode::NOT_FOUND, "{path}: {}", answer.status());
        let text = answer.text().await?;
        ensure!(!text.contains("version"), "{path}: {text}");
    }
    Ok(())
}
