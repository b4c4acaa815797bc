//! Where a region needs most support, against the nation.

use std::cmp::Ordering;

use super::{NoFigure, Share, sentence, spoken_need};
use crate::{Histogram, PointId};

/// Which figures a ranking is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figures {
    /// Released ones of a region, for everyone.
    Published,
    /// Released ones of the nation itself: there is nothing to compare them with.
    Nation,
    /// The region's own answers as they stand, for its signed-in people.
    Live,
}

/// What is known of the need for support on a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeedOfPoint {
    /// The point.
    pub point: PointId,
    /// Its number within its standard.
    pub number: u16,
    /// The region's support needs, or why there are none to show.
    pub region: Result<Histogram, NoFigure>,
    /// The nation's, as published; absent if they are not.
    pub nation: Option<Histogram>,
    /// Home members of the region.
    pub eligible: u32,
}

/// A point's place in the ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportRank {
    /// The point.
    pub point: PointId,
    /// Its number within its standard.
    pub number: u16,
    /// 1 for where the need is greatest; none without a figure.
    pub rank: Option<u32>,
    /// Councils of the region that need much or urgent support.
    pub share: Result<Share, NoFigure>,
    /// The same of the nation.
    pub nation: Option<Share>,
    /// Councils that answered, with or without a level; none where the figure is hidden.
    pub responded: Option<u32>,
    /// Home members of the region.
    pub eligible: u32,
    /// A sentence that says all this.
    pub because: String,
}

/// Points by how many councils of the region need support at level 3 or 4, which the rubric calls
/// "much" and "urgent".
///
/// 1. The greater share comes first; shares are compared exactly, not as they are rounded.
/// 2. Of two alike, the one that stands out more from the nation; an unpublished national figure
///    stands out least.
/// 3. Then the lower point number, then the lower id.
/// 4. Points without a figure come last and have no rank: a place among the others would say
///    what the figure does not. Published figures in which nobody gave a level count as hidden.
pub fn support_ranking(rows: Vec<NeedOfPoint>, figures: Figures) -> Vec<SupportRank> {
    let mut ranking: Vec<_> = rows.into_iter().map(|row| unranked(row, figures)).collect();
    ranking.sort_by(by_need);
    for (rank, row) in (1..).zip(ranking.iter_mut().filter(|row| row.share.is_ok())) {
        row.rank = Some(rank);
    }
    ranking
}

fn unranked(row: NeedOfPoint, figures: Figures) -> SupportRank {
    let without_level = match figures {
        Figures::Published | Figures::Nation => NoFigure::Hidden,
        Figures::Live => NoFigure::NotAsked,
    };
    let share =
        row.region.and_then(|histogram| Share::at_three_or_more(&histogram).ok_or(without_level));
    let nation = row.nation.as_ref().and_then(Share::at_three_or_more);
    let answered = |histogram: Histogram| histogram.rated().saturating_add(histogram.not_rated);
    SupportRank {
        point: row.point,
        number: row.number,
        rank: None,
        share,
        nation,
        responded: row.region.ok().filter(|_| share != Err(NoFigure::Hidden)).map(answered),
        eligible: row.eligible,
        because: because(share, nation, figures),
    }
}

fn by_need(left: &SupportRank, right: &SupportRank) -> Ordering {
    let by_share = match (left.share, right.share) {
        (Ok(left), Ok(right)) => right.compare(left),
        (left, right) => left.is_err().cmp(&right.is_err()),
    };
    // Without shares there is no difference to the nation, and with equal ones it is the greater
    // the less the nation needs.
    let by_difference = || match (left.nation, right.nation) {
        _ if left.share.is_err() => Ordering::Equal,
        (Some(left), Some(right)) => left.compare(right),
        (left, right) => left.is_none().cmp(&right.is_none()),
    };
    let by_point = || (left.number, left.point).cmp(&(right.number, right.point));
    by_share.then_with(by_difference).then_with(by_point)
}

fn because(share: Result<Share, NoFigure>, nation: Option<Share>, figures: Figures) -> String {
    let of_nation = nation.map(|share| format!("{}% in the nation", share.percent()));
    let share = match share {
        Ok(share) => spoken_need(share),
        Err(no_figure) => {
            let why = match no_figure {
                NoFigure::Hidden => "not published: few councils answered, or nearly all alike",
                NoFigure::NotAsked => "no council has said how much support it needs",
                NoFigure::NotPublished => "not published for this half-year",
            };
            return sentence(
                &[Some(why.to_owned()), of_nation].into_iter().flatten().collect::<Vec<_>>(),
            );
        }
    };
    let so_far = match figures {
        Figures::Published | Figures::Nation => "",
        Figures::Live => " by the answers so far",
    };
    match of_nation {
        Some(of_nation) => sentence(&[format!("{share}{so_far}, against {of_nation}")]),
        None if figures == Figures::Nation => sentence(&[share]),
        None => {
            sentence(&[format!("{share}{so_far}"), "no national figure is published".to_owned()])
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// So many of so many councils at level 3, the others at 1.
    fn histogram(part: u32, whole: u32) -> Histogram {
        Histogram { levels: [0, whole - part, 0, part, 0], not_rated: 1 }
    }

    fn row(number: u16, region: Result<(u32, u32), NoFigure>, nation: (u32, u32)) -> NeedOfPoint {
        NeedOfPoint {
            point: PointId::derived(&number.to_string()),
            number,
            region: region.map(|(part, whole)| histogram(part, whole)),
            nation: (nation.1 > 0).then(|| histogram(nation.0, nation.1)),
            eligible: 33,
        }
    }

    fn numbers(ranking: &[SupportRank]) -> Vec<(u16, Option<u32>)> {
        ranking.iter().map(|row| (row.number, row.rank)).collect()
    }

    #[test]
    fn the_greatest_need_leads_then_what_stands_out_then_the_number() {
        let rows = vec![
            row(1, Ok((1, 4)), (0, 0)),
            row(2, Ok((3, 4)), (1, 2)),
            row(3, Err(NoFigure::Hidden), (9, 10)),
            row(4, Ok((2, 4)), (1, 2)),
            row(5, Ok((3, 6)), (1, 3)),
            row(6, Err(NoFigure::NotAsked), (1, 10)),
            row(7, Ok((1, 4)), (9, 10)),
            row(8, Ok((2, 4)), (1, 2)),
        ];

        let ranking = support_ranking(rows, Figures::Published);

        let ranked = [(2, 1), (5, 2), (4, 3), (8, 4), (7, 5), (1, 6)];
        let mut expected: Vec<_> = ranked.map(|(number, rank)| (number, Some(rank))).into();
        expected.extend([(3, None), (6, None)]);
        assert_eq!(numbers(&ranking), expected);
    }

    #[test]
    fn each_row_says_why_in_a_sentence() {
        let nation = (31, 100);
        let cases = [
            (
                Ok((12, 27)),
                nation,
                Figures::Published,
                "12 of 27 councils need much or urgent support (44%), against 31% in the nation.",
            ),
            (
                Ok((12, 27)),
                nation,
                Figures::Live,
                "12 of 27 councils need much or urgent support (44%) by the answers so far, \
                 against 31% in the nation.",
            ),
            (
                Ok((1, 6)),
                (0, 0),
                Figures::Published,
                "1 of 6 councils needs much or urgent support (17%); no national figure is \
                 published.",
            ),
            (
                Err(NoFigure::Hidden),
                nation,
                Figures::Published,
                "Not published: few councils answered, or nearly all alike; 31% in the nation.",
            ),
            (
                Err(NoFigure::NotAsked),
                (0, 0),
                Figures::Live,
                "No council has said how much support it needs.",
            ),
        ];
        for (region, nation, figures, because) in cases {
            let ranking = support_ranking(vec![row(1, region, nation)], figures);
            assert_eq!(ranking[0].because, because);
        }
    }

    #[test]
    fn a_figure_without_levels_is_hidden_in_public_and_unasked_at_home() {
        let silent = NeedOfPoint {
            region: Ok(Histogram { not_rated: 4, ..Default::default() }),
            ..row(1, Err(NoFigure::Hidden), (0, 0))
        };
        let shown = [Figures::Published, Figures::Live].map(|figures| {
            let row = &support_ranking(vec![silent], figures)[0];
            (row.rank, row.share, row.responded)
        });
        assert_eq!(
            shown,
            [(None, Err(NoFigure::Hidden), None), (None, Err(NoFigure::NotAsked), Some(4))]
        );
    }

    fn any_row() -> impl Strategy<Value = NeedOfPoint> {
        let figure = (0..4u32, 1..4u32).prop_map(|(part, whole)| (part.min(whole), whole));
        let region = prop_oneof![
            figure.clone().prop_map(Ok),
            Just(Err(NoFigure::Hidden)),
            Just(Err(NoFigure::NotAsked))
        ];
        (0..3u16, 0..1000u16, region, prop_oneof![figure, Just((0, 0))]).prop_map(
            |(number, id, region, nation)| NeedOfPoint {
                point: PointId::derived(&format!("{number}/{id}")),
                ..row(number, region, nation)
            },
        )
    }

    proptest! {
        #[test]
        fn any_order_of_rows_gives_the_same_ranking(
            (rows, shuffled) in prop::collection::vec(any_row(), 0..12).prop_flat_map(|mut rows| {
                rows.sort_by_key(|row| row.point);
                rows.dedup_by_key(|row| row.point);
                (Just(rows.clone()), Just(rows).prop_shuffle())
            })
        ) {
            let ranking = support_ranking(rows, Figures::Live);
            prop_assert_eq!(&ranking, &support_ranking(shuffled, Figures::Live));
            let ranks: Vec<_> = ranking.iter().filter_map(|row| row.rank).collect();
            prop_assert_eq!(&ranks, &(1..).take(ranks.len()).collect::<Vec<_>>());
        }
    }
}
