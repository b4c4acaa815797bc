//! `folkmoot region`: the registry of regions, and what a region decides about its figures.
//!
//! Servers that run beside it see a change by their next look at the generations.

mod check;
mod feeds;
mod live;
mod registry;

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use folkmoot_domain::{HalfYear, Reference};
use folkmoot_federation::Clock;
use folkmoot_store::Store;

use super::{any_region, counted, migrated, seed, up_to_date};
use crate::config::Config;

/// Manage regions.
#[derive(Subcommand)]
pub(super) enum RegionCommand {
    /// Add a region to the nation: on trial at first, seen by its own coordinators only.
    Add(registry::Add),
    /// Look at a region as a gateway would, and say of each rule of the contract whether it is kept.
    Check(check::Check),
    /// Each region with its door, its state and its peer groups.
    List,
    /// Leave a region out of answers for a time; it stays listed, with the reason.
    Pause(registry::Pause),
    /// End a region's trial or pause: it takes part from now on.
    Resume(registry::Resume),
    /// Give a region another name or code; addresses with the old code still find it.
    Rename(registry::Rename),
    /// Let a region plug in by another door: hosted here, read from sheets, calendars or a change
    /// feed, or asked live.
    Move(feeds::Move),
    /// Read a region's sheets, calendars or changes now, and say what came of it.
    Harvest(feeds::Harvest),
    /// Take a region out for good.
    Remove(registry::Remove),
    /// Close a half-year: its answers are frozen as they stand, once, and figures come from
    /// nothing else.
    CloseHalfYear {
        /// The region's code.
        region: String,
        /// Such as 2026-H1.
        half_year: HalfYear,
    },
}

impl RegionCommand {
    /// The database: to add a region, it is made and filled where it is missing.
    pub(super) async fn store(&self, config: &Config) -> Result<Store> {
        match self {
            Self::Add(_) => {
                let store = migrated(config).await?;
                seed::fill(&store, false, Clock::system().now()).await?;
                Ok(store)
            }
            _ => up_to_date(config).await,
        }
    }

    pub(super) async fn run(self, store: &Store, config: &Config) -> Result<()> {
        let parts = store.reference_parts(&config.standards.default).await?;
        let reference = Arc::new(Reference::new(parts));
        match self {
            Self::Add(add) => add.run(store, &reference, config).await,
            Self::Check(check) => check.run(config).await,
            Self::List => registry::list(store, &reference).await,
            Self::Pause(pause) => pause.run(store, &reference).await,
            Self::Resume(resume) => resume.run(store, &reference).await,
            Self::Rename(rename) => rename.run(store, &reference).await,
            Self::Move(to) => to.run(store, &reference, config).await,
            Self::Harvest(harvest) => harvest.run(store, &reference, config).await,
            Self::Remove(remove) => remove.run(store, &reference).await,
            Self::CloseHalfYear { region, half_year } => {
                close_half_year(store, &reference, &region, half_year).await
            }
        }
    }
}

async fn close_half_year(
    store: &Store,
    reference: &Reference,
    region: &str,
    half_year: HalfYear,
) -> Result<()> {
    let region = any_region(reference, region).context("the region is not right")?;
    if !region.door.is_stored() {
        bail!("{} keeps its own answers: close the half-year there", region.name);
    }
    let now = Clock::system().now();
    let closing = store.close_half_year("cli", now, reference, region, half_year).await?;
    say!("{} closed {half_year}.", region.name);
    if closing.asked.is_empty() {
        say!("It had asked nothing in that half-year, so there is nothing to publish of it.");
    }
    for asked in &closing.asked {
        let title = reference.standard(asked.standard).map_or("?", |it| it.title.as_str());
        let eligible = counted(asked.eligible as usize, "council");
        say!("  {title}: {eligible} could answer, last asked on {}", asked.held_on);
    }
    say!("Publish it with `folkmoot release create`, or wait for the schedule.");
    Ok(())
}
