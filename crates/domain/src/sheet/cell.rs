//! The cells of one row: each accessor says what it could not take and goes on, so that one
//! reading names every fault of a row.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveTime};

use super::{
    desk::Desk,
    moment::{read_day, read_time},
    personal::link_holds_address,
    reading::Report,
    table::{Table, TableRow, column_name},
};
use crate::{Council, CouncilId, Link, PeerGroup, PointId, StandardPoint, clean_block, clean_line};

/// The longest title and other headline.
pub(crate) const MAX_TITLE: usize = 200;
/// The longest paragraph.
pub(crate) const MAX_SUMMARY: usize = 2_000;
/// More points than any standard has.
pub(crate) const MAX_POINTS: usize = 30;
/// The longest natural key that a sheet may give.
pub(super) const MAX_KEY: usize = 100;

/// A row being read.
pub(super) struct Cells<'a> {
    table: &'a Table,
    row: &'a TableRow,
    report: &'a mut Report,
    pub(super) desk: &'a Desk<'a>,
    is_faulty: bool,
}

impl<'a> Cells<'a> {
    pub(super) fn new(
        table: &'a Table,
        row: &'a TableRow,
        desk: &'a Desk<'a>,
        report: &'a mut Report,
    ) -> Self {
        Self { table, row, report, desk, is_faulty: false }
    }

    /// The line that the row begins on.
    pub(super) fn line(&self) -> u64 {
        self.row.line
    }

    /// True once any accessor found a fault.
    pub(super) fn is_faulty(&self) -> bool {
        self.is_faulty
    }

    pub(super) fn problem(&mut self, column: &str, message: impl Into<String>) {
        self.is_faulty = true;
        self.report.problem(Some(self.row.line), Some(column), message);
    }

    pub(super) fn note(&mut self, note: &str) {
        self.report.note(format!("line {}: {note}", self.row.line));
    }

    /// The cell without white space around it; empty if the sheet lacks the column.
    pub(super) fn raw(&self, column: &str) -> &'a str {
        self.table.column(column).map_or("", |index| self.row.cells[index].trim())
    }

    /// The cell of a column that has no name of its own.
    pub(super) fn raw_at(&self, index: usize) -> &'a str {
        self.row.cells[index].trim()
    }

    pub(super) fn filled(&mut self, column: &str) -> Option<&'a str> {
        let cell = self.raw(column);
        if cell.is_empty() {
            self.problem(column, "the cell is empty and must be filled");
        }
        (!cell.is_empty()).then_some(cell)
    }

    pub(super) fn taken<T>(
        &mut self,
        column: &str,
        read: Result<T, impl Into<String>>,
    ) -> Option<T> {
        read.map_err(|message| self.problem(column, message)).ok()
    }

    /// One line of text, if the cell is filled.
    pub(super) fn text(&mut self, column: &str, max_chars: usize) -> Option<String> {
        self.cleaned(column, max_chars, clean_line)
    }

    /// Paragraphs of text, if the cell is filled.
    pub(super) fn block(&mut self, column: &str, max_chars: usize) -> Option<String> {
        self.cleaned(column, max_chars, clean_block)
    }

    fn cleaned(
        &mut self,
        column: &str,
        max_chars: usize,
        clean: fn(&str, usize) -> String,
    ) -> Option<String> {
        let text = clean(self.raw(column), usize::MAX);
        if text.chars().count() > max_chars {
            self.note(&format!("{column} was shortened to {max_chars} characters"));
        }
        (!text.is_empty()).then(|| clean(&text, max_chars))
    }

    /// One line of text that must be there.
    pub(super) fn required_text(&mut self, column: &str, max_chars: usize) -> Option<String> {
        let text = self.text(column, max_chars);
        if text.is_none() {
            self.problem(column, "the cell is empty and must be filled");
        }
        text
    }

    /// Paragraphs of text that must be there.
    pub(super) fn required_block(&mut self, column: &str, max_chars: usize) -> Option<String> {
        let text = self.block(column, max_chars);
        if text.is_none() {
            self.problem(column, "the cell is empty and must be filled");
        }
        text
    }

    pub(super) fn day(&mut self, column: &str) -> Option<NaiveDate> {
        match self.raw(column) {
            "" => None,
            cell => self.taken(column, read_day(cell)),
        }
    }

    pub(super) fn required_day(&mut self, column: &str) -> Option<NaiveDate> {
        let cell = self.filled(column)?;
        self.taken(column, read_day(cell))
    }

    /// A day that has come: what orders a list must not stand before everything for years.
    pub(super) fn required_past_day(&mut self, column: &str) -> Option<NaiveDate> {
        let day = self.required_day(column)?;
        if day > self.desk.today {
            self.problem(column, "the day lies in the future");
            return None;
        }
        Some(day)
    }

    pub(super) fn time(&mut self, column: &str) -> Option<NaiveTime> {
        match self.raw(column) {
            "" => None,
            cell => self.taken(column, read_time(cell)),
        }
    }

    pub(super) fn required_time(&mut self, column: &str) -> Option<NaiveTime> {
        let cell = self.filled(column)?;
        self.taken(column, read_time(cell))
    }

    /// A whole number within a range, if the cell is filled.
    pub(super) fn number(&mut self, column: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let cell = self.raw(column);
        if cell.is_empty() {
            return None;
        }
        let number = cell.replace(',', "").parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = (range.start(), grouped(*range.end()));
            self.problem(column, format!("write a whole number from {least} to {most}"));
        }
        number
    }

    /// Yes or no; none if empty or said to be unknown.
    pub(super) fn yes_no(&mut self, column: &str) -> Option<bool> {
        match &*self.raw(column).to_lowercase() {
            "" | "?" | "unknown" | "not known" => None,
            "yes" | "y" | "true" | "1" | "x" | "✓" | "✔" => Some(true),
            "no" | "n" | "false" | "0" => Some(false),
            _ => {
                self.problem(column, "write yes or no, or leave it empty if not known");
                None
            }
        }
    }

    /// One of some words; spaces, hyphens and case do not matter.
    pub(super) fn word<T: Copy + PartialEq>(
        &mut self,
        column: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let cell = self.raw(column);
        if cell.is_empty() {
            return None;
        }
        let given = column_name(cell);
        let found = words.iter().find(|(word, _)| column_name(word) == given);
        if found.is_none() {
            // The first word for each value is the one to learn; the others are understood.
            let is_first = |index: &usize| {
                words.iter().position(|(_, value)| *value == words[*index].1) == Some(*index)
            };
            let main: Vec<_> = (0..words.len()).filter(is_first).map(|it| words[it].0).collect();
            self.problem(column, format!("write one of: {}", main.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    pub(super) fn required_word<T: Copy + PartialEq>(
        &mut self,
        column: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        self.filled(column)?;
        self.word(column, words)
    }

    pub(super) fn link(&mut self, column: &str) -> Option<Link> {
        let cell = self.raw(column);
        if cell.is_empty() {
            return None;
        }
        if link_holds_address(cell) {
            self.problem(
                column,
                "the link holds an e-mail address: link to a page that names nobody",
            );
            return None;
        }
        self.taken(column, Link::parse(cell).map_err(|error| error.to_string()))
    }

    pub(super) fn required_link(&mut self, column: &str) -> Option<Link> {
        self.filled(column)?;
        self.link(column)
    }

    pub(super) fn points(&mut self, column: &str) -> Vec<PointId> {
        let cell = self.raw(column);
        if cell.split(';').count() > MAX_POINTS {
            self.problem(column, format!("there are more than {MAX_POINTS} points"));
            return Vec::new();
        }
        self.desk.points(cell).unwrap_or_else(|faults| {
            faults.into_iter().for_each(|fault| self.problem(column, fault));
            Vec::new()
        })
    }

    pub(super) fn point(&mut self, column: &str) -> Option<PointId> {
        match self.raw(column) {
            "" => None,
            cell => self.taken(column, self.desk.point(cell)),
        }
    }

    pub(super) fn required_point(&mut self, column: &str) -> Option<&'a StandardPoint> {
        self.filled(column)?;
        let point = self.point(column)?;
        self.desk.reference().point(point)
    }

    pub(super) fn group(&mut self) -> Option<&'a PeerGroup> {
        self.taken("group", self.desk.group(self.raw("group")))
    }

    /// A council that is known, whether or not it stood on the day.
    pub(super) fn council(&mut self, column: &str, on: NaiveDate) -> Option<&'a Council> {
        match self.raw(column) {
            "" => None,
            cell => self.taken(column, self.desk.council(cell, on)),
        }
    }

    /// Councils separated by semicolons, each once.
    pub(super) fn councils(&mut self, column: &str, on: NaiveDate) -> Vec<CouncilId> {
        let mut councils = Vec::new();
        for name in self.raw(column).split(';').map(str::trim).filter(|name| !name.is_empty()) {
            let found = self.taken(column, self.desk.standing_council(name, on));
            councils.extend(found.map(|council| council.id).filter(|id| !councils.contains(id)));
        }
        councils
    }

    pub(super) fn required_council(&mut self, column: &str, on: NaiveDate) -> Option<&'a Council> {
        self.filled(column)?;
        self.council(column, on)
    }

    /// A council that stood on the day.
    pub(super) fn standing_council(&mut self, column: &str, on: NaiveDate) -> Option<&'a Council> {
        match self.raw(column) {
            "" => None,
            cell => self.taken(column, self.desk.standing_council(cell, on)),
        }
    }

    pub(super) fn required_standing_council(
        &mut self,
        column: &str,
        on: NaiveDate,
    ) -> Option<&'a Council> {
        self.filled(column)?;
        self.standing_council(column, on)
    }

    /// What the sheet calls the row, if it has a word for it.
    pub(super) fn key(&mut self) -> Option<String> {
        let key = clean_line(self.raw("key"), usize::MAX);
        if key.chars().count() > MAX_KEY {
            // Cut, two keys might become one.
            self.problem("key", format!("the key is longer than {MAX_KEY} characters"));
        }
        (!key.is_empty()).then_some(key)
    }
}

/// "10,000".
fn grouped(number: u32) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}
