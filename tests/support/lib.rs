//! The real program, started as a user would, for tests that look at it from outside.

mod collector;
mod feed_server;
mod gateway;
mod program;
mod proxy;
mod readings;

pub use collector::{Collector, Traced};
pub use feed_server::{FeedServer, Served};
pub use gateway::{Gateway, Role};
pub use program::{Outcome, folkmoot};
pub use proxy::{Passage, Proxy};
pub use readings::Readings;

/// The variable that has another seed for tests that make things up.
pub const SEED: &str = "FOLKMOOT_TEST_SEED";

/// What tests make things up from: the same each time, unless the variable has another number, with
/// which each finds other things.
///
/// # Panics
/// If the variable holds no number.
pub fn seed() -> u64 {
    std::env::var(SEED)
        .map_or(20_261_126, |seed| seed.parse().expect("FOLKMOOT_TEST_SEED is a number"))
}

/// What builds the HTTP clients of tests, with the provider of TLS that they ask for.
pub fn client() -> reqwest::ClientBuilder {
    // Fails only if there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
