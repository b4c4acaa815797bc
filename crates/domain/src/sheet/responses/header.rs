//! The header of a wide sheet: the council's column, what belongs to nobody else, and the two
//! columns of each point.

use super::{
    super::{
        column::COUNCIL,
        desk::Desk,
        reading::Report,
        table::{Table, column_name},
    },
    ASKED, WIDE,
    collect::spoken,
    titles::{Meaning, Titles},
    which_round::Asked,
};
use crate::{Measure, PointId, Standard, suggestions};

/// Rows that tell which column holds councils; looking up every name of a long sheet is slow.
const ROWS_TRIED: usize = 50;

/// A column with answers.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) index: usize,
    /// As it is shown back.
    pub(super) title: String,
    pub(super) point: PointId,
    pub(super) measure: Measure,
}

/// Lets the column of councils be found by its name, however its title asks for it.
pub(super) fn find_council(table: &mut Table, desk: &Desk<'_>) {
    if table.titles.iter().any(|title| COUNCIL.is_called(title)) {
        return;
    }
    let asks = |title: &String| {
        let name = column_name(title);
        let mut words = name.split('_');
        words.any(|word| ["council", "authority", "borough", "organisation"].contains(&word))
    };
    let found_in = |index: usize| {
        let cells = table.rows.iter().take(ROWS_TRIED).map(|row| row.cells[index].trim());
        cells.filter(|cell| desk.council(cell, desk.today).is_ok()).count()
    };
    let mut best: Option<(usize, usize)> = None;
    for index in (0..table.titles.len()).filter(|index| asks(&table.titles[*index])) {
        let found = found_in(index);
        if best.is_none_or(|(_, most)| found > most) {
            best = Some((index, found));
        }
    }
    if let Some((index, _)) = best {
        let title = table.titles[index].clone();
        table.rename(|other| other == title, COUNCIL.name);
    }
}

/// The columns with answers; the others are noted and left out.
pub(super) fn slots(
    table: &mut Table,
    asked: &Asked<'_>,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Vec<Slot> {
    let titles = Titles::new(desk.reference(), asked.standard);
    let problems_before = report.problems();
    let mut slots: Vec<Slot> = Vec::new();
    for index in 0..table.titles.len() {
        let name = table.name(index);
        if name.is_empty() || WIDE.iter().any(|column| column.name == name) {
            continue;
        }
        let title = table.shown_title(index);
        match titles.meaning(&table.titles[index]) {
            Meaning::Answer(point, measure) => {
                let same = slots.iter().find(|it| (it.point, it.measure) == (point.id, measure));
                if let Some(other) = same {
                    let (label, measure, first) = (&point.label, spoken(measure), &other.title);
                    report.problem(Some(1), Some(&title), format!(
                        "the column is about {label} - {measure}, and so is \"{first}\": keep one \
                         of them"
                    ));
                } else {
                    slots.push(Slot { index, title, point: point.id, measure });
                }
            }
            Meaning::Elsewhere(point) => {
                let other = desk.of_another_standard(point, asked.standard, ASKED);
                report.problem(Some(1), Some(&title), other);
            }
            Meaning::Unclear(what, point) => {
                let wanted = titles_of(&point.label, "or");
                let message = format!("the title names both {what}: title it as {wanted}");
                report.problem(Some(1), Some(&title), message);
            }
            meaning => {
                report.note(left_out(&title, table.name(index), &meaning, asked.standard));
                table.drop_column(index);
            }
        }
    }
    note_gaps(&slots, asked.standard, report);
    if slots.is_empty() && report.problems() == problems_before {
        let label = asked.standard.points.first().map_or("Agile", |point| &point.label);
        report.problem(
            Some(1),
            None,
            format!(
                "no column is about a point of {}: title two for each point, such as {}",
                asked.standard.code,
                titles_of(label, "and")
            ),
        );
    }
    slots
}

/// `"Agile - understanding" or "Agile - support need"`.
fn titles_of(label: &str, joined_by: &str) -> String {
    let [understanding, support_need] = Measure::ALL.map(|measure| title(label, measure));
    format!("\"{understanding}\" {joined_by} \"{support_need}\"")
}

/// As sheets to begin with spell it.
pub(super) fn title(label: &str, measure: Measure) -> String {
    format!("{label} - {}", spoken(measure))
}

fn left_out(title: &str, name: &str, meaning: &Meaning<'_>, standard: &Standard) -> String {
    let words: Vec<&str> = name.split('_').collect();
    let is_any = |known: &[&str]| words.iter().any(|word| known.contains(word));
    match meaning {
        Meaning::PointOnly(point) => {
            let (label, both) = (&point.label, titles_of(&point.label, "or"));
            format!(
                "column \"{title}\" names {label} but not what was asked and was left out; did you \
                 mean {both}?"
            )
        }
        Meaning::MeasureOnly(rest) => {
            let labels = standard.points.iter().map(|point| point.label.as_str());
            let near = suggestions(&rest.replace('-', " "), labels).into_iter().next();
            let hint = near.map(|label| format!("; did you mean {}?", titles_of(&label, "or")));
            let hint = hint.unwrap_or_default();
            format!("column \"{title}\" names no point and was left out{hint}")
        }
        _ if is_any(&["timestamp", "time", "date", "submitted", "completed"]) => {
            format!("column \"{title}\" says when a form was filled in and was left out")
        }
        _ if is_any(&["name", "surname", "respondent", "phone", "telephone", "mobile", "job"]) => {
            format!("column \"{title}\" is about a person and was left out")
        }
        _ => format!("column \"{title}\" is about no point and was left out"),
    }
}

/// Answers that the sheet has no room for are missing, which is fine but seldom meant.
fn note_gaps(slots: &[Slot], standard: &Standard, report: &mut Report) {
    let has = |point: PointId, measure| {
        slots.iter().any(|slot| (slot.point, slot.measure) == (point, measure))
    };
    let mut lacking = |what: &str, wanted: [bool; 2]| {
        let is_so = |point: PointId| Measure::ALL.map(|measure| has(point, measure)) == wanted;
        let points = standard.points.iter().filter(|point| is_so(point.id));
        let labels: Vec<_> = points.map(|point| point.label.as_str()).collect();
        if !labels.is_empty() && !slots.is_empty() {
            report.note(format!("no column holds {what} of: {}", labels.join("; ")));
        }
    };
    lacking("the support need", [true, false]);
    lacking("the understanding", [false, true]);
    lacking("any answer", [false, false]);
}
