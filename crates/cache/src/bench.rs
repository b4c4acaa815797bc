//! The form that is kept in Redis, as benchmarks reach it. Compiled only with the feature `bench`,
//! which nothing but benchmarks asks for.

use serde::{Serialize, de::DeserializeOwned};

use crate::{Entry, redis::sealed};

/// The bytes that are kept.
pub fn seal<V: Serialize>(entry: &Entry<V>) -> Option<Vec<u8>> {
    sealed::seal(entry)
}

/// What was kept in these bytes.
pub fn open<V: DeserializeOwned>(bytes: &[u8]) -> Option<Entry<V>> {
    sealed::open(bytes)
}
