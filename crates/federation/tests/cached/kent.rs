//! Kent, which answers for itself, with what it answers kept.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_cache::{Cache, Memory, Redis};
use folkmoot_domain::{
    Direction, Keyed, Meetup, MeetupFilter, MeetupId, RegionId, Slice, SliceRequest,
};
use folkmoot_federation::{Cached, CachedOptions, Clock, RegionSource, SourceError, Withdrawn};
use folkmoot_testkit::{FakeRegion, Reply, meetup_at};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

pub(crate) type MeetupSlice = Slice<Arc<Meetup>>;

pub(crate) fn start() -> DateTime<Utc> {
    "2027-01-14T18:30:00Z".parse().expect("an instant")
}

pub(crate) fn kent() -> RegionId {
    RegionId::derived("kent")
}

pub(crate) fn id(hour: i64) -> MeetupId {
    MeetupId(Uuid::from_u128(hour.unsigned_abs().into()))
}

/// A meet-up of two hours that begins so many hours after the start.
pub(crate) fn meetup(hour: i64) -> Meetup {
    meetup_at(kent(), id(hour), start() + TimeDelta::hours(hour))
}

/// A clock that goes with the time of tests.
pub(crate) fn clock() -> Clock {
    let begun = Instant::now();
    Clock::new(move || start() + TimeDelta::from_std(begun.elapsed()).expect("a short test"))
}

pub(crate) async fn minutes(minutes: u64) {
    sleep(Duration::from_secs(60 * minutes)).await;
}

/// Lets tasks do what they can do now.
pub(crate) async fn settled() {
    sleep(Duration::from_millis(1)).await;
}

pub(crate) struct Kent {
    pub(crate) region: FakeRegion,
    pub(crate) cached: Cached,
    pub(crate) withdrawn: Withdrawn,
    pub(crate) clock: Clock,
}

impl Kent {
    pub(crate) fn with(hours: &[i64]) -> Self {
        Self::over(FakeRegion::new().with_meetups(hours.iter().map(|hour| meetup(*hour))))
    }

    pub(crate) fn over(region: FakeRegion) -> Self {
        Self::sharing(region, None)
    }

    pub(crate) fn sharing(region: FakeRegion, redis: Option<Redis>) -> Self {
        let (clock, withdrawn) = (clock(), Withdrawn::default());
        let cached = Cached::new(
            kent(),
            Arc::new(region.clone()),
            Cache::new(Memory::new(10_000_000), redis),
            withdrawn.clone(),
            clock.clone(),
            CachedOptions::default(),
        );
        Self { region, cached, withdrawn, clock }
    }

    pub(crate) fn goes_down(&self) {
        self.region.clone().always(Reply::Fails(SourceError::Unavailable));
    }

    pub(crate) fn comes_back(&self) {
        self.region.clone().always(Reply::Rows);
    }

    pub(crate) async fn ask(
        &self,
        request: SliceRequest<MeetupFilter>,
    ) -> Result<MeetupSlice, SourceError> {
        Ok(self.cached.meetup_slices(&[request]).await?.remove(0))
    }

    /// The first meet-ups of all.
    pub(crate) async fn first(&self, first: usize) -> Result<MeetupSlice, SourceError> {
        self.ask(all(first)).await
    }
}

pub(crate) fn all(first: usize) -> SliceRequest<MeetupFilter> {
    SliceRequest::of_first(first, MeetupFilter::default(), vec![kent()], Direction::Ascending)
}

/// The hours of a slice's meet-ups.
pub(crate) fn hours(slice: &MeetupSlice) -> Vec<i64> {
    slice.rows.iter().map(|row| (row.key().instant().expect("one") - start()).num_hours()).collect()
}

/// How old a slice says it is, in minutes; whether it is stale.
pub(crate) fn word(slice: &MeetupSlice, clock: &Clock) -> Option<(i64, bool)> {
    slice.kept.map(|kept| ((clock.now() - kept.as_of).num_minutes(), kept.is_stale))
}
