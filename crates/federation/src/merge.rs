//! The merge itself: the answers of several sources in, one ordered page out. Pure.
//!
//! Four rules hold the promise that a walk and its gaps give every row once, in order; they
//! stand here as four functions, so that tests can leave one out and see the promise break.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use folkmoot_domain::{Direction, Kept, Key, Keyed, RegionId, Slice};

use crate::{SourceReason, cursor::is_holdable};

/// Which rows a page is made of, in walking order: `after < key <= until`, at most `first`.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    pub(crate) direction: Direction,
    pub(crate) after: Option<Key>,
    pub(crate) until: Option<Key>,
    pub(crate) first: usize,
}

/// What one source said for its regions.
#[derive(Clone, Debug)]
pub(crate) struct Answer<T> {
    pub(crate) regions: Vec<RegionId>,
    pub(crate) slice: Result<Slice<T>, SourceReason>,
}

/// One page out of many answers.
#[derive(Debug)]
pub(crate) struct Merged<T> {
    /// In walking order.
    pub(crate) rows: Vec<(Key, T)>,
    /// True if a region that answered has rows after the last one.
    pub(crate) has_more: bool,
    /// Where the page ends: its last row's key, or the end of the walk.
    pub(crate) end: Option<Key>,
    /// The regions that gave no usable answer.
    pub(crate) missing: BTreeMap<RegionId, SourceReason>,
    /// How many rows pass the filter, for the regions that said so.
    pub(crate) counts: BTreeMap<RegionId, u64>,
    /// The regions whose answers are not as of now.
    pub(crate) kept: BTreeMap<RegionId, Kept>,
}

/// Rows of one region that a page does not hold: `after < key <= until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lack {
    pub(crate) region: RegionId,
    pub(crate) reason: SourceReason,
    pub(crate) after: Option<Key>,
    pub(crate) until: Option<Key>,
}

/// The four rules, each in one place.
pub(crate) struct MergeRules {
    /// The order of rows.
    pub(crate) order: fn(Direction, &Key, &Key) -> Ordering,
    /// Given the last keys of the sources that have more: up to which key rows are safe to show.
    pub(crate) horizon: fn(Direction, &[&Key]) -> Option<Key>,
    /// Which of the lacks a page reports.
    pub(crate) report: fn(Vec<Lack>) -> Vec<Lack>,
    /// After which key a walk goes on, given the registry versions of its cursor and of now.
    pub(crate) resume: fn(&Key, u32, u32) -> Key,
}

impl MergeRules {
    /// The rules that Folkmoot keeps.
    pub(crate) const SOUND: Self = Self {
        order: Direction::compare,
        horizon: |direction, last_keys| {
            last_keys.iter().copied().min_by(|left, right| direction.compare(left, right)).cloned()
        },
        report: |lacks| lacks,
        // A key names a row's place in the nation, so it means the same wherever the region
        // answers from by now.
        resume: |key, _, _| key.clone(),
    };
}

/// How an answer breaks the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breach {
    /// A list that is ordered by an instant got a row without a usable one.
    Unordered,
    OutOfOrder,
    OutOfBounds,
    NoRowsButMore,
    ForeignRow,
}

/// Checks an answer against what was asked. More rows than asked for do no harm.
pub(crate) fn check<T: Keyed>(
    slice: &Slice<T>,
    regions: &[RegionId],
    bounds: &Bounds,
) -> Result<(), Breach> {
    if slice.rows.is_empty() && slice.has_more {
        return Err(Breach::NoRowsButMore);
    }
    let mut last: Option<Key> = None;
    for row in &slice.rows {
        let key = row.key();
        let is_past = |bound: &Key| bounds.direction.compare(&key, bound).is_gt();
        if !is_holdable(&key) {
            return Err(Breach::Unordered);
        }
        if !regions.contains(&row.region()) {
            return Err(Breach::ForeignRow);
        }
        if !last.as_ref().is_none_or(is_past) {
            return Err(Breach::OutOfOrder);
        }
        if !bounds.after.as_ref().is_none_or(is_past) || bounds.until.as_ref().is_some_and(is_past)
        {
            return Err(Breach::OutOfBounds);
        }
        last = Some(key);
    }
    Ok(())
}

/// Merges checked answers. `None` if there were some to ask and none of them answered.
pub(crate) fn merge<T: Keyed + Clone>(
    rules: &MergeRules,
    bounds: &Bounds,
    mut answers: Vec<Answer<T>>,
) -> Option<Merged<T>> {
    // Ids are unique in the nation, so two sources cannot both own a key, and a cursor could
    // not stand between their rows: the later source is refused, then the rest merged anew.
    while let Some(copycat) = copycat(&answers) {
        answers[copycat].slice = Err(SourceReason::InvalidAnswer);
    }
    let is_unanswered = answers.iter().all(|answer| answer.slice.is_err());
    if is_unanswered && !answers.is_empty() {
        return None;
    }
    let horizon = horizon(rules, bounds, &answers);
    let mut merged = Merged {
        rows: Vec::new(),
        has_more: false,
        end: bounds.until.clone(),
        missing: BTreeMap::new(),
        counts: BTreeMap::new(),
        kept: BTreeMap::new(),
    };
    for Answer { regions, slice } in answers {
        match slice {
            Ok(slice) => {
                merged.has_more |= slice.has_more;
                let kept = slice.kept.into_iter();
                merged
                    .kept
                    .extend(kept.flat_map(|kept| regions.iter().map(move |one| (*one, kept))));
                merged.rows.extend(slice.rows.into_iter().map(|row| (row.key(), row)));
                let counts = slice.counts.into_iter().flatten();
                merged.counts.extend(counts.filter(|(region, _)| regions.contains(region)));
            }
            Err(reason) => merged.missing.extend(regions.iter().map(|region| (*region, reason))),
        }
    }
    // Stable, and so a merge: it finds the runs that the sources have sorted already.
    merged.rows.sort_by(|(left, _), (right, _)| (rules.order)(bounds.direction, left, right));
    if let Some(horizon) = horizon {
        merged.rows.retain(|(key, _)| bounds.direction.compare(key, &horizon).is_le());
    }
    merged.has_more |= merged.rows.len() > bounds.first;
    merged.rows.truncate(bounds.first);
    if let (true, Some((key, _))) = (merged.has_more, merged.rows.last()) {
        merged.end = Some(key.clone());
    }
    Some(merged)
}

/// The sources that make the page short: they have more, sent less than a page, and nothing
/// beyond their last row may be shown. Empty if the page is full or whole.
pub(crate) fn holding_back<T: Keyed>(
    rules: &MergeRules,
    bounds: &Bounds,
    answers: &[Answer<T>],
) -> Vec<usize> {
    let Some(horizon) = horizon(rules, bounds, answers) else { return Vec::new() };
    let rows = answers.iter().flat_map(|answer| &answer.slice).flat_map(|slice| &slice.rows);
    let shown = rows.filter(|row| bounds.direction.compare(&row.key(), &horizon).is_le()).count();
    if shown >= bounds.first {
        return Vec::new();
    }
    let is_short = |slice: &Slice<T>| slice.has_more && slice.rows.len() < bounds.first;
    let indexes = answers.iter().enumerate();
    indexes.filter(|(_, one)| one.slice.as_ref().is_ok_and(is_short)).map(|(at, _)| at).collect()
}

/// What a page must report, in the order of regions: the segment of every missing region, and
/// for every region that joined since the walk was last asked all that the walk has passed,
/// from its `origin` on.
pub(crate) fn lacks<T>(
    rules: &MergeRules,
    bounds: &Bounds,
    merged: &Merged<T>,
    joined: &[RegionId],
    origin: Option<&Key>,
) -> Vec<Lack> {
    let passed = joined.iter().map(|region| Lack {
        region: *region,
        reason: SourceReason::Joined,
        after: origin.cloned(),
        until: bounds.after.clone(),
    });
    let missed = merged.missing.iter().map(|(region, reason)| Lack {
        region: *region,
        reason: *reason,
        after: bounds.after.clone(),
        until: merged.end.clone(),
    });
    (rules.report)(passed.chain(missed).collect())
}

fn horizon<T: Keyed>(rules: &MergeRules, bounds: &Bounds, answers: &[Answer<T>]) -> Option<Key> {
    let more = answers.iter().flat_map(|answer| &answer.slice).filter(|slice| slice.has_more);
    let last_keys: Vec<_> = more.filter_map(|slice| slice.rows.last().map(Keyed::key)).collect();
    (rules.horizon)(bounds.direction, &last_keys.iter().collect::<Vec<_>>())
}

/// The first source that repeats a key of one before it.
fn copycat<T: Keyed>(answers: &[Answer<T>]) -> Option<usize> {
    let sound =
        answers.iter().enumerate().filter_map(|(at, one)| Some((at, one.slice.as_ref().ok()?)));
    if sound.clone().count() < 2 {
        return None;
    }
    let mut seen = BTreeSet::new();
    for (at, slice) in sound {
        if slice.rows.iter().any(|row| !seen.insert(row.key())) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests;
