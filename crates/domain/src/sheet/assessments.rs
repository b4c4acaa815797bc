//! The sheet of assessments: a row per assessment and point; rows of one key are one assessment.

mod actions;
mod chain;
mod head;
mod panel;
mod points;

use std::collections::HashMap;

use chain::Chain;

use super::{
    cell::{Cells, MAX_KEY},
    column::{COUNCIL, Column, KEY},
    desk::Desk,
    reading::{Report, Row},
    table::{Table, TableRow},
};
use crate::clean_line;

pub(crate) use {actions::MAX_ACTIONS, panel::MAX_SEATS};

pub(super) const COLUMNS: &[Column] = &[
    Column {
        takes: "Your own name for the assessment, at most 100 characters, on each of its rows: \
                importing it again updates it.",
        example: "missed-bins-alpha",
        ..KEY
    }
    .required(),
    Column {
        takes: "The council whose service it is. This and all up to previous may stand on the \
                assessment's first row only.",
        ..COUNCIL.required()
    },
    Column::new("service", "One line, at most 200 characters.", "Report a missed bin").required(),
    Column::new("standard", "The standard's code; the usual one if empty.", "lgdss-2016"),
    Column::new("stage", "Discovery, alpha, beta or live.", "alpha").required(),
    Column::new("type", "Assessment or reassessment; assessment if empty.", "assessment")
        .also(&["kind"]),
    Column::new("held_on", "The day of the panel, not in the future.", "2026-03-12")
        .required()
        .also(&["date", "held"]),
    Column::new("scheme", "How outcomes are given: met, partly, rag or score.", "rag").required(),
    Column::new("result", "The overall outcome, one of the scheme's.", "amber")
        .required()
        .also(&["overall"]),
    Column::new("public", "Yes if the council agreed to publication; no if empty.", "no"),
    Column::new(
        "panel",
        "Role: council, separated by semicolons; a hyphen for who came from elsewhere. Lead, user \
         researcher, designer, technologist, analyst or observer.",
        "lead: Hackney; user researcher: -",
    )
    .required(),
    Column::new("previous", "The key of the assessment that this one follows.", ""),
    Column::new(
        "point",
        "A point of the standard by label, short name, number or reference.",
        "agile",
    )
    .required()
    .also(&["topic"]),
    Column::new("outcome", "The point's outcome, one of the scheme's.", "green").required(),
    Column::new(
        "done_well",
        "A paragraph, at most 2,000 characters.",
        "The whole team meets residents.",
    ),
    Column::new(
        "actions",
        "What must be done, each with its day, separated by semicolons.",
        "Publish the plan (due 2026-05-01); Test with users (due 2026-04-01, done 2026-03-20)",
    ),
    Column::new("advice", "A paragraph, at most 2,000 characters.", "Try shorter sprints."),
];

/// The columns of the whole assessment: filled on its first row, or on each row alike.
const HEAD: [&str; 11] = [
    "council", "service", "standard", "stage", "type", "held_on", "scheme", "result", "public",
    "panel", "previous",
];

/// An assessment's own name is its key.
pub(super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    let mut assessments = Vec::new();
    let by_key = by_key(table, desk, report);
    let mut chain = Chain::new(desk, by_key.iter().map(|(key, _)| key.as_str()));
    for (key, rows) in &by_key {
        let Some(first) = rows.first() else { continue };
        if !report.has_room(first.line) {
            break;
        }
        let head_row = merged_head(table, rows, desk, report);
        let mut cells = Cells::new(table, &head_row, desk, report);
        let head = head::head(&mut cells, desk, key);
        if let Some(previous) = &head.previous {
            chain.note(head_row.line, previous);
        }
        let is_faulty = cells.is_faulty();
        let points = points::points(table, rows, &head, desk, report);
        if let Some(assessment) = head.assessment(key.clone(), points, desk)
            && !is_faulty
        {
            if let Some(fault) = assessment.panel_fault() {
                report.problem(Some(head_row.line), Some("panel"), fault);
            }
            assessments.push((head_row.line, assessment));
        }
    }
    chain.check(&assessments, report);
    assessments.into_iter().map(|(_, one)| Row::Assessment(Box::new(one))).collect()
}

/// The rows of each assessment, in the order of the file.
fn by_key<'t>(
    table: &'t Table,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Vec<(String, Vec<&'t TableRow>)> {
    let mut assessments: Vec<(String, Vec<&TableRow>)> = Vec::new();
    let mut places = HashMap::new();
    for row in &table.rows {
        let mut cells = Cells::new(table, row, desk, report);
        let Some(key) = cells.filled("key").map(|key| clean_line(key, usize::MAX)) else {
            continue;
        };
        if key.chars().count() > MAX_KEY {
            cells.problem("key", format!("the key is longer than {MAX_KEY} characters"));
            continue;
        }
        let place = *places.entry(key.clone()).or_insert(assessments.len());
        if place == assessments.len() {
            assessments.push((key, Vec::new()));
        }
        assessments[place].1.push(row);
    }
    assessments
}

/// The head of an assessment as one row; rows that say different things of it are named.
fn merged_head(
    table: &Table,
    rows: &[&TableRow],
    desk: &Desk<'_>,
    report: &mut Report,
) -> TableRow {
    let line = rows.first().map_or(0, |row| row.line);
    let mut head = TableRow { line, cells: vec![String::new(); table.titles.len()] };
    for column in HEAD {
        let Some(index) = table.column(column) else { continue };
        let said = |row: &&&TableRow| !row.cells[index].trim().is_empty();
        let Some(first) = rows.iter().find(said) else { continue };
        head.cells[index].clone_from(&first.cells[index]);
        let alike = |row: &TableRow| crate::fold_text(&clean_line(&row.cells[index], usize::MAX));
        for row in rows.iter().filter(said).filter(|row| alike(row) != alike(first)) {
            let message = format!(
                "the row says otherwise than line {} of the same assessment: say it once, or alike",
                first.line
            );
            Cells::new(table, row, desk, report).problem(column, message);
        }
    }
    head
}
