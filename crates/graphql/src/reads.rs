//! What an answer was made from, noted while it is made: so that it can be told later whether it
//! would still be the same.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use folkmoot_domain::RegionId;
use folkmoot_store::kind;

/// A region, or the nation, and a kind of its rows.
pub(crate) type Tag = (Option<RegionId>, &'static str);

/// What stands in every answer: it is made from a snapshot of the reference data.
const ALWAYS: [&str; 2] = [kind::REFERENCE, kind::REGISTRY];

/// What councils' answers are read from.
pub(crate) const ANSWERS: [&str; 4] =
    [kind::CAPABILITY, kind::PUBLICATION, kind::RESPONSE, kind::ROUND];

/// What was read so far.
#[derive(Debug, Default)]
pub(crate) struct Reads(Mutex<Noted>);

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    /// Kinds of rows, by region: asked for, found or not.
    pub(crate) tags: BTreeSet<Tag>,
    /// Regions were asked over the network, which change without a write here.
    pub(crate) is_live: bool,
    /// It says how long ago something was: a second later it is another answer.
    pub(crate) is_passing: bool,
}

impl Reads {
    /// Rows of these kinds, of these regions; of national kinds, the nation's.
    pub(crate) fn note(
        &self,
        kinds: &[&'static str],
        regions: impl Iterator<Item = RegionId> + Clone,
    ) {
        let mut noted = self.lock();
        for kind in kinds {
            match kind::NATIONAL.contains(kind) {
                true => drop(noted.tags.insert((None, *kind))),
                false => noted.tags.extend(regions.clone().map(|region| (Some(region), *kind))),
            }
        }
    }

    /// Rows that came over the network.
    pub(crate) fn note_live(&self) {
        self.lock().is_live = true;
    }

    /// An age.
    pub(crate) fn note_passing(&self) {
        self.lock().is_passing = true;
    }

    /// All of it, with what stands in every answer. Groups and memberships are part of the
    /// reference data, too, each with its region's number: `regions` are all that there are.
    pub(crate) fn noted(&self, regions: impl IntoIterator<Item = RegionId>) -> Noted {
        let mut noted = self.lock().clone();
        noted.tags.extend(ALWAYS.map(|kind| (None, kind)));
        let own = [kind::GROUP, kind::MEMBERSHIP];
        for region in regions {
            noted.tags.extend(own.map(|kind| (Some(region), kind)));
        }
        noted
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        // Nothing panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
