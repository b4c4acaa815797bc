//! `/regions/check`: for whom it checks what, how often, and how it says what it found.

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::{Manner, RegionService};
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::Value;

const PATH: &str = "/regions/check";

/// A gateway at which anyone may have this machine's services checked.
async fn open() -> Result<Gateway> {
    Gateway::demo_with(&[
        ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
        ("FOLKMOOT__CHECKS__HOSTS", "[\"127.0.0.1\"]"),
    ])
    .await
}

fn post(gateway: &Gateway, address: &str, level: &str) -> RequestBuilder {
    gateway
        .request(Method::POST, PATH)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(format!("address={address}&level={level}"))
}

fn as_json(request: RequestBuilder) -> RequestBuilder {
    request.header(header::ACCEPT, "application/json")
}

/// The status, and the sentence.
async fn refused(request: RequestBuilder) -> Result<(StatusCode, String)> {
    let answer = as_json(request).send().await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    Ok((
        status,
        body["message"].as_str().with_context(|| format!("no message: {body}"))?.to_owned(),
    ))
}

#[tokio::test]
async fn the_page_says_what_is_kept_and_what_to_change_without_scripts() -> Result<()> {
    let gateway = open().await?;
    let empty = gateway.request(Method::GET, PATH).send().await?.text().await?;
    ensure!(empty.contains("name=\"address\"") && !empty.contains("<script"), "{empty}");
    let own = format!("{}/regions/london/region.json", gateway.address);

    let answer = post(&gateway, &own, "2").send().await?;
    ensure!(answer.status() == StatusCode::OK, "{answer:?}");
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str()?.to_owned();
    ensure!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"));
    ensure!(answer.headers()[header::CACHE_CONTROL] == "no-store");
    let page = answer.text().await?;
    for says in ["it can be plugged in", "<h2>Kept</h2>", "meetups.order", "<h2>Not tried</h2>"] {
        ensure!(page.contains(says), "{says}: {page}");
    }
    ensure!(!page.contains("<script"), "{page}");

    let service = RegionService::start("kent");
    service.change_card(|card| card["code"] = "<b>Kent".into());
    let form = format!("address={}&level=3&token=a-secret-of-theirs", service.address);
    let page = post(&gateway, "", "").body(form).send().await?.text().await?;
    ensure!(!page.contains("a-secret-of-theirs"), "a token is not shown again: {page}");
    for says in ["it cannot be plugged in like this", "Broken: card.code", "What to change"] {
        ensure!(page.contains(says), "{says}: {page}");
    }
    ensure!(page.contains("&lt;b&gt;Kent") && !page.contains("<b>"), "texts are text: {page}");
    let told = &service.asked()[0].head;
    ensure!(told.contains("authorization: bearer a-secret-of-theirs"), "{told}");

    let found: Value = as_json(post(&gateway, &service.address, "3")).send().await?.json().await?;
    ensure!(found["passed"] == false && found["findings"].is_array(), "{found}");
    Ok(())
}

#[tokio::test]
async fn what_is_no_public_address_is_not_asked() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let service = RegionService::start("kent");
    let port = service.address.rsplit_once(':').context("a port")?.1;
    let steward = gateway.token(Role::Steward).context("a token")?;
    for (address, level, says) in [
        (service.address.as_str(), "3", "has no https"),
        (&format!("https://127.0.0.1:{port}"), "3", "private network"),
        ("https://[::1]/graphql", "3", "private network"),
        ("https://169.254.169.254/latest", "2", "private network"),
        ("file:///etc/passwd", "2", "address is not right"),
        ("", "2", "address is not right"),
        ("https://kent.example/region.json", "1", "the level is 2"),
    ] {
        let (status, message) =
            refused(post(&gateway, address, level).bearer_auth(steward)).await?;
        ensure!(status == StatusCode::BAD_REQUEST, "{address}: {status}");
        ensure!(message.contains(says), "{address}: {message}");
    }
    // A name passes, what it leads to does not.
    let named = format!("https://localhost:{port}");
    let request = as_json(post(&gateway, &named, "3").bearer_auth(steward));
    let found: Value = request.send().await?.json().await?;
    super::ensure_broken(&found, "service.answers", "private network")?;
    ensure!(service.asked().is_empty());
    Ok(())
}

#[tokio::test]
async fn hosts_that_are_not_listed_are_checked_for_coordinators_alone() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true")]).await?;
    let service = RegionService::start("kent");
    let ask = || post(&gateway, &service.address, "3");
    for role in Role::ALL {
        let request = match gateway.token(role) {
            Some(token) => ask().bearer_auth(token),
            None => ask(),
        };
        let status = as_json(request).send().await?.status();
        let wanted = match role {
            Role::Anonymous => StatusCode::UNAUTHORIZED,
            Role::Peer | Role::Editor => StatusCode::FORBIDDEN,
            _ => StatusCode::OK,
        };
        ensure!(status == wanted, "{}: {status}", role.name());
    }
    let (status, message) = refused(ask().bearer_auth("folkmoot_wrong")).await?;
    ensure!(status == StatusCode::UNAUTHORIZED && message.contains("not known"), "{message}");
    let token = gateway.token(Role::Coordinator).context("a token")?;
    let body = format!("address={}&level=3&access={token}", service.address);
    let page = ask().body(body).send().await?.text().await?;
    ensure!(page.contains("it can be plugged in") && !page.contains(token), "{page}");
    Ok(())
}

#[tokio::test]
async fn two_checks_run_at_a_time() -> Result<()> {
    let gateway = open().await?;
    let service = RegionService::start("kent");
    service.answer(Manner::HangsMidBody);
    let running = [0, 1].map(|_| tokio::spawn(post(&gateway, &service.address, "3").send()));
    while service.asked().len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let third = post(&gateway, &service.address, "3").send().await?;
    ensure!(third.status() == StatusCode::TOO_MANY_REQUESTS, "{third:?}");
    ensure!(third.headers()[header::RETRY_AFTER].to_str()?.parse::<u64>()? > 0);
    let page = third.text().await?;
    ensure!(page.contains("There are many checks just now"), "{page}");
    running.iter().for_each(|one| one.abort());
    Ok(())
}

#[tokio::test]
async fn ten_checks_begin_within_a_minute_and_refusals_do_not_count() -> Result<()> {
    let gateway = open().await?;
    let mut service = RegionService::start("kent");
    service.stop();
    for _ in 0..3 {
        let (status, _) = refused(post(&gateway, &service.address, "4")).await?;
        ensure!(status == StatusCode::BAD_REQUEST);
    }
    for number in 0..10 {
        let answer = as_json(post(&gateway, &service.address, "3")).send().await?;
        ensure!(answer.status() == StatusCode::OK, "{number}: {answer:?}");
    }
    let answer = as_json(post(&gateway, &service.address, "3")).send().await?;
    ensure!(answer.status() == StatusCode::TOO_MANY_REQUESTS, "{answer:?}");
    let wait: u64 = answer.headers()[header::RETRY_AFTER].to_str()?.parse()?;
    ensure!((1..=60).contains(&wait), "{wait}");
    Ok(())
}

#[tokio::test]
async fn no_region_is_called_like_what_stands_beside_the_regions() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for code in ["check", "schemas"] {
        let add = ["region", "add", code, "--name", "Check", "--database", &gateway.database];
        let added = Outcome::of(folkmoot().args(add));
        ensure!(!added.is_success && added.err.contains("no region's code"), "{added:?}");
    }
    Ok(())
}
