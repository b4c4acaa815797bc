//! `folkmoot withdraw`: one thing taken down for good.

use anyhow::{Context, Result, bail};
use clap::Args;
use folkmoot_domain::{EntityKind, GlobalId, clean_line};
use folkmoot_federation::Clock;
use folkmoot_store::Store;

/// The longest reason that is kept.
const MAX_REASON: usize = 500;

/// Take a meet-up, case study, offer or service assessment down for good, everywhere.
#[derive(Args)]
pub(super) struct Withdraw {
    /// Its id as the API gives it, or its permanent address.
    thing: String,
    /// Why, for the record; not shown to readers.
    #[arg(long)]
    reason: String,
}

impl Withdraw {
    pub(super) async fn run(self, store: &Store) -> Result<()> {
        let reason = clean_line(&self.reason, MAX_REASON);
        if reason.is_empty() {
            bail!("say why with --reason: the record keeps it");
        }
        let last = self.thing.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let id: GlobalId = last.parse().with_context(|| {
            format!("\"{}\" is neither an id nor a permanent address", self.thing)
        })?;
        let what = match id.kind() {
            EntityKind::Meetup => "meet-up",
            EntityKind::CaseStudy => "case study",
            EntityKind::Offer => "offer",
            EntityKind::ServiceAssessment => "service assessment",
            _ => "thing",
        };
        if !store.withdraw("cli", &id, &reason, Clock::system().now()).await? {
            bail!("there is no such {what} here, or it was withdrawn before");
        }
        say!("The {what} is withdrawn: nobody reads or finds it, and no import brings it back.");
        Ok(())
    }
}
