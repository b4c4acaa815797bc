//! What is measured of the gateway itself, beside its requests (`http/metrics.rs`): the names in one
//! place, and one way to count each.

use chrono::{DateTime, Utc};
use folkmoot_domain::RegionCode;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

/// Requests and connections that were turned away.
const REFUSED: &str = "folkmoot_requests_refused_total";
/// Whether the database answers.
const DATABASE: &str = "folkmoot_database_reachable";
/// Looks whether there are figures to publish.
const RELEASES: &str = "folkmoot_releases_total";
/// As of when the rows of a region are that are copied here.
const AS_OF: &str = "folkmoot_region_as_of_timestamp_seconds";
/// Whether a region is asked, or read.
const ASKED: &str = "folkmoot_region_asked";

/// Tells the recorder what the names mean.
pub(crate) fn describe() {
    describe_counter!(REFUSED, "Turned away: too many connections, operations, or of one client");
    describe_gauge!(DATABASE, "Whether the database answers: 1 yes, 0 no");
    describe_counter!(RELEASES, "Looks whether there are figures to publish, by outcome");
    describe_gauge!(
        AS_OF,
        Unit::Seconds,
        "As of when a region's rows are, by sheet or change feed, in seconds since 1970"
    );
    describe_gauge!(ASKED, "Whether a region is asked or read: 1 yes; 0 no, it is paused or gone");
    // From zero on: what reads them misses the step with which a series begins.
    for reason in ["connections", "client_connections", "busy", "rate"] {
        counter!(REFUSED, "reason" => reason).increment(0);
    }
    for outcome in ["written", "nothing", "failed"] {
        counter!(RELEASES, "outcome" => outcome).increment(0);
    }
}

/// Counts somebody who was turned away: for `connections` of all or `client_connections`, `busy` or
/// `rate`.
pub(crate) fn refused(reason: &'static str) {
    counter!(REFUSED, "reason" => reason).increment(1);
}

pub(crate) fn set_database(is_reachable: bool) {
    gauge!(DATABASE).set(if is_reachable { 1 } else { 0 });
}

/// Counts a look at what there is to publish: `written`, `nothing` or `failed`.
pub(crate) fn count_release(outcome: &'static str) {
    counter!(RELEASES, "outcome" => outcome).increment(1);
}

/// Not a number where there is no copy any more: nothing is older than that.
pub(crate) fn set_as_of(region: &RegionCode, as_of: Option<DateTime<Utc>>) {
    let as_of = as_of.map_or(f64::NAN, |as_of| as_of.timestamp() as f64);
    gauge!(AS_OF, "region" => region.to_string()).set(as_of);
}

/// What else is measured of a region keeps its last value when it is paused, renamed or gone.
pub(crate) fn set_asked(region: &RegionCode, is_asked: bool) {
    gauge!(ASKED, "region" => region.to_string()).set(if is_asked { 1 } else { 0 });
}
