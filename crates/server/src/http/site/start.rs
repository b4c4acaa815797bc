//! `/`: what this is, what is on next, how the nation stands, and the ways in.

use axum::{extract::State, response::Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    super::{
        App,
        graphql::Asked,
        meetups::{MEETUP, Meetup, teaser},
        own::Unsaid,
        pages::{Page, failed},
        pieces::{Under, search_box},
    },
    asking::Asking,
    lists::{self, Section, State as Standing},
};

const SUMMARY: &str = "Meet-ups, case studies and offers of help from councils’ regional peer \
    groups, and how capable councils say they are, as one nation.";

const SOURCES: &str = "query { sources { name state note } }";

#[derive(Deserialize)]
struct Sources {
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    name: String,
    state: Standing,
    note: String,
}

/// `GET /`
pub(super) async fn page(State(app): State<App>, asked: Asked) -> Response {
    let asking = Asking::new(&app, &asked);
    match made(&asking).await {
        Ok(page) => asking.sent(page),
        Err(unsaid) => failed(&unsaid),
    }
}

async fn made(asking: &Asking<'_>) -> Result<Page, Unsaid> {
    let fields = format!("starts {MEETUP}");
    let next = format!("query {{ list: meetups(first: 4) {} }}", lists::of(&fields));
    let (sources, next) =
        futures::join!(asking.ask::<Sources>(SOURCES, Map::new()), asking.list(&next, Map::new()));
    let sources = sources?.sources;
    let next_ones = Section {
        title: "Next meet-ups",
        none: "No meet-ups are planned yet.",
        all: Some(("/meetups".to_owned(), "Show all meet-ups")),
    };
    let body = html! {
        p.govuk-body-l.folk-lead {
            "Councils meet in regional peer groups to get better at digital services together. \
             Folkmoot brings what they all share to one place: meet-ups, case studies, offers of \
             help, and how capable councils say they are."
        }
        (search_box(None))
        (next_ones.shown(&next, |meetup: &Meetup| teaser(meetup, Under::Section)))
        (doors())
        section.folk-section {
            h2.govuk-heading-m { "How the regions stand" }
            (standing(&sources))
            p.govuk-body { a.govuk-link href="/regions" { "See every region" } }
        }
    };
    Ok(Page {
        title: "Councils’ peer groups, in one place".to_owned(),
        summary: Some(SUMMARY.to_owned()),
        path: "/".to_owned(),
        json_ld: Some(facts(asking.app)),
        body: Some(body),
        ..Page::default()
    })
}

/// How many regions are as they should be, and what is the matter with the others.
fn standing(sources: &[Source]) -> Markup {
    let late: Vec<_> = sources.iter().filter(|source| source.state != Standing::Fresh).collect();
    let (all, fresh) = (sources.len(), sources.len() - late.len());
    html! {
        p.govuk-body {
            @if all == 0 {
                "No region has joined yet."
            } @else if late.is_empty() {
                "All " (all) " regions are up to date."
            } @else {
                (fresh) " of " (all) " regions are up to date."
            }
        }
        @if !late.is_empty() {
            ul.govuk-list.govuk-list--bullet {
                @for source in late {
                    li {
                        (source.name) ": "
                        (if source.state == Standing::Stale { "out of date. " } else { "missing. " })
                        (source.note)
                    }
                }
            }
        }
    }
}

/// The ways in for those who come with a purpose.
fn doors() -> Markup {
    html! {
        section.folk-section {
            h2.govuk-heading-m { "What are you here for?" }
            div.folk-doors {
                div.folk-door {
                    h3.govuk-heading-s { "You run a peer group" }
                    p.govuk-body { "Ready questions: what to meet about next, who can help whom, who has answered." }
                    ul.govuk-list {
                        li { a.govuk-link href="/playground/?question=next-topics" { "What to meet about next" } }
                        li { a.govuk-link href="/playground/" { "All questions, in the playground" } }
                        li { a.govuk-link href="/search" { "Search case studies and offers" } }
                    }
                }
                div.folk-door {
                    h3.govuk-heading-s { "You keep a dashboard" }
                    p.govuk-body { "How capable councils are, point by point, as published each half-year." }
                    ul.govuk-list {
                        li { a.govuk-link href="/trends" { "Charts over time" } }
                        li { a.govuk-link href="/export/capability.csv?period=HALF_YEAR" { "All national figures as a table (CSV)" } }
                        li { a.govuk-link href="/docs/api" { "How to ask the API" } }
                    }
                }
                div.folk-door {
                    h3.govuk-heading-s { "You look after a council’s website" }
                    p.govuk-body { "Meet-ups on your own pages, always up to date: copy a few lines." }
                    ul.govuk-list {
                        li { a.govuk-link href="/embed" { "Put meet-ups on your site" } }
                        li { a.govuk-link href="/councils" { "Find your council" } }
                    }
                }
            }
        }
    }
}

fn facts(app: &App) -> Value {
    let base = app.public_url.trim_end_matches('/');
    json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "Folkmoot",
        "url": format!("{base}/"),
        "description": SUMMARY,
        "potentialAction": {
            "@type": "SearchAction",
            "target": format!("{base}/search?q={{words}}"),
            "query-input": "required name=words",
        },
    })
}
