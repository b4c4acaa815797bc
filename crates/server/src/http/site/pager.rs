//! The ways from one part of a list to the next and back.

use maud::{Markup, html};

use super::{
    lists::PageInfo,
    words::{Place, Words},
};

/// Links to the parts around this one, of a list of things that are called so. `to` is the part of
/// the page where the list stands.
pub(super) fn pager(words: &Words, path: &str, info: &PageInfo, things: &str, to: &str) -> Markup {
    let before = info.start_cursor.clone().filter(|_| info.has_previous_page).map(Place::Before);
    let after = info.end_cursor.clone().filter(|_| info.has_next_page).map(Place::After);
    let side = |class: &str, place: Place, rel: &str, word: &str, arrow: Markup| {
        html! {
            div class={ "govuk-pagination__" (class) } {
                a.govuk-link.govuk-pagination__link href={ (words.at(path, &place)) (to) } rel=(rel) {
                    @if rel == "prev" { (arrow) }
                    span.govuk-pagination__link-title { (word) span.govuk-visually-hidden { " " (things) } }
                    @if rel == "next" { (arrow) }
                }
            }
        }
    };
    html! {
        @if before.is_some() || after.is_some() {
            nav.govuk-pagination aria-label={ "Pages of " (things) } {
                @if let Some(place) = before {
                    (side("prev", place, "prev", "Previous", arrow("prev", "m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z")))
                }
                @if let Some(place) = after {
                    (side("next", place, "next", "Next", arrow("next", "m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z")))
                }
            }
        }
    }
}

fn arrow(side: &str, line: &str) -> Markup {
    html! {
        svg class={ "govuk-pagination__icon govuk-pagination__icon--" (side) } xmlns="http://www.w3.org/2000/svg"
            height="13" width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13" {
            path d=(line) {}
        }
    }
}
