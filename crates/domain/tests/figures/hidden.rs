//! What hidden rows tell anyone who knows the rules and who gave a level.
//!
//! In public a hidden row says "few, or nearly all alike". Who knows that enough councils gave a
//! level in confidence knows which of the two. It is not told *at which level* they are alike, and
//! no figure can tell: such a region is in none. The levels of a hidden block can be exchanged for
//! one another throughout, and all that is public stays.

use std::collections::BTreeSet;

use folkmoot_domain::{CouncilId, RowScope, Shown, Suppression};

use crate::published::{Row, Table};

/// These councils are nearly alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) councils: BTreeSet<CouncilId>,
    /// Or no two of them are at one level.
    pub(crate) or_all_differ: bool,
}

/// What the hidden rows of a table tell, with a threshold of `k` councils.
pub(crate) fn told(table: &Table, k: usize) -> Vec<Told> {
    let in_confidence = |row: &Row| -> BTreeSet<CouncilId> {
        row.councils.iter().filter(|one| !table.truth[*one].1).copied().collect()
    };
    let is_hidden = |row: &Row| matches!(row.shown, Shown::Hidden(Suppression::Block(_)));
    let hidden = || table.rows.iter().filter(|(_, row)| is_hidden(row));
    let told = hidden().filter_map(|(scope, row)| {
        let councils = in_confidence(row);
        if councils.len() < k {
            return None;
        }
        let or_all_differ = *scope == RowScope::Others;
        // A pool may be hidden because most of it is one region's.
        let regions = hidden().filter(|(scope, _)| matches!(scope, RowScope::Region(_)));
        let largest = regions.map(|(_, row)| in_confidence(row));
        let largest = largest.filter(|part| part.is_subset(&councils)).map(|part| part.len()).max();
        let is_one_region = or_all_differ && largest.is_some_and(|most| most + 2 > councils.len());
        (!is_one_region).then_some(Told { councils, or_all_differ })
    });
    told.collect()
}
