//! Meet-ups: dated by wall clock and zone, with the filter that lists of them share.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use get_size2::GetSize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    CouncilId, GroupId, Key, Keyed, Link, MeetupId, PointId, Provenance, RegionId, SeriesId,
    resolve_wall_clock,
};

/// How people take part.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum Attendance {
    InPerson,
    Online,
    Hybrid,
}

/// How far its planning is. A cancelled meet-up stays listed and says so.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum MeetupStatus {
    Planned,
    Invited,
    Confirmed,
    Cancelled,
    Held,
}

/// Where it takes place; `None` is "not known", never "no".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub struct Venue {
    /// Such as a pub's or a town hall's.
    pub name: String,
    /// As one line.
    pub address: Option<String>,
    /// Reached without steps.
    pub step_free: Option<bool>,
    /// Has a hearing loop.
    pub hearing_loop: Option<bool>,
    /// Has a quiet space.
    pub quiet_space: Option<bool>,
    /// Serves no alcohol, or meets in a part that does not.
    pub alcohol_free: Option<bool>,
}

/// A talk at a meet-up; speakers are named by role or organisation, never as persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, GetSize)]
#[allow(missing_docs)]
pub struct Talk {
    pub title: String,
    pub given_by: String,
}

/// A meet-up of a peer group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub struct Meetup {
    /// Its id within the region.
    pub id: MeetupId,
    /// The region that owns it.
    pub region: RegionId,
    /// The group that meets.
    pub group: GroupId,
    /// The series it belongs to, if any.
    pub series: Option<SeriesId>,
    /// What its region calls it; a second import with the same key updates it.
    pub natural_key: String,
    /// One line.
    pub title: String,
    /// A paragraph.
    pub summary: Option<String>,
    /// How far its planning is.
    #[get_size(ignore)]
    pub status: MeetupStatus,
    /// Whole seconds.
    pub starts_at: DateTime<Utc>,
    /// After the start.
    pub ends_at: DateTime<Utc>,
    /// The zone whose wall clock it is announced in.
    #[get_size(ignore)]
    pub time_zone: Tz,
    /// How people take part.
    #[get_size(ignore)]
    pub attendance: Attendance,
    /// Where; absent if online or not yet known.
    pub venue: Option<Venue>,
    /// None, one or several: real meet-ups were also lean coffee and show-and-tell.
    pub points: Vec<PointId>,
    /// The council that hosts.
    pub host: Option<CouncilId>,
    /// In the order of the evening.
    pub talks: Vec<Talk>,
    /// Where to book.
    pub booking_url: Option<Link>,
    /// Notes and slides afterwards.
    pub materials_url: Option<Link>,
    /// The councils that came, as far as is known; for coordinators only.
    pub attended: Vec<CouncilId>,
    /// Where it came from.
    pub provenance: Provenance,
    /// Raised by one with every change.
    pub revision: u32,
}

impl Keyed for Meetup {
    fn key(&self) -> Key {
        Key::at(self.starts_at, self.id)
    }

    fn region(&self) -> RegionId {
        self.region
    }
}

/// Which meet-ups a list holds; every part that is present must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct MeetupFilter {
    /// Of one of these groups.
    pub groups: Option<Vec<GroupId>>,
    /// Hosted by one of these councils.
    pub hosts: Option<Vec<CouncilId>>,
    /// On one of these points.
    pub points: Option<Vec<PointId>>,
    /// Starting at or after.
    pub starts_from: Option<DateTime<Utc>>,
    /// Starting before.
    pub starts_before: Option<DateTime<Utc>>,
    /// Ending after: what "upcoming" is once the clock was read.
    pub ends_after: Option<DateTime<Utc>>,
    /// Ending at or before: what "past" is once the clock was read.
    pub ends_by: Option<DateTime<Utc>>,
    /// Attended in this way.
    pub attendance: Option<Attendance>,
    /// In one of these states.
    pub statuses: Option<Vec<MeetupStatus>>,
}

impl MeetupFilter {
    /// The rule itself, for rows at hand; sources that ask a database say the same in SQL.
    pub fn accepts(&self, meetup: &Meetup) -> bool {
        fn among<T: PartialEq>(wanted: &Option<Vec<T>>, has: impl Fn(&T) -> bool) -> bool {
            wanted.as_ref().is_none_or(|wanted| wanted.iter().any(has))
        }
        among(&self.groups, |group| *group == meetup.group)
            && among(&self.hosts, |host| Some(*host) == meetup.host)
            && among(&self.points, |point| meetup.points.contains(point))
            && among(&self.statuses, |status| *status == meetup.status)
            && self.attendance.is_none_or(|wanted| wanted == meetup.attendance)
            && self.starts_from.is_none_or(|from| meetup.starts_at >= from)
            && self.starts_before.is_none_or(|before| meetup.starts_at < before)
            && self.ends_after.is_none_or(|after| meetup.ends_at > after)
            && self.ends_by.is_none_or(|by| meetup.ends_at <= by)
    }
}

/// A series keeps its wall-clock time across the clock changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// The region that owns it.
    pub region: RegionId,
    /// The group that meets.
    pub group: GroupId,
    /// The first start, by the wall clock of `time_zone`.
    pub first_start: NaiveDateTime,
    /// The zone of the wall clock.
    pub time_zone: Tz,
    /// Weeks from one start to the next, at least 1.
    pub every_weeks: u8,
    /// How long each lasts.
    pub minutes: u16,
}

impl Series {
    /// Starts and ends from the first occurrence that starts at or after `from`, for ever.
    pub fn occurrences(
        &self,
        from: DateTime<Utc>,
    ) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> + '_ {
        let weeks = i64::from(self.every_weeks.max(1));
        let length = TimeDelta::minutes(i64::from(self.minutes));
        let elapsed = (from.naive_utc() - self.first_start).num_weeks() / weeks;
        // One occurrence of slack on the left: zone offsets may move a start across `from`.
        (elapsed.saturating_sub(1).max(0)..)
            .map_while(move |n| self.first_start.checked_add_signed(TimeDelta::weeks(weeks * n)))
            .map(move |local| resolve_wall_clock(local, self.time_zone))
            .skip_while(move |start| *start < from)
            .map(move |start| (start, start + length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_keeps_half_past_six_across_both_clock_changes() {
        let series = Series {
            id: SeriesId::derived("s"),
            region: RegionId::derived("london"),
            group: GroupId::derived("london"),
            first_start: "2026-09-17T18:30:00".parse().expect("a time"),
            time_zone: chrono_tz::Europe::London,
            every_weeks: 6,
            minutes: 120,
        };
        let from = "2026-09-18T00:00:00Z".parse().expect("an instant");

        let starts: Vec<_> = series.occurrences(from).take(6).map(|(start, _)| start).collect();

        let utc: Vec<_> = starts.iter().map(|start| start.format("%F %H:%M").to_string()).collect();
        assert_eq!(
            utc,
            [
                "2026-10-29 18:30",
                "2026-12-10 18:30",
                "2027-01-21 18:30",
                "2027-03-04 18:30",
                "2027-04-15 17:30",
                "2027-05-27 17:30",
            ]
        );
    }
}
