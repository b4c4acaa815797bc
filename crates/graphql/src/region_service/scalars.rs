//! Ids and directions as regions exchange them; instants and days are those of the nation's
//! schema.

use async_graphql::{
    Enum, InputObject, InputValueError, InputValueResult, Scalar, ScalarType, Value,
};
use folkmoot_domain as domain;
use uuid::Uuid;

use crate::{error::code, scalars::DateTime};

/// An id: a UUID as lower-case hyphenated text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Id(pub(super) Uuid);

/// The characters of a hyphenated UUID; its other ways of writing are not taken.
const HYPHENATED: usize = 36;

/// An id, such as `"0190c5a8-1b2c-7d3e-8f40-112233445566"`: lower-case, with hyphens.
#[Scalar(name = "UUID", specified_by_url = "https://tools.ietf.org/html/rfc4122")]
impl ScalarType for Id {
    fn parse(value: Value) -> InputValueResult<Self> {
        let parsed = match &value {
            Value::String(text) if text.len() == HYPHENATED => Uuid::parse_str(text).ok(),
            _ => None,
        };
        parsed.map(Self).ok_or_else(|| {
            let message = "write an id such as \"0190c5a8-1b2c-7d3e-8f40-112233445566\"";
            InputValueError::custom(message).with_extension("code", code::VALUE_INVALID)
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.hyphenated().to_string())
    }
}

/// Which way a list is walked; DESCENDING reverses both parts of the key.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Direction")]
pub(super) enum Direction {
    /// From the earliest on.
    Ascending,
    /// From the latest back.
    Descending,
}

/// The place of a row in its list.
#[derive(InputObject, Clone, Copy)]
pub(super) struct Key {
    /// The instant that the list is ordered by, in whole seconds.
    at: DateTime,
    /// The row's id.
    id: Id,
}

impl From<Key> for domain::Key {
    fn from(key: Key) -> Self {
        Self::at(key.at.0, key.id.0)
    }
}
