//! Pieces of a request's way as their benchmarks reach them. Compiled only with the feature `bench`,
//! which nothing but this crate's own benchmarks asks for.

use std::{sync::Arc, time::Duration};

use async_graphql::Request;
use chrono::{DateTime, Utc};
use folkmoot_cache::{Entry, ShelfLife, bench::seal};
use folkmoot_store::Generations;

use crate::{
    KeptAnswer, answers,
    pipeline::{self, Made},
    reads::Noted,
};

/// Whether the scan lets a query pass.
pub fn scan(query: &str) -> bool {
    pipeline::passes_scan(query)
}

/// The name of the place where the answer to a request is kept.
pub fn key(request: &Request) -> [u8; 32] {
    answers::place(request)
}

/// An answer of this body, as it is kept.
pub fn kept(body: Vec<u8>) -> Entry<KeptAnswer> {
    let minute = Duration::from_secs(60);
    let life = ShelfLife { fresh: minute, while_revalidate: minute, if_error: minute };
    let seen = Arc::new(Generations::default());
    let made = Made { seen, noted: Noted::default(), is_whole: true };
    let answer = KeptAnswer::new(body, &made);
    Entry::new(Arc::new(answer), DateTime::<Utc>::UNIX_EPOCH, life, &[0; 32])
}

/// The bytes that Redis keeps of it.
///
/// # Panics
/// If the body is no text.
pub fn sealed(kept: &Entry<KeptAnswer>) -> Vec<u8> {
    seal(kept).expect("a body is text")
}

/// An answer from bytes of Redis.
///
/// # Panics
/// If it is none.
pub fn opened(bytes: &[u8]) -> Entry<KeptAnswer> {
    folkmoot_cache::bench::open(bytes).expect("a kept answer")
}
