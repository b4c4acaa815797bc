//! `/search?q=`: everything that holds some words.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        App,
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
        pieces::{Here, Under, problem, search_box, title},
    },
    asking::{Asking, variables},
    lists::counted,
    words::Words,
};

const PATH: &str = "/search";

/// As many as the API gives: the list is not paged.
const MOST: u32 = 100;

const SEARCH: &str = "query($text: String!, $first: Int!) { search(text: $text, first: $first) { \
    totalCount complete note nodes { kind title snippet url } } }";

#[derive(Deserialize)]
struct Answer {
    search: Results,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Results {
    total_count: u64,
    complete: bool,
    note: String,
    nodes: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    kind: Kind,
    title: String,
    snippet: String,
    url: Option<Here>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Council,
    PeerGroup,
    Point,
    Meetup,
    CaseStudy,
    Offer,
    ServiceAssessment,
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Self::Council => "Council",
            Self::PeerGroup => "Peer group",
            Self::Point => "Point of a standard",
            Self::Meetup => "Meet-up",
            Self::CaseStudy => "Case study",
            Self::Offer => "Offer of help",
            Self::ServiceAssessment => "Service assessment",
        }
    }
}

/// `GET /search?q=agile`
pub(super) async fn page(
    State(app): State<App>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    let asking = Asking::new(&app, &asked);
    match made(&asking, &pairs.unwrap_or_default()).await {
        Ok(page) => asking.sent(page),
        Err(unsaid) => failed(&unsaid),
    }
}

async fn made(asking: &Asking<'_>, pairs: &str) -> Result<Page, Unsaid> {
    let words = Words::of(pairs, &["q"])?;
    let text = words.word("q");
    let found = match text {
        None => None,
        Some(text) => {
            let variables = variables([("text", json!(text)), ("first", json!(MOST))]);
            match asking.ask::<Answer>(SEARCH, variables).await {
                Ok(answer) => Some(Ok(answer.search)),
                // What is wrong with the words is said beside their field.
                Err(unsaid) if unsaid.is_malformed() => Some(Err(unsaid)),
                Err(unsaid) => return Err(unsaid),
            }
        }
    };
    let body = html! {
        @if let Some(Err(unsaid)) = &found {
            (problem(&unsaid.message))
        }
        (search_box(text))
        @if text.is_none() {
            p.govuk-body {
                "Finds councils, peer groups, points of the standards, meet-ups, case studies, offers of help and service assessments that have all of your words."
            }
        }
        @if let Some(Ok(results)) = &found { (shown(results)) }
    };
    Ok(Page {
        title: text.map_or_else(|| "Search".to_owned(), |text| format!("Search: {text}")),
        summary: Some(
            "Councils, peer groups, points, meet-ups, case studies and offers by their words."
                .to_owned(),
        ),
        path: words.address(PATH),
        trail: Trail::start(),
        body: Some(body),
        ..Page::default()
    })
}

fn shown(results: &Results) -> Markup {
    let shown = u64::try_from(results.nodes.len()).unwrap_or(u64::MAX);
    html! {
        @if !results.complete { div.govuk-inset-text { (results.note) } }
        @if results.nodes.is_empty() {
            p.govuk-body { "Nothing holds all of these words. Try fewer, or others." }
        } @else {
            p.govuk-body {
                (counted(results.total_count, "result", "results"))
                @if shown < results.total_count { ", the best " (shown) " of them here" }
            }
            ul.folk-list role="list" { @for hit in &results.nodes { li { (item(hit)) } } }
        }
    }
}

fn item(hit: &Hit) -> Markup {
    html! {
        @match &hit.url {
            Some(url) => { (title(Under::Page, url.path(), &hit.title)) }
            None => { h2.govuk-heading-m.folk-list__title { (hit.title) } }
        }
        p.govuk-body { (hit.kind.label()) }
        @if !hit.snippet.is_empty() { p.govuk-body { (hit.snippet) } }
    }
}
