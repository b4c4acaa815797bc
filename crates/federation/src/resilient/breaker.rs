//! When a region is left in peace: the breaker as a pure machine that is told the time.

use std::time::Duration;

use tokio::time::Instant;

use super::ResilienceOptions;
use crate::SourceError;

/// Whether a region is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// It is asked whenever somebody wants to know.
    Closed,
    /// It is left in peace.
    Open {
        /// What it failed with last.
        cause: SourceError,
        /// How long it is left in peace yet; zero once the next call is the probe.
        pause: Duration,
    },
    /// One call is under way that decides; all others are refused.
    HalfOpen {
        /// What it failed with last.
        cause: SourceError,
    },
}

/// Leave to make one attempt. It belongs to a time between two turns of the breaker: what comes
/// of an attempt that began before the last turn decides nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leave {
    era: u64,
    began: Instant,
}

/// What an attempt did to the breaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It opened, for so long. A probe that fails leaves it open, which is no turn.
    Opened(Duration),
    /// It closed.
    Closed,
}

#[derive(Debug)]
pub(super) struct Breaker {
    options: ResilienceOptions,
    random: fastrand::Rng,
    position: Position,
    era: u64,
}

#[derive(Debug)]
enum Position {
    /// It has been answering `since`: no attempt that began later has failed.
    Closed {
        run: u32,
        window: Window,
        since: Option<Instant>,
    },
    Open {
        until: Instant,
        cause: SourceError,
        openings: u32,
    },
    HalfOpen {
        cause: SourceError,
        openings: u32,
    },
}

impl Position {
    fn closed() -> Self {
        Self::Closed { run: 0, window: Window::default(), since: None }
    }
}

/// The last attempts, a bit for each: set if the region was out of order.
#[derive(Debug, Default)]
struct Window {
    bits: u64,
    length: u32,
}

impl Window {
    /// Remembers one more attempt, and forgets the one that is `size` attempts old.
    fn push(&mut self, is_out_of_order: bool, size: u32) {
        let size = size.clamp(1, u64::BITS);
        let kept = u64::MAX >> (u64::BITS - size);
        self.bits = (self.bits << 1 | u64::from(is_out_of_order)) & kept;
        self.length = (self.length + 1).min(size);
    }
}

impl Breaker {
    pub(super) fn new(options: ResilienceOptions) -> Self {
        let random = fastrand::Rng::with_seed(options.seed);
        Self { options, random, position: Position::closed(), era: 0 }
    }

    pub(super) fn state(&self, now: Instant) -> BreakerState {
        match &self.position {
            Position::Closed { .. } => BreakerState::Closed,
            Position::Open { until, cause, .. } => BreakerState::Open {
                cause: cause.clone(),
                pause: until.saturating_duration_since(now),
            },
            Position::HalfOpen { cause, .. } => BreakerState::HalfOpen { cause: cause.clone() },
        }
    }

    /// Rises with every change of position.
    pub(super) fn era(&self) -> u64 {
        self.era
    }

    /// Leave for one attempt; or what the region failed with, if it is left in peace.
    pub(super) fn leave(&mut self, now: Instant) -> Result<Leave, SourceError> {
        match &self.position {
            Position::Closed { .. } => {}
            Position::Open { until, cause, openings } if *until <= now => {
                self.era += 1;
                self.position = Position::HalfOpen { cause: cause.clone(), openings: *openings };
            }
            Position::Open { cause, .. } | Position::HalfOpen { cause, .. } => {
                return Err(cause.clone());
            }
        }
        Ok(Leave { era: self.era, began: now })
    }

    /// Hears what came of an attempt.
    pub(super) fn settle(
        &mut self,
        leave: Leave,
        failure: Option<&SourceError>,
        now: Instant,
    ) -> Option<Turn> {
        if leave.era != self.era {
            return None;
        }
        match (&mut self.position, failure) {
            (Position::Closed { run, window, since }, None) => {
                *run = 0;
                *since = Some(since.map_or(leave.began, |since| since.min(leave.began)));
                window.push(false, self.options.window);
                None
            }
            (Position::Closed { run, window, since }, Some(failure)) => {
                window.push(is_out_of_order(failure), self.options.window);
                // Of a time before the region came back: it is no reason to leave it in peace.
                if since.is_some_and(|since| leave.began < since) {
                    return None;
                }
                *since = None;
                *run += 1;
                let is_due = *run >= self.options.failures_to_open
                    || matches!(failure, SourceError::Busy(_))
                    || exceeds(window, self.options.window, self.options.percent_to_open);
                is_due.then(|| Turn::Opened(self.open(failure, 0, now)))
            }
            (Position::HalfOpen { .. }, None) => {
                self.era += 1;
                self.position = Position::closed();
                Some(Turn::Closed)
            }
            (Position::HalfOpen { openings, .. }, Some(failure)) => {
                let openings = *openings;
                self.open(failure, openings, now);
                None
            }
            // An era begins with every turn, so that nobody has leave of an open breaker.
            (Position::Open { .. }, _) => None,
        }
    }

    /// Leaves the region in peace, twice as long as the last time, and for as long as it asks to
    /// be, up to the longest pause.
    fn open(&mut self, cause: &SourceError, openings: u32, now: Instant) -> Duration {
        let pause = self.options.first_pause.saturating_mul(1 << openings.min(20));
        let mut pause = jittered(pause.min(self.options.longest_pause), &mut self.random);
        if let SourceError::Busy(wanted) = cause {
            pause = pause.max((*wanted).min(self.options.longest_pause));
        }
        self.era += 1;
        let (until, cause) = (now + pause, cause.clone());
        self.position = Position::Open { until, cause, openings: openings.saturating_add(1) };
        pause
    }

    /// How long to wait before an attempt is made again.
    pub(super) fn backoff(&mut self) -> Duration {
        jittered(self.options.backoff, &mut self.random)
    }
}

/// A refusal and a broken answer come from a region that works, perhaps for other questions.
fn is_out_of_order(failure: &SourceError) -> bool {
    matches!(failure, SourceError::Unavailable | SourceError::Busy(_) | SourceError::TimedOut)
}

fn exceeds(window: &Window, size: u32, percent: u32) -> bool {
    let is_full = window.length >= size.clamp(1, u64::BITS);
    is_full && window.bits.count_ones() * 100 >= percent * window.length
}

/// Between half and all of it, so that many gateways do not come back at the same moment.
fn jittered(whole: Duration, random: &mut fastrand::Rng) -> Duration {
    whole / 2 + (whole / 2).mul_f64(random.f64())
}

#[cfg(test)]
mod tests;
