//! The rows of a nation, made up by chance: many at the same instant, in and across regions.

use chrono::{DateTime, Days, TimeDelta, Utc};
use fastrand::Rng;
use folkmoot_domain::{
    Action, AssessmentKind, Attendance, CouncilId, Crosswalk, GroupId, Life, Link, MeetupStatus,
    Membership, OfferKind, PanelRole, PeerGroup, PointId, PointOutcome, RegionId, Seat, Stage,
    Succession, Talk, Venue, to_minute,
};
use folkmoot_federation::Clock;
use folkmoot_store::Change;
use folkmoot_testkit::build;

use super::sheets;

/// Each region's code. The first has two peer groups.
pub(super) const REGIONS: [&str; 4] = ["kent", "surrey", "marches", "wessex"];
/// The second group of the first region.
const SECOND_GROUP: &str = "kent-coast";
/// How many councils and points `build::nation` has.
pub(super) const COUNCILS: u32 = 10;
pub(super) const POINTS: u16 = 15;
/// Another version of the standard, and how many points it has.
pub(super) const OTHER_STANDARD: &str = "lgdss-2027";
pub(super) const OTHER_POINTS: u16 = 5;

/// What rows are counted from. Half an hour off the hours at which rows are: none turns from
/// upcoming to past while it is asked about. A sheet has no seconds.
pub(super) fn base() -> DateTime<Utc> {
    to_minute(Clock::system().now()) + TimeDelta::minutes(30)
}

/// All there is; the same for the same seed and base.
pub(super) fn nation(seed: u64, base: DateTime<Utc>) -> Vec<Change> {
    let mut changes = build::nation(&REGIONS);
    let second = region(REGIONS[0]);
    changes.push(Change::Group(PeerGroup {
        id: second_group(),
        name: "The Coast".to_owned(),
        ..build::group(second, SECOND_GROUP).build()
    }));
    let on = base.date_naive() - Days::new(10);
    let (from, to) = (build::council_id(8), build::council_id(9));
    changes.push(Change::Succession(Succession { from, to, on }));
    // Points of another version, some of which carry on points of the first.
    changes.push(Change::Standard(build::standard(OTHER_STANDARD, OTHER_POINTS)));
    changes.extend((1..OTHER_POINTS).map(|n| {
        Change::Crosswalk(Crosswalk { from: build::point_id(2 * n), to: other_point(n) })
    }));
    let mut rows = Rows { chance: Rng::with_seed(seed), base };
    for code in REGIONS {
        changes.extend(rows.members(region(code)));
        changes.extend((0..14).map(|n| rows.meetup(region(code), n)));
        changes.extend((0..9).map(|n| rows.case_study(region(code), n)));
        changes.extend((0..9).map(|n| rows.offer(region(code), n)));
        changes.extend((0..7).map(|n| rows.assessment(region(code), n)));
    }
    changes.into_iter().map(|change| sheets::fit(change, base)).collect()
}

fn other_point(n: u16) -> PointId {
    PointId::derived(&format!("{OTHER_STANDARD}/{n}"))
}

fn region(code: &str) -> RegionId {
    build::region_id(code)
}

fn second_group() -> GroupId {
    GroupId::derived(&format!("{}/{SECOND_GROUP}", region(REGIONS[0])))
}

struct Rows {
    chance: Rng,
    base: DateTime<Utc>,
}

impl Rows {
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.chance.usize(..of.len())]
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance.bool().then(|| make(self))
    }

    fn council(&mut self) -> CouncilId {
        build::council_id(self.chance.u32(..COUNCILS))
    }

    fn point(&mut self) -> PointId {
        match self.chance.u8(..4) {
            0 => other_point(self.chance.u16(1..=OTHER_POINTS)),
            _ => build::point_id(self.chance.u16(1..=POINTS)),
        }
    }

    fn points(&mut self) -> Vec<PointId> {
        let mut numbers: Vec<_> = (0..self.chance.usize(..4)).map(|_| self.point()).collect();
        numbers.sort();
        numbers.dedup();
        numbers
    }

    /// Few instants for many rows, so that ids have to decide.
    fn hours(&mut self, before: i64, after: i64) -> DateTime<Utc> {
        self.base + TimeDelta::hours(12 * self.chance.i64(-before..after))
    }

    fn link(&mut self) -> Option<Link> {
        self.maybe(|rows| {
            let address = format!("https://example.org/{}", rows.chance.u16(..));
            Link::parse(&address).expect("an address")
        })
    }

    /// Some councils at home, by number, and guests.
    fn members(&mut self, region: RegionId) -> Vec<Change> {
        let place = REGIONS.iter().position(|code| build::region_id(code) == region);
        let place = place.expect("one of them") as u32;
        let home = (0..COUNCILS).filter(|n| n % 5 == place).map(|n| build::home(region, n));
        let guest = build::council_id((place + 2) % 5);
        let life = Life::new(Some(self.base.date_naive() - Days::new(400)), None);
        let guest =
            Membership { group: build::group_id(region), council: guest, life, is_home: false };
        home.chain([guest]).map(Change::Membership).collect()
    }

    fn meetup(&mut self, region: RegionId, n: u32) -> Change {
        use MeetupStatus::{Cancelled, Confirmed, Held, Invited, Planned};
        let starts_at = self.hours(20, 20);
        let status = self.one(&[Planned, Invited, Confirmed, Cancelled, Held]);
        let builder = build::meetup(region, n).status(status).on(self.points());
        let builder = builder.with(|meetup| {
            meetup.title = format!("Cyfarfod {n}: caffi");
            meetup.starts_at = starts_at;
            meetup.ends_at = starts_at + TimeDelta::hours(self.chance.i64(1..30));
            meetup.attendance =
                self.one(&[Attendance::InPerson, Attendance::Online, Attendance::Hybrid]);
            meetup.summary = self
                .maybe(|_| "Bring a question.\n\nCroeso i bawb: tê, cŵn – a \"<b>\".".to_owned());
            meetup.host = self.maybe(Self::council);
            meetup.venue = self.maybe(|rows| Venue {
                name: "Town hall".to_owned(),
                address: rows.maybe(|_| "1 High Street".to_owned()),
                step_free: rows.maybe(|rows| rows.chance.bool()),
                alcohol_free: rows.maybe(|rows| rows.chance.bool()),
                ..Venue::default()
            });
            meetup.talks = (0..self.chance.u8(..3))
                .map(|n| Talk { title: format!("Talk {n}"), given_by: "Council 1".to_owned() })
                .collect();
            meetup.booking_url = self.link();
            meetup.materials_url = self.link();
            meetup.provenance.synthetic = self.chance.bool();
            if region == self::region(REGIONS[0]) && self.chance.bool() {
                meetup.group = second_group();
            }
        });
        builder.change()
    }

    fn case_study(&mut self, region: RegionId, n: u32) -> Change {
        let builder = build::case_study(region, n).on(self.points());
        let builder = builder.with(|study| {
            study.council = self.maybe(Self::council);
            study.published_at = self.hours(10, 0);
            study.reviewed_on = self.maybe(|rows| rows.base.date_naive() - Days::new(3));
            study.link = self.link();
        });
        builder.change()
    }

    fn offer(&mut self, region: RegionId, n: u32) -> Change {
        use OfferKind::{Advise, Assess, Host, ShareCode, Speak};
        let kind = self.one(&[Advise, Assess, Host, ShareCode, Speak]);
        let builder = build::offer(region, n).by(self.council()).kind(kind);
        let builder = builder.with(|offer| {
            offer.point = self.maybe(Self::point);
            offer.remote = self.chance.bool();
            offer.note = self.maybe(|_| "By call.".to_owned());
            offer.available_from = self.maybe(|rows| rows.base.date_naive() + Days::new(9));
            offer.offered_at = self.hours(10, 0);
        });
        builder.change()
    }

    /// Some of them are not public, among them such as a public one follows.
    fn assessment(&mut self, region: RegionId, n: u32) -> Change {
        let before = n.checked_sub(1).map(|n| build::assessment(region, n).build());
        let builder = build::assessment(region, n).of(self.council());
        let builder = builder.with(|one| {
            one.is_public = self.chance.u8(..4) > 0;
            one.held_on = self.base.date_naive() - Days::new(100 - 7 * u64::from(n));
            one.stage = self.one(&[Stage::Discovery, Stage::Alpha, Stage::Beta, Stage::Live]);
            if let Some(before) = self.maybe(|_| before).flatten() {
                one.previous = Some(before.id);
                one.kind = AssessmentKind::Reassessment;
                one.council = before.council;
            }
            one.result = self.one(&["GREEN", "AMBER", "RED"]).to_owned();
            let council = self.maybe(Self::council);
            // An own assessor would be left out by whoever reads the row.
            let is_own = council == Some(one.council);
            let role = if is_own { PanelRole::Observer } else { PanelRole::Designer };
            one.panel.push(Seat { role, council });
            one.points = self.points().into_iter().map(|point| self.outcome(point)).collect();
        });
        builder.change()
    }

    fn outcome(&mut self, point: PointId) -> PointOutcome {
        let due_on = self.base.date_naive() - Days::new(self.chance.u64(..60));
        PointOutcome {
            point,
            outcome: self.one(&["GREEN", "AMBER", "RED"]).to_owned(),
            done_well: self.maybe(|_| "Asked users.".to_owned()),
            actions: (0..self.chance.u8(..3))
                .map(|n| Action {
                    text: format!("Action {n}"),
                    due_on,
                    done_on: self.maybe(|_| due_on),
                })
                .collect(),
            advice: self.maybe(|_| "Ask more of them.".to_owned()),
        }
    }
}
