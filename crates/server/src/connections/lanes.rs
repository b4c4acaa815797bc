//! Whose turn it is to be answered: what is answered from memory never waits for anything, so that
//! whoever asks over many connections at once, or for much in one go, would otherwise have all of it
//! before anybody else is heard.

use std::{sync::Arc, task::Poll};

use futures::{pin_mut, poll};
use tokio::{runtime::Handle, sync::Semaphore, task::yield_now};

/// The requests of one client. They begin one at a time on each thread, in the order in which they
/// came, and before each the other clients are heard.
#[derive(Clone, Debug)]
pub(super) struct Lane(Arc<Semaphore>);

impl Lane {
    /// For a client on this runtime, whose threads it may all keep busy.
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(Handle::current().metrics().num_workers())))
    }

    /// What comes of a request. Only until it waits for something does it keep others of its client
    /// waiting.
    pub(super) async fn through<F: Future>(&self, request: F) -> F::Output {
        pin_mut!(request);
        let turn = self.0.acquire().await.expect("it is never closed");
        // The runtime looks first who else has sent something meanwhile.
        yield_now().await;
        let begun = poll!(request.as_mut());
        drop(turn);
        match begun {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => request.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, future, rc::Rc};

    use tokio::task::LocalSet;

    use super::*;

    #[tokio::test]
    async fn who_asks_for_a_thousand_things_at_once_leaves_others_their_turn() {
        let answered = Rc::new(Cell::new(0));
        let (greedy, modest) = (Lane::new(), Lane::new());
        let tasks = LocalSet::new();
        for _ in 0..100 {
            let (lane, answered) = (greedy.clone(), answered.clone());
            tasks.spawn_local(async move {
                for _ in 0..10 {
                    lane.through(async { answered.set(answered.get() + 1) }).await;
                }
            });
        }
        let before = answered.clone();
        let waited = tasks.run_until(async move {
            let mut most = 0;
            for _ in 0..50 {
                let came = before.get();
                // What is sent is heard of when the runtime looks.
                yield_now().await;
                modest.through(future::ready(())).await;
                most = most.max(before.get() - came);
            }
            most
        });
        let waited = waited.await;
        assert!(waited <= 4, "{waited} of another's were answered before one");
        tasks.await;
        assert_eq!(answered.get(), 1000, "and nothing is lost");
    }

    #[tokio::test]
    async fn what_waits_for_something_keeps_no_other_waiting() {
        let lane = Lane::new();
        let slow = lane.through(future::pending::<()>());
        pin_mut!(slow);
        for _ in 0..3 {
            assert!(poll!(slow.as_mut()).is_pending());
            yield_now().await;
        }
        assert_eq!(lane.through(future::ready("answered")).await, "answered");
        assert!(poll!(slow).is_pending());
    }
}
