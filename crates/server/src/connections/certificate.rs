//! A certificate and its key, as files have them.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use chrono::{DateTime, Utc};
use rustls::{
    CertificateError, Error, InconsistentKeys, RootCertStore, ServerConfig,
    client::verify_server_cert_signed_by_trust_anchor,
    pki_types::{
        CertificateDer, PrivateKeyDer, UnixTime,
        pem::{self, PemObject},
    },
    server::ParsedCertificate,
    sign::CertifiedKey,
};

use crate::config::Tls;

/// Reads both; the key is that of the certificate.
///
/// # Errors
/// In a sentence that names the setting and says what to do.
pub(crate) fn read(files: &Tls) -> Result<CertifiedKey> {
    let wrong = |setting: &str, what: String| {
        anyhow!("the setting server.tls.{setting} is not right: {what}")
    };
    let chain = CertificateDer::pem_slice_iter(&text("certificate", &files.certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) });
    let chain = chain.map_err(|error| {
        let what = "holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----";
        wrong("certificate", format!("{} {what} ({error})", files.certificate))
    })?;
    let key = PrivateKeyDer::from_pem_slice(&text("key", &files.key)?);
    let key = key.map_err(|error| {
        let what = "holds no key in PEM without a passphrase, which begins with -----BEGIN PRIVATE \
                    KEY-----";
        wrong("key", format!("{} {what} ({error})", files.key))
    })?;
    let builder = ServerConfig::builder();
    match CertifiedKey::from_der(chain, key, builder.crypto_provider()) {
        Ok(pair) => Ok(pair),
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => bail!(
            "the settings server.tls.certificate and server.tls.key contradict each other: the key \
             is not that of the first certificate in {}",
            files.certificate
        ),
        Err(Error::InvalidCertificate(error)) => Err(wrong(
            "certificate",
            format!("the first in {} is none for a server ({error})", files.certificate),
        )),
        Err(error) => Err(wrong(
            "key",
            format!("{} holds one that cannot be used ({error}): make it anew", files.key),
        )),
    }
}

fn text(setting: &str, file: &str) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|error| {
        anyhow!(
            "the setting server.tls.{setting} is not right: {file} cannot be read ({error}): check \
             its name, and that the user of the server may read it"
        )
    })
}

/// From when until when it holds.
pub(crate) fn dates(pair: &CertifiedKey) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let begin = match at(pair, Duration::ZERO)? {
        CertificateError::NotValidYetContext { not_before, .. } => not_before,
        _ => return None,
    };
    let end = match at(pair, Duration::from_secs(u64::MAX))? {
        CertificateError::ExpiredContext { not_after, .. } => not_after,
        _ => return None,
    };
    let instant = |time: UnixTime| DateTime::from_timestamp(time.as_secs().try_into().ok()?, 0);
    Some((instant(begin)?, instant(end)?))
}

/// What is wrong with it at an instant: whoever judges certificates looks at the dates first, and tells
/// them. So it is read here as readers' programs read it, and by no further parser.
fn at(pair: &CertifiedKey, since_epoch: Duration) -> Option<CertificateError> {
    let certificate = ParsedCertificate::try_from(pair.end_entity_cert().ok()?).ok()?;
    let builder = ServerConfig::builder();
    let judged = verify_server_cert_signed_by_trust_anchor(
        &certificate,
        &RootCertStore::empty(),
        &[],
        UnixTime::since_unix_epoch(since_epoch),
        builder.crypto_provider().signature_verification_algorithms.all,
    );
    match judged {
        Err(Error::InvalidCertificate(error)) => Some(error),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use tempfile::TempDir;

    use super::*;

    /// A certificate for this name, for its own year alone, with its key, as files in a folder.
    pub(crate) fn files(folder: &TempDir, name: &str, year: i32) -> Tls {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        (params.not_before, params.not_after) =
            (date_time_ymd(year, 1, 1), date_time_ymd(year + 1, 1, 1));
        let certificate = params.self_signed(&key).expect("signed");
        let write = |ending: &str, text: String| {
            let path = folder.path().join(format!("{name}.{ending}"));
            std::fs::write(&path, text).expect("written");
            path.display().to_string()
        };
        Tls { certificate: write("crt", certificate.pem()), key: write("key", key.serialize_pem()) }
    }

    #[test]
    fn a_pair_is_read_with_its_dates() {
        let folder = TempDir::new().expect("a folder");
        let pair = read(&files(&folder, "moot.example", 2031)).expect("a pair");
        let (begin, end) = dates(&pair).expect("dates");
        assert_eq!(
            (begin.to_rfc3339(), end.to_rfc3339()),
            ("2031-01-01T00:00:00+00:00".to_owned(), "2032-01-01T00:00:00+00:00".to_owned())
        );
    }

    #[test]
    fn what_is_no_pair_is_told_with_what_to_do() {
        let folder = TempDir::new().expect("a folder");
        let (one, other) =
            (files(&folder, "one.example", 2031), files(&folder, "other.example", 2031));
        let absent = folder.path().join("absent.pem").display().to_string();
        let said = |certificate: &str, key: &str| {
            let files = Tls { certificate: certificate.to_owned(), key: key.to_owned() };
            read(&files).map(|_| ()).expect_err("refused").to_string()
        };
        for (certificate, key, named, told) in [
            (&absent, &one.key, "server.tls.certificate is", "cannot be read"),
            (&one.certificate, &absent, "server.tls.key is", "may read it"),
            (&one.key, &one.key, "server.tls.certificate is", "-----BEGIN CERTIFICATE-----"),
            (&one.certificate, &one.certificate, "server.tls.key is", "without a passphrase"),
            (&one.certificate, &other.key, "contradict each other", "not that of the first"),
        ] {
            let said = said(certificate, key);
            assert!(said.contains(named) && said.contains(told), "{said}");
        }
    }
}
