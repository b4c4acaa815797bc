//! Blocks: when the answers of some councils may be shown as one histogram.

use std::{collections::BTreeMap, fmt, num::NonZeroU32};

use thiserror::Error;

use super::Safeguards;
use crate::{CouncilId, Histogram, Rating, RegionId};

/// The fewest councils with a level that a block may show: configurable upwards only, for with
/// fewer than five a council that knows its own answer is left with too few others to hide among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold(NonZeroU32);

/// A threshold below five.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the threshold of published figures is at least 5: it can be raised, never lowered")]
pub struct MalformedThreshold;

impl Threshold {
    /// Five councils.
    pub const LEAST: Self = Self(NonZeroU32::new(5).expect("five is not zero"));

    /// This many councils.
    pub fn new(councils: u32) -> Result<Self, MalformedThreshold> {
        let given = NonZeroU32::new(councils).ok_or(MalformedThreshold)?;
        if given >= Self::LEAST.0 { Ok(Self(given)) } else { Err(MalformedThreshold) }
    }

    /// How many councils.
    pub fn councils(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A council's answer as it stood when its region closed the half-year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// Whose it is.
    pub council: CouncilId,
    /// What it said.
    pub rating: Rating,
    /// True if the council publishes its own answers: then everyone knows this one.
    pub is_published: bool,
}

/// The frozen answers of one table (standard, point, measure, half-year), by home region; a
/// council stands in one region only.
pub type Answers = BTreeMap<RegionId, Vec<Frozen>>;

/// Why a block is not shown. For the steward: together with who answered, even this says
/// something in public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hidden {
    /// Fewer councils gave a level than the threshold asks for.
    Few,
    /// All, or all but one, gave the same level.
    NearlyAlike,
    /// Most of the pool is one region's, which the rest could subtract itself from.
    OneRegion,
}

impl Hidden {
    /// As a stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::NearlyAlike => "nearly alike",
            Self::OneRegion => "one region",
        }
    }
}

/// Councils whose answers are shown together or not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// All of them.
    pub(crate) all: Histogram,
    /// Those who did not publish their own answer.
    pub(crate) confidential: Histogram,
}

impl Block {
    pub(crate) fn of<'a>(answers: impl IntoIterator<Item = &'a Frozen>) -> Self {
        let mut block = Self::default();
        for answer in answers {
            block.all.add(answer.rating);
            if !answer.is_published {
                block.confidential.add(answer.rating);
            }
        }
        block
    }

    /// Whether the block may be shown: enough councils gave a level in confidence, and at least
    /// two of them differ from the most frequent level. Then every choice of levels for a part
    /// of the block that its histogram allows is possible, and two levels occur: nobody's is
    /// fixed.
    pub(crate) fn test(&self, threshold: Threshold) -> Result<(), Hidden> {
        let rated = self.confidential.rated();
        if rated < threshold.councils() {
            Err(Hidden::Few)
        } else if rated - self.confidential.largest() < 2 {
            Err(Hidden::NearlyAlike)
        } else {
            Ok(())
        }
    }
}

/// Whether a region's answers to a table may be shown as a row, and the row.
pub(crate) fn region_row(
    answers: &[Frozen],
    threshold: Threshold,
    safeguards: Safeguards,
) -> Result<Histogram, Hidden> {
    let block = Block::of(answers);
    match block.test(threshold) {
        Err(hidden) if safeguards.primary => Err(hidden),
        _ => Ok(block.all),
    }
}

impl Threshold {
    /// A region's row, or why it is hidden.
    pub fn region_row(self, answers: &[Frozen]) -> Result<Histogram, Hidden> {
        region_row(answers, self, Safeguards::SOUND)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Councils named after a region, at these levels.
    pub(crate) fn answers(region: &str, codes: &[u8]) -> Vec<Frozen> {
        let one = |(place, code): (usize, &u8)| Frozen {
            council: CouncilId::derived(&format!("{region}{place}")),
            rating: Rating::from_code(*code).expect("a rating"),
            is_published: false,
        };
        codes.iter().enumerate().map(one).collect()
    }

    #[test]
    fn small_and_nearly_uniform_blocks_are_hidden() {
        let cases: [(&[u8], Result<(), Hidden>); 7] = [
            (&[], Err(Hidden::Few)),
            (&[0, 1, 2, 3], Err(Hidden::Few)),
            (&[0, 1, 2, 3, 5, 6], Err(Hidden::Few)),
            (&[2, 2, 2, 2, 2], Err(Hidden::NearlyAlike)),
            (&[2, 2, 2, 2, 4], Err(Hidden::NearlyAlike)),
            (&[2, 2, 2, 4, 4], Ok(())),
            (&[2, 2, 2, 1, 4], Ok(())),
        ];
        for (codes, expected) in cases {
            let shown = Threshold::LEAST.region_row(&answers("x", codes));
            assert_eq!(shown.map(drop), expected, "{codes:?}");
        }
    }

    #[test]
    fn councils_that_publish_their_own_answer_hide_nobody_but_are_counted() {
        let mut of_region = answers("x", &[0, 1, 2, 3, 4]);
        of_region[0].is_published = true;
        assert_eq!(Threshold::LEAST.region_row(&of_region), Err(Hidden::Few));
        of_region.extend(answers("y", &[4]));
        let row = Threshold::LEAST.region_row(&of_region).expect("five in confidence");
        assert_eq!(row.levels, [1, 1, 1, 1, 2]);
    }

    #[test]
    fn the_threshold_goes_up_only() {
        assert_eq!(Threshold::new(0), Err(MalformedThreshold));
        assert_eq!(Threshold::new(4), Err(MalformedThreshold));
        assert_eq!(Threshold::new(10).map(Threshold::councils), Ok(10));
    }
}
