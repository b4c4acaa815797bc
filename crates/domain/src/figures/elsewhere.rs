//! Regions that keep their answers elsewhere and give counts of them: blocks like any other, but
//! for what cannot be known of them here.

use std::iter::repeat_n;

use super::{Frozen, Threshold};
use crate::{CouncilId, HalfYear, Histogram, LEVELS, Level, Rating, RegionId};

/// What a region gives of one table instead of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableCounts {
    /// Everybody.
    Complete {
        /// The councils that answered in confidence.
        confidential: Histogram,
        /// Those that publish their own answers.
        self_published: Histogram,
    },
    /// Its own row, and nothing where it hides it: *suppressed at source*. Who of these publishes
    /// its own answers, only the region knows.
    Suppressed(Histogram),
}

impl TableCounts {
    /// Whether it may be counted at all where figures have this threshold and the region's own
    /// have `theirs`. How many of a suppressed row publish their own answers is not known: by a
    /// lower threshold fewer than ours may be left in confidence.
    pub fn may_stand(&self, ours: Threshold, theirs: Option<Threshold>) -> bool {
        match self {
            Self::Complete { .. } => true,
            Self::Suppressed(_) => theirs.is_some_and(|theirs| theirs >= ours),
        }
    }

    /// All councils that answered.
    pub fn all(&self) -> Histogram {
        match *self {
            Self::Complete { confidential, self_published } => {
                [confidential, self_published].into_iter().sum()
            }
            Self::Suppressed(all) => all,
        }
    }

    /// The counts as answers of councils without a name. They are others in each half-year, so
    /// that nobody is matched with them: who of them is who in the next one is not known here.
    ///
    /// Of a row that was suppressed at source all count as given in confidence. The region tested
    /// it without those that publish their own, and whatever passes so passes with them, too, if
    /// its threshold is as high as ours ([`TableCounts::may_stand`]).
    pub fn answers(&self, region: RegionId, half_year: HalfYear) -> Vec<Frozen> {
        let (confidential, self_published) = match *self {
            Self::Complete { confidential, self_published } => (confidential, self_published),
            Self::Suppressed(all) => (all, Histogram::default()),
        };
        let each = |histogram: Histogram, is_published: bool| {
            let ratings = ratings(histogram).enumerate();
            ratings.map(move |(place, rating)| {
                let name = format!("{region}/{half_year}/{is_published}/{place}");
                Frozen { council: CouncilId::derived(&name), rating, is_published }
            })
        };
        each(confidential, false).chain(each(self_published, true)).collect()
    }
}

fn ratings(histogram: Histogram) -> impl Iterator<Item = Rating> {
    let level = |place: usize| Level::new(u8::try_from(place).unwrap_or(u8::MAX));
    let rated = (0..LEVELS).filter_map(move |place| Some((level(place)?, histogram.levels[place])));
    let rated = rated.flat_map(|(level, count)| repeat_n(Rating::Level(level), count as usize));
    // Don't know is in the same sum, and published in it.
    rated.chain(repeat_n(Rating::NotApplicable, histogram.not_rated as usize))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::{Half, Hidden, Paired, nation_rows};

    fn half_year(text: &str) -> HalfYear {
        text.parse().expect("a half-year")
    }

    fn complete(confidential: [u32; 5], self_published: [u32; 5]) -> TableCounts {
        let of = |levels| Histogram { levels, not_rated: 1 };
        let (confidential, self_published) = (of(confidential), of(self_published));
        TableCounts::Complete { confidential, self_published }
    }

    fn answers(name: &str, counts: TableCounts) -> (RegionId, Vec<Frozen>) {
        let region = RegionId::derived(name);
        (region, counts.answers(region, half_year("2026-H1")))
    }

    #[test]
    fn counts_are_the_row_that_the_answers_would_be() {
        let (_, given) = answers("kent", complete([1, 1, 1, 1, 1], [0, 0, 0, 0, 2]));
        let row = Threshold::LEAST.region_row(&given).expect("five in confidence");
        assert_eq!((row.levels, row.not_rated), ([1, 1, 1, 1, 3], 2));
        let (_, given) = answers("kent", complete([1, 1, 1, 1, 0], [0, 0, 0, 0, 3]));
        assert_eq!(Threshold::LEAST.region_row(&given), Err(Hidden::Few));
        let all = Histogram { levels: [1, 1, 1, 1, 3], not_rated: 0 };
        let (_, given) = answers("kent", TableCounts::Suppressed(all));
        assert_eq!(Threshold::LEAST.region_row(&given), Ok(all));
    }

    #[test]
    fn a_row_of_another_threshold_stands_only_if_that_is_as_high() {
        let row = TableCounts::Suppressed(Histogram { levels: [2, 2, 2, 3, 3], not_rated: 0 });
        let threshold = |councils| Threshold::new(councils).expect("at least five");
        assert!(row.may_stand(threshold(5), Some(threshold(5))));
        assert!(row.may_stand(threshold(5), Some(threshold(8))));
        assert!(!row.may_stand(threshold(10), Some(threshold(5))));
        assert!(!row.may_stand(threshold(5), None));
        assert!(complete([1, 1, 1, 1, 1], [0; 5]).may_stand(threshold(10), None));
    }

    #[test]
    fn a_region_that_is_counted_elsewhere_adds_up_and_is_in_no_pool() {
        let here: BTreeMap<_, _> = [
            answers("small", complete([1, 1, 1, 0, 0], [0; 5])),
            answers("tiny", complete([0, 1, 1, 0, 0], [0; 5])),
        ]
        .into();
        let elsewhere: BTreeMap<_, _> = [
            answers("kent", complete([2, 2, 2, 2, 2], [0; 5])),
            answers("marches", complete([2, 0, 0, 0, 2], [0; 5])),
        ]
        .into();
        let regions: BTreeSet<_> = elsewhere.keys().copied().collect();
        let written = BTreeSet::from([RegionId::derived("kent")]);
        let all = here.clone().into_iter().chain(elsewhere).collect();

        let rows = nation_rows(&all, &written, &regions, None, Threshold::LEAST);

        let (pooled, _) = rows.others.expect("five of two regions");
        assert_eq!(pooled, here.keys().copied().collect());
        assert_eq!(rows.national.expect("rows").levels, [3, 4, 4, 2, 2]);
    }

    #[test]
    fn nobody_is_matched_with_a_council_that_has_no_name() {
        let (region, now) = answers("kent", complete([8, 8, 8, 8, 8], [0; 5]));
        let before = complete([8, 8, 8, 8, 8], [0; 5]).answers(region, half_year("2025-H2"));
        let (now, before) = (BTreeMap::from([(region, now)]), BTreeMap::from([(region, before)]));
        let written = [BTreeSet::from([region])];
        let half = |answers| Half { answers, written: &written, paired: &Paired::Not };
        assert_eq!(half(&now).matched_with(half(&before)), BTreeSet::new());
        assert_eq!(half(&now).matched_with(half(&now)).len(), 40);
    }
}
