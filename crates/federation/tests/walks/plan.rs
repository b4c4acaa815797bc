//! What happens in one case: the rows of regions, where regions answer from, and what goes wrong
//! on which page.

use folkmoot_federation::SourceError;
use folkmoot_testkit::{Breach, Reply};
use proptest::{collection::vec, prelude::*};

/// Source 0 is the stored one; the others are live and may answer for several regions.
pub(crate) const SOURCES: usize = 4;

/// Lists that are asked together: all rows, and two parts of them.
pub(crate) const LISTS: usize = 3;

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) regions: Vec<RegionPlan>,
    /// The last region joins only by an event.
    pub(crate) is_last_late: bool,
    pub(crate) is_descending: bool,
    /// Walked by `last` and `before`.
    pub(crate) is_backward: bool,
    pub(crate) lists: usize,
    /// Which row of what was seen the walk turns round at, out of 256.
    pub(crate) turn_at: u8,
    /// One per round of pages; after them nothing happens any more.
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(crate) struct RegionPlan {
    pub(crate) source: usize,
    /// Says of itself that nothing was ever read from it.
    pub(crate) is_unread: bool,
    pub(crate) rows: Vec<RowPlan>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct RowPlan {
    /// Few instants, so that rows share them.
    pub(crate) instant: u8,
    /// Decides the order among rows of one instant.
    pub(crate) tie: u8,
    /// Which of the lists, besides the one of all rows, holds it.
    pub(crate) list: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) first: usize,
    pub(crate) events: Vec<Event>,
    /// For each source, how it answers the first call of this round and the second.
    pub(crate) replies: Vec<[Reply; 2]>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Moves { region: usize, source: usize },
    Joins,
    Pauses(usize),
    Resumes(usize),
}

pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    let region = (0..SOURCES, proptest::bool::weighted(0.03), vec(rows(), 0..12));
    let region =
        region.prop_map(|(source, is_unread, rows)| RegionPlan { source, is_unread, rows });
    let regions = vec(region, 2..=6);
    let flags = (proptest::bool::weighted(0.3), any::<bool>(), any::<bool>());
    (regions, flags, 1..=LISTS, any::<u8>(), vec(steps(), 0..12)).prop_map(
        |(regions, (is_last_late, is_descending, is_backward), lists, turn_at, steps)| Plan {
            regions,
            is_last_late,
            is_descending,
            is_backward,
            lists,
            turn_at,
            steps,
        },
    )
}

fn rows() -> impl Strategy<Value = RowPlan> {
    (0..20_u8, any::<u8>(), 1..LISTS).prop_map(|(instant, tie, list)| RowPlan {
        instant,
        tie,
        list,
    })
}

fn steps() -> impl Strategy<Value = Step> {
    let replies = vec((replies(), replies()).prop_map(|(one, two)| [one, two]), SOURCES);
    (1..=5_usize, vec(events(), 0..2), replies).prop_map(|(first, events, replies)| Step {
        first,
        events,
        replies,
    })
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0..6_usize, 0..SOURCES).prop_map(|(region, source)| Event::Moves { region, source }),
        2 => Just(Event::Joins),
        1 => (0..6_usize).prop_map(Event::Pauses),
        2 => (0..6_usize).prop_map(Event::Resumes),
    ]
}

fn replies() -> impl Strategy<Value = Reply> {
    let errors = proptest::sample::select(vec![
        SourceError::Unavailable,
        SourceError::TimedOut,
        SourceError::Rejected,
        SourceError::Malformed("unreadable".to_owned()),
    ]);
    let breaches = proptest::sample::select(vec![
        Breach::OutOfOrder,
        Breach::Repeated,
        Breach::BeforeBounds,
        Breach::BeyondBounds,
        Breach::NoRowsButMore,
        Breach::ForeignRows,
        Breach::TooFewSlices,
    ]);
    prop_oneof![
        12 => Just(Reply::Rows),
        4 => (1..4_usize).prop_map(Reply::Capped),
        1 => (1..4_usize).prop_map(Reply::Surplus),
        3 => errors.prop_map(Reply::Fails),
        1 => Just(Reply::Hangs),
        2 => breaches.prop_map(Reply::Breaks),
    ]
}
