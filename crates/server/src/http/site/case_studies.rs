//! `/case-studies` and `/case-studies/ID`: what councils did and learned.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        App,
        choices::{self, Choices},
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
        pieces::{
            Here, Named, Provenance, Under, day, day_of, dotted, elsewhere, paragraphs, row, title,
        },
    },
    NoPage,
    asking::{Asking, variables},
    lists,
    pager::pager,
    point::Point,
    words::Words,
};

const PATH: &str = "/case-studies";

/// The words by which the list is narrowed, each of its type.
const WORDS: [(&str, &str); 4] = [
    ("search", "String"),
    ("point", "PointRef"),
    ("region", "RegionRef"),
    ("council", "CouncilRef"),
];

/// As many as a page shows.
const USUAL: u32 = 20;

/// What is read of each in a list.
pub(super) const TEASER: &str =
    "title summary publishedAt url council { name url } region { name url } points { label url }";

const ONE: &str = "query($id: ID!) { caseStudy(id: $id) { title summary publishedAt reviewedOn link \
    url council { name url } region { name url } points { label url } \
    provenance { synthetic licence attribution } } }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CaseStudy {
    title: String,
    summary: String,
    published_at: DateTime<Utc>,
    url: Here,
    council: Option<Named>,
    region: Option<Named>,
    points: Vec<Point>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whole {
    #[serde(flatten)]
    study: CaseStudy,
    reviewed_on: Option<NaiveDate>,
    link: Option<String>,
    provenance: Provenance,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    case_study: Option<Whole>,
}

/// `GET /case-studies?point=agile`
pub(super) async fn list(
    State(app): State<App>,
    asked: Asked,
    RawQuery(pairs): RawQuery,
) -> Response {
    let asking = Asking::new(&app, &asked);
    match listed(&asking, &pairs.unwrap_or_default()).await {
        Ok(page) => asking.sent(page),
        Err(unsaid) => failed(&unsaid),
    }
}

async fn listed(asking: &Asking<'_>, pairs: &str) -> Result<Page, Unsaid> {
    let words = Words::of(pairs, &WORDS.map(|(word, _)| word))?;
    let document = lists::paged("caseStudies", &WORDS, TEASER);
    let studies = asking.list(&document, words.variables(USUAL)).await?;
    let choices = asking.choices().await?;
    let body = html! {
        (narrowing(&words, &choices))
        (studies.count("case study", "case studies"))
        (studies.items("There are no such case studies.", |study| teaser(study, Under::Page)))
        (pager(&words, PATH, &studies.page_info, "case studies", ""))
    };
    Ok(Page {
        title: "Case studies".to_owned(),
        summary: Some(
            "What councils did to get better at digital services, and what they learned."
                .to_owned(),
        ),
        path: words.address(PATH),
        trail: Trail::start(),
        body: Some(body),
        ..Page::default()
    })
}

fn narrowing(words: &Words, choices: &Choices) -> Markup {
    html! {
        form.folk-narrow action=(PATH) method="get" {
            (choices::text("search", words.word("search"), "Words", None))
            (choices.point(words.word("point")))
            (choices.region(words.word("region")))
            // What the form has no field for stays as it is.
            @if let Some(council) = words.word("council") {
                input type="hidden" name="council" value=(council);
            }
            button.govuk-button type="submit" { "Show" }
        }
    }
}

/// One in a list.
pub(super) fn teaser(study: &CaseStudy, under: Under) -> Markup {
    html! {
        (title(under, study.url.path(), &study.title))
        p.govuk-body { (by_line(study)) }
        p.govuk-body { (study.summary) }
    }
}

fn by_line(study: &CaseStudy) -> Markup {
    let whose = study.council.as_ref().or(study.region.as_ref()).map(|it| html! { (it.name) });
    let when = html! { (day_of(study.published_at)) };
    let points = study.points.iter().map(|point| html! { (point.label) });
    dotted(whose.into_iter().chain([when]).chain(points))
}

/// `GET /case-studies/ID`
pub(super) async fn one(State(app): State<App>, asked: Asked, Path(id): Path<String>) -> Response {
    let asking = Asking::new(&app, &asked);
    let made = shown(&asking, &id).await;
    asking.answer(made, "/case-studies/")
}

async fn shown(asking: &Asking<'_>, id: &str) -> Result<Page, NoPage> {
    let found: Found = asking.ask(ONE, variables([("id", json!(id))])).await?;
    let whole =
        found.case_study.ok_or_else(|| Unsaid::nothing("there is no case study with this id"))?;
    let study = &whole.study;
    let body = html! {
        (whole.provenance.warning())
        (paragraphs(&study.summary))
        @if let Some(address) = &whole.link {
            p.govuk-body { (elsewhere(address, "Read the whole case study")) }
        }
        dl.govuk-summary-list {
            @if let Some(council) = &study.council { (row("Council", council.link())) }
            @if let Some(region) = &study.region { (row("Region", region.link())) }
            @if !study.points.is_empty() { (row("About", Point::links(&study.points))) }
            (row("Published", day_of(study.published_at)))
            @if let Some(reviewed) = whole.reviewed_on { (row("Last reviewed", day(reviewed))) }
        }
        (whole.provenance.credit())
    };
    Ok(Page {
        title: study.title.clone(),
        summary: Some(study.summary.clone()),
        path: study.url.path().to_owned(),
        trail: Trail::start().then(PATH, "Case studies"),
        json_ld: Some(facts(&whole)),
        body: Some(body),
        ..Page::default()
    })
}

fn facts(whole: &Whole) -> Value {
    let study = &whole.study;
    let whose = study.council.as_ref().or(study.region.as_ref());
    let mut facts = json!({
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": study.url.0,
        "url": study.url.0,
        "headline": study.title,
        "abstract": study.summary,
        "datePublished": study.published_at,
        "about": study.points.iter().map(|point| &point.label).collect::<Vec<_>>(),
    });
    if let Some(whose) = whose {
        facts["author"] =
            json!({ "@type": "Organization", "name": whose.name, "url": whose.url.0 });
    }
    if let Some(address) = &whole.link {
        facts["sameAs"] = json!(address);
    }
    facts
}
