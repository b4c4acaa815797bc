//! The store's handle: a pool of connections, and how it is opened.

mod losses;

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbErr, FromQueryResult, IsolationLevel, ModelTrait, QueryResult, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use self::losses::{Losses, Underway};
pub(crate) use self::losses::{SURELY_ALIVE, lives_within};
use crate::{
    StoreError,
    dialect::Dialect,
    error::UNREADABLE_ADDRESS,
    generations::{Tag, View},
    reading::Reading,
    replica::Replica,
    write::select,
};

/// How long SQLite waits for another process's lock before it says that it is busy.
const SQLITE_BUSY: Duration = Duration::from_secs(5);

/// Where the database is and how many connections are kept to it.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `sqlite:FILE`, `sqlite::memory:` or `postgres://USER@HOST/NAME`.
    pub url: String,
    /// The most connections; one for `sqlite::memory:`, whatever is said here.
    pub max_connections: u32,
    /// How long a caller waits for a connection.
    pub acquire_timeout: Duration,
}

/// The database. Clones share the connections and the view of generations.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) connection: DatabaseConnection,
    pub(crate) dialect: Dialect,
    pub(crate) view: Arc<View>,
    losses: Losses,
    max_connections: u32,
    acquire_timeout: Duration,
    /// SQLite has one writer at a time. Ours queue here instead of each holding a connection
    /// that readers need while it waits for the lock.
    writer: Arc<Mutex<()>>,
    pub(crate) tell: Option<Tell>,
    pub(crate) replica: Option<Arc<Replica>>,
    /// The one request that this handle reads for, perhaps of the replica.
    pub(crate) reading: Option<Arc<Reading>>,
}

/// Called after a write, so that other processes look at once.
#[derive(Clone)]
pub(crate) struct Tell(Arc<dyn Fn() -> Telling + Send + Sync>);

/// What [`Store::telling`] calls.
pub type Telling = Pin<Box<dyn Future<Output = ()> + Send>>;

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tell")
    }
}

impl Store {
    /// Opens the database to look at it: nothing is made or changed, not even the files that
    /// SQLite keeps beside a database while it is written.
    pub async fn connect_to_look(options: &StoreOptions) -> Result<Self, StoreError> {
        let mut options = options.clone();
        let is_file =
            dialect_of(&options.url)? == Dialect::Sqlite && !options.url.contains(":memory:");
        if is_file && !says_mode(&options.url) {
            let path = options.url.trim_start_matches("sqlite:").trim_start_matches("//");
            let path = path.split('?').next().unwrap_or(path);
            // Without that file nobody has the database open, so that nobody's lock is needed; to
            // ask for one would make it.
            let is_open = std::path::Path::new(&format!("{path}-wal")).exists();
            let mode = if is_open { "mode=ro" } else { "immutable=1" };
            let sign = if options.url.contains('?') { '&' } else { '?' };
            options.url = format!("{}{sign}{mode}", options.url);
        }
        Self::connect(&options).await
    }

    /// Opens the database; a SQLite file is made if there is none.
    pub async fn connect(options: &StoreOptions) -> Result<Self, StoreError> {
        let dialect = dialect_of(&options.url)?;
        let is_memory = dialect == Dialect::Sqlite
            && (options.url.contains(":memory:") || options.url.contains("mode=memory"));
        let max_connections = if is_memory { 1 } else { options.max_connections.max(1) };
        let mut connect = ConnectOptions::new(&options.url);
        connect
            .max_connections(max_connections)
            .acquire_timeout(options.acquire_timeout)
            .sqlx_logging(false)
            .record_stmt_in_spans(false);
        let losses = Losses::default();
        losses.watch(&mut connect);
        if is_memory {
            // The database lives as long as its one connection.
            connect.min_connections(1).idle_timeout(None).max_lifetime(None);
        }
        if dialect == Dialect::Sqlite {
            let is_read_only =
                options.url.contains("mode=ro") || options.url.contains("immutable=");
            let says_mode = says_mode(&options.url);
            connect.map_sqlx_sqlite_opts(move |sqlite| {
                let mut sqlite = sqlite
                    .foreign_keys(true)
                    .busy_timeout(SQLITE_BUSY)
                    .pragma("synchronous", "NORMAL");
                if !is_read_only && !is_memory {
                    sqlite = sqlite.pragma("journal_mode", "WAL");
                }
                if says_mode { sqlite } else { sqlite.create_if_missing(true) }
            });
        }
        let connection = opened(connect, dialect).await?;
        Ok(Self {
            connection,
            dialect,
            view: Arc::default(),
            losses,
            max_connections,
            acquire_timeout: options.acquire_timeout,
            writer: Arc::default(),
            tell: None,
            replica: None,
            reading: None,
        })
    }

    /// A handle that calls `tell` after each of its writes, once that is committed and seen
    /// here, and waits for it: so that others look for what has changed. It has to end by itself
    /// soon, whether or not anybody hears of it.
    pub fn telling(mut self, tell: impl Fn() -> Telling + Send + Sync + 'static) -> Self {
        self.tell = Some(Tell(Arc::new(tell)));
        self
    }

    /// A handle whose statements are told to `callback` before their answer is used; for
    /// counting. BEGIN and COMMIT are not told, nor what other handles do, nor what a replica is
    /// asked.
    pub fn on_statement(mut self, callback: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.connection.set_metric_callback(move |info| callback(&info.statement.sql));
        self
    }

    /// What a statement finds that changes nothing.
    pub(crate) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, StoreError> {
        if let Some((reading, opened)) = self.opened_replica().await {
            let asked = opened.transaction.query_all_raw(statement.clone());
            if let Some(rows) = reading.answered(asked).await {
                return Ok(rows);
            }
        }
        self.outlived(|| self.connection.query_all_raw(statement.clone())).await
    }

    /// Does what may be done twice, unless there is no connection and none to be had just now.
    async fn outlived<T, F: Future<Output = Result<T, DbErr>>>(
        &self,
        asked: impl Fn() -> F,
    ) -> Result<T, StoreError> {
        let refusal = if self.has_idle_connections() { None } else { self.losses.refusal() };
        let done = match refusal {
            Some(refusal) => Err(refusal),
            None => self.losses.outlived(asked).await,
        };
        done.map_err(|error| self.sorted(error))
    }

    fn has_idle_connections(&self) -> bool {
        self.dialect == Dialect::Sqlite
            || self.connection.get_postgres_connection_pool().num_idle() > 0
    }

    pub(crate) async fn models<M: FromQueryResult>(
        &self,
        statement: Statement,
    ) -> Result<Vec<M>, StoreError> {
        let rows = self.rows(statement).await?;
        Ok(rows.iter().map(|row| M::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// The rows of one table; `rest` is what follows its name.
    pub(crate) async fn select<M: ModelTrait + FromQueryResult>(
        &self,
        rest: &str,
        values: Vec<sea_orm::Value>,
    ) -> Result<Vec<M>, StoreError> {
        let sql = format!("{} {rest}", select::<M>());
        self.models(self.dialect.statement(sql, values)).await
    }

    /// Closes the connections of all clones, once the statements under way have ended.
    pub async fn close(&self) -> Result<(), StoreError> {
        if let Some(replica) = &self.replica {
            replica.close().await?;
        }
        Ok(self.connection.close_by_ref().await?)
    }

    /// A transaction that sees one state of the database throughout.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = match self.dialect {
            Dialect::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
            // SQLite's readers always see one state.
            Dialect::Sqlite => TransactionOptions::default(),
        };
        self.begun(options).await
    }

    /// A transaction that writes.
    pub(crate) async fn begin(&self) -> Result<WriteTransaction, StoreError> {
        let turn = match self.dialect {
            Dialect::Postgres => None,
            Dialect::Sqlite => {
                let queue = Arc::clone(&self.writer).lock_owned();
                let turn = tokio::time::timeout(self.acquire_timeout, queue).await;
                Some(turn.map_err(|_| StoreError::Busy(None))?)
            }
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: (self.dialect == Dialect::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = self.begun(options).await?;
        Ok(WriteTransaction { transaction, _turn: turn, _underway: self.losses.underway() })
    }

    async fn begun(&self, options: TransactionOptions) -> Result<DatabaseTransaction, StoreError> {
        self.losses.transaction_begins();
        self.outlived(|| self.connection.begin_with_options(options)).await
    }

    /// Commits a write that raised these generations, and has everyone hear of it.
    pub(crate) async fn commit(
        &self,
        write: WriteTransaction,
        raised: Vec<(Tag, i64)>,
    ) -> Result<(), StoreError> {
        write.commit().await?;
        let is_nothing = raised.is_empty();
        self.view.raise(raised);
        if let Some(Tell(tell)) = self.tell.as_ref().filter(|_| !is_nothing) {
            tell().await;
        }
        Ok(())
    }

    /// Tells a pool that is used up from one that cannot connect: while a server is down the
    /// pool shrinks, and waiting for it ends in the same time-out.
    fn sorted(&self, error: DbErr) -> StoreError {
        let is_short = self.dialect == Dialect::Postgres
            && self.connection.get_postgres_connection_pool().size() < self.max_connections;
        match StoreError::from(error) {
            StoreError::Busy(cause) if is_short && is_time_out(cause.as_deref()) => {
                StoreError::Unavailable(cause)
            }
            sorted => sorted,
        }
    }
}

pub(crate) async fn opened(
    options: ConnectOptions,
    dialect: Dialect,
) -> Result<DatabaseConnection, StoreError> {
    Database::connect(options).await.map_err(|error| match error {
        // A server that refuses connections is tried again until the time is over.
        DbErr::ConnectionAcquire(_) => StoreError::Unavailable(Some(error.into())),
        // The cause would repeat the address, which may hold a password.
        DbErr::Conn(RuntimeErr::Internal(_)) => {
            StoreError::Misconfigured { message: UNREADABLE_ADDRESS, cause: None }
        }
        other => match StoreError::from(other) {
            StoreError::Busy(cause) if dialect == Dialect::Postgres => {
                StoreError::Unavailable(cause)
            }
            sorted => sorted,
        },
    })
}

fn is_time_out(cause: Option<&(dyn std::error::Error + Send + Sync + 'static)>) -> bool {
    let cause = cause.and_then(|cause| cause.downcast_ref::<DbErr>());
    matches!(cause, Some(DbErr::ConnectionAcquire(_)))
}

/// Whether the address of a SQLite database says how it is opened.
fn says_mode(url: &str) -> bool {
    url.contains("mode=") || url.contains("immutable=")
}

pub(crate) fn dialect_of(url: &str) -> Result<Dialect, StoreError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(Dialect::Sqlite),
        Some(("postgres" | "postgresql", _)) => Ok(Dialect::Postgres),
        _ => Err(StoreError::Misconfigured {
            message: "database address is of an unknown kind: begin it with sqlite: or postgres://",
            cause: None,
        }),
    }
}

/// A transaction that writes, and its turn among the writers; dropped, it is rolled back.
pub(crate) struct WriteTransaction {
    pub(crate) transaction: DatabaseTransaction,
    _turn: Option<OwnedMutexGuard<()>>,
    _underway: Underway,
}

impl WriteTransaction {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    pub(crate) async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}

#[cfg(test)]
mod tests;
