//! A standby of the database, of which public rows may be read: how it is reached, and when it is
//! as new as what this process knows.
//!
//! Before a request reads its rows there, it reads how far the standby is, on the same connection.
//! Only if no generation there is lower than in this process's view, and all that the primary had
//! written at the last look is there, are the rows good: they are then at least as new as the view,
//! which is what an answer is labelled with. The label is not the standby's own numbers, which may
//! be higher: what comes from memory, such as reference data, is only as new as the view.
//!
//! The transaction around them is there for poolers, which may lead to several servers, one
//! transaction to one of them. It is not a snapshot: what is read after the standby said how far it
//! is, has to be at least that new.

mod examined;
mod rest;

use std::{sync::Arc, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

pub use self::examined::ReplicaState;
use self::rest::Rest;
pub(crate) use self::rest::Turn;
use crate::{
    Store, StoreError,
    connect::{SURELY_ALIVE, dialect_of, lives_within, opened},
    dialect::Dialect,
    generations::{Look, PLACE, View, look_sql},
    measures,
    reading::Reading,
};

/// Where the replica is, and how long it is waited for.
#[derive(Clone, Debug)]
pub struct ReplicaOptions {
    /// `postgres://USER@HOST/NAME`.
    pub url: String,
    /// The most requests that read there at a time, with a connection each.
    pub max_connections: u32,
    /// For how long after a look at the primary it is known what was written there.
    pub known_for: Duration,
    /// How long a reader waits for rows in all. An eighth of it goes to finding out how far the
    /// replica is and half of it to a statement, so that there is time left for the primary.
    pub patience: Duration,
}

/// Why rows are read of the primary, where there is a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The replica lacks something that was written.
    Behind,
    /// It cannot be reached, or takes too long.
    Away,
    /// All its connections are in use.
    Busy,
    /// It took a statement back, for what it has to apply.
    Conflict,
    /// It is no standby of this database, or refuses what it is asked.
    Unfit,
    /// The primary was not looked at lately: nobody knows what was written.
    Unsure,
}

impl Why {
    pub(crate) const ALL: [Self; 6] =
        [Self::Behind, Self::Away, Self::Busy, Self::Conflict, Self::Unfit, Self::Unsure];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::Away => "away",
            Self::Busy => "busy",
            Self::Conflict => "conflict",
            Self::Unfit => "unfit",
            Self::Unsure => "unsure",
        }
    }

    /// What an error of the replica is to those who read.
    pub(crate) fn of(error: &StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Away,
            StoreError::Busy(_) => Self::Conflict,
            _ => Self::Unfit,
        }
    }
}

/// The replica, shared by all requests.
#[derive(Debug)]
pub(crate) struct Replica {
    connection: DatabaseConnection,
    /// One for each connection: nobody waits for one while the primary has some.
    places: Arc<Semaphore>,
    rest: Rest,
    known_for: Duration,
    patience: Duration,
}

/// A connection to the replica that was found as new as need be.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) transaction: DatabaseTransaction,
    pub(crate) turn: Turn,
    _place: OwnedSemaphorePermit,
}

impl Store {
    /// A handle whose [`Store::for_public`] may read of this replica. It is not contacted yet, and
    /// need not be there.
    ///
    /// # Errors
    /// If either address is not one of Postgres.
    pub async fn with_replica(mut self, options: &ReplicaOptions) -> Result<Self, StoreError> {
        let dialects = [self.dialect, dialect_of(&options.url)?];
        if dialects.contains(&Dialect::Sqlite) {
            let message = "SQLite has no replicas: only Postgres has";
            return Err(StoreError::Misconfigured { message, cause: None });
        }
        let longest = options.patience / 8;
        let mut connect = ConnectOptions::new(&options.url);
        connect
            .map_sqlx_postgres_pool_opts(move |pool| {
                // A dead connection that does not say so would never be given back, and keep its
                // place in the pool.
                pool.after_release(move |connection, _| Box::pin(lives_within(longest, connection)))
            })
            .max_connections(options.max_connections)
            .acquire_timeout(longest)
            .test_before_acquire_if_idle_for(SURELY_ALIVE)
            .connect_lazy(true)
            .sqlx_logging(false)
            .record_stmt_in_spans(false);
        let replica = Replica {
            connection: opened(connect, Dialect::Postgres).await?,
            places: Arc::new(Semaphore::new(options.max_connections as usize)),
            rest: Rest::new(options.patience),
            known_for: options.known_for,
            patience: options.patience,
        };
        measures::describe();
        self.replica = Some(Arc::new(replica));
        Ok(self)
    }

    /// A handle for one request of somebody who may be told what everybody may: it reads of the
    /// replica wherever that is as new as what this process knows, and of the primary wherever
    /// not. `None` if there is no replica.
    pub fn for_public(&self) -> Option<Self> {
        let reading = Arc::new(Reading::new(self.replica.clone()?));
        let mut handle = self.clone();
        handle.reading = Some(reading);
        Some(handle)
    }

    pub(crate) fn has_replica(&self) -> bool {
        self.replica.is_some()
    }

    /// The replica's connection for the request that this handle reads for.
    pub(crate) async fn opened_replica(&self) -> Option<(&Reading, Arc<Opened>)> {
        let reading = self.reading.as_deref()?;
        Some((reading, reading.opened(&self.view).await?))
    }
}

/// How far a standby has applied the log; none of what is not one.
const APPLIED: &str = ", (SELECT CASE WHEN pg_is_in_recovery() \
                       THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END) AS place";

impl Replica {
    /// Takes a connection, if what can be read there is at least as new as the view is now.
    pub(crate) async fn open(&self, view: &View) -> Result<Opened, Why> {
        if !view.has_looked_within(self.known_for) {
            return Err(Why::Unsure);
        }
        let place = self.places.clone().try_acquire_owned().map_err(|_| Why::Busy)?;
        let turn = self.rest.turn()?;
        let begun = timeout(self.patience / 8, self.begun(view)).await.unwrap_or(Err(Why::Away));
        match begun {
            Ok(transaction) => Ok(Opened { transaction, turn, _place: place }),
            Err(why) => {
                self.rest.failed(turn, why);
                Err(why)
            }
        }
    }

    async fn begun(&self, view: &View) -> Result<DatabaseTransaction, Why> {
        let refused = |error| match Why::of(&StoreError::from(error)) {
            // Nothing is under way yet that could be in the way of anything: it has no room for us.
            Why::Conflict => Why::Away,
            why => why,
        };
        let transaction = self.connection.begin().await.map_err(refused)?;
        let statement = Dialect::Postgres.statement(look_sql(APPLIED), vec![]);
        let rows = transaction.query_all_raw(statement).await.map_err(refused)?;
        let look = Look::of(&rows).map_err(|error| Why::of(&error))?.ok_or(Why::Unfit)?;
        let applied: Option<i64> = rows[0].try_get("", PLACE).map_err(refused)?;
        let applied = applied.ok_or(Why::Unfit)?;
        // After the look, so that the view is as of now.
        let (seen, written) = (view.seen(), *view.written());
        if seen.epoch() != Some(look.epoch) {
            return Err(Why::Unfit);
        }
        // What no generation counts, such as how old a copy is, the log's place stands for.
        let has_all = applied >= written.ok_or(Why::Unsure)?;
        if has_all && seen.are_reached_by(&look.numbers) {
            Ok(transaction)
        } else {
            Err(Why::Behind)
        }
    }

    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        Ok(self.connection.close_by_ref().await?)
    }

    /// How long a statement may take.
    pub(crate) fn patience(&self) -> Duration {
        self.patience / 2
    }

    /// Notes that it answered.
    pub(crate) fn answered(&self) {
        self.rest.answered();
    }

    /// Notes that it did not.
    pub(crate) fn failed(&self, turn: Turn, why: Why) {
        self.rest.failed(turn, why);
    }
}
