//! What an import of the register found: counts, repairs, and what it could not take.

use std::{collections::BTreeMap, fmt};

use chrono::NaiveDate;

use crate::{Council, Country, Succession};

/// Councils and what followed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Register {
    pub councils: Vec<Council>,
    pub successions: Vec<Succession>,
}

/// How many councils stand on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that stand, by nation.
    pub current: BTreeMap<Country, usize>,
    /// Those that have ended by then.
    pub abolished: usize,
    /// Those that are to begin later.
    pub to_come: usize,
}

impl Register {
    /// How many councils stand on a day.
    pub fn tally(&self, on: NaiveDate) -> Tally {
        let mut tally = Tally::default();
        for council in &self.councils {
            if council.life.has_ended_by(on) {
                tally.abolished += 1;
            } else if council.life.contains(on) {
                *tally.current.entry(council.country).or_default() += 1;
            } else {
                tally.to_come += 1;
            }
        }
        tally
    }
}

/// What reading a register gave.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct RegisterImport {
    pub register: Register,
    pub report: RegisterReport,
}

/// What was done with each row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterReport {
    /// Rows below the header.
    pub read: usize,
    /// Rows of combined authorities and the Greater London Authority, which are not councils.
    pub not_councils: usize,
    /// What was put right, and how often.
    pub repaired: BTreeMap<Repair, usize>,
    /// What could not be taken.
    pub rejected: Vec<Rejected>,
    /// Sentences worth reading that are no faults.
    pub notes: Vec<String>,
}

/// A row, or a part of one, that was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub struct Rejected {
    pub line: u64,
    pub reason: String,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// A kind of fault that is put right while reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Repair {
    /// The end was given as the last day; kept as the day after.
    EndMadeHalfOpen,
    /// The start was the day on which a record was made; left open.
    RecordDateLeftOut,
    /// The short name was missing; made from the name.
    SlugMade,
    /// The short name was that of a name no longer borne; made from the name.
    SlugRenewed,
    /// The short name held other signs than letters, digits and hyphens.
    SlugTidied,
    /// Two councils bore one short name on the same days; the code was added.
    SlugMadeUnique,
    /// A name had spaces too many, or a "Council" that everyday names leave out.
    NameTidied,
    /// A name was decoded wrongly before it was published.
    NameDecoded,
    /// The statistical region was missing; taken from the successors.
    RegionFromSuccessors,
    /// The successor was missing; taken from our own facts.
    SuccessorAdded,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EndMadeHalfOpen => "last day made into the first day after",
            Self::RecordDateLeftOut => "start that is only the day of a record left open",
            Self::SlugMade => "short name made from the name",
            Self::SlugRenewed => "short name of a former name made from the name",
            Self::SlugTidied => "short name freed from other signs",
            Self::SlugMadeUnique => "short name told apart by the code",
            Self::NameTidied => "name tidied",
            Self::NameDecoded => "mis-encoded name restored",
            Self::RegionFromSuccessors => "region taken from the successors",
            Self::SuccessorAdded => "successor added from our own facts",
        })
    }
}

impl RegisterReport {
    pub(super) fn count(&mut self, repair: Repair) {
        *self.repaired.entry(repair).or_default() += 1;
    }

    pub(super) fn reject(&mut self, line: u64, reason: impl Into<String>) {
        self.rejected.push(Rejected { line, reason: reason.into() });
    }
}

impl RegisterImport {
    /// The report in plain words, one fact a line; councils are counted as of a day.
    pub fn summary(&self, on: NaiveDate) -> String {
        let Tally { current, abolished, to_come } = self.register.tally(on);
        let nations: Vec<_> =
            current.iter().map(|(nation, count)| format!("{} {count}", nation.label())).collect();
        let mut lines = vec![
            format!("read: {}", self.report.read),
            format!(
                "current councils: {} ({})",
                current.values().sum::<usize>(),
                nations.join(", ")
            ),
            format!("abolished: {abolished}"),
            format!("skipped as not councils: {}", self.report.not_councils),
        ];
        if to_come > 0 {
            lines.push(format!("to begin later: {to_come}"));
        }
        let repairs = self.report.repaired.iter();
        lines.extend(repairs.map(|(repair, count)| format!("repaired, {repair}: {count}")));
        lines.push(format!("rejected: {}", self.report.rejected.len()));
        lines.extend(self.report.rejected.iter().map(|rejected| format!("  {rejected}")));
        lines.extend(self.report.notes.iter().map(|note| format!("note: {note}")));
        lines.join("\n")
    }
}
