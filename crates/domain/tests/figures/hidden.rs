//! What hidden rows tell anyone who knows the rules and who gave a level.
//!
//! In public a hidden row says "few, or nearly all alike". Who knows that enough councils gave a
//! level in confidence knows which of the two. It is not told *at which level* they are alike, and
//! no figure can tell: such a region is in none. The levels of a hidden block can be exchanged for
//! one another throughout, and all that is public stays.

use std::collections::BTreeSet;

use folkmoot_domain::{CouncilId, RegionId, RowScope, Shown, Suppression};

use crate::{
    K, nations,
    published::{Row, Rules, Table, release},
    world::World,
};

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
    let there = table.there.iter().flat_map(|(there, threshold)| self::told(there, *threshold));
    told.chain(there).collect()
}

/// The numbers of councils and regions that a table says it covers are about who gave a level and
/// which rows are there: nothing that the attacker has not got already.
#[test]
fn coverage_follows_from_who_gave_a_level_and_which_rows_are_written() {
    let is_shown = |table: &Table, scope| {
        table.rows.get(&scope).is_some_and(|row| matches!(row.shown, Shown::Counts(_)))
    };
    for seed in 0..nations().div_ceil(6) {
        let world = World::random(seed);
        for (half, table) in world.halves.iter().zip(release(&world, Rules::Sound)) {
            let Some(nation) = table.rows.get(&RowScope::Nation) else { continue };
            let has_pool = is_shown(&table, RowScope::Others);
            let is_included = |region: &RegionId| {
                let councils = &table.rows[&RowScope::Region(*region)].councils;
                let in_confidence = councils.iter().filter(|one| !table.truth[*one].1).count();
                let is_late = half.late.contains(region) || half.very_late.contains(region);
                let is_pooled = has_pool && in_confidence < K;
                !is_late && (is_pooled || is_shown(&table, RowScope::Region(*region)))
            };
            let regions: Vec<_> = half.answers.keys().filter(|one| is_included(one)).collect();
            let rows = || regions.iter().map(|region| &table.rows[&RowScope::Region(**region)]);
            let councils: BTreeSet<_> = rows().flat_map(|row| &row.councils).copied().collect();
            assert_eq!(nation.councils, councils, "nation {seed}");
            assert_eq!(
                nation.eligible,
                rows().map(|row| row.eligible).sum::<u32>(),
                "nation {seed}"
            );
        }
    }
}
