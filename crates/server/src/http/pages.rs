//! What the pages for people share: one frame around them, one look, no cookie, no other host.
//! Each says what it has to say without a script; with one it gets better.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rust_embed::Embed;
use serde_json::Value;
use sha2::{Digest, Sha256};

mod trail;

pub(super) use trail::Trail;

use super::{App, files, own::Unsaid, sending::Body};
use crate::sentences::sentence;

/// What a page may load and run, all of it from here. A frame is only the preview of an embed.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// What a page for one reader may: nothing runs where people type their token.
const OWN_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// The style sheet and the script, built by the web part. Absent until then: pages read well
/// without them.
#[derive(Embed)]
#[folder = "../../web/dist/site"]
#[allow_missing = true]
struct Files;

/// What an address of a file says so that it can be kept for ever: a part of its hash.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for name in ["site.css", "site.js"] {
        digest.update(Files::get(name).map(|file| file.data).unwrap_or_default());
    }
    data_encoding::HEXLOWER.encode(&digest.finalize()[..6])
});

/// Where the pages' places are, by the words in their navigation.
const PLACES: [(&str, &str); 7] = [
    ("/meetups", "Meet-ups"),
    ("/trends", "Capability"),
    ("/case-studies", "Case studies"),
    ("/standards", "The standard"),
    ("/regions", "Regions"),
    ("/embed", "For your site"),
    ("/docs", "Help"),
];

/// A page.
#[derive(Default)]
pub(super) struct Page {
    /// Its heading.
    pub(super) title: String,
    /// What search engines and previews say of it.
    pub(super) summary: Option<String>,
    /// Where it is, such as `/meetups?region=london`: its one address.
    pub(super) path: String,
    /// What it is a part of, from the outside in.
    pub(super) trail: Trail,
    /// The same in other forms: media type, address, title.
    pub(super) alternates: Vec<(&'static str, String, String)>,
    /// The same for machines, by schema.org's words.
    pub(super) json_ld: Option<Value>,
    /// What is wrong with what somebody wrote, before anything else.
    pub(super) problem: Option<Markup>,
    pub(super) body: Option<Markup>,
}

impl Page {
    /// The answer to a GET with these headers; `keep` is what caches may do.
    pub(super) fn sent(self, app: &App, asked: &HeaderMap, keep: String) -> Response {
        let bytes = self.written(&app.public_url).into_string().into_bytes();
        let media_type = "text/html; charset=utf-8";
        let mut response = Body { bytes, media_type, keep, file_name: None }.sent(asked);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy());
        response
    }

    fn written(&self, public_url: &str) -> Markup {
        let base = public_url.trim_end_matches('/');
        let place = self.path.split('?').next().unwrap_or_default();
        let is_here = |there: &str| place == there || place.starts_with(&format!("{there}/"));
        html! {
            (DOCTYPE)
            html.govuk-template lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title {
                        @if self.problem.is_some() { "Error: " }
                        (self.title) " – Folkmoot"
                    }
                    @if let Some(summary) = &self.summary {
                        meta name="description" content=(summary);
                        meta property="og:description" content=(summary);
                    }
                    meta property="og:title" content=(self.title);
                    meta property="og:type" content="website";
                    meta property="og:site_name" content="Folkmoot";
                    @if self.path.is_empty() {
                        meta name="robots" content="noindex";
                    } @else {
                        meta property="og:url" content={ (base) (self.path) };
                        link rel="canonical" href={ (base) (self.path) };
                    }
                    link rel="icon" type="image/svg+xml" href="/assets/icon.svg";
                    link rel="stylesheet" href={ "/assets/site.css?v=" (*VERSION) };
                    // Where people type their token nothing runs.
                    @if !self.path.is_empty() {
                        script type="module" src={ "/assets/site.js?v=" (*VERSION) } {}
                    }
                    @for (media_type, address, title) in &self.alternates {
                        link rel="alternate" type=(media_type) href=(address) title=(title);
                    }
                    @for facts in self.json_ld.iter().chain(&self.trail.facts(base, &self.path, &self.title)) {
                        script type="application/ld+json" { (PreEscaped(in_script(facts))) }
                    }
                }
                body.govuk-template__body {
                    a.govuk-skip-link href="#main" { "Skip to main content" }
                    header.folk-header {
                        div.govuk-width-container {
                            a.folk-header__name href="/" { "Folkmoot" }
                            span.folk-header__what { "Local government’s peer groups, as one" }
                        }
                    }
                    nav.folk-places aria-label="Places" {
                        div.govuk-width-container {
                            ul.folk-places__list {
                                @for (there, name) in PLACES {
                                    li {
                                        a href=(there) aria-current=[is_here(there).then_some("page")] { (name) }
                                    }
                                }
                            }
                        }
                    }
                    div.govuk-width-container {
                        (self.trail.shown())
                        main #main.govuk-main-wrapper {
                            @if let Some(problem) = &self.problem { (problem) }
                            h1.govuk-heading-l { (self.title) }
                            @if let Some(body) = &self.body { (body) }
                        }
                    }
                    footer.folk-footer {
                        div.govuk-width-container {
                            ul.folk-footer__list {
                                li { a href="/playground/" { "Playground" } }
                                li { a href="/search" { "Search" } }
                                li { a href="/councils" { "Councils" } }
                                li { a href="/assessments" { "Service assessments" } }
                                li { a href="/regions" { "How each region stands" } }
                                li { a href="/docs/accessibility" { "Accessibility" } }
                                li { a href="/docs/privacy" { "Privacy" } }
                            }
                            p { "Councils’ own peer groups, region by region. No cookies, nothing from elsewhere." }
                        }
                    }
                }
            }
        }
    }
}

fn policy() -> header::HeaderValue {
    header::HeaderValue::from_static(POLICY)
}

/// JSON that cannot end the script element it stands in.
fn in_script(facts: &Value) -> String {
    facts
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// A page for one reader, with its title as heading, without a script.
pub(super) fn document(title: &str, body: Markup) -> Markup {
    let body = Some(html! { div.folk-prose { (body) } });
    Page { title: title.to_owned(), body, ..Page::default() }.written("")
}

/// A page that nobody keeps: what stands there may be for one reader alone.
pub(super) fn answer(status: StatusCode, page: &Markup) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(OWN_POLICY)),
        (header::CACHE_CONTROL, header::HeaderValue::from_static("no-store")),
    ];
    (status, headers, Html(page.clone().into_string())).into_response()
}

/// What stands in a page's place when there is nothing to show.
pub(super) fn failed(unsaid: &Unsaid) -> Response {
    failed_with(unsaid, &html! {})
}

/// The same, with ways on.
pub(super) fn failed_with(unsaid: &Unsaid, ways_on: &Markup) -> Response {
    let title = match unsaid.status {
        StatusCode::NOT_FOUND => "There is no such page",
        _ if unsaid.is_malformed() => "The address is not right",
        _ => "This cannot be shown just now",
    };
    let body = html! {
        p.govuk-body { (sentence(&unsaid.message)) }
        (ways_on)
        p.govuk-body { a.govuk-link href="/" { "Go to the start page" } }
    };
    let mut response = answer(unsaid.status, &document(title, body));
    super::sending::tell(&mut response, unsaid);
    response
}

/// The files of all pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/assets/{name}", get(file))
        // Everything public may be found; questions are not pages.
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /graphql\n" }))
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let keep = "public, max-age=31536000, immutable";
    files::sent::<Files>(&name, &headers, keep, "default-src 'none'")
        .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hostile_text_stays_text_wherever_it_stands() {
        let hostile = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        let page = Page {
            title: hostile.to_owned(),
            summary: Some(hostile.to_owned()),
            path: "/meetups".to_owned(),
            json_ld: Some(json!({ "name": hostile })),
            body: Some(html! { p { (hostile) } }),
            ..Page::default()
        };
        let written = page.written("https://folkmoot.example").into_string();
        assert!(!written.contains("<script>") && !written.contains("<img"), "{written}");
        assert_eq!(written.matches("</script>").count(), 2, "its own two alone");
    }
}
