//! The one seam: what a region, however it plugs in, answers to the nation.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Assessment, AssessmentFilter, AssessmentId, CaseStudy, CaseStudyFilter, CaseStudyId, Meetup,
    MeetupFilter, MeetupId, Offer, OfferFilter, OfferId, Outage, RegionId, Slice, SliceRequest,
};
use thiserror::Error;
use uuid::Uuid;

/// One place that answers for one or more regions.
///
/// Reads only; every method may be called again and may be dropped half-way. Batch-first: a
/// caller with many questions asks them in one call. An id that is absent from an answer's map
/// does not exist in the regions that were asked.
#[async_trait]
pub trait RegionSource: Send + Sync + 'static {
    /// Says how fresh this source is, for each of the regions asked. A region that is absent
    /// from the answer counts as stale. Asked beside every page with regions that are not hosted, so
    /// it should come from memory or take one small statement.
    async fn describe(
        &self,
        regions: &[RegionId],
    ) -> Result<HashMap<RegionId, Description>, SourceError>;

    /// The meet-ups with these ids, of any of these regions.
    async fn meetups(
        &self,
        regions: &[RegionId],
        ids: &[MeetupId],
    ) -> Result<HashMap<MeetupId, Arc<Meetup>>, SourceError>;

    /// One slice per request, in the order of the requests.
    async fn meetup_slices(
        &self,
        requests: &[SliceRequest<MeetupFilter>],
    ) -> Result<Vec<Slice<Arc<Meetup>>>, SourceError>;

    /// The case studies with these ids, of any of these regions.
    async fn case_studies(
        &self,
        regions: &[RegionId],
        ids: &[CaseStudyId],
    ) -> Result<HashMap<CaseStudyId, Arc<CaseStudy>>, SourceError>;

    /// One slice per request, in the order of the requests.
    async fn case_study_slices(
        &self,
        requests: &[SliceRequest<CaseStudyFilter>],
    ) -> Result<Vec<Slice<Arc<CaseStudy>>>, SourceError>;

    /// The offers with these ids, of any of these regions.
    async fn offers(
        &self,
        regions: &[RegionId],
        ids: &[OfferId],
    ) -> Result<HashMap<OfferId, Arc<Offer>>, SourceError>;

    /// One slice per request, in the order of the requests.
    async fn offer_slices(
        &self,
        requests: &[SliceRequest<OfferFilter>],
    ) -> Result<Vec<Slice<Arc<Offer>>>, SourceError>;

    /// The service assessments with these ids, of any of these regions, public or not: the
    /// caller decides who may see them.
    async fn assessments(
        &self,
        regions: &[RegionId],
        ids: &[AssessmentId],
    ) -> Result<HashMap<AssessmentId, Arc<Assessment>>, SourceError>;

    /// One slice per request, in the order of the requests.
    async fn assessment_slices(
        &self,
        requests: &[SliceRequest<AssessmentFilter>],
    ) -> Result<Vec<Slice<Arc<Assessment>>>, SourceError>;
}

/// How fresh a region's rows are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The instant for which the rows are known to be right; `None` if nothing was ever read.
    pub as_of: Option<DateTime<Utc>>,
    /// Of a copy: that it could not be renewed since.
    pub lapse: Option<Lapse>,
    /// The gateways that its rows have passed through, as it says itself.
    pub instances: Vec<Uuid>,
}

/// A copy that could not be renewed when it was last tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// Why.
    pub outage: Outage,
    /// True if it should have been renewed by now, for all its schedule allows.
    pub is_overdue: bool,
}

impl Description {
    /// Rows that are known to be right for an instant.
    pub fn as_of(instant: DateTime<Utc>) -> Self {
        Self { as_of: Some(instant), ..Self::default() }
    }
}

/// Why a source gave no answer; the variants say what a caller can do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceError {
    /// Could not be reached or is out of order: ask again later.
    #[error("region unavailable")]
    Unavailable,
    /// Wants to be left in peace for so long.
    #[error("region asks to wait for {} seconds", .0.as_secs())]
    Busy(Duration),
    /// Did not answer in time: ask again later.
    #[error("region did not answer in time")]
    TimedOut,
    /// Refused this caller or this request: asking again does not help.
    #[error("region refused the request")]
    Rejected,
    /// Answered against the contract; the text says how, for logs and reports.
    #[error("region answered against the contract: {0}")]
    Malformed(String),
}
