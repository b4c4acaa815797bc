//! Reading feeds: what the command line and the schedule share.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result};
use folkmoot_domain::{Door, Region, RegionCode, RegionState};
use folkmoot_federation::{Clock, FetchOptions, Fetcher, Harvester, ReferenceCache};
use folkmoot_store::Store;

use crate::{config::Config, live, measures};

/// A region's first reading of 2,000 pages is a million rows; who has more is gone on with.
const MOST_PAGES: usize = 2_000;

/// How long the schedule rests when no feed is due.
const REST: Duration = Duration::from_secs(5);

/// What reads feeds, by the settings.
pub(crate) fn harvester(
    config: &Config,
    store: Store,
    reference: ReferenceCache,
    clock: Clock,
) -> Result<Harvester> {
    let options = FetchOptions {
        timeout: Duration::from_secs(config.feeds.timeout_seconds.into()),
        allow_private: config.feeds.allow_private,
    };
    Ok(Harvester {
        store,
        reference,
        fetcher: Fetcher::new(options).context("set up the reading of feeds")?,
        clock,
        every: Duration::from_secs(u64::from(config.feeds.every_minutes) * 60),
        most_pages: MOST_PAGES,
        secrets: live::secrets(),
    })
}

/// Reads feeds as they become due. Every replica may: a feed is read by one at a time.
pub(crate) async fn run(harvester: Harvester) {
    let mut is_down = false;
    loop {
        let next = harvester.clone();
        // In a task of its own: should one feed make it panic, the others are still read.
        let outcome = tokio::spawn(async move { next.next().await }).await;
        let outcome = match outcome {
            Ok(outcome) => outcome.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match (&outcome, is_down) {
            (Err(error), false) => tracing::error!(error, "feeds cannot be read"),
            (Ok(_), true) => tracing::info!("feeds can be read again"),
            _ => {}
        }
        is_down = outcome.is_err();
        if outcome != Ok(true) {
            tokio::time::sleep(REST).await;
        }
    }
}

/// Tells which regions are asked, and how old the copies are that are kept here, again and again.
pub(crate) async fn tell_regions(store: Store, reference: ReferenceCache) {
    let mut ticks = tokio::time::interval(REST);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut told, mut copied) = (BTreeSet::<RegionCode>::new(), BTreeSet::<RegionCode>::new());
    loop {
        ticks.tick().await;
        // While the database is away, that is what is told.
        let Ok(reference) = reference.reference().await else { continue };
        let is_asked =
            |region: &&Region| matches!(region.state, RegionState::Active | RegionState::Trial);
        let asked: BTreeSet<_> =
            reference.regions().iter().filter(is_asked).map(|region| region.code.clone()).collect();
        // Also the code that a region had before.
        for region in told.difference(&asked) {
            measures::set_asked(region, false);
        }
        for region in &asked {
            measures::set_asked(region, true);
        }
        told = asked;
        let is_copied = |region: &&Region| matches!(region.door, Door::Sheet | Door::Changes);
        let regions: Vec<_> = reference.regions().iter().filter(is_copied).collect();
        let still: BTreeSet<_> = regions.iter().map(|region| region.code.clone()).collect();
        // Of what has moved to another door no copy grows old.
        for region in copied.difference(&still) {
            measures::set_as_of(region, None);
        }
        copied = still;
        let ids: Vec<_> = regions.iter().map(|region| region.id).collect();
        let Ok(fresh) = store.freshness(&ids).await else { continue };
        for region in regions.iter().filter(|region| region.takes_part()) {
            if let Some(fresh) = fresh.get(&region.id) {
                measures::set_as_of(&region.code, Some(fresh.as_of));
            }
        }
    }
}
