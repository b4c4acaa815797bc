//! The database goes while people ask, and comes back: what was answered before is answered still and
//! says that nobody can check it, the rest is refused in good time, and nobody has to start anything
//! anew.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::Database;
use folkmoot_tests::{Gateway, Outcome, Passage, Proxy, folkmoot};
use futures::future::try_join_all;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::shared_answers::header;

/// Within this everything is noticed, and everything works again.
const SOON: Duration = Duration::from_secs(30);

/// Nobody waits longer for a word.
const PROMPT: Duration = Duration::from_secs(8);

const KNOWN: &str = "/graphql?query=%7Bregions%7Bname%7D%7D";

struct Stand {
    gateway: Gateway,
    network: Proxy,
    /// The database's address, by way of the network.
    address: String,
    token: String,
}

impl Stand {
    async fn new(database: &Database) -> Result<Self> {
        let direct = &database.options().url;
        let (scheme, rest) = direct.split_once("://").context("an address")?;
        let (host, path) = rest.split_once('/').context("a database")?;
        let (user, place) = host.split_once('@').context("a user")?;
        let network = Proxy::start(place.parse::<SocketAddr>()?)?;
        let address = format!("{scheme}://{user}@{}/{path}", network.address);
        let settings = [
            ("FOLKMOOT__DATABASE__POLL_SECONDS", "0.2"),
            ("FOLKMOOT__DATABASE__ACQUIRE_SECONDS", "1"),
            // So few that one which is lost is missed.
            ("FOLKMOOT__DATABASE__MAX_CONNECTIONS", "2"),
            ("FOLKMOOT__SERVER__REQUEST_SECONDS", "5"),
        ];
        let gateway = Gateway::start_with(&address, false, &settings).await?;
        let mut command = folkmoot();
        command.args(["token", "create", "--name", "steward", "--scope", "steward", "--days", "1"]);
        let made = Outcome::of(command.args(["--database", direct]));
        let token = made.out.split_whitespace().find(|word| word.starts_with("folkmoot_"));
        let token = token.with_context(|| made.err.clone())?.to_owned();
        Ok(Self { gateway, network, address, token })
    }

    /// One that answers everything, and what it says to what is asked again and again.
    async fn well(database: &Database) -> Result<(Self, String)> {
        let stand = Self::new(database).await?;
        stand.is_well(&stand.known().await?.text().await?, 0).await?;
        let before = stand.known().await?.text().await?;
        Ok((stand, before))
    }

    async fn known(&self) -> Result<Response> {
        Ok(self.gateway.request(Method::GET, KNOWN).send().await?)
    }

    /// A question that nobody asked before, and how long the answer took.
    async fn new_question(&self, number: usize) -> Result<(Response, Duration)> {
        let query = format!("query Q{number} {{ meetups(first: 3) {{ nodes {{ title }} }} }}");
        let request = self.gateway.request(Method::POST, "/graphql");
        let began = Instant::now();
        Ok((request.json(&json!({ "query": query })).send().await?, began.elapsed()))
    }

    async fn reachable(&self) -> Result<String> {
        let text = self.gateway.request(Method::GET, "/metrics").send().await?.text().await?;
        let line = text.lines().find(|line| line.starts_with("folkmoot_database_reachable"));
        Ok(line.context("it is not measured")?.to_owned())
    }

    /// How all fares while the database is away.
    async fn is_borne(&self, before: &str, from: usize) -> Result<()> {
        let began = Instant::now();
        loop {
            let answer = self.known().await?;
            ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
            let is_told = header(&answer, "cache-status").contains("detail=unverified")
                && header(&answer, "cache-control") == "public, no-cache"
                && !header(&answer, "age").is_empty();
            ensure!(answer.text().await? == before, "another answer");
            if is_told {
                break;
            }
            ensure!(began.elapsed() < SOON, "nobody is told");
        }
        for number in 0..3 {
            let (answer, took) = self.new_question(from + number).await?;
            ensure!(took < PROMPT, "{took:?}");
            let said: Value = answer.json().await?;
            let code = said["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
            let is_clear = ["STORE_UNAVAILABLE", "NATION_UNAVAILABLE", "TIMED_OUT"].contains(&code);
            ensure!(is_clear, "{said}");
        }
        let own = self.gateway.request(Method::POST, "/graphql").bearer_auth(&self.token);
        let own = own.json(&json!({ "query": "{ regions { name } }" })).send().await?;
        ensure!(own.status() == StatusCode::SERVICE_UNAVAILABLE, "{}", own.status());
        for path in ["/health/ready", "/health/live"] {
            let health = self.gateway.request(Method::GET, path).send().await?;
            ensure!(health.status() == StatusCode::OK, "{path} follows the database");
        }
        ensure!(self.reachable().await? == "folkmoot_database_reachable 0");
        Ok(())
    }

    /// Until all is as before, without anything being started anew.
    async fn is_well(&self, before: &str, from: usize) -> Result<()> {
        let began = Instant::now();
        for number in from.. {
            let (answer, _) = self.new_question(number).await?;
            let said: Value = answer.json().await?;
            let known = self.known().await?;
            let is_verified = !header(&known, "cache-status").contains("unverified");
            ensure!(known.text().await? == before, "another answer");
            // Who asks may get through before the gateway looks again whether it can.
            let is_measured = self.reachable().await? == "folkmoot_database_reachable 1";
            if said["errors"].is_null() && said["data"].is_object() && is_verified && is_measured {
                break;
            }
            ensure!(began.elapsed() < SOON, "still: {said}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let own = self.gateway.request(Method::POST, "/graphql").bearer_auth(&self.token);
        let own = own.json(&json!({ "query": "{ regions { name } }" })).send().await?;
        ensure!(own.status() == StatusCode::OK, "{}", own.status());
        ensure!(self.reachable().await? == "folkmoot_database_reachable 1");
        Ok(())
    }
}

async fn goes_and_comes_back(as_if: Passage) -> Result<()> {
    let database = Database::postgres().await;
    let (stand, before) = Stand::well(&database).await?;
    for round in 1..=2 {
        stand.network.let_pass(as_if);
        stand.is_borne(&before, round * 1000).await?;
        stand.network.let_pass(Passage::Free);
        stand.is_well(&before, round * 1000 + 500).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_killed_and_comes_back_is_missed_by_new_questions_only() -> Result<()> {
    goes_and_comes_back(Passage::Refused).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_behind_a_network_that_swallows_everything_is_borne_likewise() -> Result<()> {
    goes_and_comes_back(Passage::BlackHole).await
}

/// Connections stay open, and nothing more comes on those that were asked anything meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_hang_do_not_use_the_pool_up() -> Result<()> {
    let database = Database::postgres().await;
    let (stand, before) = Stand::well(&database).await?;
    for round in 1..=2 {
        stand.network.let_pass(Passage::HalfAnswers);
        let began = Instant::now();
        while stand.reachable().await? != "folkmoot_database_reachable 0" {
            ensure!(began.elapsed() < SOON, "nobody notices");
            let (answer, took) = stand.new_question(round * 1000).await?;
            ensure!(took < PROMPT, "{took:?}: {}", answer.text().await?);
        }
        stand.network.let_pass(Passage::Free);
        stand.is_well(&before, round * 1000 + 500).await?;
    }
    Ok(())
}

/// Postgres makes a process for each who connects, and there are as many as questions.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_cuts_all_connections_off_is_not_stormed() -> Result<()> {
    let database = Database::postgres().await;
    let (stand, before) = Stand::well(&database).await?;
    stand.network.let_pass(Passage::Reset);
    let (began, known) = (Instant::now(), stand.network.taken());
    for round in 1..=20 {
        let asking = (0..20).map(|number| stand.new_question(round * 100 + number));
        for (answer, took) in try_join_all(asking).await? {
            let said: Value = answer.json().await?;
            ensure!(said["errors"][0].is_object() && took < PROMPT, "{took:?}: {said}");
        }
    }
    let (tried, took) = (stand.network.taken() - known, began.elapsed());
    // Those who came first, twice each; then one each tenth of a second, twice. As many again for
    // whoever else looks whether it is back.
    let most = (20 + took.as_millis() / 100) * 4;
    ensure!(tried > 0 && (tried as u128) < most, "{tried} connections in {took:?}");
    stand.is_borne(&before, 5000).await?;
    stand.network.let_pass(Passage::Free);
    stand.is_well(&before, 6000).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_writes_says_so_while_the_database_is_away_and_changes_nothing() -> Result<()> {
    let database = Database::postgres().await;
    let stand = Stand::new(&database).await?;
    stand.network.let_pass(Passage::Refused);
    let mut command = folkmoot();
    command.args(["region", "add", "kent", "--name", "Kent", "--active"]);
    let written = Outcome::of(command.args(["--database", &stand.address]));
    ensure!(!written.is_success && written.err.contains("open the database"), "{}", written.err);
    stand.network.let_pass(Passage::Free);
    ensure!(database.number("SELECT count(*) FROM region WHERE code = 'kent'").await == 0);
    let written = Outcome::of(&mut command);
    ensure!(written.is_success, "{}", written.err);
    Ok(())
}
