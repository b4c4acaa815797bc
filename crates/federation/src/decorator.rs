//! Sources around a source: each method of the seam as a value, so that whoever treats all of
//! them alike says so once.

use std::{collections::HashMap, future::Future, sync::Arc};

use async_trait::async_trait;
use folkmoot_domain::{
    Assessment, AssessmentFilter, AssessmentId, CaseStudy, CaseStudyFilter, CaseStudyId, Meetup,
    MeetupFilter, MeetupId, Offer, OfferFilter, OfferId, RegionId, Slice, SliceRequest,
};

use crate::{Answering, Description, RegionSource, SourceError};

/// A call that owns what it asks with, so that it can be made again and outlive who made it.
pub(crate) trait Question: Send + Sync + 'static {
    /// What a source answers.
    type Answer: Counted + Send + 'static;
    /// The method's name.
    const METHOD: &'static str;
    /// Puts it to a source.
    fn ask<'a>(&'a self, source: &'a dyn RegionSource) -> Answering<'a, Self::Answer>;
}

/// An answer that knows how many rows it holds.
pub(crate) trait Counted {
    fn rows(&self) -> usize;
}

impl<I, T> Counted for HashMap<I, T> {
    fn rows(&self) -> usize {
        self.len()
    }
}

impl<T> Counted for Vec<Slice<T>> {
    fn rows(&self) -> usize {
        self.iter().map(|slice| slice.rows.len()).sum()
    }
}

/// A source that treats all calls to another source alike.
pub(crate) trait Decorator: Send + Sync + 'static {
    /// Puts the question to the other source, its own way.
    fn put<Q: Question>(
        &self,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, SourceError>> + Send;
}

macro_rules! questions {
    ($($question:ident($($argument:ident: $type:ty),*) = $method:ident -> $answer:ty;)*) => {
        $(struct $question { $($argument: Vec<$type>),* }

        impl Question for $question {
            type Answer = $answer;
            const METHOD: &'static str = stringify!($method);

            fn ask<'a>(&'a self, source: &'a dyn RegionSource) -> Answering<'a, $answer> {
                source.$method($(&self.$argument),*)
            }
        })*

        #[async_trait]
        impl<D: Decorator> RegionSource for D {
            $(async fn $method(&self, $($argument: &[$type]),*) -> Result<$answer, SourceError> {
                self.put($question { $($argument: $argument.to_vec()),* }).await
            })*
        }
    };
}

questions! {
    Describe(regions: RegionId) = describe -> HashMap<RegionId, Description>;
    MeetupsById(regions: RegionId, ids: MeetupId) = meetups -> HashMap<MeetupId, Arc<Meetup>>;
    MeetupSlices(requests: SliceRequest<MeetupFilter>)
        = meetup_slices -> Vec<Slice<Arc<Meetup>>>;
    CaseStudiesById(regions: RegionId, ids: CaseStudyId)
        = case_studies -> HashMap<CaseStudyId, Arc<CaseStudy>>;
    CaseStudySlices(requests: SliceRequest<CaseStudyFilter>)
        = case_study_slices -> Vec<Slice<Arc<CaseStudy>>>;
    OffersById(regions: RegionId, ids: OfferId) = offers -> HashMap<OfferId, Arc<Offer>>;
    OfferSlices(requests: SliceRequest<OfferFilter>) = offer_slices -> Vec<Slice<Arc<Offer>>>;
    AssessmentsById(regions: RegionId, ids: AssessmentId)
        = assessments -> HashMap<AssessmentId, Arc<Assessment>>;
    AssessmentSlices(requests: SliceRequest<AssessmentFilter>)
        = assessment_slices -> Vec<Slice<Arc<Assessment>>>;
}
