//! Cells: what counts in a region, half-year, point and measure, as histograms that add up.

use std::{
    collections::BTreeMap,
    ops::{AddAssign, SubAssign},
};

use super::{Counted, Given, HalfYear, Histogram, Measure, Rating, Standing, counted};
use crate::{CouncilId, PointId, RegionId};

/// Which answers a cell counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub struct CellKey {
    pub region: RegionId,
    pub half_year: HalfYear,
    pub point: PointId,
    pub measure: Measure,
}

/// The histograms of a cell, for both panels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Every council that answered.
    pub all: Histogram,
    /// Those that gave a level in the half-year before, too, as the same body with the same
    /// home: where they are now …
    pub matched: Histogram,
    /// … and where the same councils were then.
    pub matched_before: Histogram,
}

impl Cell {
    /// True if nothing is counted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Cell {
    fn add_assign(&mut self, other: Self) {
        self.all += other.all;
        self.matched += other.matched;
        self.matched_before += other.matched_before;
    }
}

impl SubAssign for Cell {
    /// Takes out what is in.
    fn sub_assign(&mut self, other: Self) {
        self.all -= other.all;
        self.matched -= other.matched;
        self.matched_before -= other.matched_before;
    }
}

/// The definition of every cell: all that was ever given, counted. Cells without a council are
/// left out.
///
/// Councils that no succession connects are counted independently, so that the cells of two
/// such sets add up to those of both: a store keeps them up to date by the difference.
pub fn cells(given: &[Given], standing: &Standing) -> BTreeMap<CellKey, Cell> {
    let counted = counted(given, standing);
    type Place = (CouncilId, RegionId, HalfYear, PointId, Measure);
    let place = |one: &Counted| (one.council, one.region, one.half_year, one.point, one.measure);
    let at: BTreeMap<Place, Rating> = counted.iter().map(|one| (place(one), one.rating)).collect();
    let mut cells: BTreeMap<CellKey, Cell> = BTreeMap::new();
    for one in &counted {
        let Counted { half_year, point, measure, council, region, rating } = *one;
        let cell = cells.entry(CellKey { region, half_year, point, measure }).or_default();
        cell.all.add(rating);
        let before = at.get(&(council, region, half_year.previous(), point, measure));
        if let Some(before) = before.filter(|it| it.level().is_some() && rating.level().is_some()) {
            cell.matched.add(rating);
            cell.matched_before.add(*before);
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::HomeClaim;
    use crate::{Life, RoundId};

    fn answer() -> impl Strategy<Value = Given> {
        // Six councils in two regions, three points in time of each of three half-years.
        (0..6u8, 0..2u8, 0..9u32, 0..2u8, 0..7u8).prop_map(
            |(council, region, time, point, code)| {
                let half_year = HalfYear::from_number(2023 * 2 + (time / 3) as i32);
                Given {
                    region: RegionId::derived(&region.to_string()),
                    round: RoundId::derived(&format!("{region}/{time}")),
                    held_on: half_year.starts_on() + chrono::Days::new(u64::from(time % 3) * 50),
                    council: CouncilId::derived(&council.to_string()),
                    point: PointId::derived(&point.to_string()),
                    measure: Measure::SupportNeed,
                    rating: Rating::from_code(code).expect("a rating"),
                }
            },
        )
    }

    /// Councils 0 to 2 become 3 within the first half-year; 4 moves; 5 stays.
    fn standing() -> Standing {
        let day = |text: &str| Some(text.parse().expect("a day"));
        let council = |name: u8| CouncilId::derived(&name.to_string());
        let region = |name: u8| RegionId::derived(&name.to_string());
        let ended = Life::new(None, day("2023-04-01"));
        let homes = [
            (council(0), ended, region(0)),
            (council(1), ended, region(0)),
            (council(2), ended, region(1)),
            (council(3), Life::new(day("2023-04-01"), None), region(0)),
            (council(4), Life::new(None, day("2023-08-01")), region(0)),
            (council(4), Life::new(day("2023-08-01"), None), region(1)),
            (council(5), Life::default(), region(1)),
        ];
        let homes = homes
            .map(|(council, life, region)| (council, HomeClaim { region, life, takes_part: true }));
        Standing::new(homes, [0, 1, 2].map(|from| (council(from), council(3))))
    }

    proptest! {
        #[test]
        fn cells_of_unrelated_councils_add_up(given in prop::collection::vec(answer(), 0..60)) {
            let standing = standing();
            let part = |names: &[u8]| {
                let councils = names.iter().map(|name| CouncilId::derived(&name.to_string()));
                let related = standing.relatives(councils);
                let of: Vec<_> =
                    given.iter().filter(|one| related.contains(&one.council)).copied().collect();
                cells(&of, &standing)
            };
            let mut sum = BTreeMap::<CellKey, Cell>::new();
            for names in [[0].as_slice(), &[4], &[5]] {
                for (key, cell) in part(names) {
                    *sum.entry(key).or_default() += cell;
                }
            }
            prop_assert_eq!(&sum, &cells(&given, &standing));
            for cell in sum.values() {
                prop_assert_eq!(cell.matched.rated(), cell.matched_before.rated());
                prop_assert!(cell.matched.rated() <= cell.all.rated());
            }
        }
    }
}
