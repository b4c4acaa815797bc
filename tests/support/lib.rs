//! The real program, started as a user would, for tests that look at it from outside.

mod feed_server;
mod gateway;
mod program;
mod proxy;
mod readings;

pub use feed_server::{FeedServer, Served};
pub use gateway::{Gateway, Role};
pub use program::{Outcome, folkmoot};
pub use proxy::{Passage, Proxy};
pub use readings::Readings;

/// What builds the HTTP clients of tests, with the provider of TLS that they ask for.
pub fn client() -> reqwest::ClientBuilder {
    // Fails only if there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
