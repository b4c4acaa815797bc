//! The one connection that all share, made when it is first wanted and again when it is lost.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{
    AsyncConnectionConfig, Cmd, FromRedisValue, RedisError, aio::MultiplexedConnection,
    cluster::ClusterConfig, cluster_async::ClusterConnection,
};
use thiserror::Error;
use tokio::time::timeout;

use super::address::Topology;

/// Why there was no answer.
#[derive(Clone, Debug, Error)]
pub(crate) enum Failure {
    #[error("no answer in time")]
    TimedOut,
    #[error("no connection in time")]
    NotConnected,
    #[error(transparent)]
    Refused(#[from] RedisError),
}

/// A connection; many commands travel on it at once.
#[derive(Clone)]
pub(crate) enum Connection {
    Node(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Connection {
    pub(crate) async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> Result<T, Failure> {
        let answer = match self {
            Self::Node(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        };
        answer.map_err(Failure::Refused)
    }
}

type Connecting = Shared<BoxFuture<'static, Result<Connection, Failure>>>;

/// Makes the connection, once for all who want it.
pub(crate) struct Link {
    topology: Topology,
    connect_timeout: Duration,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    /// Rises with every connection, so that who lost one does not drop the next.
    number: u64,
    connecting: Option<Connecting>,
}

impl Link {
    pub(crate) fn new(topology: Topology, connect_timeout: Duration) -> Self {
        Self { topology, connect_timeout, current: Mutex::default() }
    }

    /// The connection, or the one that is being made, with its number.
    pub(crate) fn connection(
        self: &Arc<Self>,
    ) -> (u64, impl Future<Output = Result<Connection, Failure>> + use<>) {
        let mut current = self.lock();
        if let Some(connecting) = &current.connecting {
            return (current.number, connecting.clone());
        }
        current.number += 1;
        let number = current.number;
        let link = self.clone();
        // In a task of its own: it may take longer than any caller waits.
        let task = tokio::spawn(async move {
            let connected = timeout(link.connect_timeout, connect(&link.topology)).await;
            let connected = connected.unwrap_or(Err(Failure::NotConnected));
            if connected.is_err() {
                link.drop_connection(number);
            }
            connected
        });
        let connecting = task.map(|done| done.unwrap_or(Err(Failure::NotConnected)));
        let connecting = connecting.boxed().shared();
        current.connecting = Some(connecting.clone());
        (number, connecting)
    }

    /// Drops the connection of this number, if it is still the one; the next caller makes another.
    pub(crate) fn drop_connection(&self, number: u64) {
        let mut current = self.lock();
        if current.number == number {
            current.connecting = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connect(topology: &Topology) -> Result<Connection, Failure> {
    // Callers have shorter timeouts of their own, and the connection as a whole has one, too.
    let config =
        AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
    Ok(match topology {
        Topology::Node(client) => {
            Connection::Node(client.get_multiplexed_async_connection_with_config(&config).await?)
        }
        // Which server is the master is asked anew with every connection.
        Topology::Sentinel(client) => {
            Connection::Node(client.lock().await.get_async_connection_with_config(&config).await?)
        }
        Topology::Cluster(client) => Connection::Cluster(
            client.get_async_connection_with_config(ClusterConfig::new()).await?,
        ),
    })
}
