//! The kinds of rows as items, without a type: how they are read, ordered and filtered.

use chrono::{DateTime, NaiveDate, Utc};
use folkmoot_domain::{
    Assessment, BadItem, CaseStudy, ExchangeContext, ExchangeKind, Exchanged, Meetup, Offer,
    holds_address, london_day_start, read_item,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Where an item stands in its list.
pub(super) type Place = (DateTime<Utc>, Uuid);

/// What a gateway would leave an item out for, or cut out of it.
pub(super) fn fault(
    kind: ExchangeKind,
    item: &Value,
    context: &ExchangeContext<'_>,
) -> Option<String> {
    if let Err(bad) = read(kind, item, context) {
        return Some(bad.to_string());
    }
    let id = item["id"].as_str().unwrap_or_default();
    let written = id.parse::<Uuid>().map(|id| id.to_string()).unwrap_or_default();
    if written != id {
        return Some(format!("{id}: write its id in lower-case, with hyphens: {written}"));
    }
    let member = with_address(item)?;
    Some(format!("{id}: {member}: take the e-mail address out: no answer may hold one"))
}

/// The member that holds an e-mail address, such as `talks[0].givenBy`.
fn with_address(item: &Value) -> Option<String> {
    let within = |name: String, value: &Value| {
        let inner = with_address(value)?;
        Some(match inner.is_empty() || inner.starts_with('[') {
            true => format!("{name}{inner}"),
            false => format!("{name}.{inner}"),
        })
    };
    match item {
        Value::String(text) => holds_address(text).then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(at, value)| within(format!("[{at}]"), value))
        }
        Value::Object(members) => {
            members.iter().find_map(|(name, value)| within(name.clone(), value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn read(
    kind: ExchangeKind,
    item: &Value,
    context: &ExchangeContext<'_>,
) -> Result<(), Box<BadItem>> {
    match kind {
        ExchangeKind::Meetup => read_item::<Meetup>(item, context).map(drop),
        ExchangeKind::CaseStudy => read_item::<CaseStudy>(item, context).map(drop),
        ExchangeKind::Offer => read_item::<Offer>(item, context).map(drop),
        ExchangeKind::ServiceAssessment => read_item::<Assessment>(item, context).map(drop),
    }
}

/// Where an item stands; `None` if it does not say.
pub(super) fn place(kind: ExchangeKind, item: &Value) -> Option<Place> {
    let ordered_by = match kind {
        ExchangeKind::Meetup => Meetup::ORDERED_BY,
        ExchangeKind::CaseStudy => CaseStudy::ORDERED_BY,
        ExchangeKind::Offer => Offer::ORDERED_BY,
        ExchangeKind::ServiceAssessment => Assessment::ORDERED_BY,
    };
    let id = serde_json::from_value(item["id"].clone()).ok()?;
    Some((instant(&item[ordered_by])?, id))
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    let day = || text.parse::<NaiveDate>().ok().map(london_day_start);
    text.parse::<DateTime<Utc>>().ok().or_else(day)
}

/// The names that a kind has in the contract's query.
pub(super) struct Words {
    /// The variable with the page requests, and the one that switches the field on.
    pub(super) pages: (&'static str, &'static str),
    /// The field.
    pub(super) field: &'static str,
    /// The same for rows by id.
    pub(super) ids: (&'static str, &'static str),
    /// The field for rows by id.
    pub(super) by_id: &'static str,
}

pub(super) fn words(kind: ExchangeKind) -> Words {
    match kind {
        ExchangeKind::Meetup => Words {
            pages: ("meetups", "withMeetups"),
            field: "meetups",
            ids: ("meetupIds", "withMeetupIds"),
            by_id: "meetupsById",
        },
        ExchangeKind::CaseStudy => Words {
            pages: ("caseStudies", "withCaseStudies"),
            field: "caseStudies",
            ids: ("caseStudyIds", "withCaseStudyIds"),
            by_id: "caseStudiesById",
        },
        ExchangeKind::Offer => Words {
            pages: ("offers", "withOffers"),
            field: "offers",
            ids: ("offerIds", "withOfferIds"),
            by_id: "offersById",
        },
        ExchangeKind::ServiceAssessment => Words {
            pages: ("assessments", "withAssessments"),
            field: "serviceAssessments",
            ids: ("assessmentIds", "withAssessmentIds"),
            by_id: "assessmentsById",
        },
    }
}

/// A part of a filter: what it is called, and whether an item passes it with a value.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// True if it takes a list of values.
    pub(super) is_list: bool,
    /// A value with which this item passes; `None` if it has none.
    pub(super) value: fn(&Value) -> Option<Value>,
    /// Whether an item passes with such a value.
    pub(super) passes: fn(&Value, &Value) -> bool,
}

fn member(item: &Value, name: &str) -> Option<Value> {
    item.get(name).filter(|value| !value.is_null()).cloned()
}

macro_rules! part {
    (list $name:literal of $member:literal) => {
        Part {
            name: $name,
            is_list: true,
            value: |item| member(item, $member),
            passes: |item, value| item[$member] == *value,
        }
    };
    ($name:literal is $member:literal) => {
        Part {
            name: $name,
            is_list: false,
            value: |item| member(item, $member),
            passes: |item, value| item[$member] == *value,
        }
    };
    ($name:literal where $member:literal $compare:tt) => {
        Part {
            name: $name,
            is_list: false,
            value: |item| member(item, $member),
            passes: |item, value| instant(&item[$member]) $compare instant(value),
        }
    };
}

fn has_point(item: &Value, point: &Value) -> bool {
    item["points"].as_array().is_some_and(|points| points.contains(point))
}

fn on_point(item: &Value, point: &Value) -> bool {
    item["point"].is_null() || item["point"] == *point
}

const POINTS: Part = Part {
    name: "points",
    is_list: true,
    value: |item| item["points"].as_array().and_then(|points| points.first().cloned()),
    passes: has_point,
};

const MEETUPS: &[Part] = &[
    part!(list "groups" of "group"),
    part!(list "hosts" of "host"),
    POINTS,
    part!(list "statuses" of "status"),
    part!("attendance" is "attendance"),
    part!("startsFrom" where "startsAt" >=),
    part!("startsBefore" where "startsAt" <),
    part!("endsAfter" where "endsAt" >),
    part!("endsBy" where "endsAt" <=),
];
const CASE_STUDIES: &[Part] = &[POINTS, part!(list "councils" of "council")];
const OFFERS: &[Part] = &[
    Part { name: "points", is_list: true, value: |item| member(item, "point"), passes: on_point },
    part!(list "kinds" of "kind"),
    part!(list "councils" of "council"),
    part!("remote" is "remote"),
];
const ASSESSMENTS: &[Part] =
    &[part!(list "councils" of "council"), part!(list "stages" of "stage")];

pub(super) fn parts(kind: ExchangeKind) -> &'static [Part] {
    match kind {
        ExchangeKind::Meetup => MEETUPS,
        ExchangeKind::CaseStudy => CASE_STUDIES,
        ExchangeKind::Offer => OFFERS,
        ExchangeKind::ServiceAssessment => ASSESSMENTS,
    }
}

/// The filter with one part.
pub(super) fn filter(part: &Part, value: &Value) -> Value {
    let value = if part.is_list { json!([value]) } else { value.clone() };
    json!({ part.name: value })
}
