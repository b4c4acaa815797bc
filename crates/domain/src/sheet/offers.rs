//! The sheet of offers of help.

use super::{
    cell::Cells,
    desk::Desk,
    keys::{Keys, each_row},
    reading::{Report, Row},
    table::Table,
};
use crate::{Offer, OfferId, OfferKind, london_day_start};

pub(crate) const MAX_NOTE: usize = 500;

/// An offer's own name is its key, else council, kind and point.
pub(super) fn read(table: &Table, desk: &Desk<'_>, report: &mut Report) -> Vec<Row> {
    each_row(table, desk, report, |cells, keys| {
        offer(cells, desk, keys).map(|read| Row::Offer(Box::new(read)))
    })
}

fn offer(cells: &mut Cells<'_>, desk: &Desk<'_>, keys: &mut Keys) -> Option<Offer> {
    let kind = cells.required_word("kind", &KINDS);
    let point = cells.point("point");
    let remote = cells.yes_no("remote").unwrap_or(false);
    let available_from = cells.day("available_from");
    let note = cells.text("note", MAX_NOTE);
    let ask_url = cells.required_link("ask_url");
    let offered_on = cells.required_past_day("offered_on");
    // Only a council that stands can keep its word.
    let council = cells.required_standing_council("council", desk.today);
    let key = cells.key();
    let (kind, ask_url, offered_on, council) = (kind?, ask_url?, offered_on?, council?);

    let natural_key = key.unwrap_or_else(|| {
        let point = point.and_then(|point| desk.reference().point(point));
        let point = point.map_or("any", |point| point.reference.as_str());
        format!("{}/{}/{point}", council.code, word(kind))
    });
    keys.take(cells, &natural_key, "council", "council, kind and point");
    let region = desk.context.region.id;
    Some(Offer {
        id: OfferId::derived(&format!("{region}/{natural_key}")),
        region,
        council: council.id,
        natural_key,
        kind,
        point,
        remote,
        available_from,
        note,
        ask_url,
        offered_at: london_day_start(offered_on),
        provenance: desk.context.provenance(),
        revision: 1,
    })
}

const KINDS: [(&str, OfferKind); 9] = [
    ("advise", OfferKind::Advise),
    ("speak", OfferKind::Speak),
    ("host", OfferKind::Host),
    ("assess", OfferKind::Assess),
    ("share code", OfferKind::ShareCode),
    ("advice", OfferKind::Advise),
    ("speaker", OfferKind::Speak),
    ("talk", OfferKind::Speak),
    ("code", OfferKind::ShareCode),
];

/// Part of natural keys: changing one would make new offers of old ones.
fn word(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Advise => "advise",
        OfferKind::Speak => "speak",
        OfferKind::Host => "host",
        OfferKind::Assess => "assess",
        OfferKind::ShareCode => "share-code",
    }
}
