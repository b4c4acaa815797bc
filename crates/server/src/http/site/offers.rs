//! `/offers/ID`: what a council offers to others, and how to ask for it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;

use super::{
    super::{
        App,
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail},
        pieces::{Named, Provenance, Under, day, day_of, elsewhere, paragraphs, row, title},
    },
    NoPage,
    asking::{Asking, variables},
    point::Point,
};

/// What is read of each in a list.
pub(super) const TEASER: &str = "id kind remote note council { name url } point { label url }";

const ONE: &str = "query($id: ID!) { node(id: $id) { ... on Offer { id kind remote note \
    availableFrom madeAt askUrl council { name url } region { name url } point { label url } \
    provenance { synthetic licence attribution } } } }";

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Advise,
    Speak,
    Host,
    Assess,
    ShareCode,
}

#[derive(Deserialize)]
pub(super) struct Offer {
    id: String,
    kind: Kind,
    remote: bool,
    note: Option<String>,
    council: Named,
    point: Option<Point>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whole {
    #[serde(flatten)]
    offer: Offer,
    available_from: Option<NaiveDate>,
    made_at: DateTime<Utc>,
    ask_url: String,
    region: Option<Named>,
    provenance: Provenance,
}

#[derive(Deserialize)]
struct Found {
    node: Option<Node>,
}

/// What an id names, which may be something else.
#[derive(Deserialize)]
#[serde(untagged)]
enum Node {
    Offer(Box<Whole>),
    Other(IgnoredAny),
}

impl Offer {
    /// As the search calls it.
    fn title(&self) -> String {
        let what = match self.kind {
            Kind::Advise => "Advice",
            Kind::Speak => "A speaker",
            Kind::Host => "A room",
            Kind::Assess => "A panel member",
            Kind::ShareCode => "Code to reuse",
        };
        match &self.point {
            Some(point) => format!("{what} from {}: {}", self.council.name, point.label),
            None => format!("{what} from {}", self.council.name),
        }
    }

    fn path(&self) -> String {
        format!("/offers/{}", self.id)
    }

    fn how(&self) -> &'static str {
        if self.remote { "From anywhere" } else { "In person" }
    }
}

/// One in a list.
pub(super) fn teaser(offer: &Offer, under: Under) -> Markup {
    html! {
        (title(under, &offer.path(), &offer.title()))
        @if let Some(note) = &offer.note { p.govuk-body { (note) } }
        p.govuk-body { (offer.how()) }
    }
}

/// `GET /offers/ID`
pub(super) async fn one(State(app): State<App>, asked: Asked, Path(id): Path<String>) -> Response {
    let asking = Asking::new(&app, &asked);
    let made = shown(&asking, &id).await;
    asking.answer(made, "/offers/")
}

async fn shown(asking: &Asking<'_>, id: &str) -> Result<Page, NoPage> {
    let found: Found = asking.ask(ONE, variables([("id", json!(id))])).await?;
    let Some(Node::Offer(whole)) = found.node else {
        return Err(Unsaid::nothing("there is no offer with this id").into());
    };
    let offer = &whole.offer;
    let body = html! {
        (whole.provenance.warning())
        @if let Some(note) = &offer.note { (paragraphs(note)) }
        dl.govuk-summary-list {
            (row("Council", offer.council.link()))
            @if let Some(point) = &offer.point { (row("About", point.link())) }
            (row("How", offer.how()))
            @if let Some(from) = whole.available_from { (row("From", day(from))) }
            @if let Some(region) = &whole.region { (row("Region", region.link())) }
            (row("Offered", day_of(whole.made_at)))
        }
        p.govuk-body { (elsewhere(&whole.ask_url, "Ask for it")) }
        (whole.provenance.credit())
    };
    Ok(Page {
        title: offer.title(),
        summary: offer.note.clone(),
        path: offer.path(),
        trail: match &offer.point {
            Some(point) => Trail::start()
                .then("/standards", "The service standard")
                .then(point.url.path(), &point.label),
            None => Trail::start().then(offer.council.url.path(), &offer.council.name),
        },
        body: Some(body),
        ..Page::default()
    })
}
