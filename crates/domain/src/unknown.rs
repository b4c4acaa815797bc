//! References that name nothing: what was written, and what it may have meant.

use thiserror::Error;

use crate::{
    Council,
    sheet::{quoted, without_addresses},
    suggestions,
};

/// A reference that names nothing. What was given is not repeated, for it may be a secret in the
/// wrong place; see [`UnknownRef::repeated`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown {kind}{}", did_you_mean(.near))]
pub struct UnknownRef {
    /// What was looked for: `council`, `region`, `point` or `standard`.
    pub kind: &'static str,
    /// What was given.
    given: String,
    /// Up to three that exist.
    near: Vec<Near>,
}

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
        let near = suggestions(given, names).into_iter();
        let near = near.map(|name| Near { shown: format!("\"{name}\""), reference: name });
        Self { kind, given: said(given), near: near.collect() }
    }

    /// What names no council, or none alone, with those that may be meant.
    pub(crate) fn council(given: &str, near: &[&Council]) -> Self {
        let near = near.iter().copied().map(Near::council).collect();
        Self { kind: "council", given: said(given), near }
    }

    /// The same with what was given, cleaned and short, for files in which many references stand
    /// beside each other: nobody could tell which one is meant.
    pub fn repeated(&self) -> String {
        let Self { kind, given, near } = self;
        format!("unknown {kind} \"{given}\"{}", did_you_mean(near))
    }

    /// Up to three references that exist, to write instead.
    pub fn suggestions(&self) -> Vec<String> {
        self.near.iter().map(|near| near.reference.clone()).collect()
    }
}

fn did_you_mean(near: &[Near]) -> String {
    let shown: Vec<_> = near.iter().map(|near| near.shown.as_str()).collect();
    match &shown[..] {
        [] => String::new(),
        [only] => format!("; did you mean {only}?"),
        [all @ .., last] => format!("; did you mean {} or {last}?", all.join(", ")),
    }
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
}
