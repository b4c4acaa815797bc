//! What can go wrong, by what the caller can do about it.

use std::error::Error;

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlxError};
use thiserror::Error;
use uuid::Uuid;

type Cause = Box<dyn Error + Send + Sync>;

pub(crate) const UNREADABLE_ADDRESS: &str =
    "database address cannot be read: write sqlite:FILE or postgres://USER@HOST/NAME";

/// Why the store did not do what it was asked to.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Not reached, or gone half-way: try again later.
    #[error("database cannot be reached: check that it runs and that its address is right")]
    Unavailable(#[source] Option<Cause>),
    /// Reached, but locked or out of connections: try again soon.
    #[error("database is busy: another writer or too many readers hold it, try again")]
    Busy(#[source] Option<Cause>),
    /// Reads work, writes do not.
    #[error("database is read-only: give this process the right to write to it")]
    ReadOnly(#[source] Option<Cause>),
    /// Reads work, writes do not until there is room.
    #[error("database is full: free or add space, nothing of this write was kept")]
    Full(#[source] Option<Cause>),
    /// The address or the rights are wrong: nothing helps but another configuration.
    #[error("{message}")]
    Misconfigured {
        /// What is wrong and what to do; never the address itself, which may hold a password.
        message: &'static str,
        /// The driver's words.
        #[source]
        cause: Option<Cause>,
    },
    /// The database has not been migrated far enough for this binary.
    #[error("database lacks tables that this version needs: run `folkmoot migrate`")]
    OlderSchema(#[source] Option<Cause>),
    /// The database was migrated by a newer binary.
    #[error("database is newer than this version ({migration} is unknown): run the newer version")]
    NewerSchema {
        /// The first migration that this binary does not know.
        migration: String,
    },
    /// Another row stands in the way, or the row changed meanwhile.
    #[error("{kind} {key} {reason}")]
    Conflict {
        /// Of what kind, such as `meet-up`.
        kind: &'static str,
        /// Its code, slug or natural key.
        key: String,
        /// What stands in the way and what to do.
        reason: &'static str,
    },
    /// What was given cannot be kept as it is.
    #[error("{0}")]
    Invalid(String),
    /// A stored value cannot be read.
    #[error("row {row} of {table} holds an unreadable {column}: restore it from a backup")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: Uuid,
    },
    /// The database refused a statement for a reason that no caller can foresee.
    #[error("database refused a statement: this is a fault in Folkmoot, please report it")]
    Unexpected(#[source] Cause),
}

/// SQLite's primary result codes (<https://sqlite.org/rescode.html>).
mod sqlite {
    pub(super) const BUSY: u32 = 5;
    pub(super) const LOCKED: u32 = 6;
    pub(super) const READONLY: u32 = 8;
    pub(super) const IOERR: u32 = 10;
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const CANTOPEN: u32 = 14;
    pub(super) const CONSTRAINT: u32 = 19;
    pub(super) const NOTADB: u32 = 26;
    pub(super) const CONSTRAINT_FOREIGNKEY: u32 = 787;
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Self::Busy(Some(error.into())),
            DbErr::ConnectionAcquire(_) => Self::Unavailable(Some(error.into())),
            DbErr::Conn(RuntimeErr::SqlxError(ref cause))
            | DbErr::Exec(RuntimeErr::SqlxError(ref cause))
            | DbErr::Query(RuntimeErr::SqlxError(ref cause)) => {
                let sorted = sort_by_cause(cause);
                sorted(error.into())
            }
            other => Self::Unexpected(other.into()),
        }
    }
}

/// True if the connection broke under a statement, or was closed by the server.
pub(crate) fn is_lost(error: &DbErr) -> bool {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return false;
    };
    match cause {
        RuntimeErr::SqlxError(cause) => match &**cause {
            SqlxError::Io(_) | SqlxError::Protocol(_) => true,
            SqlxError::Database(database) => database.code().is_some_and(|code| is_away(&code)),
            _ => false,
        },
        RuntimeErr::Internal(_) => false,
    }
}

/// Connections that break, and servers that stop or start.
fn is_away(state: &str) -> bool {
    state.starts_with("08") || state.starts_with("57P")
}

/// Which variant a driver's error is.
fn sort_by_cause(cause: &SqlxError) -> fn(Cause) -> StoreError {
    match cause {
        SqlxError::Io(_) | SqlxError::Protocol(_) | SqlxError::Tls(_) => unavailable,
        SqlxError::PoolClosed | SqlxError::WorkerCrashed => unavailable,
        SqlxError::PoolTimedOut => busy,
        SqlxError::Configuration(_) => {
            |cause| StoreError::Misconfigured { message: UNREADABLE_ADDRESS, cause: Some(cause) }
        }
        SqlxError::Database(database) => {
            let code = database.code().unwrap_or_default().into_owned();
            match code.parse::<u32>() {
                // SQLSTATEs have five places, SQLite's extended codes at most four.
                Ok(code) if code < 10_000 && database.severity_is_absent() => of_sqlite(code),
                _ => of_postgres(&code),
            }
        }
        _ => StoreError::Unexpected,
    }
}

/// Tells the two drivers' errors apart where a SQLSTATE is all digits.
trait SeverityIsAbsent {
    fn severity_is_absent(&self) -> bool;
}

impl SeverityIsAbsent for Box<dyn sea_orm::sqlx::error::DatabaseError> {
    fn severity_is_absent(&self) -> bool {
        self.try_downcast_ref::<sea_orm::SqlxPostgresError>().is_none()
    }
}

fn unavailable(cause: Cause) -> StoreError {
    StoreError::Unavailable(Some(cause))
}

fn busy(cause: Cause) -> StoreError {
    StoreError::Busy(Some(cause))
}

fn of_sqlite(extended: u32) -> fn(Cause) -> StoreError {
    if extended == sqlite::CONSTRAINT_FOREIGNKEY {
        return dangling;
    }
    match extended & 0xff {
        sqlite::BUSY | sqlite::LOCKED => busy,
        sqlite::READONLY => |cause| StoreError::ReadOnly(Some(cause)),
        sqlite::FULL => |cause| StoreError::Full(Some(cause)),
        sqlite::IOERR => unavailable,
        sqlite::CANTOPEN => |cause| StoreError::Misconfigured {
            message: "database file cannot be opened: check that its folder exists and may be written to",
            cause: Some(cause),
        },
        sqlite::NOTADB | sqlite::CORRUPT => |cause| StoreError::Misconfigured {
            message: "database file is damaged or no SQLite database: restore it from a backup",
            cause: Some(cause),
        },
        sqlite::CONSTRAINT => |_| taken(),
        // "no such table" and "no such column" are SQLite's generic error.
        1 => older_or_unexpected,
        _ => StoreError::Unexpected,
    }
}

/// By SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn of_postgres(state: &str) -> fn(Cause) -> StoreError {
    match state {
        "53300" | "55P03" | "57014" | "40001" | "40P01" => busy,
        "53100" => |cause| StoreError::Full(Some(cause)),
        "25006" => |cause| StoreError::ReadOnly(Some(cause)),
        "42P01" | "42703" => |cause| StoreError::OlderSchema(Some(cause)),
        "3D000" => |cause| StoreError::Misconfigured {
            message: "database does not exist on this server: create it first",
            cause: Some(cause),
        },
        "42501" => |cause| StoreError::Misconfigured {
            message: "database user lacks a right: let it own the database",
            cause: Some(cause),
        },
        "23503" => dangling,
        "23505" => |_| taken(),
        _ if state.starts_with("28") => |cause| StoreError::Misconfigured {
            message: "database refused the user name or password",
            cause: Some(cause),
        },
        _ if is_away(state) => unavailable,
        _ => StoreError::Unexpected,
    }
}

fn older_or_unexpected(cause: Cause) -> StoreError {
    let text = cause.to_string();
    if text.contains("no such table") || text.contains("no such column") {
        StoreError::OlderSchema(Some(cause))
    } else {
        StoreError::Unexpected(cause)
    }
}

fn dangling(_: Cause) -> StoreError {
    StoreError::Invalid(
        "a row names a region, group, council or point that is not stored: import that first"
            .to_owned(),
    )
}

fn taken() -> StoreError {
    StoreError::Conflict {
        kind: "row",
        key: "with this key".to_owned(),
        reason: "exists already: give one of the two another code, slug or key",
    }
}
