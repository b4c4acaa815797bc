//! The card that a region gives of itself.

use async_graphql::SimpleObject;
use folkmoot_domain::{self as domain, GroupItem, MemberItem};

use super::scalars::Id;
use crate::scalars::{Date, DateTime};

/// What a region says of itself.
#[derive(SimpleObject)]
pub(super) struct RegionCard {
    /// The version of the contract that is kept, such as `1.1`.
    contract: String,
    /// The region's code, such as `kent`: lower-case letters, digits and hyphens.
    code: String,
    /// Its everyday name.
    name: String,
    /// Where its people are asked about the data: an https address.
    contact: Option<String>,
    /// The licence of its data, such as `OGL-UK-3.0`.
    licence: Option<String>,
    /// Whom to credit for its data.
    attribution: Option<String>,
    /// Its own website: an https address.
    website: Option<String>,
    /// What its clock says now.
    now: DateTime,
    /// For which instant its rows are known to be right, if it is not the source itself.
    as_of: Option<DateTime>,
    /// Any text; another one whenever change numbers begin anew, as after a restored backup.
    epoch: String,
    /// The ids of the gateways that an answer passes through, the nearest first, so that circles
    /// are seen; empty for a region's own service.
    instances: Vec<Id>,
    /// Its peer groups.
    groups: Vec<PeerGroup>,
}

/// A peer group with its members.
#[derive(SimpleObject)]
struct PeerGroup {
    /// Unique in the nation, such as `kent`; the same for ever.
    slug: String,
    /// The everyday name.
    name: String,
    /// The IANA zone of its meet-ups.
    time_zone: String,
    /// The day of its first meeting, where known.
    first_met_on: Option<Date>,
    /// The councils that belong to it, now and before.
    members: Vec<Member>,
}

/// A council's membership of a peer group.
#[derive(SimpleObject)]
struct Member {
    /// The council's code, such as `CMD`.
    council: String,
    /// The first day; null if nobody remembers.
    from: Option<Date>,
    /// The first day on which it is no member any more; null while it is one.
    until: Option<Date>,
    /// True if it counts here in statistics: a council has one home.
    home: bool,
}

impl From<domain::RegionCard> for RegionCard {
    fn from(card: domain::RegionCard) -> Self {
        Self {
            contract: card.contract,
            code: card.code,
            name: card.name,
            contact: card.contact,
            licence: card.licence,
            attribution: card.attribution,
            website: card.website,
            now: DateTime(card.now),
            as_of: card.as_of.map(DateTime),
            epoch: card.epoch,
            instances: card.instances.into_iter().map(Id).collect(),
            groups: card.groups.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<GroupItem> for PeerGroup {
    fn from(item: GroupItem) -> Self {
        Self {
            slug: item.slug,
            name: item.name,
            time_zone: item.time_zone,
            first_met_on: item.first_met_on.map(Date),
            members: item.members.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<MemberItem> for Member {
    fn from(item: MemberItem) -> Self {
        Self {
            council: item.council,
            from: item.from.map(Date),
            until: item.until.map(Date),
            home: item.home,
        }
    }
}
