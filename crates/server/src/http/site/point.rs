//! `/points/STANDARD/NUMBER`: a point of a standard, and what councils share about it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        App,
        graphql::Asked,
        meetups::{MEETUP, Meetup, teaser},
        own::Unsaid,
        pages::{Page, Trail},
        pieces::{Here, Under, listed, row},
    },
    NoPage,
    asking::{Asking, variables},
    by_id, case_studies,
    lists::{self, Section},
    offers,
    words::with,
};

const POINT: &str = "query($it: PointRef!) { point(ref: $it) { ref number label title url \
    standard { code title } counterparts { title url number standard { title } } \
    understanding: rubric(measure: UNDERSTANDING) { level label meaning } \
    need: rubric(measure: SUPPORT_NEED) { level label meaning } } }";

/// A point by its label, with its page.
#[derive(Debug, Deserialize)]
pub(super) struct Point {
    pub(super) label: String,
    pub(super) url: Here,
}

impl Point {
    pub(super) fn link(&self) -> Markup {
        html! { a.govuk-link href=(self.url.path()) { (self.label) } }
    }

    /// Several in a line.
    pub(super) fn links(points: &[Self]) -> Markup {
        listed(points.iter().map(Self::link))
    }
}

/// A council's own answer about a point.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rung {
    pub(super) half_year: String,
    measure: Measure,
    label: String,
    point: Option<Point>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Measure {
    Understanding,
    SupportNeed,
}

impl Rung {
    /// Answers as the API has them: both measures of a point one after the other.
    pub(super) fn table(answers: &[Self]) -> Markup {
        html! {
            table.govuk-table {
                caption.govuk-table__caption.govuk-visually-hidden { "Its own answers, point by point" }
                thead.govuk-table__head {
                    tr.govuk-table__row {
                        @for name in ["Point", "What was asked", "Answer"] {
                            th.govuk-table__header scope="col" { (name) }
                        }
                    }
                }
                tbody.govuk-table__body {
                    @for answer in answers {
                        tr.govuk-table__row {
                            td.govuk-table__cell {
                                @match &answer.point { Some(point) => { (point.link()) } None => { "Not known" } }
                            }
                            td.govuk-table__cell {
                                @match answer.measure {
                                    Measure::Understanding => { "Understanding" }
                                    Measure::SupportNeed => { "Need of support" }
                                }
                            }
                            td.govuk-table__cell { (answer.label) }
                        }
                    }
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct Found {
    point: Option<Whole>,
}

#[derive(Deserialize)]
struct Whole {
    #[serde(rename = "ref")]
    reference: String,
    number: u32,
    label: String,
    title: String,
    url: Here,
    standard: Standard,
    counterparts: Vec<Counterpart>,
    understanding: Vec<Level>,
    need: Vec<Level>,
}

#[derive(Deserialize)]
struct Standard {
    code: String,
    title: String,
}

#[derive(Deserialize)]
struct Counterpart {
    title: String,
    url: Here,
    number: u32,
    standard: Titled,
}

#[derive(Deserialize)]
struct Titled {
    title: String,
}

#[derive(Deserialize)]
struct Level {
    level: u8,
    label: String,
    meaning: String,
}

/// `GET /points/lgdss-2016/3`
pub(super) async fn page(
    State(app): State<App>,
    asked: Asked,
    Path(name): Path<String>,
) -> Response {
    let asking = Asking::new(&app, &asked);
    let made = made(&asking, &name).await;
    asking.answer(made, "/points/")
}

async fn made(asking: &Asking<'_>, name: &str) -> Result<Page, NoPage> {
    by_id::is_name(asking, name).await?;
    let found: Found = asking.ask(POINT, variables([("it", json!(name))])).await?;
    let point = found.point.ok_or_else(|| Unsaid::nothing("there is no such point"))?;
    let it = || variables([("it", json!(point.reference))]);
    let few = |list: &str, fields: &str| lists::about("PointRef", list, fields);
    let meetups = few("meetups(point: $it, first: 5)", &format!("starts {MEETUP}"));
    let studies = few("caseStudies(point: $it, first: 10)", case_studies::TEASER);
    let offered = few("offers(point: $it, first: 50)", offers::TEASER);
    let (meetups, studies, offered) = futures::join!(
        asking.list::<Meetup>(&meetups, it()),
        asking.list(&studies, it()),
        asking.list(&offered, it()),
    );
    let on_point = |path: &str| with(path, [("point", &point.reference)]);
    let body = html! {
        (about(&point))
        p.govuk-body {
            a.govuk-link href=(on_point("/trends")) { "How capable councils are at this, over time" }
        }
        (Section {
            title: "Next meet-ups",
            none: "No meet-ups on this point are planned yet.",
            all: Some((on_point("/meetups"), "Show all meet-ups on this point")),
        }.shown(&meetups, |meetup| teaser(meetup, Under::Section)))
        (Section {
            title: "Case studies",
            none: "No case studies on this point yet.",
            all: Some((on_point("/case-studies"), "Show all case studies on this point")),
        }.shown(&studies, |study| case_studies::teaser(study, Under::Section)))
        (Section { title: "Offers of help", none: "No offers on this point yet.", all: None }
            .shown(&offered, |offer| offers::teaser(offer, Under::Section)))
        section.folk-section {
            h2.govuk-heading-m { "What the levels mean" }
            (levels("How well councils understand it", &point.understanding))
            (levels("How much support they need with it", &point.need))
        }
    };
    Ok(Page {
        title: format!("{}. {}", point.number, point.title),
        summary: Some(format!(
            "{}: meet-ups, case studies and offers of help on this point.",
            point.label
        )),
        path: point.url.path().to_owned(),
        trail: Trail::start()
            .then("/standards", "The service standard")
            .then(format!("/standards/{}", point.standard.code), &point.standard.title),
        body: Some(body),
        ..Page::default()
    })
}

fn about(point: &Whole) -> Markup {
    html! {
        dl.govuk-summary-list {
            (row("Topic", &point.label))
            (row("Standard", html! {
                a.govuk-link href={ "/standards/" (point.standard.code) } { (point.standard.title) }
            }))
            @if !point.counterparts.is_empty() {
                (row("In other standards", html! {
                    ul.govuk-list {
                        @for other in &point.counterparts {
                            li {
                                a.govuk-link href=(other.url.path()) { (other.number) ". " (other.title) }
                                " – " (other.standard.title)
                            }
                        }
                    }
                }))
            }
            (row("Reference", &point.reference))
        }
    }
}

fn levels(caption: &str, levels: &[Level]) -> Markup {
    html! {
        @if !levels.is_empty() {
            table.govuk-table {
                caption.govuk-table__caption.govuk-table__caption--s { (caption) }
                thead.govuk-table__head {
                    tr.govuk-table__row {
                        @for name in ["Level", "Name", "In a council’s words"] {
                            th.govuk-table__header scope="col" { (name) }
                        }
                    }
                }
                tbody.govuk-table__body {
                    @for level in levels {
                        tr.govuk-table__row {
                            th.govuk-table__header scope="row" { (level.level) }
                            td.govuk-table__cell { (level.label) }
                            td.govuk-table__cell { (level.meaning) }
                        }
                    }
                }
            }
        }
    }
}
