//! The sheet of introductions: who was put in touch with whom, and what became of it.

use super::{
    cell::Cells,
    column::{Column, KEY},
    desk::Desk,
    keys::{Keys, each_row},
    reading::{Report, Row},
    table::Table,
};
use crate::{Introduction, IntroductionId, IntroductionOutcome};

pub(super) const COLUMNS: &[Column] = &[
    Column {
        takes: "Your own name for the row, at most 100 characters: importing it again updates \
                the row. Without one it is the two councils and the point.",
        ..KEY
    },
    Column::new("needing", "The council that was to be helped: name, code or GSS code.", "Camden")
        .required()
        .also(&["needing council"]),
    Column::new("helping", "The council that was to help, of any region.", "Hackney")
        .required()
        .also(&["helping council"]),
    Column::new("point", "A point of the standard by label, short name or reference.", "agile")
        .required()
        .also(&["topic"]),
    Column::new("introduced_on", "The day of the introduction, not in the future.", "2026-05-20")
        .required()
        .also(&["introduced", "date"]),
    Column::new("outcome", "Helped, no fit or no answer; still open if empty.", "helped")
        .also(&["result"]),
];

const OUTCOMES: [(&str, IntroductionOutcome); 3] = [
    ("helped", IntroductionOutcome::Helped),
    ("no fit", IntroductionOutcome::NoFit),
    ("no answer", IntroductionOutcome::NoAnswer),
];

/// An introduction's own name is its key, else both councils and the point.
pub(super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    each_row(table, desk, report, |cells, keys| {
        introduction(cells, desk, keys).map(|read| Row::Introduction(Box::new(read)))
    })
}

fn introduction(cells: &mut Cells<'_>, desk: &Desk<'_>, keys: &mut Keys) -> Option<Introduction> {
    let introduced_on = cells.required_past_day("introduced_on");
    let on = introduced_on.unwrap_or(desk.today);
    let needing = cells.required_standing_council("needing", on);
    let helping = cells.required_standing_council("helping", on);
    let point = cells.required_point("point");
    let outcome = cells.word("outcome", &OUTCOMES);
    let key = cells.key();
    let (introduced_on, needing, helping, point) = (introduced_on?, needing?, helping?, point?);
    if needing.id == helping.id {
        let message = format!("{} cannot be introduced to itself", needing.shown());
        cells.problem("helping", message);
    }

    let natural_key =
        key.unwrap_or_else(|| format!("{}/{}/{}", needing.code, helping.code, point.reference));
    keys.take(cells, &natural_key, "needing", "two councils and point");
    let region = desk.context.region.id;
    Some(Introduction {
        id: IntroductionId::derived(&format!("{region}/{natural_key}")),
        region,
        natural_key,
        needing: needing.id,
        helping: helping.id,
        point: point.id,
        introduced_on,
        outcome,
        provenance: desk.context.provenance(),
        revision: 1,
    })
}
