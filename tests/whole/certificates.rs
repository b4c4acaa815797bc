//! Servers of regions whose certificate does not hold: what is wrong is told in words.

use std::{net::TcpListener, sync::Arc};

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;

/// A server with a certificate for this name that ended in this year, by an authority of its own.
struct Server {
    /// Such as `https://localhost:40001`.
    address: String,
    folder: TempDir,
}

impl Server {
    fn start(name: &str, ended_in: i32) -> Result<Self> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let root = authority.self_signed(&key)?.pem();
        let issuer = Issuer::new(authority, key);
        let mut own = CertificateParams::new(vec![name.to_owned()])?;
        own.not_after = date_time_ymd(ended_in, 1, 1);
        let key = KeyPair::generate()?;
        let chain = vec![own.signed_by(&key, &issuer)?.der().clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("https://localhost:{}", listener.local_addr()?.port());
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for mut socket in listener.incoming().flatten() {
                let Ok(mut tls) = ServerConnection::new(config.clone()) else { return };
                // Whoever does not like the certificate says so and leaves.
                while tls.is_handshaking() && tls.complete_io(&mut socket).is_ok() {}
            }
        });
        let folder = TempDir::new()?;
        std::fs::write(folder.path().join("root.pem"), root)?;
        Ok(Self { address, folder })
    }

    /// What a command says on this machine, where the authority is trusted.
    fn told(&self, gateway: &Gateway, arguments: &[&str]) -> Outcome {
        let mut command = folkmoot();
        command.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");
        command.env("SSL_CERT_FILE", self.folder.path().join("root.pem"));
        Outcome::of(command.args(arguments).args(["--database", &gateway.database]))
    }
}

#[tokio::test]
async fn certificate_that_does_not_hold_is_told_in_words() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (name, ended_in, told) in [
        ("localhost", 2020, "its certificate has expired: renew it"),
        ("elsewhere.example", 2090, "its certificate is of another host"),
    ] {
        let server = Server::start(name, ended_in)?;
        let card = format!("{}/region.json", server.address);
        let sheet = format!("meetups={}/plan.csv", server.address);
        let service = format!("{}/graphql", server.address);
        let add = |door: &str, address: &str| {
            let add = ["region", "add", "kent", "--name", "Kent", door, address];
            server.told(&gateway, &add)
        };
        for (door, address) in [("--live", &service), ("--changes", &card)] {
            let refused = add(door, address);
            ensure!(!refused.is_success && refused.err.contains(told), "{door}: {refused:?}");
        }
        let check = server.told(&gateway, &["region", "check", &service, "--level", "3"]);
        ensure!(check.out.contains(told), "{check:?}");
        let code = name.split('.').next().context("a name")?;
        let added =
            server.told(&gateway, &["region", "add", code, "--name", code, "--csv", &sheet]);
        ensure!(added.is_success, "{added:?}");
        let read = server.told(&gateway, &["region", "harvest", code]);
        ensure!(!read.is_success && read.out.contains(told), "{read:?}");
    }
    Ok(())
}
