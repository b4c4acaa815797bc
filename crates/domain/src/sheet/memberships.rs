//! The sheet of memberships: which council belongs to which group, and where its home is.

use std::collections::HashSet;

use super::{
    cell::Cells,
    desk::Desk,
    reading::{Report, Row},
    table::Table,
};
use crate::{Council, GroupId, Life, Membership};

/// A membership's own name is group, council and first day.
pub(super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    let mut read: Vec<(u64, Membership)> = Vec::new();
    for row in &table.rows {
        if !report.has_room(row.line) {
            break;
        }
        let mut cells = Cells::new(table, row, desk, report);
        if let Some((council, membership)) = membership(&mut cells, desk)
            && !contradicts_another_row(&mut cells, council, &membership, &read, desk)
        {
            read.push((row.line, membership));
        }
    }
    refuse_contradictions_with_what_stands(&read, desk, report);
    read.into_iter().map(|(_, membership)| Row::Membership(membership)).collect()
}

fn membership<'a>(cells: &mut Cells<'a>, desk: &Desk<'_>) -> Option<(&'a Council, Membership)> {
    let starts_on = cells.day("starts_on");
    let ends_on = cells.day("ends_on");
    let group = cells.group();
    let council = cells.required_council("council", starts_on.unwrap_or(desk.today));
    let is_home = cells.yes_no("home").unwrap_or(true);
    if let (Some(start), Some(end)) = (starts_on, ends_on)
        && end <= start
    {
        cells.problem("ends_on", "the membership ends before it starts");
    }
    let life = Life::new(starts_on, ends_on);
    let (group, council) = (group?, council?);
    if !council.life.overlaps(&life) {
        let on = starts_on.or(ends_on.and_then(|end| end.pred_opt())).unwrap_or(desk.today);
        cells.problem("council", desk.not_standing(council, on));
    }
    let membership = Membership { group: group.id, council: council.id, life, is_home };
    (!cells.is_faulty()).then_some((council, membership))
}

fn contradicts_another_row(
    cells: &mut Cells<'_>,
    council: &Council,
    membership: &Membership,
    read: &[(u64, Membership)],
    desk: &Desk<'_>,
) -> bool {
    let other = read.iter().find(|(_, other)| contradict(membership, other));
    if let Some((line, other)) = other {
        let message = contradiction(council, membership, other, &format!("line {line}"), desk);
        cells.problem("council", message);
    }
    other.is_some()
}

fn refuse_contradictions_with_what_stands(
    read: &[(u64, Membership)],
    desk: &Desk<'_>,
    report: &mut Report,
) {
    // A row that stands already is updated by this sheet, not contradicted by it.
    let updated: HashSet<_> = read.iter().map(|(_, membership)| membership.key()).collect();
    for (line, membership) in read {
        let mut standing = desk.reference().memberships_ever(membership.council);
        let other =
            standing.find(|one| !updated.contains(&one.key()) && contradict(membership, one));
        let Some(council) = desk.reference().council(membership.council) else { continue };
        match other {
            None => {}
            Some(other) if is_elsewhere(other, desk) => {
                report.note(format!(
                    "line {line}: {} is at home in {} as well: on any day the home that began \
                     first counts, and both regions are told",
                    council.shown(),
                    group_name(other.group, desk)
                ));
            }
            Some(other) => {
                let place = "what stands already";
                let message = contradiction(council, membership, other, place, desk);
                report.problem(Some(*line), Some("council"), message);
            }
        }
    }
}

/// True for the membership of another region's group.
fn is_elsewhere(membership: &Membership, desk: &Desk<'_>) -> bool {
    let group = desk.reference().group(membership.group);
    group.is_some_and(|group| group.region != desk.context.region.id)
}

fn group_name<'a>(id: GroupId, desk: &Desk<'a>) -> &'a str {
    desk.reference().group(id).map_or("another group", |it| &it.name)
}

/// Twice in one group at a time, or at home in two.
fn contradict(one: &Membership, other: &Membership) -> bool {
    one.council == other.council
        && one.life.overlaps(&other.life)
        && (one.group == other.group || (one.is_home && other.is_home))
}

fn contradiction(
    council: &Council,
    one: &Membership,
    other: &Membership,
    place: &str,
    desk: &Desk<'_>,
) -> String {
    let council = council.shown();
    if one.group == other.group {
        return format!("{council} is a member of the same group for some of the time by {place}");
    }
    format!(
        "{council} would have two homes at a time: here, and in {} by {place}; end one of them or \
         make it a guest with home = no",
        group_name(other.group, desk)
    )
}
