//! The whole service, each part of it behind a network that can fail.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use folkmoot_cache::RedisOptions;
use folkmoot_store::Store;
use folkmoot_testkit::Database;
use folkmoot_tests::{Gateway, Passage, Proxy};
use futures::future::try_join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::misfortune::Misfortune;
use crate::{
    board::Ground,
    load::Readers,
    nation::{LIVE, Nation, REGIONS},
    redis::Redis,
    regions::LiveRegion,
};

/// After this at the latest all is answered again, without anything being started anew.
const BACK: Duration = Duration::from_secs(60);
/// Until whatever spreads questions notices that one of those it asks is gone.
const NOTICED: Duration = Duration::from_millis(200);

/// All of it.
pub(super) struct Stand {
    pub(super) nation: Nation,
    /// The first lives through everything.
    pub(super) replicas: [Gateway; 2],
    /// The database, as replicas reach it.
    url: String,
    database: Proxy,
    redis: Redis,
}

impl Stand {
    pub(super) async fn open(chance: &mut Rng) -> Result<Self> {
        let nation = Nation::on(Database::postgres().await, chance).await?;
        let direct = &nation.database.options().url;
        let (before, rest) = direct.split_once('@').context("a user")?;
        let (place, name) = rest.split_once('/').context("a database")?;
        let database = Proxy::start(place.parse::<SocketAddr>()?)?;
        let url = format!("{before}@{}/{name}", database.address);
        let redis = Redis::running()?;
        let start = || replica(&nation, &url, &redis);
        let replicas = [start().await?, start().await?];
        Ok(Self { nation, replicas, url, database, redis })
    }

    pub(super) fn addresses(&self) -> [&str; 2] {
        [&self.replicas[0].address, &self.replicas[1].address]
    }

    /// Another process that writes, whatever happens to the replicas.
    pub(super) fn writer(&self) -> Result<Store> {
        let told = folkmoot_cache::Redis::new(&self.redis.url(), RedisOptions::default())?;
        Ok(self.nation.database.store().clone().telling(move || {
            let told = told.clone();
            Box::pin(async move { told.raise("writes").await })
        }))
    }

    pub(super) fn log(&self) -> String {
        self.replicas.iter().map(Gateway::log).collect()
    }

    /// It happens, lasts so long, and is over: all is well again, but for a region, which is left
    /// alone for a while.
    pub(super) async fn suffer(
        &mut self,
        misfortune: Misfortune,
        lasts: Duration,
        readers: &Readers,
    ) -> Result<()> {
        let board = &readers.board;
        let name = misfortune.name();
        let lasting = tokio::time::sleep(lasts);
        match misfortune {
            Misfortune::Region(code, fault) => {
                board.strikes(code, fault);
                let region = region(&mut self.nation, code)?;
                region.suffer(fault)?;
                lasting.await;
                region.recover().await?;
                board.is_restored(code);
            }
            Misfortune::RegionSlow(code, passage) => {
                board.begin(&name);
                let region = region(&mut self.nation, code)?;
                region.network.let_pass(passage);
                lasting.await;
                region.network.let_pass(Passage::Free);
            }
            Misfortune::Database(passage) => {
                board.is_lost(Ground::Database, &name);
                self.database.let_pass(passage);
                lasting.await;
                self.database.let_pass(Passage::Free);
                let whole = self.answers_again().await?;
                board.is_found(Ground::Database, whole);
            }
            Misfortune::Redis(passage) => {
                board.begin(&name);
                self.redis.network.let_pass(passage);
                lasting.await;
                self.redis.network.let_pass(Passage::Free);
            }
            Misfortune::RedisStopped => {
                board.begin(&name);
                self.redis.server.freeze();
                lasting.await;
                self.redis.server.thaw();
            }
            Misfortune::ReplicaKilled => {
                board.is_lost(Ground::Replica, &name);
                self.replicas[1].kill();
                let killed = Instant::now();
                tokio::time::sleep(NOTICED).await;
                readers.turn_to(&[&self.replicas[0].address]);
                lasting.await;
                self.replicas[1] = replica(&self.nation, &self.url, &self.redis).await?;
                readers.turn_to(&self.addresses());
                board.is_found(Ground::Replica, killed.elapsed());
            }
            Misfortune::ReplicaReplaced => {
                board.begin(&name);
                let new = replica(&self.nation, &self.url, &self.redis).await?;
                let old = std::mem::replace(&mut self.replicas[1], new);
                readers.turn_to(&self.addresses());
                tokio::time::sleep(NOTICED).await;
                old.stop().await?;
            }
        }
        Ok(())
    }

    /// How long it takes until whatever is asked of both replicas is answered.
    async fn answers_again(&self) -> Result<Duration> {
        let began = Instant::now();
        for replica in &self.replicas {
            // More at a time than there are connections to the database.
            while !try_join_all((0..20).map(|at| is_answered(replica, at)))
                .await?
                .iter()
                .all(|it| *it)
            {
                ensure!(began.elapsed() < BACK, "{} does not answer again", replica.address);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(began.elapsed())
    }
}

/// Whether there is an answer to a question that is not answered from memory, and all rows that are
/// in the database are among those that it was made of.
async fn is_answered(replica: &Gateway, at: usize) -> Result<bool> {
    let first = at + 1;
    let query = format!(
        "{{ meetups(when: ALL, first: {first}) {{ sources {{ region state }} nodes {{ title }} }} }}"
    );
    let request = replica.request(Method::POST, "/graphql").header("cookie", "soak=1");
    let answer = request.json(&json!({ "query": query })).send().await?;
    let answer: Value = answer.json().await?;
    let meetups = &answer["data"]["meetups"];
    let Some(sources) = meetups["sources"].as_array() else { return Ok(false) };
    let is_there =
        |code| sources.iter().any(|one| one["region"] == code && one["state"] != "MISSING");
    let mut stored = REGIONS.into_iter().filter(|code| !LIVE.contains(code));
    let has_rows = answer["errors"].is_null() && meetups["nodes"][at].is_object();
    Ok(has_rows && stored.all(is_there))
}

fn region<'a>(nation: &'a mut Nation, code: &str) -> Result<&'a mut LiveRegion> {
    nation.live.iter_mut().find(|region| region.code == code).context("one of the nation's")
}

/// One more that answers with all rows. Where it does not start it is started again, as whatever
/// runs such programs does: on a busy machine it may give its database up.
async fn replica(nation: &Nation, url: &str, redis: &Redis) -> Result<Gateway> {
    let redis = redis.url();
    let settings = [
        ("FOLKMOOT__REDIS__URL", redis.as_str()),
        ("FOLKMOOT__SERVER__PUBLIC_URL", "https://folkmoot.example"),
        ("FOLKMOOT__SERVER__LEAVE_SECONDS", "1"),
        // So little that it is full before anybody compares.
        ("FOLKMOOT__CACHE__MEMORY_MB", "8"),
    ];
    let began = Instant::now();
    loop {
        match nation.gateway_on(url, &settings).await {
            Err(_) if began.elapsed() < BACK => tokio::time::sleep(NOTICED).await,
            started => return started,
        }
    }
}
