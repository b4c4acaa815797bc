//! A Postgres and a standby of it, both of a test's own: streaming replication as it is.

use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use folkmoot_store::{Store, StoreOptions};

use crate::database::{number_of, run_on};

/// Makes them, and ends them with its own input.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/postgres.sh");

/// Where both are told.
const TOLD: &str = r#"echo "$FOLKMOOT_TEST_POSTGRES $FOLKMOOT_TEST_STANDBY"; cat"#;

/// How long a standby may take for what takes it milliseconds.
const SOON: Duration = Duration::from_secs(30);

/// Two servers; they end with this value.
#[derive(Debug)]
pub struct Pair {
    /// The address of the database that takes writes.
    pub primary: String,
    /// The address of its standby.
    pub standby: String,
    servers: Child,
}

impl Pair {
    /// Starts both, with a migrated database. Takes some seconds.
    pub async fn start() -> Self {
        let mut servers = Command::new(SCRIPT)
            .args(["pair", "sh", "-c", TOLD])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start tests/postgres.sh");
        let told = servers.stdout.take().expect("it has an output");
        let mut line = String::new();
        BufReader::new(told).read_line(&mut line).expect("it tells where they are");
        let (primary, standby) = line.trim().split_once(' ').expect("two addresses");
        let pair = Self { primary: primary.to_owned(), standby: standby.to_owned(), servers };
        let store = pair.store().await;
        store.migrate().await.expect("migrate");
        store.close().await.expect("leave");
        pair
    }

    /// A process' store, which knows nothing of the standby yet.
    pub async fn store(&self) -> Store {
        Store::connect(&self.options()).await.expect("connect to the primary")
    }

    /// How to connect to the primary.
    pub fn options(&self) -> StoreOptions {
        StoreOptions {
            url: self.primary.clone(),
            max_connections: 4,
            acquire_timeout: Duration::from_secs(10),
        }
    }

    /// Runs SQL on the primary behind every store's back.
    pub async fn run(&self, sql: &str) {
        run_on(&self.primary, sql).await;
    }

    /// From now on the standby receives what is written, and does not apply it.
    pub async fn pause(&self) {
        run_on(&self.standby, "SELECT pg_wal_replay_pause()").await;
        self.until("pg_get_wal_replay_pause_state() = 'paused'").await;
    }

    /// It applies it again.
    pub async fn resume(&self) {
        run_on(&self.standby, "SELECT pg_wal_replay_resume()").await;
    }

    /// It applies it again, and has applied all that was written until now.
    pub async fn resume_and_catch_up(&self) {
        self.resume().await;
        self.catch_up().await;
    }

    /// Waits until the standby has applied all that was written until now.
    pub async fn catch_up(&self) {
        let sql = "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint";
        let written = number_of(&self.primary, sql).await;
        self.until(&format!("pg_last_wal_replay_lsn() - '0/0' >= {written}")).await;
    }

    /// Waits until something is true on the standby.
    pub async fn until(&self, condition: &str) {
        let began = Instant::now();
        while number_of(&self.standby, &format!("SELECT ({condition})::int::bigint")).await == 0 {
            assert!(began.elapsed() < SOON, "not so after {SOON:?}: {condition}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends the standby at once, as when its machine is lost.
    pub async fn kill_standby(&self) {
        let sql = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint";
        let id = number_of(&self.standby, sql).await.to_string();
        let told = Command::new("kill").args(["-QUIT", &id]).status().expect("kill is there");
        assert!(told.success(), "the standby could not be ended");
        // Its port is closed once the last of its processes is gone: until then one may answer yet.
        let (_, place) = self.standby.split_once('@').expect("an address with a user");
        let (place, _) = place.split_once('/').expect("an address with a database");
        let began = Instant::now();
        while TcpStream::connect(place).is_ok() {
            assert!(began.elapsed() < SOON, "it has not ended after {SOON:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Has the standby take writes of its own, and follow nobody any more.
    pub async fn promote(&self) {
        run_on(&self.standby, "SELECT pg_promote()").await;
        self.until("NOT pg_is_in_recovery()").await;
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        // At the end of its input the script ends both servers, and removes what they wrote.
        drop(self.servers.stdin.take());
        // Whatever came of it, there is nothing to be done.
        let _ = self.servers.wait();
    }
}
