//! How much of the nation a table of published figures speaks of.

use std::collections::BTreeSet;

use async_graphql::Result;
use folkmoot_domain::{
    Council, Country, HalfYear, Published, Region, RegionId, ReleaseRow, RowFilter, ScopeKind,
    Shown,
};

use super::figures::Figure;
use crate::{
    asked::Asked,
    elsewhere::elsewhere,
    error,
    scalars::{DateTime, int},
    types::Coverage,
};

/// What the national rows beside a table say.
pub(super) struct Covered {
    pub(super) coverage: Coverage,
    /// Of the regions included, those that no longer take part.
    gone: usize,
    /// True if there is a national row beside the table.
    has_nation: bool,
    is_of_no_point: bool,
    /// Of regions that keep their own answers: why they are not in it, a sentence each.
    elsewhere: Vec<String>,
}

/// So many are told one by one.
const MOST_TOLD: usize = 5;

impl Covered {
    /// From the national rows of the table's standard, points and measures, in its latest
    /// half-year.
    pub(super) async fn read(
        asked: &Asked,
        published: &Published,
        table: &RowFilter,
        rows: &[&Figure],
    ) -> Result<Self> {
        let latest = rows.iter().map(|figure| figure.row.half_year).max();
        let beside = latest.map(|latest| RowFilter {
            half_years: Some((latest, latest)),
            scopes: Some(vec![ScopeKind::Nation]),
            region: None,
            ..table.clone()
        });
        let nation: Vec<_> = beside.iter().flat_map(|filter| published.rows(filter)).collect();
        let is_of_no_point = table.points.as_ref().is_some_and(Vec::is_empty);
        let elsewhere = match latest {
            None => Vec::new(),
            Some(latest) => {
                let regions = asked.reference.regions().iter();
                let keeps_its_own =
                    |region: &&Region| region.takes_part() && region.door.keeps_its_answers();
                let regions: Vec<_> = regions.filter(keeps_its_own).collect();
                let told = elsewhere(asked, &regions, latest).await;
                told.map_err(|failed| error::store(&failed))?
            }
        };
        Ok(Self { is_of_no_point, elsewhere, ..Self::of(asked, rows, &nation, latest) })
    }

    fn of(
        asked: &Asked,
        rows: &[&Figure],
        nation: &[&ReleaseRow],
        latest: Option<HalfYear>,
    ) -> Self {
        let shown = || {
            nation.iter().filter_map(|row| match row.shown {
                Shown::Counts(histogram) => Some((row, histogram)),
                Shown::Pair(_) | Shown::Hidden(_) | Shown::Withdrawn => None,
            })
        };
        let included: BTreeSet<RegionId> =
            shown().flat_map(|(row, _)| &row.regions).copied().collect();
        let regions = asked.reference.regions().iter();
        let taking_part: BTreeSet<RegionId> =
            regions.filter(|region| region.takes_part()).map(|region| region.id).collect();
        let last_day = latest.and_then(|latest| latest.ends_on().pred_opt());
        let day = last_day.unwrap_or_else(|| asked.today());
        let in_being =
            |council: &&Council| council.country == Country::England && council.life.contains(day);
        let coverage = Coverage {
            regions_included: int(included.len()),
            regions_expected: int(included.union(&taking_part).count()),
            councils_responded: shown().map(|(_, histogram)| histogram.rated()).max().map(int),
            councils_eligible: shown().map(|(row, _)| row.eligible).max().map_or(0, int),
            councils: int(asked.reference.councils().iter().filter(in_being).count()),
            oldest_as_of: rows.iter().map(|figure| figure.row.as_of).min().map(DateTime),
        };
        let gone = included.difference(&taking_part).count();
        let (has_nation, elsewhere) = (!nation.is_empty(), Vec::new());
        Self { coverage, gone, has_nation, is_of_no_point: false, elsewhere }
    }

    /// What the table is, in a sentence.
    pub(super) fn note(&self, rows: &[&Figure]) -> String {
        let half_years = || rows.iter().map(|figure| figure.row.half_year);
        let (Some(first), Some(last)) = (half_years().min(), half_years().max()) else {
            let nothing = match self.is_of_no_point {
                true => "No points were asked for.",
                false => "Nothing is published of this yet.",
            };
            return nothing.to_owned();
        };
        let when = if first == last {
            format!("Published figures of {}", last.in_words())
        } else {
            format!("Published figures from {} to {}", first.in_words(), last.in_words())
        };
        let regions = self.regions(last);
        let mut sentences = vec![match rows.iter().filter(|figure| !figure.row.complete).count() {
            0 => format!("{when}; {regions}."),
            lacking => format!(
                "{when}; {regions}; {lacking} of {} rows lack a region that was late, hidden or \
                 taken back.",
                rows.len()
            ),
        }];
        sentences.extend(self.elsewhere.iter().take(MOST_TOLD).cloned());
        match self.elsewhere.len().saturating_sub(MOST_TOLD) {
            0 => {}
            more => sentences.push(format!("{more} more regions keep their own answers.")),
        }
        sentences.join(" ")
    }

    fn regions(&self, latest: HalfYear) -> String {
        if !self.has_nation {
            return format!("national ones of {} are still to come", latest.in_words());
        }
        let gone = match self.gone {
            0 => String::new(),
            1 => ", one of which takes part no longer,".to_owned(),
            gone => format!(", {gone} of which take part no longer,"),
        };
        format!(
            "{} of {} regions{gone} are in the latest national ones",
            self.coverage.regions_included, self.coverage.regions_expected
        )
    }
}
