//! Whether councils that came to a meet-up understand its points better afterwards: association
//! only.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Share, sentence, spoken, spoken_count};
use crate::{CouncilId, Counted, HalfYear, Measure, PointId, Rating, RegionId};

/// The fewest councils a group may have: with fewer, one council that thinks again moves the
/// share by more than twenty points, and the others can tell which it was. The same number as the
/// least threshold of published figures.
const FEWEST_COUNCILS: usize = 5;

/// What is asked of a meet-up.
#[derive(Clone, Copy, Debug)]
pub struct EffectInput<'a> {
    /// The region that met.
    pub region: RegionId,
    /// The day of the meet-up.
    pub held_on: NaiveDate,
    /// The points it was about.
    pub points: &'a [PointId],
    /// Councils that somebody came from.
    pub attended: &'a BTreeSet<CouncilId>,
    /// What counts of answers, as [`crate::counted`] gives it; other regions, half-years, points
    /// and measures are passed over.
    pub answers: &'a [Counted],
}

/// The same councils before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchedChange {
    /// How many they are.
    pub councils: u32,
    /// Their answers at level 3 or 4 among those about the meet-up's points, before …
    pub before: Share,
    /// … and after.
    pub after: Share,
}

/// Why there is nothing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoEffect {
    /// The meet-up was about no point.
    NoPoints,
    /// No council gave a level both before and after.
    NotAnswered,
    /// Those that came, or the others, are fewer than five councils.
    Few,
}

/// What changed around a meet-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetupEffect {
    /// The half-year before that of the meet-up.
    pub before: HalfYear,
    /// The one after it.
    pub after: HalfYear,
    /// Councils that came and the others of the region; both or neither.
    pub groups: Result<(MatchedChange, MatchedChange), NoEffect>,
    /// A sentence that says all this.
    pub because: String,
    /// A sentence that says what it does not mean; to be shown wherever the shares are.
    pub caution: &'static str,
}

const CAUTION: &str = "This shows what went together, not what caused what: councils that come to \
                       meet-ups are not like those that do not.";

/// How the understanding of a meet-up's points changed, among councils that came and among the
/// others of the region.
///
/// Compared are the half-year before the meet-up's and the one after it: answers of its own
/// half-year may be from either side of it. An answer counts if the same council, at home in the
/// region both times, gave a level about the same point in both. With several points a council
/// has an answer for each. Both groups are shown only if each has at least five councils:
/// otherwise the group that is shown, taken from the region's figures, would show the other.
pub fn meetup_effect(input: EffectInput<'_>) -> MeetupEffect {
    let half_year = HalfYear::of(input.held_on);
    let (before, after) = (half_year.previous(), half_year.next());
    let points: BTreeSet<_> = input.points.iter().copied().collect();
    let levels = |half_year| levels(input, &points, half_year);
    let groups = groups(input, &points, &levels(before), &levels(after));
    MeetupEffect {
        before,
        after,
        because: because(before, after, &groups),
        groups,
        caution: CAUTION,
    }
}

type Levels = BTreeMap<(CouncilId, PointId), Rating>;

fn levels(input: EffectInput<'_>, points: &BTreeSet<PointId>, half_year: HalfYear) -> Levels {
    let counts = |one: &&Counted| {
        one.region == input.region
            && one.half_year == half_year
            && one.measure == Measure::Understanding
            && points.contains(&one.point)
            && one.rating.level().is_some()
    };
    let answers = input.answers.iter().filter(counts);
    answers.map(|one| ((one.council, one.point), one.rating)).collect()
}

fn groups(
    input: EffectInput<'_>,
    points: &BTreeSet<PointId>,
    before: &Levels,
    after: &Levels,
) -> Result<(MatchedChange, MatchedChange), NoEffect> {
    if points.is_empty() {
        return Err(NoEffect::NoPoints);
    }
    let (mut came, mut others) = (Group::default(), Group::default());
    for (place, then) in before {
        let Some(since) = after.get(place) else { continue };
        let group = if input.attended.contains(&place.0) { &mut came } else { &mut others };
        group.add(place.0, *then, *since);
    }
    if came.answers + others.answers == 0 {
        return Err(NoEffect::NotAnswered);
    }
    came.change().zip(others.change()).ok_or(NoEffect::Few)
}

/// Matched answers of some councils.
#[derive(Default)]
struct Group {
    councils: BTreeSet<CouncilId>,
    answers: u32,
    before: u32,
    after: u32,
}

impl Group {
    fn add(&mut self, council: CouncilId, before: Rating, after: Rating) {
        let is_high = |rating: Rating| rating.level().is_some_and(|level| level.is_three_or_more());
        self.councils.insert(council);
        self.answers += 1;
        self.before += u32::from(is_high(before));
        self.after += u32::from(is_high(after));
    }

    /// What is shown of the group; `None` if it is too small.
    fn change(&self) -> Option<MatchedChange> {
        let councils = self.councils.len();
        let is_enough = councils >= FEWEST_COUNCILS;
        Some(MatchedChange {
            councils: u32::try_from(councils).ok().filter(|_| is_enough)?,
            before: Share::new(self.before, self.answers)?,
            after: Share::new(self.after, self.answers)?,
        })
    }
}

fn because(
    before: HalfYear,
    after: HalfYear,
    groups: &Result<(MatchedChange, MatchedChange), NoEffect>,
) -> String {
    let (before, after) = (before.in_words(), after.in_words());
    let text = match groups {
        Ok((came, others)) => {
            let change = |change: &MatchedChange| {
                let (before, after) = (change.before.percent(), change.after.percent());
                format!("from {before}% to {after}%")
            };
            let those = spoken_count(came.councils, "council");
            format!(
                "from {before} to {after}, answers of confident or better went {} in the {those} \
                 that came and {} in the {} others",
                change(came),
                change(others),
                spoken(others.councils)
            )
        }
        Err(NoEffect::NoPoints) => "the meet-up was about no point of the standard".to_owned(),
        Err(NoEffect::NotAnswered) => {
            format!("no council answered both in {before} and in {after}")
        }
        Err(NoEffect::Few) => format!(
            "not shown: fewer than {FEWEST_COUNCILS} of the councils that came, or of the others, \
             answered both in {before} and in {after}"
        ),
    };
    sentence(&[text])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn region() -> RegionId {
        RegionId::derived("london")
    }

    fn answer(half_year: &str, council: u8, point: &str, code: u8) -> Counted {
        Counted {
            half_year: half_year.parse().expect("a half-year"),
            point: PointId::derived(point),
            measure: Measure::Understanding,
            council: CouncilId::derived(&council.to_string()),
            region: region(),
            rating: Rating::from_code(code).expect("a rating"),
        }
    }

    /// Councils with these levels before and after, from council 0 on.
    fn answers(levels: &[(u8, u8)]) -> Vec<Counted> {
        let of = |((then, since), council): (&(u8, u8), u8)| {
            [answer("2026-H1", council, "a", *then), answer("2027-H1", council, "a", *since)]
        };
        levels.iter().zip(0..).flat_map(of).collect()
    }

    /// Of a meet-up about point a in the second half of 2026 that councils 0 to 4 came to.
    fn effect(answers: &[Counted]) -> MeetupEffect {
        let attended = (0..5u8).map(|name| CouncilId::derived(&name.to_string())).collect();
        meetup_effect(EffectInput {
            region: region(),
            held_on: "2026-10-29".parse().expect("a day"),
            points: &[PointId::derived("a")],
            attended: &attended,
            answers,
        })
    }

    const FIVE_AND_SIX: [(u8, u8); 11] =
        [(1, 3), (2, 4), (3, 3), (0, 0), (3, 2), (1, 1), (3, 3), (2, 3), (0, 0), (0, 1), (1, 1)];

    #[test]
    fn both_groups_are_shown_before_and_after_and_said_in_a_sentence() {
        let effect = effect(&answers(&FIVE_AND_SIX));
        let change = |councils, before, after| MatchedChange {
            councils,
            before: Share::new(before, councils).expect("a share"),
            after: Share::new(after, councils).expect("a share"),
        };
        assert_eq!(effect.groups, Ok((change(5, 2, 3), change(6, 1, 2))));
        assert_eq!(
            effect.because,
            "From the first half of 2026 to the first half of 2027, answers of confident or \
             better went from 40% to 60% in the 5 councils that came and from 17% to 33% in the \
             6 others."
        );
        assert!(effect.caution.contains("not what caused what"));
    }

    #[test]
    fn a_group_of_four_hides_both() {
        let hidden = |drop: usize| {
            let mut answers = answers(&FIVE_AND_SIX);
            answers.remove(drop);
            effect(&answers)
        };
        let of_few = hidden(0);
        assert_eq!(of_few.groups, Err(NoEffect::Few));
        assert_eq!(
            of_few.because,
            "Not shown: fewer than 5 of the councils that came, or of the others, answered both \
             in the first half of 2026 and in the first half of 2027."
        );
        assert!(hidden(20).groups.is_ok(), "five of the others are left");
    }

    #[test]
    fn only_levels_of_the_same_council_at_the_same_home_about_the_points_are_compared() {
        let whole = answers(&FIVE_AND_SIX);
        let without = |change: fn(&mut Counted)| {
            let mut answers = whole.clone();
            change(&mut answers[1]);
            effect(&answers).groups
        };
        let few = Err(NoEffect::Few);
        assert_eq!(without(|it| it.rating = Rating::DontKnow), few);
        assert_eq!(without(|it| it.region = RegionId::derived("south")), few);
        assert_eq!(without(|it| it.point = PointId::derived("b")), few);
        assert_eq!(without(|it| it.measure = Measure::SupportNeed), few);
        assert_eq!(without(|it| it.half_year = HalfYear::from_number(2026 * 2 + 1)), few);
    }

    #[test]
    fn councils_are_counted_not_their_answers() {
        let two_points = |council| {
            ["a", "b"].map(|point| {
                [answer("2026-H1", council, point, 1), answer("2027-H1", council, point, 4)]
            })
        };
        let answers: Vec<_> = (0..10).flat_map(two_points).flatten().collect();
        let points = ["a", "b", "a"].map(PointId::derived);
        let attended = (0..4u8).map(|name| CouncilId::derived(&name.to_string())).collect();
        let input = EffectInput {
            region: region(),
            held_on: "2026-10-29".parse().expect("a day"),
            points: &points,
            attended: &attended,
            answers: &answers,
        };
        assert_eq!(meetup_effect(input).groups, Err(NoEffect::Few), "eight answers of four");
        let attended = (0..5u8).map(|name| CouncilId::derived(&name.to_string())).collect();
        let (came, _) = meetup_effect(EffectInput { attended: &attended, ..input })
            .groups
            .expect("five and five");
        assert_eq!((came.councils, came.after.whole(), came.after.percent()), (5, 10, 100));
    }

    #[test]
    fn nothing_to_compare_says_so() {
        let nothing = effect(&[]);
        assert_eq!(nothing.groups, Err(NoEffect::NotAnswered));
        assert_eq!(
            nothing.because,
            "No council answered both in the first half of 2026 and in the first half of 2027."
        );
        let attended = BTreeSet::new();
        let pointless = meetup_effect(EffectInput {
            region: region(),
            held_on: "2026-01-01".parse().expect("a day"),
            points: &[],
            attended: &attended,
            answers: &answers(&FIVE_AND_SIX),
        });
        assert_eq!(pointless.groups, Err(NoEffect::NoPoints));
        assert_eq!(pointless.because, "The meet-up was about no point of the standard.");
        assert_eq!(pointless.before.to_string(), "2025-H2");
    }

    proptest! {
        #[test]
        fn any_order_of_answers_gives_the_same_effect(
            (given, shuffled) in prop::collection::vec((0..7u8, 0..7u8), 0..14).prop_flat_map(
                |levels| (Just(answers(&levels)), Just(answers(&levels)).prop_shuffle())
            )
        ) {
            prop_assert_eq!(effect(&given), effect(&shuffled));
        }
    }
}
