//! The playground's files, built by the web part and kept in the binary.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use rust_embed::Embed;

use super::{App, tags};

/// Absent until the web part was built: the program compiles and runs without it.
#[derive(Embed)]
#[folder = "../../web/dist/playground"]
#[allow_missing = true]
struct Files;

/// Only this page needs `unsafe-inline` styles and `data:` images: its editor makes both.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
    connect-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Folkmoot: playground not built</title>\
    <h1>The playground is not built</h1><p>This program was compiled without its web part. \
    Build it with <code>make web</code> (Node is needed), then compile again. \
    The API itself answers at <code>/graphql</code>.</p></html>";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/playground", get(|| async { Redirect::permanent("/playground/") }))
        .route(
            "/playground/",
            get(|headers: HeaderMap| async move { file("index.html", &headers) }),
        )
        .route(
            "/playground/{*path}",
            get(
                |Path(path): Path<String>, headers: HeaderMap| async move { file(&path, &headers) },
            ),
        )
}

fn file(path: &str, asked: &HeaderMap) -> Response {
    let Some(plain) = Files::get(path) else {
        return if path == "index.html" {
            Html(NOT_BUILT).into_response()
        } else {
            StatusCode::NOT_FOUND.into_response()
        };
    };
    let tag = tags::of(&plain.metadata.sha256_hash());
    // Names under assets/ carry a hash of what they hold.
    let keep = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let common = [
        (header::CACHE_CONTROL, keep.to_owned()),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (header::ETAG, tag.clone()),
        (header::VARY, "Accept-Encoding".to_owned()),
    ];
    if tags::is_known(asked, &tag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(header::CONTENT_TYPE, plain.metadata.mimetype().to_owned())];
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(asked, encoding)
            && let Some(packed) = Files::get(&format!("{path}.{suffix}"))
        {
            let encoding = [(header::CONTENT_ENCODING, encoding)];
            return (common, kind, encoding, packed.data).into_response();
        }
    }
    (common, kind, plain.data).into_response()
}

fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        words.next() == Some(encoding) && words.next() != Some("q=0")
    })
}
