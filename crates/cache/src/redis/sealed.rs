//! An entry as bytes, with the version of this form in front.

use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use crate::{Entry, entry::Dates};

/// Raised whenever the form changes, so that versions of the program side by side do not read
/// each other's.
const FORM: u8 = 1;

/// `None` for a value that cannot be written; then Redis does not keep it.
pub(crate) fn seal<V: Serialize>(entry: &Entry<V>) -> Option<Vec<u8>> {
    let mut bytes = vec![FORM];
    serde_json::to_writer(&mut bytes, &(entry.dates, &*entry.value)).ok()?;
    Some(bytes)
}

/// `None` for bytes that are something else.
pub(crate) fn open<V: DeserializeOwned>(bytes: &[u8]) -> Option<Entry<V>> {
    let (form, json) = bytes.split_first()?;
    if *form != FORM {
        return None;
    }
    let (dates, value): (Dates, V) = serde_json::from_slice(json).ok()?;
    Some(Entry { value: Arc::new(value), dates })
}
