//! What is asked of a sheet and what reading it gives.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    assessments, case_studies, column::Column, context::SheetContext, desk::Desk,
    encoding::utf8_or_windows_1252, introductions, meetups, memberships, needs, offers, personal,
    responses, table::Table, topics,
};
use crate::{
    Assessment, CaseStudy, Introduction, Meetup, Membership, Need, Offer, Response, Round,
    SheetError, Topic, suggestions,
};

/// Above this nobody reads on.
const MAX_LISTED: usize = 100;

/// A kind of sheet that a region's people keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum SheetKind {
    Memberships,
    Meetups,
    CaseStudies,
    Offers,
    Responses,
    Needs,
    Topics,
    Introductions,
    Assessments,
}

impl SheetKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Memberships,
        Self::Meetups,
        Self::CaseStudies,
        Self::Offers,
        Self::Responses,
        Self::Needs,
        Self::Topics,
        Self::Introductions,
        Self::Assessments,
    ];

    /// Its name on the command line, such as `case-studies`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memberships => "memberships",
            Self::Meetups => "meetups",
            Self::CaseStudies => "case-studies",
            Self::Offers => "offers",
            Self::Responses => "responses",
            Self::Needs => "needs",
            Self::Topics => "topics",
            Self::Introductions => "introductions",
            Self::Assessments => "assessments",
        }
    }
}

impl fmt::Display for SheetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SheetKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text);
        found.ok_or_else(|| format!("a sheet is one of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// A row of a sheet as what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Row {
    Membership(Membership),
    Meetup(Box<Meetup>),
    CaseStudy(Box<CaseStudy>),
    Offer(Box<Offer>),
    /// Stands before its responses.
    Round(Box<Round>),
    Response(Box<Response>),
    Need(Box<Need>),
    Topic(Box<Topic>),
    Introduction(Box<Introduction>),
    Assessment(Box<Assessment>),
}

/// A fault of a sheet. The line counts from 1, the header; none if it is of the whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Problem {
    pub line: Option<u64>,
    pub column: Option<String>,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, {column}: {}", self.message),
            (Some(line), None) => write!(f, "line {line}: {}", self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}

/// What a sheet or a calendar holds. With any problem, import none of a sheet's rows; a calendar's
/// good events stand beside its bad ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetReading {
    /// Rows without a problem of their own, in the order of the file.
    pub rows: Vec<Row>,
    /// At most 100: reading a sheet stops there, and a note says so.
    pub problems: Vec<Problem>,
    /// Sentences on what was left out or read in a way that deserves a look.
    pub notes: Vec<String>,
    /// Those of them that are about a column that may be a misspelt one of the sheet's, which is
    /// not there: whoever reads the sheet by itself should rather leave it than empty a column.
    pub misspelt: Vec<String>,
}

/// Reads a sheet of a region.
pub fn read_sheet(kind: SheetKind, bytes: &[u8], context: &SheetContext<'_>) -> SheetReading {
    let mut report = Report::default();
    let rows = read_rows(kind, bytes, context, &mut report).unwrap_or_else(|error| {
        report.problem(None, None, error.to_string());
        Vec::new()
    });
    report.finish(rows)
}

fn read_rows(
    kind: SheetKind,
    bytes: &[u8],
    context: &SheetContext<'_>,
    report: &mut Report,
) -> Result<Vec<Row>, SheetError> {
    let (text, is_guessed) = utf8_or_windows_1252(bytes)?;
    if is_guessed {
        report.note("the file is not UTF-8 and was read as Windows-1252: look at accents and dashes, or save it as \"CSV UTF-8\"");
    }
    let mut table = Table::parse(&text)?;
    let desk = Desk::new(context);
    if kind == SheetKind::Responses && responses::is_wide(&table) {
        return responses::read_wide(table, &desk, report);
    }
    let columns = super::columns(kind);
    recognise_columns(columns, &mut table)?;
    personal::remove_addresses(columns, &mut table, report);
    note_unknown_columns(columns, &table, report);
    refuse_uneven_rows(&table, report);
    Ok(match kind {
        SheetKind::Memberships => memberships::read(&table, &desk, report),
        SheetKind::Meetups => meetups::read(&table, &desk, report),
        SheetKind::CaseStudies => case_studies::read(&table, &desk, report),
        SheetKind::Offers => offers::read(&table, &desk, report),
        SheetKind::Responses => responses::read_long(&table, &desk, report),
        SheetKind::Needs => needs::read(&table, &desk, report),
        SheetKind::Topics => topics::read(&table, &desk, report),
        SheetKind::Introductions => introductions::read(&table, &desk, report),
        SheetKind::Assessments => assessments::read(&table, &desk, report),
    })
}

pub(super) fn recognise_columns(columns: &[Column], table: &mut Table) -> Result<(), SheetError> {
    // Its own name comes before what others are also called: a sheet may hold both.
    for column in columns {
        if table.column(column.name).is_none() {
            let is_taken = |title: &str| {
                columns.iter().any(|other| other.name == super::table::column_name(title))
            };
            table.rename(|title| column.is_called(title) && !is_taken(title), column.name);
        }
    }
    let missing = columns.iter().filter(|one| one.required && table.column(one.name).is_none());
    let missing: Vec<String> = missing.map(|column| column.name.to_owned()).collect();
    if missing.is_empty() { Ok(()) } else { Err(SheetError::MissingColumns { columns: missing }) }
}

fn note_unknown_columns(columns: &[Column], table: &Table, report: &mut Report) {
    let known: Vec<&str> = columns.iter().map(|column| column.name).collect();
    for (name, title) in table.unnamed(&known) {
        let nearest = suggestions(name, known.iter().copied()).into_iter().next();
        let is_missing = nearest.as_deref().is_some_and(|name| table.column(name).is_none());
        let hint = nearest.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        let note = format!("column \"{title}\" is not one of this sheet's and was left out{hint}");
        report.misspelt.extend(is_missing.then(|| note.clone()));
        report.note(note);
    }
}

pub(super) fn refuse_uneven_rows(table: &Table, report: &mut Report) {
    for (line, cells) in &table.uneven {
        report.problem(Some(*line), None, table.uneven_row(*cells));
    }
}

/// Problems and notes while they are collected.
#[derive(Debug, Default)]
pub(crate) struct Report {
    problems: Vec<Problem>,
    was_full: bool,
    notes: Vec<String>,
    more_notes: usize,
    misspelt: Vec<String>,
}

impl Report {
    pub(crate) fn problem(
        &mut self,
        line: Option<u64>,
        column: Option<&str>,
        message: impl Into<String>,
    ) {
        if self.problems.len() == MAX_LISTED {
            return;
        }
        let column = column.map(str::to_owned);
        self.problems.push(Problem { line, column, message: message.into() });
    }

    /// False once as many problems are listed as anyone reads: the rest of the sheet can wait.
    pub(super) fn has_room(&mut self, line: u64) -> bool {
        let is_full = self.problems.len() == MAX_LISTED;
        if is_full && !self.was_full {
            self.was_full = true;
            self.note(format!("reading stopped before line {line}: correct these problems first"));
        }
        !is_full
    }

    /// How many problems are listed so far.
    pub(crate) fn problems(&self) -> usize {
        self.problems.len()
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        if self.notes.len() == MAX_LISTED {
            self.more_notes += 1;
        } else {
            self.notes.push(note.into());
        }
    }

    pub(crate) fn finish(mut self, rows: Vec<Row>) -> SheetReading {
        self.problems.sort_by_key(|problem| problem.line);
        if self.more_notes > 0 {
            self.notes.push(format!("{} more notes are not listed", self.more_notes));
        }
        SheetReading { rows, problems: self.problems, notes: self.notes, misspelt: self.misspelt }
    }
}
