//! The address of a Redis: one server, those behind sentinels, or a cluster.

use std::sync::Arc;

use redis::{
    Client, ConnectionInfo, IntoConnectionInfo, TlsMode,
    cluster::ClusterClient,
    sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType},
};
use thiserror::Error;
use tokio::sync::Mutex;

/// An address that says nothing that could be connected to. The text never repeats the address,
/// which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadAddress {
    /// No known scheme.
    #[error(
        "a Redis address begins with redis://, rediss://, redis+unix://, redis+sentinel://, \
         rediss+sentinel://, redis+cluster:// or rediss+cluster://"
    )]
    UnknownScheme,
    /// The scheme is known, the rest is not.
    #[error("the Redis address cannot be read: write redis://USER:PASSWORD@HOST:PORT/NUMBER")]
    Malformed,
    /// Sentinels are asked for a name.
    #[error(
        "the Redis address names no master: write \
         redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/MASTER/NUMBER"
    )]
    NoMaster,
}

/// What is connected to.
#[derive(Clone)]
pub(crate) enum Topology {
    Node(Box<Client>),
    /// The client remembers which sentinel answered last, so it is changed by asking.
    Sentinel(Arc<Mutex<SentinelClient>>),
    Cluster(Box<ClusterClient>),
}

impl Topology {
    /// Reads an address. Nothing is connected to.
    pub(crate) fn parse(address: &str) -> Result<Self, BadAddress> {
        let (scheme, rest) = address.trim().split_once("://").ok_or(BadAddress::UnknownScheme)?;
        match scheme {
            "redis" | "rediss" | "unix" | "redis+unix" => {
                let client = Client::open(format!("{scheme}://{rest}"));
                client.map(|client| Self::Node(Box::new(client))).map_err(|_| BadAddress::Malformed)
            }
            "redis+sentinel" => sentinel(Parts::of(rest), "redis"),
            "rediss+sentinel" => sentinel(Parts::of(rest), "rediss"),
            "redis+cluster" => cluster(Parts::of(rest), "redis"),
            "rediss+cluster" => cluster(Parts::of(rest), "rediss"),
            _ => Err(BadAddress::UnknownScheme),
        }
    }
}

/// `USER:PASSWORD@HOST:PORT,HOST:PORT/PATH`, still encoded.
struct Parts<'a> {
    /// With the sign that ends it, or empty.
    credentials: &'a str,
    hosts: Vec<&'a str>,
    path: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(rest: &'a str) -> Self {
        let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, hosts) = match place.rfind('@') {
            Some(at) => place.split_at(at + 1),
            None => ("", place),
        };
        let non_empty = |text: &&str| !text.is_empty();
        Self {
            credentials,
            hosts: hosts.split(',').filter(non_empty).collect(),
            path: path.split('/').filter(non_empty).collect(),
        }
    }

    fn addresses(&self, scheme: &str, credentials: &str) -> Vec<String> {
        self.hosts.iter().map(|host| format!("{scheme}://{credentials}{host}")).collect()
    }
}

/// Credentials and number are those of the servers; sentinels are asked without.
fn sentinel(parts: Parts<'_>, scheme: &str) -> Result<Topology, BadAddress> {
    let master = *parts.path.first().ok_or(BadAddress::NoMaster)?;
    let number = parts.path.get(1).unwrap_or(&"0");
    let server = format!("{scheme}://{}sentinel/{number}", parts.credentials);
    let server: ConnectionInfo =
        server.as_str().into_connection_info().map_err(|_| BadAddress::Malformed)?;
    let mut node = SentinelNodeConnectionInfo::default()
        .set_redis_connection_info(server.redis_settings().clone());
    if scheme == "rediss" {
        node = node.set_tls_mode(TlsMode::Secure);
    }
    let sentinels = parts.addresses(scheme, "");
    let client = SentinelClient::build(sentinels, master, Some(node), SentinelServerType::Master);
    let client = client.map_err(|_| BadAddress::Malformed)?;
    if parts.hosts.is_empty() {
        return Err(BadAddress::Malformed);
    }
    Ok(Topology::Sentinel(Arc::new(Mutex::new(client))))
}

fn cluster(parts: Parts<'_>, scheme: &str) -> Result<Topology, BadAddress> {
    if parts.hosts.is_empty() || !parts.path.is_empty() {
        return Err(BadAddress::Malformed);
    }
    let nodes = parts.addresses(scheme, parts.credentials);
    let client = ClusterClient::new(nodes).map_err(|_| BadAddress::Malformed)?;
    Ok(Topology::Cluster(Box::new(client)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(address: &str) -> Result<&'static str, BadAddress> {
        Topology::parse(address).map(|topology| match topology {
            Topology::Node(_) => "node",
            Topology::Sentinel(_) => "sentinel",
            Topology::Cluster(_) => "cluster",
        })
    }

    #[test]
    fn every_documented_form_is_read() {
        for (address, wanted) in [
            ("redis://cache:6379", "node"),
            ("redis://me:secret@cache:6379/3", "node"),
            ("rediss://cache:6380", "node"),
            ("redis+unix:///run/redis.sock", "node"),
            ("redis+sentinel://a:26379,b:26379/main", "sentinel"),
            ("rediss+sentinel://me:se%40cret@a:26379/main/2", "sentinel"),
            ("redis+cluster://a:7000,b:7000", "cluster"),
            ("rediss+cluster://me:secret@a:7000", "cluster"),
        ] {
            assert_eq!(kind(address), Ok(wanted), "{address}");
        }
    }

    #[test]
    fn others_are_refused_without_repeating_them() {
        for (address, wanted) in [
            ("cache:6379", BadAddress::UnknownScheme),
            ("http://cache", BadAddress::UnknownScheme),
            ("redis://:secret@", BadAddress::Malformed),
            ("redis://cache/zero", BadAddress::Malformed),
            ("redis+sentinel://a:26379", BadAddress::NoMaster),
            ("redis+sentinel:///main", BadAddress::Malformed),
            ("redis+sentinel://a:26379/main/zero", BadAddress::Malformed),
            ("redis+cluster://", BadAddress::Malformed),
            ("redis+cluster://a:7000/1", BadAddress::Malformed),
        ] {
            assert_eq!(kind(address), Err(wanted), "{address}");
            assert!(!wanted.to_string().contains("secret"));
        }
    }
}
