//! Texts of events: without markup, and without what lets strangers into an online meeting.

use crate::sheet::{quoted, without_addresses};

/// A text as a message shows it: short, and without anyone's address.
pub(super) fn shown(text: &str) -> String {
    quoted(&without_addresses(text).0)
}

/// The text without HTML, which some calendars put into descriptions. Whatever comes out, no tag
/// begins in it.
pub(super) fn without_markup(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    // Signs first: what is a tag only then goes too.
    let text = with_signs(text);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('<') {
        kept.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if !begins_tag(rest) {
            kept.push('<');
            continue;
        }
        // Without its end it is no tag, nor is anything after it.
        let Some(end) = rest.find('>') else { break };
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if tag.starts_with("http") {
            // Plain text has addresses of pages in angle brackets.
            kept.push(' ');
            kept.push_str(tag);
            continue;
        }
        let name = tag_name(tag);
        if BREAKING.contains(&name.as_str()) {
            kept.push('\n');
        }
        if HIDDEN.contains(&name.as_str()) && !tag.starts_with('/') {
            rest = after_element(rest, &name);
        }
    }
    kept.push_str(rest);
    without_openings(&kept)
}

/// Elements that begin a line of their own.
const BREAKING: [&str; 10] = ["br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3"];
/// Elements whose contents nobody sees.
const HIDDEN: [&str; 4] = ["script", "style", "head", "title"];

fn begins_tag(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

fn tag_name(tag: &str) -> String {
    let name = tag.trim_start_matches('/');
    name.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// What follows the end of an element; nothing if it has none.
fn after_element<'a>(text: &'a str, name: &str) -> &'a str {
    let is_end = |at: &usize| {
        let found = text.get(at + 2..at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    let end = text.match_indices("</").map(|(at, _)| at).find(is_end);
    let rest = end.map_or("", |at| &text[at..]);
    rest.find('>').map_or("", |at| &rest[at + 1..])
}

/// The text with the few named signs that editors write.
fn with_signs(text: &str) -> String {
    const SIGNS: [(&str, &str); 8] = [
        ("amp;", "&"),
        ("lt;", "<"),
        ("gt;", ">"),
        ("quot;", "\""),
        ("apos;", "'"),
        ("#39;", "'"),
        ("nbsp;", " "),
        ("#160;", " "),
    ];
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let sign = SIGNS.iter().find_map(|(name, sign)| Some((part.strip_prefix(name)?, sign)));
        match sign {
            Some((rest, sign)) => {
                plain.push_str(sign);
                plain.push_str(rest);
            }
            None => {
                plain.push('&');
                plain.push_str(part);
            }
        }
    }
    plain
}

/// Drops every `<` that a tag could begin with: pieces of tags may have met where others went.
fn without_openings(text: &str) -> String {
    let mut next = None;
    let kept: Vec<char> = text
        .chars()
        .rev()
        .filter(|c| {
            let is_opening = *c == '<'
                && next.is_some_and(|next: char| {
                    next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')
                });
            if !is_opening {
                next = Some(*c);
            }
            !is_opening
        })
        .collect();
    kept.into_iter().rev().collect()
}

/// The text without the parts that say how to join an online meeting, and whether there were any.
/// A region that wants its link to be public gives it as the event's URL.
pub(super) fn without_joining(text: &str) -> (String, bool) {
    let mut kept: Vec<&str> = Vec::new();
    let mut is_found = false;
    let mut section: Vec<&str> = Vec::new();
    let mut is_marked_off = false;
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().map(Some).chain([None]) {
        if let Some(line) = line.filter(|line| !is_separator(line)) {
            section.push(line);
            continue;
        }
        let says_how = section.iter().any(|line| says_how_to_join(line));
        is_found |= says_how;
        if says_how && is_marked_off {
            section.clear();
        }
        kept.extend(section.drain(..).filter(|line| !says_how_to_join(line)));
        is_marked_off = true;
    }
    (kept.join("\n"), is_found)
}

/// The lines that Google and Outlook put around how to join.
fn is_separator(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("-::~") || (line.len() >= 20 && line.bytes().all(|byte| byte == b'_'))
}

fn says_how_to_join(line: &str) -> bool {
    const MARKS: [&str; 9] = [
        "meet.google.com/",
        "tel.meet/",
        "teams.microsoft.com/",
        "teams.live.com/",
        "zoom.us/",
        "webex.com/",
        "meeting id:",
        "passcode:",
        "conference id:",
    ];
    let line = line.to_lowercase();
    MARKS.iter().any(|mark| line.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_its_words_stay() {
        let cases = [
            ("plain & simple, 3 < 4", "plain & simple, 3 < 4"),
            ("<p>One</p><p>Two<br/>three</p>", "\nOne\n\nTwo\nthree\n"),
            ("<b onclick=\"x()\">Bold</b> &amp; &lt;i&gt;more&lt;/i&gt;", "Bold & more"),
            ("a<script>alert(1)</script>b<STYLE>p{}</Style>c", "abc"),
            ("a<script>alert(1)", "a"),
            ("<<b>script>alert(1)<</b>/script>", "script>alert(1)/script>"),
            ("a <b", "a b"),
            ("notes<https://example.org/n>.", "notes https://example.org/n."),
            ("&unknown; &", "&unknown; &"),
        ];
        for (text, wanted) in cases {
            assert_eq!(without_markup(text), wanted, "{text}");
        }
    }

    #[test]
    fn how_to_join_goes_and_other_sections_stay() {
        let line = "_".repeat(40);
        let cases = [
            ("Talks\n\nand pizza".to_owned(), "Talks\n\nand pizza", false),
            (
                "Talks\n-::~:~::-\nJoin with Google Meet: https://meet.google.com/abc\nMore\n-::~:~::-"
                    .to_owned(),
                "Talks",
                true,
            ),
            (
                format!("Talks\n{line}\nTeams\nMeeting ID: 1\nPasscode: x\n{line}\nBring cake"),
                "Talks\nBring cake",
                true,
            ),
            ("Talks\nhttps://us02web.zoom.us/j/1\nEnd".to_owned(), "Talks\nEnd", true),
            (format!("One\n{line}\nTwo"), "One\nTwo", false),
        ];
        for (text, wanted, is_found) in cases {
            assert_eq!(without_joining(&text), (wanted.to_owned(), is_found), "{text}");
        }
    }
}
