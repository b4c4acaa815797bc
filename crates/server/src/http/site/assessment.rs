//! `/assessments/ID`: the report of a panel on a service, point by point.

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use folkmoot_domain::GlobalId;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        App,
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail},
        pieces::{Here, Named, Provenance, day, row},
    },
    NoPage,
    asking::{Asking, variables},
    assessments::{Outcome, PATH, Stage},
    point::Point,
};

const ONE: &str = "query($id: ID!) { serviceAssessment(id: $id) { service url stage type heldOn \
    because result { label rag } council { name url } region { name url } standard { code title } \
    panel { role council { name url } } previous { url heldOn } \
    points { outcome { label rag } doneWell advice point { label url } \
      actions { text dueOn doneOn } } \
    provenance { synthetic licence attribution } } }";

/// What is asked of one that is not published, by whoever has a token for it.
const WITH_TOKEN: &str = "query($id: ID!) { serviceAssessment(id: $id) { service council { name } stage \
    heldOn result { label } because points { point { label } outcome { label } doneWell \
    actions { text dueOn doneOn } advice } } }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    service_assessment: Option<Assessment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assessment {
    service: String,
    url: Here,
    stage: Stage,
    #[serde(rename = "type")]
    kind: Kind,
    held_on: NaiveDate,
    because: String,
    result: Outcome,
    council: Named,
    region: Option<Named>,
    standard: Option<Standard>,
    panel: Vec<Seat>,
    previous: Option<Previous>,
    points: Vec<Assessed>,
    provenance: Provenance,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Assessment,
    Reassessment,
}

#[derive(Deserialize)]
struct Standard {
    code: String,
    title: String,
}

#[derive(Deserialize)]
struct Seat {
    role: Role,
    council: Option<Named>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Role {
    Lead,
    UserResearcher,
    Designer,
    Technologist,
    Analyst,
    Observer,
}

impl Role {
    fn label(self) -> &'static str {
        match self {
            Self::Lead => "Lead",
            Self::UserResearcher => "User researcher",
            Self::Designer => "Designer",
            Self::Technologist => "Technologist",
            Self::Analyst => "Analyst",
            Self::Observer => "Observer",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Previous {
    url: Here,
    held_on: NaiveDate,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assessed {
    outcome: Outcome,
    done_well: Option<String>,
    advice: Option<String>,
    point: Option<Point>,
    actions: Vec<Action>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    text: String,
    due_on: NaiveDate,
    done_on: Option<NaiveDate>,
}

/// `GET /assessments/ID`
pub(super) async fn page(State(app): State<App>, asked: Asked, Path(id): Path<String>) -> Response {
    let asking = Asking::new(&app, &asked);
    let made = made(&asking, &id).await;
    asking.answer(made, "/assessments/")
}

/// One that its council did not agree to publish is there for its editors and the region's
/// coordinators, who read it in the playground with their token. Whether there is such a one is not
/// told: every id that could be one's leads there.
fn unpublished(id: &str) -> NoPage {
    if id.parse::<GlobalId>().is_err() {
        return Unsaid::nothing("there is no published service assessment with this id").into();
    }
    let pairs = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("query", WITH_TOKEN)
        .append_pair("variables", &json!({ "id": id }).to_string())
        .finish();
    NoPage::Elsewhere(format!("/playground/?{pairs}"))
}

async fn made(asking: &Asking<'_>, id: &str) -> Result<Page, NoPage> {
    let found: Found = asking.ask(ONE, variables([("id", json!(id))])).await?;
    let one = found.service_assessment.ok_or_else(|| unpublished(id))?;
    let body = html! {
        (one.provenance.warning())
        p.govuk-body-l { (one.because) }
        (about(&one))
        section.folk-section {
            h2.govuk-heading-m { "Point by point" }
            @if one.points.is_empty() { p.govuk-body { "The report names no points." } }
            ul.folk-list role="list" { @for point in &one.points { li { (assessed(point)) } } }
        }
        (one.provenance.credit())
    };
    Ok(Page {
        title: format!("{}, {}", one.service, one.council.name),
        summary: Some(one.because.clone()),
        path: one.url.path().to_owned(),
        trail: Trail::start().then(PATH, "Service assessments"),
        body: Some(body),
        ..Page::default()
    })
}

fn about(one: &Assessment) -> Markup {
    html! {
        dl.govuk-summary-list {
            (row("Result", one.result.tag()))
            (row("Council", one.council.link()))
            (row("Stage", one.stage.label()))
            (row("Held on", html! {
                (day(one.held_on))
                @if matches!(one.kind, Kind::Reassessment) { ", as a reassessment" }
            }))
            @if let Some(previous) = &one.previous {
                (row("Before it", html! {
                    a.govuk-link href=(previous.url.path()) { "The assessment of " (day(previous.held_on)) }
                }))
            }
            @if let Some(standard) = &one.standard {
                (row("Standard", html! {
                    a.govuk-link href={ "/standards/" (standard.code) } { (standard.title) }
                }))
            }
            @if let Some(region) = &one.region { (row("Region", region.link())) }
            @if !one.panel.is_empty() {
                (row("Panel", html! {
                    ul.govuk-list {
                        @for seat in &one.panel {
                            li {
                                (seat.role.label())
                                @if let Some(council) = &seat.council { ": " (council.name) }
                            }
                        }
                    }
                }))
            }
        }
    }
}

fn assessed(point: &Assessed) -> Markup {
    html! {
        h3.govuk-heading-s.folk-list__title {
            @match &point.point { Some(point) => { (point.link()) } None => { "A point that is not known here" } }
            " " (point.outcome.tag())
        }
        @if let Some(text) = &point.done_well { p.govuk-body { strong { "Done well: " } (text) } }
        @if !point.actions.is_empty() {
            ul.govuk-list.govuk-list--bullet {
                @for action in &point.actions {
                    li {
                        strong { "To do: " } (action.text) " "
                        span.folk-quiet {
                            @match action.done_on {
                                Some(done) => { "(done on " (day(done)) ")" }
                                None => { "(due on " (day(action.due_on)) ")" }
                            }
                        }
                    }
                }
            }
        }
        @if let Some(text) = &point.advice { p.govuk-body { strong { "Advice: " } (text) } }
    }
}
