//! Rows and regions that matter to a test only by owner, id and instant.

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    Attendance, CaseStudy, CaseStudyId, CouncilId, Door, GroupId, Keyed, Link, Meetup, MeetupId,
    MeetupStatus, Offer, OfferId, OfferKind, Provenance, Region, RegionId, RegionState,
};
use folkmoot_federation::Page;

/// The cursors of a page's rows.
pub fn cursors<T: Keyed>(page: &Page<T>) -> Vec<String> {
    page.rows.iter().map(|row| page.cursors.of(row.key())).collect()
}

/// An active, hosted region whose id is derived from its code.
pub fn region(code: &str) -> Region {
    let (first, rest) = code.split_at(1);
    Region {
        id: RegionId::derived(code),
        code: code.parse().expect("a region's code"),
        former_codes: Vec::new(),
        name: format!("{}{rest}", first.to_uppercase()),
        door: Door::Hosted,
        state: RegionState::Active,
        licence: None,
        attribution: None,
        website: None,
        joined_version: 0,
        synthetic: true,
    }
}

/// A meet-up of a region, two hours long.
pub fn meetup_at(region: RegionId, id: MeetupId, starts_at: DateTime<Utc>) -> Meetup {
    Meetup {
        id,
        region,
        group: GroupId::derived(&region.to_string()),
        series: None,
        natural_key: id.to_string(),
        title: "Meet-up".to_owned(),
        summary: None,
        status: MeetupStatus::Confirmed,
        starts_at,
        ends_at: starts_at + TimeDelta::hours(2),
        time_zone: chrono_tz::Europe::London,
        attendance: Attendance::InPerson,
        venue: None,
        points: Vec::new(),
        host: None,
        talks: Vec::new(),
        booking_url: None,
        materials_url: None,
        attended: Vec::new(),
        provenance: provenance(starts_at),
        revision: 1,
    }
}

/// A case study of a region.
pub fn case_study_at(region: RegionId, id: CaseStudyId, published_at: DateTime<Utc>) -> CaseStudy {
    CaseStudy {
        id,
        region,
        council: None,
        natural_key: id.to_string(),
        title: "Case study".to_owned(),
        summary: "What was learned.".to_owned(),
        points: Vec::new(),
        link: None,
        published_at,
        reviewed_on: None,
        provenance: provenance(published_at),
        revision: 1,
    }
}

/// An offer of a region to advise.
pub fn offer_at(region: RegionId, id: OfferId, offered_at: DateTime<Utc>) -> Offer {
    Offer {
        id,
        region,
        council: CouncilId::derived("CMD"),
        natural_key: id.to_string(),
        kind: OfferKind::Advise,
        point: None,
        remote: true,
        available_from: None,
        note: None,
        ask_url: Link::parse("https://example.org/ask").expect("an https address"),
        offered_at,
        provenance: provenance(offered_at),
        revision: 1,
    }
}

fn provenance(received_at: DateTime<Utc>) -> Provenance {
    Provenance { system: "test".to_owned(), received_at, synthetic: true }
}
