//! Where the answer to a request is kept, by the request's very bytes: so that it is found without
//! parsing anything.

use std::hash::BuildHasher;

use bytes::Bytes;
use folkmoot_cache::Slot;
use quick_cache::{DefaultHashBuilder, Weighter, sync};
use uuid::Uuid;

use super::{Method, key::AnswerKey};

/// The most bytes of requests that are known: some ten thousand of usual size.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// The bytes that a usual request has.
const USUAL_BYTES: u64 = 800;

/// Longer requests are parsed each time.
const MAX_REQUEST: usize = 32 * 1024;

/// A place, in the history of the database to which its answer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) epoch: Uuid,
    /// By which method it was asked: what is an address is no body.
    pub(super) method: Method,
    pub(super) slots: Slots,
}

/// Where answers to a question are kept. One that lacks something has a place of its own: it must
/// not take that of a whole one, which may have to stand in yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slots {
    pub(super) whole: Slot<AnswerKey>,
    pub(super) partial: Slot<AnswerKey>,
}

/// Places by requests. Two requests whose hashes meet are told apart by their bytes.
pub(super) struct Places<S = DefaultHashBuilder>(sync::Cache<Bytes, Place, ByLength, S>);

#[derive(Clone)]
struct ByLength;

impl Weighter<Bytes, Place> for ByLength {
    fn weight(&self, request: &Bytes, _: &Place) -> u64 {
        request.len() as u64 + size_of::<Place>() as u64 + 64
    }
}

impl<S: BuildHasher + Clone + Default> Default for Places<S> {
    fn default() -> Self {
        Self(sync::Cache::with(
            (MOST_BYTES / USUAL_BYTES) as usize,
            MOST_BYTES,
            ByLength,
            S::default(),
            Default::default(),
        ))
    }
}

impl<S: BuildHasher + Clone> Places<S> {
    pub(super) fn of(&self, request: &[u8]) -> Option<Place> {
        self.0.get(request)
    }

    pub(super) fn keep(&self, request: &[u8], place: Place) {
        if request.len() <= MAX_REQUEST {
            // A copy: the bytes may be a small part of what was received.
            self.0.insert(Bytes::copy_from_slice(request), place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasherDefault, Hasher};

    use async_graphql::Request;

    use super::*;

    /// As if somebody had found requests whose hashes meet.
    #[derive(Default)]
    struct Meeting;

    impl Hasher for Meeting {
        fn finish(&self) -> u64 {
            7
        }

        fn write(&mut self, _: &[u8]) {}
    }

    fn place(query: &str) -> Place {
        let epoch = Uuid::nil();
        let slots = AnswerKey::of(epoch, "test", &Request::new(query)).slots();
        Place { epoch, method: Method::Post, slots }
    }

    #[test]
    fn requests_whose_hashes_meet_have_places_of_their_own() {
        let places = Places::<BuildHasherDefault<Meeting>>::default();
        let requests = ["{ a }", "{ b }", "{ c }"];
        for request in requests {
            places.keep(request.as_bytes(), place(request));
        }
        for request in requests {
            assert_eq!(places.of(request.as_bytes()), Some(place(request)));
        }
        assert_eq!(places.of(b"{ d }"), None);
    }

    #[test]
    fn long_requests_are_not_remembered() {
        let places = Places::<DefaultHashBuilder>::default();
        places.keep(&[b' '; MAX_REQUEST + 1], place("{ a }"));
        assert_eq!(places.of(&[b' '; MAX_REQUEST + 1]), None);
    }
}
