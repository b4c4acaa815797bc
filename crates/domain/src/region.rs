//! Regions that plug in, their peer groups, and which councils belong to them.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{CouncilId, GroupId, Key, Life, Link, RegionId, sort_name};

/// A region's code, such as `midlands`: lower-case letters, digits and hyphens, never reused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode(String);

impl RegionCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands beside the regions at `/regions/`.
const RESERVED: [&str; 2] = ["check", "schemas"];

impl FromStr for RegionCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if RESERVED.contains(&text) {
            return Err(format!(
                "\"{text}\" is no region's code: this gateway has something else at /regions/{text}"
            ));
        }
        let starts_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if starts_well && text.len() <= 40 && text.bytes().all(is_plain) && !text.ends_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err("a region's code has at most 40 lower-case letters, digits and hyphens".to_owned())
        }
    }
}

impl TryFrom<String> for RegionCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<RegionCode> for String {
    fn from(code: RegionCode) -> Self {
        code.0
    }
}

/// How a region plugs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Door {
    /// Its people enter data here.
    Hosted,
    /// A sheet or calendar that we read.
    Sheet,
    /// A change feed that we mirror.
    Changes,
    /// A service of its own that we ask.
    Live,
}

impl Door {
    /// True where the region's rows are in our own tables.
    pub fn is_stored(self) -> bool {
        self != Self::Live
    }

    /// True where what councils answered is known to the region alone: here are at most the figures
    /// that it gives of them.
    pub fn keeps_its_answers(self) -> bool {
        matches!(self, Self::Live | Self::Changes)
    }
}

/// Whether a region takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RegionState {
    /// Seen only with the region's own token.
    Trial,
    /// Part of the nation.
    Active,
    /// Still listed, not asked; the reason is shown.
    Paused {
        /// One plain sentence.
        reason: String,
    },
    /// Gone for good; its code stays taken.
    Left,
}

/// A regional network that plugs in; it runs one or more peer groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Derived from the code it joined with; renaming keeps it.
    pub id: RegionId,
    /// The code it has now.
    pub code: RegionCode,
    /// Codes it had before; they still find it.
    pub former_codes: Vec<RegionCode>,
    /// The everyday name.
    pub name: String,
    /// How it plugs in.
    pub door: Door,
    /// Whether it takes part.
    pub state: RegionState,
    /// The licence of its data, such as `OGL-UK-3.0`.
    pub licence: Option<String>,
    /// Whom to credit for its data.
    pub attribution: Option<String>,
    /// Its own website, where it has one.
    pub website: Option<Link>,
    /// The registry version in which it joined, or last began to take part.
    pub joined_version: u32,
    /// True for a made-up region or one with made-up members.
    pub synthetic: bool,
}

impl Region {
    /// True for the code that it has now and for those that it had: none is ever given to another
    /// region.
    pub fn is_called(&self, code: &str) -> bool {
        std::iter::once(&self.code).chain(&self.former_codes).any(|own| own.as_str() == code)
    }

    /// True if it is part of the nation in public, paused or not: neither on trial nor gone.
    pub fn takes_part(&self) -> bool {
        matches!(self.state, RegionState::Active | RegionState::Paused { .. })
    }
}

/// A peer group with explicit, dated membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerGroup {
    /// Derived from the region's id and the slug it was made with.
    pub id: GroupId,
    /// The region that runs it.
    pub region: RegionId,
    /// Unique in the nation, such as `south-west`.
    pub slug: String,
    /// The everyday name.
    pub name: String,
    /// The IANA zone of its meet-ups.
    pub time_zone: chrono_tz::Tz,
    /// The day of its first meeting, where known.
    pub first_met_on: Option<NaiveDate>,
}

impl PeerGroup {
    /// Its place in lists of groups: by folded name, then id.
    pub fn key(&self) -> Key {
        Key::named(sort_name(&self.name), self.id)
    }
}

/// A council belongs to a group for a time. At most one membership is `home` on any day: it is
/// the one that counts in statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Membership {
    pub group: GroupId,
    pub council: CouncilId,
    pub life: Life,
    pub is_home: bool,
}

impl Membership {
    /// What makes a membership the same one: a council may leave a group and join it again.
    pub fn key(&self) -> (GroupId, CouncilId, Option<NaiveDate>) {
        (self.group, self.council, self.life.starts_on)
    }
}
