//! `/trends`: national capability over time, as charts with their tables. Every number is one of
//! the API's published table; what is not shown there is nowhere here either.

mod bars;
mod below;
mod chart;
mod figures;
mod latest;
mod lines;
mod overview;
mod page;
mod point;
mod question;
mod wanted;
mod ways;

use axum::{Router, routing::get};

use super::App;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/trends", get(page::show))
}
