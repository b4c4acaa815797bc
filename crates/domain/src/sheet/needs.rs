//! The sheet of needs: which council calls for help on which point.

use super::{
    cell::Cells,
    column::{COUNCIL, Column, KEY},
    desk::Desk,
    keys::{Keys, each_row},
    reading::{Report, Row},
    table::Table,
};
use crate::{Need, NeedId};

const MAX_NOTE: usize = 500;

pub(super) const COLUMNS: &[Column] = &[
    Column {
        takes: "Your own name for the row, at most 100 characters: importing it again updates \
                the row. Without one it is the council and the point.",
        ..KEY
    },
    COUNCIL.required(),
    Column::new("point", "A point of the standard by label, short name or reference.", "agile")
        .required()
        .also(&["topic"]),
    Column::new("remote", "Yes if help from afar will do; no if empty.", "yes"),
    Column::new("note", "A sentence, at most 500 characters.", "We begin in spring.")
        .also(&["notes"]),
    Column::new("raised_on", "The day on which it was raised, not in the future.", "2026-05-20")
        .required()
        .also(&["raised", "date"]),
    Column::new("met_on", "The day from which on it is met; still open if empty.", "")
        .also(&["met"]),
];

/// A need's own name is its key, else council and point.
pub(super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    each_row(table, desk, report, |cells, keys| {
        need(cells, desk, keys).map(|need| Row::Need(Box::new(need)))
    })
}

fn need(cells: &mut Cells<'_>, desk: &Desk<'_>, keys: &mut Keys) -> Option<Need> {
    let point = cells.required_point("point");
    let remote = cells.yes_no("remote").unwrap_or(false);
    let note = cells.text("note", MAX_NOTE);
    let raised_on = cells.required_past_day("raised_on");
    let met_on = cells.day("met_on");
    if met_on.is_some_and(|day| day > desk.today) {
        cells.problem("met_on", "the day lies in the future");
    }
    if let (Some(raised), Some(met)) = (raised_on, met_on)
        && met < raised
    {
        cells.problem("met_on", "it was met before it was raised");
    }
    // An open need is one of today: who is gone since has left it to others.
    let counts_on = met_on.and(raised_on).unwrap_or(desk.today);
    let council = cells.required_member("council", counts_on);
    let key = cells.key();
    let (point, raised_on, council) = (point?, raised_on?, council?);

    let natural_key = key.unwrap_or_else(|| format!("{}/{}", council.code, point.reference));
    keys.take(cells, &natural_key, "council", "council and point");
    let region = desk.context.region.id;
    Some(Need {
        id: NeedId::derived(&format!("{region}/{natural_key}")),
        region,
        natural_key,
        council: council.id,
        point: point.id,
        remote,
        note,
        raised_on,
        met_on,
        provenance: desk.context.provenance(),
        revision: 1,
    })
}
