//! A source that is not asked.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use folkmoot_domain::{
    Assessment, AssessmentFilter, AssessmentId, CaseStudy, CaseStudyFilter, CaseStudyId, Meetup,
    MeetupFilter, MeetupId, Offer, OfferFilter, OfferId, RegionId, Slice, SliceRequest,
};

use crate::{Description, RegionSource, SourceError};

/// Stands for a region that answers for itself and that cannot, or must not, be asked: its rows
/// are missing, rather than none.
#[derive(Clone, Debug)]
pub(crate) struct Silent(pub(crate) SourceError);

macro_rules! silent {
    ($($ids:ident($id:ty), $slices:ident($filter:ty) -> $row:ty;)*) => {
        #[async_trait]
        impl RegionSource for Silent {
            async fn describe(
                &self,
                _: &[RegionId],
            ) -> Result<HashMap<RegionId, Description>, SourceError> {
                Err(self.0.clone())
            }

            $(
                async fn $ids(
                    &self,
                    _: &[RegionId],
                    _: &[$id],
                ) -> Result<HashMap<$id, Arc<$row>>, SourceError> {
                    Err(self.0.clone())
                }

                async fn $slices(
                    &self,
                    _: &[SliceRequest<$filter>],
                ) -> Result<Vec<Slice<Arc<$row>>>, SourceError> {
                    Err(self.0.clone())
                }
            )*
        }
    };
}

silent! {
    meetups(MeetupId), meetup_slices(MeetupFilter) -> Meetup;
    case_studies(CaseStudyId), case_study_slices(CaseStudyFilter) -> CaseStudy;
    offers(OfferId), offer_slices(OfferFilter) -> Offer;
    assessments(AssessmentId), assessment_slices(AssessmentFilter) -> Assessment;
}
