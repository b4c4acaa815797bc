//! One request's state: who asks, the snapshot it reads, its loaders, and what it learned about
//! the regions on the way.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Context, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use folkmoot_domain::{
    Council, Door, PeerGroup, Published, Reference, Region, RegionId, Standard, StandardPoint,
    Unpublished, Viewer,
};
use folkmoot_federation::{SourceState, SourceStatus};

use folkmoot_store::{Store, kind};

use crate::{
    Addresses, Moot,
    error::{self, code, failure, unknown},
    loaders::Loaders,
    reads::{Noted, Reads},
    scalars::{CouncilRef, GroupRef, PointRef, RegionRef},
};

/// One request's state.
pub(crate) struct Asked {
    moot: Moot,
    pub(crate) viewer: Viewer,
    pub(crate) reference: Arc<Reference>,
    /// What the viewer may read although councils did not agree to its publication.
    pub(crate) unpublished: Unpublished,
    pub(crate) loaders: Loaders,
    /// Read once, so that one answer speaks of one moment.
    pub(crate) now: DateTime<Utc>,
    learned: Mutex<BTreeMap<RegionId, SourceStatus>>,
    reads: Reads,
}

/// Whose rows are read.
#[derive(Clone, Copy)]
pub(crate) enum Whose<'a> {
    /// Rows of these regions.
    Regions(&'a [RegionId]),
    /// Rows of whatever region, or of none.
    Anybodys,
}

impl Asked {
    pub(crate) fn new(moot: Moot, viewer: Viewer, reference: Arc<Reference>) -> Self {
        let unpublished = viewer.unpublished(&reference);
        let loaders = Loaders::new(&moot, &reference, &viewer, &unpublished);
        let now = moot.now();
        let (learned, reads) = Default::default();
        Self { moot, viewer, reference, unpublished, loaders, now, learned, reads }
    }

    /// Our own rows, of which those of these kinds are about to be read: an answer is remembered
    /// for as long as none of them changes.
    pub(crate) fn store(&self, kinds: &[&'static str], whose: Whose<'_>) -> &Store {
        self.note(kinds, whose);
        &self.moot.store
    }

    /// All that was published.
    pub(crate) async fn published(&self) -> Result<Arc<Published>> {
        self.note(&[kind::CAPABILITY], Whose::Anybodys);
        self.moot.published.published().await.map_err(|failed| error::store(&failed))
    }

    /// Notes that rows of these kinds are about to be read.
    pub(crate) fn note(&self, kinds: &[&'static str], whose: Whose<'_>) {
        match whose {
            Whose::Regions(regions) => self.reads.note(kinds, regions.iter().copied()),
            Whose::Anybodys => self.reads.note(kinds, self.all_regions()),
        }
    }

    /// Notes that rows of this kind are about to be asked of these regions, wherever they are.
    pub(crate) fn note_asked(&self, kind: &'static str, regions: &[RegionId]) {
        self.note(&[kind], Whose::Regions(regions));
        let mut regions = regions.iter().filter_map(|region| self.reference.region(*region));
        // How old a copy is changes with every look at where it comes from.
        let is_dated = |region: &Region| region.door != Door::Hosted;
        if regions.any(|region| is_dated(region) || self.moot.nation.is_live(region)) {
            self.reads.note_live();
        }
    }

    /// The word on every region given, in order of code.
    pub(crate) async fn statuses(&self, regions: &[RegionId]) -> Vec<SourceStatus> {
        let statuses = self.moot.nation.statuses(&self.reference, regions).await;
        // How regions are is no row, and is looked at anew more often than rows.
        self.reads.note_live();
        statuses
    }

    /// How long ago something was, which is told in the answer.
    pub(crate) fn age_of(&self, instant: DateTime<Utc>) -> TimeDelta {
        self.reads.note_passing();
        self.now - instant
    }

    /// How things are addressed on this gateway.
    pub(crate) fn addresses(&self) -> &Addresses {
        &self.moot.addresses
    }

    /// All that was noted.
    pub(crate) fn noted(&self) -> Noted {
        self.reads.noted(self.all_regions())
    }

    fn all_regions(&self) -> impl Iterator<Item = RegionId> + Clone {
        self.reference.regions().iter().map(|region| region.id)
    }

    /// The day it is in England.
    pub(crate) fn today(&self) -> NaiveDate {
        folkmoot_domain::london_day(self.now)
    }

    /// The regions that are there for this viewer, by code.
    pub(crate) fn visible_regions(&self) -> impl Iterator<Item = &Region> {
        self.reference.regions().iter().filter(|region| self.viewer.sees(region))
    }

    /// True if the region with this id is there for this viewer.
    pub(crate) fn sees(&self, region: RegionId) -> bool {
        self.reference.region(region).is_some_and(|region| self.viewer.sees(region))
    }

    /// The groups of visible regions, by name.
    pub(crate) fn visible_groups(&self) -> impl Iterator<Item = &PeerGroup> {
        self.reference.groups().iter().filter(|group| self.sees(group.region))
    }

    pub(crate) fn council(&self, given: &CouncilRef) -> Result<&Council> {
        let found = self.reference.council_by_ref(&given.0, None, self.today()).map_err(unknown)?;
        Ok(found.expect("without a day, a known reference names a council"))
    }

    pub(crate) fn region(&self, given: &RegionRef) -> Result<&Region> {
        self.reference.region_by_ref(&given.0, &self.viewer).map_err(unknown)
    }

    pub(crate) fn group(&self, given: &GroupRef) -> Result<&PeerGroup> {
        self.reference.group_by_ref(&given.0, &self.viewer).map_err(unknown)
    }

    /// A region whose rows of this field are for its coordinators, if the viewer is one.
    pub(crate) fn coordinated(&self, region: RegionId, what: &str) -> Result<&Region> {
        let region = self.reference.region(region).filter(|one| self.viewer.coordinates(one));
        region.ok_or_else(|| {
            let message = format!(
                "{what}, so only coordinators of the region read it: send a token with the scope \
                 coordinator:<region code>"
            );
            failure(code::SCOPE_NEEDED, message)
        })
    }

    /// The standard with this code; the default one without a code.
    pub(crate) fn standard(&self, code: Option<&str>) -> Result<&Standard> {
        match code {
            Some(code) => self.reference.standard_by_code(code).map_err(unknown),
            None => self.reference.default_standard().ok_or_else(|| {
                let message = "the default standard is not in the reference data: pass `standard`";
                failure(code::UNKNOWN_REFERENCE, message)
            }),
        }
    }

    pub(crate) fn point(&self, given: &PointRef) -> Result<&StandardPoint> {
        self.reference.point_by_ref(&given.0).map_err(unknown)
    }

    /// Notes how regions answered; the worst that one answer saw of a region is kept.
    pub(crate) fn learn(&self, statuses: &[SourceStatus]) {
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        for status in statuses {
            let known = learned.entry(status.region).or_insert_with(|| status.clone());
            if severity(status.state) > severity(known.state) {
                *known = status.clone();
            }
        }
    }

    /// How the regions that were asked answered, by code.
    pub(crate) fn learned(&self) -> Vec<SourceStatus> {
        let learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statuses: Vec<_> = learned.values().cloned().collect();
        statuses.sort_by(|left, right| left.code.cmp(&right.code));
        statuses
    }
}

fn severity(state: SourceState) -> u8 {
    match state {
        SourceState::Fresh => 0,
        SourceState::Stale => 1,
        SourceState::Missing => 2,
    }
}

/// The state of the request that a resolver works for.
pub(crate) fn asked<'c>(ctx: &Context<'c>) -> &'c Arc<Asked> {
    ctx.data_unchecked::<Arc<Asked>>()
}
