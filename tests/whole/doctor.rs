//! `folkmoot doctor`: what it says of a gateway that is well, and of each thing that can be wrong
//! with one, so that an operator knows what to do.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::{Database, RegionService};
use folkmoot_tests::{Gateway, Outcome, Passage, Proxy, folkmoot};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{shared_answers::Server, tls::Authority};

/// The text and the advice of each finding, by what it is about.
pub(crate) struct Report {
    all: Value,
    code: Option<i32>,
}

impl Report {
    fn of(arguments: &[&str]) -> Result<Self> {
        Self::with(arguments, &[])
    }

    pub(crate) fn with(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Self> {
        let mut command = folkmoot();
        command.args(["doctor", "--json"]).args(arguments).envs(variables.iter().copied());
        let outcome = Outcome::of(&mut command);
        ensure!(!outcome.err.contains("panicked"), "{}", outcome.err);
        let all = serde_json::from_str(&outcome.out).with_context(|| format!("{outcome:?}"))?;
        let report = Self { all, code: outcome.code };
        let worst =
            if outcome.code == Some(0) { ["ok", "note", "warn"].as_slice() } else { &["fail"] };
        ensure!(worst.iter().any(|level| report.all["worst"] == *level), "{report}");
        for finding in report.findings() {
            let has_advice = finding["advice"].as_str().is_some_and(|advice| advice.ends_with('.'));
            ensure!(has_advice == (finding["level"] != "ok"), "{finding}");
            ensure!(
                finding["text"].as_str().is_some_and(|text| text.ends_with(['.', ':'])),
                "{finding}"
            );
        }
        Ok(report)
    }

    fn findings(&self) -> impl Iterator<Item = &Value> {
        self.all["findings"].as_array().into_iter().flatten()
    }

    /// What was found by a check: its level and its sentence.
    pub(crate) fn says(&self, check: &str, level: &str, text: &str) -> Result<&Value> {
        let is_it = |one: &&Value| {
            let says = one["text"].as_str().unwrap_or_default();
            one["check"] == check && one["level"] == level && says.contains(text)
        };
        self.findings().find(is_it).with_context(|| format!("{check} {level} {text}: {self}"))
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {:?}: {:#}", self.code, self.all)
    }
}

fn place(url: &str) -> Result<SocketAddr> {
    let rest = url.split_once("://").context("an address")?.1;
    let host = rest.rsplit('@').next().and_then(|rest| rest.split('/').next());
    Ok(host.context("a host")?.parse()?)
}

fn files(folder: &Path) -> Result<Vec<(String, u64)>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        files.push((file.file_name().to_string_lossy().into_owned(), file.metadata()?.len()));
    }
    files.sort();
    Ok(files)
}

#[tokio::test]
async fn doctor_finds_nothing_wrong_with_a_gateway_that_is_well() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let arguments = ["--database", &gateway.database, "--live", &gateway.address];
    let report = Report::of(&arguments)?;
    ensure!(report.code == Some(0), "{report}");
    report.says("settings.read", "ok", "1 setting is not the default:")?;
    report.says("database.reachable", "ok", "SQLite 3.")?;
    report.says("database.schema", "ok", "Its tables are those of folkmoot")?;
    report.says("disk.writable", "ok", "can be written to")?;
    report.says("figures.release", "ok", "The last release, number ")?;
    report.says("regions.region", "ok", "London (london): hosted here, takes part.")?;
    report.says(
        "redis.reachable",
        "ok",
        "There is none, which is fine: each process keeps its own.",
    )?;
    report.says("running.ready", "ok", &format!("is ready at {}", gateway.address))?;
    report.says("running.breakers", "ok", "No live region")?;
    report.says("running.sources", "ok", "It has fresh rows of every region.")?;
    report.says("clock.skew", "ok", "one other clock agrees with it")?;

    let people = Outcome::of(folkmoot().arg("doctor").args(arguments));
    ensure!(people.is_success && people.err.is_empty(), "{people:?}");
    ensure!(
        people.out.starts_with("Settings\n  ok    1 setting is not the default:\n"),
        "{people:?}"
    );
    ensure!(people.out.ends_with("\nNothing is wrong.\n"), "{people:?}");
    Ok(())
}

#[tokio::test]
async fn doctor_makes_and_changes_no_file() -> Result<()> {
    let home = TempDir::new()?;
    let file = home.path().join("folkmoot.db");
    let url = format!("sqlite://{}", file.display());
    let report = Report::of(&["--database", &url])?;
    ensure!(report.code == Some(1), "{report}");
    let missing = format!("There is no database at {}.", file.display());
    report.says("database.reachable", "fail", &missing)?;
    report.says("redis.reachable", "ok", "")?;
    ensure!(files(home.path())?.is_empty(), "{:?}", files(home.path())?);

    ensure!(Outcome::of(folkmoot().args(["migrate", "--database", &url])).is_success);
    let before = (files(home.path())?, fs::read(&file)?);
    let report = Report::of(&["--database", &url])?;
    ensure!(report.code == Some(0), "{report}");
    report.says("database.rows", "note", "It has no councils yet.")?;
    report.says("regions.any", "note", "There is no region yet.")?;
    ensure!((files(home.path())?, fs::read(&file)?) == before, "{:?}", files(home.path())?);

    let nowhere = format!("sqlite://{}/no/such.db", home.path().display());
    let report = Report::of(&["--database", &nowhere])?;
    report.says("disk.folder", "fail", "There is no folder")?;
    Ok(())
}

folkmoot_testkit::on_both_databases!(doctor_tells_tables_that_are_behind_or_newer);

async fn doctor_tells_tables_that_are_behind_or_newer(database: Database) {
    let url = database.options().url.clone();
    let look = || Report::of(&["--database", &url]).expect("a report");
    let report = look();
    report.says("database.schema", "ok", "").expect("up to date");
    if url.starts_with("postgres") {
        report.says("database.reachable", "ok", "PostgreSQL ").expect("its version");
        let found = report.says("database.connections", "ok", "each process here takes up to 10.");
        assert_eq!(found.expect("its connections")["measured"]["most"], 297.0, "{report}");
        report.says("clock.skew", "ok", "one other clock agrees").expect("its clock");
    }

    let last = "(SELECT max(version) FROM seaql_migrations)";
    database.run(&format!("DELETE FROM seaql_migrations WHERE version = {last}")).await;
    let report = look();
    assert_eq!(report.code, Some(0), "{report}");
    let behind = report.says("database.schema", "warn", "Its tables lack 1 step of folkmoot");
    let advice = "Run `folkmoot migrate`, or start `folkmoot serve`, which does it.";
    assert_eq!(behind.expect("behind")["advice"], advice);

    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9_later', 0)";
    database.run(later).await;
    let report = look();
    assert_eq!(report.code, Some(1), "{report}");
    let newer = report.says("database.schema", "fail", "A newer folkmoot than");
    assert_eq!(newer.expect("newer")["details"][0], "This one does not know m9_later.");
}

#[tokio::test]
async fn doctor_goes_on_when_the_database_is_down_or_hangs() -> Result<()> {
    let database = Database::postgres().await;
    let network = Proxy::start(place(&database.options().url)?)?;
    let server = place(&database.options().url)?.to_string();
    let url = database.options().url.replace(&server, &network.address.to_string());
    let url = url.replace("postgres@", "postgres:sesame@");
    Report::of(&["--database", &url])?.says("database.reachable", "ok", "PostgreSQL")?;
    for passage in [Passage::Refused, Passage::BlackHole, Passage::HalfAnswers, Passage::Reset] {
        network.let_pass(passage);
        let began = Instant::now();
        let report = Report::of(&["--database", &url])?;
        ensure!(began.elapsed() < Duration::from_secs(15), "{passage:?}: {:?}", began.elapsed());
        ensure!(report.code == Some(1), "{passage:?}: {report}");
        report.says("database.reachable", "fail", "The database ")?;
        report.says("redis.reachable", "ok", "")?;
        ensure!(!report.to_string().contains("sesame"), "{report}");
    }
    Ok(())
}

#[tokio::test]
async fn doctor_tells_redis_without_bound_frozen_gone_and_refusing() -> Result<()> {
    let home = TempDir::new()?;
    let url = format!("sqlite://{}", home.path().join("folkmoot.db").display());
    ensure!(Outcome::of(folkmoot().args(["migrate", "--database", &url])).is_success);
    let mut server = Server::started(&[]);
    let look = |redis: &str| Report::of(&["--database", &url, "--redis", redis]);
    let report = look(&server.url())?;
    report.says("settings.sqlite_with_redis", "warn", "SQLite, which serves one process")?;
    report.says("redis.reachable", "ok", "answers in")?;
    let unbound = report.says("redis.memory", "warn", "has no bound")?;
    ensure!(unbound["advice"] == "Set maxmemory, and maxmemory-policy to allkeys-lru.", "{report}");
    report.says("clock.skew", "ok", "one other clock agrees")?;

    server.say(&["CONFIG", "SET", "maxmemory", "100mb"]);
    look(&server.url())?.says(
        "redis.memory",
        "warn",
        "of 100 MB and drops nothing once it is full",
    )?;
    server.say(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    look(&server.url())?.says("redis.memory", "ok", "of 100 MB and drops by allkeys-lru.")?;

    server.say(&["CONFIG", "SET", "requirepass", "sesame"]);
    let wrong = format!("redis://:open-sesame@127.0.0.1:{}", server.port);
    for url in [&server.url(), &wrong] {
        let report = look(url)?;
        report.says("redis.reachable", "warn", "It refuses the user name or password.")?;
        ensure!(!report.to_string().contains("sesame"), "{report}");
    }
    let right = format!("redis://:sesame@127.0.0.1:{}", server.port);
    let report = look(&right)?;
    report.says("redis.reachable", "ok", "")?;
    ensure!(!report.to_string().contains("sesame"), "{report}");

    server.freeze();
    let began = Instant::now();
    let report = look(&right)?;
    server.thaw();
    ensure!(report.code == Some(0), "nothing fails for want of it: {report}");
    report.says("redis.reachable", "warn", "It cannot be reached.")?;
    ensure!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    server.kill();
    look(&right)?.says("redis.reachable", "warn", "It cannot be reached.")?;
    Ok(())
}

const PRIVATE: (&str, &str) = ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");

#[tokio::test]
async fn doctor_asks_live_regions_and_tells_which_are_left_in_peace() -> Result<()> {
    let settings = [("FOLKMOOT__DATABASE__POLL_SECONDS", "1"), PRIVATE, ("KENT_TOKEN", "sesame")];
    let gateway = Gateway::demo_with(&settings).await?;
    let mut service = RegionService::start("kent");
    let mut add = folkmoot();
    add.envs(settings).args(["region", "add", "kent", "--name", "Kent", "--active"]);
    add.args(["--live", &service.address, "--secret", "KENT_TOKEN"]);
    let added = Outcome::of(add.args(["--database", &gateway.database]));
    ensure!(added.is_success, "{added:?}");
    gateway.data_until("{ regions { code } }", |data| data.to_string().contains("kent")).await?;
    let asked = "{ meetups(region: \"kent\", when: ALL) { complete } }";
    let arguments = ["--database", &gateway.database, "--live", &gateway.address];
    let look = || Report::with(&arguments, &[PRIVATE, ("KENT_TOKEN", "sesame")]);

    let unset = Report::with(&arguments, &[PRIVATE])?;
    unset.says(
        "regions.region",
        "warn",
        "asked live, takes part; its secret KENT_TOKEN is not set",
    )?;
    let report = look()?;
    ensure!(report.code == Some(0), "{report}");
    report.says("settings.allow_private", "warn", "feeds.allow_private is on")?;
    report.says("regions.region", "ok", "Kent (kent): asked live, takes part; it answers in ")?;

    service.change_card(|card| card["now"] = json!("2026-01-01T00:00:00Z"));
    look()?.says("clock.skew", "warn", "The clock of Kent is ")?;

    service.stop();
    let mut first = 1;
    loop {
        // Each is another question, so that none is answered by what was kept.
        let query = asked.replace("when: ALL", &format!("when: ALL, first: {first}"));
        gateway.ask(&query, json!({})).await?;
        let report = look()?;
        ensure!(report.code == Some(0), "the others are served: {report}");
        report.says("regions.region", "warn", "asked now: it could not be reached")?;
        if let Ok(open) = report.says("running.breakers", "warn", "It leaves regions in peace") {
            let said = open["details"][0].as_str().unwrap_or_default();
            let is_told = said.strip_prefix("kent is left in peace, and tried again from ");
            ensure!(is_told.is_some_and(|at| at.ends_with(" UTC on")), "{report}");
            report.says("running.sources", "warn", "It lacks fresh rows of 1 of ")?;
            ensure!(!report.to_string().contains("sesame"), "{report}");
            return Ok(());
        }
        first += 1;
        ensure!(first < 40, "it is never left in peace: {report}");
    }
}

#[tokio::test]
async fn doctor_tells_servers_that_are_not_there_hang_or_are_something_else() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let network = Proxy::start(place(&gateway.address)?)?;
    let live = format!("http://sesame:sesame@{}", network.address);
    let look = || Report::of(&["--database", &gateway.database, "--live", &live]);
    let report = look()?;
    report.says("running.ready", "ok", &format!("is ready at http://{}", network.address))?;
    ensure!(!report.to_string().contains("sesame"), "{report}");

    network.let_pass(Passage::BlackHole);
    let began = Instant::now();
    let report = look()?;
    ensure!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    ensure!(report.code == Some(1), "{report}");
    report.says("running.ready", "fail", "and does not answer.")?;
    report.says("database.schema", "ok", "")?;
    network.let_pass(Passage::Refused);
    look()?.says("running.ready", "fail", "Nothing answers at http://127.0.0.1:")?;

    let other = RegionService::start("kent");
    let live = other.address.trim_end_matches("/graphql");
    let report = Report::of(&["--database", &gateway.database, "--live", live])?;
    report.says("running.ready", "fail", "is no folkmoot")?;
    Ok(())
}

#[tokio::test]
async fn doctor_looks_at_the_certificate_and_asks_a_gateway_that_shows_it() -> Result<()> {
    let authority = Authority::new()?;
    let gateway = authority.gateway(&[]).await?;
    let own = authority.settings();
    let own: Vec<_> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let listen = place(&gateway.address)?.to_string();
    let arguments = ["--database", &gateway.database, "--listen", &listen, "--live"];
    let look = || Report::with(&arguments, &own);
    let report = look()?;
    ensure!(report.code == Some(0), "{report}");
    report.says("certificate.pair", "ok", "server.crt holds it")?;
    report.says("certificate.end", "ok", "It holds until 1 January 2090, 00:00 UTC.")?;
    report.says("running.ready", "ok", &format!("is ready at {}", gateway.address))?;

    authority.renew(2020)?;
    let report = look()?;
    ensure!(report.code == Some(1), "{report}");
    report.says("certificate.end", "fail", "It ended on 1 January 2020, 00:00 UTC")?;
    fs::write(authority.file("key"), "")?;
    let report = look()?;
    report.says("certificate.pair", "fail", "server.key holds no key in PEM")?;
    Ok(())
}

#[test]
fn doctor_names_settings_that_are_wrong_and_looks_no_further() -> Result<()> {
    let home = TempDir::new()?;
    let file = home.path().join("folkmoot.toml");
    fs::write(&file, "[server]\nlisten_on = \"x\"\n")?;
    let report = Report::of(&["--config", file.to_str().context("a path")?])?;
    ensure!(report.code == Some(1), "{report}");
    let finding = report.says("settings.read", "fail", "listen_on")?;
    ensure!(finding["details"][0] == "Nothing else was looked at.", "{report}");
    ensure!(report.findings().count() == 1, "{report}");
    Ok(())
}
