//! References that name nothing: what was written, and what it may have meant.

use thiserror::Error;

use crate::{
    Council, enumerated,
    sheet::{quoted, without_addresses},
    suggestions,
};

/// A reference that names nothing. What was given is not repeated, for it may be a secret in the
/// wrong place; see [`UnknownRef::repeated`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown {kind}{}", instead(.near, .all))]
pub struct UnknownRef {
    /// What was looked for: `council`, `region`, `point` or `standard`.
    pub kind: &'static str,
    /// What was given.
    given: String,
    /// Up to three that exist.
    near: Vec<Near>,
    /// Every one that exists, where none is near and they are few.
    all: Vec<String>,
}

/// So many names are told where none of them is near what was given.
const FEW: usize = 12;

/// Something that a reference may have meant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Near {
    /// What to write instead.
    reference: String,
    /// The same as people know it, such as `Camden (CMD)`.
    shown: String,
}

impl Near {
    fn council(council: &Council) -> Self {
        Self { reference: council.slug.clone(), shown: council.shown() }
    }
}

impl UnknownRef {
    /// What names nothing among these.
    pub fn among<'a>(
        kind: &'static str,
        given: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        let near = suggestions(given, names.iter().copied()).into_iter();
        let near = near.map(|name| Near { shown: quotation(&name), reference: name });
        let near: Vec<_> = near.collect();
        let is_help = near.is_empty() && names.len() <= FEW;
        let all = if is_help { names.into_iter().map(quotation).collect() } else { Vec::new() };
        Self { kind, given: said(given), near, all }
    }

    /// What names no council, or none alone, with those that may be meant.
    pub(crate) fn council(given: &str, near: &[&Council]) -> Self {
        let near = near.iter().copied().map(Near::council).collect();
        Self { kind: "council", given: said(given), near, all: Vec::new() }
    }

    /// The same with what was given, cleaned and short, for files in which many references stand
    /// beside each other: nobody could tell which one is meant.
    pub fn repeated(&self) -> String {
        let Self { kind, given, near, all } = self;
        format!("unknown {kind} \"{given}\"{}", instead(near, all))
    }

    /// Up to three references that exist, to write instead.
    pub fn suggestions(&self) -> Vec<String> {
        self.near.iter().map(|near| near.reference.clone()).collect()
    }
}

/// What to write instead.
fn instead(near: &[Near], all: &[String]) -> String {
    let shown: Vec<_> = near.iter().map(|near| near.shown.as_str()).collect();
    match (&shown[..], all) {
        ([], []) => String::new(),
        ([], [only]) => format!("; there is {only}"),
        ([], all) => format!("; there are {}", enumerated(all, "and")),
        (near, _) => format!("; did you mean {}?", enumerated(near, "or")),
    }
}

fn quotation(name: impl std::fmt::Display) -> String {
    format!("\"{name}\"")
}

/// What was written, short enough for a sentence and without anybody's address.
fn said(given: &str) -> String {
    quoted(&without_addresses(given).0)
}

#[cfg(test)]
mod tests {
    use crate::{Reference, ReferenceParts, Register, UnknownRef, embedded_register};

    fn unknown(given: &str) -> UnknownRef {
        let Register { councils, successions } = embedded_register();
        let parts = ReferenceParts { councils, successions, ..ReferenceParts::default() };
        let today = "2026-06-01".parse().expect("a day");
        Reference::new(parts).council_by_ref(given, None, today).expect_err("unknown")
    }

    #[test]
    fn what_names_nothing_is_repeated_with_what_it_may_mean() {
        let cases = [
            ("camdem", "unknown council \"camdem\"; did you mean Camden (CMD)"),
            ("London", "did you mean City of London (LND)"),
            ("qqqq", "unknown council \"qqqq\""),
            ("jo@example.org", "unknown council \"\""),
        ];
        for (given, says) in cases {
            let told = unknown(given).repeated();
            assert!(told.contains(says), "{given}: {told}");
        }
        assert!(!unknown("s3cret").to_string().contains("s3cret"), "it may be a secret");
        assert_eq!(unknown("camdem").suggestions()[0], "camden", "to write instead");
        assert!(unknown(&"x".repeat(200)).repeated().len() < 80);
    }

    #[test]
    fn where_nothing_is_near_the_few_there_are_are_told() {
        let told = |given, names: &[&str]| {
            UnknownRef::among("region", given, names.iter().copied()).to_string()
        };
        let names = ["kent", "london", "surrey"];
        let cases = [
            (
                "Greater Essex",
                &names[..],
                "unknown region; there are \"kent\", \"london\" and \"surrey\"",
            ),
            ("kant", &names[..], "unknown region; did you mean \"kent\"?"),
            ("Greater Essex", &names[..1], "unknown region; there is \"kent\""),
            ("Greater Essex", &[], "unknown region"),
            ("Greater Essex", &["kent"; 13], "unknown region"),
        ];
        for (given, names, says) in cases {
            assert_eq!(told(given, names), says);
        }
    }
}
