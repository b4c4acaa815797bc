//! The demo's offers of help: of every kind, on every point, near and remote, now and later.

use chrono::{Days, TimeDelta};
use folkmoot_domain::{Offer, OfferId, OfferKind, london_day_start, slug};
use serde::Deserialize;

use super::{Setting, example_link, networks::Network, rows};

/// Days between one offer and the next: a long file spans two years.
const STEP: usize = 9;

#[derive(Deserialize)]
struct Row {
    council: String,
    kind: OfferKind,
    point: Option<String>,
    remote: bool,
    available_in_days: Option<u64>,
    note: String,
}

pub(super) fn offers(setting: &Setting<'_>) -> Vec<Offer> {
    let rows: Vec<Row> = rows(include_str!("offers.csv"));
    let count = rows.len();
    // The file is ordered by network; thirty-seven strides through it, so that each has old and
    // new ones.
    let days_ago = |place: usize| 3 + place * 37 % count * STEP;
    let placed = rows.iter().enumerate();
    placed.filter_map(|(place, row)| offer(setting, row, days_ago(place))).collect()
}

fn offer(setting: &Setting<'_>, row: &Row, days_ago: usize) -> Option<Offer> {
    let council = setting.council(&row.council)?;
    let network = Network::of_council(&row.council)?;
    let point = match &row.point {
        Some(slug) => Some(*setting.points.get(slug.as_str())?),
        None => None,
    };
    let offered_on = setting.today - Days::new(days_ago as u64);
    let offered_on = council.life.starts_on.map_or(offered_on, |first| first.max(offered_on));
    if offered_on > setting.today || !council.life.contains(setting.today) {
        return None;
    }
    let region = network.region_id();
    let about = row.point.as_deref().unwrap_or("anything");
    let natural_key = slug(&format!("{} {:?} {about}", row.council, row.kind));
    Some(Offer {
        id: OfferId::derived(&format!("{region}/{natural_key}")),
        region,
        council: council.id,
        kind: row.kind,
        point,
        remote: row.remote,
        available_from: row.available_in_days.map(|days| setting.today + Days::new(days)),
        note: Some(row.note.clone()),
        ask_url: example_link(&format!("{}/offers/{natural_key}", network.code)),
        offered_at: london_day_start(offered_on) + TimeDelta::hours(10),
        provenance: setting.provenance(),
        revision: 1,
        natural_key,
    })
}
