//! A sheet as header and rows, before anyone asks what the cells mean.

use super::personal::told;
use crate::{SheetError, clean_line};

/// More rows than any region has people's work for; keeps a mistaken file from filling memory.
const MAX_ROWS: usize = 20_000;
/// More than any text of a sheet may have; keeps a hostile file from costing much to refuse.
const MAX_CELL: usize = 20_000;
/// More columns than two for each point of any standard, with what a form adds of its own.
const MAX_COLUMNS: usize = 500;
/// The longest column name that is told apart: web forms title columns with whole questions.
const MAX_TITLE: usize = 500;
/// The longest column name that is shown back.
const MAX_SHOWN_TITLE: usize = 60;

/// A sheet with its columns by name.
#[derive(Debug)]
pub(crate) struct Table {
    /// As the file has them, cleaned.
    pub(crate) titles: Vec<String>,
    /// Folded by [`column_name`].
    names: Vec<String>,
    /// Rows with as many cells as the header.
    pub(crate) rows: Vec<TableRow>,
    /// Rows with too few or too many cells: line, cells.
    pub(crate) uneven: Vec<(u64, usize)>,
}

/// One row, with the line it begins on (the header is line 1).
#[derive(Debug)]
pub(crate) struct TableRow {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

impl Table {
    /// Splits text into cells; commas, semicolons or tabs, whichever the header has most of.
    pub(crate) fn parse(text: &str) -> Result<Self, SheetError> {
        let separator = separator(text);
        if let Some(line) = open_quotation(text, separator) {
            return Err(SheetError::OpenQuotation { line });
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.as_bytes());
        let mut records = reader.records().filter_map(Result::ok).filter(|record| {
            // Spreadsheets leave rows of separators below the last one in use.
            record.iter().any(|cell| !cell.trim().is_empty())
        });
        let header = records.next().ok_or(SheetError::Empty)?;
        let mut titles: Vec<String> =
            header.iter().map(|title| clean_line(title, MAX_TITLE)).collect();
        while titles.last().is_some_and(String::is_empty) {
            titles.pop();
        }
        if titles.len() > MAX_COLUMNS {
            return Err(SheetError::TooManyColumns { columns: MAX_COLUMNS });
        }
        let names: Vec<String> = titles.iter().map(|title| column_name(title)).collect();
        for (index, name) in names.iter().enumerate() {
            if !name.is_empty() && names[..index].contains(name) {
                let column = shown(index, &titles[index]);
                return Err(SheetError::RepeatedColumn { column });
            }
        }
        let width = names.len();
        let mut table = Self { titles, names, rows: Vec::new(), uneven: Vec::new() };
        let mut cut_off = None;
        let mut lines = Lines { text, counted: 0, line: 1 };
        for record in records {
            let line = lines.of(&record);
            if record.iter().any(|cell| cell.len() > MAX_CELL) {
                return Err(SheetError::LongCell { line, chars: MAX_CELL });
            }
            let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
            while cells.len() > width && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
                cells.pop();
            }
            cut_off = (cells.len() < width).then_some(line);
            if cells.len() == width {
                table.rows.push(TableRow { line, cells });
            } else {
                table.uneven.push((line, cells.len()));
            }
            if table.rows.len() + table.uneven.len() > MAX_ROWS {
                return Err(SheetError::TooManyRows { rows: MAX_ROWS });
            }
        }
        match cut_off {
            Some(line) => Err(SheetError::Truncated { line }),
            None if table.rows.is_empty() && table.uneven.is_empty() => Err(SheetError::NoRows),
            None => Ok(table),
        }
    }

    /// Where the column of this name stands.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| *other == column_name(name))
    }

    /// Lets the first column that is meant be found by `name`.
    pub(crate) fn rename(&mut self, is_meant: impl Fn(&str) -> bool, name: &str) {
        if let Some(index) = self.titles.iter().position(|title| is_meant(title)) {
            self.names[index] = name.to_owned();
        }
    }

    /// Takes a column's contents away for good.
    pub(crate) fn drop_column(&mut self, index: usize) {
        self.names[index].clear();
        for row in &mut self.rows {
            row.cells[index].clear();
        }
    }

    /// The columns under none of these names: name and title as it is shown back.
    pub(crate) fn unnamed<'a>(
        &'a self,
        known: &'a [&'a str],
    ) -> impl Iterator<Item = (&'a str, String)> {
        let columns = self.names.iter().zip(&self.titles).enumerate();
        columns
            .filter(|(_, (name, _))| !name.is_empty() && !known.contains(&name.as_str()))
            .map(|(index, (name, title))| (name.as_str(), shown(index, title)))
    }

    /// A column's title as it is shown back: short, and without anyone's address.
    pub(crate) fn shown_title(&self, index: usize) -> String {
        shown(index, &self.titles[index])
    }

    /// The folded name of a column.
    pub(crate) fn name(&self, index: usize) -> &str {
        &self.names[index]
    }

    /// What is wrong with a row that has this many cells.
    pub(crate) fn uneven_row(&self, cells: usize) -> String {
        let width = self.names.len();
        format!(
            "the row has {cells} {} where the header has {width}: check its separators and \
             quotation marks",
            if cells == 1 { "cell" } else { "cells" }
        )
    }
}

/// The title, or the column's number if it is nothing but somebody's address, as in a sheet without
/// a header.
fn shown(index: usize, title: &str) -> String {
    let title = told(title, MAX_SHOWN_TITLE);
    if title.is_empty() { (index + 1).to_string() } else { title }
}

/// Counts lines as an editor does; the reader's own count begins at blank lines before a row.
struct Lines<'a> {
    text: &'a str,
    counted: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line that a record begins on; records are asked for in their order.
    fn of(&mut self, record: &csv::StringRecord) -> u64 {
        let at = record.position().and_then(|position| usize::try_from(position.byte()).ok());
        let rest = at.and_then(|at| self.text.get(at..)).unwrap_or_default();
        let start = self.text.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self.text.get(self.counted..start).unwrap_or_default();
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count() as u64;
        self.counted = self.counted.max(start);
        self.line
    }
}

/// Column names compare without case, spaces, hyphens and underscores.
pub(crate) fn column_name(title: &str) -> String {
    crate::slug(title).replace('-', "_")
}

fn separator(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    // The last of equals wins, so that a comma stays the default.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// The line on which a quoted cell begins that has no end; a CSV reader would swallow the rest.
fn open_quotation(text: &str, separator: u8) -> Option<u64> {
    let mut line = 1;
    let mut opened_on = None;
    let mut at_cell_start = true;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, opened_on) {
            (b'"', Some(_)) => {
                if bytes.peek() == Some(&b'"') {
                    bytes.next();
                } else {
                    opened_on = None;
                }
            }
            (b'"', None) if at_cell_start => opened_on = Some(line),
            _ => {}
        }
        at_cell_start = byte == separator || byte == b'\n' || byte == b'\r';
        line += u64::from(byte == b'\n');
    }
    opened_on
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = Table::parse(text).expect("a table");
        table.rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn separators_are_recognised_and_quoted_cells_kept_whole() {
        for text in ["a,b\n\"1,\n2\",3", "a;b\r\n\"1,\n2\";3\r\n", "a\tb\n\"1,\n2\"\t3\n\t\n"] {
            assert_eq!(cells(text), [["1,\n2", "3"]], "{text}");
        }
    }

    #[test]
    fn header_is_matched_without_case_and_spaces() {
        let table = Table::parse(" Starts On ,ENDS-on,,\n1,2,,\n").expect("a table");
        assert_eq!((table.column("starts_on"), table.column("Ends on")), (Some(0), Some(1)));
        assert_eq!(table.column("title"), None);
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let table = Table::parse("a,b\n\n\"x\ny\",1\n2,2,2\n3,3\n").expect("a table");
        let lines: Vec<_> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 6]);
        assert_eq!(table.uneven, [(5, 3)]);
    }

    #[test]
    fn faulty_files_are_named() {
        let cases = [
            ("a,b\n", SheetError::NoRows),
            ("a,b\n1,2\n3", SheetError::Truncated { line: 3 }),
            ("a,b\n1,\"2\n3,4\n", SheetError::OpenQuotation { line: 2 }),
            ("a,A \n1,2\n", SheetError::RepeatedColumn { column: "A".to_owned() }),
            (",,\n", SheetError::Empty),
        ];
        for (text, error) in cases {
            assert_eq!(Table::parse(text).map(|_| ()), Err(error), "{text}");
        }
        let long = format!("a\n{}\n", "x".repeat(MAX_CELL + 1));
        let error = Table::parse(&long).map(|_| ());
        assert_eq!(error, Err(SheetError::LongCell { line: 2, chars: MAX_CELL }));
        let wide = format!("a{}\n1\n", ",a".repeat(MAX_COLUMNS));
        let error = Table::parse(&wide).map(|_| ());
        assert_eq!(error, Err(SheetError::TooManyColumns { columns: MAX_COLUMNS }));
        let long = format!("a\n{}", "1\n".repeat(MAX_ROWS + 1));
        let error = Table::parse(&long).map(|_| ());
        assert_eq!(error, Err(SheetError::TooManyRows { rows: MAX_ROWS }));
    }
}
