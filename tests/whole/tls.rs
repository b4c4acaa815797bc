//! TLS that the gateway speaks itself: both versions of HTTP, handshakes that stall, certificates that
//! are renewed while it runs or are none, and its end.

mod certificates;
mod handshakes;
mod stopping;

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use folkmoot_tests::Gateway;
use rcgen::{
    BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
    date_time_ymd,
};
use reqwest::{Client, ClientBuilder, Version, tls};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::sockets::connected;

/// Who gives this machine certificates, and the files of one.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: String,
    folder: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let root = params.self_signed(&key)?.pem();
        let authority = Self { issuer: Issuer::new(params, key), root, folder: TempDir::new()? };
        authority.renew(2090)?;
        Ok(authority)
    }

    /// Writes a new pair that ends with this year, and gives the certificate.
    pub(crate) fn renew(&self, ends_before: i32) -> Result<Vec<u8>> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
        params.not_after = date_time_ymd(ends_before, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer)?;
        // One after the other, as whatever renews certificates writes them.
        std::fs::write(self.file("key"), key.serialize_pem())?;
        std::fs::write(self.file("crt"), certificate.pem())?;
        Ok(certificate.der().to_vec())
    }

    pub(crate) fn file(&self, ending: &str) -> String {
        self.folder.path().join(format!("server.{ending}")).display().to_string()
    }

    pub(crate) fn settings(&self) -> [(&'static str, String); 2] {
        [
            ("FOLKMOOT__SERVER__TLS__CERTIFICATE", self.file("crt")),
            ("FOLKMOOT__SERVER__TLS__KEY", self.file("key")),
        ]
    }

    /// A client that trusts it alone, and tells which certificate it was shown.
    pub(crate) fn client(&self) -> Result<ClientBuilder> {
        let root = reqwest::Certificate::from_pem(self.root.as_bytes())?;
        Ok(folkmoot_tests::client().no_proxy().tls_certs_only([root]).tls_info(true))
    }

    /// The demo nation, with its certificate and these settings.
    pub(crate) async fn gateway(&self, others: &[(&str, &str)]) -> Result<Gateway> {
        let own = self.settings();
        let mut settings: Vec<_> =
            own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        settings.extend_from_slice(others);
        let gateway = Gateway::demo_for(self.client()?.build()?, &settings).await?;
        ensure!(gateway.address.starts_with("https://127.0.0.1:"), "{}", gateway.address);
        Ok(gateway)
    }

    /// A connection of its own, over which anything can be written.
    async fn connected(&self, gateway: &Gateway) -> Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.root.as_bytes())?)?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = "127.0.0.1".try_into()?;
        let stream = connected(gateway).await?;
        Ok(TlsConnector::from(Arc::new(config)).connect(name, stream).await?)
    }
}

/// A connection as it is, before any handshake.
/// The certificate that a gateway shows to who asks with this client.
async fn shown(client: &Client, gateway: &Gateway) -> Result<Vec<u8>> {
    let answer = client.get(format!("{}/health/live", gateway.address)).send().await?;
    let told = answer.extensions().get::<tls::TlsInfo>().context("it is told")?;
    let certificate = told.peer_certificate().context("there is one")?.to_vec();
    // The connection is free for the next request once all is read.
    answer.error_for_status()?.bytes().await?;
    Ok(certificate)
}

#[tokio::test]
async fn answers_come_over_both_versions_of_http_and_of_tls_and_links_begin_with_https()
-> Result<()> {
    let authority = Authority::new()?;
    let gateway = authority.gateway(&[]).await?;
    let feed = format!("{}/feeds/london.json", gateway.address);
    for (client, version) in [
        (authority.client()?, Version::HTTP_2),
        (authority.client()?.http1_only(), Version::HTTP_11),
        (authority.client()?.tls_version_max(tls::Version::TLS_1_2), Version::HTTP_2),
        (authority.client()?.tls_version_min(tls::Version::TLS_1_3), Version::HTTP_2),
    ] {
        let answer = client.build()?.get(&feed).send().await?.error_for_status()?;
        ensure!(answer.version() == version, "{:?} is not {version:?}", answer.version());
        let said = answer.text().await?;
        ensure!(said.contains(&format!("{}/meetups", gateway.address)), "{said}");
    }
    let plain = format!("http{}", feed.trim_start_matches("https"));
    let plain = folkmoot_tests::client().no_proxy().build()?.get(plain).send().await;
    ensure!(plain.is_err(), "who does not speak TLS hears nothing: {plain:?}");
    // More than one record holds.
    let schema = "{ __schema { types { name description fields { name description } } } }";
    ensure!(gateway.data(schema, json!({})).await?.to_string().len() > 16 * 1024);
    Ok(())
}
