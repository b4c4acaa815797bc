//! The playground's files, built by the web part and kept in the binary.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use rust_embed::Embed;

use super::{App, files};

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
    // Names under assets/ carry a hash of what they hold.
    let keep = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    files::sent::<Files>(path, asked, keep, POLICY).unwrap_or_else(|| match path {
        "index.html" => Html(NOT_BUILT).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
}
