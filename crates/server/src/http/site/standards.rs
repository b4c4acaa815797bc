//! `/standards` and `/standards/CODE`: the versions of the service standard, and their points.

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Map;

use super::{
    super::{
        App,
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
        pieces::{Here, day},
    },
    NoPage,
    asking::Asking,
    by_id,
};

const STANDARDS: &str =
    "query { standards { code title publishedOn points { number label title url } } }";

#[derive(Deserialize)]
struct Answer {
    standards: Vec<Standard>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Standard {
    code: String,
    title: String,
    published_on: NaiveDate,
    points: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    number: u32,
    label: String,
    title: String,
    url: Here,
}

/// `GET /standards`
pub(super) async fn list(State(app): State<App>, asked: Asked) -> Response {
    let asking = Asking::new(&app, &asked);
    match all(&asking).await {
        Ok(standards) => asking.sent(Page {
            title: "The service standard".to_owned(),
            summary: Some("The standards that councils hold their services against, point by point.".to_owned()),
            path: "/standards".to_owned(),
            trail: Trail::start(),
            body: Some(html! {
                p.govuk-body-l { "Councils hold their services against these points. Each leads to what they share about it." }
                @for standard in &standards {
                    section.folk-section id=(standard.code) {
                        h2.govuk-heading-m {
                            a.govuk-link href={ "/standards/" (standard.code) } { (standard.title) }
                        }
                        (points(standard))
                    }
                }
            }),
            ..Page::default()
        }),
        Err(unsaid) => failed(&unsaid),
    }
}

/// `GET /standards/lgdss-2016`
pub(super) async fn one(
    State(app): State<App>,
    asked: Asked,
    Path(name): Path<String>,
) -> Response {
    let asking = Asking::new(&app, &asked);
    let made = made(&asking, &name).await;
    asking.answer(made, "/standards/")
}

async fn made(asking: &Asking<'_>, name: &str) -> Result<Page, NoPage> {
    by_id::is_name(asking, name).await?;
    let standards = all(asking).await?;
    let found = standards.iter().find(|standard| standard.code.eq_ignore_ascii_case(name));
    let standard = found.ok_or_else(|| {
        let mut unsaid = Unsaid::nothing("there is no such standard");
        unsaid.suggestions = standards.iter().map(|standard| standard.code.clone()).collect();
        unsaid
    })?;
    Ok(Page {
        title: standard.title.clone(),
        summary: Some(format!("{}, point by point.", standard.title)),
        path: format!("/standards/{}", standard.code),
        trail: Trail::start().then("/standards", "The service standard"),
        body: Some(points(standard)),
        ..Page::default()
    })
}

async fn all(asking: &Asking<'_>) -> Result<Vec<Standard>, Unsaid> {
    Ok(asking.ask::<Answer>(STANDARDS, Map::new()).await?.standards)
}

fn points(standard: &Standard) -> Markup {
    html! {
        p.govuk-body { "Its text became final on " (day(standard.published_on)) "." }
        ol.govuk-list.folk-points {
            @for point in &standard.points {
                li {
                    span.folk-points__number { (point.number) "." } " "
                    a.govuk-link href=(point.url.path()) { (point.title) }
                    span.folk-quiet { " – " (point.label) }
                }
            }
        }
    }
}
