//! When a replica that did not answer is asked again: by one reader at a time, after a pause that
//! doubles, so that few wait for what is away and none for what is known to be behind.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::Why;

/// The first pause and the longest, of a replica that lags: it is expected to have caught up within
/// that time.
const BEHIND: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// The same of one that is away or no replica of ours: each time costs a reader some waiting.
const AWAY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Whether the replica is asked.
#[derive(Debug)]
pub(super) struct Rest {
    resting: Mutex<Option<Resting>>,
    /// How long the one who asks first may take to find out.
    probe: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Resting {
    why: Why,
    until: Instant,
    pause: Duration,
    /// Told apart from earlier ones, so that those who asked together count once.
    number: u64,
}

/// Who may ask: after which pause, if there was any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn(u64);

impl Rest {
    pub(super) fn new(probe: Duration) -> Self {
        Self { resting: Mutex::new(None), probe }
    }

    /// A turn to ask it, or why it is not asked now.
    pub(super) fn turn(&self) -> Result<Turn, Why> {
        let mut resting = self.lock();
        let Some(rest) = resting.as_mut() else { return Ok(Turn(0)) };
        let now = Instant::now();
        if now < rest.until {
            return Err(rest.why);
        }
        // Nobody else asks until this one knows.
        rest.until = now + self.probe;
        Ok(Turn(rest.number))
    }

    pub(super) fn answered(&self) {
        let Some(rest) = self.lock().take() else { return };
        if rest.why != Why::Behind {
            tracing::info!("the replica of the database is read again");
        }
    }

    pub(super) fn failed(&self, turn: Turn, why: Why) {
        let (least, most) = match why {
            Why::Behind => BEHIND,
            Why::Away | Why::Unfit => AWAY,
            // It is there, and will be for the next one.
            Why::Busy | Why::Conflict | Why::Unsure => return,
        };
        let mut resting = self.lock();
        let (number, pause) = match *resting {
            // Others who asked when this one did have told already.
            Some(rest) if rest.number != turn.0 => return,
            Some(rest) if rest.why == why => (rest.number + 1, (rest.pause * 2).min(most)),
            Some(rest) => (rest.number + 1, least),
            None => (1, least),
        };
        let is_news = resting.is_none_or(|rest| rest.why != why);
        *resting = Some(Resting { why, until: Instant::now() + pause, pause, number });
        drop(resting);
        match why {
            Why::Away if is_news => {
                tracing::warn!("the replica of the database does not answer: the primary is read");
            }
            Why::Unfit if is_news => tracing::warn!(
                "the replica of the database is of no use: the primary is read; \
                 `folkmoot doctor` says why"
            ),
            _ => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Resting>> {
        // Nothing panics while the lock is held.
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(rest: &Rest) {
        rest.lock().as_mut().expect("it rests").until = Instant::now();
    }

    #[test]
    fn one_asks_after_a_pause_and_the_pause_doubles_once_for_all_who_asked_together() {
        let rest = Rest::new(Duration::from_secs(60));
        let (one, other) = (rest.turn().expect("asked"), rest.turn().expect("asked, too"));
        rest.failed(one, Why::Away);
        rest.failed(other, Why::Away);
        assert_eq!(rest.lock().expect("it rests").pause, AWAY.0);
        assert_eq!(rest.turn().unwrap_err(), Why::Away);

        ended(&rest);
        let probe = rest.turn().expect("one");
        assert_eq!(rest.turn().unwrap_err(), Why::Away, "while that one finds out");
        rest.failed(probe, Why::Away);
        assert_eq!(rest.lock().expect("it rests").pause, AWAY.0 * 2);

        ended(&rest);
        rest.turn().expect("one");
        rest.answered();
        assert!(rest.turn().is_ok() && rest.turn().is_ok());
    }

    #[test]
    fn a_pause_is_never_longer_than_the_longest_and_begins_anew_with_another_reason() {
        let rest = Rest::new(Duration::ZERO);
        for _ in 0..9 {
            rest.failed(rest.turn().expect("asked"), Why::Behind);
            ended(&rest);
        }
        assert_eq!(rest.lock().expect("it rests").pause, BEHIND.1);
        rest.failed(rest.turn().expect("asked"), Why::Away);
        assert_eq!(rest.lock().expect("it rests").pause, AWAY.0);
    }

    #[test]
    fn a_statement_that_was_taken_back_keeps_nobody_away() {
        let rest = Rest::new(Duration::ZERO);
        rest.failed(rest.turn().expect("asked"), Why::Conflict);
        assert!(rest.turn().is_ok());
    }
}
