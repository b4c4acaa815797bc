//! Need against understanding in the latest half-year, point by point.

use maud::{Markup, html};

use super::{
    bars::{self, Pair},
    below::{Below, Unit},
    figures::Row,
    page::Shown,
    wanted::{Measure, Panel},
};

pub(super) fn body(shown: &Shown<'_>) -> Markup {
    let Some((question, table)) = shown.tables().next() else { return html! {} };
    let mut points: Vec<&str> = Vec::new();
    for row in &table.rows {
        if !points.contains(&row.point_ref.as_str()) {
            points.push(&row.point_ref);
        }
    }
    let of = |point: &str, measure| -> Option<&Row> {
        table.rows.iter().find(|row| row.point_ref == point && row.measure == measure)
    };
    let pairs: Vec<_> = points
        .into_iter()
        .map(|point| Pair {
            understanding: of(point, Measure::Understanding),
            need: of(point, Measure::SupportNeed),
        })
        .collect();
    let below = Below {
        caption: shown.title.clone(),
        question,
        table,
        unit: Some(Unit { head: "Point and measure", name }),
        has_levels: shown.wanted.panel == Panel::All,
        base: shown.base,
    };
    html! {
        h2.govuk-heading-m { "By point" }
        p.govuk-body-s {
            "Full bars: councils able, at level 3 or 4 of understanding. Striped bars: councils in need, at level 3 or \
             4 of need for support. Bars begin at 0; a star: low reliability."
        }
        @if !pairs.is_empty() {
            div.folk-chart-place { (bars::pairs("pairs", &shown.title, &pairs)) }
        }
        (below.written())
    }
}

fn name(row: &Row) -> String {
    let measure = row.measure.label().to_lowercase();
    format!("{}. {}, {measure}", row.point_number, row.point_label)
}

/// Where need outweighs understanding, in a sentence.
pub(super) fn summary(shown: &Shown<'_>) -> Option<String> {
    let (_, table) = shown.tables().next()?;
    let latest = table.rows.iter().map(|row| row.period).max()?;
    let share = |row: &Row, measure| {
        let other =
            table.rows.iter().find(|it| it.point_ref == row.point_ref && it.measure == measure);
        other.and_then(|it| it.share_at3_or_more)
    };
    let compared: Vec<_> = table
        .rows
        .iter()
        .filter(|row| row.measure == Measure::SupportNeed)
        .filter_map(|row| Some((row, share(row, Measure::Understanding)?, row.share_at3_or_more?)))
        .collect();
    let in_need = compared.iter().filter(|(_, able, in_need)| in_need > able).count();
    Some(match compared.len() {
        0 => format!("Of {} no point shows both measures.", latest.in_words()),
        shown => format!(
            "In {} more councils were in need of support than able on {in_need} of the {shown} points that show both.",
            latest.in_words()
        ),
    })
}
