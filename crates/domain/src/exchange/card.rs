//! A region's card: who it is, which contract it keeps, its peer groups, and where its rows are.

use std::{collections::BTreeMap, fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use super::item::{ExchangeKind, Fault};
use crate::{
    CouncilId, GroupId, Life, Membership, PeerGroup, Reference, Region, london_day,
    sheet::{MAX_TITLE, told},
};

/// The version of the contract that this Folkmoot speaks.
pub const CONTRACT: ContractVersion = ContractVersion { major: 1, minor: 1 };

/// A region's clock that is wrong by more than this is told: the contract says so.
pub const CLOCK_LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// The first version whose live services give figures to other gateways.
pub const FIGURES_SINCE: ContractVersion = ContractVersion { major: 1, minor: 1 };

/// The most groups that a region has, and members that a group has: the nation has some 400
/// councils.
const MAX_GROUPS: usize = 100;
const MAX_MEMBERS: usize = 1_000;

/// A version: within one major version things are only added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub struct ContractVersion {
    pub major: u16,
    pub minor: u16,
}

impl fmt::Display for ContractVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for ContractVersion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (major, minor) = text.split_once('.').ok_or(())?;
        Ok(Self { major: major.parse().map_err(drop)?, minor: minor.parse().map_err(drop)? })
    }
}

/// What a region says of itself: the file `region.json` of a change feed, and the field
/// `describe` of a live service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Region")]
pub struct RegionCard {
    /// The version of the contract that is kept, such as `1.1`.
    pub contract: String,
    /// The region's code, such as `kent`: lower-case letters, digits and hyphens.
    pub code: String,
    /// Its everyday name.
    pub name: String,
    /// Where its people are asked about the data: an https address.
    pub contact: Option<String>,
    /// The licence of its data, such as `OGL-UK-3.0`.
    pub licence: Option<String>,
    /// Whom to credit for its data.
    pub attribution: Option<String>,
    /// Its own website: an https address.
    pub website: Option<String>,
    /// What its clock says now.
    pub now: DateTime<Utc>,
    /// For which instant its rows are known to be right, if it is not the source itself.
    pub as_of: Option<DateTime<Utc>>,
    /// Any text; another one whenever change numbers begin anew, as after a restored backup.
    /// Whoever mirrors then reads everything again.
    pub epoch: String,
    /// The ids of the gateways that an answer passes through, the nearest first, so that circles
    /// are seen; empty for a region's own service.
    #[serde(default)]
    pub instances: Vec<Uuid>,
    /// Its peer groups.
    pub groups: Vec<GroupItem>,
    /// Its change feeds, one for each kind that it has; none from a service that is live only.
    #[serde(default, deserialize_with = "feeds_of_known_kinds")]
    pub feeds: Vec<FeedItem>,
}

/// A peer group with its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "PeerGroup")]
pub struct GroupItem {
    /// Unique in the nation, such as `kent`; the same for ever.
    pub slug: String,
    /// The everyday name.
    pub name: String,
    /// The IANA zone of its meet-ups.
    #[serde(default = "london")]
    pub time_zone: String,
    /// The day of its first meeting, where known.
    pub first_met_on: Option<NaiveDate>,
    /// The councils that belong to it, now and before.
    #[serde(default)]
    pub members: Vec<MemberItem>,
}

/// A council's membership of a peer group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Membership")]
pub struct MemberItem {
    /// The council's code, such as `CMD`.
    pub council: String,
    /// The first day; absent if nobody remembers.
    pub from: Option<NaiveDate>,
    /// The first day on which it is no member any more; absent while it is one.
    pub until: Option<NaiveDate>,
    /// True if it counts here in statistics: a council has one home.
    #[serde(default)]
    pub home: bool,
}

/// A change feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Feed")]
pub struct FeedItem {
    /// What its rows are.
    pub kind: ExchangeKind,
    /// The first page.
    pub url: String,
    /// How many rows there are now, deleted ones left out, if that is known.
    pub count: Option<u64>,
    /// The highest change number there is, if that is known.
    pub last_change: Option<i64>,
}

/// A kind that a later version of the contract adds is passed over, like all that is added.
fn feeds_of_known_kinds<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<FeedItem>, D::Error> {
    let feeds = Vec::<Value>::deserialize(given)?;
    let is_known = |feed: &Value| match feed.get("kind").and_then(Value::as_str) {
        Some(kind) => ExchangeKind::ALL.iter().any(|known| known.name() == kind),
        None => true,
    };
    let known = feeds.into_iter().filter(is_known);
    known.map(|feed| serde_json::from_value(feed).map_err(D::Error::custom)).collect()
}

impl RegionCard {
    /// Whether its live service knows the part `capability` of the contract.
    pub fn gives_figures(&self) -> bool {
        self.contract.parse::<ContractVersion>().is_ok_and(|version| version >= FIGURES_SINCE)
    }

    /// The card of a region as it is known here, with every group and membership. Who gives it
    /// out adds its own epoch, instances and feeds.
    pub fn of(region: &Region, reference: &Reference, now: DateTime<Utc>) -> Self {
        let groups = reference.groups().iter().filter(|group| group.region == region.id);
        Self {
            contract: CONTRACT.to_string(),
            code: region.code.to_string(),
            name: region.name.clone(),
            contact: None,
            licence: region.licence.clone(),
            attribution: region.attribution.clone(),
            website: region.website.as_ref().map(ToString::to_string),
            now,
            as_of: None,
            epoch: String::new(),
            instances: Vec::new(),
            groups: groups.map(|group| GroupItem::of(group, reference)).collect(),
            feeds: Vec::new(),
        }
    }
}

impl GroupItem {
    fn of(group: &PeerGroup, reference: &Reference) -> Self {
        let of_group = reference.memberships().iter().filter(|one| one.group == group.id);
        let member = |one: &Membership| {
            Some(MemberItem {
                council: reference.council(one.council)?.code.to_string(),
                from: one.life.starts_on,
                until: one.life.ends_on,
                home: one.is_home,
            })
        };
        let mut members: Vec<_> = of_group.filter_map(member).collect();
        members.sort_by(|a, b| (&a.council, a.from).cmp(&(&b.council, b.from)));
        Self {
            slug: group.slug.clone(),
            name: group.name.clone(),
            time_zone: group.time_zone.name().to_owned(),
            first_met_on: group.first_met_on,
            members,
        }
    }
}

fn london() -> String {
    "Europe/London".to_owned()
}

/// Why a card cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnreadableCard {
    /// It is no card at all.
    #[error("it is no region's card ({0}): see the JSON Schema of region.json")]
    Malformed(String),
    /// It speaks of a contract that is not known here.
    #[error("it keeps version {found} of the contract, and this gateway speaks {CONTRACT}: {}",
        .advice)]
    OtherContract {
        /// What it says.
        found: String,
        /// What to do.
        advice: &'static str,
    },
}

/// Reads a card.
pub fn read_card(bytes: &[u8]) -> Result<RegionCard, UnreadableCard> {
    #[derive(Deserialize)]
    struct Head {
        contract: Option<String>,
    }
    // The version first: a card of another contract is likely to be wrong in other ways too.
    let head: Head = super::parse(bytes).map_err(UnreadableCard::Malformed)?;
    if let Some(found) = head.contract {
        let advice = match found.parse::<ContractVersion>() {
            Ok(version) if version.major == CONTRACT.major => None,
            Ok(version) if version < CONTRACT => Some("bring the region's service up to date"),
            Ok(_) => Some("bring this gateway up to date"),
            Err(()) => Some("write it as major and minor version, such as 1.0"),
        };
        if let Some(advice) = advice {
            return Err(UnreadableCard::OtherContract { found: told(&found, 20), advice });
        }
    }
    super::parse(bytes).map_err(UnreadableCard::Malformed)
}

/// The groups and memberships of a card, as far as they can be taken, and what is wrong with the
/// others.
pub fn read_groups(
    card: &RegionCard,
    reference: &Reference,
    region: &Region,
    now: DateTime<Utc>,
) -> (Vec<PeerGroup>, Vec<Membership>, Vec<Fault>) {
    let (mut groups, mut members, mut faults) = (Vec::<PeerGroup>::new(), Vec::new(), Vec::new());
    let today = london_day(now);
    if card.groups.len() > MAX_GROUPS {
        faults.push(Fault::new("groups", format_args!("has more than {MAX_GROUPS} entries")));
    }
    for (place, item) in card.groups.iter().take(MAX_GROUPS).enumerate() {
        let field = format!("groups[{place}]");
        let mut fault = |part: &str, message: String| {
            faults.push(Fault::new(format_args!("{field}{part}"), message));
        };
        let known = reference.groups().iter().find(|group| group.slug == item.slug);
        let name = told(&item.name, MAX_TITLE);
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if item.slug.is_empty() || item.slug.len() > 60 || !item.slug.chars().all(is_plain) {
            let message = "has lower-case letters, digits and hyphens, at most 60".to_owned();
            fault(".slug", message);
            continue;
        }
        if known.is_some_and(|group| group.region != region.id)
            || groups.iter().any(|group| group.slug == item.slug)
        {
            fault(".slug", format!("another peer group is called \"{}\"", item.slug));
            continue;
        }
        if name.is_empty() {
            fault(".name", "is empty: write how people call it".to_owned());
            continue;
        }
        let Ok(time_zone) = item.time_zone.parse() else {
            fault(".timeZone", "is no IANA time zone, such as Europe/London".to_owned());
            continue;
        };
        let derived = || GroupId::derived(&format!("{}/{}", region.id, item.slug));
        let id = known.map_or_else(derived, |group| group.id);
        let (slug, first_met_on) = (item.slug.clone(), item.first_met_on);
        groups.push(PeerGroup { id, region: region.id, slug, name, time_zone, first_met_on });
        for (at, member) in item.members.iter().take(MAX_MEMBERS).enumerate() {
            let part = format!(".members[{at}]");
            let council = match reference.council_by_ref(&member.council, None, today) {
                Ok(Some(council)) => council.id,
                Ok(None) => {
                    fault(&format!("{part}.council"), "names no council that stands".to_owned());
                    continue;
                }
                Err(unknown) => {
                    fault(&format!("{part}.council"), unknown.repeated());
                    continue;
                }
            };
            if member.from.zip(member.until).is_some_and(|(from, until)| until <= from) {
                fault(&format!("{part}.until"), "does not lie after from".to_owned());
                continue;
            }
            let life = Life::new(member.from, member.until);
            let is_home = member.home;
            let field = format!("{field}{part}");
            members.push((field, Membership { group: id, council, life, is_home }));
        }
    }
    let members = consistent(members, &mut faults);
    (groups, members, faults)
}

/// The memberships that stand once, and that give no council a second home in the region on one
/// day; a home in another region is for both to agree on.
fn consistent(members: Vec<(String, Membership)>, faults: &mut Vec<Fault>) -> Vec<Membership> {
    let mut kept: BTreeMap<_, Membership> = BTreeMap::new();
    let mut homes: BTreeMap<CouncilId, Vec<Life>> = BTreeMap::new();
    for (field, member) in members {
        if kept.contains_key(&member.key()) {
            faults.push(Fault::new(field, "stands twice: leave one out"));
            continue;
        }
        if member.is_home {
            let of_card = homes.entry(member.council).or_default();
            if of_card.iter().any(|life| life.overlaps(&member.life)) {
                let message = "the council has another home in the region on a day of this one: end that first";
                faults.push(Fault::new(format_args!("{field}.home"), message));
                continue;
            }
            of_card.push(member.life);
        }
        kept.insert(member.key(), member);
    }
    kept.into_values().collect()
}
