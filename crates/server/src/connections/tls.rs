//! TLS, where no proxy ends it before the gateway: what is agreed upon, and the certificate that is
//! shown, which changes with its files and without a restart.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::Result;
use rustls::{
    ServerConfig,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::{certificate, stream::Stream};
use crate::config;

/// Between looks at the files. They are small, and whoever renews a certificate by hand watches.
const LOOK: Duration = Duration::from_secs(5);

/// The versions of HTTP that are offered, the preferred one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// What makes connections secure.
#[derive(Clone)]
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
    files: config::Tls,
}

impl Tls {
    /// By the settings; `None` if connections are left as they are.
    ///
    /// # Errors
    /// If the files do not hold a certificate and its key.
    pub(crate) fn new(files: &config::Tls) -> Result<Option<Self>> {
        if !files.is_wanted() {
            return Ok(None);
        }
        let shown = Arc::new(Shown(RwLock::new(Arc::new(certificate::read(files)?))));
        let mut settings =
            ServerConfig::builder().with_no_client_auth().with_cert_resolver(shown.clone());
        settings.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
        let acceptor = Arc::new(settings).into();
        Ok(Some(Self { acceptor, shown, files: files.clone() }))
    }

    /// The handshake is still to be made.
    pub(super) fn over(&self, stream: TcpStream) -> Stream {
        Stream::Handshake(Box::new(self.acceptor.accept(stream)))
    }

    /// Shows what the files hold from now on, as long as they hold a pair.
    pub(crate) async fn follow(self) {
        let mut files = Files { shown: self.shown, fault: None };
        loop {
            tokio::time::sleep(LOOK).await;
            let paths = self.files.clone();
            // Reading a file may wait for a disk.
            let read = tokio::task::spawn_blocking(move || certificate::read(&paths)).await;
            match files.look(read.map_err(anyhow::Error::from).flatten()) {
                None => {}
                Some(News::Renewed) => tracing::info!("a new certificate is shown"),
                Some(News::Mended) => tracing::info!("the certificate's files are right again"),
                Some(News::Unusable(error)) => tracing::warn!(
                    error,
                    "the certificate's files cannot be used: the one from before is still shown"
                ),
            }
        }
    }
}

/// The certificate of new connections. Those that are there have no need of another.
struct Shown(RwLock<Arc<CertifiedKey>>);

impl Shown {
    fn pair(&self) -> Arc<CertifiedKey> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, pair: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.pair())
    }
}

/// What is known of the files from the last look.
struct Files {
    shown: Arc<Shown>,
    fault: Option<Fault>,
}

struct Fault {
    error: String,
    is_told: bool,
}

/// What there is to tell of a look.
#[derive(Debug, PartialEq, Eq)]
enum News {
    Renewed,
    /// After it was told that they are not.
    Mended,
    Unusable(String),
}

impl Files {
    fn look(&mut self, read: Result<CertifiedKey>) -> Option<News> {
        match read {
            Ok(pair) => {
                let was_told = self.fault.take().is_some_and(|fault| fault.is_told);
                // A key fits one certificate only, so that these alone tell whether it changed.
                if pair.cert == self.shown.pair().cert {
                    return was_told.then_some(News::Mended);
                }
                self.shown.show(pair);
                Some(News::Renewed)
            }
            Err(error) => {
                let error = error.to_string();
                match &mut self.fault {
                    Some(fault) if fault.error == error => {
                        let was_told = std::mem::replace(&mut fault.is_told, true);
                        (!was_told).then_some(News::Unusable(error))
                    }
                    // Two files are not written at once: only what stays so is worth a word.
                    _ => {
                        self.fault = Some(Fault { error, is_told: false });
                        None
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::connections::certificate::tests::files;

    #[test]
    fn a_new_pair_is_shown_and_what_is_none_is_told_once() {
        let folder = TempDir::new().expect("a folder");
        let (old, new) = (files(&folder, "old.example", 2031), files(&folder, "new.example", 2032));
        let half = config::Tls { key: old.key.clone(), ..new.clone() };
        let read = |files| certificate::read(files).expect("a pair");
        let shown = Arc::new(Shown(RwLock::new(Arc::new(read(&old)))));
        let mut files = Files { shown: shown.clone(), fault: None };

        assert_eq!(files.look(certificate::read(&old)), None);
        assert_eq!(files.look(certificate::read(&half)), None, "it may be half written");
        let told = files.look(certificate::read(&half));
        assert!(matches!(&told, Some(News::Unusable(error)) if error.contains("contradict")));
        assert_eq!(files.look(certificate::read(&half)), None, "it was told");
        assert_eq!(shown.pair().cert, read(&old).cert);

        assert_eq!(files.look(certificate::read(&old)), Some(News::Mended));
        assert_eq!(files.look(certificate::read(&half)), None);
        assert_eq!(files.look(certificate::read(&new)), Some(News::Renewed));
        assert_eq!(files.look(certificate::read(&new)), None);
        assert_eq!(shown.pair().cert, read(&new).cert);
    }
}
