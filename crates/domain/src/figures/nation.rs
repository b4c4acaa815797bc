//! The rows that are written once all regions have closed: other regions, national, matched.

use std::collections::BTreeSet;

use super::{
    Answers, Block, Half, Hidden, Matched, Paired, Safeguards, Threshold, Unmatched, matched,
};
use crate::{Histogram, RegionId};

/// What a table says of the nation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationRows {
    /// The regions of the row "Other regions" and the row; or why it is hidden.
    pub others: Result<(BTreeSet<RegionId>, Histogram), Hidden>,
    /// The sum of all written rows; `None` if there are none.
    pub national: Option<Histogram>,
    /// The matched pair.
    pub matched: Result<Matched, Unmatched>,
}

/// The national rows of a table, from the answers of all regions that have closed.
///
/// `written` are the regions that have a row of their own; `kept_out` those that are in no pool:
/// those whose answers are kept elsewhere, so that counts of them stand among the answers, and those
/// that were hidden as nearly alike by a lower threshold; `before` is the same table of the
/// half-year before.
pub fn nation_rows(
    answers: &Answers,
    written: &BTreeSet<RegionId>,
    kept_out: &BTreeSet<RegionId>,
    before: Option<Half<'_>>,
    threshold: Threshold,
) -> NationRows {
    rows(answers, written, kept_out, before, threshold, Safeguards::SOUND)
}

pub(super) fn rows(
    answers: &Answers,
    written: &BTreeSet<RegionId>,
    kept_out: &BTreeSet<RegionId>,
    before: Option<Half<'_>>,
    threshold: Threshold,
    safeguards: Safeguards,
) -> NationRows {
    let of = |regions: &BTreeSet<RegionId>| {
        Block::of(regions.iter().filter_map(|region| answers.get(region)).flatten())
    };
    let kept_out = if safeguards.apart { kept_out } else { &BTreeSet::new() };
    let others = pool(answers, written, kept_out, threshold, safeguards);
    let others = others.map(|regions| {
        let sum = of(&regions).all;
        (regions, sum)
    });
    let mut blocks: Vec<BTreeSet<RegionId>> =
        written.iter().map(|region| BTreeSet::from([*region])).collect();
    blocks.extend(others.iter().map(|(regions, _)| regions.clone()));
    let in_national = if safeguards.written_only {
        blocks.iter().flatten().copied().collect()
    } else {
        answers.keys().copied().collect()
    };
    let national = of(&in_national).all;
    let now = Half { answers, written: &blocks, paired: &Paired::Not };
    NationRows {
        others,
        national: (!blocks.is_empty()).then_some(national),
        matched: before.map_or(Err(Unmatched::NothingBefore), |before| {
            matched::matched(before, now, threshold, safeguards)
        }),
    }
}

/// The regions that are shown together because each alone has too few councils.
///
/// A region that is hidden because it is nearly alike is not among them: it is known to be
/// hidden and, by who answered, not to be small, so that the sum would tell which level it is
/// nearly all at. It stays out of every figure.
///
/// It stays so if the threshold rises afterwards: that it was not small by the lower one is known.
///
/// Nor is a region that is counted elsewhere: there it may be in another pool, and whoever
/// subtracts one from the other is left with the regions that are in one of them only.
fn pool(
    answers: &Answers,
    written: &BTreeSet<RegionId>,
    kept_out: &BTreeSet<RegionId>,
    threshold: Threshold,
    safeguards: Safeguards,
) -> Result<BTreeSet<RegionId>, Hidden> {
    let rated = |region: &RegionId| Block::of(&answers[region]).confidential.rated();
    let may_be_in = |region: &&RegionId| !written.contains(region) && !kept_out.contains(region);
    let unwritten = answers.keys().filter(may_be_in);
    let small: BTreeSet<RegionId> = unwritten
        .filter(|region| !answers[region].is_empty())
        .filter(|region| Block::of(&answers[region]).test(threshold) == Err(Hidden::Few))
        .copied()
        .collect();
    let block = Block::of(small.iter().flat_map(|region| &answers[region]));
    if !safeguards.pool {
        return if small.is_empty() { Err(Hidden::Few) } else { Ok(small) };
    }
    block.test(threshold)?;
    let councils = block.confidential.rated();
    if block.confidential.largest() < 2 {
        return Err(Hidden::Few);
    }
    if small.iter().any(|region| rated(region) > councils - 2) {
        return Err(Hidden::OneRegion);
    }
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::{super::block::tests::answers, *};

    fn nation(regions: &[(&str, &[u8])]) -> (Answers, NationRows) {
        let answers: Answers = regions
            .iter()
            .map(|(name, codes)| (RegionId::derived(name), answers(name, codes)))
            .collect();
        let written = answers
            .iter()
            .filter(|(_, of_region)| Threshold::LEAST.region_row(of_region).is_ok())
            .map(|(region, _)| *region)
            .collect();
        let rows = nation_rows(&answers, &written, &BTreeSet::new(), None, Threshold::LEAST);
        (answers, rows)
    }

    #[test]
    fn national_is_the_sum_of_written_rows_and_of_nothing_else() {
        let (_, rows) = nation(&[
            ("wide", &[0, 1, 2, 3, 4, 5]),
            ("alike", &[2, 2, 2, 2, 2, 2]),
            ("small", &[1, 1, 4]),
            ("tiny", &[1, 3]),
            ("silent", &[]),
        ]);
        let (regions, others) = rows.others.expect("five of two regions, two alike, three not");
        assert_eq!(regions, ["small", "tiny"].map(RegionId::derived).into());
        assert_eq!(others.levels, [0, 3, 0, 1, 1]);
        let national = rows.national.expect("rows are written");
        assert_eq!((national.levels, national.not_rated), ([1, 4, 1, 2, 2], 1));
    }

    #[test]
    fn the_pool_hides_its_regions_from_one_another() {
        let one_region = nation(&[("a", &[1, 1, 4, 3]), ("b", &[2])]).1;
        assert_eq!(one_region.others, Err(Hidden::OneRegion));
        let all_differ = nation(&[("a", &[0, 1, 2]), ("b", &[3, 4])]).1;
        assert_eq!(all_differ.others, Err(Hidden::Few), "every level occurs once");
        assert_eq!(nation(&[("a", &[1, 1])]).1.national, None);
    }
}
