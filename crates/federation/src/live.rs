//! A region that answers for itself: its own GraphQL service is asked, question by question.
//!
//! Questions of one moment travel in one request. Rows are read one by one, and a bad one is left
//! out. Nothing is kept here but the card; what is remembered of answers, how often a service is
//! asked again and when it is left in peace is for those that stand before it.

mod answer;
mod asking;
mod batch;
mod client;
mod collector;
mod doubt;
mod figures;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod refusal;
mod rows;
mod wire;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    Assessment, AssessmentFilter, AssessmentId, CaseStudy, CaseStudyFilter, CaseStudyId,
    FeedAddress, Meetup, MeetupFilter, MeetupId, Offer, OfferFilter, OfferId, RegionCard, RegionId,
    Slice, SliceRequest, read_card,
};
use tracing::{info, warn};
use uuid::Uuid;

use crate::{Clock, Description, ReferenceCache, RegionSource, SourceError};

use answer::Part;
use batch::Ask;
pub(crate) use batch::QUERY;
use client::Failed;
pub(crate) use client::MAX_BODY;
pub use client::{LiveClient, LiveClientOptions};
use collector::Collector;
use doubt::Doubt;
pub(crate) use figures::{FIELD as FIGURES_FIELD, FIGURES_QUERY, FiguresService, NoFigures};
use rows::LeftOut;

/// How a service is asked.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// This gateway's id: a question that has been here is not passed on to here.
    pub instance: Uuid,
    /// The time.
    pub clock: Clock,
    /// The most requests under way to one service. 16: with what travels together in each it is
    /// hundreds of questions.
    pub max_in_flight: usize,
    /// The most questions that wait for one service; more are turned away. 1,000: a service
    /// that is so far behind answers nobody in time.
    pub max_waiting: usize,
    /// For how long a card says how fresh a region is. 90 seconds: it is asked for every minute.
    pub card_for: Duration,
}

impl LiveOptions {
    /// As a gateway with this id asks.
    pub fn new(instance: Uuid, clock: Clock) -> Self {
        let card_for = Duration::from_secs(90);
        Self { instance, clock, max_in_flight: 16, max_waiting: 1_000, card_for }
    }
}

/// One region's own service. Cheap to clone; clones ask together.
#[derive(Clone)]
pub struct Live {
    shared: Arc<Shared>,
}

struct Shared {
    region: RegionId,
    collector: Arc<Collector>,
    reference: ReferenceCache,
    clock: Clock,
    card_for: TimeDelta,
    heard: Mutex<Heard>,
    left_out: LeftOut,
}

/// What is known of a service.
#[derive(Default)]
struct Heard {
    card: Option<Arc<RegionCard>>,
    /// When it last gave the card, unless it failed since.
    at: Option<DateTime<Utc>>,
    /// Why it last failed, if it did not answer since.
    failure: Option<String>,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("region", &self.shared.region).finish_non_exhaustive()
    }
}

impl Live {
    /// The service of a region at an address, with the token that it wants.
    pub fn new(
        client: LiveClient,
        region: RegionId,
        address: FeedAddress,
        token: Option<String>,
        reference: ReferenceCache,
        options: LiveOptions,
    ) -> Self {
        let LiveOptions { instance, clock, max_in_flight, max_waiting, card_for } = options;
        let state = Mutex::default();
        let collector = Collector {
            client,
            address,
            token,
            instance,
            max_in_flight,
            max_waiting,
            doubt: Doubt::default(),
            state,
        };
        let shared = Shared {
            region,
            collector: Arc::new(collector),
            reference,
            clock,
            card_for: TimeDelta::from_std(card_for).unwrap_or(TimeDelta::MAX),
            heard: Mutex::default(),
            left_out: LeftOut::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The region that it answers for.
    pub fn region(&self) -> RegionId {
        self.shared.region
    }

    /// The card that it last gave.
    pub fn card(&self) -> Option<Arc<RegionCard>> {
        self.heard().card.clone()
    }

    /// How many rows it gave that could not be taken.
    pub fn rows_left_out(&self) -> u64 {
        self.shared.left_out.number()
    }

    /// Asks for the card.
    ///
    /// # Errors
    /// In a sentence, beside what a caller can do.
    pub async fn ask_card(&self) -> Result<Arc<RegionCard>, (SourceError, String)> {
        let card = self.fresh_card().await;
        card.map_err(|failed| (failed.error, failed.reason))
    }

    async fn fresh_card(&self) -> Result<Arc<RegionCard>, Failed> {
        let card = self.heard_out(self.asked_card()).await?;
        let card = Arc::new(card);
        let mut heard = self.heard();
        (heard.card, heard.at) = (Some(card.clone()), Some(self.shared.clock.now()));
        Ok(card)
    }

    async fn asked_card(&self) -> Result<RegionCard, Failed> {
        let parts = self.shared.collector.ask(vec![Ask::Card]).await?;
        match parts.as_slice() {
            [Part::Card(card)] => {
                read_card(card).map_err(|error| Failed::malformed(format!("describe: {error}")))
            }
            _ => Err(Failed::malformed("describe: is no card")),
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.shared.heard()
    }

    /// Waits for an answer and remembers what came of it; also if whoever asks gives it up.
    async fn heard_out<T>(
        &self,
        asking: impl Future<Output = Result<T, Failed>>,
    ) -> Result<T, Failed> {
        let mut waiting = Waiting { shared: &self.shared, is_over: false };
        let answer = asking.await;
        waiting.is_over = true;
        self.noted(answer)
    }

    /// Remembers that the service failed, or answers; the log is told when that changes.
    fn noted<T>(&self, answer: Result<T, Failed>) -> Result<T, Failed> {
        let mut heard = self.heard();
        let region = self.shared.region;
        match &answer {
            Ok(_) => {
                if heard.failure.take().is_some() {
                    info!(%region, "region answers again");
                }
            }
            Err(Failed { reason, .. }) => {
                heard.at = None;
                if heard.failure.as_ref() != Some(reason) {
                    warn!(%region, reason, "region does not answer");
                    heard.failure = Some(reason.clone());
                }
            }
        }
        answer
    }
}

impl Shared {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        // What is in it is sound after each statement.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for the service.
struct Waiting<'a> {
    shared: &'a Shared,
    is_over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        // The service let somebody wait until they gave up: its card is no sign of life any more.
        // Else a breaker that tries with the card would close although the service hangs.
        if !self.is_over {
            self.shared.heard().at = None;
        }
    }
}

#[async_trait]
impl RegionSource for Live {
    async fn describe(
        &self,
        regions: &[RegionId],
    ) -> Result<HashMap<RegionId, Description>, SourceError> {
        if !regions.contains(&self.shared.region) {
            return Ok(HashMap::new());
        }
        let now = self.shared.clock.now();
        let known = {
            let heard = self.heard();
            let is_recent = |at: &DateTime<Utc>| now - *at < self.shared.card_for;
            heard.at.filter(is_recent).zip(heard.card.clone())
        };
        let (at, card) = match known {
            Some(known) => known,
            None => {
                let card = self.fresh_card().await.map_err(|failed| failed.error)?;
                (self.shared.clock.now(), card)
            }
        };
        // A clock that is ahead makes no rows fresher than now.
        let as_of = card.as_of.map_or(at, |as_of| as_of.min(at));
        let instances = card.instances.clone();
        let description = Description { instances, ..Description::as_of(as_of) };
        Ok(HashMap::from([(self.shared.region, description)]))
    }

    async fn meetups(
        &self,
        regions: &[RegionId],
        ids: &[MeetupId],
    ) -> Result<HashMap<MeetupId, Arc<Meetup>>, SourceError> {
        self.by_ids(regions, ids).await
    }

    async fn meetup_slices(
        &self,
        requests: &[SliceRequest<MeetupFilter>],
    ) -> Result<Vec<Slice<Arc<Meetup>>>, SourceError> {
        self.slices(requests).await
    }

    async fn case_studies(
        &self,
        regions: &[RegionId],
        ids: &[CaseStudyId],
    ) -> Result<HashMap<CaseStudyId, Arc<CaseStudy>>, SourceError> {
        self.by_ids(regions, ids).await
    }

    async fn case_study_slices(
        &self,
        requests: &[SliceRequest<CaseStudyFilter>],
    ) -> Result<Vec<Slice<Arc<CaseStudy>>>, SourceError> {
        self.slices(requests).await
    }

    async fn offers(
        &self,
        regions: &[RegionId],
        ids: &[OfferId],
    ) -> Result<HashMap<OfferId, Arc<Offer>>, SourceError> {
        self.by_ids(regions, ids).await
    }

    async fn offer_slices(
        &self,
        requests: &[SliceRequest<OfferFilter>],
    ) -> Result<Vec<Slice<Arc<Offer>>>, SourceError> {
        self.slices(requests).await
    }

    async fn assessments(
        &self,
        regions: &[RegionId],
        ids: &[AssessmentId],
    ) -> Result<HashMap<AssessmentId, Arc<Assessment>>, SourceError> {
        self.by_ids(regions, ids).await
    }

    async fn assessment_slices(
        &self,
        requests: &[SliceRequest<AssessmentFilter>],
    ) -> Result<Vec<Slice<Arc<Assessment>>>, SourceError> {
        self.slices(requests).await
    }
}
