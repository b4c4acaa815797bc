//! The commands as people type them, and what they say when something is wrong.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

fn run(directory: &Path, arguments: &[&str]) -> Outcome {
    let database = format!("sqlite://{}", directory.join("folkmoot.db").display());
    let mut command = folkmoot();
    Outcome::of(command.current_dir(directory).args(arguments).args(["--database", &database]))
}

/// The register as the project exports it is taken again, and a second time changes nothing.
#[test]
fn the_register_imports_once_and_then_changes_nothing() -> Result<()> {
    let here = TempDir::new()?;
    let register =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/domain/src/data/councils.csv");
    let register = register.to_str().context("a path")?;
    let first = run(here.path(), &["import", "councils", register]);
    ensure!(first.is_success, "{first:?}");
    ensure!(
        first.out.contains("382 (England 317, Scotland 32, Wales 22, Northern Ireland 11)"),
        "{}",
        first.out
    );
    ensure!(first.out.contains("abolished: 73"), "{}", first.out);
    let second = run(here.path(), &["import", "councils", register]);
    ensure!(second.out.contains("0 created, 0 updated"), "{}", second.out);
    let exported = run(here.path(), &["export", "councils"]);
    ensure!(exported.out == fs::read_to_string(register)?, "the export is another register");
    Ok(())
}

#[tokio::test]
async fn a_sheet_with_a_slip_is_refused_whole_and_taken_when_it_is_put_right() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let here = TempDir::new()?;
    let sheet = here.path().join("plan.csv");
    let import = |more: &[&str]| {
        let mut command = folkmoot();
        command.args(["import", "offers", sheet.to_str().expect("a path"), "--region", "london"]);
        Outcome::of(command.args(more).args(["--database", &gateway.database]))
    };
    let template = Outcome::of(folkmoot().args(["import", "offers", "--template"]));
    ensure!(template.is_success && template.err.contains("needed"), "{template:?}");
    let count = async || -> Result<serde_json::Value> {
        let data = gateway.data("{ offers(region: \"london\") { totalCount } }", json!({})).await?;
        Ok(data["offers"]["totalCount"].clone())
    };
    let before = count().await?;

    fs::write(&sheet, template.out.replace("Camden", "Camdem"))?;
    let refused = import(&[]);
    ensure!(!refused.is_success && refused.out.contains("did you mean Camden"), "{refused:?}");
    ensure!(refused.err.contains("nothing was imported"), "{refused:?}");
    ensure!(count().await? == before);

    fs::write(&sheet, &template.out)?;
    let dry = import(&["--dry-run"]);
    ensure!(
        dry.is_success && dry.out.contains("1 created") && dry.out.contains("Nothing was written"),
        "{dry:?}"
    );
    ensure!(count().await? == before);
    let taken = import(&[]);
    ensure!(taken.is_success && taken.out.contains("1 created"), "{taken:?}");
    let after = count().await?;
    ensure!(after.as_u64() == before.as_u64().map(|before| before + 1), "{before} became {after}");
    let again = import(&[]);
    ensure!(again.out.contains("0 created, 0 updated, 1 unchanged"), "{again:?}");
    ensure!(count().await? == after);
    Ok(())
}

/// Memberships are kept in memory by the server: what another process writes it sees by polling.
#[tokio::test]
async fn a_membership_imported_beside_a_running_server_is_seen_at_its_next_poll() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__DATABASE__POLL_SECONDS", "1")]).await?;
    let here = TempDir::new()?;
    let sheet = here.path().join("members.csv");
    fs::write(&sheet, "council,group,home,starts_on,ends_on\nAdur,,yes,2016-07-07,\n")?;
    let query = "{ council(ref: \"adur\") { region { code } groups { name } } }";
    let before = gateway.data(query, json!({})).await?;
    ensure!(before["council"] == json!({ "region": null, "groups": [] }), "{before}");

    let mut import = folkmoot();
    import.args(["import", "memberships", sheet.to_str().context("a path")?]);
    let taken = Outcome::of(import.args(["--region", "london", "--database", &gateway.database]));
    ensure!(taken.is_success && taken.out.contains("1 created"), "{taken:?}");

    let is_member = |data: &serde_json::Value| data["council"]["region"]["code"] == "london";
    let after = gateway.data_until(query, is_member).await?;
    ensure!(after["council"]["groups"] == json!([{ "name": "London Peer Group" }]), "{after}");
    Ok(())
}

#[tokio::test]
async fn a_token_is_shown_once_and_ends_when_it_is_revoked() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let token = |arguments: &[&str]| {
        Outcome::of(folkmoot().arg("token").args(arguments).args(["--database", &gateway.database]))
    };
    let made = token(&["create", "--name", "Midlands", "--scope", "coordinator:midlands"]);
    ensure!(made.is_success, "{made:?}");
    let secret = made.out.lines().next().context("the token")?.to_owned();
    let viewer = async || -> Result<reqwest::Response> {
        let request = gateway.request(Method::POST, "/graphql").bearer_auth(&secret);
        Ok(request.json(&json!({ "query": "{ viewer { name scopes } }" })).send().await?)
    };
    let said: serde_json::Value = viewer().await?.json().await?;
    ensure!(said["data"]["viewer"]["name"] == "Midlands", "{said}");

    let listed = token(&["list"]);
    ensure!(!listed.out.contains(&secret), "the list shows a secret");
    let line = listed.out.lines().find(|line| line.ends_with("Midlands (coordinator:midlands)"));
    let id = line.and_then(|line| line.split(' ').next()).context("the token's id")?;
    ensure!(token(&["revoke", id]).is_success);
    let refused = viewer().await?;
    ensure!(refused.status() == 401);
    ensure!(refused.text().await?.contains("revoked"));
    ensure!(!token(&["revoke", id]).is_success, "it was already revoked");
    Ok(())
}

#[test]
fn settings_and_files_that_are_wrong_are_named() -> Result<()> {
    let here = TempDir::new()?;
    let path = |name: &str| here.path().join(name);
    fs::write(path("unknown.toml"), "[server]\nlisten_on = \"x\"\n")?;
    fs::write(path("slip.toml"), "database = \"postgres://me:s3cret@db/folkmoot\"\n")?;
    fs::write(path("empty.csv"), "")?;
    fs::write(path("cut.csv"), "code,slug\nABC")?;
    for (arguments, says) in [
        (&["token", "list"][..], "folkmoot migrate"),
        (&["config", "--config", "missing.toml"], "missing.toml"),
        (&["config", "--config", "unknown.toml"], "listen_on"),
        (&["config", "--config", "slip.toml"], "the setting database (from "),
        (&["import", "councils", "missing.csv"], "missing.csv"),
        (&["import", "councils", "empty.csv"], "empty"),
        (&["import", "meetups", "cut.csv"], "--region"),
        (&["token", "create", "--name", "x", "--scope", "admin"], "unknown scope"),
    ] {
        let outcome = run(here.path(), arguments);
        ensure!(!outcome.is_success, "{arguments:?} was taken");
        ensure!(outcome.err.contains(says), "{arguments:?}: {}", outcome.err);
        ensure!(!outcome.err.contains("panicked"), "{}", outcome.err);
        ensure!(!outcome.err.contains("s3cret"), "a password is shown: {}", outcome.err);
    }
    // What runs beside a server goes by the same file.
    let file = path("unknown.toml");
    let outcome = Outcome::of(folkmoot().arg("config").env("FOLKMOOT_CONFIG", &file));
    ensure!(outcome.err.contains("listen_on"), "{outcome:?}");
    Ok(())
}

#[tokio::test]
async fn a_taken_port_and_a_database_that_is_not_there_are_named() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let here = TempDir::new()?;
    let taken = gateway.address.trim_start_matches("http://");
    let outcome = run(here.path(), &["serve", "--listen", taken]);
    ensure!(!outcome.is_success && outcome.err.contains("is taken"), "{outcome:?}");

    let real = run(here.path(), &["migrate"]);
    ensure!(real.is_success, "{real:?}");
    let nowhere =
        Outcome::of(folkmoot().args(["migrate", "--database", "sqlite:///nowhere/at/all.db"]));
    ensure!(!nowhere.is_success && nowhere.err.starts_with("folkmoot: "), "{nowhere:?}");
    let down =
        Outcome::of(folkmoot().args(["migrate", "--database", "postgres://127.0.0.1:1/none"]));
    ensure!(!down.is_success && down.err.contains("database"), "{down:?}");
    Ok(())
}

#[tokio::test]
async fn the_demo_does_not_fill_a_database_that_holds_something_else() -> Result<()> {
    let here = TempDir::new()?;
    let database = format!("sqlite://{}", here.path().join("folkmoot.db").display());
    let real = Gateway::start(&database, false).await?;
    let data =
        real.data("{ regions { code synthetic } councils { totalCount } }", json!({})).await?;
    ensure!(data["councils"]["totalCount"] == 382, "{data}");
    ensure!(data["regions"].as_array().is_some_and(|regions| regions.len() == 5), "{data}");
    real.stop().await?;
    let outcome = run(here.path(), &["serve", "--demo", "--listen", "127.0.0.1:0"]);
    ensure!(
        !outcome.is_success && outcome.err.contains("--demo only fills an empty one"),
        "{outcome:?}"
    );
    Ok(())
}
