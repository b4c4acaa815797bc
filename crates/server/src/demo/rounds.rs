//! The demo's rounds of self-assessment: each region asks once in a half-year, in March or
//! October, over the eight half-years that have ended before the day; London has begun the next.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use folkmoot_domain::{CaptureMethod, HalfYear, Round, RoundId};

use super::{
    STANDARD, Setting,
    networks::{NETWORKS, Network},
};

const HALF_YEARS: i32 = 8;

/// Rounds that a region held at a workshop before it took to a form on the web.
const WORKSHOPS: i32 = 2;
const FORM_DAYS: Days = Days::new(21);

/// The one region that has changed to a later standard, which one, and for how many of the
/// half-years that have ended.
const CHANGED: (&str, &str, i32) = ("yorkshire-humber", "gds-2019", 2);

/// The region whose round of the current half-year is under way.
const UNDER_WAY: &str = "london";

/// The first of the half-years that the demo looks back on.
pub(super) fn first_half_year(today: NaiveDate) -> HalfYear {
    HalfYear::from_number(HalfYear::of(today).number() - HALF_YEARS)
}

/// Rounds by region and time. What is told of a half-year is counted from the day's, so that the
/// story is whole whatever the day; keys and ids come from the calendar alone.
pub(super) fn rounds(setting: &Setting<'_>) -> Vec<Round> {
    let first = first_half_year(setting.today).number();
    let asked = NETWORKS.iter().flat_map(|network| {
        (0..=HALF_YEARS).filter_map(move |age| {
            round(setting, network, age, held_on(network, HalfYear::from_number(first + age))?)
        })
    });
    asked.collect()
}

fn round(setting: &Setting<'_>, network: &Network, age: i32, held_on: NaiveDate) -> Option<Round> {
    let is_current = age == HALF_YEARS;
    if network.founded_on > held_on
        || is_current && (network.code != UNDER_WAY || held_on > setting.today)
    {
        return None;
    }
    let (changed, later, for_half_years) = CHANGED;
    let has_changed = network.code == changed && age >= HALF_YEARS - for_half_years;
    let standard = setting.standard(if has_changed { later } else { STANDARD })?;
    let capture = if age < WORKSHOPS { workshop(network) } else { CaptureMethod::OnlineForm };
    let closes_on = match capture {
        CaptureMethod::OnlineForm => held_on + FORM_DAYS,
        _ => held_on,
    };
    let region = network.region_id();
    let natural_key = held_on.format("%Y-%m").to_string();
    Some(Round {
        id: RoundId::derived(&format!("{region}/{natural_key}")),
        region,
        natural_key,
        standard: standard.id,
        held_on,
        closes_on: (!is_current).then_some(closes_on),
        capture,
        provenance: setting.provenance(),
        revision: 1,
    })
}

/// Hands go up where people sit in rows, dots where there is a wall.
fn workshop(network: &Network) -> CaptureMethod {
    match network.code {
        "london" | "south" => CaptureMethod::ShowOfHands,
        _ => CaptureMethod::DotVote,
    }
}

/// Each region has its own day, such as the second Thursday, of March or October.
fn held_on(network: &Network, half_year: HalfYear) -> Option<NaiveDate> {
    let (weekday, week) = match network.code {
        "london" => (Weekday::Thu, 2),
        "midlands" => (Weekday::Wed, 2),
        "south" => (Weekday::Thu, 3),
        "south-west" => (Weekday::Tue, 3),
        "yorkshire-humber" => (Weekday::Wed, 4),
        _ => (Weekday::Mon, 3),
    };
    let month = if half_year.starts_on().month() == 1 { 3 } else { 10 };
    NaiveDate::from_weekday_of_month_opt(half_year.year(), month, weekday, week)
}
