//! The builder's fields: what most people choose first, the rest folded up.

use maud::{Markup, html};

use super::{
    super::{
        super::choices::{self, Choices},
        embed::USUAL,
        language::Language,
    },
    Built,
};

pub(super) fn form(built: &Built, choices: &Choices) -> Markup {
    let wanted = &built.wanted;
    html! {
        p.govuk-body-l { "Choose which meet-ups, then copy what suits your site. It keeps itself up to date." }
        form.folk-build action="/embed" method="get" data-live="built" {
            div.folk-build__fields {
                (choices.region(wanted.word("region")))
                (choices.point(wanted.word("point")))
                div.govuk-form-group {
                    label.govuk-label for="limit" { "How many" }
                    input #limit.govuk-input.govuk-input--width-3 name="limit" inputmode="numeric"
                        value=[wanted.limit] placeholder=(USUAL);
                }
            }
            (more("Those of a council or a peer group", by_whom(built)))
            (more("Language, layout and headings", look(built)))
            button.govuk-button type="submit" { "Show what to paste" }
        }
    }
}

/// Fields that few need; open where one of them is used.
fn more(title: &str, (is_used, fields): (bool, Markup)) -> Markup {
    html! {
        details.govuk-details open[is_used] {
            summary.govuk-details__summary { span.govuk-details__summary-text { (title) } }
            div.govuk-details__text { div.folk-build__fields { (fields) } }
        }
    }
}

fn by_whom(built: &Built) -> (bool, Markup) {
    let wanted = &built.wanted;
    let field = |word, label, hint| choices::text(word, wanted.word(word), label, Some(hint));
    let is_used = ["forCouncil", "host", "group"].iter().any(|word| wanted.word(word).is_some());
    let fields = html! {
        (field("forCouncil", "For a council", "Those of the groups it belongs to. Its name, code or GSS code."))
        (field("host", "Hosted by a council", "Only those at its invitation. Its name, code or GSS code."))
        (field("group", "Of a peer group", "Its short name, such as london."))
    };
    (is_used, fields)
}

fn look(built: &Built) -> (bool, Markup) {
    let language = built.wanted.language;
    let is_used = language != Language::default()
        || !["", "list"].contains(&built.layout)
        || built.heading_level.is_some();
    let fields = html! {
        div.govuk-form-group {
            label.govuk-label for="language" { "Language" }
            div.govuk-hint #language-hint { "Of the words around the meet-ups." }
            select #language.govuk-select name="language" aria-describedby="language-hint" {
                option value="" { "English" }
                option value="cy" selected[language == Language::Welsh] { "Cymraeg" }
            }
        }
        div.govuk-form-group {
            label.govuk-label for="layout" { "Layout" }
            div.govuk-hint #layout-hint { "Of a frame and of the component." }
            select #layout.govuk-select name="layout" aria-describedby="layout-hint" {
                @for (layout, name) in [("", "List"), ("cards", "Cards"), ("compact", "Compact")] {
                    option value=(layout) selected[!layout.is_empty() && built.layout == layout] { (name) }
                }
            }
        }
        div.govuk-form-group {
            label.govuk-label for="headingLevel" { "Level of its heading" }
            div.govuk-hint #headingLevel-hint { "Of the component: one more than that of the heading above it." }
            select #headingLevel.govuk-select name="headingLevel" aria-describedby="headingLevel-hint" {
                @for level in 2..=6_u8 {
                    // The usual one need not be said.
                    option value=[(level == 3).then_some("")]
                        selected[built.heading_level.unwrap_or(3) == level] { (level) }
                }
            }
        }
    };
    (is_used, fields)
}
