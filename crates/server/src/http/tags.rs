//! Entity tags: whether a reader has these bytes already.

use axum::http::{HeaderMap, header};

/// The tag of bytes with this hash.
pub(super) fn of(hash: &[u8]) -> String {
    let short = hash.get(..16).unwrap_or(hash);
    format!("\"{}\"", data_encoding::HEXLOWER.encode(short))
}

/// True if `If-None-Match` names this tag. By the weak comparison that is prescribed for it: a
/// proxy that packs what it passes on weakens tags.
pub(super) fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let given = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    let mut tags = given.flat_map(|list| list.split(','));
    tags.any(|given| given.trim() == "*" || opaque(given) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_reader_that_has_these_bytes_is_told_so() {
        let headers = |text: &'static str| {
            HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(text))])
        };
        for known in ["W/\"a\"", "\"a\"", "\"b\", W/\"a\"", "*"] {
            assert!(is_known(&headers(known), "W/\"a\""), "{known}");
        }
        assert!(!is_known(&headers("\"b\""), "W/\"a\""));
        assert!(!is_known(&HeaderMap::new(), "W/\"a\""));
    }
}
