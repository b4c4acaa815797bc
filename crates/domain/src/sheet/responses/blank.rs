//! A sheet of responses to begin with: a region's own councils, and two columns for each point.

use super::{
    super::{
        column::{COUNCIL, written},
        context::SheetContext,
        desk::Desk,
    },
    header::title,
};
use crate::Measure;

/// The wide form for the region, with no answer yet.
pub(in super::super) fn blank(context: &SheetContext<'_>) -> Result<String, String> {
    let desk = Desk::new(context);
    let options = &context.round;
    let of_region = |it: &&crate::Round| it.region == context.region.id;
    let stored = context.rounds.iter().filter(of_region);
    let stored = stored.into_iter().find(|it| Some(it.natural_key.as_str()) == options.key);
    let standard = match (options.standard, stored) {
        (None, Some(stored)) => context.reference.standard(stored.standard),
        (code, _) => Some(desk.standard(code)?),
    };
    let points = standard.map_or(&[][..], |standard| &standard.points);
    let day = options.held_on.or(stored.map(|round| round.held_on)).unwrap_or(desk.today);
    let councils: Vec<_> = desk.councils_at_home(day).collect();
    if councils.is_empty() {
        let region = &context.region.name;
        return Err(format!(
            "no council is at home in {region} on {day}: import its memberships first"
        ));
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |record: Vec<String>| {
        writer.write_record(record).expect("memory takes every write, and rows have one length");
    };
    let titles = points.iter().flat_map(|point| Measure::ALL.map(|it| title(&point.label, it)));
    let header: Vec<String> = std::iter::once(COUNCIL.name.to_owned()).chain(titles).collect();
    let width = header.len();
    write(header);
    for council in councils {
        let mut record = vec![council.name.clone()];
        record.resize(width, String::new());
        write(record);
    }
    Ok(written(writer))
}
