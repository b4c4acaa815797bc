//! The whole gateway under load while what it depends on fails: regions, one after the other and
//! in every way, and Redis. Every answer is held against what is known of the nation.
//!
//! By default each fault lasts for seconds, at a rate that a debug build keeps up with.
//! `make storm` runs all of it: a minute each, 200 questions a second.

mod board;
mod checker;
mod history;
mod load;
mod nation;
mod questions;
mod redis;
mod regions;
mod soak;
mod writes;

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use folkmoot_tests::Gateway;
use reqwest::Method;

use board::Board;
use load::{Load, Readers};
use nation::{LIVE, Nation};
use regions::Fault;

/// How hard it storms.
struct Options {
    /// How long a fault lasts.
    each: Duration,
    /// Questions a second.
    rate: u32,
    seed: u64,
}

impl Options {
    fn from_environment() -> Result<Self> {
        let number = |name: &str, default: u64| {
            std::env::var(name).map_or(Ok(default), |number| number.parse())
        };
        let rate = if cfg!(debug_assertions) { 8 } else { 100 };
        Ok(Self {
            each: Duration::from_secs(number("FOLKMOOT_STORM_SECONDS", 2)?),
            rate: u32::try_from(number("FOLKMOOT_STORM_RATE", rate)?)?,
            seed: folkmoot_tests::seed(),
        })
    }

    /// Full runs are for figures, others for right and wrong alone.
    fn is_full(&self) -> bool {
        !cfg!(debug_assertions) && self.each >= Duration::from_secs(30)
    }
}

/// What befalls whom: each is killed and hangs as long as is asked for; other ways to fail, for a
/// quarter of it. A region has the time of two faults of others to recover in.
const FAULTS: [(&str, Fault); 12] = [
    (LIVE[0], Fault::Killed),
    (LIVE[1], Fault::Hangs),
    (LIVE[2], Fault::Killed),
    (LIVE[0], Fault::Hangs),
    (LIVE[1], Fault::Killed),
    (LIVE[2], Fault::Hangs),
    (LIVE[1], Fault::HangsMidAnswer),
    (LIVE[0], Fault::Resets),
    (LIVE[2], Fault::WebPage),
    (LIVE[1], Fault::OutOfOrder),
    (LIVE[0], Fault::Drips),
    (LIVE[2], Fault::NoJson),
];
/// The longest that a region is left in peace, and a little: by then a whole answer is there.
const RECOVERY: Duration = Duration::from_secs(125);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_wrong_or_fails_while_regions_do() -> Result<()> {
    let options = Options::from_environment()?;
    let mut chance = Rng::with_seed(options.seed);
    let mut nation = Nation::open(&mut chance).await?;
    let gateway = nation.gateway(&[]).await?;
    let readers = Readers::of(&[&gateway.address], nation.rows.clone(), options.rate)?;
    let board = &readers.board;
    let calm = board.begin("calm");
    let load = Load::begin(&readers, options.rate, chance.fork());
    tokio::time::sleep(options.each / 2).await;
    let mut followed = 0;
    for (at, (code, fault)) in FAULTS.into_iter().enumerate() {
        followed += recovered(&readers, code).await?;
        let region = nation.live.iter_mut().find(|region| region.code == code);
        let region = region.expect("it is one of the nation's");
        board.strikes(region.code, fault);
        region.suffer(fault)?;
        let is_long = at < 6;
        let lasts = if is_long { options.each } else { options.each.div_f64(4.0) };
        tokio::time::sleep(lasts.max(fault.shortest())).await;
        region.recover().await?;
        board.is_restored(region.code);
    }
    for code in LIVE {
        followed += recovered(&readers, code).await?;
    }
    let after = board.begin("calm again");
    tokio::time::sleep(options.each / 2).await;
    load.end().await?;

    let walked = readers.walked();
    let more = format!("{walked} walks to their end, {followed} gaps followed");
    tell(board, &format!("{more}\n{}", measured(&gateway).await?))?;
    is_right(board).with_context(|| gateway.log())?;
    ensure!(board.has_seen_all(), "a fault that was not noticed shows nothing");
    ensure!(walked > 0 && followed > 0, "nothing was walked or followed");
    ensure!(board.figures(calm).requests > 0 && board.figures(after).requests > 0);
    Ok(())
}

/// Waits until the region is well, and follows the gaps that it left.
async fn recovered(readers: &Readers, code: &'static str) -> Result<usize> {
    let began = Instant::now();
    while !readers.board.is_well(code) {
        if began.elapsed() > RECOVERY {
            tell(&readers.board, "")?;
            bail!("{code} is not asked again after {RECOVERY:?}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(readers.follow_gaps(code).await)
}

/// Prints the figures: also where the output of tests is kept back.
fn tell(board: &Board, more: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{}{more}", board.table())?;
    board.told().iter().try_for_each(|wrong| writeln!(out, "{wrong}"))?;
    Ok(())
}

/// What the gateway measured of its regions: why some were not asked.
async fn measured(gateway: &Gateway) -> Result<String> {
    let measures = gateway.request(Method::GET, "/metrics").send().await?.text().await?;
    let of_regions = ["folkmoot_region_breaker_openings", "folkmoot_region_calls_shed"];
    let lines =
        measures.lines().filter(|line| of_regions.iter().any(|name| line.starts_with(name)));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Not one answer failed, and not one was wrong.
fn is_right(board: &Board) -> Result<()> {
    ensure!(board.told().is_empty(), "wrong answers: {:#?}", board.told());
    Ok(())
}
