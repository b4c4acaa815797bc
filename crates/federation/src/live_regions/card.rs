//! What a card says of groups and members that is not so here yet.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Fault, Life, Membership, PeerGroup, Reference, Region, RegionCard, london_day, read_groups,
};
use folkmoot_store::Change;

/// The changes that make groups and members as the card says, and what of it cannot be taken.
///
/// A card lists all members, also those that left. One that it does not list any more ends today;
/// nothing ends by a card of which something cannot be read.
pub(crate) fn differences(
    card: &RegionCard,
    reference: &Reference,
    region: &Region,
    now: DateTime<Utc>,
) -> (Vec<Change>, Vec<Fault>) {
    let (groups, members, faults) = read_groups(card, reference, region, now);
    let known = |group: &PeerGroup| reference.group(group.id) == Some(group);
    let has = |membership: &Membership| reference.memberships().contains(membership);
    let mut changes: Vec<_> =
        groups.iter().filter(|group| !known(group)).cloned().map(Change::Group).collect();
    let mut ended = Vec::new();
    if faults.is_empty() {
        let today = london_day(now);
        let listed: BTreeSet<_> = members.iter().map(key).collect();
        let homes: BTreeSet<_> =
            members.iter().filter(|one| one.is_home).map(|one| one.council).collect();
        let of_region = |one: &&Membership| {
            reference.group(one.group).is_some_and(|group| group.region == region.id)
        };
        let is_open = |one: &&Membership| one.life.ends_on.is_none_or(|day| day > today);
        let gone = reference.memberships().iter().filter(of_region).filter(is_open);
        ended.extend(gone.filter(|one| !listed.contains(&key(one))).map(|one| {
            let last = one.life.starts_on.map_or(today, |first| first.max(today));
            // A council whose first day was corrected has one home throughout.
            let is_home = one.is_home && !homes.contains(&one.council);
            Membership { life: Life::new(one.life.starts_on, Some(last)), is_home, ..*one }
        }));
    }
    let members = members.into_iter().filter(|membership| !has(membership));
    changes.extend(ended.into_iter().chain(members).map(Change::Membership));
    (changes, faults)
}

/// What makes a membership the same one.
fn key(
    membership: &Membership,
) -> (folkmoot_domain::GroupId, folkmoot_domain::CouncilId, Option<chrono::NaiveDate>) {
    (membership.group, membership.council, membership.life.starts_on)
}
