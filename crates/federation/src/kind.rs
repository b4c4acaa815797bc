//! The kinds of rows that regions list, each tied to its two methods of the seam.

use std::{collections::HashMap, sync::Arc};

use folkmoot_domain::{
    Assessment, AssessmentFilter, CaseStudy, CaseStudyFilter, Keyed, Meetup, MeetupFilter, Offer,
    OfferFilter, RegionId, Slice, SliceRequest,
};
use futures::{FutureExt, future::BoxFuture};
use uuid::Uuid;

use crate::{RegionSource, SourceError};

/// What a source will have said.
pub type Answering<'a, T> = BoxFuture<'a, Result<T, SourceError>>;

/// A kind of row that regions list: what its rows and filters are, and how a source is asked.
pub trait Kind: Send + Sync + 'static {
    /// A row; ordered by an instant.
    type Row: Keyed + Send + Sync + 'static;
    /// Which rows a list holds.
    type Filter: Clone + Send + Sync + 'static;

    /// The rows with these ids, of any of these regions; an absent id does not exist there.
    fn by_ids<'a>(
        source: &'a dyn RegionSource,
        regions: &'a [RegionId],
        ids: &'a [Uuid],
    ) -> Answering<'a, HashMap<Uuid, Arc<Self::Row>>>;

    /// One slice per request, in the order of the requests.
    fn slices<'a>(
        source: &'a dyn RegionSource,
        requests: &'a [SliceRequest<Self::Filter>],
    ) -> Answering<'a, Vec<Slice<Arc<Self::Row>>>>;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($row:ty, $filter:ty, $by_ids:ident, $slices:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $kind;

        impl Kind for $kind {
            type Row = $row;
            type Filter = $filter;

            fn by_ids<'a>(
                source: &'a dyn RegionSource,
                regions: &'a [RegionId],
                ids: &'a [Uuid],
            ) -> Answering<'a, HashMap<Uuid, Arc<$row>>> {
                async move {
                    let ids: Vec<_> = ids.iter().copied().map(Into::into).collect();
                    let rows = source.$by_ids(regions, &ids).await?;
                    Ok(rows.into_iter().map(|(id, row)| (id.into(), row)).collect())
                }
                .boxed()
            }

            fn slices<'a>(
                source: &'a dyn RegionSource,
                requests: &'a [SliceRequest<$filter>],
            ) -> Answering<'a, Vec<Slice<Arc<$row>>>> {
                source.$slices(requests)
            }
        }
    )*};
}

kinds! {
    /// Meet-ups, by start.
    Meetups(Meetup, MeetupFilter, meetups, meetup_slices);
    /// Case studies, by publication.
    CaseStudies(CaseStudy, CaseStudyFilter, case_studies, case_study_slices);
    /// Offers, by the day they were made.
    Offers(Offer, OfferFilter, offers, offer_slices);
    /// Service assessments, by the day of the panel. By id they come whether public or not: who
    /// asks for one decides who may see it.
    Assessments(Assessment, AssessmentFilter, assessments, assessment_slices);
}
