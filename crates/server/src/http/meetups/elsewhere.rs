//! The ways to have a list of meet-ups elsewhere, as a page tells them.

use maud::{Markup, html};

/// Links to the embed builder, the calendar and the feeds, of which `feed` has the address by form.
pub(in crate::http) fn taken_along(
    title: &str,
    embed: &str,
    calendar: &str,
    feed: impl Fn(&str) -> String,
) -> Markup {
    html! {
        section.folk-section {
            h2.govuk-heading-m { (title) }
            ul.govuk-list.govuk-list--bullet {
                li { a.govuk-link href=(embed) { "Put them on your site" } }
                li { a.govuk-link href=(calendar) { "Subscribe in your calendar" } }
                li {
                    "As a feed: " a.govuk-link href=(feed("rss")) { "RSS" } ", "
                    a.govuk-link href=(feed("atom")) { "Atom" } " or "
                    a.govuk-link href=(feed("json")) { "JSON Feed" }
                }
                li { a.govuk-link href=(feed("csv")) { "As a table (CSV)" } }
            }
        }
    }
}
