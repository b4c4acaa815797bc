//! The same page with one region that hangs and is left in peace, beside the page without it.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{
    http::Connection,
    live::{REGIONS, SHAPE, Stand},
    region::Region,
    row,
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

const REPEATS: usize = 5;
const LASTING: Duration = Duration::from_millis(1_200);

/// After its breaker opened, the region is tried ever less often. After three tries in vain the
/// pause is at least 20 seconds, which is longer than all repeats. One more, since the look that is
/// taken once a minute may be among them.
const TRIES: usize = 4;

/// What a try takes until it is given up, and a little.
const TRY: Duration = Duration::from_secs(3);

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    // Regions of its own: one of them is of no use to others afterwards.
    let regions: Result<Vec<_>> = (0..REGIONS).map(Region::start).collect();
    let regions = regions?;
    let (others, hung) = (&regions[..REGIONS - 1], &regions[REGIONS - 1]);
    let mut with = Stand::over(workshop, &regions, "hung-with")?;
    let without = Stand::over(workshop, others, "hung-without")?;
    hung.hang();
    with.lacks(hung);
    leave_in_peace(&with, hung)?;

    without.cold_load(SHAPE, 1, LASTING)?;
    let (calls, looks) = (hung.asked_for_rows(), hung.asked_for_the_card());
    let (before, opened) = (with.pages(), openings(&with, hung)?);
    let (mut p50, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        let without = without.cold_load(SHAPE, 1, LASTING)?.latencies.percentile(50);
        let with = with.cold_load(SHAPE, 1, LASTING)?.latencies.percentile(50);
        p50.push(with);
        ratios.push(with / without);
    }
    ensure!(openings(&with, hung)? == opened, "the region was tried again meanwhile");
    let calls = hung.asked_for_rows() - calls;
    let looks = hung.asked_for_the_card() - looks;
    // Whoever looks after regions asks each once a minute who it is, for nobody's page.
    ensure!(looks <= 1, "the region was asked {looks} times who it is");
    let pages = with.pages() - before;
    let what = "the same with one region hung and its breaker open";
    Ok(vec![
        row::none_of(format!("{what}: calls that reach it"), calls, &format!("{pages} pages")),
        row::ratio_at_most(
            format!("{what}: p50 to that of the other {} alone", others.len()),
            &Figure::of(p50),
            "ms",
            &Figure::of(ratios),
            1.1,
        ),
    ])
}

/// Asks for pages until the breaker has opened and the region was tried in vain often enough.
fn leave_in_peace(stand: &Stand, hung: &Region) -> Result<()> {
    let began = Instant::now();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    while !is_done.load(Ordering::SeqCst) {
                        stand.load(SHAPE, 1, Duration::ZERO)?;
                        thread::sleep(Duration::from_millis(50));
                    }
                    anyhow::Ok(())
                })
            })
            .collect();
        let left = tried_in_vain(stand, hung, began);
        is_done.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.join().map_err(|_| anyhow::anyhow!("a reader panicked"))??;
        }
        left
    })
}

fn tried_in_vain(stand: &Stand, hung: &Region, began: Instant) -> Result<()> {
    let asked = || hung.asked_for_rows() + hung.asked_for_the_card();
    let mut at_first = None;
    loop {
        if at_first.is_none() && openings(stand, hung)? > 0 {
            at_first = Some(asked());
        }
        let tries = at_first.map_or(0, |at_first| asked() - at_first);
        if tries >= TRIES {
            thread::sleep(TRY);
            return Ok(());
        }
        ensure!(began.elapsed() < Duration::from_secs(120), "it was tried {tries} times only");
        thread::sleep(Duration::from_millis(100));
    }
}

/// How often the breaker of a region has opened, as the gateway tells whoever measures it.
fn openings(stand: &Stand, region: &Region) -> Result<u64> {
    let answer = Connection::open(stand.gateway.address)?.get("/metrics")?;
    ensure!(answer.status == 200, "the metrics are not told: status {}", answer.status);
    let text = String::from_utf8(answer.body)?;
    let name = format!("folkmoot_region_breaker_openings_total{{region=\"{}\"}} ", region.code);
    let value = text.lines().find_map(|line| line.strip_prefix(&name));
    value.map_or(Ok(0), |value| value.trim().parse().context("read a counter"))
}
