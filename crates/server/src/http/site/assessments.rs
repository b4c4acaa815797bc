//! `/assessments`: what panels of other councils said of services, where the council agreed to
//! publication.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    super::{
        App,
        choices::{self, Choices},
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
        pieces::{Here, Named, Under, day, dotted, title},
    },
    asking::Asking,
    lists,
    pager::pager,
    words::Words,
};

pub(super) const PATH: &str = "/assessments";

/// The words by which the list is narrowed, each of its type.
const WORDS: [(&str, &str); 2] = [("region", "RegionRef"), ("council", "CouncilRef")];

/// As many as a page shows.
const USUAL: u32 = 20;

/// What is read of each in a list.
pub(super) const TEASER: &str =
    "service url stage heldOn because result { label rag } council { name url }";

/// How far a service had come.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Stage {
    Discovery,
    Alpha,
    Beta,
    Live,
}

impl Stage {
    /// In a word.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Discovery => "Discovery",
            Self::Alpha => "Alpha",
            Self::Beta => "Beta",
            Self::Live => "Live",
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Rag {
    Green,
    Amber,
    Red,
}

/// How something came out.
#[derive(Deserialize)]
pub(super) struct Outcome {
    pub(super) label: String,
    rag: Option<Rag>,
}

impl Outcome {
    /// Its word, and a colour for who sees colours.
    pub(super) fn tag(&self) -> Markup {
        let colour = match self.rag {
            Some(Rag::Green) => "govuk-tag--green",
            Some(Rag::Amber) => "govuk-tag--yellow",
            Some(Rag::Red) => "govuk-tag--red",
            None => "govuk-tag--grey",
        };
        html! { strong class={ "govuk-tag " (colour) } { (self.label) } }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Assessment {
    service: String,
    url: Here,
    stage: Stage,
    held_on: NaiveDate,
    because: String,
    result: Outcome,
    council: Named,
}

/// `GET /assessments?region=london`
pub(super) async fn list(
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
    let words = Words::of(pairs, &WORDS.map(|(word, _)| word))?;
    let document = lists::paged("serviceAssessments", &WORDS, TEASER);
    let assessments = asking.list(&document, words.variables(USUAL)).await?;
    let choices = asking.choices().await?;
    let body = html! {
        p.govuk-body-l {
            "Councils look at each other’s services: advice, not a sanction. Only those are here \
             whose council agreed to publication."
        }
        (narrowing(&words, &choices))
        (assessments.count("service assessment", "service assessments"))
        (assessments.items("No service assessments are published yet.", |one| teaser(one, Under::Page)))
        (pager(&words, PATH, &assessments.page_info, "service assessments", ""))
    };
    Ok(Page {
        title: "Service assessments".to_owned(),
        summary: Some("What panels of other councils said of councils’ services.".to_owned()),
        path: words.address(PATH),
        trail: Trail::start(),
        body: Some(body),
        ..Page::default()
    })
}

fn narrowing(words: &Words, choices: &Choices) -> Markup {
    html! {
        form.folk-narrow action=(PATH) method="get" {
            (choices.region(words.word("region")))
            (choices::text("council", words.word("council"), "Council", Some("Name, code or GSS code.")))
            button.govuk-button type="submit" { "Show" }
        }
    }
}

/// One in a list.
pub(super) fn teaser(one: &Assessment, under: Under) -> Markup {
    let facts =
        [html! { (one.council.name) }, html! { (one.stage.label()) }, html! { (day(one.held_on)) }];
    html! {
        (title(under, one.url.path(), &one.service))
        p.govuk-body { (dotted(facts)) " · Result: " (one.result.tag()) }
        p.govuk-body { (one.because) }
    }
}
