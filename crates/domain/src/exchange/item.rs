//! Rows as items: the kinds, and how one item is read.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::desk::Desk;
use crate::{
    EntityKind, Keyed, Reference, Region,
    sheet::{MAX_TITLE, told},
};

/// A kind of row that regions exchange. In feeds by its name, in addresses by its path.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[allow(missing_docs)]
pub enum ExchangeKind {
    Meetup,
    CaseStudy,
    Offer,
    ServiceAssessment,
}

impl ExchangeKind {
    /// Every kind, what others name first: an assessment may follow another, nothing else.
    pub const ALL: [Self; 4] =
        [Self::Meetup, Self::CaseStudy, Self::Offer, Self::ServiceAssessment];

    /// As feeds and GraphQL call it, such as `CaseStudy`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meetup => "Meetup",
            Self::CaseStudy => "CaseStudy",
            Self::Offer => "Offer",
            Self::ServiceAssessment => "ServiceAssessment",
        }
    }

    /// As addresses call it, such as `case-studies`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Meetup => "meetups",
            Self::CaseStudy => "case-studies",
            Self::Offer => "offers",
            Self::ServiceAssessment => "assessments",
        }
    }

    /// The kind of its global ids.
    pub fn entity(self) -> EntityKind {
        match self {
            Self::Meetup => EntityKind::Meetup,
            Self::CaseStudy => EntityKind::CaseStudy,
            Self::Offer => EntityKind::Offer,
            Self::ServiceAssessment => EntityKind::ServiceAssessment,
        }
    }
}

impl fmt::Display for ExchangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ExchangeKind {
    type Err = String;

    /// By name or by path.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text || kind.path() == text);
        found.ok_or_else(|| format!("a kind is one of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// What items are read against.
#[derive(Clone, Copy, Debug)]
pub struct ExchangeContext<'a> {
    /// Councils, points and the region's groups.
    pub reference: &'a Reference,
    /// Whose rows they are.
    pub region: &'a Region,
    /// When they are read.
    pub now: DateTime<Utc>,
    /// Kept as their provenance, such as `changes` or `live`.
    pub system: &'a str,
}

/// A kind of row that regions exchange.
pub trait Exchanged: Keyed + Clone + Send + Sync + 'static {
    /// Which.
    const KIND: ExchangeKind;
    /// The name of the item's member that orders its lists, beside `id`.
    const ORDERED_BY: &'static str;
    /// The row as JSON.
    type Item: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static;

    /// The row as others get it; `None` if it names something that is not known here, or is not
    /// for others.
    fn to_item(&self, reference: &Reference) -> Option<Self::Item>;

    /// The row that an item means; what is wrong with it is told to the desk.
    #[doc(hidden)]
    fn of_item(item: Self::Item, desk: &mut Desk<'_>) -> Option<Self>;
}

/// Something wrong with an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where, such as `venue.name` or `points[2]`; empty if it is of the whole item.
    pub field: String,
    /// What is wrong and what to do, in a sentence.
    pub message: String,
}

impl Fault {
    /// A fault, in whose words those of others may stand.
    pub fn new(field: impl fmt::Display, message: impl fmt::Display) -> Self {
        let told = |text: &dyn fmt::Display| told(&text.to_string(), MAX_TITLE);
        Self { field: told(&field), message: told(&message) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => f.write_str(&self.message),
            field => write!(f, "{field}: {}", self.message),
        }
    }
}

/// An item that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadItem {
    /// Its id, if that much can be read.
    pub id: Option<Uuid>,
    /// The instant that orders it, if that much can be read: a walk may go on from there.
    pub at: Option<DateTime<Utc>>,
    /// Why; at least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for BadItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<_> = self.faults.iter().map(Fault::to_string).collect();
        let faults = faults.join("; ");
        match self.id {
            Some(id) => write!(f, "{id}: {faults}"),
            None => f.write_str(&faults),
        }
    }
}

/// Reads an item: with any fault, none of it.
pub fn read_item<R: Exchanged>(
    item: &Value,
    context: &ExchangeContext<'_>,
) -> Result<R, Box<BadItem>> {
    let member = |name: &str| item.get(name).cloned().unwrap_or_default();
    let bad = |faults| {
        let id = serde_json::from_value(member("id")).ok();
        let at = R::ordered_at(&member(R::ORDERED_BY));
        Box::new(BadItem { id, at, faults })
    };
    let parsed: R::Item = serde_path_to_error::deserialize(item).map_err(|error| {
        let field = match error.path().to_string() {
            path if path == "." => String::new(),
            path => path,
        };
        bad(vec![Fault::new(field, error.into_inner())])
    })?;
    taken(parsed, context).map_err(bad)
}

/// Reads an item out of its JSON text.
pub fn read_item_text<R: Exchanged>(
    item: &[u8],
    context: &ExchangeContext<'_>,
) -> Result<R, Box<BadItem>> {
    // Almost all have no fault. Reading them straight into their type costs a third of reading
    // them so that a fault can be told.
    // Its texts need not be looked at one by one, if all of it is text.
    if let Ok(text) = str::from_utf8(item)
        && let Ok(parsed) = serde_json::from_str(text)
        && let Ok(row) = taken(parsed, context)
    {
        return Ok(row);
    }
    let item: Value = serde_json::from_slice(item).map_err(|error| {
        let fault = Fault::new("", format_args!("is no JSON: {error}"));
        Box::new(BadItem { id: None, at: None, faults: vec![fault] })
    })?;
    read_item(&item, context)
}

/// The row that an item means; `None` if anything is wrong with it, which [`read_item`] tells.
pub fn take_item<R: Exchanged>(item: R::Item, context: &ExchangeContext<'_>) -> Option<R> {
    taken(item, context).ok()
}

/// The row that an item means, or what is wrong with it.
fn taken<R: Exchanged>(item: R::Item, context: &ExchangeContext<'_>) -> Result<R, Vec<Fault>> {
    let mut desk = Desk::new(context);
    let row = R::of_item(item, &mut desk);
    match (row, desk.faults()) {
        (Some(row), faults) if faults.is_empty() => Ok(row),
        (_, faults) => Err(faults),
    }
}

trait Ordered {
    fn ordered_at(value: &Value) -> Option<DateTime<Utc>>;
}

impl<R: Exchanged> Ordered for R {
    /// The instant in the member that orders a list: a day means its start in London.
    fn ordered_at(value: &Value) -> Option<DateTime<Utc>> {
        let text = value.as_str()?;
        let instant = text.parse::<DateTime<Utc>>().ok();
        instant.or_else(|| text.parse().ok().map(crate::london_day_start))
    }
}
