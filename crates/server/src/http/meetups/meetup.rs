//! A meet-up as the API tells it.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use chrono_tz::Tz;
use folkmoot_domain::london_day_start;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    super::pieces::{self, Here},
    language::Language,
};

/// What is read of each, beside when it starts, in words.
pub(in crate::http) const MEETUP: &str = "id title summary status startsAt endsAt timeZone \
    attendance bookingUrl materialsUrl url icsUrl revision \
    venue { name address stepFree hearingLoop quietSpace alcoholFree } \
    points { label url } talks { title givenBy } host { name url } \
    group { name slug url region { name code } } \
    provenance { receivedAt synthetic licence attribution }";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Planned,
    Invited,
    Confirmed,
    Cancelled,
    Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Attendance {
    InPerson,
    Online,
    Hybrid,
}

impl Status {
    /// As the API has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Planned => "PLANNED",
            Self::Invited => "INVITED",
            Self::Confirmed => "CONFIRMED",
            Self::Cancelled => "CANCELLED",
            Self::Held => "HELD",
        }
    }
}

impl Attendance {
    /// As the API has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InPerson => "IN_PERSON",
            Self::Online => "ONLINE",
            Self::Hybrid => "HYBRID",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Venue {
    pub(super) name: String,
    pub(super) address: Option<String>,
    pub(super) step_free: Option<bool>,
    pub(super) hearing_loop: Option<bool>,
    pub(super) quiet_space: Option<bool>,
    pub(super) alcohol_free: Option<bool>,
}

impl Venue {
    /// What is known to be there, in words.
    pub(super) fn access(&self, language: Language) -> Vec<&'static str> {
        let words = language.words();
        let known = [
            (self.step_free, words.step_free),
            (self.hearing_loop, words.hearing_loop),
            (self.quiet_space, words.quiet_space),
            (self.alcohol_free, words.alcohol_free),
        ];
        known.into_iter().filter(|(is_there, _)| *is_there == Some(true)).map(|it| it.1).collect()
    }

    /// Name and address in one line.
    pub(super) fn line(&self) -> String {
        match &self.address {
            Some(address) => format!("{}, {address}", self.name),
            None => self.name.clone(),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Point {
    pub(super) label: String,
    /// Not asked for where it is named alone.
    pub(super) url: Option<Here>,
}

impl Point {
    pub(super) fn link(&self) -> Markup {
        html! {
            @match &self.url {
                Some(url) => { a.govuk-link href=(url.path()) { (self.label) } }
                None => { (self.label) }
            }
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Talk {
    pub(super) title: String,
    pub(super) given_by: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) url: String,
    pub(super) region: Region,
}

#[derive(Debug, Deserialize)]
pub(super) struct Region {
    pub(super) name: String,
    pub(super) code: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provenance {
    received_at: DateTime<Utc>,
    pub(super) synthetic: bool,
    pub(super) licence: Option<String>,
    pub(super) attribution: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct Meetup {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) summary: Option<String>,
    pub(super) status: Status,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) time_zone: Tz,
    pub(super) starts: String,
    pub(super) attendance: Attendance,
    pub(super) booking_url: Option<String>,
    pub(super) materials_url: Option<String>,
    pub(super) url: String,
    pub(super) ics_url: String,
    pub(super) revision: Option<u32>,
    pub(super) venue: Option<Venue>,
    pub(super) points: Vec<Point>,
    pub(super) talks: Vec<Talk>,
    pub(super) host: Option<pieces::Named>,
    pub(super) group: Group,
    pub(super) provenance: Provenance,
}

impl Meetup {
    /// When it was changed last, as far as is known. What is asked live does not say: the day that
    /// it is must do, for a feed that is another one at each look could never be told unchanged.
    pub(super) fn changed_at(&self, today: NaiveDate) -> DateTime<Utc> {
        match self.revision {
            Some(_) => self.provenance.received_at,
            None => london_day_start(today),
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.status == Status::Cancelled
    }

    /// Its title, which says so if it was cancelled: many readers show nothing else.
    pub(super) fn told_title(&self, language: Language) -> String {
        match self.is_cancelled() {
            true => format!("{}: {}", language.words().cancelled, self.title),
            false => self.title.clone(),
        }
    }

    /// How people take part, in words.
    pub(super) fn attendance_label(&self, language: Language) -> &'static str {
        let words = language.words();
        match self.attendance {
            Attendance::InPerson => words.in_person,
            Attendance::Online => words.online,
            Attendance::Hybrid => words.hybrid,
        }
    }
}

/// An instant as programs read it.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
