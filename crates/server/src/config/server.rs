//! How the gateway is reached.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use serde::{Deserialize, Deserializer, de::Error as _};

/// The section `[server]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Server {
    pub listen: SocketAddr,
    #[serde(deserialize_with = "place_if_any")]
    pub management_listen: Option<SocketAddr>,
    pub public_url: String,
    pub request_seconds: u64,
    pub leave_seconds: u64,
    pub drain_seconds: u64,
    pub security_contact: String,
    pub tls: Tls,
}

impl Server {
    pub(super) fn check(&self) -> Result<()> {
        let contact = &self.security_contact;
        let is_address = ["mailto:", "https://"].iter().any(|start| contact.starts_with(start));
        if !contact.is_empty() && (!is_address || contact.contains(char::is_whitespace)) {
            bail!(
                "the setting server.security_contact is not right: begin with mailto: or https://"
            );
        }
        if self.listen.port() != 0 && self.management_listen == Some(self.listen) {
            bail!(
                "the settings server.listen and server.management_listen contradict each other: \
                 each is a place of its own"
            );
        }
        let Tls { certificate, key } = &self.tls;
        if certificate.is_empty() != key.is_empty() {
            bail!(
                "the settings server.tls.certificate and server.tls.key contradict each other: \
                 name a file in both, or in neither to speak HTTP"
            );
        }
        let public = &self.public_url;
        let is_address = public.starts_with("https://") || public.starts_with("http://");
        if !(public.is_empty() || is_address) || public.ends_with('/') {
            bail!(
                "the setting server.public_url is not right: it begins with https:// and has no \
                 slash at the end"
            );
        }
        Ok(())
    }

    /// Whether it listens to this machine alone, wherever it does.
    pub fn is_for_this_machine(&self) -> bool {
        let places = [Some(self.listen), self.management_listen];
        places.iter().flatten().all(|place| place.ip().is_loopback())
    }

    /// What addresses begin with at which it is reached without anything before it.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_wanted() { "https" } else { "http" }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Tls {
    pub certificate: String,
    pub key: String,
}

impl Tls {
    /// Whether connections are encrypted here, and not by what stands before it.
    pub fn is_wanted(&self) -> bool {
        !self.certificate.is_empty()
    }
}

/// An address and port, or nothing if the text is empty.
fn place_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    let place = || text.parse().map_err(|_| D::Error::custom("write ADDRESS:PORT, or nothing"));
    (!text.is_empty()).then(place).transpose()
}
