//! What a text may hold that is kept or shown, written down once more and apart from what cleans
//! texts; and the same for all texts of a row.

use folkmoot_domain::{Problem, Region, Row, clean_block, clean_line, holds_address};
use serde::Serialize;
use serde_json::Value;

/// The members of rows that hold paragraphs.
const BLOCKS: [&str; 7] = ["summary", "note", "done_well", "advice", "text", "body", "description"];

/// Holds a line to what is promised of all.
pub(crate) fn clean(text: &str) {
    assert!(text.chars().all(is_harmless), "hidden signs: {text:?}");
    assert_eq!(clean_line(text, usize::MAX), text, "not clean once and for all");
}

/// Holds a line of a region's to what is promised of it.
pub(crate) fn line(text: &str) {
    clean(text);
    assert!(!names_somebody(text), "somebody's address: {text:?}");
}

/// Holds paragraphs to what is promised of them.
pub(crate) fn block(text: &str) {
    assert!(text.chars().all(|c| c == '\n' || is_harmless(c)), "hidden signs: {text:?}");
    assert_eq!(clean_block(text, usize::MAX), text, "not clean once and for all");
    assert!(!names_somebody(text), "somebody's address: {text:?}");
}

/// What readers of a report or of an error see: others' words may stand in it.
pub(crate) fn message(text: &str) {
    assert!(!text.is_empty(), "nothing is said");
    assert!(text.chars().all(is_harmless), "hidden signs: {text:?}");
    assert!(!names_somebody(text), "somebody's address: {text:?}");
}

/// The problems and notes of a report on a file of so many lines.
pub(crate) fn report(problems: &[Problem], notes: &[String], bytes: &[u8]) {
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    assert!(problems.len() <= 100 && notes.len() <= 110, "more than anyone reads");
    for problem in problems {
        assert!(
            problem.line.is_none_or(|line| (1..=lines).contains(&line)),
            "no line of the file: {problem}"
        );
        message(&problem.message);
        problem.column.iter().for_each(|column| message(column));
    }
    notes.iter().for_each(|note| message(note));
}

/// All texts and links of a row, and whose it is.
pub(crate) fn row(row: &Row, owner: &Region) {
    match row {
        Row::Membership(membership) => members(membership),
        Row::Meetup(meetup) => {
            of_owner(meetup.region == owner.id);
            assert!(meetup.ends_at >= meetup.starts_at, "ends before it starts: {meetup:?}");
            members(meetup);
        }
        Row::CaseStudy(row) => {
            of_owner(row.region == owner.id);
            members(row);
        }
        Row::Offer(row) => {
            of_owner(row.region == owner.id);
            members(row);
        }
        Row::Round(row) => {
            of_owner(row.region == owner.id);
            members(row);
        }
        Row::Response(row) => members(row),
        Row::Need(row) => {
            of_owner(row.region == owner.id);
            members(row);
        }
        Row::Topic(row) => {
            of_owner(row.region == owner.id);
            members(row);
        }
        Row::Introduction(row) => {
            of_owner(row.region == owner.id);
            members(row);
        }
        Row::Assessment(row) => {
            of_owner(row.region == owner.id);
            members(row);
        }
    }
}

fn of_owner(is_own: bool) {
    assert!(is_own, "a row of another region");
}

/// All texts of something that is kept.
pub(crate) fn members(row: &impl Serialize) {
    walk("", &serde_json::to_value(row).expect("rows are JSON"));
}

fn walk(name: &str, value: &Value) {
    match value {
        Value::String(text) if name == "link" || name == "website" || name.ends_with("_url") => {
            link(text);
        }
        Value::String(text) if BLOCKS.contains(&name) => block(text),
        Value::String(text) => line(text),
        Value::Array(items) => items.iter().for_each(|item| walk(name, item)),
        Value::Object(members) => members.iter().for_each(|(name, value)| walk(name, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An address that pages link to.
fn link(text: &str) {
    let rest = text.strip_prefix("https://").unwrap_or_else(|| panic!("no https: {text:?}"));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    assert!(!host.is_empty() && !host.contains('@'), "no host, or a name before it: {text:?}");
    let is_plain = |byte| matches!(byte, b'!'..=b'~') && !matches!(byte, b'"' | b'<' | b'>');
    assert!(text.bytes().all(is_plain), "breaks out of markup: {text:?}");
    assert!(!holds_address(text), "somebody's address: {text:?}");
}

/// True for an e-mail address. In a text, one that is written for a link is no address yet; nor is
/// what stands on both sides of its sign.
pub(crate) fn names_somebody(text: &str) -> bool {
    holds_address(&text.replace("%40", " "))
}

fn is_harmless(c: char) -> bool {
    let directs = matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let hides = matches!(
        c,
        '\u{200B}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}'
    );
    !(c.is_control() || directs || hides)
}
