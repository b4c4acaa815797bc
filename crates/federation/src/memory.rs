//! Pages of lists that are in memory, such as councils by name: the same cursors and arguments
//! as lists over regions, and nothing that could be missing.

use chrono::{DateTime, Utc};
use folkmoot_domain::Key;

use crate::{
    ListError, ListName, PageArgs,
    walk::{Cursors, Walk},
};

/// One page of a list in memory.
#[derive(Clone, Debug)]
pub struct NamedPage<T> {
    /// The rows, in the list's own order whichever way it is walked.
    pub rows: Vec<T>,
    /// Makes their cursors.
    pub cursors: Cursors,
    /// True if there are rows after the last one.
    pub has_next_page: bool,
    /// True if there are rows before the first one.
    pub has_previous_page: bool,
    /// How many rows the list has.
    pub total_count: u64,
}

/// Pages through `rows`, which hold the whole filtered list in its own direction.
pub fn page_in_memory<T: Clone>(
    list: &ListName<'_>,
    page: &PageArgs,
    now: DateTime<Utc>,
    rows: &[T],
    key: impl Fn(&T) -> Key,
) -> Result<NamedPage<T>, ListError> {
    debug_assert!(rows.is_sorted_by(|a, b| list.direction.compare(&key(a), &key(b)).is_lt()));
    // Reference data is one snapshot: no region can join behind the walk.
    let walk = Walk::open(list, page, now, 0)?;
    if walk.gap_of.is_some() {
        return Err(ListError::CursorMalformed);
    }
    let after = walk.bounds.after.as_ref();
    // By place in the list, not in the walk: rows before the cursor, and rows from it on.
    let before =
        |row: &T| after.is_some_and(|after| list.direction.compare(&key(row), after).is_lt());
    let up_to =
        |row: &T| after.is_some_and(|after| list.direction.compare(&key(row), after).is_le());
    let first = walk.bounds.first;
    let range = match (walk.is_backward, after) {
        (false, _) => {
            let start = rows.partition_point(up_to);
            start..rows.len().min(start.saturating_add(first))
        }
        (true, None) => rows.len().saturating_sub(first)..rows.len(),
        (true, Some(_)) => {
            let end = rows.partition_point(before);
            end.saturating_sub(first)..end
        }
    };
    Ok(NamedPage {
        has_next_page: range.end < rows.len(),
        has_previous_page: range.start > 0,
        total_count: rows.len() as u64,
        rows: rows[range].to_vec(),
        cursors: walk.cursors(0, false),
    })
}

#[cfg(test)]
mod tests;
