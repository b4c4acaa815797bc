//! Publishing figures: what the command line, the schedule and the demo share.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Closing, HalfYear, Reference, Region, RegionState, Release, ReleaseRow, Threshold, london_day,
};
use folkmoot_store::Store;

/// Closes what regions left open for more than a month after a half-year in which they asked:
/// nobody's figures wait for one of them.
pub(crate) async fn close_overdue(
    store: &Store,
    reference: &Reference,
    now: DateTime<Utc>,
    actor: &str,
) -> Result<Vec<Closing>> {
    let takes_part = |region: &&Region| {
        region.door.is_stored()
            && matches!(region.state, RegionState::Active | RegionState::Paused { .. })
    };
    let regions: Vec<_> = reference.regions().iter().filter(takes_part).collect();
    let ids: Vec<_> = regions.iter().map(|region| region.id).collect();
    let rounds = store.rounds(&ids).await.context("read the rounds")?;
    let closed = store.closings().await.context("read what was closed")?;
    let is_overdue = |half_year: &HalfYear| london_day(now) >= half_year.overdue_on();
    let mut closings = Vec::new();
    for region in regions {
        let asked = rounds.iter().filter(|round| round.region == region.id);
        let mut half_years: Vec<HalfYear> = asked.map(|round| round.half_year()).collect();
        half_years.sort_unstable();
        half_years.dedup();
        for half_year in half_years.into_iter().filter(is_overdue) {
            let is_closed = |one: &Closing| (one.region, one.half_year) == (region.id, half_year);
            if !closed.iter().any(is_closed) {
                let closing = store.close_half_year(actor, now, reference, region, half_year);
                closings.push(closing.await.context("close a half-year")?);
            }
        }
    }
    Ok(closings)
}

/// Writes what can be published now; `None` if there is nothing new.
pub(crate) async fn release(
    store: &Store,
    reference: &Reference,
    threshold: Threshold,
    now: DateTime<Utc>,
    actor: &str,
    progress: impl Fn(HalfYear, usize) + Send,
) -> Result<Option<(Release, Vec<ReleaseRow>)>> {
    let written = store.create_release(actor, now, reference, threshold, progress).await;
    written.context("write a release")
}
