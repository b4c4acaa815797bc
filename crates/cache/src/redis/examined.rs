//! How Redis is, for whoever runs it: asked with patience, and with an error where there is one.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use redis::{Cmd, FromRedisValue};
use thiserror::Error;
use tokio::time::timeout;

use super::{Redis, link::Connection, link::Failure};

/// A Redis at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct RedisState {
    /// Its version; empty if it does not say.
    pub version: String,
    /// How long the quickest of a few questions took, there and back.
    pub round_trip: Duration,
    /// What its clock says, in seconds since 1970, and how long that may be off for having come
    /// over the network; none if it does not say.
    pub now: Option<(f64, Duration)>,
    /// How much memory it uses; of a cluster, its fullest node.
    pub used_bytes: u64,
    /// The most that it may use; 0 if there is no bound on one of its nodes.
    pub bound_bytes: u64,
    /// What it drops when it is full, such as `allkeys-lru`; empty if it does not say.
    pub policy: String,
}

/// Why it cannot be told how it is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotExamined {
    /// There is no connection.
    #[error("it cannot be reached")]
    Unreachable,
    /// It was connected to, and says nothing.
    #[error("it is connected to and does not answer")]
    Silent,
    /// It does not let us.
    #[error("it refuses the user name or password")]
    Denied,
    /// It answers with an error: its code, such as `LOADING`.
    #[error("it answers with the error {0}")]
    Failed(String),
}

/// How often it is asked to find out how long that takes.
const TRIES: u32 = 3;

impl Redis {
    /// How it is now. No question, nor the connecting, is waited for longer than `patience`;
    /// whether it is left alone for others' sake plays no part.
    ///
    /// # Errors
    /// If it cannot be told.
    pub async fn examine(&self, patience: Duration) -> Result<RedisState, NotExamined> {
        let (_, connecting) = self.shared.link.connection();
        let connected = timeout(patience, connecting).await;
        let mut connection = match connected.unwrap_or(Err(Failure::NotConnected)) {
            Ok(connection) => connection,
            Err(failure) => return Err(because(failure, NotExamined::Unreachable)),
        };
        let mut round_trip = Duration::MAX;
        for _ in 0..TRIES {
            let begun = Instant::now();
            let _: String = asked(&mut connection, &redis::cmd("PING"), patience).await?;
            round_trip = round_trip.min(begun.elapsed());
        }
        // A user may be kept from these: then the rest is told.
        let begun = Instant::now();
        let time = asked::<(f64, f64)>(&mut connection, &redis::cmd("TIME"), patience).await;
        let now = time.ok().map(|(s, micros)| (s + micros / 1e6, begun.elapsed()));
        let nodes = nodes(&mut connection, patience).await;
        let number = |node: &Told, name| node.get(name).and_then(|text| text.parse::<u64>().ok());
        let word = |name| nodes.iter().find_map(|node| node.get(name)).cloned().unwrap_or_default();
        Ok(RedisState {
            version: word("redis_version"),
            round_trip,
            now,
            used_bytes: nodes
                .iter()
                .filter_map(|node| number(node, "used_memory"))
                .max()
                .unwrap_or(0),
            bound_bytes: nodes
                .iter()
                .filter_map(|node| number(node, "maxmemory"))
                .min()
                .unwrap_or(0),
            policy: word("maxmemory_policy"),
        })
    }
}

/// What a node says of itself, by name.
type Told = HashMap<String, String>;

/// What each node says of itself; of a server that is no cluster, what it says.
async fn nodes(connection: &mut Connection, patience: Duration) -> Vec<Told> {
    // Without a section, as servers before 7.0 take one only.
    let info = redis::cmd("INFO");
    let texts = match connection {
        Connection::Node(_) => asked(connection, &info, patience).await.map(|text| vec![text]),
        Connection::Cluster(_) => asked::<HashMap<String, String>>(connection, &info, patience)
            .await
            .map(|nodes| nodes.into_values().collect()),
    };
    let told = |text: String| {
        let lines = text.lines().filter_map(|line| line.trim().split_once(':'));
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    texts.unwrap_or_default().into_iter().map(told).collect()
}

async fn asked<T: FromRedisValue>(
    connection: &mut Connection,
    command: &Cmd,
    patience: Duration,
) -> Result<T, NotExamined> {
    let answer = timeout(patience, connection.query(command)).await;
    answer
        .unwrap_or(Err(Failure::TimedOut))
        .map_err(|failure| because(failure, NotExamined::Silent))
}

/// Without the client's words, which may repeat the address.
fn because(failure: Failure, otherwise: NotExamined) -> NotExamined {
    let Failure::Refused(error) = failure else { return otherwise };
    match error.code() {
        Some("NOAUTH" | "WRONGPASS" | "NOPERM") => NotExamined::Denied,
        Some(code) => NotExamined::Failed(code.to_owned()),
        None if error.kind() == redis::ErrorKind::AuthenticationFailed => NotExamined::Denied,
        None => otherwise,
    }
}
