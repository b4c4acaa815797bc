//! A region that is slow, away or wrong must cost readers little and itself nothing.

mod breaker;
mod budget;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use folkmoot_domain::RegionCode;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::AbortHandle,
    time::{Instant, sleep, timeout},
};
use tracing::{error, info, warn};

pub use breaker::BreakerState;
use breaker::{Breaker, Leave, Turn};
use budget::Budget;

use crate::{
    Clock, RegionSource, SourceError, Via,
    decorator::{Decorator, Question},
    measures,
};

/// How patient a gateway is with one region.
#[derive(Clone, Copy, Debug)]
pub struct ResilienceOptions {
    /// The most attempts under way at a time; more wait. 16: a small service survives it.
    pub concurrent_calls: usize,
    /// How long one attempt may take. 2 seconds: longer than any page waits, so that a region
    /// that has to wake up is heard by whoever refreshes a cache.
    pub attempt_timeout: Duration,
    /// How long a caller waits at least before its leaving counts against the region, and at most
    /// for its turn. Half a second: regions are told to answer in less.
    pub patience: Duration,
    /// How often a call is made again after it failed in a way that may pass.
    pub retries: u32,
    /// The pause before that, shortened by up to half. A tenth of a second: a restart behind a
    /// load balancer is over, and a reader still waits.
    pub backoff: Duration,
    /// The most retries per hundred calls.
    pub retry_percent: u32,
    /// So many failures in a row open the breaker.
    pub failures_to_open: u32,
    /// How many of the last attempts are looked at, at most 64.
    pub window: u32,
    /// So many of a hundred of them, out of order, open the breaker too. Half: a region that
    /// fails every other time never fails five times in a row.
    pub percent_to_open: u32,
    /// How long a region is left in peace the first time, shortened by up to half.
    pub first_pause: Duration,
    /// How long at most; the pause doubles with each probe that fails. Two minutes: a region
    /// that is back is seen to be while its keeper still looks.
    pub longest_pause: Duration,
    /// What the jitter of pauses is drawn from: another for each process.
    pub seed: u64,
}

impl Default for ResilienceOptions {
    fn default() -> Self {
        Self {
            concurrent_calls: 16,
            attempt_timeout: Duration::from_secs(2),
            patience: Duration::from_millis(500),
            retries: 1,
            backoff: Duration::from_millis(100),
            retry_percent: 10,
            failures_to_open: 5,
            window: 20,
            percent_to_open: 50,
            first_pause: Duration::from_secs(5),
            longest_pause: Duration::from_secs(120),
            seed: 0,
        }
    }
}

/// Stands before a region that answers over the network.
///
/// A call is one attempt, or two: an attempt that ends as [`Unavailable`] or [`TimedOut`] is made
/// again after a jittered pause, as long as retries are at most a tenth of all calls. What was
/// refused or broke the contract is not asked again: it would be the same.
///
/// An attempt passes, in this order:
///
/// 1. the **bulkhead**: at most so many attempts are under way; one more waits for a place, but no
///    longer than `patience`, and then ends as [`TimedOut`]: so many wait only where the region is
///    slow, or for a moment;
/// 2. the **breaker**, below, which may refuse it at once, with or without a place;
/// 3. the **timeout**, after which it ends as [`TimedOut`].
///
/// The breaker is *closed* to begin with: attempts pass. Five failures in a row open it, and so
/// does half of the last twenty attempts being out of order; one that is [`Busy`] opens it at once,
/// for as long as the region asks for, within bounds. *Open*, it refuses with what the
/// region failed with last, so that readers are told the true reason, and never calls the region.
/// After a pause it is *half-open*: one attempt passes as a probe, all others are still refused. If
/// the probe succeeds it is closed and everything counts anew; if not, it is open for twice as
/// long, up to a bound. It needs nobody to recover. Attempts that began before the breaker last
/// turned decide nothing; nor do failures of attempts that began before the region answered again,
/// as long as none that began later fails: those who still waited when it came back do not open it.
///
/// Every failure counts towards a run: a region that answers nothing but nonsense, or refuses
/// every token, should not be hammered with it either. Only [`Unavailable`] and [`TimedOut`]
/// count towards the share of the last twenty: a region that breaks the contract in one of its
/// lists keeps the others, because their answers break the run.
///
/// An attempt runs in a task of its own, so that its outcome is about the region and not about who
/// asked. A caller that is dropped earlier than `patience` leaves the attempt to its end; nobody
/// can open the breaker by hanging up. One that is dropped later has waited long enough: the
/// attempt is ended and counts as timed out, whether or not the region would have answered. That
/// way a region that hangs opens the breaker although its callers all leave at their own deadline.
/// Either way its place in the bulkhead is free again when the attempt ends.
///
/// [`Busy`]: SourceError::Busy
/// [`Unavailable`]: SourceError::Unavailable
/// [`TimedOut`]: SourceError::TimedOut
pub struct Resilient {
    inner: Arc<dyn RegionSource>,
    options: ResilienceOptions,
    bulkhead: Arc<Semaphore>,
    budget: Mutex<Budget>,
    watch: Arc<Watch>,
}

/// The breaker, and who is told when it turns.
struct Watch {
    region: RegionCode,
    clock: Clock,
    breaker: Mutex<Breaker>,
    epoch: AtomicU64,
}

impl Resilient {
    /// Stands before the source that answers for this region. The clock is for those who are told
    /// when it is tried again.
    pub fn new(
        region: RegionCode,
        inner: Arc<dyn RegionSource>,
        clock: Clock,
        options: ResilienceOptions,
    ) -> Self {
        let breaker = Mutex::new(Breaker::new(options));
        let watch = Watch { region, clock, breaker, epoch: AtomicU64::new(0) };
        watch.measure(&BreakerState::Closed);
        Self {
            inner,
            options,
            bulkhead: Arc::new(Semaphore::new(options.concurrent_calls)),
            budget: Mutex::new(Budget::new(options.retry_percent)),
            watch: Arc::new(watch),
        }
    }

    /// Whether the region is asked.
    pub fn state(&self) -> BreakerState {
        self.watch.breaker(|breaker| breaker.state(Instant::now()))
    }

    /// A number that rises whenever the region starts or stops being asked: what was made of its
    /// answers, or without them, is out of date then.
    pub fn health_epoch(&self) -> u64 {
        self.watch.epoch.load(Ordering::Acquire)
    }

    /// A place in the bulkhead, and leave of the breaker.
    async fn admit(&self) -> Result<Attempt, SourceError> {
        let place = match self.bulkhead.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(_) => self.place().await?,
        };
        match self.watch.breaker(|breaker| breaker.leave(Instant::now())) {
            Ok(leave) => {
                Ok(Attempt { watch: self.watch.clone(), leave: Some(leave), _place: place })
            }
            Err(cause) => {
                measures::count_shed(&self.watch.region, "open");
                Err(cause)
            }
        }
    }

    /// A place in the bulkhead, once there is one. Nobody waits for a region that is left in peace.
    async fn place(&self) -> Result<OwnedSemaphorePermit, SourceError> {
        if let BreakerState::Open { cause, .. } | BreakerState::HalfOpen { cause } = self.state() {
            measures::count_shed(&self.watch.region, "open");
            return Err(cause);
        }
        let place = timeout(self.options.patience, self.bulkhead.clone().acquire_owned()).await;
        place.ok().and_then(Result::ok).ok_or_else(|| {
            measures::count_shed(&self.watch.region, "busy");
            SourceError::TimedOut
        })
    }

    async fn attempt<Q: Question>(
        &self,
        attempt: Attempt,
        question: Arc<Q>,
    ) -> Result<Q::Answer, SourceError> {
        let (inner, limit) = (self.inner.clone(), self.options.attempt_timeout);
        let asking = async move {
            let asked = timeout(limit, question.ask(&*inner)).await;
            let answer = asked.unwrap_or(Err(SourceError::TimedOut));
            attempt.settle(answer.as_ref().err());
            answer
        };
        let task = tokio::spawn(Via::carried(asking));
        let _waiting = Waiting {
            began: Instant::now(),
            patience: self.options.patience,
            task: task.abort_handle(),
        };
        task.await.unwrap_or_else(|ended| {
            let region = self.watch.region.as_str();
            error!(region, method = Q::METHOD, %ended, "call of a region ended without an answer");
            Err(SourceError::Unavailable)
        })
    }

    /// Whether a call that failed like this may be made again now.
    fn may_retry(&self, failure: &SourceError) -> bool {
        matches!(failure, SourceError::Unavailable | SourceError::TimedOut)
            // Else its caller would wait for a refusal.
            && self.state() == BreakerState::Closed
            && self.budget.lock().unwrap_or_else(PoisonError::into_inner).spend()
    }
}

impl Decorator for Resilient {
    async fn put<Q: Question>(&self, question: Q) -> Result<Q::Answer, SourceError> {
        let question = Arc::new(question);
        let mut attempt = self.admit().await?;
        self.budget.lock().unwrap_or_else(PoisonError::into_inner).earn();
        for _ in 0..self.options.retries {
            let failure = match self.attempt(attempt, question.clone()).await {
                Err(failure) if self.may_retry(&failure) => failure,
                decided => return decided,
            };
            sleep(self.watch.breaker(Breaker::backoff)).await;
            // Refused a second attempt, a caller learns what came of the first.
            attempt = self.admit().await.map_err(|_| failure)?;
            measures::count_retry(&self.watch.region);
        }
        self.attempt(attempt, question).await
    }
}

/// What is no longer asked is not left in peace either.
impl Drop for Watch {
    fn drop(&mut self) {
        self.measure(&BreakerState::Closed);
    }
}

impl Watch {
    /// Does something to the breaker; a change of position is measured.
    fn breaker<T>(&self, act: impl FnOnce(&mut Breaker) -> T) -> T {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        let era = breaker.era();
        let done = act(&mut breaker);
        if breaker.era() != era {
            self.measure(&breaker.state(Instant::now()));
        }
        done
    }

    fn measure(&self, state: &BreakerState) {
        measures::set_breaker(&self.region, state, self.clock.now());
    }

    fn settle(&self, leave: Leave, failure: Option<&SourceError>) {
        let turn = self.breaker(|breaker| breaker.settle(leave, failure, Instant::now()));
        let region = self.region.as_str();
        match (turn, failure) {
            (Some(Turn::Opened(pause)), Some(cause)) => {
                self.epoch.fetch_add(1, Ordering::Release);
                measures::count_opening(&self.region);
                let pause_ms = pause.as_millis();
                warn!(region, %cause, pause_ms, "region is left in peace for a while");
            }
            (Some(Turn::Closed), _) => {
                self.epoch.fetch_add(1, Ordering::Release);
                info!(region, "region answers again");
            }
            // Not a change of state: the log was told when it opened.
            _ => {}
        }
    }
}

/// An attempt under way. One that is dropped before it was settled did not answer in time.
struct Attempt {
    watch: Arc<Watch>,
    leave: Option<Leave>,
    _place: OwnedSemaphorePermit,
}

impl Attempt {
    fn settle(mut self, failure: Option<&SourceError>) {
        if let Some(leave) = self.leave.take() {
            self.watch.settle(leave, failure);
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Some(leave) = self.leave.take() {
            self.watch.settle(leave, Some(&SourceError::TimedOut));
        }
    }
}

/// A caller that waits for an attempt.
struct Waiting {
    began: Instant,
    patience: Duration,
    task: AbortHandle,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Without effect on an attempt that has ended.
        if self.began.elapsed() >= self.patience {
            self.task.abort();
        }
    }
}
