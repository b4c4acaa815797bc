//! E-mail addresses are personal data that no answer may ever hold: they are taken out of a
//! sheet before anything else looks at it.

use std::borrow::Cow;

use super::{column::Column, reading::Report, table::Table};
use crate::{Link, clean_line, text::seen};

/// Drops columns of addresses and removes single ones from texts; says so.
pub(super) fn remove_addresses(columns: &[Column], table: &mut Table, report: &mut Report) {
    for index in 0..table.titles.len() {
        let name = table.name(index).to_owned();
        let is_known = columns.iter().any(|column| column.name == name);
        if !is_known && holds_addresses(table, index) {
            table.drop_column(index);
            let title = table.shown_title(index);
            report.note(format!("column \"{title}\" holds e-mail addresses and was left out"));
            continue;
        }
        // A link that holds an address is the reader's problem: cut, it would lead astray.
        if !is_known || name == "link" || name.ends_with("_url") {
            continue;
        }
        let mut removed = 0;
        for row in &mut table.rows {
            let cell = &mut row.cells[index];
            let (text, count) = without_addresses(cell);
            if count > 0 {
                *cell = text.into_owned();
                removed += count;
            }
        }
        if removed > 0 {
            report.note(format!("e-mail addresses removed from column {name}: {removed}"));
        }
    }
}

/// By its name, or because at least half of its cells hold one.
fn holds_addresses(table: &Table, index: usize) -> bool {
    let name = table.name(index);
    let is_named_so = name.split('_').any(|word| word == "mail" || word.starts_with("email"))
        || name.contains("e_mail");
    let filled = table.rows.iter().map(|row| row.cells[index].trim()).filter(|it| !it.is_empty());
    let (filled, addresses) = filled.fold((0, 0), |(filled, addresses), cell| {
        (filled + 1, addresses + usize::from(holds_address(cell)))
    });
    is_named_so || (addresses > 0 && addresses * 2 >= filled)
}

/// True if a text holds an e-mail address, also one written for a link.
pub fn holds_address(text: &str) -> bool {
    let may_hold_one = text.contains('@') || text.contains("%40");
    may_hold_one && without_addresses(&text.replace("%40", "@")).1 > 0
}

/// The same of an address of a page, also as it is written once it is read: without some blanks, and
/// with what no address of a page may hold as letters that one of a person may.
pub(crate) fn link_holds_address(link: &str) -> bool {
    let given = link.replace(['\t', '\n', '\r'], "");
    holds_address(&given)
        || given.contains('@')
            && Link::parse(link).is_ok_and(|link| holds_address(&link.to_string()))
}

/// The text without e-mail addresses, and how many there were.
pub(crate) fn without_addresses(text: &str) -> (Cow<'_, str>, usize) {
    if !text.contains('@') {
        return (Cow::Borrowed(text), 0);
    }
    // Hidden characters in an address go when the text is cleaned: it is looked for without them.
    let (mut kept, mut count) = once_without(&seen(text).collect::<String>());
    if count == 0 {
        return (Cow::Borrowed(text), 0);
    }
    // What stood around an address may be another one.
    for _ in 0..MOST_NESTED {
        let (less, more) = once_without(&kept);
        if more == 0 {
            return (Cow::Owned(kept), count);
        }
        kept = less;
        count += more;
    }
    (Cow::Owned(kept.replace('@', "")), count)
}

/// Others' words as they are told back: a line of so many characters at most, without anyone's address.
pub(crate) fn told(text: &str, max_chars: usize) -> String {
    clean_line(&without_addresses(text).0, max_chars)
}

/// Addresses that stand within addresses, within addresses: nobody writes so to be written to.
const MOST_NESTED: usize = 3;

fn once_without(text: &str) -> (String, usize) {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    let mut count = 0;
    while let Some(at) = rest.find('@') {
        let is_local = |c: char| c.is_alphanumeric() || "._%+-'&=~!#$*/?^`{|}".contains(c);
        let local: usize =
            rest[..at].chars().rev().take_while(|c| is_local(*c)).map(char::len_utf8).sum();
        let after = &rest[at + 1..];
        let is_domain = |c: char| c.is_alphanumeric() || c == '.' || c == '-';
        let domain: usize = after.chars().take_while(|c| is_domain(*c)).map(char::len_utf8).sum();
        let domain = after[..domain].trim_end_matches(['.', '-']).len();
        let is_address = local > 0 && after[..domain].trim_start_matches('.').contains('.');
        if is_address {
            let before = &rest[..at - local];
            kept.push_str(before.strip_suffix("mailto:").unwrap_or(before));
            count += 1;
            rest = &after[domain..];
        } else {
            kept.push_str(&rest[..=at]);
            rest = after;
        }
    }
    kept.push_str(rest);
    if count > 0 {
        kept = kept.replace("<>", "").replace("()", "").replace("[]", "");
    }
    (kept, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_out_of_texts() {
        let cases = [
            ("Ask a.b+c@example.gov.uk.", "Ask .", 1),
            ("Ann <ann@example.org>; bob@example.org", "Ann ; ", 2),
            ("see mailto:ann@example.org now", "see  now", 1),
            ("josé@exámple.org", "", 1),
            ("6pm @ the Crown, @folkmoot", "6pm @ the Crown, @folkmoot", 0),
            ("a@b, @@@", "a@b, @@@", 0),
            ("ann@example.org@example.org", "@example.org", 1),
            ("an\u{200B}n@exam\u{AD}ple.org", "", 1),
            ("ann@exa\u{301}m\u{200B}ple.org", "", 1),
            ("ann<x@example.org>@example.org", "", 2),
            ("a<a<a<a<a<x@b.c>@b.c>@b.c>@b.c>@b.c>@b.c", "a<ab.c>b.c", 4),
        ];
        for (text, kept, count) in cases {
            assert_eq!(without_addresses(text), (kept.into(), count), "{text}");
        }
    }

    #[test]
    fn addresses_are_seen_in_links() {
        assert!(holds_address("https://example.org/?to=ann%40example.org"));
        assert!(!holds_address("https://example.org/@ann/notes"));
        assert!(link_holds_address("https://example.org/?to=ann%40exa\tmple\n.org"));
        assert!(link_holds_address("https://example.org/ann\u{FFFD}@example.org"));
        assert!(!link_holds_address("https://example.org/\u{FFFD}/@ann/notes"));
    }
}
