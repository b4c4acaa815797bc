//! Rows one by one, and natural keys: what a row is called, so that a second import updates it.

use std::collections::HashMap;

use super::{
    cell::Cells,
    desk::Desk,
    reading::{Report, Row},
    table::Table,
};

/// Reads row by row while there is room for problems; a row with one gives nothing.
pub(super) fn each_row(
    table: &Table,
    desk: &Desk<'_>,
    report: &mut Report,
    mut read: impl FnMut(&mut Cells<'_>, &mut Keys) -> Option<Row>,
) -> Vec<Row> {
    let mut keys = Keys::default();
    let mut rows = Vec::new();
    for row in &table.rows {
        if !report.has_room(row.line) {
            break;
        }
        let mut cells = Cells::new(table, row, desk, report);
        let read = read(&mut cells, &mut keys);
        rows.extend(read.filter(|_| !cells.is_faulty()));
    }
    rows
}

/// The natural keys of a sheet, each of which may stand once.
#[derive(Debug, Default)]
pub(super) struct Keys(HashMap<String, u64>);

impl Keys {
    /// Takes a row's key; `made_of` says what it was made of, where the sheet gave none.
    pub(super) fn take(&mut self, cells: &mut Cells<'_>, key: &str, column: &str, made_of: &str) {
        if let Some(first) = self.0.get(key) {
            let what = if cells.raw("key").is_empty() { made_of } else { "key" };
            let column = if cells.raw("key").is_empty() { column } else { "key" };
            let message = format!(
                "the row has the same {what} as line {first}: remove one, or give each a key of its own"
            );
            cells.problem(column, message);
        } else {
            self.0.insert(key.to_owned(), cells.line());
        }
    }
}
