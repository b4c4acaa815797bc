//! Redis behind memory: shared by replicas, and at no time needed.
//!
//! **It fails open.** Nothing here returns an error: what Redis does not answer in time is a
//! miss. It is not contacted when it is built, so a program starts without it. After a few
//! failures in a row it is left alone (`breaker.rs`), and looked for by a task of its own, so
//! that requests neither wait nor fail while it is away.

mod address;
mod breaker;
mod examined;
mod link;
pub(crate) mod sealed;

use std::{fmt, sync::Arc, time::Duration};

use redis::{Cmd, FromRedisValue};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tracing::{info, warn};

pub use self::{
    address::BadAddress,
    examined::{NotExamined, RedisState},
};
use self::{
    address::Topology,
    breaker::{Admission, Breaker},
    link::{Failure, Link},
};
use crate::{CacheKey, Entry, Slot};

/// Answers of servers that speak of one value only, not of the server.
const OF_ONE_VALUE: [&str; 3] = ["WRONGTYPE", "OOM", "TRYAGAIN"];

/// The most writes under way at once; what comes beyond is not kept, which loses nothing.
const MOST_WRITES: usize = 64;

/// The largest value that is sent there: a larger one would hold up the others' answers.
const MOST_BYTES: usize = 1024 * 1024;

/// How Redis is asked.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// What all keys begin with; keeps apart what shares a server.
    pub prefix: String,
    /// How long a question may take, connecting included.
    pub timeout: Duration,
    /// How long making a connection may take, beside the questions.
    pub connect_timeout: Duration,
    /// After how many failures in a row it is left alone.
    pub failures_to_open: u32,
    /// For how long, before it is looked for again.
    pub open_for: Duration,
}

impl Default for RedisOptions {
    /// 50 ms: many times what a healthy server takes, and hardly felt. 3 failures, so that at
    /// most 150 ms of any one request are lost. A look each second finds it soon and costs
    /// nobody.
    fn default() -> Self {
        Self {
            prefix: "folkmoot".to_owned(),
            timeout: Duration::from_millis(50),
            connect_timeout: Duration::from_secs(2),
            failures_to_open: 3,
            open_for: Duration::from_secs(1),
        }
    }
}

/// A Redis, a master behind sentinels, or a cluster. Cheap to clone; clones share the
/// connection.
#[derive(Clone)]
pub struct Redis {
    shared: Arc<Shared>,
}

struct Shared {
    link: Arc<Link>,
    breaker: Breaker,
    writes: Arc<Semaphore>,
    options: RedisOptions,
}

impl Redis {
    /// A Redis at this address, which is not contacted yet:
    ///
    /// - `redis://USER:PASSWORD@HOST:PORT/NUMBER`, `rediss://…` with TLS, `redis+unix:///PATH`
    /// - `redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/MASTER/NUMBER`, `rediss+sentinel://…`:
    ///   the hosts are sentinels, credentials and number those of the servers
    /// - `redis+cluster://USER:PASSWORD@HOST:PORT,HOST:PORT`, `rediss+cluster://…`: some of its nodes
    pub fn new(address: &str, options: RedisOptions) -> Result<Self, BadAddress> {
        let link = Arc::new(Link::new(Topology::parse(address)?, options.connect_timeout));
        let breaker = Breaker::new(options.failures_to_open, options.open_for);
        let writes = Arc::new(Semaphore::new(MOST_WRITES));
        Ok(Self { shared: Arc::new(Shared { link, breaker, writes, options }) })
    }

    /// What is kept in these places, in their order.
    pub async fn entries<K: CacheKey>(&self, slots: &[Slot<K>]) -> Vec<Option<Entry<K::Value>>> {
        let nothing = || slots.iter().map(|_| None).collect();
        if slots.is_empty() {
            return nothing();
        }
        let mut command = redis::cmd("MGET");
        for slot in slots {
            command.arg(slot.name(&self.shared.options.prefix));
        }
        match self.ask::<Vec<Option<Vec<u8>>>>(command).await {
            Some(found) if found.len() == slots.len() => {
                found.into_iter().map(|bytes| sealed::open(&bytes?)).collect()
            }
            _ => nothing(),
        }
    }

    /// Keeps these bytes, beside the caller's work.
    pub(crate) fn keep<K: CacheKey>(&self, slot: &Slot<K>, bytes: Vec<u8>, rest: Duration) {
        let rest_ms = u64::try_from(rest.as_millis()).unwrap_or(u64::MAX);
        if rest_ms == 0 || bytes.len() > MOST_BYTES {
            return;
        }
        let mut command = redis::cmd("SET");
        command.arg(slot.name(&self.shared.options.prefix)).arg(bytes).arg("PX").arg(rest_ms);
        self.write(command);
    }

    /// Forgets what is kept in that place. False if it could not be told to.
    pub async fn forget<K: CacheKey>(&self, slot: &Slot<K>) -> bool {
        let mut command = redis::cmd("DEL");
        command.arg(slot.name(&self.shared.options.prefix));
        self.ask::<u64>(command).await.is_some()
    }

    /// Raises a number that all see who share the prefix. It is lost if Redis is away.
    pub async fn raise(&self, number: &str) {
        let mut command = redis::cmd("INCR");
        command.arg(format!("{}:{number}", self.shared.options.prefix));
        self.ask::<u64>(command).await;
    }

    /// That number; `None` if it was never raised or cannot be read now.
    pub async fn number(&self, number: &str) -> Option<u64> {
        let mut command = redis::cmd("GET");
        command.arg(format!("{}:{number}", self.shared.options.prefix));
        self.ask::<Option<u64>>(command).await.flatten()
    }

    /// Adds to a number that all see who share the prefix, which is forgotten after so long, and says
    /// what it is then; `None` if Redis gives no answer.
    pub(crate) async fn add(&self, number: &str, more: u64, known_for: Duration) -> Option<u64> {
        // One command, for a number without an end would stay for ever.
        let script = "local n = redis.call('INCRBY', KEYS[1], ARGV[1]) \
                      redis.call('PEXPIRE', KEYS[1], ARGV[2]) return n";
        let known_for_ms = u64::try_from(known_for.as_millis()).unwrap_or(u64::MAX);
        let mut command = redis::cmd("EVAL");
        command.arg(script).arg(1).arg(format!("{}:{number}", self.shared.options.prefix));
        command.arg(more).arg(known_for_ms);
        self.ask(command).await
    }

    /// False while it is left alone.
    pub fn is_asked(&self) -> bool {
        self.shared.breaker.is_closed()
    }

    fn write(&self, command: Cmd) {
        if !self.is_asked() {
            // Without a permit and a task, so that writes cost nothing while it is away.
            self.probe_if_due();
            return;
        }
        let Ok(permit) = self.shared.writes.clone().try_acquire_owned() else { return };
        let redis = self.clone();
        tokio::spawn(async move {
            redis.ask::<()>(command).await;
            drop(permit);
        });
    }

    /// The answer, unless it is left alone or gives none in time.
    async fn ask<T: FromRedisValue>(&self, command: Cmd) -> Option<T> {
        if !self.probe_if_due() {
            return None;
        }
        match self.shared.ask(&command).await {
            Ok(answer) => {
                self.shared.breaker.answered();
                Some(answer)
            }
            Err((_, Failure::Refused(error)))
                if error.code().is_some_and(|code| OF_ONE_VALUE.contains(&code)) =>
            {
                self.shared.breaker.answered();
                None
            }
            Err((connection, failure)) => {
                let has_opened = self.shared.breaker.failed();
                if has_opened {
                    warn!(error = %failure, "redis gives no answers: going on without it");
                }
                // A master that became a replica says so, and sentinels know the new one.
                let is_lost = match &failure {
                    Failure::Refused(error) => {
                        error.is_unrecoverable_error() || error.code() == Some("READONLY")
                    }
                    Failure::TimedOut | Failure::NotConnected => false,
                };
                if is_lost || has_opened {
                    self.shared.link.drop_connection(connection);
                }
                None
            }
        }
    }

    /// True if it may be asked. If it is time to look whether it is back, somebody does.
    fn probe_if_due(&self) -> bool {
        match self.shared.breaker.admit() {
            Admission::Ask => true,
            Admission::Skip => false,
            Admission::Probe => {
                let shared = self.shared.clone();
                tokio::spawn(async move {
                    match shared.ask::<String>(&redis::cmd("PING")).await {
                        Ok(_) if shared.breaker.is_back() => info!("redis answers again"),
                        Ok(_) | Err((_, Failure::NotConnected)) => {}
                        // The next look makes another: this one may be lost for good.
                        Err((connection, _)) => shared.link.drop_connection(connection),
                    }
                });
                false
            }
        }
    }
}

impl Shared {
    /// The answer in time, or why there is none, with the number of the connection.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, (u64, Failure)> {
        let (number, connecting) = self.link.connection();
        let until = Instant::now() + self.options.timeout;
        let answering = async {
            // It may still be made for whoever asks next.
            let connected = timeout_at(until, connecting).await;
            let mut connection = connected.unwrap_or(Err(Failure::NotConnected))?;
            let answer = timeout_at(until, connection.query(command)).await;
            answer.unwrap_or(Err(Failure::TimedOut))
        };
        answering.await.map_err(|failure| (number, failure))
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the address, which may hold a password.
        f.debug_struct("Redis").field("is_asked", &self.is_asked()).finish_non_exhaustive()
    }
}
