//! Counts of councils by level: what figures are made of. Histograms of disjoint councils add up.

use std::ops::{AddAssign, SubAssign};

use serde::{Deserialize, Serialize};

use super::Rating;

/// How many levels there are.
pub const LEVELS: usize = 5;

/// How many councils gave each level, and how many answered without giving one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Histogram {
    /// Councils at level 0, 1, 2, 3, 4.
    pub levels: [u32; LEVELS],
    /// *Not applicable* and *don't know*, as one sum.
    pub not_rated: u32,
}

impl Histogram {
    /// Counts one council more.
    pub fn add(&mut self, rating: Rating) {
        match rating.level() {
            Some(level) => self.levels[usize::from(level.number())] += 1,
            None => self.not_rated += 1,
        }
    }

    /// Councils that gave a level.
    pub fn rated(&self) -> u32 {
        self.levels.iter().sum()
    }

    /// The most councils at any one level.
    pub fn largest(&self) -> u32 {
        self.levels.iter().copied().max().unwrap_or_default()
    }

    /// Councils at level 3 or 4.
    pub fn three_or_more(&self) -> u32 {
        self.levels[3] + self.levels[4]
    }

    /// Councils at level 3 or 4 among those that gave a level, 0 to 1.
    pub fn share_at_three_or_more(&self) -> Option<f64> {
        let rated = self.rated();
        (rated > 0).then(|| f64::from(self.three_or_more()) / f64::from(rated))
    }

    /// The middle level; half-way between the two middle ones where their number is even.
    pub fn median(&self) -> Option<f64> {
        let rated = self.rated();
        let level_at = |place: u32| {
            let mut below = 0;
            self.levels.iter().position(|count| {
                below += count;
                below > place
            })
        };
        let (low, high) = (level_at(rated.checked_sub(1)? / 2)?, level_at(rated / 2)?);
        Some((low as f64 + high as f64) / 2.0)
    }

    /// The mean level. Levels are ordinal, so it says less than it seems to.
    pub fn mean(&self) -> Option<f64> {
        let rated = self.rated();
        let sum: u32 = (0..).zip(self.levels).map(|(level, count)| level * count).sum();
        (rated > 0).then(|| f64::from(sum) / f64::from(rated))
    }
}

impl AddAssign for Histogram {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.levels.iter_mut().zip(other.levels) {
            *count += more;
        }
        self.not_rated += other.not_rated;
    }
}

impl SubAssign for Histogram {
    /// Takes out what is in: a count that would fall below none is a fault of the caller, and
    /// stays at none.
    fn sub_assign(&mut self, other: Self) {
        for (count, less) in self.levels.iter_mut().zip(other.levels) {
            debug_assert!(*count >= less, "more taken out than was in");
            *count = count.saturating_sub(less);
        }
        debug_assert!(self.not_rated >= other.not_rated, "more taken out than was in");
        self.not_rated = self.not_rated.saturating_sub(other.not_rated);
    }
}

impl std::iter::Sum for Histogram {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |mut sum, part| {
            sum += part;
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(levels: [u32; 5]) -> Histogram {
        Histogram { levels, not_rated: 3 }
    }

    #[test]
    fn measures_follow_from_the_counts_and_leave_out_who_gave_no_level() {
        let cases = [
            ([0, 0, 0, 0, 0], None, None, None),
            ([0, 0, 1, 0, 0], Some(2.0), Some(0.0), Some(2.0)),
            ([1, 0, 0, 0, 1], Some(2.0), Some(0.5), Some(2.0)),
            ([0, 0, 3, 3, 0], Some(2.5), Some(0.5), Some(2.5)),
            ([1, 1, 1, 0, 2], Some(2.0), Some(0.4), Some(2.2)),
            ([0, 0, 0, 0, 4], Some(4.0), Some(1.0), Some(4.0)),
        ];
        for (levels, median, share, mean) in cases {
            let histogram = of(levels);
            let shown = (histogram.median(), histogram.share_at_three_or_more(), histogram.mean());
            assert_eq!(shown, (median, share, mean), "{levels:?}");
        }
    }

    #[test]
    fn disjoint_parts_add_up_and_come_apart_again() {
        let mut sum: Histogram = [of([1, 2, 3, 4, 5]), of([5, 4, 3, 2, 1])].into_iter().sum();
        assert_eq!(sum, Histogram { levels: [6; 5], not_rated: 6 });
        sum -= of([1, 2, 3, 4, 5]);
        assert_eq!(sum, of([5, 4, 3, 2, 1]));
    }
}
