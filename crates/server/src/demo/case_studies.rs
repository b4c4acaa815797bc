//! The demo's case studies, published over the last four years; some were not looked at since.

use chrono::{Days, NaiveDate, TimeDelta};
use folkmoot_domain::{CaseStudy, CaseStudyId, london_day_start, slug};
use serde::Deserialize;

use super::{Setting, example_link, networks::Network, rows};

/// Days between one publication and the next: a long file spans four years.
const STEP: usize = 20;

#[derive(Deserialize)]
struct Row {
    /// A council's register code, or a network's code for a case study of the whole group.
    by: String,
    points: String,
    title: String,
    summary: String,
}

pub(super) fn case_studies(setting: &Setting<'_>) -> Vec<CaseStudy> {
    let rows: Vec<Row> = rows(include_str!("case_studies.csv"));
    let count = rows.len();
    // The file is ordered by point; twenty-nine strides through it, so that every point has old
    // and new ones.
    let days_ago = |place: usize| 6 + place * 29 % count * STEP;
    let placed = rows.iter().enumerate();
    placed.filter_map(|(place, row)| case_study(setting, row, place, days_ago(place))).collect()
}

fn case_study(
    setting: &Setting<'_>,
    row: &Row,
    place: usize,
    days_ago: usize,
) -> Option<CaseStudy> {
    let mut published_on = setting.today - Days::new(days_ago as u64);
    let (network, council) = match Network::by_code(&row.by) {
        Some(network) => (network, None),
        None => (Network::of_council(&row.by)?, Some(setting.council(&row.by)?)),
    };
    if let Some(council) = council {
        // A young council has written nothing before its first day.
        published_on = council.life.starts_on.map_or(published_on, |first| first.max(published_on));
        if published_on > setting.today || !council.life.contains(published_on) {
            return None;
        }
    }
    let region = network.region_id();
    let natural_key = slug(&row.title);
    Some(CaseStudy {
        id: CaseStudyId::derived(&format!("{region}/{natural_key}")),
        region,
        council: council.map(|council| council.id),
        title: row.title.clone(),
        summary: row.summary.clone(),
        points: setting.points(&row.points),
        link: Some(example_link(&format!("{}/case-studies/{natural_key}", network.code))),
        published_at: london_day_start(published_on) + TimeDelta::hours(10),
        reviewed_on: reviewed_on(place, published_on, setting.today),
        provenance: setting.provenance(),
        revision: 1,
        natural_key,
    })
}

/// Never, when it was published, half-way since, or this month.
fn reviewed_on(place: usize, published_on: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    match place % 5 {
        0 => None,
        1 | 2 => Some(published_on),
        3 => Some(published_on + (today - published_on) / 2),
        _ => Some(published_on.max(today - Days::new(20))),
    }
}
