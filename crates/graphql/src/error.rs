//! Errors as API readers see them: one sentence and a stable code.

use std::fmt::Display;

use async_graphql::{Error, ErrorExtensions};
use folkmoot_domain::UnknownRef;
use folkmoot_federation::{ListError, Unreachable};

/// The stable codes of errors that the schema itself raises; those of the stages before it stand
/// in [`crate::pipeline`]. All are listed, with what to do, in the API's guide.
pub(crate) mod code {
    pub(crate) const VALUE_INVALID: &str = "VALUE_INVALID";
    pub(crate) const UNKNOWN_REFERENCE: &str = "UNKNOWN_REFERENCE";
    pub(crate) const MALFORMED_ID: &str = "MALFORMED_ID";
    pub(crate) const PAGE_SIZE: &str = "PAGE_SIZE";
    pub(crate) const DATE_RANGE: &str = "DATE_RANGE";
    pub(crate) const TEXT_LENGTH: &str = "TEXT_LENGTH";
    pub(crate) const TOO_MANY_IDS: &str = "TOO_MANY_IDS";
    pub(crate) const TOO_MANY_PAGES: &str = "TOO_MANY_PAGES";
    pub(crate) const OVERLOADED: &str = "OVERLOADED";
    pub(crate) const UNAVAILABLE: &str = "UNAVAILABLE";
    pub(crate) const OWNER_UNREACHABLE: &str = "OWNER_UNREACHABLE";
    /// As federation's lists say it.
    pub(crate) const NATION_UNAVAILABLE: &str = "NATION_UNAVAILABLE";
    pub(crate) const STORE_UNAVAILABLE: &str = "STORE_UNAVAILABLE";
    pub(crate) const TABLE_TOO_LARGE: &str = "TABLE_TOO_LARGE";
    pub(crate) const NOT_COMPLETE: &str = "NOT_COMPLETE";
    pub(crate) const SCOPE_NEEDED: &str = "SCOPE_NEEDED";
}

/// An error with a code.
pub(crate) fn failure(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// A reference that names nothing, with the suggestions as data too.
pub(crate) fn unknown(error: UnknownRef) -> Error {
    Error::new(error.to_string()).extend_with(|_, extensions| {
        extensions.set("code", code::UNKNOWN_REFERENCE);
        extensions.set("suggestions", error.suggestions());
    })
}

/// Why a list could not be given.
pub(crate) fn list(error: &ListError) -> Error {
    failure(error.code(), error.to_string())
}

/// A thing whose owner cannot be asked now: not the same as a thing that does not exist.
pub(crate) fn unreachable(error: &Unreachable) -> Error {
    failure(code::OWNER_UNREACHABLE, error.to_string())
}

/// Rows of our own that cannot be read now; the reason is for the log.
pub(crate) fn store(error: &impl Display) -> Error {
    tracing::error!(%error, "reading failed");
    failure(
        code::STORE_UNAVAILABLE,
        "the gateway's own rows cannot be read right now: try again in a minute",
    )
}
