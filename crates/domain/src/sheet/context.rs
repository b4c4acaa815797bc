//! What a sheet is read against.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Assessment, CaptureMethod, Provenance, Reference, Region, Round};

/// What a sheet is read against.
#[derive(Clone, Copy, Debug)]
pub struct SheetContext<'a> {
    /// Councils, points, groups and the memberships that stand already.
    pub reference: &'a Reference,
    /// Whose sheet it is.
    pub region: &'a Region,
    /// When it is read.
    pub now: DateTime<Utc>,
    /// Kept as the provenance of its rows: `import`, or a feed's name.
    pub system: &'a str,
    /// True for made-up rows.
    pub synthetic: bool,
    /// The region's rounds that stand already; only sheets of responses look at them.
    pub rounds: &'a [Round],
    /// The round of a sheet of responses, as far as the sheet does not say.
    pub round: RoundOptions<'a>,
    /// The region's assessments that stand already; only sheets of assessments look at them.
    pub assessments: &'a [Assessment],
}

/// What a coordinator says of the round whose answers a sheet holds. What is absent comes from
/// the sheet or from the round of this name that stands already.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoundOptions<'a> {
    /// What the region calls the round; year and month of its day if absent.
    pub key: Option<&'a str>,
    /// The day that counts.
    pub held_on: Option<NaiveDate>,
    /// The last day on which answers are taken.
    pub closes_on: Option<NaiveDate>,
    /// The code of the standard that is asked about; the default one if absent.
    pub standard: Option<&'a str>,
    /// How answers were taken.
    pub capture: Option<CaptureMethod>,
    /// True if several rows of one council are different people, to be merged; else they are
    /// taken for a mistake.
    pub several_people: bool,
}

impl<'a> SheetContext<'a> {
    /// A file that somebody imports, made up if its region is; no round or assessment
    /// stands, and no round is named.
    pub fn new(reference: &'a Reference, region: &'a Region, now: DateTime<Utc>) -> Self {
        Self {
            reference,
            region,
            now,
            system: "import",
            synthetic: region.synthetic,
            rounds: &[],
            round: RoundOptions::default(),
            assessments: &[],
        }
    }

    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            system: self.system.to_owned(),
            received_at: crate::to_second(self.now),
            synthetic: self.synthetic,
        }
    }
}
