//! Text from outside: cleaned on the way in, so that nobody has to remember it on the way out;
//! and the folded forms, slugs and sort names, that are derived from it.

use std::fmt;

use get_size2::GetSize;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use url::Url;

use crate::order::MAX_SORT_NAME;

/// The longest address that we keep: what browsers and caches handle without surprises.
const MAX_LINK: usize = 2_000;

/// One line of text: NFC, no control, bidirectional or invisible characters, white space
/// collapsed, at most `max_chars` characters (a longer one ends in an ellipsis).
pub fn clean_line(text: &str, max_chars: usize) -> String {
    if is_clean_line(text) {
        return shortened(text.to_owned(), max_chars);
    }
    // ASCII is in NFC as it is, and composing costs more than all the rest.
    let line = if text.is_ascii() { one_line(text.chars()) } else { one_line(seen(text)) };
    shortened(line, max_chars)
}

/// What is seen of a text: composed once the hidden characters are gone, for a letter and its
/// accent may have stood on either side of one.
pub(crate) fn seen(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_whitespace() || is_harmless(*c)).nfc()
}

/// True for text that is clean as it is, as most is: printed ASCII, with one space between words.
pub(crate) fn is_clean_line(text: &str) -> bool {
    let mut before = b' ';
    let is_clean = text.bytes().all(|byte| {
        let is_clean = matches!(byte, b'!'..=b'~') || (byte == b' ' && before != b' ');
        before = byte;
        is_clean
    });
    is_clean && (before != b' ' || text.is_empty())
}

/// Harmless characters, with one space between words.
fn one_line(chars: impl Iterator<Item = char>) -> String {
    let mut line = String::new();
    let mut is_apart = false;
    for c in chars {
        if c.is_whitespace() {
            is_apart = true;
        } else if is_harmless(c) {
            if std::mem::take(&mut is_apart) && !line.is_empty() {
                line.push(' ');
            }
            line.push(c);
        }
    }
    line
}

/// Like [`clean_line`], but paragraphs stay apart: line breaks are kept, at most two in a row.
pub fn clean_block(text: &str, max_chars: usize) -> String {
    if is_clean_line(text) {
        return shortened(text.to_owned(), max_chars);
    }
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<String> = Vec::new();
    for line in unified.split('\n') {
        let line = clean_line(line, max_chars);
        let follows_blank = lines.last().is_none_or(|last| last.is_empty());
        if !(line.is_empty() && follows_blank) {
            lines.push(line);
        }
    }
    shortened(lines.join("\n").trim_end().to_owned(), max_chars)
}

fn shortened(text: String, max_chars: usize) -> String {
    // No text has more characters than bytes.
    if text.len() <= max_chars || text.chars().count() <= max_chars {
        return text;
    }
    let mut short: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// False for characters that a reader cannot see but that change what is seen or run.
fn is_harmless(c: char) -> bool {
    let is_bidi_control = matches!(
        c,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    );
    // The joiners U+200C and U+200D stay: scripts and emoji need them.
    let is_invisible = matches!(
        c,
        '\u{00AD}' | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
    );
    let is_no_character = (c as u32) & 0xFFFE == 0xFFFE;
    !(c.is_control() || is_bidi_control || is_invisible || is_no_character)
}

/// The short name in addresses: accents folded, lower case, words joined by hyphens.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in folded(text) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !matches!(c, '\'' | '’') && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The bytes that names are ordered by: folded words, at most 64 bytes.
pub fn sort_name(text: &str) -> String {
    let mut name: String = folded(text).collect();
    while name.len() > MAX_SORT_NAME {
        name.pop();
    }
    name
}

/// Parts in a sentence, with a word before the last: `A, B and C`.
pub fn enumerated<T: AsRef<str>>(parts: &[T], word: &str) -> String {
    let parts: Vec<_> = parts.iter().map(AsRef::as_ref).collect();
    match parts.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} {word} {last}", all.join(", ")),
        parts => parts.concat(),
    }
}

/// Lower case without accents, whole: what searches compare.
pub fn fold_text(text: &str) -> String {
    folded(text).collect()
}

/// Lower case without accents.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)
}

/// An https address without credentials, at most 2,000 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, GetSize)]
#[serde(try_from = "String", into = "String")]
pub struct Link(String);

/// Why a text is not taken as a [`Link`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs)]
pub enum RejectedLink {
    #[error("not a web address: write it in full, beginning with https://")]
    NotAnAddress,
    #[error("not an https address: only links that begin with https:// are shown")]
    NotHttps,
    #[error("the address holds a user name or password")]
    HasCredentials,
    #[error("the address is longer than 2,000 characters")]
    TooLong,
}

impl Link {
    /// Takes an address if it is one that may be shown to the public.
    pub fn parse(text: &str) -> Result<Self, RejectedLink> {
        let text = text.trim();
        if text.len() > MAX_LINK {
            return Err(RejectedLink::TooLong);
        }
        if is_in_normal_form(text) {
            return Ok(Self(text.to_owned()));
        }
        let url = Url::parse(text).map_err(|_| RejectedLink::NotAnAddress)?;
        if url.scheme() != "https" {
            return Err(RejectedLink::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RejectedLink::HasCredentials);
        }
        // By the letter quotation marks may stand there; no name of the internet has them.
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte);
        if !url.host_str().is_some_and(|host| host.bytes().all(is_of_name)) {
            return Err(RejectedLink::NotAnAddress);
        }
        Ok(Self(url.into()))
    }

    /// The address in its normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Link {
    type Error = RejectedLink;

    fn try_from(text: String) -> Result<Self, RejectedLink> {
        Self::parse(&text)
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.0
    }
}

/// True for an https address in its normal form, of a name and a path that hold nothing unusual:
/// most do, and parsing one costs ten times as much. False for any that it is not sure of.
fn is_in_normal_form(text: &str) -> bool {
    let Some((host, path)) = text.strip_prefix("https://").and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with("xn--")
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    // One that begins with a digit may be a number of the old internet's addresses.
    let is_name = |label: &str| label.starts_with(|first: char| first.is_ascii_lowercase());
    let is_plain =
        |byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/');
    host.split('.').all(is_label)
        && host.rsplit('.').next().is_some_and(is_name)
        && path.bytes().all(is_plain)
        // Segments of dots mean others.
        && !path.starts_with('.')
        && !path.contains("/.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_read_as_in_a_sentence() {
        assert_eq!(enumerated(&["A", "B", "C"], "and"), "A, B and C");
        assert_eq!(enumerated(&["A", "B"], "or"), "A or B");
        assert_eq!(enumerated(&["A"], "and"), "A");
        assert_eq!(enumerated::<&str>(&[], "and"), "");
    }

    proptest! {
        #[test]
        fn what_looks_like_a_normal_form_is_one(
            text in "https://[a-z0-9.x-]{0,12}(xn--[a-z]{1,3})?/?([./a-zA-Z0-9_%?# -]|é){0,12}"
        ) {
            if is_in_normal_form(&text) {
                prop_assert_eq!(Url::parse(&text).expect("an address").to_string(), text);
            }
        }
    }

    #[test]
    fn most_addresses_are_in_normal_form_at_once() {
        for text in ["https://www.camden.gov.uk/meet-ups/2027/Notes_1.pdf", "https://a.org/"] {
            assert!(is_in_normal_form(text), "{text}");
        }
        for text in
            ["https://a.org", "https://127.0.0.1/", "https://a.org/../b", "https://u@a.org/"]
        {
            assert!(!is_in_normal_form(text), "{text}");
        }
    }

    #[test]
    fn lines_lose_what_cannot_be_seen() {
        let cases = [
            ("  Agile\tin \u{202E}practice\u{0} ", "Agile in practice"),
            ("caf\u{65}\u{301}", "café"),
            ("a\u{200B}b\u{FEFF}c", "abc"),
            ("two\nlines", "two lines"),
            ("", ""),
            (" ", ""),
            ("as it is ~!", "as it is ~!"),
            ("two  spaces ", "two spaces"),
            (" \u{1} a\u{1}b \u{1}\t c\u{7f} ", "ab c"),
            ("é \u{1} a\u{1}b \u{1}\t c\u{7f} ", "é ab c"),
            ("👩\u{200D}💻", "👩\u{200D}💻"),
            ("e\u{200B}\u{301}", "é"),
        ];
        for (given, wanted) in cases {
            assert_eq!(clean_line(given, 100), wanted);
            assert_eq!(clean_line(wanted, 100), wanted, "once and for all");
        }
    }

    #[test]
    fn long_text_ends_in_an_ellipsis() {
        assert_eq!(clean_line("abcdef", 6), "abcdef");
        assert_eq!(clean_line("abcdefg", 6), "abcde…");
    }

    #[test]
    fn blocks_keep_their_paragraphs() {
        assert_eq!(clean_block("one paragraph", 12), "one paragra…");
        assert_eq!(clean_block("\r\na \r\n\r\n\r\n b\rc\n\n", 100), "a\n\nb\nc");
    }

    #[test]
    fn slugs_are_plain() {
        let cases = [
            ("Rhondda Cynon Taf", "rhondda-cynon-taf"),
            ("King's Lynn & West Norfolk", "kings-lynn-west-norfolk"),
            ("Ynys Môn", "ynys-mon"),
            (" -- ", ""),
        ];
        for (given, wanted) in cases {
            assert_eq!(slug(given), wanted);
        }
    }

    #[test]
    fn sort_names_stay_within_64_bytes_and_whole_characters() {
        let long = "ß".repeat(100);
        assert!(sort_name(&long).len() <= 64);
        assert!(sort_name("Ärö") < sort_name("Asö"));
    }

    #[test]
    fn only_public_https_addresses_are_links() {
        let cases = [
            ("https://example.org/a b", Ok("https://example.org/a%20b")),
            ("http://example.org", Err(RejectedLink::NotHttps)),
            ("javascript:alert(1)", Err(RejectedLink::NotHttps)),
            ("example.org", Err(RejectedLink::NotAnAddress)),
            ("https://me:secret@example.org", Err(RejectedLink::HasCredentials)),
            ("https://exämple.org/", Ok("https://xn--exmple-cua.org/")),
            ("https://[2001:db8::1]:8443/a", Ok("https://[2001:db8::1]:8443/a")),
            ("https://example\".org/", Err(RejectedLink::NotAnAddress)),
            ("https://a'{b}.org/", Err(RejectedLink::NotAnAddress)),
        ];
        for (given, wanted) in cases {
            let link = Link::parse(given);
            assert_eq!(link.as_ref().map(Link::as_str), wanted.as_ref().copied(), "{given}");
        }
        assert_eq!(
            Link::parse(&format!("https://{}", "a".repeat(2_000))),
            Err(RejectedLink::TooLong)
        );
    }
}
