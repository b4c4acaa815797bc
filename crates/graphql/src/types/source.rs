//! How regions answered, and what a page lacks.

use async_graphql::{Enum, Object};
use folkmoot_federation as federation;

use crate::{asked::asked, scalars::DateTime};

/// Whether a region's rows are in the answer.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "federation::SourceState")]
pub(crate) enum SourceState {
    /// They are, as of now or of the region's usual rhythm.
    Fresh,
    /// They are, but older than they should be; `asOf` says how old.
    Stale,
    /// They are not; the answer is incomplete.
    Missing,
}

/// Why a region's rows are missing or stale.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "federation::SourceReason")]
pub(crate) enum SourceReason {
    /// It did not answer in time.
    TimedOut,
    /// Its people paused it.
    Paused,
    /// It could not be reached.
    Unreachable,
    /// It refused to answer.
    Refused,
    /// It answered, but not by the rules, so its answer was not used.
    InvalidAnswer,
    /// It has never answered since it joined.
    NeverAnswered,
    /// It joined while this walk went on; the gap holds what came before.
    Joined,
}

/// How a region stands, or how it answered this question.
#[derive(Clone)]
pub(crate) struct SourceStatus(pub(crate) federation::SourceStatus);

/// How a region stands, or how it answered this question.
#[Object]
impl SourceStatus {
    /// The region's code.
    async fn region(&self) -> &str {
        &self.0.code
    }

    /// The region's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether its rows are in the answer.
    async fn state(&self) -> SourceState {
        self.0.state.into()
    }

    /// Why they are missing or stale; null if they are neither.
    async fn reason(&self) -> Option<SourceReason> {
        self.0.reason.map(Into::into)
    }

    /// The instant for which its rows are known to be right; null if it never answered.
    async fn as_of(&self) -> Option<DateTime> {
        self.0.as_of.map(DateTime)
    }

    /// Seconds since `asOf`.
    async fn age_seconds(&self, ctx: &async_graphql::Context<'_>) -> Option<i32> {
        let age = asked(ctx).age_of(self.0.as_of?);
        i32::try_from(age.num_seconds().max(0)).ok()
    }

    /// The same in a sentence that can be shown to readers.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// How many of its things are in the whole list; null outside lists, and if it is missing.
    async fn count(&self) -> Option<i32> {
        self.0.count.and_then(|count| i32::try_from(count).ok())
    }
}

/// What a page lacks of one region, and how to fetch it later.
pub(crate) struct Gap(pub(crate) federation::Gap);

/// What a page lacks of one region, and how to fetch it later.
#[Object]
impl Gap {
    /// The region's code.
    async fn region(&self) -> &str {
        &self.0.code
    }

    /// Why it is missing.
    async fn reason(&self) -> SourceReason {
        self.0.reason.into()
    }

    /// Pass it as `after`, with the same other arguments, to walk over just what is missing.
    async fn cursor(&self) -> &str {
        &self.0.cursor
    }
}
