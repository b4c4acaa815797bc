//! How many connections there may be, of all clients together and of each.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use super::lanes::Lane;

/// The places there are.
pub(super) struct Places {
    most: usize,
    most_each: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    /// Of clients that hold any.
    each: HashMap<IpAddr, Client>,
}

struct Client {
    taken: usize,
    lane: Lane,
}

/// There is no place left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// For anybody.
    All,
    /// For this client.
    Client,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    /// Whose it is, if that is known, and what all of its connections share.
    client: Option<(IpAddr, Lane)>,
}

impl Places {
    pub(super) fn new(most: usize, most_each: usize) -> Self {
        Self { most, most_each, taken: Mutex::default() }
    }

    /// A place for a client, or for one that cannot be told from others.
    pub(super) fn take(self: &Arc<Self>, client: Option<IpAddr>) -> Result<Place, Full> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.most {
            return Err(Full::All);
        }
        let client = match client {
            Some(address) => {
                let new = || Client { taken: 0, lane: Lane::new() };
                let its = taken.each.entry(address).or_insert_with(new);
                if its.taken >= self.most_each {
                    return Err(Full::Client);
                }
                its.taken += 1;
                Some((address, its.lane.clone()))
            }
            None => None,
        };
        taken.all += 1;
        Ok(Place { places: self.clone(), client })
    }
}

impl Place {
    /// The lane of the client whose place it is; `None` if it may be that of many.
    pub(super) fn lane(&self) -> Option<Lane> {
        self.client.as_ref().map(|(_, lane)| lane.clone())
    }
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Places").field("most", &self.most).finish_non_exhaustive()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some((address, _)) = &self.client
            && let Some(its) = taken.each.get_mut(address)
        {
            its.taken -= 1;
            if its.taken == 0 {
                taken.each.remove(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    #[tokio::test]
    async fn one_client_takes_no_more_than_its_share() {
        let places = Arc::new(Places::new(5, 2));
        let mut held = vec![
            places.take(client(1)).expect("a place"),
            places.take(client(1)).expect("a place"),
        ];
        assert_eq!(places.take(client(1)).expect_err("its share is taken"), Full::Client);
        held.push(places.take(client(2)).expect("another's"));
        held.remove(0);
        assert!(places.take(client(1)).is_ok(), "what was given back can be had again");
    }

    #[tokio::test]
    async fn all_together_take_no_more_than_there_are_and_leave_nothing_behind() {
        let places = Arc::new(Places::new(3, 2));
        let held: Vec<_> =
            [None, None, client(1)].map(|it| places.take(it).expect("a place")).into();
        assert_eq!(places.take(None).expect_err("all are taken"), Full::All);
        assert_eq!(places.take(client(2)).expect_err("all are taken"), Full::All);
        drop(held);
        let taken = places.taken.lock().expect("nobody panicked");
        assert_eq!((taken.all, taken.each.len()), (0, 0));
    }
}
