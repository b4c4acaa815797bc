//! Settings: embedded defaults, a file, environment variables and flags, the later ones winning.

mod database;
mod origins;
mod server;

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Env, Format, Serialized, Toml},
    value::{Dict, Map},
};
use folkmoot_domain::Threshold;
use serde::Deserialize;

use self::origins::origin_name;
pub use self::{
    database::Database,
    origins::Origins,
    server::{Server, Tls},
};
use crate::{clients::Clients, sources};

/// The defaults, which are the manual too.
pub const DEFAULTS: &str = include_str!("config.default.toml");

/// What environment variables begin with.
const PREFIX: &str = "FOLKMOOT__";

/// All settings. What they mean stands in the default file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Config {
    pub server: Server,
    pub limits: Limits,
    pub database: Database,
    pub redis: Redis,
    pub cache: Cache,
    pub documents: Documents,
    pub standards: Standards,
    pub regions: Regions,
    pub feeds: Feeds,
    pub checks: Checks,
    pub figures: Figures,
    pub metrics: Metrics,
    pub telemetry: Telemetry,
    pub log: Log,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Limits {
    pub connections: usize,
    pub connections_per_client: usize,
    pub head_seconds: u64,
    pub idle_seconds: u64,
    pub stalled_seconds: u64,
    pub operations: usize,
    pub client_per_minute: u32,
    pub token_per_minute: u32,
    pub trusted_proxies: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Redis {
    pub url: String,
    pub prefix: String,
    pub timeout_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Cache {
    pub memory_mb: u32,
}

impl Cache {
    /// The most bytes that are kept in this process.
    pub fn bytes(&self) -> usize {
        self.memory_mb as usize * 1024 * 1024
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Documents {
    pub list: String,
    pub only: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Standards {
    pub default: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Regions {
    pub soft_deadline_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Feeds {
    pub every_minutes: u32,
    pub timeout_seconds: u32,
    pub allow_private: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Checks {
    pub hosts: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Figures {
    pub threshold: u32,
    pub release_every_hours: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Metrics {
    pub token_env: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Telemetry {
    pub otlp_endpoint: String,
    pub sample_ratio: f64,
    pub service_name: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum LogFormat {
    Text,
    Json,
}

/// The settings that have a flag of their own; the name is the key.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Flags {
    pub listen: Option<String>,
    pub database: Option<String>,
    pub redis: Option<String>,
    pub public_url: Option<String>,
}

impl Config {
    /// Reads all sources and checks the result.
    pub fn load(file: Option<&Path>, flags: &Flags) -> Result<(Self, Origins)> {
        let mut sources = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            if !file.is_file() {
                bail!("the configuration file {} is not there: check --config", file.display());
            }
            sources = sources.merge(Toml::file_exact(file));
        }
        sources = sources.merge(Env::prefixed(PREFIX).split("__"));
        for (flag, key, value) in [
            ("--listen", "server.listen", &flags.listen),
            ("--public-url", "server.public_url", &flags.public_url),
            ("--database", "database.url", &flags.database),
            ("--redis", "redis.url", &flags.redis),
        ] {
            if let Some(value) = value {
                sources = sources.merge(Flag { flag, key, value: value.clone() });
            }
        }
        let config: Self = sources.extract().map_err(|error| {
            let origin = error.metadata.as_ref().map(origin_name);
            let path = error.path.join(".");
            if path.is_empty() {
                let origin = origin.unwrap_or_else(|| "the settings".to_owned());
                return anyhow::anyhow!("{origin} cannot be read: {}", without_value(&error.kind));
            }
            let origin = origin.map(|origin| format!(" (from {origin})")).unwrap_or_default();
            anyhow::anyhow!(
                "the setting {path}{origin} is not right: {}",
                without_value(&error.kind)
            )
        })?;
        config.check()?;
        Ok((config, Origins(sources)))
    }

    fn check(&self) -> Result<()> {
        self.server.check()?;
        self.database.check()?;
        for (name, value) in [
            ("server.request_seconds", self.server.request_seconds),
            ("limits.connections", self.limits.connections as u64),
            ("limits.connections_per_client", self.limits.connections_per_client as u64),
            ("limits.head_seconds", self.limits.head_seconds),
            ("limits.idle_seconds", self.limits.idle_seconds),
            ("limits.stalled_seconds", self.limits.stalled_seconds),
            ("limits.operations", self.limits.operations as u64),
            ("database.max_connections", self.database.max_connections.into()),
            ("database.replica_max_connections", self.database.replica_max_connections.into()),
            ("database.acquire_seconds", self.database.acquire_seconds),
            ("redis.timeout_ms", self.redis.timeout_ms),
            ("cache.memory_mb", self.cache.memory_mb.into()),
            ("regions.soft_deadline_ms", self.regions.soft_deadline_ms),
            ("feeds.timeout_seconds", self.feeds.timeout_seconds.into()),
        ] {
            if value == 0 {
                bail!("the setting {name} is not right: it is at least 1");
            }
        }
        if self.soft_deadline() >= Duration::from_secs(self.server.request_seconds) {
            bail!(
                "the settings regions.soft_deadline_ms and server.request_seconds contradict each \
                 other: the deadline for a region is shorter than that of the whole request"
            );
        }
        if self.feeds.timeout_seconds > 60 {
            bail!("the setting feeds.timeout_seconds is not right: it is at most 60");
        }
        let is_host = |host: &String| !host.is_empty() && !host.contains(['/', ':', '*', ' ']);
        if !self.checks.hosts.iter().all(is_host) {
            bail!("the setting checks.hosts is not right: write names of hosts, as kent.example");
        }
        Clients::new(&self.limits.trusted_proxies)?;
        self.check_redis()?;
        self.check_telemetry()?;
        self.threshold()?;
        if tracing_subscriber::EnvFilter::try_new(&self.log.filter).is_err() {
            bail!("the setting log.filter is not right: write a level, such as info");
        }
        Ok(())
    }

    fn check_redis(&self) -> Result<()> {
        sources::redis(self)?;
        if Duration::from_millis(self.redis.timeout_ms) >= self.soft_deadline() {
            bail!(
                "the settings redis.timeout_ms and regions.soft_deadline_ms contradict each other: \
                 Redis is waited for less long than a region"
            );
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let prefix = &self.redis.prefix;
        if prefix.is_empty() || !prefix.chars().all(is_plain) {
            bail!("the setting redis.prefix is not right: write letters, digits, - and _");
        }
        Ok(())
    }

    fn check_telemetry(&self) -> Result<()> {
        let Telemetry { otlp_endpoint, sample_ratio, service_name } = &self.telemetry;
        let is_address =
            ["https://", "http://"].iter().any(|start| otlp_endpoint.starts_with(start));
        // It is shown with the other settings.
        let has_user = otlp_endpoint.contains(['@', '?']);
        if !otlp_endpoint.is_empty() && (!is_address || has_user) {
            bail!(
                "the setting telemetry.otlp_endpoint is not right: write http://HOST:4318, and a \
                 token into the variable OTEL_EXPORTER_OTLP_HEADERS"
            );
        }
        if !(0.0..=1.0).contains(sample_ratio) {
            bail!("the setting telemetry.sample_ratio is not right: it is between 0 and 1");
        }
        if service_name.trim().is_empty() {
            bail!("the setting telemetry.service_name is not right: write a name");
        }
        Ok(())
    }

    /// How often it is looked at what other processes have written.
    pub fn poll(&self) -> Duration {
        Duration::from_secs_f64(self.database.poll_seconds)
    }

    /// The fewest councils that a published figure may show.
    pub fn threshold(&self) -> Result<Threshold> {
        Threshold::new(self.figures.threshold).context("the setting figures.threshold is not right")
    }

    /// How long an answer waits for a region.
    pub fn soft_deadline(&self) -> Duration {
        Duration::from_millis(self.regions.soft_deadline_ms)
    }
}

/// One flag of the command line as a source of settings.
struct Flag {
    flag: &'static str,
    key: &'static str,
    value: String,
}

impl Provider for Flag {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("the flag {}", self.flag))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Serialized::default(self.key, &self.value).data()
    }
}

/// What is wrong with a setting, without the value: an address with a password gets into the wrong
/// place by a slip in a name.
fn without_value(kind: &figment::error::Kind) -> String {
    use figment::error::Kind::{InvalidType, InvalidValue};
    match kind {
        InvalidType(_, expected) => format!("it has to be {expected}"),
        InvalidValue(_, expected) => format!("it has to be another: {expected}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
