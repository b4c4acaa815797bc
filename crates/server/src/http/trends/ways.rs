//! The ways from a view to the others: links between them, and the fields that narrow one.

use maud::{Markup, html};

use super::{
    page::Shown,
    wanted::{Measure, Panel, View},
};

/// The other views, as links.
pub(super) fn links(shown: &Shown<'_>) -> Markup {
    let wanted = shown.wanted;
    let view = wanted.view();
    let all_points = |is_latest| {
        wanted.with(|it| {
            let standard = shown.answer.point.as_ref().map(|point| point.standard.code.clone());
            it.standard = it.standard.take().or(standard);
            (it.point, it.is_latest) = (None, is_latest);
        })
    };
    // By region there is no page of every point.
    let all_points = |is_latest| match view {
        View::Regions => all_points(is_latest).national(),
        _ => all_points(is_latest),
    };
    let mut views = vec![
        ("Every point over time", all_points(false).address(), view == View::Overview),
        ("Need against understanding", all_points(true).address(), view == View::Latest),
    ];
    if wanted.point.is_some() {
        let national = wanted.national();
        views.push(("This point nationally", national.address(), national == *wanted));
        views.push(("This point by region", wanted.by_region().address(), view == View::Regions));
    }
    let measures = [Measure::Understanding, Measure::SupportNeed].map(|measure| {
        let address = wanted.with(|it| it.measure = measure).address();
        (measure.label(), address, wanted.measure == measure)
    });
    let panels = [("All that answered", Panel::All), ("Matched: answered twice", Panel::Matched)];
    let panels = panels.map(|(name, panel)| {
        let address = wanted.with(|it| it.panel = panel).address();
        (name, address, wanted.panel == panel)
    });
    let is_of_all_points = matches!(view, View::Overview | View::Latest);
    html! {
        (choice("View", &views))
        @if view != View::Latest { (choice("Measure", &measures)) }
        @if is_of_all_points && wanted.region.is_none() { (choice("Councils", &panels)) }
    }
}

fn choice(name: &str, ways: &[(&str, String, bool)]) -> Markup {
    html! {
        nav.folk-choice aria-label=(name) {
            span.folk-choice__name aria-hidden="true" { (name) }
            ul.folk-choice__list role="list" {
                @for (name, address, is_here) in ways {
                    li { a href=(address) aria-current=[is_here.then_some("true")] { (name) } }
                }
            }
        }
    }
}

/// What can be chosen from a list or written.
pub(super) fn form(shown: &Shown<'_>) -> Markup {
    let wanted = shown.wanted;
    let view = wanted.view();
    let is_of_all_points = matches!(view, View::Overview | View::Latest);
    let is_of_need = wanted.measure == Measure::SupportNeed;
    let kept = [
        ("groupBy", (view == View::Regions).then_some("REGION")),
        ("period", wanted.is_latest.then_some("LATEST")),
        ("point", wanted.point.as_deref()),
        ("measure", is_of_need.then_some("SUPPORT_NEED")),
        ("panel", (wanted.panel == Panel::Matched).then_some("MATCHED")),
    ];
    html! {
        form.folk-narrow action="/trends" method="get" {
            // Side by side there are all regions, and the matched panel is national only.
            @if view != View::Regions && wanted.panel == Panel::All {
                div.govuk-form-group {
                    label.govuk-label for="region" { "Region" }
                    select #region.govuk-select name="region" {
                        option value="" { "The nation" }
                        @for region in &shown.answer.regions {
                            option value=(region.code) selected[wanted.region.as_ref() == Some(&region.code)] {
                                (region.name)
                            }
                        }
                    }
                }
            }
            @if is_of_all_points {
                div.govuk-form-group {
                    label.govuk-label for="standard" { "Standard" }
                    select #standard.govuk-select name="standard" {
                        option value="" { "The usual one" }
                        @for standard in &shown.answer.standards {
                            option value=(standard.code) selected[wanted.standard.as_ref() == Some(&standard.code)] {
                                (standard.title)
                            }
                        }
                    }
                }
            }
            @if !wanted.is_latest {
                (year("fromYear", "From year", wanted.from_year))
                (year("toYear", "To year", wanted.to_year))
            }
            @for (word, value) in kept {
                @if let Some(value) = value { input type="hidden" name=(word) value=(value); }
            }
            button.govuk-button type="submit" { "Show" }
        }
    }
}

fn year(word: &str, label: &str, value: Option<i32>) -> Markup {
    html! {
        div.govuk-form-group {
            label.govuk-label for=(word) { (label) }
            input.govuk-input.govuk-input--width-4 #(word) name=(word) value=[value] inputmode="numeric"
                autocomplete="off" spellcheck="false";
        }
    }
}
