//! The pages of the nation's things: a start page, a list and a page of each kind, and a search.
//! Whatever they show is asked of the API first, by fixed documents, and says what the API says.
//!
//! Each noun has a file; what they share is how they ask ([`asking`]), lists ([`lists`]), the words
//! of their addresses ([`words`]), and the ways from one page of a list to the next ([`pager`]).

mod asking;
mod assessment;
mod assessments;
mod by_id;
mod case_studies;
mod council;
mod councils;
mod group;
mod lists;
mod offers;
mod pager;
mod point;
mod region;
mod regions;
mod search;
mod standards;
mod start;
mod words;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use maud::html;

use super::{App, own::Unsaid, pages::failed_with, pieces::search_box};

/// The pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(start::page))
        .route("/regions", get(regions::list))
        .route("/regions/{name}", get(region::page))
        .route("/groups/{name}", get(group::page))
        .route("/councils", get(councils::list))
        .route("/councils/{name}", get(council::page))
        .route("/case-studies", get(case_studies::list))
        .route("/case-studies/{id}", get(case_studies::one))
        .route("/standards", get(standards::list))
        .route("/standards/{name}", get(standards::one))
        // A point's reference has a slash within.
        .route("/points/{*name}", get(point::page))
        .route("/offers/{id}", get(offers::one))
        .route("/assessments", get(assessments::list))
        .route("/assessments/{id}", get(assessment::page))
        .route("/search", get(search::page))
}

/// What people get at an address where there is nothing.
pub(super) fn nowhere() -> Response {
    failed_with(&Unsaid::nothing("there is nothing at this address"), &search_box(None))
}

/// Why there is no page of a thing.
enum NoPage {
    Unsaid(Unsaid),
    /// It is at another address.
    Elsewhere(String),
}

impl From<Unsaid> for NoPage {
    fn from(unsaid: Unsaid) -> Self {
        Self::Unsaid(unsaid)
    }
}

impl NoPage {
    /// The answer where pages of this kind are, such as `/councils/`.
    fn answer(self, place: &str) -> Response {
        let mut unsaid = match self {
            Self::Unsaid(unsaid) => unsaid,
            Self::Elsewhere(address) => return Redirect::to(&address).into_response(),
        };
        if ["UNKNOWN_REFERENCE", "MALFORMED_ID"].contains(&unsaid.code.as_str()) {
            unsaid.status = StatusCode::NOT_FOUND;
        }
        if unsaid.code == "MALFORMED_ID" {
            "there is nothing with this id".clone_into(&mut unsaid.message);
        }
        let ways_on = html! {
            @if !unsaid.suggestions.is_empty() {
                h2.govuk-heading-m { "You may have meant" }
                ul.govuk-list.govuk-list--bullet {
                    @for name in &unsaid.suggestions {
                        li { a.govuk-link href={ (place) (name) } { (name) } }
                    }
                }
            }
            @if unsaid.status == StatusCode::NOT_FOUND { (search_box(None)) }
        };
        failed_with(&unsaid, &ways_on)
    }
}
