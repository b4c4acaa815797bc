//! The cursor: a place in one list's order and everything a walk has to remember, in fewer than
//! 200 characters whatever the number of regions.
//!
//! It is checksummed against slips, not secret and not trusted: filters and visibility apply
//! anew on every page, and whatever is not exactly the text of a cursor is refused.

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use folkmoot_domain::{Direction, Key, RegionId, SortKey};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{ListError, ListName};

/// Raised whenever the bytes below change their meaning: older cursors then have expired.
const VERSION: u8 = 1;

/// The longest cursor. The longest that is ever made has 184: a name of 64 bytes, 16 arguments.
pub const MAX_CURSOR_CHARS: usize = 199;

/// The most filter arguments a list has: their prints must fit.
const MAX_ARGUMENTS: usize = 16;

/// The longest name that orders a list.
const MAX_NAME_BYTES: usize = 64;

/// Instants outside the years 1 to 9999 order nothing: a forged one must not reach a database.
const INSTANTS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

const DESCENDING: u8 = 1;
const INCOMPLETE: u8 = 1 << 1;
const HAS_AFTER: u8 = 1 << 2;
const NAMED: u8 = 1 << 3;
const HAS_SEGMENT: u8 = 1 << 4;
const HAS_UNTIL: u8 = 1 << 5;
const HAS_ORIGIN: u8 = 1 << 6;

/// Where a walk stands and what it must not forget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The way that the walk goes, which is not the list's own if it began with `last`.
    pub direction: Direction,
    /// Rows strictly after this key follow; absent only at a gap that begins with the list.
    pub after: Option<Key>,
    /// Which list it is a cursor of.
    pub prints: Prints,
    /// What the walk takes as now: a whole minute.
    pub now: DateTime<Utc>,
    /// The version of the registry whose regions the walk has reckoned with.
    pub registry_version: u32,
    /// True if a page so far lacked a region.
    pub is_incomplete: bool,
    /// The key that the walk began at, if it turned round there: rows of a region that joins
    /// later are missing from there on. Only in lists ordered by an instant, and not in gaps.
    pub origin: Option<Key>,
    /// The gap that is being walked, if it is one. Only in lists ordered by an instant: lists
    /// by name are read from our own tables and have no gaps.
    pub segment: Option<Segment>,
}

/// A gap: the rows of one region up to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The region that was missing.
    pub region: RegionId,
    /// Rows up to and including this key; to the end of the list if absent.
    pub until: Option<Key>,
}

/// The fingerprint of a list: one digest decides, two bytes each for field, order and every
/// argument say which of them changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prints {
    digest: [u8; 6],
    each: Vec<[u8; 2]>,
}

impl Prints {
    /// The fingerprint of a list.
    pub fn of(list: &ListName<'_>) -> Self {
        debug_assert!(list.arguments.len() <= MAX_ARGUMENTS);
        let order = match list.direction {
            Direction::Ascending => "ascending",
            Direction::Descending => "descending",
        };
        let arguments = list.arguments.iter().map(|(name, value)| (*name, value.as_str()));
        let parts = [("", list.field), ("order", order)].into_iter().chain(arguments);
        let mut whole = Sha256::new();
        let each = parts
            .map(|(name, value)| {
                let mut part = Sha256::new();
                for text in [name, value] {
                    part.update((text.len() as u64).to_be_bytes());
                    part.update(text);
                }
                let part = part.finalize();
                whole.update(part);
                [part[0], part[1]]
            })
            .collect();
        let whole = whole.finalize();
        Self { digest: std::array::from_fn(|at| whole[at]), each }
    }

    /// Refuses a cursor whose list is not this one, and says what changed.
    pub(crate) fn fit(&self, list: &ListName<'_>) -> Result<(), ListError> {
        let wanted = Self::of(list);
        if *self == wanted {
            return Ok(());
        }
        let differs = |at: usize| self.each.get(at) != wanted.each.get(at);
        let is_other_field = differs(0) || self.each.len() != wanted.each.len();
        let changed = list.arguments.iter().enumerate().find(|(at, _)| differs(at + 2));
        let argument = match changed {
            _ if is_other_field => list.field,
            Some((_, (name, _))) => name,
            // Arguments often decide the order, so it is blamed last.
            None if differs(1) => "order",
            None => list.field,
        };
        Err(ListError::CursorMismatch { argument: argument.to_owned() })
    }
}

impl Cursor {
    /// The text that clients hand back.
    pub fn encode(&self) -> String {
        debug_assert!(self.after.is_some() || self.segment.is_some());
        let until = self.segment.as_ref().and_then(|segment| segment.until.as_ref());
        let is_named = self.after.iter().chain(until).any(|key| key.instant().is_none());
        let mut flags = 0;
        for (bit, is_set) in [
            (DESCENDING, self.direction == Direction::Descending),
            (INCOMPLETE, self.is_incomplete),
            (HAS_AFTER, self.after.is_some()),
            (NAMED, is_named),
            (HAS_SEGMENT, self.segment.is_some()),
            (HAS_UNTIL, until.is_some()),
            (HAS_ORIGIN, self.origin.is_some()),
        ] {
            if is_set {
                flags |= bit;
            }
        }
        let minutes = self.now.timestamp().div_euclid(60);
        let mut bytes = vec![VERSION, flags];
        bytes.extend(u32::try_from(minutes).unwrap_or_default().to_be_bytes());
        bytes.extend(self.registry_version.to_be_bytes());
        bytes.extend(self.prints.digest);
        bytes.push(self.prints.each.len() as u8);
        bytes.extend(self.prints.each.iter().flatten());
        self.after.iter().for_each(|key| write_key(&mut bytes, key));
        self.origin.iter().for_each(|key| write_key(&mut bytes, key));
        self.segment.iter().for_each(|segment| bytes.extend(segment.region.0.as_bytes()));
        until.into_iter().for_each(|key| write_key(&mut bytes, key));
        bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a text that a client handed back.
    pub fn decode(text: &str) -> Result<Self, ListError> {
        let malformed = ListError::CursorMalformed;
        if text.len() > MAX_CURSOR_CHARS {
            return Err(malformed);
        }
        let Ok(bytes) = BASE64URL_NOPAD.decode(text.as_bytes()) else { return Err(malformed) };
        let Some((bytes, sum)) = bytes.split_last_chunk::<4>() else { return Err(malformed) };
        if crc32fast::hash(bytes).to_be_bytes() != *sum {
            return Err(malformed);
        }
        match bytes.split_first() {
            Some((&VERSION, rest)) => read(rest).ok_or(malformed),
            // Whole, but of a Folkmoot that writes cursors differently.
            Some(_) => Err(ListError::CursorExpired),
            None => Err(malformed),
        }
    }
}

fn write_key(bytes: &mut Vec<u8>, key: &Key) {
    match &key.sort {
        SortKey::Instant(instant) => bytes.extend(instant.timestamp().to_be_bytes()),
        SortKey::Name(name) => {
            debug_assert!(name.len() <= MAX_NAME_BYTES);
            bytes.push(name.len() as u8);
            bytes.extend(name.as_bytes());
        }
    }
    bytes.extend(key.id.as_bytes());
}

fn read(bytes: &[u8]) -> Option<Cursor> {
    let mut bytes = Bytes(bytes);
    let [flags] = bytes.take()?;
    let has = |bit: u8| flags & bit != 0;
    let is_sound = flags < HAS_ORIGIN << 1
        && (has(HAS_AFTER) || has(HAS_SEGMENT))
        && (has(HAS_SEGMENT) || !has(HAS_UNTIL))
        && !(has(NAMED) && (has(HAS_SEGMENT) || has(HAS_ORIGIN)))
        && !(has(HAS_SEGMENT) && has(HAS_ORIGIN));
    if !is_sound {
        return None;
    }
    let now = instant(i64::from(u32::from_be_bytes(bytes.take()?)) * 60)?;
    let registry_version = u32::from_be_bytes(bytes.take()?);
    let digest = bytes.take()?;
    let [count] = bytes.take()?;
    if usize::from(count) > MAX_ARGUMENTS + 2 {
        return None;
    }
    let each = (0..count).map(|_| bytes.take()).collect::<Option<_>>()?;
    let after = if has(HAS_AFTER) { Some(bytes.key(has(NAMED))?) } else { None };
    let origin = if has(HAS_ORIGIN) { Some(bytes.key(false)?) } else { None };
    let segment = if has(HAS_SEGMENT) {
        let region = RegionId(Uuid::from_bytes(bytes.take()?));
        let until = if has(HAS_UNTIL) { Some(bytes.key(false)?) } else { None };
        Some(Segment { region, until })
    } else {
        None
    };
    let direction = if has(DESCENDING) { Direction::Descending } else { Direction::Ascending };
    bytes.0.is_empty().then_some(Cursor {
        direction,
        after,
        prints: Prints { digest, each },
        now,
        registry_version,
        is_incomplete: has(INCOMPLETE),
        origin,
        segment,
    })
}

fn instant(seconds: i64) -> Option<DateTime<Utc>> {
    INSTANTS.contains(&seconds).then(|| DateTime::from_timestamp(seconds, 0)).flatten()
}

/// True for keys that a list over regions may hold: ordered by an instant that any database
/// and any cursor can hold.
pub(crate) fn is_holdable(key: &Key) -> bool {
    key.instant().is_some_and(|instant| INSTANTS.contains(&instant.timestamp()))
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn key(&mut self, is_named: bool) -> Option<Key> {
        let sort = if is_named {
            let [length] = self.take()?;
            if usize::from(length) > MAX_NAME_BYTES {
                return None;
            }
            let (name, rest) = self.0.split_at_checked(length.into())?;
            self.0 = rest;
            SortKey::Name(std::str::from_utf8(name).ok()?.to_owned())
        } else {
            SortKey::Instant(instant(i64::from_be_bytes(self.take()?))?)
        };
        Some(Key { sort, id: Uuid::from_bytes(self.take()?) })
    }
}

#[cfg(test)]
mod tests;
