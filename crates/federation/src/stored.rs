//! The regions whose rows are in our own tables, all of them asked with one statement.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use folkmoot_domain::{
    Assessment, AssessmentFilter, AssessmentId, CaseStudy, CaseStudyFilter, CaseStudyId,
    HarvestOutcome, Meetup, MeetupFilter, MeetupId, Offer, OfferFilter, OfferId, Outage, RegionId,
    Slice, SliceRequest,
};
use folkmoot_store::{Freshness, Store, StoreError};
use tracing::error;

use crate::{Description, Lapse, RegionSource, SourceError};

/// Answers from the store for every region that is not live.
#[derive(Clone, Debug)]
pub struct Stored {
    store: Store,
}

impl Stored {
    /// The regions of this store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }
}

/// A feed that could not be read so often in a row is overdue: twice it was tried again, each time
/// after a longer pause of its own schedule.
const OVERDUE: u32 = 3;

fn described(freshness: &Freshness) -> Description {
    let outage = match &freshness.outcome {
        Some(HarvestOutcome::Unreachable { .. }) => Some(Outage::Unreachable),
        Some(HarvestOutcome::Refused { .. }) => Some(Outage::Broken),
        _ => None,
    };
    let is_overdue = freshness.failures >= OVERDUE;
    let lapse = outage.map(|outage| Lapse { outage, is_overdue });
    Description { lapse, ..Description::as_of(freshness.as_of) }
}

/// By what a caller can do: a database that is away or busy may be back soon, anything else is
/// ours to mend and is logged here, since callers see one reason only.
fn sorted(cause: StoreError) -> SourceError {
    if !matches!(cause, StoreError::Unavailable(_) | StoreError::Busy(_)) {
        error!(error = &cause as &dyn std::error::Error, "stored rows cannot be read");
    }
    SourceError::Unavailable
}

fn shared<I: std::hash::Hash + Eq, T>(rows: HashMap<I, T>) -> HashMap<I, Arc<T>> {
    rows.into_iter().map(|(id, row)| (id, Arc::new(row))).collect()
}

fn shared_slices<T>(slices: Vec<Slice<T>>) -> Vec<Slice<Arc<T>>> {
    let shared = |Slice { rows, has_more, counts, kept }| Slice {
        rows: Vec::into_iter(rows).map(Arc::new).collect(),
        has_more,
        counts,
        kept,
    };
    slices.into_iter().map(shared).collect()
}

#[async_trait]
impl RegionSource for Stored {
    async fn describe(
        &self,
        regions: &[RegionId],
    ) -> Result<HashMap<RegionId, Description>, SourceError> {
        let fresh = self.store.freshness(regions).await.map_err(sorted)?;
        // What the store does not date was never read.
        let one =
            |region: &RegionId| (*region, fresh.get(region).map(described).unwrap_or_default());
        Ok(regions.iter().map(one).collect())
    }

    async fn meetups(
        &self,
        regions: &[RegionId],
        ids: &[MeetupId],
    ) -> Result<HashMap<MeetupId, Arc<Meetup>>, SourceError> {
        self.store.meetups(regions, ids).await.map(shared).map_err(sorted)
    }

    async fn meetup_slices(
        &self,
        requests: &[SliceRequest<MeetupFilter>],
    ) -> Result<Vec<Slice<Arc<Meetup>>>, SourceError> {
        self.store.meetup_slices(requests).await.map(shared_slices).map_err(sorted)
    }

    async fn case_studies(
        &self,
        regions: &[RegionId],
        ids: &[CaseStudyId],
    ) -> Result<HashMap<CaseStudyId, Arc<CaseStudy>>, SourceError> {
        self.store.case_studies(regions, ids).await.map(shared).map_err(sorted)
    }

    async fn case_study_slices(
        &self,
        requests: &[SliceRequest<CaseStudyFilter>],
    ) -> Result<Vec<Slice<Arc<CaseStudy>>>, SourceError> {
        self.store.case_study_slices(requests).await.map(shared_slices).map_err(sorted)
    }

    async fn offers(
        &self,
        regions: &[RegionId],
        ids: &[OfferId],
    ) -> Result<HashMap<OfferId, Arc<Offer>>, SourceError> {
        self.store.offers(regions, ids).await.map(shared).map_err(sorted)
    }

    async fn offer_slices(
        &self,
        requests: &[SliceRequest<OfferFilter>],
    ) -> Result<Vec<Slice<Arc<Offer>>>, SourceError> {
        self.store.offer_slices(requests).await.map(shared_slices).map_err(sorted)
    }

    async fn assessments(
        &self,
        regions: &[RegionId],
        ids: &[AssessmentId],
    ) -> Result<HashMap<AssessmentId, Arc<Assessment>>, SourceError> {
        self.store.assessments(regions, ids).await.map(shared).map_err(sorted)
    }

    async fn assessment_slices(
        &self,
        requests: &[SliceRequest<AssessmentFilter>],
    ) -> Result<Vec<Slice<Arc<Assessment>>>, SourceError> {
        self.store.assessment_slices(requests).await.map(shared_slices).map_err(sorted)
    }
}
