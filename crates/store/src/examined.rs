//! How the database is, for whoever runs it: read, never written, and true before any table is
//! there.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use folkmoot_domain::RegionId;
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::{Store, StoreError, codec::Reading, dialect::Dialect};

/// A database at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseState {
    /// Which it is, such as `PostgreSQL 17.6`.
    pub version: String,
    /// How long the quickest of a few questions took, there and back.
    pub round_trip: Duration,
    /// What its clock says, and how long that may be off for having come over the network; none
    /// for SQLite, whose clock is ours.
    pub now: Option<(DateTime<Utc>, Duration)>,
    /// How much room it takes.
    pub size_bytes: u64,
    /// True if it takes no writes: a standby, or a session that is set so.
    pub is_read_only: bool,
    /// How many it can talk to; none for SQLite.
    pub connections: Option<Connections>,
}

/// Connections to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// The most that anybody but its administrators can have, this database and user included.
    pub most: u32,
    /// How many there are, those of this look included.
    pub open: u32,
}

/// How often it is asked to find out how long that takes: the first question of a connection
/// takes longer than all that come after it.
const TRIES: u32 = 3;

impl Store {
    /// How the database is now.
    pub async fn examine(&self) -> Result<DatabaseState, StoreError> {
        let mut round_trip = Duration::MAX;
        for _ in 0..TRIES {
            let begun = Instant::now();
            self.rows(self.dialect.statement("SELECT 1", vec![])).await?;
            round_trip = round_trip.min(begun.elapsed());
        }
        match self.dialect {
            Dialect::Sqlite => self.examine_sqlite(round_trip).await,
            Dialect::Postgres => self.examine_postgres(round_trip).await,
        }
    }

    async fn examine_sqlite(&self, round_trip: Duration) -> Result<DatabaseState, StoreError> {
        let sql = "SELECT sqlite_version() AS version, \
                   (SELECT page_count FROM pragma_page_count()) * \
                   (SELECT page_size FROM pragma_page_size()) AS size";
        let row = self.one(sql).await?;
        Ok(DatabaseState {
            version: format!("SQLite {}", row.try_get::<String>("", "version")?),
            round_trip,
            now: None,
            size_bytes: unsigned(&row, "size")?,
            is_read_only: false,
            connections: None,
        })
    }

    async fn examine_postgres(&self, round_trip: Duration) -> Result<DatabaseState, StoreError> {
        // The limits of the user and of the database are -1 where there is none.
        let sql = "SELECT current_setting('server_version') AS version, \
             pg_database_size(current_database()) AS size, \
             (pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean) AS fixed, \
             least(current_setting('max_connections')::bigint \
                 - current_setting('superuser_reserved_connections')::bigint, \
                 (SELECT nullif(datconnlimit, -1) FROM pg_database \
                  WHERE datname = current_database()), \
                 (SELECT nullif(rolconnlimit, -1) FROM pg_roles \
                  WHERE rolname = current_user))::bigint AS most, \
             (SELECT count(*) FROM pg_stat_activity \
              WHERE backend_type = 'client backend') AS open";
        let row = self.one(sql).await?;
        let begun = Instant::now();
        let sql = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now";
        let now: i64 = self.one(sql).await?.try_get("", "now")?;
        let now = DateTime::from_timestamp_millis(now).map(|now| (now, begun.elapsed()));
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(DatabaseState {
            version: format!("PostgreSQL {}", row.try_get::<String>("", "version")?),
            round_trip,
            now,
            size_bytes: unsigned(&row, "size")?,
            is_read_only: row.try_get("", "fixed")?,
            connections: Some(Connections {
                most: narrow(unsigned(&row, "most")?),
                open: narrow(unsigned(&row, "open")?),
            }),
        })
    }

    /// When something was last written, by the clock of who wrote it; none if nothing ever was.
    pub async fn last_written_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        // Their ids sort by time, and have an index.
        let sql = "SELECT id, at FROM audit ORDER BY id DESC LIMIT 1";
        let rows = self.rows(self.dialect.statement(sql, vec![])).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let read = Reading { table: "audit", row: row.try_get("", "id")? };
        Ok(Some(read.instant("at", row.try_get("", "at")?)?))
    }

    /// When each of these regions was last changed in the registry; absent if it never was.
    pub async fn regions_changed_at(
        &self,
        regions: &[RegionId],
    ) -> Result<HashMap<RegionId, DateTime<Utc>>, StoreError> {
        let sql = format!(
            "SELECT entity_id, max(at) AS at FROM audit WHERE {} AND kind = 'region' \
             GROUP BY entity_id",
            self.dialect.among("entity_id", 1)
        );
        let regions = self.dialect.ids(regions.iter().copied());
        let mut changed = HashMap::new();
        for row in self.rows(self.dialect.statement(sql, vec![regions])).await? {
            let region: Uuid = row.try_get("", "entity_id")?;
            let read = Reading { table: "audit", row: region };
            changed.insert(RegionId(region), read.instant("at", row.try_get("", "at")?)?);
        }
        Ok(changed)
    }

    async fn one(&self, sql: &str) -> Result<QueryResult, StoreError> {
        let rows = self.rows(self.dialect.statement(sql, vec![])).await?;
        let nothing = || StoreError::Invalid("the database answers without a row".to_owned());
        rows.into_iter().next().ok_or_else(nothing)
    }
}

fn unsigned(row: &QueryResult, column: &str) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.try_get::<i64>("", column)?).unwrap_or_default())
}
