//! Published rows as a table has them, made once for each change of what is published or of
//! the reference data.

use std::sync::{Arc, Mutex, PoisonError};

use folkmoot_domain::{Published, Reference, ReleaseRow, RowFilter, RowScope};

use crate::{asked::Asked, types::CapabilityRow};

/// A published row, and the row of a table that it is.
pub(super) struct Figure {
    pub(super) row: ReleaseRow,
    told: Arc<CapabilityRow>,
}

/// All of them, by half-year, measure, point and group; regions by code, the others last.
pub(super) struct Figures {
    published: Arc<Published>,
    reference: Arc<Reference>,
    all: Vec<Figure>,
}

/// Those of the latest snapshots.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<Arc<Figures>>>);

impl Kept {
    /// Those of these snapshots.
    pub(super) fn of(
        &self,
        published: &Arc<Published>,
        reference: &Arc<Reference>,
    ) -> Arc<Figures> {
        let is_of = |figures: &Arc<Figures>| {
            Arc::ptr_eq(&figures.published, published) && Arc::ptr_eq(&figures.reference, reference)
        };
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = known().clone();
        if let Some(figures) = latest.filter(is_of) {
            return figures;
        }
        // Not while it is locked: who reads other snapshots need not wait.
        let figures = Arc::new(Figures::new(published.clone(), reference.clone()));
        *known() = Some(figures.clone());
        figures
    }
}

impl Figures {
    fn new(published: Arc<Published>, reference: Arc<Reference>) -> Self {
        let figure = |row: &ReleaseRow| {
            let told = Arc::new(CapabilityRow::new(row, &reference)?);
            Some(Figure { row: row.clone(), told })
        };
        let mut all: Vec<_> = published.rows(&RowFilter::default()).filter_map(figure).collect();
        all.sort_by_cached_key(|Figure { row, .. }| {
            let region = match row.scope {
                RowScope::Region(region) => Some(region),
                RowScope::Others | RowScope::Nation | RowScope::Matched => None,
            };
            let code = region.and_then(|region| reference.region(region)).map(|it| &it.code);
            let number = reference.point(row.point).map(|point| point.number);
            (row.half_year, row.measure, number, row.point, region.is_none(), code)
        });
        Self { published, reference, all }
    }

    /// What was published.
    pub(super) fn published(&self) -> &Published {
        &self.published
    }

    /// Those that are asked for and there for the viewer.
    pub(super) fn rows(&self, asked: &Asked, filter: &RowFilter) -> Vec<&Figure> {
        let is_there = |figure: &&Figure| match figure.row.scope {
            RowScope::Region(region) => asked.sees(region),
            RowScope::Others | RowScope::Nation | RowScope::Matched => true,
        };
        self.all.iter().filter(|figure| filter.asks_for(&figure.row)).filter(is_there).collect()
    }
}

impl Figure {
    /// As this viewer may have it: why a figure does not compare names regions, of which some may
    /// have gone on trial, or for good, since it was written, and they are not named to those who
    /// do not see them.
    pub(super) fn told(&self, asked: &Asked) -> Arc<CapabilityRow> {
        let Some(reason) = self.row.break_reason.as_ref() else { return self.told.clone() };
        let mut unseen = asked.reference.regions().iter().filter(|it| !asked.viewer.sees(it));
        let names_unseen = self.row.scope == RowScope::Nation
            && unseen.any(|region| reason.contains(&region.name));
        match names_unseen {
            true => Arc::new(self.told.with_break_reason("Not of the same regions as before.")),
            false => self.told.clone(),
        }
    }
}
