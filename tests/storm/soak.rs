//! Everything at once, for long: two replicas on a Postgres and a Redis, three regions that answer
//! for themselves, somebody who writes, everybody who reads, at half of what the machine can do; and
//! again and again something that fails, by chance.
//!
//! `make soak MINUTES=60` has a fault a minute; by default it is over after five.

mod misfortune;
mod stand;
mod visitors;
mod vitals;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fastrand::Rng;

use self::{
    misfortune::{Deck, Misfortune},
    stand::Stand,
    visitors::Visitors,
    vitals::Vitals,
};
use crate::{
    load::{Load, Readers},
    nation::{LIVE, REGIONS},
    recovered, tell,
};

/// How long, how often something fails, and how much is asked.
struct Options {
    lasts: Duration,
    every: Duration,
    /// Questions a second; none: half of what the machine can do.
    rate: Option<u32>,
    seed: u64,
}

impl Options {
    fn from_environment() -> Result<Self> {
        let number = |name: &str| {
            std::env::var(name).map_or(Ok(None), |number| number.parse::<u64>().map(Some))
        };
        let is_debug = cfg!(debug_assertions);
        let minutes = number("FOLKMOOT_SOAK_MINUTES")?.unwrap_or(5);
        let every = number("FOLKMOOT_SOAK_FAULT_SECONDS")?;
        // A debug build that shares its machine is not measured.
        let rate = number("FOLKMOOT_SOAK_RATE")?.or(is_debug.then_some(8));
        Ok(Self {
            lasts: Duration::from_secs(60 * minutes),
            every: Duration::from_secs(every.unwrap_or(if is_debug { 20 } else { 60 })),
            rate: rate.map(u32::try_from).transpose()?,
            seed: folkmoot_tests::seed(),
        })
    }
}

/// How long the machine is tried before it is known what it can do, and then left to itself: what
/// is kept in memory for the first time takes room that is not lost.
const TRIED: Duration = Duration::from_secs(10);
/// How much more memory a process may hold in the end than when all had been asked for once.
const GROWTH: f64 = 1.5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_wrong_lost_or_forgotten_whatever_fails() -> Result<()> {
    let options = Options::from_environment()?;
    let mut chance = Rng::with_seed(options.seed);
    let mut stand = Stand::open(&mut chance).await?;
    let readers = Readers::of(&stand.addresses(), stand.nation.rows.clone(), 40)?;
    let board = &readers.board;
    board.begin("all that it can do");
    let visitors = Visitors::of(readers.clone(), stand.writer()?)?;
    let writing = visitors.write();
    let can = visitors.try_hard(TRIED, &mut chance).await?;
    let rate = options.rate.unwrap_or((can / 2.0) as u32).max(4);

    board.begin("calm");
    let load = Load::of(rate, {
        let (visitors, mut chance) = (visitors.clone(), chance.fork());
        move |sent| visitors.clone().visit(chance.fork(), sent)
    });
    tokio::time::sleep(TRIED).await;
    let before = Vitals::of(&stand.replicas[0])?;
    let began = Instant::now();
    let mut deck = Deck::of(chance.fork());
    let (mut followed, mut faults) = (0, 0);
    while began.elapsed() < options.lasts {
        let next = Instant::now() + options.every;
        let misfortune = deck.deal(|code| board.is_well(code));
        let lasts = options.every.mul_f64(0.2 + 0.3 * chance.f64()).max(misfortune.shortest());
        if let Misfortune::Region(code, _) = misfortune {
            followed += readers.follow_gaps(code).await;
        }
        if let Err(error) = stand.suffer(misfortune, lasts, &readers).await {
            tell(board, "")?;
            return Err(error.context(misfortune.name()));
        }
        for code in REGIONS.into_iter().filter(|code| !LIVE.contains(code)) {
            followed += readers.follow_gaps(code).await;
        }
        faults += 1;
        tokio::time::sleep_until(next.into()).await;
    }
    for code in LIVE {
        followed += recovered(&readers, code).await?;
    }
    board.begin("calm again");
    tokio::time::sleep(TRIED).await;
    let after = Vitals::of(&stand.replicas[0])?;
    load.end().await?;
    let written = visitors.rest(writing).await?;

    let (asked, refused, bad) = board.sums();
    let right = 100.0 * (asked - refused - bad) as f64 / asked as f64;
    tell(
        board,
        &format!(
            "{faults} faults in {:?}, {rate} questions a second of the {can:.0} that it can answer: \
             {asked} asked, {right:.3}% answered and right, {refused} refused for a cause, {bad} \
             failed or wrong; {} walks to their end, {followed} gaps followed\n{written}\n\
             the replica that lived through it all: {before} at first, {after} in the end\n",
            began.elapsed(),
            readers.walked(),
        ),
    )?;
    let told = board.told();
    ensure!(told.is_empty() && bad == 0, "{told:#?}\n{}", stand.log());
    ensure!(board.has_seen_all(), "a fault that was not noticed shows nothing");
    ensure!(readers.walked() > 0 && followed > 0, "nothing was walked or followed");
    ensure!(after.has_not_outgrown(&before, GROWTH), "{before} became {after}");
    Ok(())
}
