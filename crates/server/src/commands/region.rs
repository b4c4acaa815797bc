//! `folkmoot region` and `folkmoot publish`: what a region and a council decide about figures.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use folkmoot_domain::{CouncilId, HalfYear, Publication, Reference, Region, london_day};
use folkmoot_federation::Clock;
use folkmoot_store::{Change, Store};

use super::{any_region, counted};
use crate::config::Config;

/// Manage regions.
#[derive(Subcommand)]
pub(super) enum RegionCommand {
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
    pub(super) async fn run(self, store: &Store, config: &Config) -> Result<()> {
        let parts = store.reference_parts(&config.standards.default).await?;
        let reference = Reference::new(parts);
        let Self::CloseHalfYear { region, half_year } = self;
        let region = any_region(&reference, &region).context("the region is not right")?;
        if !region.door.is_stored() {
            bail!("{} keeps its own answers: close the half-year there", region.name);
        }
        let now = Clock::system().now();
        let closing = store.close_half_year("cli", now, &reference, region, half_year).await?;
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
}

/// Let a council publish its own answers, from today on.
#[derive(Args)]
pub(super) struct Publish {
    /// The council's code, short name or GSS code.
    council: String,
    /// End it: what is frozen from today on is confidential again. What was frozen before stays
    /// public.
    #[arg(long)]
    stop: bool,
}

impl Publish {
    pub(super) async fn run(self, store: &Store, config: &Config) -> Result<()> {
        let parts = store.reference_parts(&config.standards.default).await?;
        let reference = Reference::new(parts);
        let now = Clock::system().now();
        let today = london_day(now);
        let council = reference.council_by_ref(&self.council, None, today)?;
        let council = council.context("a known council has a bearer of its name today")?;
        let region = home(&reference, council.id, now)?;
        let known = store.publications().await?.into_iter();
        let known =
            known.filter(|one| one.council == council.id).find(|one| one.is_in_force(today));
        let publication = match (known, self.stop) {
            (Some(_), false) => {
                say!("{} publishes its own answers already.", council.name);
                return Ok(());
            }
            (None, true) => bail!("{} does not publish its own answers", council.name),
            (Some(known), true) => Publication { ends_on: Some(today), ..known },
            (None, false) => Publication {
                region: region.id,
                council: council.id,
                starts_on: today,
                ends_on: None,
            },
        };
        store.apply("cli", now, vec![Change::Publication(publication)]).await?;
        if self.stop {
            say!("{} no longer publishes its own answers.", council.name);
        } else {
            say!(
                "{} publishes its own answers: what {} closes from today on shows them by name.",
                council.name,
                region.name
            );
        }
        Ok(())
    }
}

fn home(
    reference: &Reference,
    council: CouncilId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<&Region> {
    let home = reference.home_region(council, london_day(now));
    home.context("the council is at home in no region: import its membership first")
}
