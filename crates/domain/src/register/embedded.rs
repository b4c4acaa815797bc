//! The register that is part of the binary.

use chrono::NaiveDate;

use super::{read::read_register, report::Register};
use crate::CouncilCode;

/// The register that every instance starts with: mySociety's, July 2025, with the additions
/// that `data/README.md` names.
pub fn embedded_register() -> Register {
    let import = read_register(include_bytes!("../data/councils.csv"));
    import.expect("a test reads the embedded register").register
}

/// A succession that the published register does not hold.
pub(super) struct SuccessionFact {
    pub(super) from: CouncilCode,
    pub(super) to: CouncilCode,
    pub(super) on: NaiveDate,
}

/// The successions that the published register does not hold.
pub(super) fn succession_facts() -> Vec<SuccessionFact> {
    let rows = include_str!("../data/successions.csv").lines().skip(1);
    rows.map(|row| fact(row).expect("a test reads the embedded facts")).collect()
}

fn fact(row: &str) -> Option<SuccessionFact> {
    let mut cells = row.split(',');
    let (from, to, on) = (cells.next()?, cells.next()?, cells.next()?);
    Some(SuccessionFact { from: from.parse().ok()?, to: to.parse().ok()?, on: on.parse().ok()? })
}
