//! Live regions: what the command line and the server share, and looking after them while it runs.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use folkmoot_federation::{
    LiveClient, LiveClientOptions, LiveError, LiveRegions, LiveRegionsOptions, Plugs, Secrets,
};
use folkmoot_store::Store;

use crate::{config::Config, telemetry};

/// How often the registry's version is looked at: a number in memory.
const LOOK: Duration = Duration::from_millis(50);

/// How often it is looked whether a region is due.
const REST: Duration = Duration::from_secs(1);

/// What asks live services, by the settings.
pub(crate) fn client(config: &Config) -> Result<LiveClient> {
    let allow_private = config.feeds.allow_private;
    let options = LiveClientOptions {
        allow_private,
        traceparent: telemetry::traceparent,
        ..LiveClientOptions::default()
    };
    LiveClient::new(options).context("set up the asking of live regions")
}

/// Secrets are in the environment.
pub(crate) fn secrets() -> Secrets {
    Arc::new(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// Plugs the live regions in, and begins to look after them.
pub(crate) async fn begin(plugs: Plugs, options: LiveRegionsOptions) -> Result<()> {
    let store = plugs.store.clone();
    let version = store.reference_version();
    let regions = Arc::new(LiveRegions::new(plugs, options));
    regions.refresh().await.context("read where live regions are")?;
    tokio::spawn(follow(regions.clone(), store, version));
    tokio::spawn(look_after(regions));
    Ok(())
}

/// Takes over changes of the registry as soon as this process hears of them.
async fn follow(regions: Arc<LiveRegions>, store: Store, mut seen: u64) {
    let mut told = Told::default();
    loop {
        tokio::time::sleep(LOOK).await;
        let version = store.reference_version();
        if version == seen {
            continue;
        }
        let regions = regions.clone();
        // In a task of its own: should it panic, the next change is followed nevertheless.
        let refreshed = tokio::spawn(async move { regions.refresh().await }).await;
        if told.outcome(refreshed) {
            seen = version;
        }
    }
}

/// Asks each region who it is, about once a minute.
async fn look_after(regions: Arc<LiveRegions>) {
    let mut told = Told::default();
    loop {
        let regions = regions.clone();
        let checked = tokio::spawn(async move { regions.check_due().await }).await;
        told.outcome(checked);
        tokio::time::sleep(REST).await;
    }
}

/// Tells the log when things change, not whenever they stay as they are.
#[derive(Default)]
struct Told {
    is_down: bool,
}

impl Told {
    fn outcome(&mut self, outcome: Result<Result<(), LiveError>, tokio::task::JoinError>) -> bool {
        let error = match outcome {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        match (&error, self.is_down) {
            (Some(error), false) => tracing::error!(error, "live regions cannot be looked after"),
            (None, true) => tracing::info!("live regions are looked after again"),
            _ => {}
        }
        self.is_down = error.is_some();
        error.is_none()
    }
}
