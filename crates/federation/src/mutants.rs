//! The merge with one of its rules left out, for the tests that show that each rule is needed.
//! Compiled only with the feature `mutants`, which nothing but this crate's own tests asks for.

use folkmoot_domain::Key;
use uuid::Uuid;

use crate::{Nation, merge::MergeRules};

/// Which rule is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// Shows rows beyond the last key of a source that has more.
    NoHorizon,
    /// Says that a page is incomplete, but not where.
    DroppedGap,
    /// Leaves rows of one instant in the order in which sources answered.
    UnstableTie,
    /// After a change of the registry goes on from the instant alone, as if ids had changed
    /// together with the place where a region answers.
    BareKeyResume,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::NoHorizon, Self::DroppedGap, Self::UnstableTie, Self::BareKeyResume];

    fn rules(self) -> &'static MergeRules {
        const NO_HORIZON: MergeRules = MergeRules { horizon: |_, _| None, ..MergeRules::SOUND };
        const DROPPED_GAP: MergeRules = MergeRules { report: |_| Vec::new(), ..MergeRules::SOUND };
        const UNSTABLE_TIE: MergeRules = MergeRules {
            order: |direction, left, right| {
                let bare = |key: &Key| Key { id: Uuid::nil(), ..key.clone() };
                direction.compare(&bare(left), &bare(right))
            },
            ..MergeRules::SOUND
        };
        const BARE_KEY_RESUME: MergeRules = MergeRules {
            resume: |key, then, now| match then == now {
                true => key.clone(),
                false => Key { id: Uuid::nil(), ..key.clone() },
            },
            ..MergeRules::SOUND
        };
        match self {
            Self::NoHorizon => &NO_HORIZON,
            Self::DroppedGap => &DROPPED_GAP,
            Self::UnstableTie => &UNSTABLE_TIE,
            Self::BareKeyResume => &BARE_KEY_RESUME,
        }
    }
}

impl Nation {
    /// The same nation, over the same sources, without the rule.
    pub fn without(&self, mutant: Mutant) -> Self {
        self.with_rules(mutant.rules())
    }
}
