//! Written rows as matched pairs cut them, and whom sums over them single out.

use std::collections::BTreeSet;

use super::{Frozen, Half, Threshold, matched::Rated};
use crate::CouncilId;

/// Of a row: in neither pair, in the later one only, in the earlier one only, in both.
pub(super) const PARTS: usize = 4;

/// How often a part is counted when the figure of the earlier pair is taken this often and that
/// of the later one that often.
fn weight(part: usize, earlier: i32, later: i32) -> i32 {
    let is_in = |bit: usize| i32::from(part & bit != 0);
    is_in(2) * earlier + is_in(1) * later
}

/// A written row's councils in confidence: those of each part below level 3, and at 3 or more.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) parts: [[i32; 2]; PARTS],
}

impl Row {
    pub(super) fn councils(&self, part: usize) -> i32 {
        self.parts[part].iter().sum()
    }

    /// Whether all are on one side of level 3: then every number at 3 or more is known from the
    /// row itself, and nobody here is cover for anybody.
    fn is_one_sided(&self) -> bool {
        (0..2).any(|side| self.parts.iter().all(|part| part[side] == 0))
    }

    /// The councils, below 3 and at 3 or more, whose number at 3 or more would follow from this
    /// row and the figures taken so often: none if all are counted alike; `None` if some are
    /// counted by two more than others, so that nothing follows for anyone.
    fn told(&self, earlier: i32, later: i32) -> Option<[i32; 2]> {
        if self.is_one_sided() {
            return Some([0, 0]);
        }
        let parts = (0..PARTS).filter(|part| self.councils(*part) > 0);
        let weighed = parts.map(|part| (weight(part, earlier, later), self.parts[part]));
        let least = weighed.clone().map(|(weight, _)| weight).min().unwrap_or_default();
        let most = weighed.clone().map(|(weight, _)| weight).max().unwrap_or_default();
        match most - least {
            0 => Some([0, 0]),
            1 => {
                let told = weighed.filter(|(weight, _)| *weight == most);
                Some(told.fold([0, 0], |sum, (_, part)| add(sum, part)))
            }
            _ => None,
        }
    }
}

fn add(one: [i32; 2], other: [i32; 2]) -> [i32; 2] {
    [one[0] + other[0], one[1] + other[1]]
}

/// The written rows of a half-year as two pairs' matched councils cut them.
pub(super) fn rows(
    half: Half<'_>,
    rated: &Rated<'_>,
    earlier: &BTreeSet<CouncilId>,
    later: &BTreeSet<CouncilId>,
) -> Vec<Row> {
    let part_of =
        |council| usize::from(earlier.contains(council)) * 2 + usize::from(later.contains(council));
    let row = |regions: &BTreeSet<_>| {
        let mut row = Row::default();
        let of_row = rated.iter().filter(|(_, (region, _))| regions.contains(region));
        for (council, (_, answer)) in of_row.filter(|(_, (_, answer))| !answer.is_published) {
            row.parts[part_of(council)][usize::from(is_three_or_more(answer))] += 1;
        }
        row
    };
    half.written.iter().map(row).collect()
}

pub(super) fn is_three_or_more(answer: &Frozen) -> bool {
    answer.rating.level().is_some_and(|level| level.is_three_or_more())
}

/// How many councils on either side of level 3 a sum must speak of, as in a block: were there
/// one only, all but one of the councils might be known to be at the only level of their side.
const EITHER_SIDE: i32 = 2;

/// Whether rows and figures added to and subtracted from one another speak of fewer councils
/// than the threshold asks for, or of councils that are nearly all on one side of level 3.
///
/// Matched shares of few councils are as good as numbers. Such a number, less the rows that are
/// matched as a whole, speaks of the matched in all other rows together, and so of those who are
/// not matched there; the difference of two numbers, of those who are in one pair only. Other
/// sums of them single out nobody.
pub(super) fn singles_out(rows: &[Row], threshold: Threshold) -> bool {
    let fewest = i32::try_from(threshold.councils()).unwrap_or(i32::MAX);
    let is_too_little = |told: [i32; 2]| {
        let councils = told[0] + told[1];
        councils > 0 && (councils < fewest || told[0].min(told[1]) < EITHER_SIDE)
    };
    let times = [-1, 0, 1];
    times.iter().flat_map(|earlier| times.map(|later| (*earlier, later))).any(|(earlier, later)| {
        let mut each = rows.iter().map(|row| row.told(earlier, later));
        each.try_fold([0, 0], |sum, told| Some(add(sum, told?))).is_some_and(is_too_little)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In neither pair, in the later one only, in the earlier one only, in both; below 3 and at
    /// 3 or more.
    fn singles_out(rows: &[[[i32; 2]; PARTS]]) -> bool {
        let rows: Vec<Row> = rows.iter().map(|parts| Row { parts: *parts }).collect();
        super::singles_out(&rows, Threshold::LEAST)
    }

    const NONE: [i32; 2] = [0, 0];

    #[test]
    fn a_pair_singles_out_few_on_either_side_of_the_rows_that_it_cuts() {
        let whole = [NONE, [3, 3], NONE, NONE];
        let apart = [[3, 3], NONE, NONE, NONE];
        let two_others = [[1, 1], [5, 5], NONE, NONE];
        let three_others = [[2, 1], [5, 5], NONE, NONE];
        let three_at_the_top = [[0, 3], [0, 5], NONE, NONE];
        assert!(!singles_out(&[whole, apart]), "no row is cut");
        assert!(singles_out(&[whole, apart, two_others]));
        assert!(!singles_out(&[two_others, three_others]));
        assert!(singles_out(&[two_others, three_at_the_top]), "a row on one side is no cover");
        assert!(singles_out(&[[[5, 5], [1, 1], NONE, NONE]]), "few are matched");
        assert!(singles_out(&[[[1, 6], [5, 5], NONE, NONE]]), "all others but one are alike");
    }

    #[test]
    fn two_pairs_single_out_few_who_are_in_one_only() {
        let one_more = [[3, 3], NONE, [0, 1], [5, 5]];
        let many_more = [[3, 3], NONE, [3, 2], [5, 5]];
        let one_each_way = [[3, 3], [1, 0], [0, 1], [5, 5]];
        assert!(singles_out(&[one_more]));
        assert!(!singles_out(&[many_more]));
        assert!(!singles_out(&[one_each_way]), "which of the two it is stays open");
    }
}
