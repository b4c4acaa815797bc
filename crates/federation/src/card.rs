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
    let (groups, mut members, mut faults) = read_groups(card, reference, region, now);
    let known = |group: &PeerGroup| reference.group(group.id) == Some(group);
    let has = |membership: &Membership| reference.memberships().contains(membership);
    let is_own = |one: &&Membership| {
        reference.group(one.group).is_some_and(|group| group.region == region.id)
    };
    let mut changes: Vec<_> =
        groups.iter().filter(|group| !known(group)).cloned().map(Change::Group).collect();
    let mut ended = Vec::new();
    let listed: BTreeSet<_> = members.iter().map(Membership::key).collect();
    if faults.is_empty() {
        let today = london_day(now);
        let homes: BTreeSet<_> =
            members.iter().filter(|one| one.is_home).map(|one| one.council).collect();
        let is_open = |one: &&Membership| one.life.ends_on.is_none_or(|day| day > today);
        let gone = reference.memberships().iter().filter(is_own).filter(is_open);
        ended.extend(gone.filter(|one| !listed.contains(&one.key())).map(|one| {
            let last = one.life.starts_on.map_or(today, |first| first.max(today));
            // A council whose first day was corrected has one home throughout.
            let is_home = one.is_home && !homes.contains(&one.council);
            Membership { life: Life::new(one.life.starts_on, Some(last)), is_home, ..*one }
        }));
    } else {
        // What stays beside them must not become a second home.
        members.retain(|member| {
            let stays = |other: &&Membership| {
                other.is_home && is_own(other) && !listed.contains(&other.key())
            };
            let mut staying = reference.memberships_ever(member.council).filter(stays);
            let collides = member.is_home && staying.any(|it| it.life.overlaps(&member.life));
            if collides {
                let council = reference.council(member.council);
                let code = council.map_or_else(String::new, |council| council.code.to_string());
                let message = "has another home in the region on a day of this one, which stays \
                               while something in the card cannot be read: mend that first";
                faults.push(Fault::new(code, message));
            }
            !collides
        });
    }
    let members = members.into_iter().filter(|membership| !has(membership));
    changes.extend(ended.into_iter().chain(members).map(Change::Membership));
    (changes, faults)
}
