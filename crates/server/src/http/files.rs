//! Files that the web part built and the program holds, packed when they were built.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::Embed;

use super::tags;

/// The answer to a GET of a file; nothing where there is none.
pub(super) fn sent<F: Embed>(
    path: &str,
    asked: &HeaderMap,
    keep: &'static str,
    policy: &'static str,
) -> Option<Response> {
    let plain = F::get(path)?;
    let tag = tags::of(&plain.metadata.sha256_hash());
    let common = [
        (header::CACHE_CONTROL, keep.to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (header::ETAG, tag.clone()),
        (header::VARY, "Accept-Encoding".to_owned()),
    ];
    if tags::is_known(asked, &tag) {
        return Some((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let kind = [(header::CONTENT_TYPE, plain.metadata.mimetype().to_owned())];
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(asked, encoding)
            && let Some(packed) = F::get(&format!("{path}.{suffix}"))
        {
            let encoding = [(header::CONTENT_ENCODING, encoding)];
            return Some((common, kind, encoding, packed.data).into_response());
        }
    }
    Some((common, kind, plain.data).into_response())
}

fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        words.next() == Some(encoding) && words.next() != Some("q=0")
    })
}
