//! `folkmoot cache`: what was remembered, forgotten.

use anyhow::{Result, bail};
use clap::Subcommand;
use folkmoot_domain::ReferenceParts;
use folkmoot_store::{Store, kind};

use super::any_region;
use crate::config::Config;

/// How the whole nation is called where a region is asked for.
const NATION: &str = "nation";

#[derive(Subcommand)]
pub(super) enum Cache {
    /// Have answers about a region made anew: after its rows were changed by other means than
    /// this program.
    Bump {
        /// The region's code, or "nation" for councils, standards, regions and figures.
        region: String,
        /// What was changed, such as MEETUP; all of it if this is left out.
        kind: Option<String>,
    },
    /// Have every answer made anew: after a backup was put back. Servers that run notice within a
    /// moment.
    Renew,
}

impl Cache {
    pub(super) async fn run(self, store: &Store, config: &Config) -> Result<()> {
        match self {
            Self::Bump { region, kind } => bump(store, config, &region, kind.as_deref()).await,
            Self::Renew => {
                store.renew_epoch().await?;
                say!("No answer from before is given any more.");
                Ok(())
            }
        }
    }
}

async fn bump(store: &Store, config: &Config, region: &str, kind: Option<&str>) -> Result<()> {
    let is_national = region == NATION;
    let kinds = kind::ALL.into_iter().filter(|kind| kind::NATIONAL.contains(kind) == is_national);
    let kinds: Vec<_> = kinds.collect();
    let wanted = match kind.map(str::to_uppercase) {
        None => kinds,
        Some(wanted) => match kinds.iter().find(|kind| **kind == wanted) {
            Some(kind) => vec![*kind],
            None => bail!("a kind of \"{region}\" is one of {}", kinds.join(", ")),
        },
    };
    let (region, whose) = if is_national {
        (None, "the nation")
    } else {
        let parts: ReferenceParts = store.reference_parts(&config.standards.default).await?;
        let reference = folkmoot_domain::Reference::new(parts);
        (Some(any_region(&reference, region)?.id), region)
    };
    store.bump(region, &wanted).await?;
    say!("Answers about {whose} are made anew: {}.", wanted.join(", ").to_lowercase());
    Ok(())
}
