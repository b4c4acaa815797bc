//! Where the database is, and its replica if there is one.

use anyhow::{Result, bail};
use serde::Deserialize;

/// The section `[database]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Database {
    pub url: String,
    pub max_connections: u32,
    pub acquire_seconds: u64,
    pub poll_seconds: f64,
    pub replica_url: String,
    pub replica_max_connections: u32,
}

impl Database {
    pub(super) fn check(&self) -> Result<()> {
        if !self.url.starts_with("sqlite:") && !is_postgres(&self.url) {
            bail!("the setting database.url is not right: it begins with sqlite: or postgres://");
        }
        if !(0.01..=3600.0).contains(&self.poll_seconds) {
            bail!("the setting database.poll_seconds is not right: it is between 0.01 and 3600");
        }
        if self.replica_url.is_empty() {
            return Ok(());
        }
        if !is_postgres(&self.url) {
            bail!(
                "the settings database.url and database.replica_url contradict each other: SQLite \
                 has no replicas, so leave the latter empty, or use Postgres"
            );
        }
        if !is_postgres(&self.replica_url) {
            bail!("the setting database.replica_url is not right: it begins with postgres://");
        }
        if self.replica_url == self.url {
            bail!(
                "the settings database.url and database.replica_url are the same: name a standby \
                 in the latter, or leave it empty"
            );
        }
        Ok(())
    }
}

fn is_postgres(url: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|start| url.starts_with(start))
}
