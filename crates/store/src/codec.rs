//! Columns to domain values and back: instants, enums by their wire names, lists as JSON.

use chrono::{DateTime, Utc};
use folkmoot_domain::Provenance;
use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error},
};
use uuid::Uuid;

use crate::StoreError;

/// Names the row that is being read, for the error that says which one is broken.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) table: &'static str,
    pub(crate) row: Uuid,
}

impl Reading {
    pub(crate) fn corrupt(self, column: &'static str) -> StoreError {
        StoreError::Corrupt { table: self.table, column, row: self.row }
    }

    /// An enum, link, zone or code from its text.
    pub(crate) fn word<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<T, StoreError> {
        let reader: serde::de::value::StrDeserializer<'_, Error> = text.into_deserializer();
        T::deserialize(reader).map_err(|_| self.corrupt(column))
    }

    /// The same, where it may be absent.
    pub(crate) fn optional_word<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>, StoreError> {
        text.map(|text| self.word(column, text)).transpose()
    }

    /// A list or structure from its JSON.
    pub(crate) fn json<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|_| self.corrupt(column))
    }

    /// An instant from its seconds.
    pub(crate) fn instant(
        self,
        column: &'static str,
        seconds: i64,
    ) -> Result<DateTime<Utc>, StoreError> {
        DateTime::from_timestamp(seconds, 0).ok_or_else(|| self.corrupt(column))
    }

    /// Where the row came from, from its three columns.
    pub(crate) fn provenance(
        self,
        system: String,
        received_at: i64,
        synthetic: bool,
    ) -> Result<Provenance, StoreError> {
        let received_at = self.instant("received_at", received_at)?;
        Ok(Provenance { system, received_at, synthetic })
    }

    /// A small number that the column holds as a wider one.
    pub(crate) fn number<T: TryFrom<i32>>(
        self,
        column: &'static str,
        number: i32,
    ) -> Result<T, StoreError> {
        T::try_from(number).map_err(|_| self.corrupt(column))
    }
}

/// The wire name of an enum, or the text of a link, zone or code.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        other => unreachable!("only values with a text form are columns: {other:?}"),
    }
}

/// A list or structure as JSON.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("domain lists have string keys only")
}
