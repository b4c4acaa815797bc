//! The demo's meet-ups: two years of six-weekly evenings behind the day and half a year ahead.
//!
//! The series are fixed in the calendar; only how far each evening is planned follows the day.
//! Rooms that could be taken for a real one (a town hall, council offices) say nothing about
//! their accessibility; pubs, cafes and libraries are made up together with theirs.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::London;
use folkmoot_domain::{
    Attendance, Council, CouncilId, GroupId, Meetup, MeetupId, MeetupStatus, Membership, PointId,
    RegionId, Series, SeriesId, Talk, Venue, london_day, london_day_start, resolve_wall_clock,
};
use serde::Deserialize;

use super::{
    Setting,
    chance::Chance,
    example_link,
    networks::{Network, day},
    rows,
};

const STARTS_AT: NaiveTime = match NaiveTime::from_hms_opt(18, 30, 0) {
    Some(time) => time,
    None => panic!("no such time"),
};
const EVERY_WEEKS: u8 = 6;
const MINUTES: u16 = 120;
const PAST: Months = Months::new(24);
const AHEAD: Days = Days::new(26 * 7);

/// The Monday from which weeks are counted: that of London's first meeting.
const FIRST_MONDAY: NaiveDate = day(2016, 7, 4);

/// One evening in eleven is cancelled. Eleven and six have no common factor, so it is every
/// group's turn once.
const CANCELLED_EVERY_WEEKS: i64 = 11;

/// Of the councils of its region, who comes to an evening.
const CAME: f64 = 0.75;

const CANCELLED_BECAUSE: [&str; 3] = [
    "Cancelled: the hosts are needed for a launch in the same week.",
    "Cancelled: a conference takes the same evening, and most of us will be there.",
    "Cancelled: we give way to a regional event in the same week.",
];

/// Twelve weeks ahead, so that at any time each group has something to book, even when one
/// evening is cancelled.
const INVITED_DAYS_AHEAD: i64 = 12 * 7;
const CONFIRMED_DAYS_AHEAD: i64 = 3 * 7;

/// A series of evenings, each in its own week of the six so that something is on every week.
struct Evenings {
    network: &'static str,
    key: &'static str,
    first_on: NaiveDate,
    is_online: bool,
}

const EVENINGS: [Evenings; 7] = [
    evenings("london", "london", day(2016, 7, 7)),
    evenings("midlands", "midlands", day(2017, 2, 8)),
    evenings("south", "south", day(2017, 3, 30)),
    Evenings { is_online: true, ..evenings("london", "london-online", day(2020, 5, 12)) },
    evenings("south-west", "south-west", day(2017, 9, 26)),
    evenings("yorkshire-humber", "yorkshire-humber", day(2018, 6, 13)),
    evenings("east", "east", day(2024, 2, 22)),
];

const fn evenings(network: &'static str, key: &'static str, first_on: NaiveDate) -> Evenings {
    Evenings { network, key, first_on, is_online: false }
}

impl Evenings {
    fn network(&self) -> &'static Network {
        Network::by_code(self.network).expect("each series names one of the networks")
    }

    fn series(&self) -> Series {
        let region = self.network().region_id();
        Series {
            id: SeriesId::derived(&format!("{region}/{}", self.key)),
            region,
            group: self.network().group_id(),
            first_start: self.first_on.and_time(STARTS_AT),
            time_zone: London,
            every_weeks: EVERY_WEEKS,
            minutes: MINUTES,
        }
    }
}

/// What an evening can be about; groups reuse one another's.
#[derive(Deserialize)]
struct Topic {
    points: String,
    title: String,
    summary: String,
    talk: Option<String>,
    speaker: Option<String>,
    second_talk: Option<String>,
    second_speaker: Option<String>,
}

impl Topic {
    fn talks(&self) -> impl Iterator<Item = (&String, &String)> {
        let first = self.talk.as_ref().zip(self.speaker.as_ref());
        first.into_iter().chain(self.second_talk.as_ref().zip(self.second_speaker.as_ref()))
    }
}

/// A room and the council that finds it.
#[derive(Deserialize)]
struct Room {
    group: String,
    host: String,
    name: String,
    address: String,
    step_free: Option<bool>,
    hearing_loop: Option<bool>,
    quiet_space: Option<bool>,
    alcohol_free: Option<bool>,
}

impl Room {
    fn venue(&self) -> Venue {
        Venue {
            name: self.name.clone(),
            address: Some(self.address.clone()),
            step_free: self.step_free,
            hearing_loop: self.hearing_loop,
            quiet_space: self.quiet_space,
            alcohol_free: self.alcohol_free,
        }
    }
}

pub(super) fn series() -> Vec<Series> {
    EVENINGS.iter().map(Evenings::series).collect()
}

pub(super) fn meetups(setting: &Setting<'_>, memberships: &[Membership]) -> Vec<Meetup> {
    let programme = Programme::new(setting, memberships);
    let slots = slots(setting.today - PAST, setting.today + AHEAD);
    slots.map(|slot| programme.meetup(&slot)).collect()
}

/// What was met about on which days from one up to another, whether or not it is so long ago
/// that the demo has no meet-up left to show for it.
pub(super) fn held(
    setting: &Setting<'_>,
    from: NaiveDate,
    until: NaiveDate,
) -> Vec<(RegionId, NaiveDate, Vec<PointId>)> {
    let topics: Vec<Topic> = rows(include_str!("topics.csv"));
    let held = slots(from, until).filter(|slot| !is_cancelled(slot.date) && slot.date < until);
    let about = held.map(|slot| {
        let points = setting.points(&slot.topic(&topics).points);
        (slot.evenings.network().region_id(), slot.date, points)
    });
    about.collect()
}

/// Whether a council of the region came to an evening; in the demo, who comes learns something.
pub(super) fn came(council: CouncilId, on: NaiveDate) -> bool {
    Chance::of("came").and(council).with(on.to_epoch_days() as u64).is_within(CAME)
}

/// Every evening of every series from one day to another.
fn slots(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = Slot> {
    EVENINGS.iter().enumerate().flat_map(move |(place, evenings)| {
        let series = evenings.series();
        let starts: Vec<_> = series
            .occurrences(london_day_start(from))
            .map(|(starts_at, _)| starts_at)
            .take_while(|start| london_day(*start) <= to)
            .collect();
        starts.into_iter().map(move |regular_start| {
            let starts_at = moved_off_christmas(regular_start);
            let (cycle, date) = (cycle(london_day(regular_start)), london_day(starts_at));
            Slot { evenings, place, cycle, date, starts_at }
        })
    })
}

/// One evening of the series at `place` in the list, in one of the cycles of six weeks.
struct Slot {
    evenings: &'static Evenings,
    place: usize,
    cycle: usize,
    date: NaiveDate,
    starts_at: DateTime<Utc>,
}

impl Slot {
    /// Neither five nor seven has a factor in common with the number of topics: no group repeats
    /// itself for four years, and no two have the same topic in the same cycle.
    fn topic<'t>(&self, topics: &'t [Topic]) -> &'t Topic {
        &topics[(self.cycle * 5 + self.place * 7) % topics.len()]
    }
}

/// What evenings are filled from.
struct Programme<'a> {
    setting: &'a Setting<'a>,
    memberships: &'a [Membership],
    council_by_id: HashMap<CouncilId, &'a Council>,
    topics: Vec<Topic>,
    rooms: Vec<Room>,
}

impl<'a> Programme<'a> {
    fn new(setting: &'a Setting<'a>, memberships: &'a [Membership]) -> Self {
        let councils = setting.councils.values();
        Self {
            setting,
            memberships,
            council_by_id: councils.map(|council| (council.id, *council)).collect(),
            topics: rows(include_str!("topics.csv")),
            rooms: rows(include_str!("venues.csv")),
        }
    }

    fn meetup(&self, slot: &Slot) -> Meetup {
        let series = slot.evenings.series();
        let planned = planned_state((slot.date - self.setting.today).num_days());
        let is_cancelled = is_cancelled(slot.date);
        let status = if is_cancelled { MeetupStatus::Cancelled } else { planned };
        let topic = slot.topic(&self.topics);
        let room = self.room(slot);
        let attendance = attendance(slot);
        let has_venue = planned != MeetupStatus::Planned && attendance != Attendance::Online;
        let talks = match planned {
            MeetupStatus::Planned => 0,
            MeetupStatus::Invited => 1,
            _ => 2,
        };
        let is_bookable = matches!(status, MeetupStatus::Invited | MeetupStatus::Confirmed);
        // One set of notes in four never gets written.
        let has_materials = status == MeetupStatus::Held && slot.cycle % 4 != 3;
        let natural_key = format!("{}-{}", slot.evenings.key, slot.date);
        let page = format!("{}/meetups/{natural_key}", slot.evenings.network);
        let because = CANCELLED_BECAUSE[slot.cycle % CANCELLED_BECAUSE.len()];
        Meetup {
            id: MeetupId::derived(&format!("{}/{natural_key}", series.region)),
            region: series.region,
            group: series.group,
            series: Some(series.id),
            natural_key,
            title: topic.title.clone(),
            summary: Some(match is_cancelled {
                true => format!("{because}\n\n{}", topic.summary),
                false => topic.summary.clone(),
            }),
            status,
            starts_at: slot.starts_at,
            ends_at: slot.starts_at + TimeDelta::minutes(i64::from(series.minutes)),
            time_zone: series.time_zone,
            attendance,
            venue: room.filter(|_| has_venue).map(Room::venue),
            points: self.setting.points(&topic.points),
            host: room.and_then(|room| self.host(room, slot)),
            talks: self.talks(topic, slot).into_iter().take(talks).collect(),
            booking_url: is_bookable.then(|| example_link(&format!("{page}/book"))),
            materials_url: has_materials.then(|| example_link(&format!("{page}/materials"))),
            attended: match status {
                MeetupStatus::Held => self.attended(series.group, slot.date),
                _ => Vec::new(),
            },
            provenance: self.setting.provenance(),
            revision: 1,
        }
    }

    /// Those at home in the group who came.
    fn attended(&self, group: GroupId, on: NaiveDate) -> Vec<CouncilId> {
        let members = self.memberships.iter().filter(|one| one.group == group && one.is_home);
        let members = members.filter(|one| one.life.contains(on)).map(|one| one.council);
        members.filter(|council| came(*council, on)).collect()
    }

    /// The rooms of a network take turns.
    fn room(&self, slot: &Slot) -> Option<&Room> {
        let rooms: Vec<_> =
            self.rooms.iter().filter(|room| room.group == slot.evenings.network).collect();
        // Half a round apart, so that London's two series do not ask the same host in one month.
        let turn = if slot.evenings.is_online { slot.cycle + rooms.len() / 2 } else { slot.cycle };
        rooms.get(turn % rooms.len().max(1)).copied()
    }

    fn host(&self, room: &Room, slot: &Slot) -> Option<CouncilId> {
        let host = self.setting.council(&room.host)?.id;
        self.members(slot).any(|member| member.id == host).then_some(host)
    }

    /// Speakers come from members of the day, and from two councils where there are two.
    fn talks(&self, topic: &Topic, slot: &Slot) -> Vec<Talk> {
        let members: Vec<_> = self.members(slot).collect();
        if members.is_empty() {
            return Vec::new();
        }
        let step = (members.len() / 2).max(1);
        let given = topic.talks().enumerate().map(|(place, (title, speaker))| {
            let member = members[(slot.cycle * 3 + slot.place * 5 + place * step) % members.len()];
            Talk { title: title.clone(), given_by: format!("{speaker} from {}", member.name) }
        });
        given.collect()
    }

    fn members(&self, slot: &Slot) -> impl Iterator<Item = &'a Council> {
        let (group, date) = (slot.evenings.network().group_id(), slot.date);
        let memberships = self.memberships.iter();
        memberships
            .filter(move |one| one.group == group && one.life.contains(date))
            .filter_map(|one| self.council_by_id.get(&one.council).copied())
    }
}

/// How far the planning of an evening is, by the days until it. Whole days: an evening of today
/// is still confirmed, whatever the hour.
fn planned_state(days_ahead: i64) -> MeetupStatus {
    if days_ahead < 0 {
        MeetupStatus::Held
    } else if days_ahead <= CONFIRMED_DAYS_AHEAD {
        MeetupStatus::Confirmed
    } else if days_ahead <= INVITED_DAYS_AHEAD {
        MeetupStatus::Invited
    } else {
        MeetupStatus::Planned
    }
}

fn is_cancelled(date: NaiveDate) -> bool {
    (date - FIRST_MONDAY).num_weeks() % CANCELLED_EVERY_WEEKS == 5
}

/// Which cycle of six weeks a day is in, from London's first meeting on.
fn cycle(date: NaiveDate) -> usize {
    let weeks = (date - FIRST_MONDAY).num_weeks() / i64::from(EVERY_WEEKS);
    usize::try_from(weeks).expect("no series begins before the first Monday")
}

/// Nobody meets from 22 December to 2 January: such an evening takes place a fortnight later,
/// at the same time by the clock.
fn moved_off_christmas(starts_at: DateTime<Utc>) -> DateTime<Utc> {
    let local = starts_at.with_timezone(&London).naive_local();
    match (local.month(), local.day()) {
        (12, 22..) | (1, ..=2) => resolve_wall_clock(local + TimeDelta::weeks(2), London),
        _ => starts_at,
    }
}

fn attendance(slot: &Slot) -> Attendance {
    match (slot.cycle + slot.place) % 7 {
        _ if slot.evenings.is_online => Attendance::Online,
        2 | 5 => Attendance::Hybrid,
        4 => Attendance::Online,
        _ => Attendance::InPerson,
    }
}
