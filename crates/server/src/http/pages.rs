//! What the pages for people share: one look, no script, nothing kept.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};
use sha2::{Digest, Sha256};

/// Calm, plain, and readable at any width, in the dark and in forced colours.
const STYLE: &str = "\
:root{color-scheme:light dark;--line:#b1b4b6;--bad:#942514;background:#fff;color:#0b0c0c}\
@media(prefers-color-scheme:dark){:root{--line:#6b7378;--bad:#ffb3a7;background:#121212;color:#f3f2f1}}\
body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem}\
h1{font-size:1.75rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2rem}\
section{border-top:1px solid var(--line)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}\
dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}.bad{color:var(--bad);font-weight:bold}\
li{margin:.25rem 0;overflow-wrap:anywhere}label{display:block;font-weight:bold}\
input,select,button{font:inherit;padding:.4rem .6rem;margin:.25rem 0;max-width:100%;box-sizing:border-box}\
input,select{border:2px solid currentColor}input{width:100%}button{min-height:2.75rem}\
@media(max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}";

/// A page with its title as heading.
pub(super) fn document(title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Folkmoot" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (body) } }
        }
    }
}

/// A fragment as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str().trim_end_matches('.'))
}

/// A page for one reader, that may run nothing and load nothing.
pub(super) fn answer(status: StatusCode, page: &Markup) -> Response {
    let digest = data_encoding::BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        // What stands here may be for one reader alone.
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (status, headers, Html(page.clone().into_string())).into_response()
}
