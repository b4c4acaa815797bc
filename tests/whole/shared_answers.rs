//! Public answers over HTTP: who shares them, and what caches on the way are told.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use folkmoot_testkit::Database;
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::json;

pub(crate) use self::server::Server;

// The one place that knows how a redis-server is started: a leaf crate's tests, which nothing
// else can depend on.
#[path = "../../crates/cache/tests/redis/server.rs"]
#[expect(dead_code, reason = "those tests need more of it")]
mod server;

const ADDRESS: &str =
    "/graphql?query=%7B%20meetups(first%3A%203)%20%7B%20nodes%20%7B%20title%20%7D%20%7D%20%7D";

pub(crate) fn header<'r>(answer: &'r Response, name: &str) -> &'r str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn status(request: RequestBuilder) -> Result<String> {
    Ok(header(&request.send().await?, "cache-status").to_owned())
}

#[tokio::test]
async fn the_second_who_asks_shares_the_first_ones_answer() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let get = || gateway.request(Method::GET, ADDRESS);
    let first = get().send().await?;
    ensure!(header(&first, "cache-status") == "folkmoot; fwd=miss; stored");
    let second = get().send().await?;
    ensure!(header(&second, "cache-status").starts_with("folkmoot; hit; ttl="));
    ensure!(header(&second, "cache-control").starts_with("public, max-age="));
    ensure!(header(&second, "etag") == header(&first, "etag"));
    ensure!(first.bytes().await? == second.bytes().await?);
    // The same question in other bytes, and by the other method.
    let spaced = gateway.request(Method::GET, &format!("{ADDRESS}&a=b"));
    let words = json!({ "query": "{ meetups(first: 3) { nodes { title } } }", "variables": {} });
    let posted = gateway.request(Method::POST, "/graphql").json(&words);
    for request in [spaced, posted] {
        let status = status(request).await?;
        ensure!(status.starts_with("folkmoot; hit"), "{status}");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_brings_a_credential_right_or_wrong_shares_nothing() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let get = || gateway.request(Method::GET, ADDRESS);
    let steward = gateway.token(Role::Steward).unwrap_or_default();
    for request in [get().bearer_auth(steward), get().header("cookie", "a=b")] {
        let answer = request.send().await?;
        ensure!(header(&answer, "cache-status") == "folkmoot; fwd=bypass");
        ensure!(header(&answer, "cache-control") == "private, no-store");
    }
    // Nothing of it was kept, and nothing that was kept is given to them.
    ensure!(status(get()).await? == "folkmoot; fwd=miss; stored");
    ensure!(status(get().bearer_auth(steward)).await? == "folkmoot; fwd=bypass");
    let wrong = get().bearer_auth("folkmoot_wrong").send().await?;
    ensure!(wrong.status() == StatusCode::UNAUTHORIZED);
    Ok(())
}

#[tokio::test]
async fn a_reader_that_has_the_answer_is_told_so_by_get() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let get = || gateway.request(Method::GET, ADDRESS);
    let tag = header(&get().send().await?, "etag").to_owned();
    let known = get().header("if-none-match", &tag).send().await?;
    ensure!(known.status() == StatusCode::NOT_MODIFIED);
    ensure!(header(&known, "etag") == tag && header(&known, "vary").contains("Accept"));
    ensure!(known.bytes().await?.is_empty());
    let other = get().header("if-none-match", "W/\"other\"").send().await?;
    ensure!(other.status() == StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn packed_answers_are_packed_once_and_by_the_readers_wish() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let address = "/graphql?query=%7Bcouncils(first:400)%7Bnodes%7Bname%20slug%7D%7D%7D";
    let mut sizes = Vec::new();
    for coding in ["identity", "br"] {
        let request = gateway.request(Method::GET, address).header("accept-encoding", coding);
        let answer = request.send().await?;
        let wanted = if coding == "identity" { "" } else { coding };
        ensure!(header(&answer, "content-encoding") == wanted);
        sizes.push(answer.bytes().await?.len());
    }
    ensure!(sizes[1] * 3 < sizes[0], "{sizes:?}");
    Ok(())
}

/// Asks again and again until the body holds the text, or does not any more; gives the last status.
async fn until(gateway: &Gateway, address: &str, text: &str, holds: bool) -> Result<String> {
    let began = Instant::now();
    loop {
        let answer = gateway.request(Method::GET, address).send().await?;
        let status = header(&answer, "cache-status").to_owned();
        let body = answer.text().await?;
        if body.contains(text) == holds {
            return Ok(status);
        }
        ensure!(began.elapsed() < Duration::from_secs(20), "{text} in {body}: not {holds}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A region with one meet-up, written by another process that is told of no gateway.
fn write(database: &str, redis: Option<&str>, arguments: &[&str]) -> Result<()> {
    let mut command = folkmoot();
    command.args(arguments).args(["--database", database]);
    command.envs(redis.map(|url| ("FOLKMOOT__REDIS__URL", url)));
    let outcome = command.output()?;
    ensure!(outcome.status.success(), "{outcome:?}");
    Ok(())
}

#[tokio::test]
async fn what_another_process_takes_down_is_soon_gone() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let address = "/graphql?query=%7Bmeetups(first:1)%7Bnodes%7Bid%7D%7D%7D";
    let first: serde_json::Value =
        gateway.request(Method::GET, address).send().await?.json().await?;
    let id = first["data"]["meetups"]["nodes"][0]["id"].as_str().unwrap_or_default();
    ensure!(!id.is_empty() && until(&gateway, address, id, true).await?.contains("hit"));
    write(&gateway.database, None, &["withdraw", id, "--reason", "asked for"])?;
    until(&gateway, address, id, false).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_remembered_is_forgotten_on_demand() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let at = &gateway.database;
    let address = "/graphql?query=%7Bmeetups(region:%22london%22,first:1)%7Bnodes%7Bid%7D%7D%7D";
    let is_hit = async || {
        anyhow::Ok(
            status(gateway.request(Method::GET, address)).await?.starts_with("folkmoot; hit"),
        )
    };
    is_hit().await?;
    for arguments in [&["cache", "bump", "london", "meetup"][..], &["cache", "renew"]] {
        // The minute may be over just then, but not three times in a row.
        for _ in 0..3 {
            ensure!(is_hit().await? || is_hit().await?, "it is not remembered");
            write(at, None, arguments)?;
            let began = Instant::now();
            while is_hit().await? {
                ensure!(began.elapsed() < Duration::from_secs(10), "{arguments:?}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    for (arguments, told) in [
        (
            ["cache", "bump", "london", "council"],
            "a kind of \"london\" is one of ASSESSMENT, CASE_STUDY",
        ),
        (["cache", "bump", "nation", "meetup"], "is one of CAPABILITY, REFERENCE, REGISTRY"),
        (["cache", "bump", "londn", "meetup"], "did you mean"),
    ] {
        let mut command = folkmoot();
        let outcome = Outcome::of(command.args(arguments).args(["--database", at]));
        ensure!(!outcome.is_success && outcome.err.contains(told), "{}", outcome.err);
    }
    Ok(())
}

#[tokio::test]
async fn replicas_share_answers_and_hear_of_writes_over_redis() -> Result<()> {
    let database = Database::postgres().await;
    let redis = Server::started(&["--save", "", "--appendonly", "no"]);
    let url = redis.url();
    // The poll would not heal anything in time.
    let settings = [
        ("FOLKMOOT__REDIS__URL", url.as_str()),
        ("FOLKMOOT__DATABASE__POLL_SECONDS", "3600"),
        // Answers hold addresses: replicas are reached under one.
        ("FOLKMOOT__SERVER__PUBLIC_URL", "https://folkmoot.example"),
    ];
    let at = &database.options().url;
    write(at, None, &["region", "add", "kent", "--name", "Kent", "--active"])?;
    let one = Gateway::start_with(at, false, &settings).await?;
    let other = Gateway::start_with(at, false, &settings).await?;
    let address = "/graphql?query=%7Bregions%7Bname%7D%7D";
    ensure!(until(&one, address, "Kent", true).await? == "folkmoot; fwd=miss; stored");
    let shared = until(&other, address, "Kent", true).await?;
    ensure!(shared.starts_with("folkmoot; hit"), "{shared}");
    write(at, Some(&url), &["region", "rename", "kent", "--name", "Cantia"])?;
    for gateway in [&one, &other] {
        until(gateway, address, "Cantia", true).await?;
    }
    // Without Redis each goes on by itself.
    drop(redis);
    let alone = "/graphql?query=%7Bregions%7Bcode%7D%7D";
    until(&other, alone, "kent", true).await?;
    Ok(())
}

#[tokio::test]
async fn errors_are_nobody_elses() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for query in ["{ nonsense }", "{ council(ref: \"camdem\") { name } }"] {
        for _ in 0..2 {
            let request = gateway.request(Method::POST, "/graphql");
            let answer = request.json(&json!({ "query": query })).send().await?;
            ensure!(header(&answer, "cache-status") == "folkmoot; fwd=bypass", "{query}");
            ensure!(header(&answer, "cache-control") == "private, no-store", "{query}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_never_changes_is_kept_longer_by_others_and_what_lacks_a_region_hardly() -> Result<()>
{
    let gateway = Gateway::demo().await?;
    let kept = async |query: &str| {
        let request = gateway.request(Method::POST, "/graphql").json(&json!({ "query": query }));
        anyhow::Ok(header(&request.send().await?, "cache-control").to_owned())
    };
    let reference = kept("{ councils(first: 3) { nodes { name } } }").await?;
    ensure!(reference.starts_with("public, max-age=300,"), "{reference}");
    let health = kept("{ sources { region state } }").await?;
    ensure!(["public, max-age=1", "public, max-age=2"].contains(&health.as_str()), "{health}");
    let paused = folkmoot_tests::folkmoot()
        .args(["region", "pause", "london", "--reason", "They move house."])
        .args(["--database", &gateway.database])
        .status()?;
    ensure!(paused.success());
    let lacks = "{ meetups { complete } }";
    let is_lacking = |data: &serde_json::Value| data["meetups"]["complete"] == false;
    gateway.data_until(lacks, is_lacking).await?;
    // Nobody keeps it before regions are asked as the registry has it now, a moment later.
    let began = Instant::now();
    let partial = loop {
        let said = kept(lacks).await?;
        if said != "private, no-store" {
            break said;
        }
        ensure!(began.elapsed() < Duration::from_secs(5), "nothing is kept any more");
    };
    let seconds = ["public, max-age=5", "public, max-age=6", "public, max-age=7"];
    ensure!(seconds.contains(&partial.as_str()), "{partial}");
    Ok(())
}
