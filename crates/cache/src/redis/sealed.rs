//! An entry as bytes, with the version of this form in front.

use std::{io, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};

use crate::{Entry, entry::Dates};

/// Raised whenever the form changes, so that versions of the program side by side do not read
/// each other's.
const FORM: u8 = 1;

/// `None` for a value that cannot be written; then it is not kept.
pub(crate) fn seal<V: Serialize>(entry: &Entry<V>) -> Option<Vec<u8>> {
    let mut bytes = vec![FORM];
    serde_json::to_writer(&mut bytes, &(entry.dates, &*entry.value)).ok()?;
    Some(bytes)
}

/// How many bytes it would be sealed; nothing is held of them.
pub(crate) fn weigh<V: Serialize>(entry: &Entry<V>) -> Option<usize> {
    let mut scales = Scales(1);
    serde_json::to_writer(&mut scales, &(entry.dates, &*entry.value)).ok()?;
    Some(scales.0)
}

/// Counts what is written.
struct Scales(usize);

impl io::Write for Scales {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
