//! A walk: one list, one way, from the place that a cursor remembers.

use chrono::{DateTime, Utc};
use folkmoot_domain::{Key, RegionId, to_minute};

use crate::{Cursor, ListError, ListName, PageArgs, Prints, Segment, merge::Bounds};

/// Makes the cursors of a page's rows, for those who want them: most readers do not.
#[derive(Clone, Debug)]
pub struct Cursors(Cursor);

impl Cursors {
    /// The cursor of the row with this key.
    pub fn of(&self, row: Key) -> String {
        Cursor { after: Some(row), ..self.0.clone() }.encode()
    }
}

/// A page of a list as it is to be walked.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// Which rows, in walking order.
    pub(crate) bounds: Bounds,
    /// True if the page is turned round for the reader: the walk goes against the list.
    pub(crate) is_backward: bool,
    /// True if it goes on from a cursor.
    pub(crate) is_resumed: bool,
    /// What the walk takes as now.
    pub(crate) now: DateTime<Utc>,
    /// True if an earlier page lacked a region.
    pub(crate) was_incomplete: bool,
    /// Regions that joined in a later version of the registry are new to this walk.
    pub(crate) known_version: u32,
    /// The key that the walk began at, if it turned round there.
    pub(crate) origin: Option<Key>,
    /// The region whose gap this is, if it is one.
    pub(crate) gap_of: Option<RegionId>,
    prints: Prints,
}

impl Walk {
    /// Begins a walk, or goes on with the one that the cursor remembers.
    pub(crate) fn open(
        list: &ListName<'_>,
        page: &PageArgs,
        now: DateTime<Utc>,
        registry_version: u32,
    ) -> Result<Self, ListError> {
        let (is_backward, first, text) = page.resolve()?;
        let direction = if is_backward { list.direction.reversed() } else { list.direction };
        let mut walk = Self {
            bounds: Bounds { direction, after: None, until: None, first },
            is_backward,
            is_resumed: text.is_some(),
            now: to_minute(now),
            was_incomplete: false,
            known_version: registry_version,
            origin: None,
            gap_of: None,
            prints: Prints::of(list),
        };
        if let Some(text) = text {
            walk.go_on(Cursor::decode(text)?, list, registry_version)?;
        }
        Ok(walk)
    }

    fn go_on(
        &mut self,
        cursor: Cursor,
        list: &ListName<'_>,
        registry_version: u32,
    ) -> Result<(), ListError> {
        cursor.prints.fit(list)?;
        // A registry that has forgotten what it knew (a restored database, a replica that lags)
        // cannot say which regions the walk has yet to hear of.
        if cursor.registry_version > registry_version {
            return Err(ListError::CursorExpired);
        }
        self.now = cursor.now;
        self.bounds.after = cursor.after;
        let is_turned = cursor.direction != self.bounds.direction;
        if let Some(Segment { region, until }) = cursor.segment {
            // The other end of a gap is not a key to start from: it belongs to the gap.
            if is_turned {
                let pass_as = if self.is_backward { "after" } else { "before" };
                return Err(ListError::GapTurned { pass_as });
            }
            self.gap_of = Some(region);
            self.bounds.until = until;
        }
        if is_turned {
            // A new walk from that key: what the old one lacked lies behind it.
            self.origin = self.bounds.after.clone();
        } else {
            self.origin = cursor.origin;
            self.was_incomplete = cursor.is_incomplete;
            self.known_version = cursor.registry_version;
        }
        Ok(())
    }

    /// The cursors of the rows of a page.
    pub(crate) fn cursors(&self, registry_version: u32, is_incomplete: bool) -> Cursors {
        let until = self.bounds.until.clone();
        // Only regions can join behind a walk, and they are listed by instants.
        let origin = self.origin.clone().filter(|origin| origin.instant().is_some());
        Cursors(Cursor {
            direction: self.bounds.direction,
            after: None,
            prints: self.prints.clone(),
            now: self.now,
            registry_version,
            is_incomplete,
            origin,
            segment: self.gap_of.map(|region| Segment { region, until }),
        })
    }

    /// The cursor of the rows that `region` did not give.
    pub(crate) fn gap(
        &self,
        region: RegionId,
        after: Option<Key>,
        until: Option<Key>,
        registry_version: u32,
    ) -> Cursor {
        Cursor {
            direction: self.bounds.direction,
            after,
            prints: self.prints.clone(),
            now: self.now,
            registry_version,
            is_incomplete: false,
            origin: None,
            segment: Some(Segment { region, until }),
        }
    }

    /// The way that rows of the page are shown.
    pub(crate) fn turned<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        if self.is_backward {
            rows.reverse();
        }
        rows
    }
}
