//! `/regions`: every region that plugs in, how it does, and how it stands.

use axum::{extract::State, response::Response};
use folkmoot_domain::{Door, Viewer};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Map;

use super::{
    super::{
        App,
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
        pieces::{Here, Under, day_of, title},
    },
    asking::Asking,
    lists::State as Standing,
};

const REGIONS: &str = "query { regions { code name url source { state note asOf } } }";

#[derive(Deserialize)]
struct Answer {
    regions: Vec<Region>,
}

#[derive(Deserialize)]
struct Region {
    code: String,
    name: String,
    url: Here,
    source: Source,
}

/// How a region stands.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source {
    state: Standing,
    note: String,
    as_of: Option<chrono::DateTime<chrono::Utc>>,
}

impl Source {
    /// In a word, which a colour goes with.
    pub(super) fn tag(&self) -> Markup {
        let (colour, word) = match self.state {
            Standing::Fresh => ("green", "Up to date"),
            Standing::Stale => ("yellow", "Out of date"),
            Standing::Missing => ("red", "Missing"),
        };
        html! { strong class={ "govuk-tag govuk-tag--" (colour) } { (word) } }
    }

    /// The same in a sentence, with the day of what is old.
    pub(super) fn words(&self) -> Markup {
        html! {
            (self.note)
            @if let (true, Some(at)) = (self.state != Standing::Fresh, self.as_of) {
                " Known to be right on " (day_of(at)) "."
            }
        }
    }
}

/// `GET /regions`
pub(super) async fn list(State(app): State<App>, asked: Asked) -> Response {
    let asking = Asking::new(&app, &asked);
    match made(&asking).await {
        Ok(page) => asking.sent(page),
        Err(unsaid) => failed(&unsaid),
    }
}

async fn made(asking: &Asking<'_>) -> Result<Page, Unsaid> {
    let answer: Answer = asking.ask(REGIONS, Map::new()).await?;
    let mut rows = Vec::new();
    for region in answer.regions {
        let door = door(asking.app, &region.code).await;
        rows.push((region, door));
    }
    let body = html! {
        p.govuk-body-l {
            "Each region keeps what is its own, and plugs in by one of four ways. \
             One that is away stays listed: what is missing should never look like all there is."
        }
        @if rows.is_empty() { p.govuk-body { "No region has joined yet." } }
        ul.folk-list role="list" {
            @for (region, door) in &rows {
                li {
                    (title(Under::Page, region.url.path(), &region.name))
                    p.govuk-body { (region.source.tag()) " " (region.source.words()) }
                    p.govuk-body { "How it plugs in: " (door.unwrap_or("not known just now")) "." }
                    p.govuk-body {
                        a.govuk-link href={ "/regions/" (region.code) "/report" } {
                            "Report on " (region.name)
                        }
                    }
                }
            }
        }
    };
    Ok(Page {
        title: "Regions".to_owned(),
        summary: Some(
            "The regional peer groups of councils, and how fresh what they share is.".to_owned(),
        ),
        path: "/regions".to_owned(),
        trail: Trail::start(),
        body: Some(body),
        ..Page::default()
    })
}

/// How a region plugs in, in words. The API does not say: to whoever asks it, all doors are alike.
pub(super) async fn door(app: &App, code: &str) -> Option<&'static str> {
    let reference = app.reference.reference().await.ok()?;
    let region = reference.region_by_ref(code, &Viewer::anonymous()).ok()?;
    Some(match region.door {
        Door::Hosted => "its people enter everything here",
        Door::Sheet => "by sheets and calendars that are read on a schedule",
        Door::Changes => "by a change feed that is copied every minute",
        Door::Live => "by a service of its own that is asked each time",
    })
}
