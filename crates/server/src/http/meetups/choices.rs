//! The fields by which people narrow a list.

use folkmoot_graphql::RequestId;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Map;

use super::{
    super::{
        App,
        own::{self, Unsaid},
    },
    wanted::Wanted,
};

/// What there is to choose from.
const CHOICES: &str =
    "query { regions { code name } standards { title points { ref number label } } }";

#[derive(Deserialize)]
pub(super) struct Choices {
    regions: Vec<Region>,
    standards: Vec<Standard>,
}

#[derive(Deserialize)]
struct Region {
    code: String,
    name: String,
}

#[derive(Deserialize)]
struct Standard {
    title: String,
    points: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    #[serde(rename = "ref")]
    reference: String,
    number: u32,
    label: String,
}

/// All that there is.
pub(super) async fn all(app: &App, request_id: &RequestId) -> Result<Choices, Unsaid> {
    Ok(own::ask(app, request_id, CHOICES, Map::new()).await?.data)
}

impl Choices {
    pub(super) fn region(&self, wanted: &Wanted) -> Markup {
        html! {
            div.govuk-form-group {
                label.govuk-label for="region" { "Region" }
                select #region.govuk-select name="region" {
                    option value="" { "All regions" }
                    @for region in &self.regions {
                        option value=(region.code) selected[is(wanted, "region", &region.code)] { (region.name) }
                    }
                }
            }
        }
    }

    pub(super) fn point(&self, wanted: &Wanted) -> Markup {
        html! {
            div.govuk-form-group {
                label.govuk-label for="point" { "Topic" }
                select #point.govuk-select name="point" {
                    option value="" { "All topics" }
                    @for standard in &self.standards {
                        optgroup label=(standard.title) {
                            @for point in &standard.points {
                                option value=(point.reference) selected[is(wanted, "point", &point.reference)] {
                                    (point.number) ". " (point.label)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A field for a council.
pub(super) fn council(wanted: &Wanted, word: &str, label: &str, hint: &str) -> Markup {
    text(wanted, word, label, Some(hint))
}

/// A field for a peer group.
pub(super) fn group(wanted: &Wanted) -> Markup {
    text(wanted, "group", "Of the peer group", Some("Its short name, such as london."))
}

fn text(wanted: &Wanted, word: &str, label: &str, hint: Option<&str>) -> Markup {
    let hint_id = format!("{word}-hint");
    html! {
        div.govuk-form-group {
            label.govuk-label for=(word) { (label) }
            @if let Some(hint) = hint { div.govuk-hint #(hint_id) { (hint) } }
            input.govuk-input.govuk-input--width-20 #(word) name=(word) value=[wanted.word(word)]
                aria-describedby=[hint.map(|_| &hint_id)] autocomplete="off" spellcheck="false";
        }
    }
}

/// True if this is what was chosen.
fn is(wanted: &Wanted, word: &str, value: &str) -> bool {
    wanted.word(word).is_some_and(|given| given.eq_ignore_ascii_case(value))
}
