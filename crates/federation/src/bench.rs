//! The merge as its benchmark reaches it. Compiled only with the feature `bench`, which nothing but
//! this crate's own benchmarks asks for.

use folkmoot_domain::{Direction, Key, Keyed, RegionId, Slice};

use crate::merge::{Answer, Bounds, MergeRules, check, merge};

/// What regions answered for the first page of a list.
#[derive(Clone, Debug)]
pub struct Answers<T> {
    bounds: Bounds,
    answers: Vec<Answer<T>>,
}

impl<T: Keyed + Clone> Answers<T> {
    /// Of one region each, for a page of so many rows.
    pub fn of(slices: impl IntoIterator<Item = (RegionId, Slice<T>)>, first: usize) -> Self {
        let answer = |(region, slice)| Answer { regions: vec![region], slice: Ok(slice) };
        Self {
            bounds: Bounds { direction: Direction::Ascending, after: None, until: None, first },
            answers: slices.into_iter().map(answer).collect(),
        }
    }

    /// The rows of the page: every answer checked, then all of them merged.
    ///
    /// # Panics
    /// If an answer is not what a region may say.
    pub fn page(self) -> Vec<(Key, T)> {
        for Answer { regions, slice } in &self.answers {
            let slice = slice.as_ref().expect("all of them answered");
            check(slice, regions, &self.bounds).expect("it keeps the contract");
        }
        let merged = merge(&MergeRules::SOUND, &self.bounds, self.answers);
        merged.expect("all of them answered").rows
    }
}
