//! The long form: a row per council and point, of one round or of several.

use std::collections::HashMap;

use super::{
    super::{
        cell::{Cells, MAX_KEY},
        council_names::quoted,
        desk::Desk,
        reading::{Report, Row},
        table::Table,
    },
    ASKED,
    answer::read_rating,
    collect::{Answer, MAX_NOTE, merging_note, responses},
    which_round::{self, Asked, Said},
};
use crate::{CaptureMethod, Measure, Rating, clean_line};

/// More people than any council sends.
const MAX_PEOPLE: u32 = 1_000;

/// Each round, followed by its responses.
pub(in super::super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    let (rounds, round_of_row) = rounds(table, desk, report);
    let mut answers: Vec<Vec<Answer>> = rounds.iter().map(|_| Vec::new()).collect();
    let mut lines = HashMap::new();
    for (row, round) in table.rows.iter().zip(round_of_row) {
        let Some(asked) = round.and_then(|round| rounds[round].as_ref()) else { continue };
        if !report.has_room(row.line) {
            break;
        }
        let mut cells = Cells::new(table, row, desk, report);
        let Some(answer) = answer(&mut cells, asked, desk, &mut lines) else { continue };
        answers[round.unwrap_or_default()].push(answer);
    }
    if answers.iter().all(Vec::is_empty) && report.problems() == 0 {
        report.problem(None, None, "no answer in the whole sheet: fill in at least one cell");
        return Vec::new();
    }
    let mut rows = Vec::new();
    let mut merged = 0;
    for (asked, answers) in rounds.into_iter().zip(answers) {
        let Some(asked) = asked.filter(|_| !answers.is_empty()) else { continue };
        let (responses, councils) = responses(&asked.round, answers);
        merged += councils;
        rows.push(Row::Round(Box::new(asked.round)));
        rows.extend(responses.into_iter().map(|response| Row::Response(Box::new(response))));
    }
    merging_note(merged).into_iter().for_each(|note| report.note(note));
    rows
}

/// The rounds of a sheet, and which of them each row is of.
fn rounds<'a>(
    table: &Table,
    desk: &Desk<'a>,
    report: &mut Report,
) -> (Vec<Option<Asked<'a>>>, Vec<Option<usize>>) {
    let mut said: Vec<(Option<String>, Said)> = Vec::new();
    let mut round_of_row = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut cells = Cells::new(table, row, desk, report);
        let of_row = said_by(&mut cells);
        if cells.is_faulty() && of_row.key.is_none() && of_row.held_on.is_none() {
            round_of_row.push(None);
            continue;
        }
        let key = which_round::key(of_row.key.clone(), of_row.day(), desk);
        let at = said.iter().position(|(other, _)| *other == key).unwrap_or_else(|| {
            said.push((key.clone(), Said { key, ..Said::default() }));
            said.len() - 1
        });
        agree(&mut said[at].1, of_row, &mut cells);
        round_of_row.push(Some(at));
    }
    let is_in_sheet = ["round", "held_on"].iter().any(|name| table.column(name).is_some());
    let rounds = said.into_iter().map(|(_, mut said)| {
        said.line = said.line.filter(|_| is_in_sheet);
        which_round::asked(&said, desk, report)
    });
    (rounds.collect(), round_of_row)
}

fn said_by(cells: &mut Cells<'_>) -> Said {
    let key = clean_line(cells.raw("round"), usize::MAX);
    if key.chars().count() > MAX_KEY {
        cells.problem("round", format!("the name is longer than {MAX_KEY} characters"));
    }
    let ways = CaptureMethod::ALL.map(|way| (way.name(), way));
    let line = cells.line();
    let held_on = cells.day("held_on");
    let options = cells.desk.context.round;
    if let Some(given) = options.key.filter(|given| !key.is_empty() && *given != key) {
        let message = format!("the row is of round {}, but --round says {given}", quoted(&key));
        cells.problem("round", message);
    }
    if let (Some(day), Some(given)) = (held_on, options.held_on)
        && day != given
    {
        cells.problem("held_on", format!("the row says {day}, but --held-on says {given}"));
    }
    Said {
        line: Some(line),
        key: (!key.is_empty()).then_some(key),
        held_on: held_on.map(|day| (line, day)),
        capture: cells.word("capture", &ways).map(|way| (line, way)),
    }
}

/// Adds what a row says of its round; every row must say the same or nothing.
fn agree(said: &mut Said, row: Said, cells: &mut Cells<'_>) {
    said.line.get_or_insert(cells.line());
    let key = said.key.clone().unwrap_or_default();
    if let (Some((_, day)), Some((line, other))) = (row.held_on, said.held_on)
        && day != other
    {
        cells.problem("held_on", format!("round {key} was held on {other} by line {line}"));
    }
    if let (Some((_, way)), Some((line, other))) = (row.capture, said.capture)
        && way != other
    {
        let other = other.name();
        cells.problem("capture", format!("round {key} took answers by {other} by line {line}"));
    }
    said.held_on = said.held_on.or(row.held_on);
    said.capture = said.capture.or(row.capture);
}

/// How many people are behind a row.
pub(super) fn people(cells: &mut Cells<'_>) -> u16 {
    let people = cells.number("people", 1..=MAX_PEOPLE);
    people.and_then(|people| u16::try_from(people).ok()).unwrap_or(1)
}

/// The answer of a row, if it gives one; a second one of a council on a point is a problem unless
/// they are of different people.
fn answer(
    cells: &mut Cells<'_>,
    asked: &Asked<'_>,
    desk: &Desk<'_>,
    lines: &mut HashMap<crate::ResponseId, u64>,
) -> Option<Answer> {
    let council = cells.required_council_at_home("council", asked.round.held_on);
    let given = cells.filled("point");
    let point = given.and_then(|given| {
        let point = desk.point_of(asked.standard, given, ASKED);
        cells.taken("point", point)
    });
    let ratings =
        [("understanding", Measure::Understanding), ("support_need", Measure::SupportNeed)]
            .map(|(column, measure)| rating(cells, column, measure));
    let people = people(cells);
    let note = cells.text("note", MAX_NOTE);
    let (council, point) = (council?, point?);
    if cells.is_faulty() || ratings == [None, None] {
        return None;
    }
    let id = crate::Response::id_of(asked.round.id, council.id, point.id);
    if let Some(line) = lines.get(&id)
        && !desk.context.round.several_people
    {
        let (council, label) = (council.shown(), &point.label);
        cells.problem(
            "council",
            format!(
                "{council} answers on {label} on line {line} too: keep one row, or pass \
             --several-people if they are different people"
            ),
        );
        return None;
    }
    lines.entry(id).or_insert(cells.line());
    Some(Answer { council: council.id, point: point.id, ratings, people, note })
}

fn rating(cells: &mut Cells<'_>, column: &str, measure: Measure) -> Option<Rating> {
    let rating = read_rating(cells.raw(column), measure);
    cells.taken(column, rating).flatten()
}
