use folkmoot_domain::MeetupId;
use proptest::{collection::vec, prelude::*};

use super::*;

type Change = fn(&mut Vec<u8>);
type Arguments = Vec<(&'static str, String)>;

fn arguments(values: &[&str]) -> Arguments {
    let names = ["when", "from", "to", "region", "point"];
    names.into_iter().zip(values.iter().map(|value| (*value).to_owned())).collect()
}

fn list<'a>(field: &'static str, arguments: &'a Arguments, direction: Direction) -> ListName<'a> {
    ListName { field, arguments, direction }
}

fn at(hour: u32) -> DateTime<Utc> {
    format!("2027-01-14T{hour:02}:30:00Z").parse().expect("an instant")
}

fn cursor() -> Cursor {
    let arguments = arguments(&["upcoming", "", "", "midlands", "lgdss-2016/3"]);
    Cursor {
        direction: Direction::Ascending,
        after: Some(Key::at(at(18), MeetupId::derived("one"))),
        prints: Prints::of(&list("meetups", &arguments, Direction::Ascending)),
        now: at(9),
        registry_version: 7,
        is_incomplete: true,
        origin: None,
        segment: None,
    }
}

/// The text of bytes that were changed but carry a right checksum again.
fn forged(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let text = cursor().encode();
    let mut bytes = BASE64URL_NOPAD.decode(text.as_bytes()).expect("a cursor");
    bytes.truncate(bytes.len() - 4);
    change(&mut bytes);
    let sum = crc32fast::hash(&bytes);
    bytes.extend(sum.to_be_bytes());
    BASE64URL_NOPAD.encode(&bytes)
}

#[test]
fn cursors_survive_their_text_form() {
    let plain = cursor();
    let key = |id: &str| Some(Key::at(at(20), MeetupId::derived(id)));
    let region = RegionId::derived("kent");
    let segment = |until| Some(Segment { region, until });
    let cases = [
        Cursor { direction: Direction::Descending, is_incomplete: false, ..plain.clone() },
        Cursor { origin: key("origin"), ..plain.clone() },
        Cursor { segment: segment(None), ..plain.clone() },
        Cursor { segment: segment(key("end")), ..plain.clone() },
        Cursor { after: None, segment: segment(key("end")), ..plain.clone() },
        Cursor { after: Some(Key::named("", MeetupId::derived("x"))), ..plain.clone() },
        plain,
    ];
    for cursor in cases {
        assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
    }
}

#[test]
fn longest_cursors_stay_under_200_characters() {
    let arguments: Arguments = (0..MAX_ARGUMENTS).map(|_| ("x", "y".repeat(1_000))).collect();
    let prints = Prints::of(&list("meetups", &arguments, Direction::Ascending));
    let name = Key::named("ß".repeat(MAX_NAME_BYTES / 2), Uuid::max());
    let instant = Some(Key::at(at(18), Uuid::max()));
    let segment = Segment { region: RegionId::derived("kent"), until: instant.clone() };
    let named = Cursor { after: Some(name), prints: prints.clone(), ..cursor() };
    let gap = Cursor { after: instant.clone(), segment: Some(segment), prints, ..cursor() };
    let turned = Cursor { origin: instant, segment: None, ..gap.clone() };
    for (cursor, length) in [(named, 184), (gap, 162), (turned, 140)] {
        let text = cursor.encode();
        assert_eq!(text.len(), length);
        assert!(text.len() <= MAX_CURSOR_CHARS);
        assert_eq!(Cursor::decode(&text), Ok(cursor));
    }
}

#[test]
fn what_is_not_exactly_a_cursor_is_malformed() {
    let text = cursor().encode();
    let last = text.chars().last().expect("a cursor is not empty");
    let neighbour = if last == 'A' { 'B' } else { 'A' };
    let cases = [
        String::new(),
        "camden".to_owned(),
        text[1..].to_owned(),
        text[..text.len() - 1].to_owned(),
        text[..text.len() - 4].to_owned(),
        format!("{text}AAAA"),
        format!("{text}="),
        format!(" {text}"),
        format!("{}{neighbour}", &text[..text.len() - 1]),
        "A".repeat(MAX_CURSOR_CHARS + 1),
        "A".repeat(1_000_000),
        "\u{1F980}".repeat(10),
    ];
    for bad in cases {
        assert_eq!(Cursor::decode(&bad), Err(ListError::CursorMalformed), "{:.40}", bad);
    }
}

#[test]
fn every_changed_character_is_noticed() {
    let text = cursor().encode();
    for at in 0..text.len() {
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        assert_eq!(Cursor::decode(&changed), Err(ListError::CursorMalformed), "at {at}");
    }
}

#[test]
fn cursor_of_another_version_has_expired() {
    for version in [0, VERSION + 1, 255] {
        let text = forged(|bytes| bytes[0] = version);
        assert_eq!(Cursor::decode(&text), Err(ListError::CursorExpired));
    }
}

#[test]
fn forged_cursors_with_a_right_checksum_are_malformed() {
    // Version, flags, now (4), registry (4), digest (6), count, prints (14), seconds (8), id.
    const COUNT: usize = 16;
    const SECONDS: usize = COUNT + 1 + 14;
    let cases: [(&str, Change); 8] = [
        ("unknown flag", |bytes| bytes[1] |= 0x80),
        ("no key", |bytes| bytes[1] &= !HAS_AFTER),
        ("end without a gap", |bytes| bytes[1] |= HAS_UNTIL),
        ("gap by name", |bytes| bytes[1] |= NAMED | HAS_SEGMENT),
        ("too many prints", |bytes| bytes[COUNT] = 255),
        ("year 0", |bytes| bytes[SECONDS..SECONDS + 8].copy_from_slice(&i64::MIN.to_be_bytes())),
        ("year 10000", |bytes| {
            bytes[SECONDS..SECONDS + 8].copy_from_slice(&253_402_300_800_i64.to_be_bytes());
        }),
        ("more than a cursor", |bytes| bytes.push(0)),
    ];
    for (what, change) in cases {
        assert_eq!(Cursor::decode(&forged(change)), Err(ListError::CursorMalformed), "{what}");
    }
}

#[test]
fn mismatch_names_what_changed() {
    let was = arguments(&["upcoming", "", "", "midlands", "lgdss-2016/3"]);
    let prints = Prints::of(&list("meetups", &was, Direction::Ascending));
    let fit = |field, values: &[&str], direction| {
        let arguments = arguments(values);
        match prints.fit(&list(field, &arguments, direction)) {
            Ok(()) => "fits".to_owned(),
            Err(ListError::CursorMismatch { argument }) => argument,
            Err(other) => other.to_string(),
        }
    };
    use Direction::{Ascending, Descending};
    let same = ["upcoming", "", "", "midlands", "lgdss-2016/3"];
    assert_eq!(fit("meetups", &same, Ascending), "fits");
    assert_eq!(fit("offers", &same, Ascending), "offers");
    assert_eq!(fit("meetups", &same, Descending), "order");
    assert_eq!(fit("meetups", &["past", "", "", "midlands", "lgdss-2016/3"], Descending), "when");
    assert_eq!(fit("meetups", &["upcoming", "", "", "", "lgdss-2016/3"], Ascending), "region");
    assert_eq!(fit("meetups", &["upcoming", "", "", "midlands", "agile"], Ascending), "point");
    assert_eq!(fit("meetups", &["upcoming"], Ascending), "meetups");
}

#[test]
fn arguments_do_not_run_into_each_other() {
    let prints = |arguments: &[(&'static str, &str)]| {
        let arguments: Arguments =
            arguments.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Prints::of(&list("meetups", &arguments, Direction::Ascending))
    };
    assert_ne!(prints(&[("a", "bc")]), prints(&[("ab", "c")]));
    assert_ne!(prints(&[("a", ""), ("b", "")]), prints(&[("a", "b"), ("", "")]));
}

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic(bytes in vec(any::<u8>(), 0..160)) {
        let text = BASE64URL_NOPAD.encode(&bytes);
        prop_assert!(Cursor::decode(&text).is_err());
    }

    #[test]
    fn no_text_makes_decoding_panic(text in ".{0,220}") {
        prop_assert!(Cursor::decode(&text).is_err());
    }

    /// With a right checksum: whatever is read is written again just so.
    #[test]
    fn decoding_is_strict(bytes in vec(any::<u8>(), 0..80), flags in 0_u8..128, at in 0_usize..90) {
        let text = forged(|cursor| {
            let at = 2 + at.min(cursor.len() - 2);
            cursor[1] = flags;
            cursor.truncate(at);
            cursor.extend(bytes);
        });
        if let Ok(cursor) = Cursor::decode(&text) {
            prop_assert_eq!(cursor.encode(), text);
        }
    }
}
