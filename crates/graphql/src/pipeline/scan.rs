//! One linear pass over the query's text, before the parser: the parser recurses over nested
//! values and would overflow the stack, which nothing can catch.

use async_graphql::ServerError;

use super::refusal;

/// The longest query: the largest that tools generate are a tenth of it.
const MAX_BYTES: usize = 64 * 1024;
/// The most tokens.
const MAX_TOKENS: usize = 5_000;
/// The deepest nesting of any brackets; the parser overflows from about 500 in a debug build.
const MAX_DEPTH: usize = 40;
/// The longest string: searches and cursors are a tenth of it, and the parser takes 40 ns a byte.
const MAX_STRING: usize = 4 * 1024;
/// The most bytes of blanks, commas and comments, which the parser takes as long for as for names:
/// 2,000 selections, more than are answered, one a line, indented by five levels.
const MAX_BLANKS: usize = 24 * 1024;
/// The most fragment spreads.
const MAX_SPREADS: usize = 200;

/// Refuses what is too long, too deep or too much to be read. Strings, block strings and
/// comments are skipped.
pub(super) fn scan(query: &str) -> Result<(), ServerError> {
    if query.len() > MAX_BYTES {
        let message =
            format!("the query is longer than {} KB: ask for less at a time", MAX_BYTES / 1024);
        return Err(refusal("QUERY_TOO_LARGE", message));
    }
    let bytes = query.as_bytes();
    let (mut at, mut depth, mut tokens, mut spreads) = (0, 0_usize, 0_usize, 0_usize);
    let mut blanks = 0;
    while at < bytes.len() {
        let blank = blank(&bytes[at..]);
        if blank > 0 {
            at += blank;
            blanks += blank;
            if blanks > MAX_BLANKS {
                let message = format!(
                    "the query has more than {} KB of blanks and comments: leave them out",
                    MAX_BLANKS / 1024
                );
                return Err(refusal("QUERY_TOO_LARGE", message));
            }
            continue;
        }
        let length = match bytes[at] {
            b'"' => string(&bytes[at..]),
            b'{' | b'[' | b'(' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    let message = format!(
                        "the query nests deeper than {MAX_DEPTH} brackets: ask for less at a time"
                    );
                    return Err(refusal("QUERY_TOO_DEEP", message));
                }
                1
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                1
            }
            b'.' if bytes[at..].starts_with(b"...") => {
                spreads += 1;
                3
            }
            byte if is_word(byte) => bytes[at..].iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        if length > MAX_STRING && bytes[at] == b'"' {
            let message = format!(
                "the query holds a string of more than {} KB: nothing that can be asked for is as long",
                MAX_STRING / 1024
            );
            return Err(refusal("QUERY_TOO_LARGE", message));
        }
        tokens += 1;
        if tokens > MAX_TOKENS || spreads > MAX_SPREADS {
            let message = format!(
                "the query has more than {MAX_TOKENS} tokens or {MAX_SPREADS} fragment spreads: ask for less at a time"
            );
            return Err(refusal("QUERY_TOO_LARGE", message));
        }
        at += length;
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+') || byte >= 0x80
}

/// How many bytes mean nothing from here on, at least up to the end of a comment.
fn blank(bytes: &[u8]) -> usize {
    if bytes[0] == b'#' {
        return bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
    }
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',');
    bytes.iter().take_while(is_blank).count()
}

/// The length of the string that begins here; to the end if it is not closed.
fn string(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\"\"\"") {
        let mut at = 3;
        while at < bytes.len() {
            match &bytes[at..] {
                [b'\\', b'"', b'"', b'"', ..] => at += 4,
                [b'"', b'"', b'"', ..] => return at + 3,
                _ => at += 1,
            }
        }
        return bytes.len();
    }
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' | b'\n' | b'\r' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str) -> Option<String> {
        let error = scan(query).err()?;
        let extensions = error.extensions.expect("a code");
        Some(extensions.get("code").expect("a code").to_string())
    }

    #[test]
    fn blanks_are_refused_beyond_what_an_indented_query_has() {
        for blank in [" ", ",", "\n", "# nothing\n"] {
            let of = |bytes: usize| format!("{{{}a}}", blank.repeat(bytes / blank.len()));
            assert_eq!(code(&of(MAX_BLANKS)), None, "{blank:?}");
            let refused = code(&of(MAX_BLANKS + 100));
            assert_eq!(refused.as_deref(), Some("\"QUERY_TOO_LARGE\""), "{blank:?}");
        }
    }

    #[test]
    fn nested_brackets_of_any_kind_are_refused() {
        for (open, close) in [("{a", "}"), ("[", "]"), ("{a:", "}"), ("(", ")")] {
            for depth in [65, 500, 1_500, 2_000, 5_000, 20_000] {
                let query = format!("{{f(x:{}{})}}", open.repeat(depth), close.repeat(depth));
                assert!(code(&query).is_some(), "{open} {depth}");
            }
        }
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "[".repeat(100);
        for query in [
            format!("{{f(x:\"{many}\")}}"),
            format!("{{f(x:\"\\\"{many}\")}}"),
            format!("{{f(x:\"\"\"{many} \\\"\"\" \" {many}\"\"\")}}"),
            format!("# {many}\n{{f}}"),
        ] {
            assert_eq!(code(&query), None, "{query}");
        }
    }

    #[test]
    fn an_unclosed_string_hides_nothing_after_its_line() {
        let query = format!("{{f(x:\"\n{}", "[".repeat(100));
        assert_eq!(code(&query).as_deref(), Some("\"QUERY_TOO_DEEP\""));
    }

    #[test]
    fn long_queries_long_strings_and_many_tokens_are_refused() {
        assert!(code(&" ".repeat(70_000)).is_some());
        assert!(code(&format!("{{f(x:\"{}\")}}", "a".repeat(5_000))).is_some());
        assert!(code(&format!("{{f(x:\"\"\"{}\"\"\")}}", "a".repeat(5_000))).is_some());
        assert_eq!(code(&format!("{{f(x:\"{}\")}}", "a".repeat(4_000))), None);
        assert_eq!(code(&format!("# {}\n{{f}}", "a".repeat(5_000))), None);
        assert!(code(&"a ".repeat(5_001)).is_some());
        assert!(code(&"...a ".repeat(201)).is_some());
        assert_eq!(code(&"a ".repeat(5_000)), None);
    }
}
