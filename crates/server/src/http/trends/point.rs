//! One point: need against understanding over time, how the levels are spread, and the councils
//! that answered twice, before and now.

use maud::{Markup, html};

use super::{
    bars,
    below::{Below, Unit},
    chart::{LARGE, Span},
    figures::Row,
    lines::{self, Lines, Series},
    page::Shown,
    wanted::Measure,
};

pub(super) fn body(shown: &Shown<'_>) -> Markup {
    let mut tables = shown.tables();
    let measure = shown.wanted.measure;
    let both = tables.next().map(|(question, table)| {
        let caption = format!("{}: need against understanding over time", shown.subject());
        let below = Below {
            caption: caption.clone(),
            question,
            table,
            unit: Some(Unit { head: "Measure", name: |row| row.measure.label().to_owned() }),
            has_levels: false,
            base: shown.base,
        };
        let measures = [Measure::Understanding, Measure::SupportNeed];
        let of = |measure| Series { measure, rows: of(&table.rows, measure) };
        let series =
            measures.map(of).into_iter().filter(|series| !series.rows.is_empty()).collect();
        html! {
            h2.govuk-heading-m { "Need against understanding" }
            (over_time("both", caption, &table.rows, series))
            (lines::key(&measures, false))
            (below.written())
        }
    });
    let spread = tables.next().map(|(question, table)| {
        let caption = format!("{}: levels of {}", shown.subject(), measure.label().to_lowercase());
        let below = Below { caption, question, table, unit: None, has_levels: true, base: shown.base };
        let names = shown.answer.point.iter().flat_map(|point| &point.rubric);
        html! {
            h2.govuk-heading-m { "How the levels are spread: all councils that answered" }
            (bars::key(names.map(|level| (level.level, level.label.clone()))))
            @if !table.rows.is_empty() {
                div.folk-chart-place {
                    (bars::levels("spread", &below.caption, &table.rows.iter().collect::<Vec<_>>()))
                }
            }
            p.govuk-body-s { "The numbers are councils. A dashed line above a bar: a break before it." }
            (below.written())
        }
    });
    let matched = tables.next().map(|(question, table)| {
        let caption =
            format!("{}: {} of matched councils", shown.subject(), measure.label().to_lowercase());
        let series = vec![Series { measure, rows: table.rows.iter().collect() }];
        let below = Below {
            caption: caption.clone(),
            question,
            table,
            unit: None,
            has_levels: false,
            base: shown.base,
        };
        html! {
            h2.govuk-heading-m { "Before and now: councils that answered twice" }
            (over_time("matched", caption, &table.rows, series))
            (lines::key(&[measure], true))
            (below.written())
        }
    });
    html! { @for section in [both, spread, matched].into_iter().flatten() { (section) } }
}

fn of(rows: &[Row], measure: Measure) -> Vec<&Row> {
    rows.iter().filter(|row| row.measure == measure).collect()
}

fn over_time(id: &str, title: String, rows: &[Row], series: Vec<Series<'_>>) -> Markup {
    let Some(span) = Span::of(rows.iter()) else { return html! {} };
    let drawn = Lines { id: id.to_owned(), title, span, height: LARGE, series }.drawn();
    html! { div.folk-chart-place { (drawn) } }
}

/// What the latest half-year says of the point.
pub(super) fn summary(shown: &Shown<'_>) -> Option<String> {
    let (_, table) = shown.tables().next()?;
    let latest = table.rows.iter().map(|row| row.period).max()?;
    let said = |measure: Measure| {
        let row = table.rows.iter().find(|row| (row.period, row.measure) == (latest, measure))?;
        Some(match (row.share(), row.hidden()) {
            (Some(share), _) => {
                let councils = row.responded.map(|councils| format!(" of {councils} councils"));
                let (councils, name) =
                    (councils.unwrap_or_default(), measure.label().to_lowercase());
                format!("{share}{councils} were at level 3 or 4 of {name}")
            }
            (None, why) => {
                let name = measure.label().to_lowercase();
                format!("{name} is not shown ({})", why.unwrap_or("there is none"))
            }
        })
    };
    let said: Vec<_> =
        [Measure::Understanding, Measure::SupportNeed].into_iter().filter_map(said).collect();
    (!said.is_empty()).then(|| format!("In {} {}.", latest.in_words(), said.join(", and ")))
}
