//! The builder's fields: what most people choose first, the rest folded up.

use maud::{Markup, html};

use super::super::{
    super::{
        choices::Choices,
        fields::{Fault, Field, Given},
    },
    language::Language,
    wanted::Wanted,
};

/// Where the names of councils are.
const NAMES: &str = "council-names";

pub(super) fn form(
    given: &Given,
    fault: Option<&Fault>,
    choices: &Choices,
    councils: &[String],
) -> Markup {
    let field = |word| Field::new(word, Wanted::label(word), given.word(word)).fault(fault);
    let council = field("forCouncil")
        .hint("Those of the groups it belongs to. Most sites want: for your council.");
    let limit = field("limit").hint("10 unless you say. A calendar has all.");
    html! {
        p.govuk-body-l { "Choose which meet-ups, then copy what suits your site. It keeps itself up to date." }
        form.folk-build action="/embed#paste" method="get" data-live="built" {
            (council.text(Some(NAMES)))
            datalist id=(NAMES) { @for name in councils { option value=(name) {} } }
            div.folk-build__fields {
                (choices.region_in(&field("region")))
                (choices.group_in(&field("group")))
                (choices.point_in(&field("point")))
                (limit.number())
            }
            (more(given, fault))
            button.govuk-button type="submit" { "Show what to paste" }
        }
    }
}

/// Fields that few need; open where one of them is used, or wrong.
fn more(given: &Given, fault: Option<&Fault>) -> Markup {
    let words = ["host", "language", "layout", "headingLevel"];
    let is_used = words
        .iter()
        .any(|word| given.word(word).is_some() || fault.is_some_and(|fault| fault.is_at(word)));
    let field = |word| Field::new(word, Wanted::label(word), given.word(word)).fault(fault);
    let host = field("host").hint("Only those at its invitation. Its name, code or GSS code.");
    html! {
        details.govuk-details open[is_used] {
            summary.govuk-details__summary { span.govuk-details__summary-text { "Host, language, layout and headings" } }
            div.govuk-details__text {
                div.folk-build__fields {
                    (host.text(Some(NAMES)))
                    (language(&field("language").hint("Of the words around the meet-ups.")))
                    (layout(&field("layout").hint("Of a frame and of the component.")))
                    (level(&field("headingLevel").hint("Of the component: one more than that of the heading above it.")))
                }
            }
        }
    }
}

fn language(field: &Field<'_>) -> Markup {
    let chosen = field.given.map_or(Some(Language::default()), Language::named);
    let options = html! {
        option value="" { "English" }
        option value="cy" selected[chosen == Some(Language::Welsh)] { "Cymraeg" }
    };
    field.select(options, chosen.is_some())
}

fn layout(field: &Field<'_>) -> Markup {
    let layouts = [("", "List"), ("cards", "Cards"), ("compact", "Compact")];
    let options = html! {
        @for (layout, name) in layouts {
            option value=(layout) selected[field.given == Some(layout)] { (name) }
        }
    };
    let is_one = |given| given == "list" || layouts.iter().any(|(layout, _)| *layout == given);
    field.select(options, field.given.is_none_or(is_one))
}

fn level(field: &Field<'_>) -> Markup {
    let levels = ["2", "3", "4", "5", "6"];
    let options = html! {
        @for level in levels {
            // The usual one need not be said.
            option value=[(level == "3").then_some("")]
                selected[field.given.unwrap_or("3") == level] { (level) }
        }
    };
    field.select(options, field.given.is_none_or(|given| levels.contains(&given)))
}
