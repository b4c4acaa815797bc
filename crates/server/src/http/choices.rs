//! The fields by which people narrow a list.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Map;

use super::{
    App,
    admission::Asker,
    own::{self, Unsaid},
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
pub(super) async fn all(app: &App, asker: &Asker) -> Result<Choices, Unsaid> {
    Ok(own::ask(app, asker, CHOICES, Map::new()).await?.data)
}

impl Choices {
    pub(super) fn region(&self, chosen: Option<&str>) -> Markup {
        html! {
            div.govuk-form-group {
                label.govuk-label for="region" { "Region" }
                select #region.govuk-select name="region" {
                    option value="" { "All regions" }
                    @for region in &self.regions {
                        option value=(region.code) selected[is(chosen, &region.code)] { (region.name) }
                    }
                }
            }
        }
    }

    pub(super) fn point(&self, chosen: Option<&str>) -> Markup {
        html! {
            div.govuk-form-group {
                label.govuk-label for="point" { "Topic" }
                select #point.govuk-select name="point" {
                    option value="" { "All topics" }
                    @for standard in &self.standards {
                        optgroup label=(standard.title) {
                            @for point in &standard.points {
                                option value=(point.reference) selected[is(chosen, &point.reference)] {
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

/// A field for words or a name.
pub(super) fn text(word: &str, given: Option<&str>, label: &str, hint: Option<&str>) -> Markup {
    let hint_id = format!("{word}-hint");
    html! {
        div.govuk-form-group {
            label.govuk-label for=(word) { (label) }
            @if let Some(hint) = hint { div.govuk-hint #(hint_id) { (hint) } }
            input.govuk-input.govuk-input--width-20 #(word) name=(word) value=[given]
                aria-describedby=[hint.map(|_| &hint_id)] autocomplete="off" spellcheck="false";
        }
    }
}

/// True if this is what was chosen.
fn is(chosen: Option<&str>, value: &str) -> bool {
    chosen.is_some_and(|given| given.eq_ignore_ascii_case(value))
}
