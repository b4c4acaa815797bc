//! Cursors and ids: what is handed out comes back as it was, and anything else is refused.

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use folkmoot_domain::{Direction, GlobalId, Key, RegionId, SortKey};
use folkmoot_federation::{Cursor, ListName, MAX_CURSOR_CHARS, Prints, Segment};
use uuid::Uuid;

/// The bytes as a text, as what a text is made of, and as what a cursor is made of.
pub fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        text_of_cursor(text, data);
        text_of_id(text);
    }
    let with_sum = [data, &crc32fast::hash(data).to_be_bytes()].concat();
    text_of_cursor(&BASE64URL_NOPAD.encode(&with_sum), data);
    text_of_id(&BASE64URL_NOPAD.encode(data));
    if let Some(cursor) = made_up(&mut Fields(data)) {
        let text = cursor.encode();
        assert!(text.len() <= MAX_CURSOR_CHARS, "too long: {text}");
        assert_eq!(Cursor::decode(&text), Ok(cursor), "{text}");
        changed(&text, data);
    }
}

fn text_of_cursor(text: &str, change: &[u8]) {
    let Ok(cursor) = Cursor::decode(text) else { return };
    assert_eq!(cursor.encode(), text, "another text for {cursor:?}");
    assert_eq!(cursor.now.timestamp() % 60, 0, "now is no whole minute: {cursor:?}");
    assert!(cursor.after.is_some() || cursor.segment.is_some(), "from nowhere: {cursor:?}");
    let until = cursor.segment.as_ref().and_then(|segment| segment.until.as_ref());
    for key in cursor.after.iter().chain(&cursor.origin).chain(until) {
        match &key.sort {
            SortKey::Instant(at) => assert!(is_orderly(at), "no database holds {at}"),
            SortKey::Name(name) => assert!(name.len() <= 64, "longer than any: {name}"),
        }
    }
    changed(text, change);
}

/// Another text is refused: no two texts are one cursor.
fn changed(text: &str, change: &[u8]) {
    let [at, by, ..] = change else { return };
    let mut bytes = text.as_bytes().to_vec();
    let at = usize::from(*at) % bytes.len();
    bytes[at] ^= by & 0x7F;
    let Ok(other) = String::from_utf8(bytes) else { return };
    if other != text {
        assert!(Cursor::decode(&other).is_err(), "{other} passes for {text}");
    }
}

fn text_of_id(text: &str) {
    let Ok(id) = text.parse::<GlobalId>() else { return };
    assert_eq!(id.to_string(), text, "another text for {id:?}");
    assert_eq!(id.kind().is_regional(), id.region().is_some(), "{id:?}");
}

fn is_orderly(at: &DateTime<Utc>) -> bool {
    let text = at.to_rfc3339();
    text.len() == "2026-11-23T12:00:00+00:00".len() && at.timestamp_subsec_nanos() == 0
}

/// A cursor as the nation makes them; `None` if the bytes do not suffice.
fn made_up(fields: &mut Fields<'_>) -> Option<Cursor> {
    let [flags] = fields.take()?;
    let has = |bit: u8| flags & 1 << bit != 0;
    let direction = if has(0) { Direction::Descending } else { Direction::Ascending };
    let is_gap = has(2);
    let is_named = has(3) && !is_gap;
    // Up to the end of the year 9999.
    let minutes = i64::from(u32::from_be_bytes(fields.take()?) % 4_223_371_680);
    let [texts] = fields.take()?;
    let arguments: Vec<_> = (0..texts % 17).map(|n| ("argument", n.to_string())).collect();
    let list = ListName { field: "meetups", arguments: &arguments, direction };
    let after = if is_gap && has(4) { None } else { Some(fields.key(is_named)?) };
    let origin = if has(5) && !is_gap && !is_named { Some(fields.key(false)?) } else { None };
    let segment = if is_gap {
        let region = RegionId(Uuid::from_bytes(fields.take()?));
        let until = if has(6) { Some(fields.key(false)?) } else { None };
        Some(Segment { region, until })
    } else {
        None
    };
    Some(Cursor {
        direction,
        after,
        prints: Prints::of(&list),
        now: DateTime::from_timestamp(minutes * 60, 0)?,
        registry_version: u32::from_be_bytes(fields.take()?),
        is_incomplete: has(1),
        origin,
        segment,
    })
}

/// The bytes that are left.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn key(&mut self, is_named: bool) -> Option<Key> {
        let id = Uuid::from_bytes(self.take()?);
        if is_named {
            let name = String::from_utf8_lossy(&self.take::<8>()?).into_owned();
            return Some(Key::named(folkmoot_domain::sort_name(&name), id));
        }
        // Years 1 to 9999: what every row is held to.
        let seconds = i64::from_be_bytes(self.take()?).rem_euclid(315_537_897_600);
        Some(Key::at(DateTime::from_timestamp(seconds - 62_135_596_800, 0)?, id))
    }
}
