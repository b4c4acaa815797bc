//! `folkmoot publish`: a council decides that its own answers are public.

use anyhow::{Context, Result, bail};
use clap::Args;
use folkmoot_domain::{CouncilId, Publication, Reference, Region, london_day};
use folkmoot_federation::Clock;
use folkmoot_store::{Change, Store};

use crate::config::Config;

/// Let a council publish its own answers, from today on.
#[derive(Args)]
pub(super) struct Publish {
    /// The council's name, code or GSS code.
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
