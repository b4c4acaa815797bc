//! Small pieces of pages that more than one of them has.

use chrono::{DateTime, NaiveDate, Utc};
use folkmoot_domain::london_day;
use maud::{Markup, html};
use serde::Deserialize;

use crate::sentences::sentence;

/// Where a list stands: its things have headings one below that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Under {
    /// The page's own.
    Page,
    /// A section's.
    Section,
}

/// The heading of a thing in a list, which leads to it.
pub(super) fn title(under: Under, address: &str, name: &str) -> Markup {
    let link = html! { a.govuk-link href=(address) { (name) } };
    html! {
        @match under {
            Under::Page => { h2.govuk-heading-m.folk-list__title { (link) } }
            Under::Section => { h3.govuk-heading-s.folk-list__title { (link) } }
        }
    }
}

/// A row of a summary list.
pub(super) fn row(name: &str, value: impl maud::Render) -> Markup {
    html! {
        div.govuk-summary-list__row {
            dt.govuk-summary-list__key { (name) }
            dd.govuk-summary-list__value { (value) }
        }
    }
}

/// Things one after the other in a line, with dots between.
pub(super) fn dotted(parts: impl IntoIterator<Item = Markup>) -> Markup {
    joined(" · ", parts)
}

/// The same with commas.
pub(super) fn listed(parts: impl IntoIterator<Item = Markup>) -> Markup {
    joined(", ", parts)
}

fn joined(between: &str, parts: impl IntoIterator<Item = Markup>) -> Markup {
    html! {
        @for (place, part) in parts.into_iter().enumerate() {
            @if place > 0 { (between) }
            (part)
        }
    }
}

/// A longer text of somebody's, by its empty lines.
pub(super) fn paragraphs(text: &str) -> Markup {
    html! {
        @for paragraph in text.split("\n\n") { p.govuk-body { (paragraph) } }
    }
}

/// A link to another site.
pub(super) fn elsewhere(address: &str, name: &str) -> Markup {
    html! { a.govuk-link href=(address) rel="noopener" { (name) } }
}

/// A day in words, such as `3 October 2026`.
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The day of an instant by London's clock, in words.
pub(super) fn day_of(at: DateTime<Utc>) -> String {
    day(london_day(at))
}

/// A thing by its name, with its page.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) url: Here,
}

impl Named {
    pub(super) fn link(&self) -> Markup {
        html! { a.govuk-link href=(self.url.path()) { (self.name) } }
    }
}

/// An address of this gateway as the API gives it. Pages lead there by its path, so that who came
/// by another name of this gateway stays there.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Here(pub(super) String);

impl Here {
    pub(super) fn path(&self) -> &str {
        let host = self.0.find("://").map_or(0, |at| at + 3);
        self.0[host..].find('/').map_or("/", |at| &self.0[host + at..])
    }
}

/// Where a thing came from.
#[derive(Debug, Deserialize)]
pub(super) struct Provenance {
    synthetic: bool,
    licence: Option<String>,
    attribution: Option<String>,
}

impl Provenance {
    /// Said before anything else: nobody should take an example for the truth.
    pub(super) fn warning(&self) -> Markup {
        html! {
            @if self.synthetic {
                p.govuk-body { strong.govuk-tag { "Made up" } " This is an example of the demo." }
            }
        }
    }

    /// Whose it is, and what others may do with it.
    pub(super) fn credit(&self) -> Markup {
        credit(self.attribution.as_deref(), self.licence.as_deref())
    }
}

/// Whose something is, and what others may do with it.
pub(super) fn credit(attribution: Option<&str>, licence: Option<&str>) -> Markup {
    html! {
        @if attribution.is_some() || licence.is_some() {
            p.govuk-body-s.folk-credit {
                @if let Some(whom) = attribution { "From " (whom) ". " }
                @if let Some(licence) = licence { "Licence: " (licence) "." }
            }
        }
    }
}

/// What is wrong with what somebody wrote, before the fields it stands in.
pub(super) fn problem(message: &str) -> Markup {
    html! {
        div.govuk-error-summary role="alert" {
            h2.govuk-error-summary__title { "There is a problem" }
            p.govuk-body { (sentence(message)) }
        }
    }
}

/// The field and the button of a search.
pub(super) fn search_box(given: Option<&str>) -> Markup {
    html! {
        form.folk-search action="/search" method="get" role="search" {
            label.govuk-label for="q" { "Search all of Folkmoot" }
            div.folk-search__line {
                input #q.govuk-input name="q" type="search" value=[given] autocomplete="off";
                button.govuk-button type="submit" { "Search" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_gateway_lead_by_their_path() {
        for (address, path) in [
            ("https://folkmoot.example/points/lgdss-2016/3", "/points/lgdss-2016/3"),
            ("http://127.0.0.1:8080/councils/CMD", "/councils/CMD"),
            ("https://folkmoot.example", "/"),
        ] {
            assert_eq!(Here(address.to_owned()).path(), path);
        }
    }
}
