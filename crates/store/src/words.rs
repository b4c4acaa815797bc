//! The words that text is searched by: folded, letters and digits only, the same for what is
//! indexed and for what is asked.

use folkmoot_domain::fold_text;

use crate::dialect::Dialect;

/// English words that say nothing about a text. They are indexed and can be asked for alone; in
/// a longer question they are left out, since "how to test the service" need not hold "how".
const EMPTY: [&str; 36] = [
    "a", "about", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from",
    "how", "i", "in", "is", "it", "of", "on", "or", "our", "that", "the", "their", "this", "to",
    "was", "we", "what", "when", "which", "who", "with", "you",
];

/// More words than anyone asks for; the rest of a question is not looked at.
const MOST_WORDS: usize = 16;

/// How much of a text a hit shows, in characters: about two lines.
const SNIPPET: usize = 160;

/// The words of a text, one space apart.
pub(crate) fn indexed(text: &str) -> String {
    words(&fold_text(text)).collect::<Vec<_>>().join(" ")
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    // "council's" is one word to whoever types "councils".
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The words that a question asks for; the last one may be the beginning of a word.
fn asked(text: &str) -> Vec<String> {
    let folded = fold_text(text);
    let all: Vec<_> = words(&folded).take(MOST_WORDS).collect();
    let mut telling: Vec<&str> = all.iter().copied().filter(|word| !EMPTY.contains(word)).collect();
    if telling.is_empty() {
        telling = all;
    }
    telling.into_iter().map(str::to_owned).collect()
}

/// The question in the engine's own language: every word must be there. Words hold letters and
/// digits only, so that nothing typed is an operator. `None` if there is no word in it.
pub(crate) fn query(dialect: Dialect, text: &str) -> Option<String> {
    let words = asked(text);
    if words.is_empty() {
        return None;
    }
    Some(match dialect {
        Dialect::Postgres => format!("{}:*", words.join(" & ")),
        Dialect::Sqlite => format!("\"{}\" *", words.join("\" \"")),
    })
}

/// The part of a text around the first word that was asked for, as plain text.
pub(crate) fn snippet(body: &str, text: &str) -> String {
    let wanted = asked(text);
    let starts: Vec<usize> = word_starts(body);
    let is_hit = |start: &usize| {
        let folded = fold_text(word_at(body, *start));
        wanted.iter().any(|word| folded.starts_with(word.as_str()))
    };
    let hit = starts.iter().copied().find(is_hit).unwrap_or_default();
    // A third of the window stands before the hit, from the beginning of a word on.
    let lead = body[..hit].char_indices().rev().nth(SNIPPET / 3).map_or(0, |(at, _)| at);
    let from = starts.iter().copied().find(|start| *start >= lead).filter(|_| lead > 0);
    let from = from.unwrap_or(0).min(hit);
    let rest = &body[from..];
    let end = rest.char_indices().nth(SNIPPET).map_or(rest.len(), |(at, _)| at);
    let cut = if end == rest.len() {
        rest
    } else {
        rest[..end].rsplit_once(char::is_whitespace).map_or(&rest[..end], |(kept, _)| kept)
    };
    let line = cut.split_whitespace().collect::<Vec<_>>().join(" ");
    let (before, after) =
        (if from > 0 { "…" } else { "" }, if end < rest.len() { "…" } else { "" });
    format!("{before}{line}{after}")
}

fn word_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut inside = false;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() && !inside {
            starts.push(at);
        }
        inside = c.is_alphanumeric();
    }
    starts
}

fn word_at(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_is_words() {
        let cases = [
            ("agile", Some("\"agile\" *"), Some("agile:*")),
            ("How to test the service", Some("\"test\" \"service\" *"), Some("test & service:*")),
            ("the", Some("\"the\" *"), Some("the:*")),
            ("\" OR 1=1 --", Some("\"1\" \"1\" *"), Some("1 & 1:*")),
            ("NEAR(a, 'b':*)", Some("\"near\" \"b\" *"), Some("near & b:*")),
            ("Ynys Môn", Some("\"ynys\" \"mon\" *"), Some("ynys & mon:*")),
            (" -!*&|() ", None, None),
            ("", None, None),
        ];
        for (typed, sqlite, postgres) in cases {
            assert_eq!(query(Dialect::Sqlite, typed).as_deref(), sqlite, "{typed}");
            assert_eq!(query(Dialect::Postgres, typed).as_deref(), postgres, "{typed}");
        }
    }

    #[test]
    fn a_snippet_begins_and_ends_with_whole_words_around_the_hit() {
        let body = format!("{} agile {}", "before ".repeat(40), "after ".repeat(40));

        let snippet = snippet(&body, "agi");

        assert!(snippet.contains("before agile after"), "{snippet}");
        assert!(snippet.starts_with("…before ") && snippet.ends_with(" after…"), "{snippet}");
        assert!(snippet.chars().count() <= SNIPPET + 2);
    }

    #[test]
    fn a_short_text_is_its_own_snippet() {
        assert_eq!(snippet("Two\nlines.", "absent"), "Two lines.");
        assert_eq!(snippet("", "x"), "");
    }
}
