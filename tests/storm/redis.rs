//! Redis goes away and comes back: nobody is told, nobody waits, and it is used again by itself.

// The one place that knows how a redis-server is started: a leaf crate's tests, which nothing
// else can depend on.
#[path = "../../crates/cache/tests/redis/server.rs"]
#[expect(dead_code, reason = "those tests need more of it")]
mod server;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use folkmoot_tests::{Gateway, Passage, Proxy};

use self::server::Server;
use crate::{
    Options,
    board::Figures,
    is_right,
    load::{Load, Readers},
    nation::Nation,
    tell,
};

/// How long a question to Redis may take: the default of `redis.timeout_ms`.
const TIMEOUT: Duration = Duration::from_millis(50);
/// How long after it is back Redis is asked again at the latest: it is looked for each second, and
/// a connection that hangs is given up after two.
const BACK: Duration = Duration::from_secs(10);
/// What Redis may take away from, or add to, the answer in the middle.
const ADDED: Duration = Duration::from_millis(1);

/// A Redis behind a network of its own.
pub(crate) struct Redis {
    pub(crate) server: Server,
    pub(crate) network: Proxy,
}

impl Redis {
    pub(crate) fn running() -> Result<Self> {
        let server = Server::started(&["--save", "", "--appendonly", "no"]);
        let place = SocketAddr::from(([127, 0, 0, 1], server.port));
        Ok(Self { network: Proxy::start(place)?, server })
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.network.address)
    }

    /// How often it was asked for what it keeps, since it runs.
    fn asked(&self) -> u64 {
        let told = self.server.say(&["INFO", "commandstats"]);
        let calls = told.lines().find_map(|line| line.strip_prefix("cmdstat_mget:calls="));
        let calls = calls.and_then(|calls| calls.split(',').next());
        calls.and_then(|calls| calls.parse().ok()).unwrap_or_default()
    }

    fn dies(&mut self) {
        self.server.kill();
        self.network.let_pass(Passage::Refused);
    }

    fn comes(&mut self) {
        self.server.start();
        self.network.let_pass(Passage::Free);
    }

    /// Waits until it is asked more often than so.
    async fn is_asked_again(&self, before: u64) -> Result<Duration> {
        let began = Instant::now();
        while self.asked() <= before {
            ensure!(began.elapsed() < BACK, "redis is back and not asked");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(began.elapsed())
    }
}

/// A gateway that has little room of its own, so that it asks Redis.
async fn gateway(nation: &Nation, redis: &Redis) -> Result<Gateway> {
    let url = redis.url();
    nation.gateway(&[("FOLKMOOT__REDIS__URL", &url), ("FOLKMOOT__CACHE__MEMORY_MB", "1")]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_that_redis_is_away_and_it_is_used_again() -> Result<()> {
    let options = Options::from_environment()?;
    let mut chance = Rng::with_seed(options.seed);
    let nation = Nation::open(&mut chance).await?;
    let mut redis = Redis::running()?;
    let first = gateway(&nation, &redis).await?;
    let readers = Readers::of(&[&first.address], nation.rows.clone(), options.rate)?;
    let board = &readers.board;
    let load = Load::begin(&readers, options.rate, chance.fork());
    let each = || tokio::time::sleep(options.each);
    // What is asked first is asked of everybody.
    board.begin("begins");
    each().await;

    let well = board.begin("redis is well");
    each().await;
    let asked = redis.asked();
    ensure!(asked > 0, "redis is not asked at all");

    let killed = board.begin("redis is killed");
    redis.dies();
    each().await;
    redis.comes();
    let from_death = redis.is_asked_again(0).await?;

    let black_hole = board.begin("redis is a black hole");
    redis.network.let_pass(Passage::BlackHole);
    each().await;
    redis.network.let_pass(Passage::Free);
    let from_hole = redis.is_asked_again(redis.asked()).await?;

    let frozen = board.begin("redis is stopped");
    redis.server.freeze();
    each().await;
    redis.server.thaw();
    let from_ice = redis.is_asked_again(redis.asked()).await?;

    board.begin("redis is well again");
    each().await;
    redis.dies();
    // The first goes on until nobody asks it any more.
    let second = gateway(&nation, &redis).await.context("a start without redis")?;
    readers.turn_to(&[&second.address]);
    let absent = board.begin("absent from the start");
    each().await;
    redis.comes();
    let from_nowhere = redis.is_asked_again(0).await?;
    load.end().await?;

    tell(
        board,
        &format!(
            "asked {asked} times while well; asked again after: killed {from_death:?}, black hole \
             {from_hole:?}, stopped {from_ice:?}, absent {from_nowhere:?}"
        ),
    )?;
    is_right(board)?;
    let of = |phase| board.figures(phase);
    for phase in [killed, black_hole, frozen, absent] {
        ensure!(of(phase).requests > 0 && of(phase).failures == 0, "{:?}", of(phase));
        if options.is_full() {
            is_as_quick(&of(well), &of(phase))?;
        }
    }
    Ok(())
}

/// A busy machine has slow answers of its own: only long runs are held against this.
fn is_as_quick(well: &Figures, away: &Figures) -> Result<()> {
    ensure!(away.median <= well.median + ADDED, "{away:?} instead of {well:?}");
    ensure!(away.p99 <= well.p99 + TIMEOUT, "{away:?} instead of {well:?}");
    Ok(())
}
