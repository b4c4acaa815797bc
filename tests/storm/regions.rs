//! Regions that answer for themselves, each behind a network of its own, and what can happen to
//! them.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result, bail};
use folkmoot_testkit::{Database, Manner, RegionService, build};
use folkmoot_tests::{Gateway, Passage, Proxy};
use serde_json::Value;

use crate::nation::Rows;

/// What happens to a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Its process is gone.
    Killed,
    /// It takes connections and never answers; those that were open stay dead for good.
    Hangs,
    /// It stops in the middle of an answer.
    HangsMidAnswer,
    /// It sends a byte a second.
    Drips,
    /// It cuts off every connection.
    Resets,
    /// It answers with status 500.
    OutOfOrder,
    /// It answers with a web page.
    WebPage,
    /// It answers with half a document.
    NoJson,
}

impl Fault {
    /// What a reader may be told of the region meanwhile.
    pub(crate) fn reasons(self) -> &'static [&'static str] {
        match self {
            Self::Killed | Self::Resets | Self::OutOfOrder => &["UNREACHABLE"],
            // While it is waited for, those who come beyond the bulkhead are turned away.
            Self::Hangs | Self::HangsMidAnswer | Self::Drips => &["TIMED_OUT", "UNREACHABLE"],
            Self::WebPage | Self::NoJson => &["INVALID_ANSWER"],
        }
    }

    /// For how long after it somebody may be told of it nevertheless: who asks what somebody asked
    /// while it lasted shares that question, which waits for two seconds and a little.
    pub(crate) fn lingers(self) -> Duration {
        match self {
            Self::Hangs | Self::HangsMidAnswer | Self::Drips => Duration::from_millis(2200),
            _ => Duration::ZERO,
        }
    }

    /// Until it is noticed for sure.
    pub(crate) fn shortest(self) -> Duration {
        match self {
            // Longer than a region is waited for.
            Self::Hangs | Self::HangsMidAnswer | Self::Drips => Duration::from_secs(3),
            _ => Duration::from_secs(2),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Hangs => "hangs",
            Self::HangsMidAnswer => "hangs in mid-answer",
            Self::Drips => "a byte a second",
            Self::Resets => "cuts off",
            Self::OutOfOrder => "status 500",
            Self::WebPage => "a web page",
            Self::NoJson => "half a document",
        }
    }
}

/// A live region; its programs end with this value.
pub(crate) struct LiveRegion {
    pub(crate) code: &'static str,
    /// Where the gateway asks it.
    pub(crate) address: String,
    pub(crate) network: Proxy,
    behind: Behind,
}

enum Behind {
    /// A process of its own: a second Folkmoot with a database of its own.
    Folkmoot { database: Box<Database>, running: Option<Gateway> },
    /// A service in this process, which can say what it should not.
    Service { rows: Vec<Value>, running: RegionService },
}

impl LiveRegion {
    pub(crate) async fn start(code: &'static str, rows: &Rows) -> Result<Self> {
        let (behind, address) = if code == crate::nation::LIVE[0] {
            let database = Database::sqlite().await;
            let mut changes = build::nation(&[code]);
            changes.extend(rows.changes(code));
            database.store().apply("test", build::start(), changes).await?;
            let running = Gateway::start(&database.options().url, false).await?;
            let address = format!("{}/regions/{code}/graphql", running.address);
            (Behind::Folkmoot { database: Box::new(database), running: Some(running) }, address)
        } else {
            let rows = rows.items(code);
            let running = RegionService::start(code).with_rows("Meetup", rows.clone());
            let address = running.address.clone();
            (Behind::Service { rows, running }, address)
        };
        let network = Proxy::start(place(&address)?)?;
        let address = address.replace(&place(&address)?.to_string(), &network.address.to_string());
        Ok(Self { code, address, network, behind })
    }

    /// It happens now.
    pub(crate) fn suffer(&mut self, fault: Fault) -> Result<()> {
        match fault {
            Fault::Killed => self.die(),
            Fault::Hangs => self.network.let_pass(Passage::BlackHole),
            Fault::HangsMidAnswer => self.network.let_pass(Passage::HalfAnswers),
            Fault::Drips => self.network.let_pass(Passage::Drips),
            Fault::Resets => self.network.let_pass(Passage::Reset),
            Fault::OutOfOrder => self.say(500, "application/json", "{}")?,
            Fault::WebPage => self.say(200, "text/html", "<h1>We are moving</h1>")?,
            Fault::NoJson => self.say(200, "application/json", "{\"data\": {\"meetups\":")?,
        }
        Ok(())
    }

    /// It is over.
    pub(crate) async fn recover(&mut self) -> Result<()> {
        match &mut self.behind {
            Behind::Folkmoot { database, running } => {
                if running.is_none() {
                    let again = Gateway::start(&database.options().url, false).await?;
                    self.network.lead_to(place(&again.address)?);
                    *running = Some(again);
                }
            }
            Behind::Service { rows, running } => {
                // Also after faults of the network: what it was asked is kept as long as it runs.
                *running = RegionService::start(self.code).with_rows("Meetup", rows.clone());
                self.network.lead_to(place(&running.address)?);
            }
        }
        self.network.let_pass(Passage::Free);
        Ok(())
    }

    fn die(&mut self) {
        match &mut self.behind {
            Behind::Folkmoot { running, .. } => drop(running.take()),
            Behind::Service { running, .. } => running.stop(),
        }
        self.network.let_pass(Passage::Refused);
    }

    fn say(&self, status: u16, kind: &str, body: &str) -> Result<()> {
        let Behind::Service { running, .. } = &self.behind else {
            bail!("{} says what its program says", self.code)
        };
        let header = format!("content-type: {kind}\r\n");
        running.answer(Manner::Raw(status, header, body.to_owned()));
        Ok(())
    }
}

fn place(address: &str) -> Result<SocketAddr> {
    let host = address.strip_prefix("http://").context("an address")?;
    Ok(host.split('/').next().unwrap_or_default().parse()?)
}
