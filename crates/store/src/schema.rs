//! The state of the database's schema, and bringing it up to date.

use folkmoot_migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::{Store, StoreError, dialect::Dialect};

/// Names the lock under which one replica migrates while the others wait; any number will do,
/// as long as it stays the same.
const MIGRATION_LOCK: i64 = 0x666f_6c6b_6d6f;

/// What [`Store::migrate`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrationReport {
    /// The migrations that were applied now, in order.
    pub applied: Vec<String>,
}

/// How the database's schema stands to this binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// Every migration is applied.
    UpToDate,
    /// These migrations are still to be applied, in order.
    Behind {
        /// Their names.
        pending: Vec<String>,
    },
    /// A newer binary migrated it: refuse to serve.
    Newer {
        /// The first migration that this binary does not know.
        migration: String,
    },
}

impl Store {
    /// Applies what is pending, all or nothing. Replicas may start at once: one migrates, the
    /// others wait and find nothing to do.
    pub async fn migrate(&self) -> Result<MigrationReport, StoreError> {
        let write = self.begin().await?;
        let transaction = &write.transaction;
        if self.dialect == Dialect::Postgres {
            let lock = "SELECT pg_advisory_xact_lock($1)";
            let lock = self.dialect.statement(lock, vec![MIGRATION_LOCK.into()]);
            transaction.query_one_raw(lock).await?;
        }
        match state(self.dialect, transaction).await? {
            SchemaState::Newer { migration } => Err(StoreError::NewerSchema { migration }),
            SchemaState::UpToDate => {
                write.roll_back().await?;
                Ok(MigrationReport::default())
            }
            SchemaState::Behind { pending } => {
                Migrator::up(transaction, None).await?;
                write.commit().await?;
                Ok(MigrationReport { applied: pending })
            }
        }
    }

    /// Compares the migrations that were applied with those that this binary knows.
    pub async fn check_schema(&self) -> Result<SchemaState, StoreError> {
        let snapshot = self.snapshot().await?;
        state(self.dialect, &snapshot).await
    }
}

async fn state(
    dialect: Dialect,
    transaction: &DatabaseTransaction,
) -> Result<SchemaState, StoreError> {
    let sql = match dialect {
        Dialect::Postgres => "SELECT to_regclass('seaql_migrations') IS NOT NULL AS is_there",
        Dialect::Sqlite => {
            "SELECT count(*) > 0 AS is_there FROM sqlite_master WHERE name = 'seaql_migrations'"
        }
    };
    let found = transaction.query_one_raw(dialect.statement(sql, vec![])).await?;
    let is_there = found.map(|row| row.try_get::<bool>("", "is_there")).transpose()?;
    let mut applied: Vec<String> = Vec::new();
    if is_there == Some(true) {
        let sql = "SELECT version FROM seaql_migrations ORDER BY version";
        for row in transaction.query_all_raw(dialect.statement(sql, vec![])).await? {
            applied.push(row.try_get("", "version")?);
        }
    }
    let known = folkmoot_migrations::names();
    if let Some(migration) = applied.iter().find(|name| !known.contains(name)) {
        return Ok(SchemaState::Newer { migration: migration.clone() });
    }
    let pending: Vec<_> = known.into_iter().filter(|name| !applied.contains(name)).collect();
    Ok(if pending.is_empty() { SchemaState::UpToDate } else { SchemaState::Behind { pending } })
}
