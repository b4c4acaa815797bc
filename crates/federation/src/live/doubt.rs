//! Whether connections to a service that were open before may be dead.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::client::IDLE;

/// Who left before did not wait long enough to say anything of the connection. Half a second: what
/// services are told to answer in.
const PATIENCE: Duration = Duration::from_millis(500);

/// A question that is not answered at all casts doubt on every connection that was open then: what
/// stands between may have forgotten all of them. For as long as such a one may be idle and kept,
/// questions go out on new ones, so that a region that is back is heard at once.
#[derive(Default)]
pub(super) struct Doubt {
    until: Mutex<Option<Instant>>,
}

impl Doubt {
    pub(super) fn is_cast(&self) -> bool {
        self.lock().is_some_and(|until| Instant::now() < until)
    }

    /// A question is asked from now on.
    pub(super) fn asking(&self) -> Asking<'_> {
        Asking { doubt: self, began: Instant::now(), is_answered: false }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question under way. One that is dropped has waited in vain.
pub(super) struct Asking<'a> {
    doubt: &'a Doubt,
    began: Instant,
    is_answered: bool,
}

impl Asking<'_> {
    /// Something came of it, be it an error.
    pub(super) fn ends(mut self) {
        self.is_answered = true;
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if !self.is_answered && self.began.elapsed() >= PATIENCE {
            *self.doubt.lock() = Some(Instant::now() + IDLE);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_a_question_that_waited_in_vain_casts_doubt_and_for_a_while() {
        let doubt = Doubt::default();
        drop(doubt.asking());
        let answered = doubt.asking();
        let waiting = doubt.asking();
        advance(PATIENCE).await;
        answered.ends();
        assert!(!doubt.is_cast());

        drop(waiting);

        assert!(doubt.is_cast());
        advance(IDLE).await;
        assert!(!doubt.is_cast());
    }
}
