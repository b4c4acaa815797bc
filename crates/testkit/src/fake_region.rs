//! A source of rows that follows a script and remembers what it was asked.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Assessment, AssessmentFilter, AssessmentId, CaseStudy, CaseStudyFilter, CaseStudyId, Keyed,
    Meetup, MeetupFilter, MeetupId, Offer, OfferFilter, OfferId, RegionId, Slice, SliceRequest,
};
use folkmoot_federation::{Description, RegionSource, SourceError};

/// How a call is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// With the rows that were asked for.
    Rows,
    /// With at most so many rows per slice, however many were asked for.
    Capped(usize),
    /// With so many rows per slice beyond those that were asked for, where there are any.
    Surplus(usize),
    /// With an error.
    Fails(SourceError),
    /// Never.
    Hangs,
    /// With the rows that were asked for, as they are now, after a while.
    Late(Duration),
    /// Against the contract, wherever the rows allow it.
    Breaks(Breach),
}

/// A way to break the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// The last two rows of a slice are swapped.
    OutOfOrder,
    /// The first row of a slice comes twice.
    Repeated,
    /// The row at `after`, or one before it, comes as well.
    BeforeBounds,
    /// A row beyond `until` comes as well.
    BeyondBounds,
    /// No rows, and the word that there are more.
    NoRowsButMore,
    /// Rows belong to a region that was not asked.
    ForeignRows,
    /// One slice too few.
    TooFewSlices,
}

/// A source over rows in memory. Clones share rows, script and record.
#[derive(Clone, Default)]
pub struct FakeRegion {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    meetups: Vec<Arc<Meetup>>,
    case_studies: Vec<Arc<CaseStudy>>,
    offers: Vec<Arc<Offer>>,
    assessments: Vec<Arc<Assessment>>,
    script: VecDeque<Reply>,
    otherwise: Option<Reply>,
    as_of: HashMap<RegionId, Option<DateTime<Utc>>>,
    cannot_describe: bool,
    calls: usize,
    slice_calls: usize,
}

impl FakeRegion {
    /// A source without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// A source that fails every call.
    pub fn failing(error: SourceError) -> Self {
        Self::new().always(Reply::Fails(error))
    }

    /// Adds meet-ups.
    pub fn with_meetups(self, meetups: impl IntoIterator<Item = Meetup>) -> Self {
        self.lock().meetups.extend(meetups.into_iter().map(Arc::new));
        self
    }

    /// Takes all meet-ups away.
    pub fn without_meetups(&self) {
        self.lock().meetups.clear();
    }

    /// Adds case studies.
    pub fn with_case_studies(self, case_studies: impl IntoIterator<Item = CaseStudy>) -> Self {
        self.lock().case_studies.extend(case_studies.into_iter().map(Arc::new));
        self
    }

    /// Adds offers.
    pub fn with_offers(self, offers: impl IntoIterator<Item = Offer>) -> Self {
        self.lock().offers.extend(offers.into_iter().map(Arc::new));
        self
    }

    /// Adds service assessments.
    pub fn with_assessments(self, assessments: impl IntoIterator<Item = Assessment>) -> Self {
        self.lock().assessments.extend(assessments.into_iter().map(Arc::new));
        self
    }

    /// Answers every call like this, once the script has ended. Without it: with rows.
    pub fn always(self, reply: Reply) -> Self {
        self.lock().otherwise = Some(reply);
        self
    }

    /// Answers the next calls for rows like this, one by one, instead of what was scripted.
    pub fn script(&self, replies: impl IntoIterator<Item = Reply>) {
        self.lock().script = replies.into_iter().collect();
    }

    /// Says of a region that its rows were right then, or that it was never read. Without it
    /// nothing is said of its freshness.
    pub fn as_of(&self, region: RegionId, as_of: Option<DateTime<Utc>>) {
        self.lock().as_of.insert(region, as_of);
    }

    /// Whether it fails to say how fresh it is.
    pub fn cannot_describe(&self, cannot: bool) {
        self.lock().cannot_describe = cannot;
    }

    /// How often it was asked for rows.
    pub fn calls(&self) -> usize {
        self.lock().calls
    }

    /// How often it was asked for slices.
    pub fn slice_calls(&self) -> usize {
        self.lock().slice_calls
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the lock")
    }

    /// The reply to this call, unless it is an error or never comes.
    async fn next(&self) -> Result<Reply, SourceError> {
        let reply = {
            let mut state = self.lock();
            state.calls += 1;
            let scripted = state.script.pop_front();
            scripted.or_else(|| state.otherwise.clone()).unwrap_or(Reply::Rows)
        };
        match reply {
            Reply::Fails(error) => Err(error),
            Reply::Hangs => std::future::pending().await,
            Reply::Late(after) => {
                tokio::time::sleep(after).await;
                Ok(Reply::Rows)
            }
            other => Ok(other),
        }
    }

    async fn slices<T: Keyed + Clone + Owned, F>(
        &self,
        requests: &[SliceRequest<F>],
        rows: impl Fn(&State) -> Vec<Arc<T>>,
        accepts: impl Fn(&F, &T) -> bool,
    ) -> Result<Vec<Slice<Arc<T>>>, SourceError> {
        self.lock().slice_calls += 1;
        let rows = rows(&self.lock());
        let reply = self.next().await?;
        let slice = |request: &SliceRequest<F>| {
            let passes = |row: &&Arc<T>| {
                request.regions.contains(&row.region()) && accepts(&request.filter, row)
            };
            let mut all: Vec<_> = rows.iter().filter(passes).cloned().collect();
            all.sort_by(|left, right| request.direction.compare(&left.key(), &right.key()));
            answer(request, all, &reply)
        };
        let mut slices: Vec<_> = requests.iter().map(slice).collect();
        if reply == Reply::Breaks(Breach::TooFewSlices) {
            slices.pop();
        }
        Ok(slices)
    }

    async fn by_ids<T: Keyed, I: Copy + Eq + std::hash::Hash>(
        &self,
        regions: &[RegionId],
        ids: &[I],
        rows: impl Fn(&State) -> Vec<Arc<T>>,
        id: impl Fn(&T) -> I,
    ) -> Result<HashMap<I, Arc<T>>, SourceError> {
        let reply = self.next().await?;
        let rows = rows(&self.lock()).into_iter();
        let wanted = rows.filter(|row| regions.contains(&row.region()) && ids.contains(&id(row)));
        let mut rows: Vec<_> = wanted.collect();
        let keys: Vec<_> = rows.iter().map(|row| id(row)).collect();
        if matches!(reply, Reply::Breaks(_)) {
            // Every row under the id of another.
            rows.rotate_left(1);
        }
        Ok(keys.into_iter().zip(rows).collect())
    }
}

/// The slice of `all`, which is sorted, that the reply says.
fn answer<T: Keyed + Clone + Owned, F>(
    request: &SliceRequest<F>,
    all: Vec<Arc<T>>,
    reply: &Reply,
) -> Slice<Arc<T>> {
    let counts = request.count.then(|| {
        let mut counts: BTreeMap<_, _> = request.regions.iter().map(|one| (*one, 0)).collect();
        all.iter().for_each(|row| *counts.entry(row.region()).or_default() += 1);
        counts
    });
    let is_past = |row: &T, bound: &_| request.direction.compare(&row.key(), bound).is_gt();
    let is_after = |row: &T| request.after.as_ref().is_none_or(|after| is_past(row, after));
    let is_beyond = |row: &T| request.until.as_ref().is_some_and(|until| is_past(row, until));
    let before = all.iter().rev().find(|row| !is_after(row)).cloned();
    let beyond = all.iter().find(|row| is_beyond(row)).cloned();
    let wanted = match reply {
        Reply::Capped(cap) => request.first.min(*cap),
        Reply::Surplus(surplus) => request.first + surplus,
        _ => request.first,
    };
    let rows: Vec<_> = all.into_iter().filter(|row| is_after(row) && !is_beyond(row)).collect();
    let mut slice = Slice { counts, ..Slice::trimmed(rows, wanted) };
    let Reply::Breaks(breach) = reply else { return slice };
    let rows = &mut slice.rows;
    match breach {
        Breach::OutOfOrder => {
            let length = rows.len();
            if length > 1 {
                rows.swap(length - 1, length - 2);
            }
        }
        Breach::Repeated => {
            let first = rows.first().cloned();
            rows.extend(first);
        }
        Breach::BeforeBounds => {
            before.into_iter().for_each(|row| rows.insert(0, row));
        }
        Breach::BeyondBounds if !slice.has_more => rows.extend(beyond),
        Breach::NoRowsButMore => {
            rows.clear();
            slice.has_more = true;
        }
        Breach::ForeignRows => {
            for row in rows {
                *row = Arc::new(row.owned_by(RegionId::derived("elsewhere")));
            }
        }
        Breach::BeyondBounds | Breach::TooFewSlices => {}
    }
    slice
}

/// A row that can be given to another region.
trait Owned {
    fn owned_by(&self, region: RegionId) -> Self;
}

macro_rules! owned {
    ($($row:ty),*) => {$(
        impl Owned for $row {
            fn owned_by(&self, region: RegionId) -> Self {
                Self { region, ..self.clone() }
            }
        }
    )*};
}

owned!(Meetup, CaseStudy, Offer, Assessment);

fn among<T: PartialEq>(wanted: &Option<Vec<T>>, has: impl Fn(&T) -> bool) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted.iter().any(has))
}

pub(crate) fn accepts_case_study(filter: &CaseStudyFilter, row: &CaseStudy) -> bool {
    let has_words = |words: &String| {
        let text = format!("{} {}", row.title, row.summary).to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    };
    among(&filter.points, |point| row.points.contains(point))
        && among(&filter.councils, |council| Some(*council) == row.council)
        && filter.search.as_ref().is_none_or(has_words)
}

pub(crate) fn accepts_offer(filter: &OfferFilter, row: &Offer) -> bool {
    among(&filter.points, |point| row.point.is_none_or(|offered| offered == *point))
        && among(&filter.kinds, |kind| *kind == row.kind)
        && among(&filter.councils, |council| *council == row.council)
        && filter.remote.is_none_or(|remote| remote == row.remote)
}

#[async_trait]
impl RegionSource for FakeRegion {
    async fn describe(
        &self,
        regions: &[RegionId],
    ) -> Result<HashMap<RegionId, Description>, SourceError> {
        let state = self.lock();
        if state.cannot_describe {
            return Err(SourceError::Unavailable);
        }
        let described = regions.iter().filter_map(|region| {
            Some((
                *region,
                Description { as_of: *state.as_of.get(region)?, ..Description::default() },
            ))
        });
        Ok(described.collect())
    }

    async fn meetups(
        &self,
        regions: &[RegionId],
        ids: &[MeetupId],
    ) -> Result<HashMap<MeetupId, Arc<Meetup>>, SourceError> {
        self.by_ids(regions, ids, |state| state.meetups.clone(), |row| row.id).await
    }

    async fn meetup_slices(
        &self,
        requests: &[SliceRequest<MeetupFilter>],
    ) -> Result<Vec<Slice<Arc<Meetup>>>, SourceError> {
        self.slices(requests, |state| state.meetups.clone(), MeetupFilter::accepts).await
    }

    async fn case_studies(
        &self,
        regions: &[RegionId],
        ids: &[CaseStudyId],
    ) -> Result<HashMap<CaseStudyId, Arc<CaseStudy>>, SourceError> {
        self.by_ids(regions, ids, |state| state.case_studies.clone(), |row| row.id).await
    }

    async fn case_study_slices(
        &self,
        requests: &[SliceRequest<CaseStudyFilter>],
    ) -> Result<Vec<Slice<Arc<CaseStudy>>>, SourceError> {
        self.slices(requests, |state| state.case_studies.clone(), accepts_case_study).await
    }

    async fn offers(
        &self,
        regions: &[RegionId],
        ids: &[OfferId],
    ) -> Result<HashMap<OfferId, Arc<Offer>>, SourceError> {
        self.by_ids(regions, ids, |state| state.offers.clone(), |row| row.id).await
    }

    async fn offer_slices(
        &self,
        requests: &[SliceRequest<OfferFilter>],
    ) -> Result<Vec<Slice<Arc<Offer>>>, SourceError> {
        self.slices(requests, |state| state.offers.clone(), accepts_offer).await
    }

    async fn assessments(
        &self,
        regions: &[RegionId],
        ids: &[AssessmentId],
    ) -> Result<HashMap<AssessmentId, Arc<Assessment>>, SourceError> {
        self.by_ids(regions, ids, |state| state.assessments.clone(), |row| row.id).await
    }

    async fn assessment_slices(
        &self,
        requests: &[SliceRequest<AssessmentFilter>],
    ) -> Result<Vec<Slice<Arc<Assessment>>>, SourceError> {
        self.slices(requests, |state| state.assessments.clone(), AssessmentFilter::accepts).await
    }
}
