//! Meet-ups outside the API: feeds and calendars, embeds for councils' sites, and pages. Whatever
//! they show is asked of the API first, by words that are the API's.

mod address;
mod builder;
mod calendar;
mod elsewhere;
mod embed;
mod facts;
mod feeds;
mod frame;
mod language;
mod lines;
mod listing;
mod meetup;
mod oembed;
mod page;
mod teaser;
mod wanted;

use axum::{Router, routing::get};

use super::App;

pub(super) use address::base;
#[cfg(feature = "fuzz")]
pub(crate) use calendar::fuzzed as calendar_of;
pub(super) use elsewhere::taken_along;
pub(super) use meetup::{MEETUP, Meetup};
pub(super) use teaser::teaser;

/// The words by which lists are asked for.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    wanted::Wanted::words()
}

/// What other sites may read: from any origin.
pub(crate) fn shared_routes() -> Router<App> {
    Router::new()
        .route("/calendar/{*path}", get(address::calendar))
        .route("/feeds/{*path}", get(address::feed))
        .route("/embed/meetups.json", get(embed::list))
        .route("/embed/meetups.js", get(embed::latest_script))
        .route("/embed/{version}/meetups.js", get(embed::script))
        .route("/oembed", get(oembed::answer))
}

/// What people look at: the list and a single one, here and in frames on other sites.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/embed", get(builder::page))
        .route("/embed/meetups", get(frame::page))
        .route("/meetups", get(page::list))
        .route("/meetups/{id}", get(page::one))
}
