//! Lists as the API gives them, with an honest word on what is missing, and how a page shows them.

use maud::{Markup, html};
use serde::Deserialize;

use super::super::own::Unsaid;
use crate::sentences::sentence;

/// What is read of every list beside its things.
const ABOUT: &str = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount \
    complete note sources { state note }";

/// The words for a list with these fields of its things.
pub(super) fn of(fields: &str) -> String {
    format!("{{ nodes {{ {fields} }} {ABOUT} }}")
}

/// The question for things that have to do with one that is called `$it`, of this type.
pub(super) fn about(it: &str, list: &str, fields: &str) -> String {
    format!("query($it: {it}!) {{ list: {list} {} }}", of(fields))
}

/// The question for a part of a list that these words narrow, each of its type.
pub(super) fn paged(list: &str, words: &[(&str, &str)], fields: &str) -> String {
    let kinds: String = words.iter().map(|(word, kind)| format!("${word}: {kind}, ")).collect();
    let arguments: String = words.iter().map(|(word, _)| format!("{word}: ${word}, ")).collect();
    format!(
        "query({kinds}$first: Int, $after: String, $last: Int, $before: String) {{ list: \
         {list}({arguments}first: $first, after: $after, last: $last, before: $before) {} }}",
        of(fields)
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed<T> {
    pub(super) nodes: Vec<T>,
    pub(super) page_info: PageInfo,
    pub(super) total_count: Option<u64>,
    complete: bool,
    note: String,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    pub(super) has_previous_page: bool,
    pub(super) start_cursor: Option<String>,
    pub(super) end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Source {
    state: State,
    note: String,
}

/// How a region's rows are.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum State {
    Fresh,
    Stale,
    Missing,
}

/// An answer that is a list, or has one within the thing that was asked about.
#[derive(Deserialize)]
pub(super) struct Answer<T> {
    list: Option<Listed<T>>,
    within: Option<Within<T>>,
}

#[derive(Deserialize)]
struct Within<T> {
    list: Listed<T>,
}

impl<T> Answer<T> {
    pub(super) fn list(self) -> Result<Listed<T>, Unsaid> {
        let within = self.within.map(|within| within.list);
        self.list.or(within).ok_or_else(|| Unsaid::nothing("this is not there any more"))
    }
}

impl<T> Listed<T> {
    /// What readers are to be told of it; nothing if all is there, as of now.
    pub(super) fn notice(&self) -> Markup {
        let late: Vec<_> =
            self.sources.iter().filter(|source| source.state != State::Fresh).collect();
        html! {
            @if !self.complete || !late.is_empty() {
                div.govuk-inset-text {
                    @if !self.complete { p.govuk-body { (self.note) } }
                    @for source in late { p.govuk-body { (source.note) } }
                }
            }
        }
    }

    /// Its things, or that there are none, as far as that can be said.
    pub(super) fn items(&self, none: &str, item: impl Fn(&T) -> Markup) -> Markup {
        html! {
            (self.notice())
            @if !self.nodes.is_empty() {
                ul.folk-list role="list" { @for node in &self.nodes { li { (item(node)) } } }
            } @else if self.complete {
                p.govuk-body { (none) }
            }
        }
    }

    /// How many there are, such as `8 case studies`; nothing where nobody knows.
    pub(super) fn count(&self, one: &str, many: &str) -> Markup {
        html! {
            @if let Some(count) = self.total_count.filter(|count| *count > 0) {
                p.govuk-body { (counted(count, one, many)) }
            }
        }
    }
}

/// A number of things in words.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

/// A section of a page.
pub(super) struct Section<'t> {
    pub(super) title: &'t str,
    /// What stands there if there are none.
    pub(super) none: &'t str,
    /// Where all of them are, and the words that lead there.
    pub(super) all: Option<(String, &'t str)>,
}

impl Section<'_> {
    /// With a list, or why it cannot be had.
    pub(super) fn shown<T>(
        &self,
        list: &Result<Listed<T>, Unsaid>,
        item: impl Fn(&T) -> Markup,
    ) -> Markup {
        html! {
            section.folk-section {
                h2.govuk-heading-m { (self.title) }
                @match list {
                    Ok(list) => {
                        (list.items(self.none, item))
                        @if let (Some((address, words)), true) = (&self.all, list.page_info.has_next_page) {
                            p.govuk-body {
                                a.govuk-link href=(address) {
                                    (words) @if let Some(count) = list.total_count { " (" (count) ")" }
                                }
                            }
                        }
                    }
                    Err(unsaid) => {
                        div.govuk-inset-text {
                            "These cannot be shown just now. " (sentence(&unsaid.message))
                        }
                    }
                }
            }
        }
    }
}
