//! Claims about who belongs to the demo's groups, and from when until when.

use std::collections::HashSet;

use chrono::NaiveDate;
use folkmoot_domain::CouncilId;

use super::{DEMO, NETWORKS, REGISTER, day};

#[test]
fn every_code_of_a_network_names_a_council() {
    let known: HashSet<_> = REGISTER.councils.iter().map(|one| one.code.as_str()).collect();
    for network in &NETWORKS {
        let mut codes = network.home_codes().chain(network.guest_codes());
        assert_eq!(codes.find(|code| !known.contains(code)), None, "{}", network.code);
    }
}

#[test]
fn councils_are_alive_while_they_are_members() {
    for one in &DEMO.memberships {
        let life =
            REGISTER.councils.iter().find(|council| council.id == one.council).expect("known").life;
        let (starts, ends) = (one.life.starts_on.expect("dated"), one.life.ends_on);
        assert!(life.contains(starts), "{one:?}");
        assert_eq!(ends, life.ends_on, "nobody leaves but at reorganisation");
    }
}

#[test]
fn a_council_has_one_home_on_any_day() {
    let demo = &*DEMO;
    let homes: Vec<_> = demo.memberships.iter().filter(|one| one.is_home).collect();
    for (place, one) in homes.iter().enumerate() {
        let clash = homes[..place]
            .iter()
            .find(|other| other.council == one.council && other.life.overlaps(&one.life));
        assert!(clash.is_none(), "{one:?}");
    }
}

#[test]
fn reorganised_councils_hand_their_membership_on() {
    let demo = &*DEMO;
    let member = |code: &str, on: NaiveDate| {
        let id = CouncilId::derived(code);
        demo.memberships.iter().any(|one| one.council == id && one.life.contains(on))
    };
    let chain = ["TAU", "SWT", "SMT"];
    let standing = |on| chain.map(|code| member(code, on));

    assert_eq!(standing(day(2019, 3, 31)), [true, false, false]);
    assert_eq!(standing(day(2019, 4, 1)), [false, true, false]);
    assert_eq!(standing(day(2023, 4, 1)), [false, false, true]);
}

#[test]
fn no_successor_of_a_member_is_forgotten() {
    let demo = &*DEMO;
    for left in demo.memberships.iter().filter(|one| one.is_home) {
        let ends = REGISTER.successions.iter().filter(|succession| succession.from == left.council);
        for succession in ends {
            let joined = demo.memberships.iter().any(|one| {
                (one.group, one.council) == (left.group, succession.to)
                    && one.is_home
                    && one.life.starts_on == left.life.ends_on
            });
            assert!(joined, "{succession:?}");
        }
    }
}

#[test]
fn the_south_began_with_33_councils() {
    let demo = &*DEMO;
    let south = demo.groups.iter().find(|group| group.slug == "south").expect("the group");
    let members = demo
        .memberships
        .iter()
        .filter(|one| one.group == south.id && one.is_home && one.life.contains(day(2018, 6, 1)));
    assert_eq!(members.count(), 33);
}
