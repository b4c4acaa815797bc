//! Small multiples: one chart a point for the nation or a region, or one a region about a point.

use folkmoot_domain::enumerated;
use maud::{Markup, html};

use super::{
    below::{Below, Unit},
    chart::{SMALL, Span},
    figures::Row,
    lines::{self, Lines, Series},
    page::Shown,
    wanted::{Panel, Wanted},
};

/// One chart each point.
pub(super) fn by_point(shown: &Shown<'_>) -> Markup {
    let address = |row: &Row| shown.wanted.about(&row.point_ref).address();
    let name = |row: &Row| format!("{}. {}", row.point_number, row.point_label);
    multiples(shown, "Point", "By point", name, address)
}

/// One chart each region.
pub(super) fn by_region(shown: &Shown<'_>) -> Markup {
    let wanted: &Wanted = shown.wanted;
    let address = |row: &Row| match shown.answer.regions.iter().any(|it| it.code == row.group) {
        true => wanted.with(|it| it.region = Some(row.group.clone())).address(),
        // Small regions together have no page of their own.
        false => String::new(),
    };
    multiples(shown, "Region", "By region", |row| row.group_name.clone(), address)
}

fn multiples(
    shown: &Shown<'_>,
    unit: &'static str,
    heading: &str,
    name: fn(&Row) -> String,
    address: impl Fn(&Row) -> String,
) -> Markup {
    let Some((question, table)) = shown.tables().next() else { return html! {} };
    let Some(span) = Span::of(table.rows.iter()) else {
        return html! { p.govuk-body { (table.note) } };
    };
    let (measure, is_matched) = (shown.wanted.measure, shown.wanted.panel == Panel::Matched);
    let mut units: Vec<(String, Vec<&Row>)> = Vec::new();
    for row in &table.rows {
        let name = name(row);
        match units.iter_mut().find(|(unit, _)| *unit == name) {
            Some((_, rows)) => rows.push(row),
            None => units.push((name, vec![row])),
        }
    }
    html! {
        h2.govuk-heading-m { (heading) }
        (lines::key(&[measure], is_matched))
        ul.folk-multiples role="list" {
            @for (place, (name, rows)) in units.into_iter().enumerate() {
                @let address = rows.first().map(|row| address(row)).unwrap_or_default();
                li {
                    h3.govuk-heading-s {
                        @if address.is_empty() { (name) } @else { a.govuk-link href=(address) { (name) } }
                    }
                    (Lines {
                        id: format!("chart{place}"),
                        title: format!("{}: {name}", measure.label()),
                        span,
                        height: SMALL,
                        series: vec![Series { measure, rows }],
                    }.drawn())
                }
            }
        }
        (Below {
            caption: shown.title.clone(),
            question,
            table,
            unit: Some(Unit { head: unit, name }),
            has_levels: unit == "Region",
            base: shown.base,
        }.written())
    }
}

/// What the latest half-year says of all points, in a sentence or two.
pub(super) fn summary(shown: &Shown<'_>) -> Option<String> {
    let (_, table) = shown.tables().next()?;
    let latest = table.rows.iter().map(|row| row.period).max()?;
    let rows: Vec<_> = table
        .rows
        .iter()
        .filter(|row| row.period == latest)
        .filter_map(|row| Some((row, row.share_at3_or_more?)))
        .collect();
    let label = shown.wanted.measure.label().to_lowercase();
    let when = latest.in_words();
    let Some((_, highest)) = rows.iter().copied().max_by(|one, other| one.1.total_cmp(&other.1))
    else {
        return Some(format!("Nothing is shown of {label} in {when}."));
    };
    let lowest = rows.iter().map(|(_, share)| *share).fold(highest, f64::min);
    let at = |share: f64| {
        let alike = rows.iter().filter(|(_, other)| other.total_cmp(&share).is_eq());
        let (names, told): (Vec<_>, Vec<_>) =
            alike.map(|(row, share)| (row.point_label.as_str(), row.percent(*share))).unzip();
        (enumerated(&names, "and"), told.first().cloned().unwrap_or_default())
    };
    let ((most, highest), (least, lowest)) = (at(highest), at(lowest));
    Some(match most == least {
        true => {
            format!("In {when} {highest} of councils were at level 3 or 4 of {label} on {most}.")
        }
        false => format!(
            "In {when} {label} was highest on {most}, with {highest} of councils at level 3 or 4, and lowest on \
             {least}, with {lowest}."
        ),
    })
}
