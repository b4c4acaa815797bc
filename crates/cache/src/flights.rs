//! Single flight: of those that want the same at the same moment one fetches it, and all share
//! what it brings.

use std::{
    collections::{HashMap, hash_map},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

/// What is being fetched, by the hash of what it is. Cheap to clone; clones share the board.
pub struct Flights<V> {
    board: Arc<Mutex<Board<V>>>,
}

type Board<V> = HashMap<[u8; 32], watch::Receiver<Option<V>>>;

/// A seat on a flight; whoever has the landing, too, must fetch.
pub struct Boarding<V> {
    /// To wait for what is brought.
    pub ticket: Ticket<V>,
    /// Present for the leader only, who had better fetch in a task of its own: those who wait
    /// may leave at any time, and whoever comes next is glad of what was brought.
    pub landing: Option<Landing<V>>,
}

/// Waits for what is brought.
pub struct Ticket<V>(watch::Receiver<Option<V>>);

/// Brings what was fetched. Dropped without, those who wait learn that nothing comes.
pub struct Landing<V> {
    board: Arc<Mutex<Board<V>>>,
    key: [u8; 32],
    sender: watch::Sender<Option<V>>,
}

impl<V> Default for Flights<V> {
    fn default() -> Self {
        Self { board: Arc::default() }
    }
}

impl<V> Clone for Flights<V> {
    fn clone(&self) -> Self {
        Self { board: self.board.clone() }
    }
}

impl<V: Clone> Flights<V> {
    /// A seat on the flight that brings this, which begins if there is none.
    pub fn board(&self, key: [u8; 32]) -> Boarding<V> {
        match lock(&self.board).entry(key) {
            hash_map::Entry::Occupied(flight) => {
                Boarding { ticket: Ticket(flight.get().clone()), landing: None }
            }
            hash_map::Entry::Vacant(place) => {
                let (sender, receiver) = watch::channel(None);
                place.insert(receiver.clone());
                let landing = Landing { board: self.board.clone(), key, sender };
                Boarding { ticket: Ticket(receiver), landing: Some(landing) }
            }
        }
    }

    /// How many are under way.
    pub fn airborne(&self) -> usize {
        lock(&self.board).len()
    }
}

impl<V: Clone> Ticket<V> {
    /// What was brought; `None` if the leader ended without.
    pub async fn landed(mut self) -> Option<V> {
        let landed = self.0.wait_for(Option::is_some).await.ok()?;
        landed.clone()
    }
}

impl<V> Landing<V> {
    /// Gives it to all who wait. Whoever comes from now on fetches anew.
    pub fn land(self, brought: V) {
        lock(&self.board).remove(&self.key);
        self.sender.send_replace(Some(brought));
    }
}

impl<V> Drop for Landing<V> {
    fn drop(&mut self) {
        // After it landed the place may be that of the next flight already.
        if self.sender.borrow().is_none() {
            lock(&self.board).remove(&self.key);
        }
    }
}

fn lock<V>(board: &Mutex<Board<V>>) -> MutexGuard<'_, Board<V>> {
    board.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn joiners_share_what_the_leader_brings_and_latecomers_fetch_anew() {
        let flights = Flights::default();
        let leader = flights.board([1; 32]);
        let joiner = flights.board([1; 32]);
        let other = flights.board([2; 32]);
        assert!(joiner.landing.is_none() && other.landing.is_some());

        leader.landing.expect("the first leads").land("rows");

        assert_eq!(leader.ticket.landed().await, Some("rows"));
        assert_eq!(joiner.ticket.landed().await, Some("rows"));
        assert!(flights.board([1; 32]).landing.is_some());
    }

    #[tokio::test]
    async fn lost_leader_leaves_nobody_waiting() {
        let flights = Flights::<u8>::default();
        let leader = flights.board([1; 32]);
        let joiner = flights.board([1; 32]);
        drop(leader);
        assert_eq!(joiner.ticket.landed().await, None);
        assert_eq!(flights.airborne(), 0);
    }
}
