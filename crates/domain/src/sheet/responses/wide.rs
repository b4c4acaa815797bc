//! The wide form: a row per council, two columns per point.

use std::collections::HashMap;

use super::{
    super::{
        cell::Cells,
        desk::Desk,
        personal,
        reading::{Report, Row, recognise_columns, refuse_uneven_rows},
        table::Table,
    },
    WIDE,
    answer::read_rating,
    collect::{Answer, merging_note, responses},
    header::{Slot, find_council, slots},
    long::people,
    which_round::{self, Said},
};
use crate::{CouncilId, Measure, PointId, Rating, Round, SheetError};

/// One round, then its responses.
pub(in super::super) fn read(
    mut table: Table,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Vec<Row>, SheetError> {
    find_council(&mut table, desk);
    recognise_columns(WIDE, &mut table)?;
    personal::remove_addresses(WIDE, &mut table, report);
    refuse_uneven_rows(&table, report);
    let Some(asked) = which_round::asked(&Said::default(), desk, report) else {
        return Ok(Vec::new());
    };
    let slots = slots(&mut table, &asked, desk, report);
    let answers = answers(&table, &slots, &asked.round, desk, report);
    let (responses, merged) = responses(&asked.round, answers);
    if responses.is_empty() && report.problems() == 0 {
        report.problem(None, None, "no answer in the whole sheet: fill in at least one cell");
        return Ok(Vec::new());
    }
    merging_note(merged).into_iter().for_each(|note| report.note(note));
    let rows = responses.into_iter().map(|response| Row::Response(Box::new(response)));
    Ok(std::iter::once(Row::Round(Box::new(asked.round))).chain(rows).collect())
}

fn answers(
    table: &Table,
    slots: &[Slot],
    round: &Round,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut silent = 0;
    let mut lines: HashMap<CouncilId, u64> = HashMap::new();
    for row in &table.rows {
        if !report.has_room(row.line) {
            break;
        }
        let mut cells = Cells::new(table, row, desk, report);
        let council = cells.required_council_at_home("council", round.held_on);
        let people = people(&mut cells);
        let given = ratings(&mut cells, slots);
        let Some(council) = council.filter(|_| !cells.is_faulty()) else { continue };
        if given.is_empty() {
            silent += 1;
            continue;
        }
        if let Some(line) = lines.get(&council.id)
            && !desk.context.round.several_people
        {
            let council = council.shown();
            cells.problem("council", format!(
                "{council} stands on line {line} too: keep one row, or pass --several-people if \
                 they are different people"
            ));
            continue;
        }
        lines.entry(council.id).or_insert(row.line);
        let answer =
            |(point, ratings)| Answer { council: council.id, point, ratings, people, note: None };
        answers.extend(given.into_iter().map(answer));
    }
    if silent > 0 && !answers.is_empty() {
        let rows = if silent == 1 { "1 row has" } else { &format!("{silent} rows have") };
        report.note(format!("{rows} a council but no answer: it counts as not having responded"));
    }
    answers
}

/// The ratings of a row by point, in the order of its columns.
fn ratings(cells: &mut Cells<'_>, slots: &[Slot]) -> Vec<(PointId, [Option<Rating>; 2])> {
    let mut given: Vec<(PointId, [Option<Rating>; 2])> = Vec::new();
    for slot in slots {
        let rating = match read_rating(cells.raw_at(slot.index), slot.measure) {
            Ok(rating) => rating,
            Err(message) => {
                cells.problem(&slot.title, message);
                None
            }
        };
        let Some(rating) = rating else { continue };
        let at = given.iter().position(|(point, _)| *point == slot.point).unwrap_or_else(|| {
            given.push((slot.point, [None; 2]));
            given.len() - 1
        });
        given[at].1[usize::from(slot.measure == Measure::SupportNeed)] = Some(rating);
    }
    given
}
