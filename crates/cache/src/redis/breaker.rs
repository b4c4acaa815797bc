//! When Redis is asked and when it is left alone.
//!
//! *Closed*: every caller asks; so many failures in a row open it. *Open*: nobody asks and
//! nobody waits. After a while one caller is told to look whether it is back, beside its own
//! work: if it is, the breaker closes; if not, the while begins anew.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

pub(crate) struct Breaker {
    failures_to_open: u32,
    open_for: Duration,
    state: Mutex<State>,
}

enum State {
    Closed { failures: u32 },
    Open { until: Instant },
}

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Ask.
    Ask,
    /// Go on without.
    Skip,
    /// Go on without, and have somebody look whether it is back.
    Probe,
}

impl Breaker {
    pub(crate) fn new(failures_to_open: u32, open_for: Duration) -> Self {
        let state = Mutex::new(State::Closed { failures: 0 });
        Self { failures_to_open, open_for, state }
    }

    pub(crate) fn admit(&self) -> Admission {
        match &mut *self.lock() {
            State::Closed { .. } => Admission::Ask,
            State::Open { until } => {
                let now = Instant::now();
                if now < *until {
                    return Admission::Skip;
                }
                *until = now + self.open_for;
                Admission::Probe
            }
        }
    }

    /// Somebody who asked was answered.
    pub(crate) fn answered(&self) {
        // Answers that come in after it opened were asked for before: only a look closes it.
        if let State::Closed { failures } = &mut *self.lock() {
            *failures = 0;
        }
    }

    /// Somebody who asked was not answered. True if this opened it.
    pub(crate) fn failed(&self) -> bool {
        let mut state = self.lock();
        let State::Closed { failures } = &mut *state else { return false };
        *failures += 1;
        if *failures < self.failures_to_open {
            return false;
        }
        *state = State::Open { until: Instant::now() + self.open_for };
        true
    }

    /// Somebody looked, and it is back. True if this closed it.
    pub(crate) fn is_back(&self) -> bool {
        let mut state = self.lock();
        let was_open = matches!(*state, State::Open { .. });
        *state = State::Closed { failures: 0 };
        was_open
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(*self.lock(), State::Closed { .. })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHILE: Duration = Duration::from_secs(1);

    fn opened() -> Breaker {
        let breaker = Breaker::new(3, WHILE);
        assert_eq!([breaker.failed(), breaker.failed(), breaker.failed()], [false, false, true]);
        breaker
    }

    #[tokio::test(start_paused = true)]
    async fn only_failures_in_a_row_open_it() {
        let breaker = Breaker::new(3, WHILE);
        for _ in 0..5 {
            assert!(!breaker.failed() && !breaker.failed());
            breaker.answered();
        }
        assert_eq!(breaker.admit(), Admission::Ask);
    }

    #[tokio::test(start_paused = true)]
    async fn one_caller_per_while_looks_whether_it_is_back() {
        let breaker = opened();
        assert_eq!(breaker.admit(), Admission::Skip);

        tokio::time::advance(WHILE).await;
        assert_eq!([breaker.admit(), breaker.admit()], [Admission::Probe, Admission::Skip]);

        tokio::time::advance(WHILE).await;
        assert_eq!([breaker.admit(), breaker.admit()], [Admission::Probe, Admission::Skip]);
        assert!(breaker.is_back());
        assert_eq!(breaker.admit(), Admission::Ask);
    }

    #[tokio::test(start_paused = true)]
    async fn late_answers_do_not_close_it() {
        let breaker = opened();
        breaker.answered();
        assert_eq!(breaker.admit(), Admission::Skip);
    }
}
