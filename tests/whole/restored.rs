//! A backup, made while the gateway runs and put back on an empty machine: everything is there, and
//! what was answered before the restore is answered no longer.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::Database;
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Every kind of thing there is, as one reads it who may see everything.
const QUESTIONS: [&str; 8] = [
    "{ councils(first: 400) { totalCount nodes { id code name type gssCode } } }",
    "{ regions { code name onTrial licence } peerGroups(first: 100) { nodes { slug name } } }",
    "{ meetups(first: 100) { totalCount nodes { id title startsAt status revision } } }",
    "{ caseStudies(first: 100) { totalCount nodes { id title summary } } }",
    "{ offers(first: 100) { totalCount nodes { id kind council { name } } } }",
    "{ capability { rows { period pointRef responded shareAt3OrMore } } }",
    "{ supportRanking(first: 15) { halfYear rows { rank pointRef } } }",
    "{ serviceAssessments(first: 100) { totalCount nodes { id } } }",
];

/// What the gateway holds, read in every way that others read it.
async fn held(gateway: &Gateway, token: &str) -> Result<Vec<Value>> {
    let mut held = Vec::new();
    for query in QUESTIONS {
        let request = gateway.request(Method::POST, "/graphql").bearer_auth(token);
        let answer: Value = request.json(&json!({ "query": query })).send().await?.json().await?;
        ensure!(answer["errors"].is_null(), "{query}: {answer}");
        held.push(answer["data"].clone());
    }
    for kind in ["meetups", "case-studies", "offers"] {
        let path = format!("/regions/london/changes/{kind}");
        let page = gateway.request(Method::GET, &path).bearer_auth(token).send().await?;
        ensure!(page.status().is_success(), "{path}: {}", page.status());
        held.push(page.json().await?);
    }
    Ok(held)
}

/// What tells of each table whether it is the same.
fn digests(database: &str) -> Result<Vec<String>> {
    let outcome = Outcome::of(folkmoot().args(["export", "digests", "--database", database]));
    ensure!(outcome.is_success, "{}", outcome.err);
    Ok(outcome.out.lines().map(str::to_owned).collect())
}

fn run(command: &mut Command) -> Result<()> {
    let outcome = Outcome::of(command);
    ensure!(outcome.is_success, "{}", outcome.err);
    Ok(())
}

/// Addresses are part of what is read, and the machine has another one.
const SETTINGS: [(&str, &str); 1] = [("FOLKMOOT__SERVER__PUBLIC_URL", "https://folkmoot.example")];

async fn is_all_there(
    before: &str,
    after: &str,
    restore: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let gateway = Gateway::start_with(before, true, &SETTINGS).await?;
    let token = gateway.token(Role::Steward).context("the demo prints one")?.to_owned();
    restore()?;
    let (all, back) = (digests(before)?, digests(after)?);
    let differing: Vec<_> = all.iter().zip(&back).filter(|(one, other)| one != other).collect();
    ensure!(all.len() == back.len() && differing.is_empty(), "{differing:?}");
    ensure!(all.iter().any(|line| line.starts_with("meetup,")), "{all:?}");
    run(folkmoot().args(["cache", "renew", "--database", after]))?;
    let renewed = digests(after)?;
    let differing: Vec<_> = renewed.iter().filter(|line| !back.contains(line)).collect();
    ensure!(
        matches!(differing[..], [line] if line.starts_with("epoch,1,")),
        "one value is another, and these differ: {differing:?}"
    );
    let restored = Gateway::start_with(after, false, &SETTINGS).await?;
    // With the token of before: those are in the database, too.
    let (all, back) = (held(&gateway, &token).await?, held(&restored, &token).await?);
    ensure!(all == back, "what came back differs");
    let rows = all[2]["meetups"]["totalCount"].as_u64().unwrap_or_default();
    ensure!(rows > 10, "there are {rows} meet-ups only");
    let card =
        |gateway: &Gateway| gateway.request(Method::GET, "/regions/london/region.json").send();
    let (old, new): (Value, Value) =
        (card(&gateway).await?.json().await?, card(&restored).await?.json().await?);
    ensure!(old["epoch"] != new["epoch"], "gateways that mirror it would go on as if nothing was");
    let register = |database: &str| {
        let outcome = Outcome::of(folkmoot().args(["export", "councils", "--database", database]));
        ensure!(outcome.is_success && outcome.out.lines().count() > 400, "{}", outcome.err);
        Ok(outcome.out)
    };
    ensure!(register(before)? == register(after)?, "another register");
    Ok(())
}

#[tokio::test]
async fn a_dump_of_postgres_holds_everything() -> Result<()> {
    let (before, after) = (Database::postgres().await, Database::postgres().await);
    let (before, after) = (&before.options().url, &after.options().url);
    let folder = TempDir::new()?;
    let dump = folder.path().join("folkmoot.dump");
    is_all_there(before, after, || {
        run(Command::new("pg_dump")
            .args(["--format=custom", "--dbname", before])
            .arg("--file")
            .arg(&dump))?;
        // As the operators' guide has it: into an empty database, all or nothing.
        let emptied = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        run(Command::new("psql").args(["--quiet", "--dbname", after, "--command", emptied]))?;
        run(Command::new("pg_restore")
            .args(["--exit-on-error", "--single-transaction", "--no-owner", "--dbname", after])
            .arg(&dump))
    })
    .await
}

#[tokio::test]
async fn a_backup_of_sqlite_holds_everything() -> Result<()> {
    let folder = TempDir::new()?;
    let file = |name: &str| folder.path().join(name);
    let address = |name: &str| format!("sqlite://{}", file(name).display());
    is_all_there(&address("folkmoot.db"), &address("copy.db"), || {
        let backup = format!(".backup '{}'", file("copy.db").display());
        run(Command::new("sqlite3").arg(file("folkmoot.db")).arg(backup))
    })
    .await
}
