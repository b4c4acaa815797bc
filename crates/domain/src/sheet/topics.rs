//! The sheet of topics: what a region would like to meet about.

use super::{
    cell::{Cells, MAX_TITLE},
    column::{Column, KEY, POINTS},
    desk::Desk,
    keys::{Keys, each_row},
    reading::{Report, Row},
    table::Table,
};
use crate::{Topic, TopicId, slug};

/// More votes than a region has people to come.
const MAX_VOTES: u32 = 10_000;

pub(super) const COLUMNS: &[Column] = &[
    Column {
        takes: "Your own name for the row, at most 100 characters: importing it again updates \
                the row. Without one it is the title.",
        ..KEY
    },
    Column::new("title", "One line, at most 200 characters.", "Buying agile")
        .required()
        .also(&["topic"]),
    // A "topic" is the title here.
    POINTS.also(&["point"]),
    Column::new("votes", "How many people would come, 0 to 10,000; none if empty.", "12"),
    Column::new("suggested_on", "The day of the suggestion, not in the future.", "2026-05-20")
        .required()
        .also(&["suggested", "date"]),
];

/// A topic's own name is its key, else its title.
pub(super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    each_row(table, desk, report, |cells, keys| {
        topic(cells, desk, keys).map(|topic| Row::Topic(Box::new(topic)))
    })
}

fn topic(cells: &mut Cells<'_>, desk: &Desk<'_>, keys: &mut Keys) -> Option<Topic> {
    let title = cells.required_text("title", MAX_TITLE);
    let points = cells.points("points");
    let votes = cells.number("votes", 0..=MAX_VOTES).unwrap_or(0);
    let suggested_on = cells.required_past_day("suggested_on");
    let key = cells.key();
    let (title, suggested_on) = (title?, suggested_on?);

    let natural_key = key.unwrap_or_else(|| {
        // A title of other scripts has no slug.
        let name = Some(slug(&title)).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| title.clone())
    });
    keys.take(cells, &natural_key, "title", "title");
    let region = desk.context.region.id;
    Some(Topic {
        id: TopicId::derived(&format!("{region}/{natural_key}")),
        region,
        natural_key,
        title,
        points,
        votes,
        suggested_on,
        provenance: desk.context.provenance(),
        revision: 1,
    })
}
