//! `folkmoot doctor`: what is wrong, and what to do about it, for whoever is called at night.
//!
//! It reads and asks, and never writes: no table, no file, no key. Each check has a time of its
//! own, so that what hangs is told like anything else, and the rest is told as well.

mod certificate;
mod clocks;
mod database;
mod disk;
mod figures;
mod finding;
mod redis;
mod regions;
mod replica;
mod running;
mod settings;

use std::{future::Future, time::Duration};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use folkmoot_federation::Clock;
use serde_json::json;

use self::finding::{Finding, Findings, Level};
use super::{ServerFlags, counted};
use crate::{
    config::{Config, Origins},
    sentences::sentence,
};

/// How long any one check may take: many times what it takes where all is well.
const PATIENCE: Duration = Duration::from_secs(5);

/// Say what is wrong with a gateway, and what to do about it.
#[derive(Args)]
pub(super) struct Doctor {
    /// Ask a running server, too: at this address, or where the settings say that it listens.
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    live: Option<String>,
    /// Print the findings for machines.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) server: ServerFlags,
}

impl Doctor {
    pub(super) async fn run(&self, loaded: Result<(Config, Origins)>) -> Result<()> {
        let now = Clock::system().now();
        let findings = match loaded {
            Ok((config, origins)) => self.look(&config, &origins, now).await,
            Err(error) => settings::refused(&error),
        };
        self.print(&findings, now)?;
        match findings.iter().filter(|one| one.level == Level::Fail).count() {
            0 => Ok(()),
            count => bail!("{} failed: see what to do above", counted(count, "check")),
        }
    }

    async fn look(&self, config: &Config, origins: &Origins, now: DateTime<Utc>) -> Vec<Finding> {
        let settings = settings::look(config, origins);
        let certificate = certificate::look(config, now);
        let (stored, redis, running) = tokio::join!(
            of_database(config, now),
            redis::look(config),
            running::look(config, self.live.as_deref()),
        );
        let mut clocks = stored.clocks;
        clocks.extend(redis.clock);
        clocks.extend(running.clock);
        let clock = clocks::look(&clocks, stored.last_written_at, now);
        [settings, certificate, stored.findings, redis.findings, running.findings, clock].concat()
    }

    fn print(&self, findings: &[Finding], now: DateTime<Utc>) -> Result<()> {
        if self.json {
            let worst = findings.iter().map(|one| one.level).max().unwrap_or(Level::Ok);
            let report = json!({
                "version": env!("CARGO_PKG_VERSION"),
                "at": now,
                "worst": worst,
                "findings": findings,
            });
            say!("{}", serde_json::to_string_pretty(&report).context("write the findings")?);
            return Ok(());
        }
        for (place, finding) in findings.iter().enumerate() {
            if place == 0 || findings[place - 1].group != finding.group {
                say!("{}{}", if place == 0 { "" } else { "\n" }, finding.group);
            }
            say!("  {:5} {}", finding.level.word(), finding.text);
            for detail in &finding.details {
                say!("          {detail}");
            }
            if let Some(advice) = &finding.advice {
                say!("        -> {advice}");
            }
        }
        let number = |level| findings.iter().filter(|one| one.level == level).count();
        let (fails, warns) = (number(Level::Fail), number(Level::Warn));
        say!(
            "\n{}",
            match (fails, warns) {
                (0, 0) => "Nothing is wrong.".to_owned(),
                (0, _) => format!("Nothing failed; {} to look at.", counted(warns, "warning")),
                _ => format!("{} and {}.", counted(fails, "failure"), counted(warns, "warning")),
            }
        );
        Ok(())
    }
}

/// What the database tells, and what is known from its rows.
#[derive(Default)]
struct Stored {
    findings: Vec<Finding>,
    clocks: Vec<clocks::Reading>,
    last_written_at: Option<DateTime<Utc>>,
}

async fn of_database(config: &Config, now: DateTime<Utc>) -> Stored {
    let mut looked = database::look(config).await;
    let mut stored = Stored { clocks: looked.clock.into_iter().collect(), ..Stored::default() };
    looked.findings.extend(disk::look(config, looked.size_bytes));
    stored.findings = looked.findings;
    if let Some(known) = looked.known {
        stored.last_written_at = known.last_written_at;
        let (replica, figures, regions) = tokio::join!(
            replica::look(config, &known.store),
            figures::look(config, &known, now),
            regions::look(config, &known, now)
        );
        stored.findings.extend(replica);
        stored.findings.extend(figures);
        stored.findings.extend(regions.findings);
        stored.clocks.extend(regions.clocks);
    }
    stored
}

/// What comes of it, unless it takes too long.
async fn within<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(PATIENCE, work).await.ok()
}

/// What to say of something that hangs.
fn hangs(what: &str) -> String {
    format!("{what} gave no answer within {} seconds.", PATIENCE.as_secs())
}

/// An instant as people write it.
fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// How long something took, in the unit that people think in.
fn took(time: Duration) -> String {
    match time.as_secs_f64() * 1000.0 {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 10_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.0} s", ms / 1000.0),
    }
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1000.0
}

/// How many bytes, likewise.
fn size(bytes: u64) -> String {
    let megabytes = bytes as f64 / (1024.0 * 1024.0);
    match megabytes {
        few if few < 10.0 => format!("{few:.1} MB"),
        some if some < 10_000.0 => format!("{some:.0} MB"),
        many => format!("{:.0} GB", many / 1024.0),
    }
}
