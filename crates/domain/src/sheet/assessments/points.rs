//! What a panel says of each point.

use super::{
    super::{
        cell::{Cells, MAX_SUMMARY},
        desk::Desk,
        reading::Report,
        table::{Table, TableRow},
    },
    actions::actions,
    head::{AGAINST, Head, outcome},
};
use crate::PointOutcome;

/// The points of an assessment in the order of its rows, each once.
pub(super) fn points(
    table: &Table,
    rows: &[&TableRow],
    head: &Head<'_>,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Vec<PointOutcome> {
    let mut points: Vec<(u64, PointOutcome)> = Vec::with_capacity(rows.len());
    for row in rows {
        if !report.has_room(row.line) {
            break;
        }
        let mut cells = Cells::new(table, row, desk, report);
        let Some(point) = point(&mut cells, head, desk) else { continue };
        match points.iter().find(|(_, other)| other.point == point.point) {
            Some((line, _)) => cells.problem(
                "point",
                format!("the assessment has an outcome of this point on line {line}: keep one row"),
            ),
            None => points.push((row.line, point)),
        }
    }
    points.into_iter().map(|(_, point)| point).collect()
}

fn point(cells: &mut Cells<'_>, head: &Head<'_>, desk: &Desk<'_>) -> Option<PointOutcome> {
    let given = cells.filled("point");
    // Without its standard, a point cannot be told from another one's.
    let point = head.standard.zip(given).and_then(|(standard, given)| {
        let point = desk.point_of(standard, given, AGAINST);
        cells.taken("point", point)
    });
    let given = cells.filled("outcome");
    let outcome =
        head.scheme.zip(given).and_then(|(scheme, given)| outcome(cells, "outcome", scheme, given));
    let done_well = cells.block("done_well", MAX_SUMMARY);
    let actions = actions(cells, head.held_on);
    let advice = cells.block("advice", MAX_SUMMARY);
    Some(PointOutcome { point: point?.id, outcome: outcome?, done_well, actions, advice })
}
