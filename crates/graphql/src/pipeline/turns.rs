//! How many operations run at a time, and who is next: all get through while there is room; when
//! there is none, those wait least of which fewest run, and those are sent away of which most wait.

use std::{
    collections::HashMap,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_graphql::Request;
use tokio::{sync::oneshot, time::timeout};

use super::{Answer, refusal, refused};
use crate::error::code;

/// How long one waits for a turn: by then whoever asked would rather hear that it is too much.
const PATIENCE: Duration = Duration::from_secs(1);

/// The turns there are. Cheap to clone; clones are one.
#[derive(Clone)]
pub struct Turns {
    shared: Arc<Shared>,
}

struct Shared {
    /// How many may run, and as many again wait.
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    /// By operation, of those that run.
    each: HashMap<u64, usize>,
    /// In the order in which they came.
    waiting: Vec<Waiting>,
}

struct Waiting {
    operation: u64,
    /// Takes the turn; gone if nobody waits any more.
    call: oneshot::Sender<Turn>,
}

/// Nobody may run or wait any more, or one of this operation did for too long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Busy;

/// What is said of what there was no turn for.
pub(crate) fn busy() -> Answer {
    let message = "the gateway has more to do than it can: try again in a few seconds";
    refused(refusal(code::OVERLOADED, message))
}

/// A turn, until it is dropped.
pub(crate) struct Turn {
    shared: Arc<Shared>,
    operation: u64,
}

impl Turns {
    /// So many run at a time.
    pub fn new(most: usize) -> Self {
        Self { shared: Arc::new(Shared { most, state: Mutex::default() }) }
    }

    /// A turn for a request. What tells its operation from others is the document.
    pub(crate) async fn wait(&self, request: &Request) -> Result<Turn, Busy> {
        let mut hasher = DefaultHasher::new();
        request.query.hash(&mut hasher);
        self.take(hasher.finish()).await
    }

    /// A turn for an operation, told from others by a number.
    async fn take(&self, operation: u64) -> Result<Turn, Busy> {
        let called = {
            let mut state = self.shared.state();
            if state.running < self.shared.most {
                return Ok(self.shared.begin(&mut state, operation));
            }
            state.waiting.retain(|one| !one.call.is_closed());
            if state.waiting.len() >= self.shared.most && !state.send_away(operation) {
                return Err(Busy);
            }
            let (call, called) = oneshot::channel();
            state.waiting.push(Waiting { operation, call });
            called
        };
        match timeout(PATIENCE, called).await {
            Ok(Ok(turn)) => Ok(turn),
            // Sent away for another, or not called in time.
            Ok(Err(_)) | Err(_) => Err(Busy),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(self: &Arc<Self>, state: &mut State, operation: u64) -> Turn {
        state.running += 1;
        *state.each.entry(operation).or_default() += 1;
        Turn { shared: self.clone(), operation }
    }
}

impl State {
    /// Makes room among those who wait for one of this operation: the last of the operation of which
    /// most wait goes, unless it is this one.
    fn send_away(&mut self, operation: u64) -> bool {
        let mut each: HashMap<u64, usize> = HashMap::new();
        for one in &self.waiting {
            *each.entry(one.operation).or_default() += 1;
        }
        let Some((&largest, &most)) = each.iter().max_by_key(|(_, count)| **count) else {
            return false;
        };
        if each.get(&operation).copied().unwrap_or_default() >= most {
            return false;
        }
        if let Some(place) = self.waiting.iter().rposition(|one| one.operation == largest) {
            self.waiting.remove(place);
        }
        true
    }

    /// Who is next: of the operation of which fewest run, the first.
    fn next(&mut self) -> Option<Waiting> {
        let running = |one: &Waiting| self.each.get(&one.operation).copied().unwrap_or_default();
        let places = self.waiting.iter().enumerate();
        let (place, _) = places.min_by_key(|(place, one)| (running(one), *place))?;
        Some(self.waiting.remove(place))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = {
            let mut state = self.shared.state();
            state.running -= 1;
            if let Some(its) = state.each.get_mut(&self.operation) {
                *its -= 1;
                if *its == 0 {
                    state.each.remove(&self.operation);
                }
            }
            let next = state.next();
            next.map(|next| (self.shared.begin(&mut state, next.operation), next.call))
        };
        // Should nobody wait there any more, the turn comes back and goes to the next.
        if let Some((turn, call)) = next {
            drop(call.send(turn));
        }
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("operation", &self.operation).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt, future::BoxFuture};

    use super::*;

    /// Somebody who waits already.
    fn waiting(turns: &Turns, operation: u64) -> BoxFuture<'static, Result<Turn, Busy>> {
        let turns = turns.clone();
        let mut taking = async move { turns.take(operation).await }.boxed();
        assert!((&mut taking).now_or_never().is_none(), "there was a turn");
        taking
    }

    async fn took(turns: &Turns, operation: u64) -> Turn {
        turns.take(operation).await.expect("a turn")
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_ends_goes_to_the_operation_of_which_fewest_run() {
        let turns = Turns::new(2);
        let (first, _second) = (took(&turns, 1).await, took(&turns, 1).await);
        let greedy = waiting(&turns, 1);
        let modest = waiting(&turns, 2);
        drop(first);
        let turn = modest.await.expect("it is next, though it came later");
        drop(turn);
        greedy.await.expect("then the other");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_too_long_is_told_so() {
        let turns = Turns::new(1);
        let held = took(&turns, 1).await;
        assert_eq!(turns.take(2).await.expect_err("nobody lets go"), Busy);
        drop(held);
        took(&turns, 2).await;
    }

    #[tokio::test(start_paused = true)]
    async fn of_too_many_who_wait_the_most_numerous_are_sent_away() {
        let turns = Turns::new(2);
        let _held = (took(&turns, 1).await, took(&turns, 1).await);
        let _first = waiting(&turns, 1);
        let last = waiting(&turns, 1);
        assert_eq!(turns.take(1).await.expect_err("there is no place left"), Busy);
        let _other = waiting(&turns, 2);
        assert_eq!(last.await.expect_err("it made room"), Busy);
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_takes_no_turn_with_them() {
        let turns = Turns::new(1);
        let held = took(&turns, 1).await;
        let (leaves, stays) = (waiting(&turns, 2), waiting(&turns, 3));
        drop(leaves);
        drop(held);
        drop(stays.await.expect("the turn of the one that left"));
        let state = turns.shared.state();
        assert_eq!((state.running, state.each.len(), state.waiting.len()), (0, 0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_was_given_to_nobody_comes_back() {
        let turns = Turns::new(1);
        let held = took(&turns, 1).await;
        let called = waiting(&turns, 2);
        // The turn is on its way when its taker leaves.
        drop(held);
        drop(called);
        took(&turns, 3).await;
    }
}
