//! `/councils`: the councils that stand today, to search and to walk through.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use chrono::NaiveDate;
use folkmoot_domain::london_day;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        App,
        choices::{self, Choices},
        graphql::Asked,
        own::Unsaid,
        pages::{Page, Trail, failed},
        pieces::{Here, Named, Under, day, dotted, listed, title},
    },
    asking::{Asking, variables},
    lists::{self, Listed, Section},
    pager::pager,
    words::Words,
};

const PATH: &str = "/councils";

/// The words by which the list is narrowed, each of its type.
const WORDS: [(&str, &str); 2] = [("search", "String"), ("region", "RegionRef")];

/// As many as a page shows.
const USUAL: u32 = 50;

const FIELDS: &str =
    "name url type country endsOn region { name url } currentSuccessors { name url }";

/// What kind of council, by the law it works under.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum CouncilType {
    County,
    NonMetropolitanDistrict,
    Unitary,
    MetropolitanDistrict,
    LondonBorough,
    CityOfLondon,
    Scottish,
    Welsh,
    NorthernIrish,
}

impl CouncilType {
    /// In words.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::County => "County council",
            Self::NonMetropolitanDistrict => "District council",
            Self::Unitary => "Unitary authority",
            Self::MetropolitanDistrict => "Metropolitan district",
            Self::LondonBorough => "London borough",
            Self::CityOfLondon => "City of London Corporation",
            Self::Scottish => "Scottish council",
            Self::Welsh => "Welsh council",
            Self::NorthernIrish => "Northern Irish district",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Council {
    name: String,
    url: Here,
    #[serde(rename = "type")]
    kind: CouncilType,
    ends_on: Option<NaiveDate>,
    region: Option<Named>,
    current_successors: Vec<Named>,
}

/// `GET /councils?search=somerset`
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
    let document = lists::paged("councils", &WORDS, FIELDS);
    let councils = asking.list::<Council>(&document, words.variables(USUAL)).await?;
    let today = london_day(asking.app.clock.now());
    let former = former(asking, &words, today).await;
    let choices = asking.choices().await?;
    let body = html! {
        (narrowing(&words, &choices))
        (councils.count("council", "councils"))
        (councils.items("No council that stands today has these letters in its name.", |council| teaser(council, today, Under::Page)))
        (pager(&words, PATH, &councils.page_info, "councils", ""))
        @if let Some(former) = &former {
            @if former.as_ref().map_or(true, |former| !former.nodes.is_empty()) {
                (Section { title: "Councils that are no more", none: "", all: None }
                    .shown(former, |council| teaser(council, today, Under::Section)))
            }
        }
    };
    Ok(Page {
        title: "Councils".to_owned(),
        summary: Some("Councils, the peer groups they belong to, and what they share.".to_owned()),
        path: words.address(PATH),
        trail: Trail::start(),
        body: Some(body),
        ..Page::default()
    })
}

/// Who looks for a council by the name that it had finds what came after it.
async fn former(
    asking: &Asking<'_>,
    words: &Words,
    today: NaiveDate,
) -> Option<Result<Listed<Council>, Unsaid>> {
    let search = words.word("search").filter(|_| words.is_start())?;
    let document = format!(
        "query($search: String, $today: Date) {{ list: councils(search: $search, \
         endingBefore: $today, first: 20) {} }}",
        lists::of(FIELDS)
    );
    let variables = variables([("search", json!(search)), ("today", json!(today))]);
    Some(asking.list(&document, variables).await)
}

fn narrowing(words: &Words, choices: &Choices) -> Markup {
    html! {
        form.folk-narrow action=(PATH) method="get" {
            (choices::text("search", words.word("search"), "Name", Some("Or a part of it.")))
            (choices.region(words.word("region")))
            button.govuk-button type="submit" { "Show" }
        }
    }
}

fn teaser(council: &Council, today: NaiveDate, under: Under) -> Markup {
    let kind = html! { (council.kind.label()) };
    let region = council.region.as_ref().map(|region| html! { (region.name) });
    html! {
        (title(under, council.url.path(), &council.name))
        p.govuk-body { (dotted([Some(kind), region].into_iter().flatten())) }
        @if let Some(end) = council.ends_on {
            p.govuk-body {
                @if end <= today {
                    "Abolished on " (day(end)) ". " (now(&council.current_successors))
                } @else {
                    "To be abolished on " (day(end)) "."
                }
            }
        }
    }
}

/// Who stands in its place.
pub(super) fn now(successors: &[Named]) -> Markup {
    html! {
        @if !successors.is_empty() {
            "In its place today: "
            (listed(successors.iter().map(Named::link)))
            "."
        }
    }
}
