//! A half-year that two matched pairs speak of: the one with the half-year before it, and the
//! one with the half-year after it.
//!
//! Each pair alone leaves room, but the two shares of such a half-year are about sets that may
//! differ by few councils, and their difference speaks of those alone. So the later pair is
//! written only if both together leave room.

use std::collections::BTreeSet;

use super::{
    Half, RoundedShare, Threshold, Unmatched,
    cut::{self, PARTS, Row, is_three_or_more},
    matched::Rated,
};
use crate::CouncilId;

/// Parts of a row that count for the later pair's share …
const IN_LATER: [usize; 2] = [1, 3];

/// … and for the earlier one's.
const IN_EARLIER: [usize; 2] = [2, 3];

/// How far sums are followed when one row's change is made good by others: four councils up or
/// down. More would find more room at more cost; what is not found counts as not there.
const WINDOW: i32 = 4;

/// How many councils' answers a row may change by in one part: enough to see room for two.
const CHANGE: i32 = 2;

/// Whether the shares of both pairs together leave room in a half-year, of which `earlier` are
/// the matched councils of the pair written already, and `later` of the one in question.
pub(super) fn test(
    half: Half<'_>,
    rated: &Rated<'_>,
    earlier: &BTreeSet<CouncilId>,
    later: &BTreeSet<CouncilId>,
    threshold: Threshold,
) -> Result<(), Unmatched> {
    let rows = cut::rows(half, rated, earlier, later);
    if cut::singles_out(&rows, threshold) {
        return Err(Unmatched::FewOthers);
    }
    let room = Room { earlier: room(rated, earlier), later: room(rated, later) };
    if room.is_left_in_all(&rows) { Ok(()) } else { Err(Unmatched::LittleSlack) }
}

/// How many councils fewer and more could be at 3 or above for the same share to be shown.
fn room(rated: &Rated<'_>, matched: &BTreeSet<CouncilId>) -> (i32, i32) {
    let answers = matched.iter().filter_map(|council| rated.get(council));
    let above = answers.filter(|(_, answer)| is_three_or_more(answer)).count() as u32;
    let whole = matched.len() as u32;
    let (least, most) = RoundedShare::of(above, whole).bounds(whole);
    (least as i32 - above as i32, most as i32 - above as i32)
}

/// How many more of each part are at 3 or above than in truth; a row's changes add up to none.
type Change = [i32; PARTS];

/// What changes do to the numbers at 3 or more of the earlier and of the later pair.
type Shift = (i32, i32);

impl Row {
    /// Every change that keeps the row as it is shown.
    fn changes(&self) -> Vec<Change> {
        let range = |part: usize| {
            let [below, above] = self.parts[part];
            -above.min(CHANGE)..=below.min(CHANGE)
        };
        let mut changes = Vec::new();
        for one in range(1) {
            for two in range(2) {
                let last = range(3).map(|three| [-one - two - three, one, two, three]);
                changes.extend(last.filter(|change| range(0).contains(&change[0])));
            }
        }
        changes
    }

    /// By how much the number at 3 or more in some parts can differ, as far as the row alone
    /// goes.
    fn freedom(&self, is_in: impl Fn(&usize) -> bool) -> i32 {
        let sum = |parts: &mut dyn Iterator<Item = i32>| parts.sum::<i32>();
        let above = sum(&mut self.parts.iter().map(|part| part[1]));
        let inside = sum(&mut (0..PARTS).filter(&is_in).map(|part| self.councils(part)));
        let outside = sum(&mut (0..PARTS).map(|part| self.councils(part))) - inside;
        inside.min(above) - (above - outside).max(0)
    }
}

fn shift(change: &Change) -> Shift {
    let sum = |parts: [usize; 2]| parts.into_iter().map(|part| change[part]).sum();
    (sum(IN_EARLIER), sum(IN_LATER))
}

/// What the two shares shown leave open.
struct Room {
    earlier: (i32, i32),
    later: (i32, i32),
}

impl Room {
    fn allows(&self, shift: Shift) -> bool {
        let within = |(least, most), shift| (least..=most).contains(&shift);
        within(self.earlier, shift.0) && within(self.later, shift.1)
    }

    /// Whether in each row the number at 3 or more within each part, and within any two, can
    /// differ by two, or by as much as the row alone leaves open.
    fn is_left_in_all(&self, rows: &[Row]) -> bool {
        let changes: Vec<Vec<Change>> = rows.iter().map(Row::changes).collect();
        rows.iter().enumerate().all(|(place, row)| {
            let others = changes.iter().enumerate().filter(|(other, _)| *other != place);
            let made_good = sums(others.map(|(_, changes)| changes.iter().map(shift).collect()));
            let possible: Vec<&Change> = changes[place]
                .iter()
                .filter(|change| {
                    let (earlier, later) = shift(change);
                    made_good.iter().any(|rest| self.allows((earlier + rest.0, later + rest.1)))
                })
                .collect();
            // Bits are parts; a set and the rest of the row differ alike, so half of them do.
            (1..1 << (PARTS - 1)).all(|set: usize| {
                let is_in = |part: &usize| set >> part & 1 == 1;
                let sum = |change: &&Change| {
                    (0..PARTS).filter(is_in).map(|part| change[part]).sum::<i32>()
                };
                let most = possible.iter().map(sum).max().unwrap_or_default();
                let least = possible.iter().map(sum).min().unwrap_or_default();
                most - least >= row.freedom(is_in).min(2)
            })
        })
    }
}

/// Every sum of one shift of each row, as far as the window reaches.
fn sums(rows: impl Iterator<Item = BTreeSet<Shift>>) -> BTreeSet<Shift> {
    let side = 2 * WINDOW as usize + 1;
    rows.fold(BTreeSet::from([(0, 0)]), |sums, row| {
        // A row need not change, so that what is reached stays reached.
        if sums.len() == side * side {
            return sums;
        }
        let all = sums.iter().flat_map(|(earlier, later)| {
            row.iter().map(move |more| (earlier + more.0, later + more.1))
        });
        all.filter(|(earlier, later)| earlier.abs() <= WINDOW && later.abs() <= WINDOW).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_leave_room_in_a_row_only_if_another_row_makes_good_its_changes() {
        let row = Row { parts: [[2, 2], [0, 0], [3, 3], [4, 4]] };
        let numbers = Room { earlier: (0, 0), later: (0, 0) };
        assert!(!numbers.is_left_in_all(&[row]));
        assert!(numbers.is_left_in_all(&[row, row]));
        let rounded = Room { earlier: (-1, 1), later: (-1, 1) };
        assert!(rounded.is_left_in_all(&[row]));
        let at_the_end = Room { earlier: (0, 1), later: (0, 0) };
        assert!(!at_the_end.is_left_in_all(&[row]));
    }
}
