//! What stands below every chart: its numbers as a table, as CSV and as a question to the API, how
//! much of the nation they speak of, and in words what is broken, unreliable or not shown.

use maud::{Markup, html};

use super::{
    chart::told,
    figures::{Row, Table, half_year},
    question::Question,
};

/// So many sentences stand openly; more are folded away.
const MOST_OPEN: usize = 6;

/// What rows of a half-year are told apart by.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    /// The head of its column.
    pub(super) head: &'static str,
    pub(super) name: fn(&Row) -> String,
}

/// A chart's table and what is to be said of it.
pub(super) struct Below<'a> {
    /// Unlike that of any other on the page.
    pub(super) caption: String,
    pub(super) question: &'a Question,
    pub(super) table: &'a Table,
    pub(super) unit: Option<Unit>,
    /// True if the levels are shown, too.
    pub(super) has_levels: bool,
    /// The address of this gateway.
    pub(super) base: &'a str,
}

impl Below<'_> {
    pub(super) fn written(&self) -> Markup {
        html! {
            (self.sentences())
            details.govuk-details {
                summary.govuk-details__summary {
                    span.govuk-details__summary-text { "Table: " (self.caption) }
                }
                div.folk-scroll role="region" aria-label={ "Table: " (self.caption) } tabindex="0" { (self.numbers()) }
            }
            p.govuk-body.folk-below {
                a.govuk-link href=(self.csv()) {
                    "Download as CSV" span.govuk-visually-hidden { ": " (self.caption) }
                }
                a.govuk-link href=(self.question.playground()) {
                    "Ask this in the playground (GraphQL)" span.govuk-visually-hidden { ": " (self.caption) }
                }
            }
        }
    }

    /// The table as CSV, on this site.
    fn csv(&self) -> &str {
        let address = &self.table.csv_url;
        address.strip_prefix(self.base).unwrap_or(address)
    }

    fn sentences(&self) -> Markup {
        let coverage = &self.table.coverage;
        let name = |row: &Row| self.unit.map_or(String::new(), |unit| (unit.name)(row));
        let rows = &self.table.rows;
        let low = "low reliability";
        let kinds = [
            ("Not shown: ", told(rows, |row| row.hidden(), name)),
            ("Break: ", told(rows, Row::break_reason, name)),
            ("", told(rows, |row| row.low_reliability.then_some(low), name)),
        ];
        let sentences: Vec<_> = kinds
            .into_iter()
            .flat_map(|(kind, told)| told.into_iter().map(move |told| (kind, told)))
            .map(|(kind, (when, sentence, whose))| {
                let sentence = sentence.trim_end_matches('.');
                let whose = match (whose, self.unit) {
                    (_, None) => String::new(),
                    (None, _) => " (all)".to_owned(),
                    // Names have commas of their own.
                    (Some(names), _) => format!(" ({})", names.join("; ")),
                };
                format!("{}{whose}: {}{sentence}.", half_year(when), kind.to_lowercase())
            })
            .collect();
        let list = html! {
            ul.govuk-list.govuk-list--bullet.folk-told { @for sentence in &sentences { li { (sentence) } } }
        };
        html! {
            p.govuk-body {
                (self.table.note)
                @if let Some(responded) = coverage.councils_responded {
                    " Of the " (coverage.councils_eligible) " councils in these that could answer, " (responded)
                    " gave a level; England has " (coverage.councils) " councils."
                }
            }
            @if sentences.len() > MOST_OPEN {
                details.govuk-details {
                    summary.govuk-details__summary {
                        span.govuk-details__summary-text {
                            "Breaks, low reliability and what is not shown"
                            span.govuk-visually-hidden { ": " (self.caption) }
                        }
                    }
                    div.govuk-details__text { (list) }
                }
            } @else if !sentences.is_empty() {
                (list)
            }
        }
    }

    /// The rows, those of a unit together.
    fn numbers(&self) -> Markup {
        let mut units: Vec<String> = Vec::new();
        let mut rows: Vec<_> = self.table.rows.iter().collect();
        if let Some(Unit { name, .. }) = self.unit {
            for row in &rows {
                let name = name(row);
                if !units.contains(&name) {
                    units.push(name);
                }
            }
            rows.sort_by_key(|row| units.iter().position(|unit| *unit == name(row)));
        }
        let has_pairs = rows.iter().any(|row| row.rounded);
        let head = |name: &str| html! { th.govuk-table__header.govuk-table__header--numeric scope="col" { (name) } };
        html! {
            table.govuk-table {
                caption.govuk-table__caption.govuk-table__caption--s { (self.caption) }
                thead.govuk-table__head {
                    tr.govuk-table__row {
                        @if let Some(unit) = self.unit { th.govuk-table__header scope="col" { (unit.head) } }
                        th.govuk-table__header scope="col" { "Half-year" }
                        @if has_pairs { (head("Before, at 3 or more")) (head("Now, at 3 or more")) }
                        @else { (head("At 3 or more")) }
                        @if self.has_levels {
                            @for level in 0..5 { (head(&format!("Level {level}"))) }
                            (head("Median")) (head("Without a level"))
                        }
                        (head("Gave a level")) (head("Could answer"))
                        th.govuk-table__header scope="col" { "Notes" }
                    }
                }
                tbody.govuk-table__body {
                    @for row in rows { (self.row(row, has_pairs)) }
                }
            }
        }
    }

    fn row(&self, row: &Row, has_pairs: bool) -> Markup {
        html! {
            tr.govuk-table__row data-period=(row.period) data-measure=(row.measure.word()) data-group=(row.group)
                data-point=(row.point_ref) {
                @if let Some(unit) = self.unit { th.govuk-table__header scope="row" { ((unit.name)(row)) } }
                th.govuk-table__header scope="row" { (row.tick()) }
                @if has_pairs { (share(row, row.share_at3_or_more_before)) }
                (share(row, row.share_at3_or_more))
                @if self.has_levels {
                    @match row.levels() {
                        Some(levels) => @for count in levels { (cell(Some(count))) },
                        None => @for _ in 0..5 { (cell(None::<u32>)) },
                    }
                    (cell(row.median)) (cell(row.not_rated))
                }
                (cell(row.responded)) (cell(Some(row.eligible)))
                td.govuk-table__cell { (notes(row)) }
            }
        }
    }
}

/// A share with the API's number behind it. What is hidden is an empty cell: a word of its own
/// column says why, for words between numbers make a column that nobody can count with.
fn share(row: &Row, share: Option<f64>) -> Markup {
    html! {
        td.govuk-table__cell.govuk-table__cell--numeric {
            @if let Some(share) = share { data value=(share) { (row.percent(share)) } }
        }
    }
}

fn cell<T: maud::Render>(number: Option<T>) -> Markup {
    html! { td.govuk-table__cell.govuk-table__cell--numeric { @if let Some(number) = number { (number) } } }
}

fn notes(row: &Row) -> String {
    let hidden = row.hidden().map(|why| format!("Not shown: {why}."));
    let low = row.low_reliability.then(|| "Low reliability.".to_owned());
    let broken = row.break_reason().map(|why| format!("Break: {why}"));
    [hidden, low, broken].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
