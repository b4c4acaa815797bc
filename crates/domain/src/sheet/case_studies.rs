//! The sheet of case studies.

use super::{
    cell::{Cells, MAX_SUMMARY, MAX_TITLE},
    desk::Desk,
    keys::{Keys, each_row},
    reading::{Report, Row},
    table::Table,
};
use crate::{CaseStudy, CaseStudyId, london_day_start, slug};

/// A case study's own name is its key, else the council's code and the title.
pub(super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    each_row(table, desk, report, |cells, keys| {
        case_study(cells, desk, keys).map(|read| Row::CaseStudy(Box::new(read)))
    })
}

fn case_study(cells: &mut Cells<'_>, desk: &Desk<'_>, keys: &mut Keys) -> Option<CaseStudy> {
    let title = cells.required_text("title", MAX_TITLE);
    let summary = cells.required_block("summary", MAX_SUMMARY);
    let published_on = cells.required_past_day("published_on");
    let reviewed_on = cells.day("reviewed_on");
    // What a council learned stays true when it is abolished.
    let council = cells.council("council", published_on.unwrap_or(desk.today));
    let points = cells.points("points");
    let link = cells.link("link");
    let key = cells.key();
    if let (Some(reviewed), Some(published)) = (reviewed_on, published_on)
        && reviewed < published
    {
        cells.problem("reviewed_on", "it was reviewed before it was published");
    }
    if reviewed_on.is_some_and(|day| day > desk.today) {
        cells.problem("reviewed_on", "the day lies in the future");
    }
    let (title, summary, published_on) = (title?, summary?, published_on?);

    let natural_key = key.unwrap_or_else(|| {
        let council = council.map_or("-", |council| council.code.as_str());
        // A title of other scripts has no slug.
        let name = Some(slug(&title)).filter(|name| !name.is_empty());
        format!("{council}/{}", name.as_deref().unwrap_or(&title))
    });
    keys.take(cells, &natural_key, "title", "council and title");
    let region = desk.context.region.id;
    Some(CaseStudy {
        id: CaseStudyId::derived(&format!("{region}/{natural_key}")),
        region,
        council: council.map(|council| council.id),
        natural_key,
        title,
        summary,
        points,
        link,
        published_at: london_day_start(published_on),
        reviewed_on,
        provenance: desk.context.provenance(),
        revision: 1,
    })
}
