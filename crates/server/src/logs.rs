//! Structured logs: a fixed message, facts in fields.

use anyhow::{Context, Result};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    config::{Log, LogFormat},
    telemetry::Telemetry,
};

/// Starts logging to standard error, and the making of spans if there is somewhere to send them to.
pub(crate) fn start(log: &Log, telemetry: Option<&Telemetry>) -> Result<()> {
    let filter = EnvFilter::try_new(&log.filter).context("the setting log.filter is not right")?;
    if let Some(telemetry) = telemetry {
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let lines = match log.format {
            LogFormat::Text => lines.boxed(),
            LogFormat::Json => lines.json().boxed(),
        };
        let lines = lines.with_filter(filter);
        tracing_subscriber::registry().with(lines).with(telemetry.layer()).init();
        return Ok(());
    }
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => logs.init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}
