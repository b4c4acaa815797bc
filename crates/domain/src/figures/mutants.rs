//! Figures with one of their safeguards left out, for the tests that show that each is needed.
//! Compiled only with the feature `mutants`, which nothing but this crate's own tests asks for.

use std::collections::BTreeSet;

use super::{Answers, Frozen, Half, Hidden, NationRows, Safeguards, Threshold, block, nation};
use crate::{Histogram, RegionId};

/// Which safeguard is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// Every region's row is written.
    PrimaryOff,
    /// The pool is written whatever is in it.
    PoolTestOff,
    /// Regions that are counted elsewhere are pooled with those that are counted here.
    ElsewherePooled,
    /// National figures add up everybody, not the written rows.
    NationalOverEverybody,
    /// Others count as cover for one another wherever they are, not where rows are cut.
    CutOff,
    /// Matched shares are written however little room they leave.
    SlackOff,
    /// Each matched pair is looked at by itself, not with the one before it.
    TwiceOff,
    /// A matched pair follows one that is hidden by its levels.
    AfterHiddenOff,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::PrimaryOff,
        Self::PoolTestOff,
        Self::ElsewherePooled,
        Self::NationalOverEverybody,
        Self::CutOff,
        Self::SlackOff,
        Self::TwiceOff,
        Self::AfterHiddenOff,
    ];

    fn safeguards(self) -> Safeguards {
        let sound = Safeguards::SOUND;
        match self {
            Self::PrimaryOff => Safeguards { primary: false, ..sound },
            Self::PoolTestOff => Safeguards { pool: false, ..sound },
            Self::ElsewherePooled => Safeguards { apart: false, ..sound },
            Self::NationalOverEverybody => Safeguards { written_only: false, ..sound },
            Self::CutOff => Safeguards { cut: false, ..sound },
            Self::SlackOff => Safeguards { slack: false, ..sound },
            Self::TwiceOff => Safeguards { twice: false, ..sound },
            Self::AfterHiddenOff => Safeguards { after_hidden: false, ..sound },
        }
    }

    /// [`Threshold::region_row`] without the safeguard.
    pub fn region_row(self, answers: &[Frozen], k: Threshold) -> Result<Histogram, Hidden> {
        block::region_row(answers, k, self.safeguards())
    }

    /// [`super::nation_rows`] without the safeguard.
    pub fn nation_rows(
        self,
        answers: &Answers,
        written: &BTreeSet<RegionId>,
        elsewhere: &BTreeSet<RegionId>,
        before: Option<Half<'_>>,
        threshold: Threshold,
    ) -> NationRows {
        nation::rows(answers, written, elsewhere, before, threshold, self.safeguards())
    }
}
