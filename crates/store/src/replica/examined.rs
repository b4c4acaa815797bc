//! How a replica is, for whoever runs it: read, never written.

use std::time::{Duration, Instant};

use tokio::time::sleep;
use uuid::Uuid;

use super::APPLIED;
use crate::{
    Store, StoreError,
    generations::{PLACE, WRITTEN},
};

/// How often it is looked whether it has caught up.
const LOOK: Duration = Duration::from_millis(5);

/// A replica at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaState {
    /// Which it is, such as `PostgreSQL 17.6`.
    pub version: String,
    /// How long the quickest of a few questions took, there and back.
    pub round_trip: Duration,
    /// True if it applies what another server writes.
    pub is_standby: bool,
    /// True if its rows belong to the same history as the primary's.
    pub is_of_ours: bool,
    /// How long it took until all was there that the primary had written at the beginning; `None`
    /// if that took longer than it was waited for.
    pub lag: Option<Duration>,
    /// How much of that was still missing then.
    pub missing_bytes: u64,
}

impl Store {
    /// How another database is as a replica of this one, to which it may lag for so long.
    ///
    /// # Errors
    /// If either cannot be read.
    pub async fn examine_replica(
        &self,
        replica: &Store,
        patience: Duration,
    ) -> Result<ReplicaState, StoreError> {
        let written = self.place(WRITTEN).await?;
        let begun = Instant::now();
        let state = replica.examine().await?;
        let mut applied = replica.place(APPLIED).await?;
        let mut state = ReplicaState {
            version: state.version,
            round_trip: state.round_trip,
            is_standby: applied.is_some(),
            is_of_ours: self.epoch().await? == replica.epoch().await?,
            lag: None,
            missing_bytes: 0,
        };
        if let (Some(written), true, true) = (written, state.is_standby, state.is_of_ours) {
            while applied < Some(written) && begun.elapsed() < patience {
                sleep(LOOK).await;
                applied = replica.place(APPLIED).await?;
            }
            let missing = written - applied.unwrap_or_default();
            state.missing_bytes = u64::try_from(missing).unwrap_or_default();
            state.lag = (state.missing_bytes == 0).then(|| begun.elapsed());
        }
        Ok(state)
    }

    async fn place(&self, column: &str) -> Result<Option<i64>, StoreError> {
        let sql = format!("SELECT 1 AS one{column}");
        let rows = self.rows(self.dialect.statement(sql, vec![])).await?;
        let place = rows.first().map(|row| row.try_get("", PLACE)).transpose()?;
        Ok(place.flatten())
    }

    /// The history that its rows belong to; `None` if it has no tables of ours, or none yet.
    async fn epoch(&self) -> Result<Option<Uuid>, StoreError> {
        let rows = self.rows(self.dialect.statement("SELECT id FROM epoch", vec![])).await;
        match rows {
            Ok(rows) => Ok(rows.first().map(|row| row.try_get("", "id")).transpose()?),
            Err(StoreError::OlderSchema(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
