//! Claims about the demo nation, most of them on one day, those about the calendar on many.

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;
use folkmoot_domain::{
    CouncilId, Meetup, MeetupStatus, OfferKind, RegionId, RegionState, Register, Standard,
    StandardPoint, clean_block, clean_line, embedded_register, embedded_standards,
};

use super::{Demo, NETWORKS, demo, known_networks, networks::day};

const TODAY: NaiveDate = day(2026, 11, 23);

static REGISTER: LazyLock<Register> = LazyLock::new(embedded_register);
static STANDARDS: LazyLock<Vec<Standard>> = LazyLock::new(|| embedded_standards().0);

fn demo_on(today: NaiveDate) -> Demo {
    demo(&REGISTER.councils, &STANDARDS, today)
}

/// Days far enough apart to meet every phase of the series, and over many years together.
fn four_hundred_days() -> impl Iterator<Item = NaiveDate> {
    (0..400).map(|n| day(2026, 3, 1) + TimeDelta::days(n * 5))
}

fn region(code: &str) -> RegionId {
    RegionId::derived(code)
}

fn public_regions(demo: &Demo) -> HashSet<RegionId> {
    let regions = demo.regions.iter().filter(|region| region.state == RegionState::Active);
    regions.map(|region| region.id).collect()
}

fn london_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&London).date_naive()
}

fn is_upcoming(meetup: &Meetup, today: NaiveDate) -> bool {
    london_day(meetup.starts_at) > today && meetup.status != MeetupStatus::Cancelled
}

#[test]
fn the_nation_has_the_promised_size() {
    let demo = demo_on(TODAY);
    let public = public_regions(&demo);
    let on_trial = demo.regions.iter().filter(|region| region.state == RegionState::Trial);
    let public_studies = demo.case_studies.iter().filter(|study| public.contains(&study.region));
    let home_today: BTreeMap<_, _> = demo
        .groups
        .iter()
        .map(|group| {
            let members = demo
                .memberships
                .iter()
                .filter(|one| one.group == group.id && one.is_home && one.life.contains(TODAY));
            (group.slug.as_str(), members.count())
        })
        .collect();

    assert_eq!((public.len(), on_trial.count()), (5, 1));
    assert_eq!(
        home_today,
        BTreeMap::from([
            ("east", 30),
            ("london", 33),
            ("midlands", 72),
            ("south", 29),
            ("south-west", 28),
            ("yorkshire-humber", 15),
        ])
    );
    assert!(demo.memberships.iter().any(|one| !one.is_home));
    assert!((140..170).contains(&demo.meetups.len()), "{}", demo.meetups.len());
    assert!(public_studies.count() >= 60);
    assert!((75..=85).contains(&demo.offers.len()), "{}", demo.offers.len());
}

#[test]
fn no_row_of_the_files_is_left_out() {
    let demo = demo_on(TODAY);
    let lines = |csv: &str| csv.lines().count() - 1;
    assert_eq!(demo.case_studies.len(), lines(include_str!("case_studies.csv")));
    assert_eq!(demo.offers.len(), lines(include_str!("offers.csv")));
}

#[test]
fn the_same_day_gives_the_same_rows_and_the_next_keeps_their_ids() {
    let (first, again) = (demo_on(TODAY), demo_on(TODAY));
    let tomorrow = demo_on(TODAY + TimeDelta::days(1));
    assert_eq!(first, again);

    let ids = |demo: &Demo| demo.meetups.iter().map(|meetup| meetup.id).collect::<HashSet<_>>();
    assert!(ids(&first).symmetric_difference(&ids(&tomorrow)).count() <= 2);
    let keys = |demo: &Demo| demo.case_studies.iter().map(|study| study.id).collect::<Vec<_>>();
    assert_eq!(keys(&first), keys(&tomorrow));
}

#[test]
fn ids_and_natural_keys_are_unique() {
    fn assert_unique<T: std::hash::Hash + Eq>(what: &str, all: impl Iterator<Item = T>) {
        let mut seen = HashSet::new();
        assert!(all.into_iter().all(|one| seen.insert(one)), "{what}");
    }
    let demo = demo_on(TODAY);
    assert_unique("regions", demo.regions.iter().map(|one| one.id));
    assert_unique("groups", demo.groups.iter().map(|one| one.id));
    assert_unique("series", demo.series.iter().map(|one| one.id));
    assert_unique("memberships", demo.memberships.iter());
    assert_unique("meet-ups", demo.meetups.iter().map(|one| one.id));
    assert_unique("keys", demo.meetups.iter().map(|one| (one.region, &one.natural_key)));
    assert_unique("case studies", demo.case_studies.iter().map(|one| one.id));
    assert_unique("keys", demo.case_studies.iter().map(|one| (one.region, &one.natural_key)));
    assert_unique("offers", demo.offers.iter().map(|one| one.id));
    assert_unique("keys", demo.offers.iter().map(|one| (one.region, &one.natural_key)));
}

#[test]
fn every_reference_resolves() {
    let demo = demo_on(TODAY);
    let councils: HashSet<_> = REGISTER.councils.iter().map(|council| council.id).collect();
    let points: HashSet<_> = points().map(|point| point.id).collect();
    let group_region = |id| demo.groups.iter().find(|group| group.id == id).map(|one| one.region);
    for meetup in &demo.meetups {
        assert_eq!(group_region(meetup.group), Some(meetup.region));
        assert!(demo.series.iter().any(|series| Some(series.id) == meetup.series));
        assert!(meetup.points.iter().all(|point| points.contains(point)));
        assert!(meetup.host.is_some_and(|host| councils.contains(&host)), "{}", meetup.natural_key);
    }
    for study in &demo.case_studies {
        assert!(!study.points.is_empty() && study.points.iter().all(|one| points.contains(one)));
    }
    let covered: HashSet<_> =
        demo.case_studies.iter().flat_map(|study| study.points.iter().copied()).collect();
    let offered: HashSet<_> = demo.offers.iter().filter_map(|offer| offer.point).collect();
    assert_eq!((&covered, &offered), (&points, &points), "each point has both");
}

/// The points of the standard that the demo's topics come from.
fn points() -> impl Iterator<Item = &'static StandardPoint> {
    let standard = STANDARDS.iter().find(|standard| standard.code == super::STANDARD);
    standard.expect("the standard is embedded").points.iter()
}

#[test]
fn every_code_of_a_network_names_a_council() {
    let known: HashSet<_> = REGISTER.councils.iter().map(|one| one.code.as_str()).collect();
    for network in &NETWORKS {
        let mut codes = network.home_codes().chain(network.guest_codes());
        assert_eq!(codes.find(|code| !known.contains(code)), None, "{}", network.code);
    }
}

#[test]
fn every_slug_of_the_files_names_a_point() {
    let known: HashSet<_> = points().map(|point| point.slug.clone()).collect();
    let files = [
        (include_str!("topics.csv"), "points"),
        (include_str!("case_studies.csv"), "points"),
        (include_str!("offers.csv"), "point"),
    ];
    for (file, column) in files {
        for row in super::rows::<BTreeMap<String, String>>(file) {
            let slugs = &row[column];
            assert!(slugs.split_whitespace().all(|slug| known.contains(slug)), "{slugs}");
        }
    }
}

#[test]
fn councils_are_alive_while_they_are_members() {
    for one in &demo_on(TODAY).memberships {
        let life =
            REGISTER.councils.iter().find(|council| council.id == one.council).expect("known").life;
        let (starts, ends) = (one.life.starts_on.expect("dated"), one.life.ends_on);
        assert!(life.contains(starts), "{one:?}");
        assert_eq!(ends, life.ends_on, "nobody leaves but at reorganisation");
    }
}

#[test]
fn a_council_has_one_home_on_any_day() {
    let demo = demo_on(TODAY);
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
    let demo = demo_on(TODAY);
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
    let demo = demo_on(TODAY);
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
    let demo = demo_on(TODAY);
    let south = demo.groups.iter().find(|group| group.slug == "south").expect("the group");
    let members = demo
        .memberships
        .iter()
        .filter(|one| one.group == south.id && one.is_home && one.life.contains(day(2018, 6, 1)));
    assert_eq!(members.count(), 33);
}

#[test]
fn meetups_start_at_half_past_six_in_winter_and_summer() {
    let demo = demo_on(TODAY);
    let clock = |instant: DateTime<Utc>| (instant.hour(), instant.minute());
    let local = |meetup: &Meetup| {
        let start = meetup.starts_at.with_timezone(&London);
        (start.hour(), start.minute())
    };
    assert!(demo.meetups.iter().all(|meetup| local(meetup) == (18, 30)));
    assert!(demo.meetups.iter().any(|meetup| clock(meetup.starts_at) == (17, 30)), "summer time");
    assert!(demo.meetups.iter().any(|meetup| clock(meetup.starts_at) == (18, 30)));
}

#[test]
fn whatever_the_day_each_region_has_two_to_come_and_something_to_book() {
    for today in four_hundred_days() {
        let demo = demo_on(today);
        for one in &demo.regions {
            let coming = demo.meetups.iter().filter(|meetup| meetup.region == one.id);
            let coming: Vec<_> = coming.filter(|meetup| is_upcoming(meetup, today)).collect();
            assert!(coming.len() >= 2, "{} on {today}", one.code);
            let bookable = coming.iter().any(|meetup| meetup.booking_url.is_some());
            assert!(bookable, "nothing to book in {} on {today}", one.code);
        }
        let public = public_regions(&demo);
        let is_called_off = |meetup: &&Meetup| {
            meetup.status == MeetupStatus::Cancelled
                && london_day(meetup.starts_at) > today
                && public.contains(&meetup.region)
        };
        assert!(demo.meetups.iter().any(|meetup| is_called_off(&meetup)), "on {today}");
    }
}

#[test]
fn every_week_but_christmas_has_a_public_meetup() {
    let demo = demo_on(TODAY);
    let public = public_regions(&demo);
    let monday =
        |date: NaiveDate| date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()));
    let weeks: HashSet<_> = demo
        .meetups
        .iter()
        .filter(|meetup| public.contains(&meetup.region))
        .map(|meetup| monday(london_day(meetup.starts_at)))
        .collect();
    for week in -103..=25 {
        let start = monday(TODAY) + TimeDelta::weeks(week);
        let is_christmas = matches!((start.month(), start.day()), (12, 16..) | (1, ..=2));
        assert!(is_christmas || weeks.contains(&start), "week of {start}");
    }
}

#[test]
fn nobody_meets_at_christmas() {
    for meetup in four_hundred_days().step_by(40).flat_map(|today| demo_on(today).meetups) {
        let date = london_day(meetup.starts_at);
        let is_christmas = matches!((date.month(), date.day()), (12, 22..) | (1, ..=2));
        assert!(!is_christmas, "{}", meetup.natural_key);
    }
}

#[test]
fn no_two_groups_have_one_topic_within_three_weeks() {
    let demo = demo_on(TODAY);
    for (place, one) in demo.meetups.iter().enumerate() {
        let same = demo.meetups[..place].iter().find(|other| {
            let apart = (other.starts_at - one.starts_at).abs();
            other.title == one.title
                && (apart < TimeDelta::weeks(3)
                    || other.region == one.region && other.series == one.series)
        });
        assert!(same.is_none(), "{} and {same:?}", one.natural_key);
    }
}

#[test]
fn what_is_said_of_a_meetup_fits_its_state() {
    for today in four_hundred_days().step_by(20) {
        for meetup in demo_on(today).meetups {
            let (date, key) = (london_day(meetup.starts_at), &meetup.natural_key);
            match meetup.status {
                MeetupStatus::Held => assert!(date < today, "{key}"),
                MeetupStatus::Cancelled => {
                    let summary = meetup.summary.as_deref().unwrap_or_default();
                    assert!(summary.starts_with("Cancelled: "), "{key}");
                    assert!(meetup.materials_url.is_none() && meetup.booking_url.is_none());
                }
                _ => assert!(date >= today && meetup.materials_url.is_none(), "{key}"),
            }
            if meetup.status == MeetupStatus::Planned {
                assert!(meetup.venue.is_none() && meetup.talks.is_empty(), "{key}");
            }
        }
    }
}

#[test]
fn meetups_come_in_every_variety() {
    let demo = demo_on(TODAY);
    let count = |accepts: &dyn Fn(&Meetup) -> bool| {
        demo.meetups.iter().filter(|meetup| accepts(meetup)).count()
    };
    let statuses: HashSet<_> =
        demo.meetups.iter().map(|meetup| format!("{:?}", meetup.status)).collect();
    let ways: HashSet<_> =
        demo.meetups.iter().map(|meetup| format!("{:?}", meetup.attendance)).collect();
    let step_free: HashSet<_> =
        demo.meetups.iter().filter_map(|meetup| Some(meetup.venue.as_ref()?.step_free)).collect();
    let one_point = count(&|meetup| meetup.points.len() == 1);

    assert_eq!((statuses.len(), ways.len(), step_free.len()), (5, 3, 3));
    assert!(one_point * 3 > demo.meetups.len() * 2, "mostly one point");
    assert!(count(&|meetup| meetup.points.is_empty()) >= 5);
    assert!(count(&|meetup| meetup.points.len() == 2) >= 5);
    assert!(demo.meetups.iter().any(|meetup| meetup.materials_url.is_some()));
    assert!(count(&|meetup| meetup.region == region("london")) > 30, "evenings and online");
}

#[test]
fn case_studies_and_offers_are_dated_within_reason() {
    let demo = demo_on(TODAY);
    for study in &demo.case_studies {
        let published_on = london_day(study.published_at);
        assert!(published_on < TODAY && TODAY - published_on < TimeDelta::days(4 * 366));
        assert!(study.reviewed_on.is_none_or(|day| published_on <= day && day <= TODAY));
    }
    let is_stale = |day: NaiveDate| TODAY - day > TimeDelta::days(2 * 365);
    assert!(demo.case_studies.iter().any(|study| study.reviewed_on.is_some_and(is_stale)));
    assert!(demo.case_studies.iter().any(|study| study.reviewed_on.is_none()));

    let kinds: HashSet<OfferKind> = demo.offers.iter().map(|offer| offer.kind).collect();
    let later = demo.offers.iter().filter_map(|offer| offer.available_from);
    assert_eq!(kinds.len(), 5);
    assert!(later.clone().count() >= 5 && later.into_iter().all(|day| day > TODAY));
    assert!(demo.offers.iter().any(|offer| offer.remote));
    assert!(demo.offers.iter().any(|offer| !offer.remote));
}

#[test]
fn texts_are_clean_and_links_are_examples() {
    let demo = demo_on(TODAY);
    let mut lines: Vec<&str> = Vec::new();
    let mut blocks: Vec<&str> = Vec::new();
    let mut links = Vec::new();
    for meetup in &demo.meetups {
        lines.extend([meetup.title.as_str(), &meetup.natural_key]);
        blocks.extend(meetup.summary.as_deref());
        for talk in &meetup.talks {
            lines.extend([talk.title.as_str(), &talk.given_by]);
        }
        if let Some(venue) = &meetup.venue {
            lines.push(&venue.name);
            lines.extend(venue.address.as_deref());
        }
        links.extend(meetup.booking_url.iter().chain(&meetup.materials_url));
    }
    for study in &demo.case_studies {
        lines.extend([study.title.as_str(), &study.natural_key]);
        blocks.push(&study.summary);
        links.extend(&study.link);
    }
    for offer in &demo.offers {
        lines.push(&offer.natural_key);
        blocks.extend(offer.note.as_deref());
        links.push(&offer.ask_url);
    }
    lines.extend(demo.regions.iter().filter_map(|region| region.attribution.as_deref()));

    for line in &lines {
        assert_eq!(clean_line(line, 120), *line);
    }
    for block in &blocks {
        assert_eq!(clean_block(block, 1_000), *block);
    }
    assert!(!lines.iter().chain(&blocks).any(|text| text.contains('@')), "no address");
    assert!(links.iter().all(|link| link.as_str().starts_with("https://example.org/")));
}

#[test]
fn every_row_says_that_it_is_made_up() {
    let demo = demo_on(TODAY);
    let all = demo.meetups.iter().map(|one| &one.provenance);
    let all = all.chain(demo.case_studies.iter().map(|one| &one.provenance));
    let mut all = all.chain(demo.offers.iter().map(|one| &one.provenance));
    assert!(all.all(|one| one.synthetic && one.system == "demo"));
    assert!(demo.regions.iter().all(|region| region.synthetic));
}

#[test]
fn an_empty_register_gives_regions_without_members() {
    let demo = demo(&[], &[], TODAY);
    assert!(demo.memberships.is_empty() && demo.offers.is_empty());
    assert!(demo.meetups.iter().all(|meetup| meetup.host.is_none() && meetup.talks.is_empty()));
}

#[test]
fn what_is_known_without_the_demo_is_not_marked_as_made_up() {
    let known = known_networks();
    let codes: Vec<_> = known.regions.iter().map(|region| region.code.as_str()).collect();
    let met: Vec<_> = known.groups.iter().filter_map(|group| group.first_met_on).collect();

    assert_eq!(codes, ["london", "midlands", "south", "south-west", "yorkshire-humber"]);
    assert!(known.regions.iter().all(|region| !region.synthetic && region.licence.is_none()));
    assert_eq!(known.groups.len(), 5);
    assert_eq!(met, [day(2016, 7, 7)], "only London's first meeting is known to the day");
}
