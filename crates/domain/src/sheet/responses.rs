//! The sheet of responses: what each council answered about each point in a round.
//!
//! Two forms are told apart by the header: a row per council and point (long), or a row per
//! council and two columns per point (wide), as spreadsheets and web forms have it.

mod answer;
mod blank;
mod collect;
mod header;
mod long;
mod titles;
mod which_round;
mod wide;

pub(super) use blank::blank;
pub(super) use long::read as read_long;
pub(super) use wide::read as read_wide;

use super::{
    column::{COUNCIL, Column},
    table::Table,
};

/// How a sentence about a point of another standard begins.
const ASKED: &str = "the round asks about";

const POINT: Column = Column::new(
    "point",
    "A point of the round's standard by label, short name, number or reference.",
    "agile",
)
.also(&["topic"]);
const UNDERSTANDING: Column = Column::new(
    "understanding",
    "0 to 4, or none, aware, some practice, confident, could teach others; n/a; don't know; \
     empty if not answered.",
    "confident",
);
const SUPPORT_NEED: Column = Column::new(
    "support_need",
    "0 to 4, or none, a little, some, much, urgent; n/a; don't know; empty if not answered.",
    "a little",
)
.also(&["need", "support", "support needed"]);
const PEOPLE: Column =
    Column::new("people", "How many people are behind the answer; one if empty.", "3")
        .also(&["number of people", "how many people"]);

/// The long form.
pub(super) const COLUMNS: &[Column] = &[
    COUNCIL.required(),
    POINT.required(),
    UNDERSTANDING,
    SUPPORT_NEED,
    PEOPLE,
    Column::new("note", "A sentence for coordinators, at most 500 characters.", "")
        .also(&["notes", "comment", "comments"]),
    Column::new(
        "round",
        "What the region calls the round; year and month of its day if empty.",
        "2026-11",
    ),
    Column::new("held_on", "The round's day; may stand on its first row only.", "2026-11-18")
        .also(&["date", "day"]),
    Column::new(
        "capture",
        "Show of hands, dot vote, online form or interview; may stand on the round's first row \
         only.",
        "online form",
    ),
];

/// The columns of the wide form that are not about a point.
const WIDE: &[Column] = &[COUNCIL.required(), PEOPLE];

/// True unless a column is what only the long form has.
pub(super) fn is_wide(table: &Table) -> bool {
    let is_long = |title: &String| {
        [POINT, UNDERSTANDING, SUPPORT_NEED].iter().any(|column| column.is_called(title))
    };
    !table.titles.iter().any(is_long)
}
