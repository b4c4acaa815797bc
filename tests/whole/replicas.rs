//! A standby of the database under the whole program: what everybody is told comes from there, and
//! nothing that it does or fails to do is seen in an answer.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use folkmoot_domain::{EntityKind, GlobalId};
use folkmoot_store::{Change, ReplicaOptions, Store};
use folkmoot_testkit::{Pair, build};
use folkmoot_tests::{Gateway, Outcome, Passage, Proxy, Readings, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    answer_cache::Asked,
    doctor::Report,
    filled::{fill, regions},
};

/// Within this everything is noticed, and everything works again.
const SOON: Duration = Duration::from_secs(40);

const READS: &str = "folkmoot_public_reads_total";

const TITLES: &str = "meetups(when: ALL, first: 100) { nodes { title } }";

fn place(url: &str) -> Result<SocketAddr> {
    let rest = url.split_once('@').context("a user")?.1;
    Ok(rest.split('/').next().context("a host")?.parse()?)
}

/// A gateway that reaches primary and standby over a network that can fail.
struct Stand {
    pair: Pair,
    gateway: Gateway,
    to_primary: Proxy,
    to_standby: Proxy,
    token: String,
    asked: std::cell::Cell<usize>,
}

impl Stand {
    async fn new(poll_seconds: &str) -> Result<Self> {
        let pair = Pair::start().await;
        fill(&pair.store().await, 5).await;
        pair.catch_up().await;
        let by = |proxy: &Proxy| format!("postgres://postgres@{}/postgres", proxy.address);
        let to_primary = Proxy::start(place(&pair.primary)?)?;
        let to_standby = Proxy::start(place(&pair.standby)?)?;
        let settings = [
            ("FOLKMOOT__DATABASE__POLL_SECONDS", poll_seconds),
            ("FOLKMOOT__DATABASE__REPLICA_URL", &by(&to_standby)),
            ("FOLKMOOT__DATABASE__REPLICA_MAX_CONNECTIONS", "2"),
            ("FOLKMOOT__SERVER__REQUEST_SECONDS", "5"),
            ("FOLKMOOT__FEEDS__EVERY_MINUTES", "0"),
            ("FOLKMOOT__FIGURES__RELEASE_EVERY_HOURS", "0"),
        ];
        let gateway = Gateway::start_with(&by(&to_primary), false, &settings).await?;
        let mut command = folkmoot();
        command.args(["token", "create", "--name", "steward", "--scope", "steward", "--days", "1"]);
        let made = Outcome::of(command.args(["--database", &pair.primary]));
        let token = made.out.split_whitespace().find(|word| word.starts_with("folkmoot_"));
        let token = token.with_context(|| made.err.clone())?.to_owned();
        Ok(Self { pair, gateway, to_primary, to_standby, token, asked: 0.into() })
    }

    /// The titles of all meet-ups, by a question that nobody asked before.
    async fn titles(&self, token: Option<&str>) -> Result<Vec<String>> {
        self.asked.set(self.asked.get() + 1);
        let query = format!("query Q{} {{ {TITLES} }}", self.asked.get());
        let mut request = self.gateway.request(Method::POST, "/graphql");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer: Value = request.json(&json!({ "query": query })).send().await?.json().await?;
        ensure!(answer["errors"].is_null(), "{answer}");
        let nodes = answer["data"]["meetups"]["nodes"].as_array().context("a list")?;
        Ok(nodes.iter().filter_map(|node| node["title"].as_str().map(str::to_owned)).collect())
    }

    /// How many public requests were read where, by the reason.
    async fn reads(&self) -> Result<BTreeMap<&'static str, f64>> {
        let text = self.gateway.request(Method::GET, "/metrics").send().await?.text().await?;
        let readings = Readings::of(&text)?;
        let of = |from, why| readings.sum(READS, &[("from", from), ("why", why)]);
        let mut reads = BTreeMap::from([("replica", of("replica", "current").context("counted")?)]);
        for why in ["behind", "away", "busy", "conflict", "unfit", "unsure"] {
            reads.insert(why, of("primary", why).with_context(|| format!("{why} is counted"))?);
        }
        Ok(reads)
    }

    /// Asks until one is read of the standby.
    async fn until_the_standby_is_read(&self) -> Result<Vec<String>> {
        let began = Instant::now();
        loop {
            let before = self.reads().await?["replica"];
            let titles = self.titles(None).await?;
            let now = self.reads().await?;
            if now["replica"] > before {
                return Ok(titles);
            }
            ensure!(began.elapsed() < SOON, "the standby is not read: {now:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Asks until the answer is as wanted.
    async fn until(&self, is_wanted: impl Fn(&[String]) -> bool) -> Result<()> {
        let began = Instant::now();
        while !is_wanted(&self.titles(None).await?) {
            ensure!(began.elapsed() < SOON, "it does not become so");
        }
        Ok(())
    }
}

/// The primary cannot say a word, so whatever is answered is of the standby.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_everybody_is_told_is_read_of_the_standby_and_nothing_else_is() -> Result<()> {
    let stand = Stand::new("60").await?;
    let titles = stand.until_the_standby_is_read().await?;
    ensure!(!titles.is_empty());
    let before = stand.reads().await?["replica"];
    for _ in 0..5 {
        ensure!(stand.titles(Some(&stand.token)).await? == titles);
    }
    ensure!(stand.reads().await?["replica"] == before, "a token's rows are of the primary");

    stand.to_primary.let_pass(Passage::BlackHole);
    for _ in 0..5 {
        ensure!(stand.titles(None).await? == titles, "nothing of it needs the primary");
    }
    ensure!(stand.reads().await?["replica"] == before + 5.0);
    ensure!(stand.titles(Some(&stand.token)).await.is_err(), "a token's rows do");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_lags_is_not_read_and_brings_no_withdrawn_row_back() -> Result<()> {
    let stand = Stand::new("0.1").await?;
    let titles = stand.until_the_standby_is_read().await?;
    stand.pair.pause().await;
    let writer = stand.pair.store().await;
    let new = build::meetup(regions()[0], 950).titled("Newly made").change();
    writer.apply("test", build::start(), vec![new]).await?;
    stand.until(|titles| titles.iter().any(|title| title == "Newly made")).await?;
    let id = build::meetup(regions()[0], 950).build().id;
    let id = GlobalId::regional(EntityKind::Meetup, regions()[0], id.0);
    ensure!(writer.withdraw("test", &id, "asked for", build::start()).await?);
    stand.until(|now| now == titles).await?;
    let before = stand.reads().await?;
    for _ in 0..20 {
        ensure!(stand.titles(None).await? == titles, "it came back");
    }
    let now = stand.reads().await?;
    ensure!(now["replica"] == before["replica"] && now["behind"] == before["behind"] + 20.0);
    // While all that was written is applied, nobody is told what was true in between.
    stand.pair.resume().await;
    ensure!(stand.until_the_standby_is_read().await? == titles);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_hangs_is_cut_off_or_dies_fails_no_answer() -> Result<()> {
    let stand = Stand::new("0.1").await?;
    let titles = stand.until_the_standby_is_read().await?;
    for passage in [Passage::BlackHole, Passage::Refused, Passage::Drips] {
        let before = stand.reads().await?;
        stand.to_standby.let_pass(passage);
        for _ in 0..5 {
            let many = [(); 8].map(|()| stand.titles(None));
            for told in futures::future::join_all(many).await {
                ensure!(told? == titles, "{passage:?}");
            }
        }
        let now = stand.reads().await?;
        ensure!(now["away"] > before["away"], "{passage:?}: {now:?}");
        // More than it has places for were lost in it, and it is read again.
        stand.to_standby.let_pass(Passage::Free);
        stand.until_the_standby_is_read().await?;
    }
    stand.pair.kill_standby().await;
    for _ in 0..10 {
        ensure!(stand.titles(None).await? == titles);
    }
    Ok(())
}

#[tokio::test]
async fn doctor_says_how_the_replica_is() -> Result<()> {
    let pair = Pair::start().await;
    let primary = pair.store().await;
    fill(&primary, 5).await;
    pair.resume_and_catch_up().await;
    let report = |url: &str| {
        let variable = ("FOLKMOOT__DATABASE__REPLICA_URL", url);
        Report::with(&["--database", &pair.primary], &[variable])
    };
    let well = report(&pair.standby)?;
    well.says("replica.reachable", "ok", "PostgreSQL")?;
    well.says("replica.lag", "ok", "It had all that the primary had written within ")?;

    pair.pause().await;
    primary.bump(None, &["REGISTRY"]).await?;
    report(&pair.standby)?.says("replica.lag", "warn", "that the primary wrote more than ")?;
    pair.resume_and_catch_up().await;

    report("postgres://postgres@127.0.0.1:1/postgres")?.says(
        "replica.reachable",
        "warn",
        "The replica",
    )?;
    let other = format!("{}?application_name=other", pair.primary);
    report(&other)?.says("replica.standby", "fail", "It is no standby")?;
    pair.run("CREATE DATABASE other").await;
    let (server, _) = pair.primary.rsplit_once('/').context("a database")?;
    report(&format!("{server}/other"))?.says(
        "replica.history",
        "fail",
        "It holds another database",
    )?;

    let sqlite = Report::with(
        &["--database", "sqlite::memory:"],
        &[("FOLKMOOT__DATABASE__REPLICA_URL", &pair.standby)],
    )?;
    sqlite.says("settings.read", "fail", "SQLite has no replicas")?;
    Ok(())
}

/// A process whose answers are shared, and what it must know.
struct Process {
    store: Store,
    asked: Asked,
    knows: u64,
}

/// Two processes write, hear of each other or not, and share answers, while the standby stops and
/// goes on. No answer, kept or made, is older than what its process knows: by its own writes, and by
/// its last look at what others wrote. Region, register and rows are of the same number.
#[tokio::test]
async fn no_shared_answer_is_older_than_what_its_process_knows() -> Result<()> {
    let seed = std::env::var("FOLKMOOT_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(11);
    let pair = Pair::start().await;
    let store = pair.store().await;
    fill(&store, 5).await;
    number(&store, 0).await?;
    let options = ReplicaOptions {
        url: pair.standby.clone(),
        max_connections: 4,
        known_for: Duration::MAX,
        patience: SOON,
    };
    let mut processes = Vec::new();
    for _ in 0..2 {
        let store = pair.store().await.with_replica(&options).await?;
        let asked = Asked::over(store.clone()).await;
        processes.push(Process { store, asked, knows: 0 });
    }
    let (mut written, mut hits, mut random) = (0, 0, fastrand::Rng::with_seed(seed));
    for step in 0..300 {
        let process = &mut processes[random.usize(..2)];
        match random.u8(..20) {
            0..=2 => {
                written += 1;
                number(&process.store, written).await?;
                process.knows = written;
            }
            3..=5 => {
                process.store.poll_generations().await?;
                process.knows = written;
            }
            6 => pair.pause().await,
            7 => pair.resume().await,
            8 => pair.resume_and_catch_up().await,
            kind => {
                let query = QUERIES[usize::from(kind) % QUERIES.len()];
                let (body, is_hit) = process.asked.shared(query).await;
                hits += usize::from(is_hit);
                let body = String::from_utf8(body)?;
                let told: Vec<u64> = numbers(&body).collect();
                let is_right = |told: &u64| (process.knows..=written).contains(told);
                ensure!(
                    told.iter().all(is_right) && told.len() >= query.matches('(').count(),
                    "seed {seed}, step {step}: knows {}: {body}",
                    process.knows
                );
            }
        }
    }
    ensure!(hits > 10, "seed {seed}: hardly anything was shared");
    Ok(())
}

/// One write: in the register, which answers have from memory, and in rows.
async fn number(store: &Store, number: u64) -> Result<()> {
    let mut region = build::region("kent").0;
    region.name = format!("Number {number}");
    let row = build::meetup(regions()[0], 960).titled(&format!("Number {number}"));
    store.apply("test", build::start(), vec![Change::Region(region), row.change()]).await?;
    Ok(())
}

/// From memory, from rows, and from both.
const QUERIES: [&str; 3] = [
    "{ region(ref: \"kent\") { name } }",
    "{ meetups(when: ALL, first: 100) { nodes { title } } }",
    "{ region(ref: \"kent\") { name } meetups(when: ALL, first: 100) { nodes { title } } }",
];

/// What a row or region is the number of.
fn numbers(body: &str) -> impl Iterator<Item = u64> {
    let digits = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
    body.split("Number ").skip(1).filter_map(move |rest| digits(rest).parse().ok())
}
