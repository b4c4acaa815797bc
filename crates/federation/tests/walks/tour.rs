//! One list walked with all its gaps, and the book kept on it: which rows came, and which were
//! rightly left out. The book is kept from what pages say to clients, not from their insides.

use std::collections::BTreeSet;

use folkmoot_domain::{Direction, Key, Keyed, Meetup, Reference, RegionId};
use folkmoot_federation::{MAX_CURSOR_CHARS, Page, SourceReason, SourceState};
use folkmoot_testkit::cursors;

use crate::{Tally, world::holds};

/// A list, a way, and where it began.
pub(crate) struct Tour {
    pub(crate) list: usize,
    /// The list's own.
    pub(crate) direction: Direction,
    pub(crate) is_backward: bool,
    origin: Option<Key>,
    /// Walks that want another page: the list's, and those of its gaps.
    pub(crate) open: Vec<Walk>,
    /// Every row of the list's own walk, with its cursor.
    pub(crate) edges: Vec<(Key, String)>,
    /// Regions that the list's own walk has reckoned with.
    known: BTreeSet<RegionId>,
    seen: Vec<Key>,
    /// Rows of regions while these were paused.
    excused: BTreeSet<Key>,
    pub(crate) tally: Tally,
}

/// Pages to come: rows after `after` and up to `until`, of the nation or of one region.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    pub(crate) cursor: Option<String>,
    after: Option<Key>,
    until: Option<Key>,
    gap_of: Option<RegionId>,
    has_missed: bool,
}

impl Tour {
    pub(crate) fn new(
        list: usize,
        direction: Direction,
        is_backward: bool,
        from: Option<(Key, String)>,
    ) -> Self {
        let (origin, cursor) = from.unzip();
        let walk = Walk { cursor, after: origin.clone(), ..Walk::default() };
        Self {
            list,
            direction,
            is_backward,
            origin,
            open: vec![walk],
            edges: Vec::new(),
            known: BTreeSet::new(),
            seen: Vec::new(),
            excused: BTreeSet::new(),
            tally: Tally { walks: 1, ..Tally::default() },
        }
    }

    /// The way it is walked.
    fn way(&self) -> Direction {
        if self.is_backward { self.direction.reversed() } else { self.direction }
    }

    /// True for keys with `after < key <= until`.
    fn is_within(&self, key: &Key, after: Option<&Key>, until: Option<&Key>) -> bool {
        let way = self.way();
        after.is_none_or(|after| way.compare(key, after).is_gt())
            && until.is_none_or(|until| way.compare(key, until).is_le())
    }

    /// Books a page, and opens the walks that it leads to.
    pub(crate) fn turn_page(
        &mut self,
        mut walk: Walk,
        page: Page<Meetup>,
        reference: &Reference,
        meetups: &[Meetup],
        first: usize,
    ) -> Result<(), String> {
        let keys = page.rows.iter().map(|row| row.key());
        let mut edges: Vec<_> = keys.zip(cursors(&page)).collect();
        if self.is_backward {
            edges.reverse();
        }
        let (has_more, has_other) = match self.is_backward {
            true => (page.has_previous_page, page.has_next_page),
            false => (page.has_next_page, page.has_previous_page),
        };
        ensure(edges.len() <= first, "more rows than asked for")?;
        ensure(!has_more || !edges.is_empty(), "a page without rows and more to come")?;
        ensure(has_other == walk.cursor.is_some(), "the other end's flag is wrong")?;
        let mut last = walk.after.clone();
        for (key, _) in &edges {
            let is_next = self.is_within(key, last.as_ref(), walk.until.as_ref());
            ensure(is_next, "a row out of order or out of bounds")?;
            last = Some(key.clone());
        }
        let cursors = edges.iter().map(|(_, cursor)| cursor);
        let is_short = |cursor: &String| cursor.len() <= MAX_CURSOR_CHARS;
        ensure(
            cursors.chain(page.gaps.iter().map(|gap| &gap.cursor)).all(is_short),
            "long cursor",
        )?;

        let end = if has_more { last } else { walk.until.clone() };
        self.check_sources(&walk, &page, reference, meetups)?;
        for status in &page.sources {
            if status.reason == Some(SourceReason::Paused) {
                let missed = meetups.iter().filter(|meetup| {
                    let key = meetup.key();
                    meetup.region == status.region
                        && self.is_within(&key, walk.after.as_ref(), end.as_ref())
                });
                let missed: Vec<_> = missed.map(Keyed::key).collect();
                self.excused.extend(missed);
            }
        }
        for gap in &page.gaps {
            let (after, until) = match gap.reason {
                SourceReason::Joined => (self.origin.clone(), walk.after.clone()),
                _ => (walk.after.clone(), end.clone()),
            };
            ensure(after.is_none() || after != until, "a gap between a key and itself")?;
            self.tally.gap_walks += 1;
            self.open.push(Walk {
                cursor: Some(gap.cursor.clone()),
                after,
                until,
                gap_of: Some(gap.region),
                has_missed: false,
            });
        }
        let is_missing = page.sources.iter().any(|one| one.state == SourceState::Missing);
        walk.has_missed |= is_missing || !page.gaps.is_empty();
        ensure(page.complete != walk.has_missed, "`complete` is not the truth")?;
        ensure(page.complete == page.note.starts_with("Complete"), "the note says otherwise")?;

        self.tally.pages += 1;
        self.tally.rows += edges.len();
        self.seen.extend(edges.iter().map(|(key, _)| key.clone()));
        if walk.gap_of.is_none() {
            self.known = reference.regions().iter().map(|region| region.id).collect();
            self.edges.extend(edges.iter().cloned());
        }
        if let (true, Some((key, cursor))) = (has_more, edges.pop()) {
            self.open.push(Walk { cursor: Some(cursor), after: Some(key), ..walk });
        }
        Ok(())
    }

    fn check_sources(
        &self,
        walk: &Walk,
        page: &Page<Meetup>,
        reference: &Reference,
        meetups: &[Meetup],
    ) -> Result<(), String> {
        let named: Vec<_> = page.sources.iter().map(|status| status.region).collect();
        let scope: Vec<_> = reference.regions().iter().map(|region| region.id).collect();
        let scope = walk.gap_of.map_or(scope, |region| vec![region]);
        ensure(named == scope, "the sources are not the regions of the list")?;
        let missing = page.sources.iter().filter(|one| one.state == SourceState::Missing);
        let is_whole = missing.count() == 0 && walk.gap_of.is_none();
        let rows = meetups.iter().filter(|meetup| holds(self.list, meetup));
        let total = rows.filter(|meetup| scope.contains(&meetup.region)).count() as u64;
        ensure(page.total_count == is_whole.then_some(total), "wrong total")
    }

    /// The promise itself.
    pub(crate) fn check(&self, meetups: &[Meetup], regions: &[RegionId]) -> Result<(), String> {
        ensure(self.known.iter().all(|region| regions.contains(region)), "an unknown region")?;
        let wanted = meetups.iter().filter(|meetup| {
            let key = meetup.key();
            holds(self.list, meetup)
                && self.known.contains(&meetup.region)
                && self.is_within(&key, self.origin.as_ref(), None)
                && !self.excused.contains(&key)
        });
        let mut wanted: Vec<_> = wanted.map(Keyed::key).collect();
        let mut seen = self.seen.clone();
        wanted.sort();
        seen.sort();
        let lost = wanted.iter().filter(|key| seen.binary_search(key).is_err()).count();
        ensure(lost == 0, "rows lost")?;
        ensure(seen == wanted, "rows repeated")
    }
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}
