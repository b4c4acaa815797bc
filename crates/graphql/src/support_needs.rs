//! How much support councils need, as far as the viewer may know it: published figures for
//! everyone, a region's answers as they stand for its coordinators.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Result;
use folkmoot_domain::{
    CellKey, Figures, HalfYear, Histogram, Measure, NeedOfPoint, NoFigure, PointId, Published,
    Region, RegionId, ReleaseRow, RowFilter, RowScope, ScopeKind, Shown, Standard, StandardId,
    Suppression,
};
use folkmoot_store::kind;

use crate::{
    asked::{Asked, Whose},
    elsewhere::elsewhere,
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
    /// Of a region, or of the nation; about the standard of this code, or, of a region, about the one
    /// that its latest answers are about.
    pub(crate) async fn read(
        asked: &Asked,
        region: Option<&Region>,
        standard: Option<&str>,
    ) -> Result<Self> {
        let published = asked.published().await?;
        let given = standard.map(|code| asked.standard(Some(code))).transpose()?;
        if let Some(region) = region
            && asked.viewer.coordinates(region)
            && !region.door.keeps_its_answers()
        {
            return live(asked, region, given, &published).await;
        }
        let latest = || region.and_then(|region| latest_published(asked, region, &published));
        let standard = given.or_else(latest).map_or_else(|| asked.standard(None), Ok)?;
        LatestFigures::of(&published, standard).needs(asked, region, standard).await
    }
}

/// What the latest half-year's releases say of support needs.
struct LatestFigures {
    half_year: Option<HalfYear>,
    rows: BTreeMap<(PointId, RowScope), ReleaseRow>,
}

impl LatestFigures {
    fn of(published: &Published, standard: &Standard) -> Self {
        let half_year = published.latest_half_year(standard.id);
        let Some(latest) = half_year else { return Self { half_year, rows: BTreeMap::new() } };
        let filter = RowFilter {
            half_years: Some((latest, latest)),
            standard: Some(standard.id),
            measure: Some(Measure::SupportNeed),
            scopes: Some(vec![ScopeKind::Region, ScopeKind::Nation]),
            ..RowFilter::default()
        };
        let rows = published.rows(&filter);
        let rows = rows.map(|row| ((row.point, row.scope), row.clone())).collect();
        Self { half_year, rows }
    }

    fn figure(&self, point: PointId, scope: RowScope) -> Result<Histogram, NoFigure> {
        let shown = self.rows.get(&(point, scope)).map(|row| row.shown);
        match shown {
            Some(Shown::Counts(histogram)) => Ok(histogram),
            shown => Err(shown.and_then(Shown::no_figure).unwrap_or(NoFigure::NotPublished)),
        }
    }

    async fn needs(
        &self,
        asked: &Asked,
        region: Option<&Region>,
        standard: &Standard,
    ) -> Result<SupportNeeds> {
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
        let said = match (self.half_year, region) {
            (None, _) => "No figures are published yet.".to_owned(),
            (Some(half_year), None) if !is_published || !is_nation_whole => format!(
                "Published figures of {}, not of every region: `capability {{ coverage }}` says \
                 how many are in them.",
                half_year.in_words()
            ),
            (Some(half_year), Some(region)) if !is_published => {
                let why = why_not_in(asked, region, half_year).await?;
                format!("Published figures of {}. {why}", half_year.in_words())
            }
            (Some(half_year), _) => format!("Published figures of {}.", half_year.in_words()),
        };
        Ok(SupportNeeds {
            figures: if region.is_some() { Figures::Published } else { Figures::Nation },
            half_year: self.half_year,
            points,
            complete: is_published && (region.is_some() || is_nation_whole),
            note: format!("{said}{}", about(asked, standard)),
        })
    }
}

/// Which standard a note is about, unless it is the usual one.
fn about(asked: &Asked, standard: &Standard) -> String {
    match asked.reference.default_standard() {
        Some(default) if default.id == standard.id => String::new(),
        _ => format!(" They are about the {} (`{}`).", standard.title, standard.code),
    }
}

/// Why a region is not in the figures of a half-year, a sentence.
async fn why_not_in(asked: &Asked, region: &Region, half_year: HalfYear) -> Result<String> {
    if region.door.keeps_its_answers() {
        let elsewhere = elsewhere(asked, &[region], half_year).await;
        let sentence = elsewhere.map_err(|failed| error::store(&failed))?.into_iter().next();
        if let Some(sentence) = sentence {
            return Ok(sentence);
        }
    }
    Ok(format!(
        "{} is not in them: it did not ask, closed too late, asked about another standard, or took \
         them back.",
        region.name
    ))
}

/// The standard that a region's latest published figures are about.
fn latest_published<'a>(
    asked: &'a Asked,
    region: &Region,
    published: &Published,
) -> Option<&'a Standard> {
    let filter = RowFilter {
        measure: Some(Measure::SupportNeed),
        scopes: Some(vec![ScopeKind::Region]),
        region: Some(region.id),
        ..RowFilter::default()
    };
    // Every region has a row of every standard.
    let was_asked = |row: &&ReleaseRow| row.shown != Shown::Hidden(Suppression::NotAsked);
    let rows = published.rows(&filter).filter(was_asked);
    latest_of(asked, rows.map(|row| (row.half_year, row.standard)))
}

/// The standard of the latest half-year; of several, the youngest.
fn latest_of(
    asked: &Asked,
    answers: impl Iterator<Item = (HalfYear, StandardId)>,
) -> Option<&Standard> {
    let answers: BTreeSet<_> = answers.collect();
    let standards = answers
        .into_iter()
        .filter_map(|(half_year, standard)| Some((half_year, asked.reference.standard(standard)?)));
    let latest = standards.max_by_key(|(half_year, standard)| (*half_year, standard.published_on));
    latest.map(|(_, standard)| standard)
}

/// A region's answers as they stand: of this half-year once somebody has answered in it, else of
/// the one before.
async fn live(
    asked: &Asked,
    region: &Region,
    given: Option<&Standard>,
    published: &Published,
) -> Result<SupportNeeds> {
    let this = HalfYear::of(asked.today());
    let all = asked.reference.standards().iter().flat_map(|standard| &standard.points);
    let ids: Vec<_> = all.map(|point| point.id).collect();
    let span = (this.previous(), this);
    let store = asked.store(&[kind::CAPABILITY], Whose::Anybodys);
    let cells = store.capability_cells(&[region.id], span, &ids).await;
    let cells = cells.map_err(|failed| error::store(&failed))?;
    let needs = cells.keys().filter(|key| key.measure == Measure::SupportNeed);
    let needs =
        needs.filter_map(|key| Some((key.half_year, asked.reference.point(key.point)?.standard)));
    let needs: Vec<_> = needs.collect();
    let latest = latest_of(asked, needs.iter().copied());
    let known = given.or(latest).or_else(|| latest_published(asked, region, published));
    let standard = known.map_or_else(|| asked.standard(None), Ok)?;
    let half_years = needs.iter().filter(|(_, one)| *one == standard.id).map(|need| need.0);
    let answered = half_years.max();
    let half_year = answered.unwrap_or(this);
    let eligible = members(asked, region.id);
    let national = LatestFigures::of(published, standard);
    let points = standard.points.iter().map(|point| {
        let measure = Measure::SupportNeed;
        let key = CellKey { region: region.id, half_year, point: point.id, measure };
        NeedOfPoint {
            point: point.id,
            number: point.number,
            region: cells.get(&key).map(|cell| cell.all).ok_or(NoFigure::NotAsked),
            nation: national.figure(point.id, RowScope::Nation).ok(),
            eligible,
        }
    });
    let points = points.collect();
    let elsewhere = match latest {
        Some(latest) if answered.is_none() => {
            format!(" The latest answers are about another: pass `standard: \"{}\"`.", latest.code)
        }
        _ => String::new(),
    };
    let nation = national.half_year.map_or_else(String::new, |latest| {
        format!(" National figures are the published ones of {}.", latest.in_words())
    });
    Ok(SupportNeeds {
        figures: Figures::Live,
        half_year: Some(half_year),
        points,
        complete: true,
        note: format!(
            "Answers in {} as they stand today, for coordinators of {}: do not publish them.{}\
             {elsewhere}{nation}",
            half_year.in_words(),
            region.name,
            about(asked, standard),
        ),
    })
}

fn members(asked: &Asked, region: RegionId) -> u32 {
    let members = asked.reference.home_members(region, asked.today());
    u32::try_from(members.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use folkmoot_domain::Hidden;

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
        let latest = LatestFigures { half_year: None, rows: rows.into_iter().collect() };
        latest.figure(point, scope)
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
