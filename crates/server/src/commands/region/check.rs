//! `folkmoot region check`: whether a region's sheet, change feed or service keeps the contract.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use folkmoot_domain::{FeedAddress, SheetKind};
use folkmoot_federation::{Clock, Conformance, Outcome, Probe, ProbeOptions};

use super::super::{any_region, up_to_date};
use crate::{checks, config::Config, live};

/// How often `--watch` looks again.
const AGAIN: Duration = Duration::from_secs(5);

/// Look at a region as a gateway would, and say of each rule whether it is kept.
#[derive(Args)]
pub(in crate::commands) struct Check {
    /// The address: of a sheet or calendar, of a card (region.json), or of a GraphQL service.
    address: String,
    /// 1: a sheet or calendar; 2: a change feed; 3: a live service.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=3))]
    level: u8,
    /// Whose sheet it is: it is read against that region's groups and members. Level 1 only.
    #[arg(long, value_name = "CODE", required_if_eq("level", "1"))]
    region: Option<String>,
    /// What the sheet holds, such as meetups. Level 1 only.
    #[arg(long, value_name = "KIND", default_value = "meetups")]
    holds: String,
    /// The name of an environment variable whose value is sent as a bearer token.
    #[arg(long, value_name = "NAME")]
    secret: Option<String>,
    /// Look again every few seconds, and say so when something has changed.
    #[arg(long)]
    watch: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(in crate::commands) async fn run(self, config: &Config) -> Result<()> {
        let address = FeedAddress::parse(&self.address)
            .map_err(|error| anyhow!("the address is not right: {error}"))?;
        let token = match &self.secret {
            None => None,
            Some(name) => Some(
                (live::secrets())(name)
                    .with_context(|| format!("the secret {name} is not set here: set it"))?,
            ),
        };
        // Whoever types the command may ask what this machine may ask, a service of its own too.
        let options = ProbeOptions { token, timeout: Duration::from_secs(30), allow_private: true };
        let probe = Probe::new(address.url().clone(), options).context("set up the check")?;
        let mut last = None;
        loop {
            let found = self.look(&probe, config).await?;
            if last.as_ref() != Some(&found) {
                self.print(&found)?;
            }
            if !self.watch {
                return match found.passed {
                    true => Ok(()),
                    false => bail!("the contract is not kept: see what to change above"),
                };
            }
            last = Some(found);
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn look(&self, probe: &Probe, config: &Config) -> Result<Conformance> {
        let now = Clock::system().now();
        if self.level > 1 {
            return Ok(checks::look(probe, self.level, now).await);
        }
        let kind: SheetKind = self.holds.parse().map_err(|error: String| anyhow!(error))?;
        let store = up_to_date(config).await?;
        let parts = store.reference_parts(&config.standards.default).await?;
        let reference = folkmoot_domain::Reference::new(parts);
        let code = self.region.as_deref().unwrap_or_default();
        let region = any_region(&reference, code).context("the region is not right")?;
        Ok(folkmoot_federation::check_sheet(probe, &reference, region, kind, now).await)
    }

    fn print(&self, found: &Conformance) -> Result<()> {
        if self.json {
            say!("{}", serde_json::to_string_pretty(found).context("write the findings")?);
            return Ok(());
        }
        for finding in &found.findings {
            let (point, rule) = (&finding.point, &finding.rule);
            match &finding.outcome {
                Outcome::Passed => say!("kept       {point:28} {rule}"),
                Outcome::Skipped { reason } => say!("not tried  {point:28} {rule} ({reason})"),
                Outcome::Failed { request, answer, advice } => {
                    say!("BROKEN     {point:28} {rule}");
                    for (what, text) in
                        [("asked", request), ("answered", answer), ("change", advice)]
                    {
                        let text = text.replace('\n', "\n                       ");
                        say!("           {what:10} {text}");
                    }
                }
            }
        }
        say!("{}", checks::summary(found));
        Ok(())
    }
}
