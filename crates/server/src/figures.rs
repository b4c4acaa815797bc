//! Publishing figures: what the command line, the schedule and the demo share.

mod schedule;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use folkmoot_domain::{Closing, HalfYear, Reference, Region, RegionId, Round, london_day};
use folkmoot_store::Store;

pub(crate) use schedule::{Press, publish};

/// Closes what is overdue: nobody's figures wait for one region.
pub(crate) async fn close_overdue(
    store: &Store,
    reference: &Reference,
    now: DateTime<Utc>,
    actor: &str,
) -> Result<Vec<Closing>> {
    let mut closings = Vec::new();
    for (region, half_year) in overdue(store, reference, now).await? {
        let closing = store.close_half_year(actor, now, reference, region, half_year);
        closings.push(closing.await.context("close a half-year")?);
    }
    Ok(closings)
}

/// What regions left open for more than a month after a half-year in which they asked, the earliest
/// first.
pub(crate) async fn overdue<'r>(
    store: &Store,
    reference: &'r Reference,
    now: DateTime<Utc>,
) -> Result<Vec<(&'r Region, HalfYear)>> {
    let takes_part = |region: &&Region| region.door.is_stored() && region.takes_part();
    let regions: Vec<_> = reference.regions().iter().filter(takes_part).collect();
    let ids: Vec<_> = regions.iter().map(|region| region.id).collect();
    let rounds = store.rounds(&ids).await.context("read the rounds")?;
    let closed = store.closings().await.context("read what was closed")?;
    let mut overdue = Vec::new();
    for (half_year, asked) in asked(&rounds) {
        if london_day(now) < half_year.overdue_on() {
            continue;
        }
        for region in regions.iter().filter(|region| asked.contains(&region.id)) {
            let is_closed = |one: &Closing| (one.region, one.half_year) == (region.id, half_year);
            if !closed.iter().any(is_closed) {
                overdue.push((*region, half_year));
            }
        }
    }
    Ok(overdue)
}

/// The half-years in which regions asked their councils, and which of them did.
pub(crate) fn asked(rounds: &[Round]) -> BTreeMap<HalfYear, BTreeSet<RegionId>> {
    let mut asked = BTreeMap::<_, BTreeSet<_>>::new();
    for round in rounds {
        asked.entry(round.half_year()).or_default().insert(round.region);
    }
    asked
}
