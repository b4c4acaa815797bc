//! Rows for tests: valid, told apart by a number, and changed by what the test is about.
//!
//! Builders are the domain's own types with a few setters in front: `build::meetup(region, 7)
//! .on([point]).change()`.

mod answers;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use folkmoot_domain::{
    Assessment, Attendance, CaseStudy, CaseStudyId, Council, CouncilId, CouncilType, Country, Door,
    GroupId, Life, Link, Meetup, MeetupId, MeetupStatus, Membership, Offer, OfferId, OfferKind,
    PeerGroup, PointId, Provenance, Region, RegionId, RegionState, Response, Round, Standard,
    StandardId, StandardPoint,
};
use folkmoot_store::Change;

pub use answers::{assessment, response, round};

/// The instant that every built row counts from: 2027-01-14 18:30 in London.
pub fn start() -> DateTime<Utc> {
    "2027-01-14T18:30:00Z".parse().expect("an instant")
}

/// The region with this code.
pub fn region_id(code: &str) -> RegionId {
    RegionId::derived(code)
}

/// The one group that [`nation`] gives a region.
pub fn group_id(region: RegionId) -> GroupId {
    GroupId::derived(&region.to_string())
}

/// Point `n` (from 1) of the standard that [`nation`] holds.
pub fn point_id(n: u16) -> PointId {
    PointId::derived(&format!("lgdss-2016/{n}"))
}

/// The id of council `n`.
pub fn council_id(n: u32) -> CouncilId {
    council(n).0.id
}

/// What rows name: ten councils, a standard of fifteen points, and the regions with a group
/// each.
pub fn nation(codes: &[&str]) -> Vec<Change> {
    let councils = (0..10).map(|n| council(n).change());
    let regions = codes
        .iter()
        .flat_map(|code| [region(code).change(), group(region_id(code), code).change()]);
    councils.chain([Change::Standard(standard("lgdss-2016", 15))]).chain(regions).collect()
}

macro_rules! builders {
    ($($(#[$doc:meta])* $name:ident($row:ident, $change:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub $row);

        impl $name {
            /// The row itself.
            pub fn build(self) -> $row {
                self.0
            }

            /// The change that keeps the row.
            pub fn change(self) -> Change {
                Change::$change(self.0)
            }

            /// Changes whatever has no setter of its own.
            pub fn with(mut self, change: impl FnOnce(&mut $row)) -> Self {
                change(&mut self.0);
                self
            }
        }
    )*};
}

builders! {
    /// See [`council`].
    CouncilBuilder(Council, Council);
    /// See [`region`].
    RegionBuilder(Region, Region);
    /// See [`group`].
    GroupBuilder(PeerGroup, Group);
    /// See [`meetup`].
    MeetupBuilder(Meetup, Meetup);
    /// See [`case_study`].
    CaseStudyBuilder(CaseStudy, CaseStudy);
    /// See [`offer`].
    OfferBuilder(Offer, Offer);
    /// See [`assessment`].
    AssessmentBuilder(Assessment, Assessment);
    /// See [`round`].
    RoundBuilder(Round, Round);
    /// See [`response`].
    ResponseBuilder(Response, Response);
}

/// Council `n`, below 17,576: `AAA`, `AAB`, ….
pub fn council(n: u32) -> CouncilBuilder {
    let letter = |place: u32| char::from(b'A' + (n / place % 26) as u8);
    let code: String = [letter(676), letter(26), letter(1)].into_iter().collect();
    let code: folkmoot_domain::CouncilCode = code.parse().expect("three letters");
    CouncilBuilder(Council {
        id: code.id(),
        slug: format!("council-{n}"),
        name: format!("Council {n}"),
        official_name: format!("The Council of Place {n}"),
        alternative_names: vec![],
        kind: CouncilType::Unitary,
        country: Country::England,
        ons_region: None,
        life: Life::default(),
        gss: vec![],
        website: None,
        code,
    })
}

impl CouncilBuilder {
    /// Gives it another everyday name.
    pub fn named(self, name: &str) -> Self {
        self.with(|council| council.name = name.to_owned())
    }
}

/// An active, hosted region.
pub fn region(code: &str) -> RegionBuilder {
    RegionBuilder(Region {
        id: region_id(code),
        code: code.parse().expect("a region's code"),
        former_codes: vec![],
        name: format!("Region {code}"),
        door: Door::Hosted,
        state: RegionState::Active,
        licence: None,
        attribution: None,
        website: None,
        joined_version: 1,
        synthetic: false,
    })
}

impl RegionBuilder {
    /// Puts it on trial, pauses it, ….
    pub fn state(self, state: RegionState) -> Self {
        self.with(|region| region.state = state)
    }

    /// Has it plug in another way.
    pub fn door(self, door: Door) -> Self {
        self.with(|region| region.door = door)
    }
}

/// The group of a region that [`group_id`] names.
pub fn group(region: RegionId, slug: &str) -> GroupBuilder {
    GroupBuilder(PeerGroup {
        id: group_id(region),
        region,
        slug: slug.to_owned(),
        name: format!("Peer group {slug}"),
        time_zone: chrono_tz::Europe::London,
        first_met_on: None,
    })
}

/// Council `n` has its home in the region's group, since ever and still.
pub fn home(region: RegionId, n: u32) -> Membership {
    Membership {
        group: group_id(region),
        council: council_id(n),
        life: Life::default(),
        is_home: true,
    }
}

/// A standard with so many points.
pub fn standard(code: &str, points: u16) -> Standard {
    let id = StandardId::derived(code);
    let point = |number: u16| StandardPoint {
        id: PointId::derived(&format!("{code}/{number}")),
        standard: id,
        reference: format!("{code}/{number}"),
        number,
        slug: format!("topic-{number}"),
        label: format!("Topic {number}"),
        title: format!("Do the {number}th thing well"),
        website: None,
    };
    Standard {
        id,
        code: code.to_owned(),
        title: format!("Standard {code}"),
        published_on: NaiveDate::from_ymd_opt(2016, 4, 7).expect("a date"),
        points: (1..=points).map(point).collect(),
    }
}

fn provenance() -> Provenance {
    Provenance { system: "test".to_owned(), received_at: start(), synthetic: false }
}

/// Meet-up `n` of the region's group: `n` hours after [`start`], two hours long.
pub fn meetup(region: RegionId, n: u32) -> MeetupBuilder {
    let natural_key = format!("meetup-{n}");
    let starts_at = start() + TimeDelta::hours(n.into());
    MeetupBuilder(Meetup {
        id: MeetupId::derived(&format!("{region}/{natural_key}")),
        region,
        group: group_id(region),
        series: None,
        natural_key,
        title: format!("Meet-up {n}"),
        summary: None,
        status: MeetupStatus::Planned,
        starts_at,
        ends_at: starts_at + TimeDelta::hours(2),
        time_zone: chrono_tz::Europe::London,
        attendance: Attendance::InPerson,
        venue: None,
        points: vec![],
        host: None,
        talks: vec![],
        booking_url: None,
        materials_url: None,
        attended: Vec::new(),
        provenance: provenance(),
        revision: 1,
    })
}

impl MeetupBuilder {
    /// Gives it another title.
    pub fn titled(self, title: &str) -> Self {
        self.with(|meetup| meetup.title = title.to_owned())
    }

    /// Moves it, as long as it is.
    pub fn starting(self, at: DateTime<Utc>) -> Self {
        self.with(|meetup| {
            meetup.ends_at = at + (meetup.ends_at - meetup.starts_at);
            meetup.starts_at = at;
        })
    }

    /// Puts it on these points.
    pub fn on(self, points: impl IntoIterator<Item = PointId>) -> Self {
        self.with(|meetup| meetup.points = points.into_iter().collect())
    }

    /// Has a council host it.
    pub fn hosted_by(self, council: CouncilId) -> Self {
        self.with(|meetup| meetup.host = Some(council))
    }

    /// Gives it another status.
    pub fn status(self, status: MeetupStatus) -> Self {
        self.with(|meetup| meetup.status = status)
    }
}

/// Case study `n` of the region, published `n` hours after [`start`].
pub fn case_study(region: RegionId, n: u32) -> CaseStudyBuilder {
    let natural_key = format!("case-study-{n}");
    CaseStudyBuilder(CaseStudy {
        id: CaseStudyId::derived(&format!("{region}/{natural_key}")),
        region,
        council: None,
        natural_key,
        title: format!("Case study {n}"),
        summary: "What we learned.".to_owned(),
        points: vec![],
        link: None,
        published_at: start() + TimeDelta::hours(n.into()),
        reviewed_on: None,
        provenance: provenance(),
        revision: 1,
    })
}

impl CaseStudyBuilder {
    /// Gives it another title.
    pub fn titled(self, title: &str) -> Self {
        self.with(|study| study.title = title.to_owned())
    }

    /// Puts it on these points.
    pub fn on(self, points: impl IntoIterator<Item = PointId>) -> Self {
        self.with(|study| study.points = points.into_iter().collect())
    }

    /// Says which council it is about.
    pub fn about(self, council: CouncilId) -> Self {
        self.with(|study| study.council = Some(council))
    }
}

/// Offer `n` of the region, by council 0, of advice on anything, made `n` hours after [`start`].
pub fn offer(region: RegionId, n: u32) -> OfferBuilder {
    let natural_key = format!("offer-{n}");
    OfferBuilder(Offer {
        id: OfferId::derived(&format!("{region}/{natural_key}")),
        region,
        council: council_id(0),
        natural_key,
        kind: OfferKind::Advise,
        point: None,
        remote: true,
        available_from: None,
        note: None,
        ask_url: Link::parse("https://example.org/ask").expect("a link"),
        offered_at: start() + TimeDelta::hours(n.into()),
        provenance: provenance(),
        revision: 1,
    })
}

impl OfferBuilder {
    /// Has another council make it.
    pub fn by(self, council: CouncilId) -> Self {
        self.with(|offer| offer.council = council)
    }

    /// Puts it on a point.
    pub fn on(self, point: PointId) -> Self {
        self.with(|offer| offer.point = Some(point))
    }

    /// Offers something else.
    pub fn kind(self, kind: OfferKind) -> Self {
        self.with(|offer| offer.kind = kind)
    }
}
