//! Sheets and registers that people import. The first line says which: `register`, or a kind of
//! sheet and a region.

use std::{collections::HashSet, fmt::Write};

use folkmoot_domain::{
    Assessment, Round, RoundOptions, Row, SheetContext, SheetKind, SheetReading, read_register,
    read_sheet, write_register,
};

use crate::{
    nation::{REFERENCE, now, region_called},
    texts, with_head,
};

/// Reports name lines of the file, rows are clean and the region's own, and what is imported twice
/// is the same.
pub fn check(data: &[u8]) {
    let Some((head, file)) = with_head(data) else { return };
    let (kind, code) = head.split_once(' ').unwrap_or((head, ""));
    if kind == "register" {
        register(file);
    } else if let Ok(kind) = kind.parse() {
        sheet(kind, code, file);
    }
}

fn sheet(kind: SheetKind, code: &str, file: &[u8]) {
    let region = region_called(code);
    let held_on = "2026-11-18".parse().ok();
    let context = SheetContext {
        synthetic: false,
        round: RoundOptions { held_on, ..RoundOptions::default() },
        ..SheetContext::new(&REFERENCE, region, now())
    };
    let reading = read_sheet(kind, file, &context);
    texts::report(&reading.problems, &reading.notes, file);
    reading.misspelt.iter().for_each(|note| texts::message(note));
    reading.rows.iter().for_each(|row| texts::row(row, region));
    if reading.problems.is_empty() {
        each_once(&reading);
        again(kind, file, &context, &reading);
    }
}

/// No row takes another one's place.
fn each_once(reading: &SheetReading) {
    let mut seen = HashSet::new();
    for row in &reading.rows {
        let name = match row {
            Row::Membership(row) => format!("{} {} {:?}", row.group, row.council, row.life),
            Row::Meetup(row) => row.id.to_string(),
            Row::CaseStudy(row) => row.id.to_string(),
            Row::Offer(row) => row.id.to_string(),
            Row::Round(row) => row.id.to_string(),
            Row::Response(row) => row.id.to_string(),
            Row::Need(row) => row.id.to_string(),
            Row::Topic(row) => row.id.to_string(),
            Row::Introduction(row) => row.id.to_string(),
            Row::Assessment(row) => row.id.to_string(),
        };
        assert!(seen.insert(name), "two rows are one: {row:?}");
    }
}

/// Read where it was imported already, it says the same.
fn again(kind: SheetKind, file: &[u8], context: &SheetContext<'_>, first: &SheetReading) {
    let mut rounds: Vec<Round> = Vec::new();
    let mut assessments: Vec<Assessment> = Vec::new();
    for row in &first.rows {
        match row {
            Row::Round(round) => rounds.push((**round).clone()),
            Row::Assessment(assessment) => assessments.push((**assessment).clone()),
            _ => {}
        }
    }
    let context = SheetContext { rounds: &rounds, assessments: &assessments, ..*context };
    let second = read_sheet(kind, file, &context);
    assert_eq!((&second.rows, &second.problems), (&first.rows, &first.problems));
}

fn register(file: &[u8]) {
    let import = match read_register(file) {
        Ok(import) => import,
        Err(error) => return texts::clean(&error.to_string()),
    };
    let lines = 1 + file.iter().filter(|byte| **byte == b'\n').count() as u64;
    for rejected in &import.report.rejected {
        assert!((1..=lines).contains(&rejected.line), "no line of the file: {rejected}");
        texts::clean(&rejected.reason);
    }
    import.report.notes.iter().for_each(|note| texts::clean(note));
    for council in &import.register.councils {
        let names = [&council.name, &council.official_name].into_iter();
        let names = names.chain(&council.alternative_names).chain(&council.ons_region);
        names.for_each(|name| texts::clean(name));
    }
    if import.register.councils.is_empty() {
        return;
    }
    let mut text = write_register(&import.register);
    let second = read_register(text.as_bytes());
    match second {
        Ok(second) => assert_eq!(second.register, import.register, "{text}"),
        Err(error) => {
            let _ = write!(text, "\n{error}");
            panic!("what is written cannot be read: {text}");
        }
    }
}
