//! The nation that inputs are read in: the real standards, two regions, and a dozen councils of the
//! real register, because whoever reads a sheet looks at all of them first.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Council, Door, GroupId, Life, Membership, PeerGroup, Reference, ReferenceParts, Region,
    RegionId, RegionState, embedded_register, embedded_standards,
};

/// The standard that a bare label is a point of.
pub(crate) const STANDARD: &str = "lgdss-2016";

/// The one time.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().expect("an instant")
}

/// Councils that are at home in Kent.
const KENT: [&str; 6] = ["KEN", "MDW", "DOV", "SWL", "ASF", "CAT"];
/// Others, of which some followed others.
const OTHERS: [&str; 6] = ["CMD", "HCK", "LND", "TAU", "SWT", "SMT"];

/// Kent has one group, the south has two.
pub(crate) static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
    let mut register = embedded_register();
    register
        .councils
        .retain(|council| KENT.iter().chain(&OTHERS).any(|code| *code == council.code.as_str()));
    let has = |id| register.councils.iter().any(|council| council.id == id);
    register.successions.retain(|link| has(link.from) && has(link.to));
    let (standards, crosswalk) = embedded_standards();
    Reference::new(ReferenceParts {
        memberships: memberships(&register.councils),
        councils: register.councils,
        successions: register.successions,
        standards,
        crosswalk,
        regions: vec![region("kent"), region("south")],
        groups: vec![group("kent", "kent"), group("south", "south"), group("south", "coast")],
        registry_version: 1,
        default_standard: STANDARD.to_owned(),
    })
});

/// The region with this code; Kent if there is none.
pub(crate) fn region_called(code: &str) -> &'static Region {
    let regions = REFERENCE.regions();
    regions.iter().find(|region| region.is_called(code)).unwrap_or(&regions[0])
}

fn region(code: &str) -> Region {
    Region {
        id: RegionId::derived(code),
        code: code.parse().expect("a code"),
        former_codes: Vec::new(),
        name: code.to_owned(),
        door: Door::Hosted,
        state: RegionState::Active,
        licence: None,
        attribution: None,
        website: None,
        joined_version: 1,
        synthetic: true,
    }
}

/// Six councils are at home in Kent.
fn memberships(councils: &[Council]) -> Vec<Membership> {
    let is_of_kent = |council: &&Council| KENT.contains(&council.code.as_str());
    let membership = |council: &Council| Membership {
        group: GroupId::derived("kent"),
        council: council.id,
        life: Life::new("2020-01-01".parse().ok(), None),
        is_home: true,
    };
    councils.iter().filter(is_of_kent).map(membership).collect()
}

fn group(region: &str, slug: &str) -> PeerGroup {
    PeerGroup {
        id: GroupId::derived(slug),
        region: RegionId::derived(region),
        slug: slug.to_owned(),
        name: format!("{slug} Peer Group"),
        time_zone: chrono_tz::Europe::London,
        first_met_on: None,
    }
}
