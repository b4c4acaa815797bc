//! A live region's answers, kept for minutes: so that it is asked seldom, nobody waits for it
//! twice, and its rows are there while it is not.

mod describe;
mod fetch;
mod health;
mod keep;
mod look_up;
mod rows;
mod slices;
mod withdrawn;

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use folkmoot_cache::{Cache, ShelfLife};
use folkmoot_domain::{
    Assessment, AssessmentFilter, AssessmentId, CaseStudy, CaseStudyFilter, CaseStudyId,
    EntityKind, Meetup, MeetupFilter, MeetupId, Offer, OfferFilter, OfferId, RegionId, Slice,
    SliceRequest,
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use self::{describe::Described, health::Health, keep::Boards};
pub use self::{health::Generation, withdrawn::Withdrawn};
use crate::{
    Assessments, CaseStudies, Clock, Description, Meetups, Offers, RegionSource, SourceError,
};

/// How long a region's answers are kept, and how it is asked meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct CachedOptions {
    /// Meet-ups: people look for tonight's.
    pub meetups: ShelfLife,
    /// Case studies, offers and assessments: they change a few times a month.
    pub others: ShelfLife,
    /// The sign of life: for a minute, and for one more while it is asked for anew.
    pub description: ShelfLife,
    /// How long a region is waited for where there are older rows to show instead. Less than
    /// the soft deadline of the nation, or the older rows would come too late.
    pub patience: Duration,
    /// The longest that a call may take, whoever has left meanwhile. Beyond what the retries and
    /// timeouts of a resilient source take, so that only one that never ends meets it.
    pub longest_call: Duration,
    /// The most calls under way at a time, refreshes not counted. A call may outlive who made
    /// it, so that the number of readers bounds nothing.
    pub calls: usize,
    /// The most refreshes under way at a time; what is not refreshed now is when next asked for.
    pub refreshes: usize,
}

impl Default for CachedOptions {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let life = |fresh, while_revalidate, if_error| ShelfLife {
            fresh: minutes(fresh),
            while_revalidate: minutes(while_revalidate),
            if_error: minutes(if_error),
        };
        Self {
            meetups: life(1, 15, 24 * 60),
            others: life(10, 24 * 60, 7 * 24 * 60),
            description: life(1, 2, 2),
            patience: Duration::from_millis(300),
            longest_call: Duration::from_secs(30),
            calls: 256,
            refreshes: 8,
        }
    }
}

/// Keeps what one region answers. Asked for something, it looks
///
/// 1. in **memory**, then in **Redis**: what is *fresh* is the answer; what is *stale* is the
///    answer, too, and is fetched anew beside it, by one of all who want it;
/// 2. at the **region**: all that a call lacks is fetched in one call, which whoever wants the
///    same shares. It goes on if its caller leaves, so that late answers are there for the next;
/// 3. if the region gives nothing, or nothing in time, at what is *kept as a last resort*.
///
/// Whatever is not as of now says so in [`Slice::kept`]; rows by id say it in their provenance.
/// That a row does not exist is remembered while it is fresh. A region that *refuses* is not
/// stood in for: whom it answers is for the region to decide. What breaks the contract is not
/// kept. Rows that the public may not see stay in memory.
///
/// Cheap to clone; clones are one.
#[derive(Clone)]
pub struct Cached {
    core: Arc<Core>,
}

struct Core {
    region: RegionId,
    inner: Arc<dyn RegionSource>,
    cache: Cache,
    clock: Clock,
    options: CachedOptions,
    withdrawn: Withdrawn,
    health: Health,
    calls: Arc<Semaphore>,
    refreshes: Arc<Semaphore>,
    described: Described,
    meetups: Boards<Meetups>,
    case_studies: Boards<CaseStudies>,
    offers: Boards<Offers>,
    assessments: Boards<Assessments>,
}

impl Cached {
    /// Keeps what `inner` answers for the region, without those rows that are withdrawn here.
    pub fn new(
        region: RegionId,
        inner: Arc<dyn RegionSource>,
        cache: Cache,
        withdrawn: Withdrawn,
        clock: Clock,
        options: CachedOptions,
    ) -> Self {
        let core = Core {
            region,
            inner,
            cache,
            clock,
            options,
            withdrawn,
            health: Health::default(),
            calls: Arc::new(Semaphore::new(options.calls)),
            refreshes: Arc::new(Semaphore::new(options.refreshes)),
            described: Described::default(),
            meetups: Boards::default(),
            case_studies: Boards::default(),
            offers: Boards::default(),
            assessments: Boards::default(),
        };
        Self { core: Arc::new(core) }
    }

    /// A number that moves whenever an answer made of this region's rows may have become
    /// another: other rows have landed, or the region went away or came back.
    pub fn generation(&self) -> Generation {
        self.core.health.generation()
    }

    /// Forgets a row that is kept by its id, in Redis, too. Lists may still hold it: see
    /// [`Withdrawn`]. False if Redis could not be told to.
    pub async fn forget(&self, kind: EntityKind, id: Uuid) -> bool {
        match kind {
            EntityKind::Meetup => rows::forget::<Meetups>(&self.core, id).await,
            EntityKind::CaseStudy => rows::forget::<CaseStudies>(&self.core, id).await,
            EntityKind::Offer => rows::forget::<Offers>(&self.core, id).await,
            EntityKind::ServiceAssessment => rows::forget::<Assessments>(&self.core, id).await,
            // Regions list nothing else, so nothing else is kept.
            _ => true,
        }
    }
}

#[async_trait]
impl RegionSource for Cached {
    async fn describe(
        &self,
        regions: &[RegionId],
    ) -> Result<HashMap<RegionId, Description>, SourceError> {
        describe::describe(&self.core, regions).await
    }

    async fn meetups(
        &self,
        regions: &[RegionId],
        ids: &[MeetupId],
    ) -> Result<HashMap<MeetupId, Arc<Meetup>>, SourceError> {
        rows::by_ids::<Meetups, _>(&self.core, regions, ids).await
    }

    async fn meetup_slices(
        &self,
        requests: &[SliceRequest<MeetupFilter>],
    ) -> Result<Vec<Slice<Arc<Meetup>>>, SourceError> {
        slices::slices::<Meetups>(&self.core, requests).await
    }

    async fn case_studies(
        &self,
        regions: &[RegionId],
        ids: &[CaseStudyId],
    ) -> Result<HashMap<CaseStudyId, Arc<CaseStudy>>, SourceError> {
        rows::by_ids::<CaseStudies, _>(&self.core, regions, ids).await
    }

    async fn case_study_slices(
        &self,
        requests: &[SliceRequest<CaseStudyFilter>],
    ) -> Result<Vec<Slice<Arc<CaseStudy>>>, SourceError> {
        slices::slices::<CaseStudies>(&self.core, requests).await
    }

    async fn offers(
        &self,
        regions: &[RegionId],
        ids: &[OfferId],
    ) -> Result<HashMap<OfferId, Arc<Offer>>, SourceError> {
        rows::by_ids::<Offers, _>(&self.core, regions, ids).await
    }

    async fn offer_slices(
        &self,
        requests: &[SliceRequest<OfferFilter>],
    ) -> Result<Vec<Slice<Arc<Offer>>>, SourceError> {
        slices::slices::<Offers>(&self.core, requests).await
    }

    async fn assessments(
        &self,
        regions: &[RegionId],
        ids: &[AssessmentId],
    ) -> Result<HashMap<AssessmentId, Arc<Assessment>>, SourceError> {
        rows::by_ids::<Assessments, _>(&self.core, regions, ids).await
    }

    async fn assessment_slices(
        &self,
        requests: &[SliceRequest<AssessmentFilter>],
    ) -> Result<Vec<Slice<Arc<Assessment>>>, SourceError> {
        slices::slices::<Assessments>(&self.core, requests).await
    }
}
