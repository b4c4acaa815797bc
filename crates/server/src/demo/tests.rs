//! Claims about the demo nation, most of them on one day, those about the calendar on many.

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use chrono::{NaiveDate, TimeDelta};
use folkmoot_domain::{
    OfferKind, RegionId, RegionState, Register, Standard, StandardPoint, clean_block, clean_line,
    embedded_register, embedded_standards, london_day,
};

mod assessments;
mod figures;
mod meetups;
mod needs;
mod networks;
mod responses;

use super::{Demo, NETWORKS, Setting, demo, known_networks, networks::day, unanswered};

const TODAY: NaiveDate = day(2026, 11, 23);

static REGISTER: LazyLock<Register> = LazyLock::new(embedded_register);
static STANDARDS: LazyLock<Vec<Standard>> = LazyLock::new(|| embedded_standards().0);

static DEMO: LazyLock<Demo> = LazyLock::new(|| demo_on(TODAY));

fn demo_on(today: NaiveDate) -> Demo {
    demo(&REGISTER.councils, &STANDARDS, today)
}

/// Fifteen times as quick, for claims about many days.
fn demo_without_answers_on(today: NaiveDate) -> Demo {
    unanswered(&Setting::new(&REGISTER.councils, &STANDARDS, today))
}

fn region(code: &str) -> RegionId {
    RegionId::derived(code)
}

fn public_regions(demo: &Demo) -> HashSet<RegionId> {
    let regions = demo.regions.iter().filter(|region| region.state == RegionState::Active);
    regions.map(|region| region.id).collect()
}

#[test]
fn the_nation_has_the_promised_size() {
    let demo = &*DEMO;
    let public = public_regions(demo);
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
    assert_eq!(demo.rounds.len(), 5 * 8 + 5 + 1, "five regions, one on trial, one under way");
    assert!((15_000..25_000).contains(&demo.responses.len()), "{}", demo.responses.len());
}

#[test]
fn no_row_of_the_files_is_left_out() {
    let demo = &*DEMO;
    let lines = |csv: &str| csv.lines().count() - 1;
    assert_eq!(demo.case_studies.len(), lines(include_str!("case_studies.csv")));
    assert_eq!(demo.offers.len(), lines(include_str!("offers.csv")));
    assert_eq!(demo.needs.len(), lines(include_str!("needs.csv")));
    assert_eq!(demo.topics.len(), lines(include_str!("backlog.csv")));
    assert_eq!(demo.assessments.len(), lines(include_str!("assessments.csv")));
    assert_eq!(demo.publications.len(), super::PUBLISHING.len());
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
    let demo = &*DEMO;
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
    assert_unique("needs", demo.needs.iter().map(|one| one.id));
    assert_unique("topics", demo.topics.iter().map(|one| one.id));
    assert_unique("introductions", demo.introductions.iter().map(|one| one.id));
    assert_unique("rounds", demo.rounds.iter().map(|one| one.id));
    assert_unique("keys", demo.rounds.iter().map(|one| (one.region, &one.natural_key)));
    assert_unique("responses", demo.responses.iter().map(|one| one.id));
    assert_unique("assessments", demo.assessments.iter().map(|one| one.id));
}

#[test]
fn every_reference_resolves() {
    let demo = &*DEMO;
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
fn every_slug_of_the_files_names_a_point() {
    let known: HashSet<_> = points().map(|point| point.slug.clone()).collect();
    let files = [
        (include_str!("topics.csv"), "points"),
        (include_str!("case_studies.csv"), "points"),
        (include_str!("offers.csv"), "point"),
        (include_str!("needs.csv"), "point"),
        (include_str!("backlog.csv"), "points"),
        (include_str!("levels.csv"), "taught_by"),
    ];
    for (file, column) in files {
        for row in super::rows::<BTreeMap<String, String>>(file) {
            let slugs = &row[column];
            assert!(slugs.split_whitespace().all(|slug| known.contains(slug)), "{slugs}");
        }
    }
}

#[test]
fn case_studies_and_offers_are_dated_within_reason() {
    let demo = &*DEMO;
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
    let demo = &*DEMO;
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
    blocks.extend(demo.needs.iter().filter_map(|need| need.note.as_deref()));
    blocks.extend(demo.responses.iter().filter_map(|response| response.note.as_deref()));
    lines.extend(demo.topics.iter().map(|topic| topic.title.as_str()));
    for assessment in &demo.assessments {
        lines.extend([assessment.service.as_str(), &assessment.natural_key]);
        for point in &assessment.points {
            lines.extend(point.actions.iter().map(|action| action.text.as_str()));
            blocks.extend(point.done_well.iter().chain(&point.advice).map(String::as_str));
        }
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
    let demo = &*DEMO;
    let all = demo.meetups.iter().map(|one| &one.provenance);
    let all = all.chain(demo.case_studies.iter().map(|one| &one.provenance));
    let all = all.chain(demo.offers.iter().map(|one| &one.provenance));
    let all = all.chain(demo.needs.iter().map(|one| &one.provenance));
    let all = all.chain(demo.topics.iter().map(|one| &one.provenance));
    let all = all.chain(demo.introductions.iter().map(|one| &one.provenance));
    let all = all.chain(demo.rounds.iter().map(|one| &one.provenance));
    let all = all.chain(demo.responses.iter().map(|one| &one.provenance));
    let mut all = all.chain(demo.assessments.iter().map(|one| &one.provenance));
    assert!(all.all(|one| one.synthetic && one.system == "demo"));
    assert!(demo.regions.iter().all(|region| region.synthetic));
}

#[test]
fn an_empty_register_gives_regions_without_members() {
    let demo = demo(&[], &[], TODAY);
    assert!(demo.memberships.is_empty() && demo.offers.is_empty());
    assert!(demo.rounds.is_empty() && demo.responses.is_empty());
    assert!(demo.needs.is_empty() && demo.introductions.is_empty());
    assert!(demo.assessments.is_empty() && demo.publications.is_empty());
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
