//! Versioned service standards, their points, and the crosswalk between versions.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Link, PointId, StandardId};

/// One version of a service standard. How many points it has is data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standard {
    /// Derived from the code.
    pub id: StandardId,
    /// Such as `lgdss-2016`.
    pub code: String,
    /// The full title.
    pub title: String,
    /// The day its text became final.
    pub published_on: NaiveDate,
    /// In order of their numbers.
    pub points: Vec<StandardPoint>,
}

/// One point of a standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardPoint {
    /// Derived from the reference.
    pub id: PointId,
    /// The version it belongs to.
    pub standard: StandardId,
    /// Such as `lgdss-2016/3`.
    pub reference: String,
    /// Its number within the version, from 1.
    pub number: u16,
    /// The topic label as a short name, such as `agile`.
    pub slug: String,
    /// The topic label, such as `Agile`.
    pub label: String,
    /// The point's title.
    pub title: String,
    /// Its text on the web, where it has an address of its own.
    pub website: Option<Link>,
}

/// `from` of an earlier version is carried on by `to` of a later one. Many-to-many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Crosswalk {
    pub from: PointId,
    pub to: PointId,
}
