//! Which answers count: one for a council, point and measure in a half-year, at home, and none
//! twice through a reorganisation.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::{HalfYear, Measure, Rating};
use crate::{Council, CouncilId, HomeClaim, PointId, Reference, RegionId, RoundId, homes::home_on};

/// A rating as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub struct Given {
    pub region: RegionId,
    pub round: RoundId,
    pub held_on: NaiveDate,
    pub council: CouncilId,
    pub point: PointId,
    pub measure: Measure,
    pub rating: Rating,
}

/// A rating that counts in its half-year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub struct Counted {
    pub half_year: HalfYear,
    pub point: PointId,
    pub measure: Measure,
    pub council: CouncilId,
    pub region: RegionId,
    pub rating: Rating,
}

/// Where councils were at home, and which followed which: what counting needs to know of them.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    homes: HashMap<CouncilId, Vec<HomeClaim>>,
    successors: HashMap<CouncilId, Vec<CouncilId>>,
    predecessors: HashMap<CouncilId, Vec<CouncilId>>,
}

impl Standing {
    /// From home memberships and successions (earlier council, later council).
    pub fn new(
        homes: impl IntoIterator<Item = (CouncilId, HomeClaim)>,
        successions: impl IntoIterator<Item = (CouncilId, CouncilId)>,
    ) -> Self {
        let mut standing = Self::default();
        for (council, claim) in homes {
            standing.homes.entry(council).or_default().push(claim);
        }
        for (from, to) in successions {
            standing.connect(from, to);
        }
        standing
    }

    /// Notes that one council followed another.
    pub fn connect(&mut self, from: CouncilId, to: CouncilId) {
        self.successors.entry(from).or_default().push(to);
        self.predecessors.entry(to).or_default().push(from);
    }

    /// The region in which a council is at home on a day.
    pub fn home(&self, council: CouncilId, on: NaiveDate) -> Option<RegionId> {
        home_on(self.homes.get(&council)?, on).map(|claim| claim.region)
    }

    /// The councils whose answers may bear on whether this one's count: all that it is connected
    /// with by successions, itself included.
    pub fn relatives(&self, councils: impl IntoIterator<Item = CouncilId>) -> HashSet<CouncilId> {
        let mut found = HashSet::new();
        let mut open: Vec<_> = councils.into_iter().collect();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                for related in [&self.successors, &self.predecessors] {
                    open.extend(related.get(&next).into_iter().flatten());
                }
            }
        }
        found
    }

    /// Every council that followed this one, through every hop.
    pub fn heirs(&self, council: CouncilId) -> HashSet<CouncilId> {
        let mut found = HashSet::new();
        let mut open = vec![council];
        while let Some(next) = open.pop() {
            for heir in self.successors.get(&next).into_iter().flatten() {
                if found.insert(*heir) {
                    open.push(*heir);
                }
            }
        }
        found
    }
}

impl From<&Reference> for Standing {
    fn from(reference: &Reference) -> Self {
        let claims = |council: &Council| {
            let claims = reference.home_claims(council.id).iter();
            claims.map(|claim| (council.id, *claim)).collect::<Vec<_>>()
        };
        let homes = reference.councils().iter().flat_map(claims);
        let successions = reference.successions().iter();
        Self::new(homes, successions.map(|one| (one.from, one.to)))
    }
}

/// What counts of what was given, in no particular order.
///
/// 1. An answer counts only in the region where its council was at home on the round's day.
/// 2. Of a council's answers about one point and measure in one half-year, the latest counts;
///    of two on one day, that of the round with the higher id.
/// 3. A council whose successor counts in the same half-year does not: its people are counted
///    through it. Until a successor answers, the predecessors stand.
pub fn counted(given: &[Given], standing: &Standing) -> Vec<Counted> {
    type Question = (HalfYear, PointId, Measure);
    let mut latest: BTreeMap<Question, BTreeMap<CouncilId, &Given>> = BTreeMap::new();
    for one in given {
        if standing.home(one.council, one.held_on) != Some(one.region) {
            continue;
        }
        let question = (HalfYear::of(one.held_on), one.point, one.measure);
        let known = latest.entry(question).or_default().entry(one.council).or_insert(one);
        if (one.held_on, one.round) > (known.held_on, known.round) {
            *known = one;
        }
    }
    let mut heirs: HashMap<CouncilId, HashSet<CouncilId>> = HashMap::new();
    let mut counted = Vec::new();
    for ((half_year, point, measure), answers) in &latest {
        for (council, one) in answers {
            if standing.successors.contains_key(council) {
                let heirs = heirs.entry(*council).or_insert_with(|| standing.heirs(*council));
                if heirs.iter().any(|heir| answers.contains_key(heir)) {
                    continue;
                }
            }
            counted.push(Counted {
                half_year: *half_year,
                point: *point,
                measure: *measure,
                council: *council,
                region: one.region,
                rating: one.rating,
            });
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Life;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn council(name: &str) -> CouncilId {
        CouncilId::derived(name)
    }

    fn given(region: &str, on: &str, name: &str, level: u8) -> Given {
        Given {
            region: RegionId::derived(region),
            round: RoundId::derived(&format!("{region}/{on}")),
            held_on: day(on),
            council: council(name),
            point: PointId::derived("lgdss-2016/3"),
            measure: Measure::Understanding,
            rating: Rating::from_code(level).expect("a rating"),
        }
    }

    /// A moves from north to south in March 2023; B and C become D in April 2023.
    fn standing() -> Standing {
        let (north, south) = (RegionId::derived("north"), RegionId::derived("south"));
        let life = |from: Option<&str>, to: Option<&str>| Life::new(from.map(day), to.map(day));
        let claim = |(name, life, region): (&str, Life, RegionId)| {
            (council(name), HomeClaim { region, life, takes_part: true })
        };
        let homes = [
            ("A", life(None, Some("2023-03-01")), north),
            ("A", life(Some("2023-03-01"), None), south),
            ("B", life(None, Some("2023-04-01")), north),
            ("C", life(None, Some("2023-04-01")), north),
            ("D", life(Some("2023-04-01"), None), north),
        ];
        let successions = [("B", "D"), ("C", "D")].map(|(from, to)| (council(from), council(to)));
        Standing::new(homes.map(claim), successions)
    }

    fn shown(given: &[Given]) -> Vec<(String, CouncilId, u8)> {
        let counted = counted(given, &standing());
        let mut shown: Vec<_> = counted
            .iter()
            .map(|one| (one.half_year.to_string(), one.council, one.rating.code()))
            .collect();
        shown.sort();
        shown
    }

    #[test]
    fn the_latest_answer_of_a_half_year_counts_whatever_its_order() {
        let answers = [given("north", "2022-02-01", "B", 1), given("north", "2022-05-01", "B", 3)];
        for order in [[0, 1], [1, 0]] {
            let answers = order.map(|at| answers[at]);
            assert_eq!(shown(&answers), [("2022-H1".to_owned(), council("B"), 3)]);
        }
    }

    #[test]
    fn an_answer_counts_at_home_only_and_once_after_a_move() {
        let answers = [
            given("north", "2023-02-01", "A", 1),
            given("south", "2023-02-02", "A", 2),
            given("south", "2023-05-01", "A", 4),
        ];
        assert_eq!(shown(&answers), [("2023-H1".to_owned(), council("A"), 4)]);
        let counted = counted(&answers, &standing());
        assert_eq!(counted[0].region, RegionId::derived("south"));
    }

    #[test]
    fn a_reorganised_council_is_counted_once_through_it() {
        let before = [given("north", "2023-02-01", "B", 1), given("north", "2023-02-01", "C", 2)];
        assert_eq!(shown(&before).len(), 2, "until the successor answers, they stand");
        let after = [before[0], before[1], given("north", "2023-05-01", "D", 3)];
        assert_eq!(shown(&after), [("2023-H1".to_owned(), council("D"), 3)]);
        let later = [before[0], before[1], given("north", "2023-08-01", "D", 3)];
        assert_eq!(shown(&later).len(), 3, "another half-year is another count");
    }
}
