//! `/embed/meetups`: the list as a page for a frame on somebody's site. It needs no script and
//! keeps nothing. Where the site's content system frames it so that links lead nowhere, as
//! WordPress does with pages it discovers, a few lines tell that system's own script instead.

use std::sync::LazyLock;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{
    super::{App, graphql::Asked, own::Unsaid, sending},
    language::Language,
    listing::{self, Listing, Part},
    meetup::{Meetup, instant},
    wanted::{USUAL, Wanted},
};

/// The words that only such a page has.
pub(super) const OWN_WORDS: [&str; 1] = ["layout"];

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#b1b4b6;--quiet:#484949;--link:#1a5276;background:transparent;color:#0b0c0c}\
@media(prefers-color-scheme:dark){:root{--line:#6b7378;--quiet:#c3c6c8;--link:#a9d3f0;background:#121212;color:#f3f2f1}}\
body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:.5rem}\
h1{font-size:1.25rem;line-height:1.25;margin:0 0 .75rem}h2{font-size:1.0625rem;line-height:1.3;margin:0}\
ul{list-style:none;margin:0;padding:0}li{border-top:1px solid var(--line);padding:.75rem 0;overflow-wrap:anywhere}\
p{margin:.25rem 0}.quiet{color:var(--quiet)}.off{font-weight:bold}.off+span{text-decoration:line-through}\
.notice{border-left:.25rem solid currentColor;margin-bottom:.75rem;padding-left:.75rem}\
a{color:var(--link)}a:focus-visible{outline:.1875rem solid currentColor;outline-offset:.125rem}\
.links a{display:inline-block;min-height:1.5rem;padding:.125rem 0;margin-right:1rem}\
.cards ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(16rem,100%),1fr));gap:1rem}\
.cards li{border:1px solid var(--line);padding:.75rem}.compact .more{display:none}";

/// The protocol of WordPress' own script for pages in frames: how high this one is, and where a
/// link leads that the frame may not follow. Only addresses of this gateway are followed there.
const SCRIPT: &str = "\
(function(){var s=/[#?&]secret=(\\w+)/.exec(location.hash);if(!s||parent===window)return;\
function say(m,v){parent.postMessage({message:m,value:v,secret:s[1]},'*')}\
function high(){say('height',Math.ceil(document.documentElement.getBoundingClientRect().height))}\
addEventListener('load',high);addEventListener('resize',high);\
addEventListener('click',function(e){var a=e.target.closest&&e.target.closest('a');\
if(a){e.preventDefault();say('link',a.getAttribute('data-page')||a.href)}})})()";

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = |text: &str| data_encoding::BASE64.encode(&Sha256::digest(text.as_bytes()));
    // Nothing here asks for anything; tools that judge a page look for /robots.txt through it.
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors *",
        hash(STYLE),
        hash(SCRIPT)
    );
    HeaderValue::from_str(&policy).expect("made of plain words")
});

/// `GET /embed/meetups?region=london&layout=cards`
pub(super) async fn page(
    State(app): State<App>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    let pairs = pairs.unwrap_or_default();
    let wanted = Wanted::of(&pairs, &OWN_WORDS).and_then(|wanted| Ok((wanted, layout(&pairs)?)));
    let (wanted, layout) = match wanted {
        Ok(wanted) => wanted,
        Err(unsaid) => return failed(&app, &unsaid, language(&pairs)),
    };
    let part = Part::Upcoming(wanted.limit.unwrap_or(USUAL));
    match listing::listing(&app, &asked.asker, &wanted, part).await {
        Ok(listing) => {
            let all = wanted.whole().address(super::address::base(&app), "/meetups");
            let page = list(&listing, &all, wanted.language);
            let title = &listing.title;
            sent(
                StatusCode::OK,
                &listing.keep,
                &document(title, wanted.language, layout, Some(&all), page),
            )
        }
        Err(unsaid) => failed(&app, &unsaid, wanted.language),
    }
}

/// Of an address in which something else is wrong.
fn language(pairs: &str) -> Language {
    let mut pairs = url::form_urlencoded::parse(pairs.as_bytes());
    let given = pairs.find(|(name, _)| name == "language");
    given.and_then(|(_, tag)| Language::named(&tag)).unwrap_or_default()
}

/// How the list is laid out.
pub(super) fn layout(pairs: &str) -> Result<&'static str, Unsaid> {
    let mut pairs = url::form_urlencoded::parse(pairs.as_bytes());
    match pairs.find(|(name, _)| name == "layout").map(|(_, layout)| layout).as_deref() {
        None | Some("" | "list") => Ok("list"),
        Some("cards") => Ok("cards"),
        Some("compact") => Ok("compact"),
        Some(_) => Err(Unsaid::malformed("`layout` must be list, cards or compact").at("layout")),
    }
}

fn document(
    title: &str,
    language: Language,
    layout: &str,
    whole: Option<&str>,
    body: Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="description" content=(title);
                // People find the whole page, not the frame's content.
                @if let Some(whole) = whole { link rel="canonical" href=(whole); }
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main class=(layout) { h1 { (title) } (body) } script { (PreEscaped(SCRIPT)) } }
        }
    }
}

fn list(listing: &Listing, all: &str, language: Language) -> Markup {
    let words = language.words();
    html! {
        @if let Some(notice) = &listing.notice { p.notice { (notice) } }
        @if listing.meetups.is_empty() {
            p { (listing.none(language)) "." }
        } @else {
            // Some browsers take the list from a list whose marks are hidden.
            ul role="list" { @for meetup in &listing.meetups { li { (item(meetup, language)) } } }
        }
        p.links { a href=(all) target="_top" { (words.all) } }
    }
}

fn item(meetup: &Meetup, language: Language) -> Markup {
    let words = language.words();
    html! {
        h2 {
            a href=(meetup.url) target="_top" {
                @if meetup.is_cancelled() { span.off { (words.cancelled) ": " } }
                // Regions write in English.
                span lang="en" { (meetup.title) }
            }
        }
        p {
            time datetime=(instant(meetup.starts_at)) {
                (meetup.starts)
            }
        }
        p.quiet {
            (meetup.attendance_label(language))
            @if let Some(venue) = &meetup.venue { " · " (venue.line()) }
        }
        div.more {
            @if let Some(venue) = &meetup.venue {
                @let access = venue.access(language);
                @if !access.is_empty() { p.quiet { (access.join(" · ")) } }
            }
            p.quiet {
                span lang="en" {
                    (meetup.group.name)
                    @for point in &meetup.points { " · " (point.label) }
                }
            }
            @if let Some(summary) = &meetup.summary { p lang="en" { (summary) } }
            p.links {
                @if let (Some(address), false) = (&meetup.booking_url, meetup.is_cancelled()) {
                    a href=(address) target="_top" rel="noopener" data-page=(meetup.url)
                        aria-label={ (words.book) ": " (meetup.title) } { (words.book) }
                }
                @if !meetup.is_cancelled() {
                    a href=(meetup.ics_url) target="_top" data-page=(meetup.url)
                        aria-label={ (words.calendar) ": " (meetup.title) } { (words.calendar) }
                }
            }
        }
    }
}

fn failed(app: &App, unsaid: &Unsaid, language: Language) -> Response {
    let words = language.words();
    let all = format!("{}/meetups", super::address::base(app));
    let body = html! {
        // What is wrong with the address is for whoever wrote it; what is wrong here, for nobody.
        @if unsaid.is_malformed() {
            p { (words.refused) }
            details {
                summary { (words.for_editors) }
                p lang="en" { (crate::sentences::sentence(&unsaid.message.replace('`', ""))) }
            }
        }
        p.links { a href=(all) target="_top" { (words.all) } }
    };
    let title = if unsaid.is_malformed() { words.meetups } else { words.unavailable };
    let page = document(title, language, "list", None, body);
    let mut response = sent(unsaid.status, "no-store", &page);
    sending::tell(&mut response, unsaid);
    response
}

fn sent(status: StatusCode, keep: &str, page: &Markup) -> Response {
    let keep = HeaderValue::from_str(keep).expect("made of plain words");
    let headers: [(HeaderName, HeaderValue); 2] =
        [(header::CONTENT_SECURITY_POLICY, POLICY.clone()), (header::CACHE_CONTROL, keep)];
    (status, headers, Html(page.clone().into_string())).into_response()
}
