//! The gateway that the settings describe, asked from the machine on which it runs.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, redirect::Policy};

use crate::config::Config;

/// Such as `https://127.0.0.1:8080`; `None` if the settings leave the port to the system.
pub(super) fn address(config: &Config) -> Option<String> {
    at(config.server.scheme(), config.server.listen)
}

/// Where it says how it does, likewise: at its own place for that, if it has one.
pub(super) fn management(config: &Config) -> Option<String> {
    match config.server.management_listen {
        Some(listen) => at("http", listen),
        None => address(config),
    }
}

fn at(scheme: &str, listen: SocketAddr) -> Option<String> {
    let place = SocketAddr::new(from_here(listen.ip()), listen.port());
    (listen.port() != 0).then(|| format!("{scheme}://{place}"))
}

/// Who listens everywhere is reached on this machine itself.
fn from_here(listen: IpAddr) -> IpAddr {
    match listen {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

/// What asks a gateway, wherever it is: by no proxy, and led nowhere else.
pub(super) fn asking(patience: Duration) -> ClientBuilder {
    Client::builder().timeout(patience).redirect(Policy::none()).no_proxy()
}

/// What asks there. The certificate is for the name that readers use, and no address here has that: nothing
/// is made of it.
pub(super) fn client(patience: Duration) -> reqwest::Result<Client> {
    asking(patience).tls_danger_accept_invalid_certs(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    #[test]
    fn a_gateway_is_asked_where_it_listens() {
        for (listen, is_secured, expected) in [
            ("0.0.0.0:80", false, Some("http://127.0.0.1:80")),
            ("[::]:8080", false, Some("http://[::1]:8080")),
            ("[::]:8080", true, Some("https://[::1]:8080")),
            ("192.0.2.1:8443", true, Some("https://192.0.2.1:8443")),
            ("127.0.0.1:0", false, None),
        ] {
            let flags = Flags { listen: Some(listen.to_owned()), ..Flags::default() };
            let (mut config, _) = Config::load(None, &flags).expect("right");
            if is_secured {
                config.server.tls.certificate = "a.pem".to_owned();
            }
            assert_eq!(address(&config).as_deref(), expected, "{listen}");
            assert_eq!(management(&config), address(&config), "{listen}");
            config.server.management_listen = Some("0.0.0.0:8081".parse().expect("a place"));
            assert_eq!(management(&config).as_deref(), Some("http://127.0.0.1:8081"));
        }
    }
}
