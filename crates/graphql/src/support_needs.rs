//! How much support councils need, as far as the viewer may know it: published figures for
//! everyone, a region's answers as they stand for its coordinators.

use std::collections::BTreeMap;

use async_graphql::Result;
use folkmoot_domain::{
    CellKey, Figures, HalfYear, Histogram, Measure, NeedOfPoint, NoFigure, PointId, Region,
    RegionId, ReleaseRow, RowFilter, RowScope, ScopeKind, Shown, Standard,
};
use folkmoot_store::kind;

use crate::{
    asked::{Asked, Whose},
    error,
};

/// Support needs by point.
pub(crate) struct SupportNeeds {
    pub(crate) figures: Figures,
    /// The half-year of the figures; none if nothing is published.
    pub(crate) half_year: Option<HalfYear>,
    pub(crate) points: Vec<NeedOfPoint>,
    /// False if figures are missing that should be there.
    pub(crate) complete: bool,
    /// What these figures are, in a sentence or two.
    pub(crate) note: String,
}

impl SupportNeeds {
    /// Of a region, or of the nation.
    pub(crate) async fn read(
        asked: &Asked,
        region: Option<&Region>,
        standard: &Standard,
    ) -> Result<Self> {
        let published = Published::read(asked, standard).await?;
        match region {
            Some(region) if asked.viewer.coordinates(region) => {
                live(asked, region, standard, &published).await
            }
            region => Ok(published.needs(asked, region, standard)),
        }
    }
}

/// What the latest half-year's releases say of support needs.
struct Published {
    half_year: Option<HalfYear>,
    rows: BTreeMap<(PointId, RowScope), ReleaseRow>,
}

impl Published {
    async fn read(asked: &Asked, standard: &Standard) -> Result<Self> {
        let published = asked.published().await?;
        let half_year = published.latest_half_year(standard.id);
        let Some(latest) = half_year else { return Ok(Self { half_year, rows: BTreeMap::new() }) };
        let filter = RowFilter {
            half_years: Some((latest, latest)),
            standard: Some(standard.id),
            measure: Some(Measure::SupportNeed),
            scopes: Some(vec![ScopeKind::Region, ScopeKind::Nation]),
            ..RowFilter::default()
        };
        let rows = published.rows(&filter);
        let rows = rows.map(|row| ((row.point, row.scope), row.clone())).collect();
        Ok(Self { half_year, rows })
    }

    fn figure(&self, point: PointId, scope: RowScope) -> Result<Histogram, NoFigure> {
        let shown = self.rows.get(&(point, scope)).map(|row| row.shown);
        match shown {
            Some(Shown::Counts(histogram)) => Ok(histogram),
            shown => Err(shown.and_then(Shown::no_figure).unwrap_or(NoFigure::NotPublished)),
        }
    }

    fn needs(&self, asked: &Asked, region: Option<&Region>, standard: &Standard) -> SupportNeeds {
        let scope = region.map_or(RowScope::Nation, |region| RowScope::Region(region.id));
        let points = standard.points.iter().map(|point| NeedOfPoint {
            point: point.id,
            number: point.number,
            region: self.figure(point.id, scope),
            nation: region.and_then(|_| self.figure(point.id, RowScope::Nation).ok()),
            eligible: match (self.rows.get(&(point.id, scope)), region) {
                (Some(row), _) => row.eligible,
                (None, Some(region)) => members(asked, region.id),
                (None, None) => 0,
            },
        });
        let points: Vec<_> = points.collect();
        let is_missing = |need: &NeedOfPoint| need.region == Err(NoFigure::NotPublished);
        let is_nation_whole =
            self.rows.values().filter(|row| row.scope == RowScope::Nation).all(|row| row.complete);
        let is_published = !points.iter().any(is_missing);
        let note = match (self.half_year, region) {
            (None, _) => "No figures are published yet.".to_owned(),
            (Some(half_year), None) if is_published && is_nation_whole => {
                format!("Published figures of {}.", half_year.in_words())
            }
            (Some(half_year), None) => format!(
                "Published figures of {}, not of every region: `capability {{ coverage }}` says \
                 how many are in them.",
                half_year.in_words()
            ),
            (Some(half_year), Some(_)) if is_published => {
                format!("Published figures of {}.", half_year.in_words())
            }
            (Some(half_year), Some(region)) => format!(
                "Published figures of {}; {} closed too late for them, asked about another \
                 standard, or took them back.",
                half_year.in_words(),
                region.name
            ),
        };
        SupportNeeds {
            figures: if region.is_some() { Figures::Published } else { Figures::Nation },
            half_year: self.half_year,
            points,
            complete: is_published && (region.is_some() || is_nation_whole),
            note,
        }
    }
}

/// A region's answers as they stand: of this half-year once somebody has answered in it, else of
/// the one before.
async fn live(
    asked: &Asked,
    region: &Region,
    standard: &Standard,
    published: &Published,
) -> Result<SupportNeeds> {
    let this = HalfYear::of(asked.today());
    let ids: Vec<_> = standard.points.iter().map(|point| point.id).collect();
    let span = (this.previous(), this);
    let store = asked.store(&[kind::CAPABILITY], Whose::Anybodys);
    let cells = store.capability_cells(&[region.id], span, &ids).await;
    let cells = cells.map_err(|failed| error::store(&failed))?;
    let is_need = |key: &&CellKey| key.measure == Measure::SupportNeed;
    let half_year = cells.keys().filter(is_need).map(|key| key.half_year).max().unwrap_or(this);
    let eligible = members(asked, region.id);
    let points = standard.points.iter().map(|point| {
        let measure = Measure::SupportNeed;
        let key = CellKey { region: region.id, half_year, point: point.id, measure };
        NeedOfPoint {
            point: point.id,
            number: point.number,
            region: cells.get(&key).map(|cell| cell.all).ok_or(NoFigure::NotAsked),
            nation: published.figure(point.id, RowScope::Nation).ok(),
            eligible,
        }
    });
    let nation = published.half_year.map_or_else(String::new, |latest| {
        format!(" National figures are the published ones of {}.", latest.in_words())
    });
    Ok(SupportNeeds {
        figures: Figures::Live,
        half_year: Some(half_year),
        points: points.collect(),
        complete: true,
        note: format!(
            "Answers in {} as they stand today, for coordinators of {}: do not publish them.{nation}",
            half_year.in_words(),
            region.name
        ),
    })
}

fn members(asked: &Asked, region: RegionId) -> u32 {
    let members = asked.reference.home_members(region, asked.today());
    u32::try_from(members.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use folkmoot_domain::{Hidden, StandardId, Suppression};

    use super::*;

    fn row(scope: RowScope, shown: Shown) -> ReleaseRow {
        ReleaseRow {
            release: 1,
            half_year: "2026-H1".parse().expect("a half-year"),
            standard: StandardId::derived("lgdss-2016"),
            point: PointId::derived("agile"),
            measure: Measure::SupportNeed,
            scope,
            regions: Vec::new(),
            shown,
            eligible: 12,
            complete: true,
            break_reason: None,
            as_of: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn figure(shown: Option<Shown>) -> Result<Histogram, NoFigure> {
        let (point, scope) = (PointId::derived("agile"), RowScope::Region(RegionId::derived("a")));
        let rows = shown.map(|shown| ((point, scope), row(scope, shown)));
        let published = Published { half_year: None, rows: rows.into_iter().collect() };
        published.figure(point, scope)
    }

    #[test]
    fn a_row_without_counts_says_why_and_not_which_of_the_reasons_to_hide_it() {
        let counts = Histogram { levels: [1, 2, 3, 4, 5], not_rated: 6 };
        assert_eq!(figure(Some(Shown::Counts(counts))), Ok(counts));
        for hidden in [Hidden::Few, Hidden::NearlyAlike, Hidden::OneRegion] {
            let shown = Shown::Hidden(Suppression::Block(hidden));
            assert_eq!(figure(Some(shown)), Err(NoFigure::Hidden));
        }
        let not_asked = Shown::Hidden(Suppression::NotAsked);
        assert_eq!(figure(Some(not_asked)), Err(NoFigure::NotAsked));
        assert_eq!(figure(Some(Shown::Withdrawn)), Err(NoFigure::NotPublished));
        assert_eq!(figure(None), Err(NoFigure::NotPublished));
    }
}
