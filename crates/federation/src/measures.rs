//! What is measured of regions: the names in one place, and one way to count each. Without a
//! recorder all of it goes nowhere. Labels hold codes of regions and words of ours, never ids, so
//! that their number is bounded.

use std::time::Duration;

use chrono::{DateTime, Utc};
use folkmoot_domain::{HarvestOutcome, RegionCode};
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::{BreakerState, SourceError};

/// The target of spans that traces are made of. They are of the level TRACE, so that logs do not show
/// them and they cost nothing where nobody makes traces. They hold no ids and nobody's words.
pub const SPANS: &str = "folkmoot::spans";
/// How long calls to sources took.
pub const CALL_DURATION: &str = "folkmoot_region_call_duration_seconds";
/// Rows that sources answered with.
pub const CALL_ROWS: &str = "folkmoot_region_call_rows_total";
/// Calls that were refused before they reached a live region.
pub const CALLS_SHED: &str = "folkmoot_region_calls_shed_total";
/// Attempts that were made again.
pub const RETRIES: &str = "folkmoot_region_retries_total";
/// The position of a region's breaker.
pub const BREAKER_STATE: &str = "folkmoot_region_breaker_state";
/// When a region that is left in peace is tried again.
pub const NEXT_TRY: &str = "folkmoot_region_next_try_timestamp_seconds";
/// How often a region's breaker opened.
pub const BREAKER_OPENINGS: &str = "folkmoot_region_breaker_openings_total";
/// Rows of live regions that break their schema and were left out.
pub const ROWS_QUARANTINED: &str = "folkmoot_region_rows_quarantined_total";
/// Feeds that were looked at.
pub const HARVESTS: &str = "folkmoot_feed_harvests_total";

/// Tells the recorder what the names mean. Called once, after it was installed.
pub fn describe() {
    describe_histogram!(
        CALL_DURATION,
        Unit::Seconds,
        "Calls to a live region, or to the stored ones, by method and outcome"
    );
    describe_counter!(CALL_ROWS, "Rows that a live region, or the stored ones, answered with");
    describe_counter!(CALLS_SHED, "Calls refused before they reached a live region: open, busy");
    describe_counter!(RETRIES, "Calls to a live region that were made again");
    describe_gauge!(BREAKER_STATE, "Whether a live region is asked: 0 yes, 1 by a probe, 2 no");
    describe_gauge!(
        NEXT_TRY,
        Unit::Seconds,
        "From when on a live region that is left in peace may be asked by a probe; 0 where it is not"
    );
    describe_counter!(BREAKER_OPENINGS, "How often a live region was left in peace");
    describe_counter!(ROWS_QUARANTINED, "Rows of a live region left out as not right, by kind");
    describe_counter!(HARVESTS, "Looks at a region's sheets and calendars, by outcome");
}

/// Counts rows of a kind, such as `meetup`, that a live region sent and that break their schema.
pub fn count_quarantined(region: &RegionCode, kind: &'static str, rows: u64) {
    counter!(ROWS_QUARANTINED, "region" => region.to_string(), "kind" => kind).increment(rows);
}

/// Counts a look at a region's feed.
pub(crate) fn count_harvest(region: &RegionCode, outcome: &HarvestOutcome) {
    let outcome = match outcome {
        HarvestOutcome::Read => "read",
        HarvestOutcome::Underway => "underway",
        HarvestOutcome::Unchanged => "unchanged",
        HarvestOutcome::Refused { .. } => "refused",
        HarvestOutcome::Unreachable { .. } => "unreachable",
    };
    counter!(HARVESTS, "region" => region.to_string(), "outcome" => outcome).increment(1);
}

/// How a call to a source ended.
pub(crate) enum Outcome<'a> {
    /// With so many rows.
    Rows(usize),
    /// With an error.
    Failed(&'a SourceError),
    /// Its caller did not wait for it.
    Dropped,
}

impl Outcome<'_> {
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Rows(_) => "ok",
            Self::Failed(SourceError::Unavailable) => "unavailable",
            Self::Failed(SourceError::Busy(_)) => "busy",
            Self::Failed(SourceError::TimedOut) => "timed_out",
            Self::Failed(SourceError::Rejected) => "rejected",
            Self::Failed(SourceError::Malformed(_)) => "malformed",
            Self::Dropped => "dropped",
        }
    }
}

/// Measures a call that ended.
pub(crate) fn record_call(
    region: &str,
    method: &'static str,
    outcome: &Outcome<'_>,
    took: Duration,
) {
    let region = region.to_owned();
    if let Outcome::Rows(rows) = outcome {
        counter!(CALL_ROWS, "region" => region.clone(), "method" => method).increment(*rows as u64);
    }
    let outcome = outcome.label();
    histogram!(CALL_DURATION, "region" => region, "method" => method, "outcome" => outcome)
        .record(took);
}

pub(crate) fn count_shed(region: &RegionCode, why: &'static str) {
    counter!(CALLS_SHED, "region" => region.to_string(), "reason" => why).increment(1);
}

pub(crate) fn count_retry(region: &RegionCode) {
    counter!(RETRIES, "region" => region.to_string()).increment(1);
}

pub(crate) fn count_opening(region: &RegionCode) {
    counter!(BREAKER_OPENINGS, "region" => region.to_string()).increment(1);
}

pub(crate) fn set_breaker(region: &RegionCode, state: &BreakerState, now: DateTime<Utc>) {
    let (position, next_try) = match state {
        BreakerState::Closed => (0, None),
        BreakerState::HalfOpen { .. } => (1, None),
        BreakerState::Open { pause, .. } => (2, Some(now + *pause)),
    };
    let next_try = next_try.map_or(0.0, |at| at.timestamp_millis() as f64 / 1_000.0);
    gauge!(BREAKER_STATE, "region" => region.to_string()).set(position);
    gauge!(NEXT_TRY, "region" => region.to_string()).set(next_try);
}
