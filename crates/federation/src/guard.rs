//! Which addresses this gateway asks: https alone, and never from inside our own network. Whoever
//! adds a region could otherwise make us read what only we can reach.

mod public;

use std::{error::Error, fmt, net::SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

use public::is_public;

/// Looks at addresses before they are asked. As a resolver it looks at what names lead to;
/// addresses that are numbers never pass the resolver, so [`Guard::check`] is needed too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// Whether addresses within a private network, and http, may be asked.
    pub(crate) allow_private: bool,
}

/// Why an address is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Barred {
    /// Anyone on the way could read and change the answer.
    #[error("the address has no https: use one that begins with https://")]
    Open,
    /// It is of this machine or a network that only we can reach.
    #[error("the address lies within a private network: use one that is on the internet")]
    Private,
}

impl Guard {
    pub(crate) fn check(self, url: &Url) -> Result<(), Barred> {
        if self.allow_private {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(Barred::Open);
        }
        let is_public = match url.host() {
            Some(Host::Ipv4(ip)) => is_public(ip.into()),
            Some(Host::Ipv6(ip)) => is_public(ip.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        if is_public { Ok(()) } else { Err(Barred::Private) }
    }
}

/// True if a request failed because its name leads into a private network.
pub(crate) fn leads_inside(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if one.is::<PrivateAddress>() {
            return true;
        }
        cause = one.source();
    }
    false
}

#[derive(Debug)]
struct PrivateAddress;

impl fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads into a private network")
    }
}

impl Error for PrivateAddress {}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let is_allowed = |address: &&SocketAddr| allow_private || is_public(address.ip());
            let allowed: Vec<_> = found.iter().filter(is_allowed).copied().collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(Box::from(PrivateAddress));
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
