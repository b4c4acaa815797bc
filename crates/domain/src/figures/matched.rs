//! The matched pair: what the same councils said in two half-years that follow each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answers, Block, Frozen, Safeguards, Threshold, cut, twice};
use crate::{CouncilId, RegionId};

/// The fewest matched councils: below it, one step of the rounded shares is less than a council.
const FEWEST_MATCHED: u32 = 20;

/// Shares are shown to the nearest of these many points, so that no single change can be seen.
const STEP: u32 = 5;

/// One half-year of a table: frozen answers, and which regions stand together in a written row.
#[derive(Clone, Copy, Debug)]
pub struct Half<'a> {
    /// All of them.
    pub answers: &'a Answers,
    /// Each written row's regions; no region stands in two.
    pub written: &'a [BTreeSet<RegionId>],
    /// What became of the matched pair with the half-year before this one.
    pub paired: &'a Paired,
}

/// What became of the matched pair of a half-year with the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Paired {
    /// There is none, for a reason that has nothing to do with levels.
    #[default]
    Not,
    /// It is written, about these councils: what [`Half::matched_with`] gave when it was.
    Written(BTreeSet<CouncilId>),
    /// It is hidden by a test that looks at levels, or may be.
    Hidden,
}

/// A share in per cent, to the nearest 5 points, half up; 5 means "5 or less", 95 "95 or more".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoundedShare(u32);

impl RoundedShare {
    /// The share of `part` in `whole`, which is not 0.
    pub fn of(part: u32, whole: u32) -> Self {
        let (part, whole) = (u64::from(part), u64::from(whole.max(1)));
        let step = u64::from(STEP);
        let rounded = (200 * part + step * whole) / (2 * step * whole) * step;
        Self(u32::try_from(rounded).unwrap_or(100).clamp(STEP, 100 - STEP))
    }

    /// The share that a store kept, in per cent.
    pub fn from_percent(percent: u32) -> Option<Self> {
        let is_step = percent.is_multiple_of(STEP) && (STEP..=100 - STEP).contains(&percent);
        is_step.then_some(Self(percent))
    }

    /// In per cent.
    pub fn percent(self) -> u32 {
        self.0
    }

    /// The least and the most that `part` can be if this is shown for it.
    pub fn bounds(self, whole: u32) -> (u32, u32) {
        let gives = |part: &u32| Self::of(*part, whole) == self;
        let least = (0..=whole).find(gives).unwrap_or_default();
        let most = (0..=whole).rev().find(gives).unwrap_or(whole);
        (least, most)
    }
}

/// What is shown of the councils that gave a level in both half-years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matched {
    /// How many they are.
    pub councils: u32,
    /// The share of them at level 3 or 4 in the half-year before …
    pub before: RoundedShare,
    /// … and now.
    pub now: RoundedShare,
}

/// Why nothing is shown of them. For the steward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unmatched {
    /// There is no half-year before with written rows.
    NothingBefore,
    /// They are fewer than twenty.
    Few,
    /// The shares, were they numbers, would speak of few councils: of few others in written
    /// rows, of few on one side of the rows that hold both, or of few that are in only one of
    /// the two pairs about the half-year before.
    FewOthers,
    /// The shares, or both pairs' shares together, would say too much of the councils of one
    /// written row.
    LittleSlack,
    /// The pair of the half-year before is hidden by a test of levels. With these shares, whoever
    /// knows the tests could work out what it found.
    AfterHidden,
}

impl Unmatched {
    /// As a stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::NothingBefore => "nothing before",
            Self::Few => "few",
            Self::FewOthers => "few others",
            Self::LittleSlack => "little slack",
            Self::AfterHidden => "after hidden",
        }
    }

    /// True if this may say something of levels. Of few others it may not, where they are few in
    /// the nation; but the reader of a hidden pair cannot tell.
    pub fn is_of_levels(self) -> bool {
        match self {
            Self::NothingBefore | Self::Few | Self::AfterHidden => false,
            Self::FewOthers | Self::LittleSlack => true,
        }
    }
}

/// The matched pair of two half-years, if it may be shown; both shares or none.
pub(super) fn matched(
    before: Half<'_>,
    now: Half<'_>,
    threshold: Threshold,
    safeguards: Safeguards,
) -> Result<Matched, Unmatched> {
    let (rated_before, rated_now) = (before.rated(), now.rated());
    let both = now.matched_with(before);
    let then = Side::of(before, &rated_before, &both);
    let since = Side::of(now, &rated_now, &both);
    for side in [&then, &since] {
        side.test(threshold, safeguards)?;
    }
    for (half, rated) in [(before, &rated_before), (now, &rated_now)] {
        // Others are cover only where a row is cut, which the count of all of them leaves open.
        let rows = cut::rows(half, rated, &BTreeSet::new(), &both);
        if safeguards.cut && cut::singles_out(&rows, threshold) {
            return Err(Unmatched::FewOthers);
        }
    }
    match before.paired {
        Paired::Written(earlier) if safeguards.twice => {
            twice::test(before, &rated_before, earlier, &both, threshold)?;
        }
        Paired::Hidden if safeguards.after_hidden => return Err(Unmatched::AfterHidden),
        _ => {}
    }
    Ok(Matched { councils: since.matched, before: then.share(), now: since.share() })
}

/// Councils that gave a level, where, and their answers.
pub(super) type Rated<'a> = BTreeMap<CouncilId, (RegionId, &'a Frozen)>;

impl<'a> Half<'a> {
    /// The councils of the matched pair with the half-year before: the same body with the same
    /// home, a level in written rows of both.
    pub fn matched_with(&self, before: Half<'_>) -> BTreeSet<CouncilId> {
        let rated_before = before.rated();
        let is_matched = |council: &CouncilId, region: &RegionId| {
            rated_before.get(council).is_some_and(|(home, _)| home == region)
        };
        let rated = self.rated().into_iter();
        rated
            .filter(|(council, (region, _))| is_matched(council, region))
            .map(|(council, _)| council)
            .collect()
    }

    /// Councils in written rows that gave a level.
    fn rated(&self) -> Rated<'a> {
        let regions = self.written.iter().flatten();
        let answers = regions.flat_map(|region| {
            let of_region = self.answers.get(region).into_iter().flatten();
            of_region.map(move |answer| (*region, answer))
        });
        let rated = answers.filter(|(_, answer)| answer.rating.level().is_some());
        rated.map(|(region, answer)| (answer.council, (region, answer))).collect()
    }
}

/// One half-year's side of a matched pair; known answers are taken out of the blocks.
struct Side {
    matched: u32,
    at_three_or_more: u32,
    /// Of the matched, those who published their own answer.
    known: u32,
    known_at_three_or_more: u32,
    blocks: Vec<Part>,
}

/// The matched within one written row.
struct Part {
    councils: u32,
    at_three_or_more: u32,
    matched: u32,
}

impl Side {
    fn of(half: Half<'_>, rated: &Rated<'_>, both: &BTreeSet<CouncilId>) -> Self {
        let is_three_or_more =
            |answer: &Frozen| answer.rating.level().is_some_and(|level| level.is_three_or_more());
        let matched = || rated.iter().filter(|(id, _)| both.contains(id)).map(|(_, (_, it))| *it);
        let count = |answers: &mut dyn Iterator<Item = &Frozen>| answers.count() as u32;
        let known = || matched().filter(|answer| answer.is_published);
        let part = |regions: &BTreeSet<RegionId>| {
            let of_row: Vec<_> =
                rated.values().filter(|(region, _)| regions.contains(region)).collect();
            let block = Block::of(of_row.iter().map(|(_, answer)| *answer)).confidential;
            let mut in_confidence = of_row
                .iter()
                .map(|(_, answer)| *answer)
                .filter(|answer| !answer.is_published && both.contains(&answer.council));
            Part {
                councils: block.rated(),
                at_three_or_more: block.three_or_more(),
                matched: count(&mut in_confidence),
            }
        };
        Self {
            matched: count(&mut matched()),
            at_three_or_more: count(&mut matched().filter(|answer| is_three_or_more(answer))),
            known: count(&mut known()),
            known_at_three_or_more: count(&mut known().filter(|answer| is_three_or_more(answer))),
            blocks: half.written.iter().map(part).collect(),
        }
    }

    fn share(&self) -> RoundedShare {
        RoundedShare::of(self.at_three_or_more, self.matched)
    }

    fn test(&self, threshold: Threshold, safeguards: Safeguards) -> Result<(), Unmatched> {
        if self.matched - self.known < FEWEST_MATCHED {
            return Err(Unmatched::Few);
        }
        let others: u32 = self.blocks.iter().map(|part| part.councils - part.matched).sum();
        if others > 0 && others < threshold.councils() {
            return Err(Unmatched::FewOthers);
        }
        if safeguards.slack && !self.leaves_slack() {
            return Err(Unmatched::LittleSlack);
        }
        Ok(())
    }

    /// Whether, whatever the rest of the nation said, the number of matched councils at level 3
    /// or more within each written row can still be at least two more than its least, or as many
    /// more as the row by itself leaves open.
    fn leaves_slack(&self) -> bool {
        let (least, most) = self.share().bounds(self.matched);
        let known = i64::from(self.known_at_three_or_more);
        let (least, most) = (i64::from(least) - known, i64::from(most) - known);
        // What each row alone says of its matched councils: at least, at most.
        let range = |part: &Part| {
            let Part { councils, at_three_or_more, matched } = *part;
            let below = i64::from(councils) - i64::from(at_three_or_more);
            let low = (i64::from(matched) - below).max(0);
            (low, i64::from(matched.min(at_three_or_more)))
        };
        let ranges: Vec<_> = self.blocks.iter().map(range).collect();
        let (low_sum, high_sum) =
            ranges.iter().fold((0, 0), |(low, high), range| (low + range.0, high + range.1));
        ranges.iter().all(|(low, high)| {
            let at_most = (*high).min(most - low_sum + low);
            let at_least = (*low).max(least - high_sum + high);
            at_most - at_least >= (high - low).min(2)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::block::tests::answers, *};
    use crate::Rating;

    #[test]
    fn shares_are_rounded_half_up_and_bounded_at_the_ends() {
        let cases = [(0, 20, 5), (1, 20, 5), (3, 40, 10), (1, 8, 15), (10, 20, 50), (39, 40, 95)];
        for (part, whole, percent) in cases {
            assert_eq!(RoundedShare::of(part, whole).percent(), percent, "{part} of {whole}");
        }
        assert_eq!(RoundedShare::of(20, 20).percent(), 95);
        assert_eq!(RoundedShare::of(10, 40).bounds(40), (9, 10));
        assert_eq!(RoundedShare::of(40, 40).bounds(40), (37, 40));
        assert_eq!(RoundedShare::from_percent(7), None);
    }

    /// One council of "a" gave no level in the half-year before, and two that did are silent now.
    fn tight() -> (Answers, Answers) {
        let region = RegionId::derived;
        let mut now = Answers::new();
        now.insert(region("a"), answers("a", &[2, 0, 0, 3, 1]));
        now.insert(region("b"), answers("b", &[3, 4, 0, 1, 3, 4, 2, 2]));
        now.insert(region("c"), answers("c", &[3, 4, 0, 1, 3, 4, 2, 2]));
        let mut before = now.clone();
        before.get_mut(&region("a")).expect("a")[1].rating = Rating::NotApplicable;
        before.get_mut(&region("a")).expect("a").extend(answers("aa", &[1, 4]));
        (before, now)
    }

    #[test]
    fn few_others_hide_the_pair_and_so_does_little_slack() {
        let (before, now) = tight();
        let written: Vec<_> = now.keys().map(|region| BTreeSet::from([*region])).collect();
        let half = |answers| Half { answers, written: &written, paired: &Paired::Not };
        let pair = |safeguards| matched(half(&before), half(&now), Threshold::LEAST, safeguards);
        assert_eq!(pair(Safeguards::SOUND), Err(Unmatched::FewOthers));
        let same = matched(half(&now), half(&now), Threshold::LEAST, Safeguards::SOUND);
        let share = RoundedShare::of(9, 21);
        assert_eq!(same, Ok(Matched { councils: 21, before: share, now: share }));
    }
}
