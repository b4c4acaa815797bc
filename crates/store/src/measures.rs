//! What is measured of reading: the names in one place, and one way to count each. Without a
//! recorder all of it goes nowhere.

use metrics::{counter, describe_counter};

use crate::replica::Why;

/// Public requests for rows, by where they were read.
const READS: &str = "folkmoot_public_reads_total";

/// Tells the recorder what the names mean, where there is a replica to count anything of.
pub(crate) fn describe() {
    describe_counter!(
        READS,
        "Public requests for rows by where they were read, the replica or the primary, and why"
    );
    // From zero on: what reads them misses the step with which a series begins.
    counter!(READS, "from" => "replica", "why" => "current").increment(0);
    for why in Why::ALL {
        counter!(READS, "from" => "primary", "why" => why.word()).increment(0);
    }
}

/// Counts a request all of whose rows the replica gave.
pub(crate) fn read_of_replica() {
    counter!(READS, "from" => "replica", "why" => "current").increment(1);
}

/// Counts a request whose rows, or some of them, the primary gave.
pub(crate) fn read_of_primary(why: Why) {
    counter!(READS, "from" => "primary", "why" => why.word()).increment(1);
}
