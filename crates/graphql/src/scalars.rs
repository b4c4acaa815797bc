//! Scalars: dates, instants, addresses, and the references that take what people type.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};
use folkmoot_domain::Link;

/// The longest reference anybody needs to type: longer ones are slips or attacks.
const MAX_REFERENCE: usize = 100;

/// A number as the API's `Int`, which has 32 bits: none of ours comes near its end.
pub(crate) fn int(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

/// A value that cannot be meant, with what to write instead. The value is not repeated.
fn refused<T: async_graphql::InputType>(instead: impl std::fmt::Display) -> InputValueError<T> {
    InputValueError::custom(instead).with_extension("code", crate::error::code::VALUE_INVALID)
}

macro_rules! reference_scalar {
    ($(#[$doc:meta])* $name:ident, $example:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $name(pub(crate) String);

        $(#[$doc])*
        #[Scalar]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                let Value::String(text) = value else {
                    return Err(refused(concat!("write a text, such as ", $example)));
                };
                let is_plain = !text.trim().is_empty() && !text.chars().any(char::is_control);
                if is_plain && text.len() <= MAX_REFERENCE {
                    Ok(Self(text))
                } else {
                    Err(refused(concat!("write one short name, such as ", $example)))
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    };
}

reference_scalar! {
    /// A council, as people write it: its register code (`"CMD"`), its short name (`"camden"`),
    /// one of its GSS codes (`"E09000007"`) or its name (`"Tower Hamlets"`, `"London Borough of
    /// Camden"`). An unknown one, or one of several, is answered with suggestions.
    CouncilRef, "\"camden\""
}
reference_scalar! {
    /// A point of a standard, as people write it: a topic label (`"agile"`, of the default
    /// standard) or a full reference (`"lgdss-2016/3"`). An unknown one is answered with
    /// suggestions.
    PointRef, "\"agile\" or \"lgdss-2016/3\""
}
reference_scalar! {
    /// A region, as people write it: its code (`"midlands"`) or the short name of one of its
    /// peer groups. An unknown one is answered with suggestions.
    RegionRef, "\"midlands\""
}
reference_scalar! {
    /// A peer group, as people write it: its short name (`"london"`). An unknown one is answered
    /// with suggestions.
    GroupRef, "\"london\""
}

/// A day of the calendar, such as `"2027-01-14"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Date(pub(crate) NaiveDate);

/// A day of the calendar, such as `"2027-01-14"`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if is_plain_day(&text) => {
                text.parse().map(Self).map_err(|_| malformed_date())
            }
            _ => Err(malformed_date()),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Four digits, two, two: the library would also take signs and short numbers.
fn is_plain_day(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(fits)
}

fn malformed_date() -> InputValueError<Date> {
    refused("write a day as year, month and day, such as \"2027-01-14\"")
}

/// An instant in UTC, such as `"2027-01-14T18:30:00Z"`, in whole seconds: an argument with a
/// fraction of one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DateTime(pub(crate) chrono::DateTime<Utc>);

/// An instant in UTC, such as `"2027-01-14T18:30:00Z"`, in whole seconds: an argument with a
/// fraction of one is refused.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let malformed = || refused("write an instant such as \"2027-01-14T18:30:00Z\"");
        let Value::String(text) = value else { return Err(malformed()) };
        let instant = chrono::DateTime::parse_from_rfc3339(&text).map_err(|_| malformed())?;
        // Cut off or rounded, it would let pass rows that the bound leaves out, or the other way.
        if instant.timestamp_subsec_nanos() > 0 {
            return Err(refused("write whole seconds, such as \"2027-01-14T18:30:00Z\""));
        }
        Ok(Self(instant.to_utc()))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// A web address. Addresses of other sites always begin with `https://`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Url(pub(crate) String);

/// A web address. Addresses of other sites always begin with `https://`.
#[Scalar(specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => {
                Link::parse(&text).map(|link| Self(link.to_string())).map_err(refused)
            }
            _ => Err(refused("write an address that begins with https://")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl From<&Link> for Url {
    fn from(link: &Link) -> Self {
        Self(link.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_whole_seconds_of_any_zone() {
        let read = |text: &str| DateTime::parse(Value::from(text)).ok().map(|it| it.to_value());
        let wanted = Some(Value::from("2027-01-14T18:30:00Z"));
        for text in
            ["2027-01-14T18:30:00Z", "2027-01-14T19:30:00+01:00", "2027-01-14T18:30:00.000Z"]
        {
            assert_eq!(read(text), wanted, "{text}");
        }
        for text in ["2027-01-14T18:30:00.5Z", "2027-01-14T18:30:00", "2027-01-14", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
