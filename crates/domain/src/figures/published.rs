//! All that was published, and what is asked of it.

use super::{Release, ReleaseRow, RowScope};
use crate::{HalfYear, Measure, PointId, RegionId, StandardId};

/// All releases with all their rows. They grow by a few hundred rows a half-year, however many
/// councils answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    releases: Vec<Release>,
    rows: Vec<ReleaseRow>,
}

/// Which published rows are asked for; every part that is present must hold.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct RowFilter {
    /// From one half-year to another, both included.
    pub half_years: Option<(HalfYear, HalfYear)>,
    pub standard: Option<StandardId>,
    pub points: Option<Vec<PointId>>,
    pub measure: Option<Measure>,
    pub scopes: Option<Vec<ScopeKind>>,
    /// For rows of one region: of this one.
    pub region: Option<RegionId>,
    /// Written by this release.
    pub release: Option<u32>,
}

/// A row's scope without its region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum ScopeKind {
    Region,
    Others,
    Nation,
    Matched,
}

impl From<RowScope> for ScopeKind {
    fn from(scope: RowScope) -> Self {
        match scope {
            RowScope::Region(_) => Self::Region,
            RowScope::Others => Self::Others,
            RowScope::Nation => Self::Nation,
            RowScope::Matched => Self::Matched,
        }
    }
}

impl Published {
    /// These releases, the first one first, and these rows in whatever order.
    pub fn new(releases: Vec<Release>, mut rows: Vec<ReleaseRow>) -> Self {
        rows.sort_by_key(|row| (row.half_year, row.point, row.measure, row.scope));
        Self { releases, rows }
    }

    /// The releases, the first one first.
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// The rows asked for, by half-year, point, measure and scope.
    pub fn rows(&self, filter: &RowFilter) -> impl Iterator<Item = &ReleaseRow> {
        self.rows.iter().filter(|row| filter.asks_for(row))
    }

    /// The latest half-year of which the nation's figures about a standard were published.
    pub fn latest_half_year(&self, standard: StandardId) -> Option<HalfYear> {
        let is_nations =
            |row: &&ReleaseRow| (row.scope, row.standard) == (RowScope::Nation, standard);
        self.rows.iter().rev().find(is_nations).map(|row| row.half_year)
    }
}

impl RowFilter {
    /// True if the row is one of those asked for.
    pub fn asks_for(&self, row: &ReleaseRow) -> bool {
        self.half_years.is_none_or(|(from, to)| (from..=to).contains(&row.half_year))
            && self.standard.is_none_or(|standard| standard == row.standard)
            && self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&row.scope.into()))
            && self.measure.is_none_or(|measure| measure == row.measure)
            && self.points.as_ref().is_none_or(|points| points.contains(&row.point))
            && self.region.is_none_or(|region| row.scope == RowScope::Region(region))
            && self.release.is_none_or(|release| release == row.release)
    }
}
