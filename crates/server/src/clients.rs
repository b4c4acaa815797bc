//! Who asks, as far as the network can tell: the address that a connection comes from, or the one for
//! which a proxy asks that is believed.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Result, bail};
use axum::http::{HeaderMap, HeaderName};
use ipnet::{IpNet, Ipv6Net};

/// For whom a proxy asks, the last added at the end.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Providers give each customer a whole network of IPv6, of this many bits.
const CUSTOMER_BITS: u8 = 64;

/// Tells clients apart.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    trusted: Vec<IpNet>,
}

impl Clients {
    /// With the proxies that are believed, as addresses or networks.
    pub(crate) fn new(trusted: &[String]) -> Result<Self> {
        let read = |text: &String| {
            let text = text.trim();
            text.parse::<IpNet>().ok().or_else(|| Some(text.parse::<IpAddr>().ok()?.into()))
        };
        let nets: Option<Vec<IpNet>> = trusted.iter().map(read).collect();
        match nets {
            Some(trusted) => Ok(Self { trusted }),
            None => bail!(
                "the setting limits.trusted_proxies is not right: write addresses and networks, \
                 such as 192.0.2.7 or 10.0.0.0/8"
            ),
        }
    }

    /// Whose connection it is; `None` if it may be that of many.
    pub(crate) fn connected(&self, peer: IpAddr) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        (!self.is_trusted(peer)).then(|| customer(peer))
    }

    /// Who asks, by the connection and the headers of the request; `None` if a proxy that is believed
    /// does not say.
    pub(crate) fn asking(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        if let Some(client) = self.connected(peer) {
            return Some(client);
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
        let hops: Vec<_> = lines.flat_map(|line| line.split(',')).collect();
        // From the end: each proxy adds whom it heard, and what stands before anybody may have made up.
        for hop in hops.into_iter().rev() {
            match address(hop.trim()).map(|hop| self.connected(hop)) {
                // Another proxy of ours.
                Some(None) => {}
                Some(client) => return client,
                None => return None,
            }
        }
        None
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.trim_start_matches('[').trim_end_matches(']').parse().ok();
    plain.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

/// What stands for all addresses of one customer.
fn customer(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(it) => {
            let net = Ipv6Net::new(it, CUSTOMER_BITS).expect("fewer bits than an address has");
            net.network().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(peer: &str, forwarded: &[&'static str]) -> Option<String> {
        let trusted = ["10.0.0.0/8", "127.0.0.1", "fc00::/7"].map(str::to_owned);
        let clients = Clients::new(&trusted).expect("right");
        let lines = forwarded.iter().map(|line| (FORWARDED_FOR, line.parse().expect("plain")));
        let peer = peer.parse().expect("an address");
        clients.asking(peer, &lines.collect()).map(|client| client.to_string())
    }

    #[test]
    fn only_proxies_that_are_believed_say_for_whom_they_ask() {
        for (peer, forwarded, client) in [
            ("192.0.2.1", &[][..], Some("192.0.2.1")),
            // A stranger may write there what it likes.
            ("192.0.2.1", &["198.51.100.1"], Some("192.0.2.1")),
            ("10.1.2.3", &["198.51.100.1"], Some("198.51.100.1")),
            ("10.1.2.3", &["203.0.113.9, 198.51.100.1, 10.0.0.7"], Some("198.51.100.1")),
            ("10.1.2.3", &["203.0.113.9", "198.51.100.1"], Some("198.51.100.1")),
            ("10.1.2.3", &["198.51.100.1:4711"], Some("198.51.100.1")),
            ("::ffff:10.1.2.3", &["[2001:db8:1:2:3::4]:80"], Some("2001:db8:1:2::")),
            ("2001:db8:1:2:3::4", &[], Some("2001:db8:1:2::")),
            // Nobody is named by whom we believe: nobody is known.
            ("127.0.0.1", &[], None),
            ("127.0.0.1", &["10.0.0.7"], None),
            ("127.0.0.1", &["198.51.100.1, unknown"], None),
        ] {
            assert_eq!(asking(peer, forwarded).as_deref(), client, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        let error = Clients::new(&["proxy.example".to_owned()]).expect_err("a name");
        assert!(error.to_string().contains("limits.trusted_proxies"), "{error}");
    }
}
