use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    Assessment, CaseStudy, Door, Life, Meetup, Offer, Reference, ReferenceParts, Region, RegionId,
    RegionState, embedded_register, embedded_standards,
};

mod pages;

pub(super) fn kent() -> Region {
    Region {
        id: RegionId::derived("kent"),
        code: "kent".parse().expect("a code"),
        former_codes: Vec::new(),
        name: "Kent".to_owned(),
        door: Door::Changes,
        state: RegionState::Active,
        licence: None,
        attribution: None,
        website: None,
        joined_version: 1,
        synthetic: false,
    }
}

fn card() -> Value {
    json!({
        "contract": "1.0",
        "code": "kent",
        "name": "Kent",
        "now": "2027-01-02T09:00:00Z",
        "epoch": "2027-01-01",
        "groups": [{
            "slug": "kent",
            "name": "Kent Peer Group",
            "members": [{"council": "KEN", "from": "2026-04-01", "home": true}],
        }],
        "feeds": [{"kind": "Meetup", "url": "https://kent.example/meetups", "count": 1}],
    })
}

/// The nation's councils and standards, and Kent with its group.
fn reference() -> Reference {
    let register = embedded_register();
    let without_groups = Reference::new(ReferenceParts {
        councils: register.councils.clone(),
        successions: register.successions.clone(),
        standards: embedded_standards().0,
        regions: vec![kent()],
        default_standard: "lgdss-2016".to_owned(),
        ..ReferenceParts::default()
    });
    let card = read_card(card().to_string().as_bytes()).expect("a card");
    let (groups, memberships, faults) = read_groups(&card, &without_groups, &kent(), now());
    assert_eq!(faults, []);
    Reference::new(ReferenceParts {
        councils: register.councils.clone(),
        successions: register.successions.clone(),
        standards: embedded_standards().0,
        regions: vec![kent()],
        groups,
        memberships,
        default_standard: "lgdss-2016".to_owned(),
        ..ReferenceParts::default()
    })
}

fn now() -> chrono::DateTime<chrono::Utc> {
    "2027-01-02T09:00:00Z".parse().expect("an instant")
}

#[test]
fn the_card_that_is_given_of_a_region_is_read_back_as_that_region() {
    let reference = reference();
    let given = RegionCard::of(&kent(), &reference, now());
    let read = read_card(&serde_json::to_vec(&given).expect("JSON")).expect("a card");
    assert_eq!(read, given);
    let (groups, members, faults) = read_groups(&read, &reference, &kent(), now());
    assert_eq!((groups, faults), (reference.groups().to_vec(), vec![]));
    assert_eq!(members, reference.memberships());
}

/// A kind of row that can be held against another.
trait Compared: Exchanged + PartialEq + std::fmt::Debug {}

impl<R: Exchanged + PartialEq + std::fmt::Debug> Compared for R {}

/// The same as text is the same row, or has the same faults.
fn read<R: Compared>(item: &Value) -> Result<R, Box<BadItem>> {
    let (reference, region) = (reference(), kent());
    let context =
        ExchangeContext { reference: &reference, region: &region, now: now(), system: "changes" };
    let read = read_item(item, &context);
    assert_eq!(read_item_text(item.to_string().as_bytes(), &context), read);
    read
}

const ID: &str = "0190c5a8-1b2c-7d3e-8f40-112233445566";

fn meetup() -> Value {
    json!({
        "id": ID,
        "group": "kent",
        "title": "Agile in practice",
        "summary": "What we learned.",
        "status": "CONFIRMED",
        "startsAt": "2027-01-14T18:30:00Z",
        "endsAt": "2027-01-14T20:30:00Z",
        "timeZone": "Europe/London",
        "attendance": "HYBRID",
        "venue": {"name": "County Hall", "address": null, "stepFree": true, "hearingLoop": null,
            "quietSpace": null, "alcoholFree": false},
        "points": ["lgdss-2016/4", "lgdss-2016/1"],
        "host": "KEN",
        "talks": [{"title": "Small steps", "givenBy": "a delivery manager"}],
        "bookingUrl": "https://kent.example/book",
        "materialsUrl": null,
        "synthetic": false,
    })
}

fn case_study() -> Value {
    json!({
        "id": ID,
        "title": "Missed bins",
        "summary": "First paragraph.\n\nSecond.",
        "council": "KEN",
        "points": ["lgdss-2016/1"],
        "url": "https://kent.example/bins",
        "publishedAt": "2026-11-02T10:00:00Z",
        "reviewedOn": "2026-12-01",
        "synthetic": true,
    })
}

fn offer() -> Value {
    json!({
        "id": ID,
        "council": "KEN",
        "kind": "SHARE_CODE",
        "point": "lgdss-2016/8",
        "remote": true,
        "availableFrom": "2027-02-01",
        "note": "Ours is open.",
        "askUrl": "https://kent.example/ask",
        "offeredAt": "2026-11-02T10:00:00Z",
        "synthetic": false,
    })
}

fn assessment() -> Value {
    json!({
        "id": ID,
        "council": "KEN",
        "service": "Report a missed bin",
        "standard": "lgdss-2016",
        "stage": "ALPHA",
        "kind": "ASSESSMENT",
        "heldOn": "2026-10-01",
        "scheme": "rag",
        "result": "AMBER",
        "panel": [{"role": "LEAD", "council": "CMD"}, {"role": "DESIGNER", "council": null}],
        "points": [{
            "point": "lgdss-2016/1",
            "outcome": "GREEN",
            "doneWell": "They asked.",
            "actions": [{"text": "Ask again", "dueOn": "2027-01-01", "doneOn": null}],
            "advice": null,
        }],
        "previous": null,
        "synthetic": false,
    })
}

#[test]
fn rows_come_back_as_they_were_given() {
    fn back<R: Compared>(item: &Value) -> Value {
        let row: R = read(item).unwrap_or_else(|bad| panic!("{bad}"));
        serde_json::to_value(row.to_item(&reference()).expect("an item")).expect("JSON")
    }
    assert_eq!(back::<Meetup>(&meetup()), meetup());
    assert_eq!(back::<CaseStudy>(&case_study()), case_study());
    assert_eq!(back::<Offer>(&offer()), offer());
    assert_eq!(back::<Assessment>(&assessment()), assessment());
}

#[test]
fn what_is_not_said_is_not_needed() {
    let few = json!({
        "id": ID, "group": "kent", "title": "Agile", "status": "PLANNED", "attendance": "ONLINE",
        "startsAt": "2027-06-14T18:30:00.7+01:00", "endsAt": "2027-06-14T20:30:00+01:00",
        "somethingNew": 5,
    });
    let row: Meetup = read(&few).unwrap_or_else(|bad| panic!("{bad}"));
    assert_eq!(row.starts_at.to_rfc3339(), "2027-06-14T17:30:00+00:00");
    assert_eq!((row.natural_key.as_str(), row.time_zone), (ID, chrono_tz::Europe::London));
    assert_eq!(row.provenance.system, "changes");
}

/// What reading says of an item of which one member is another.
fn told<R: Compared>(mut item: Value, member: &str, value: Value) -> String {
    item[member] = value;
    read::<R>(&item).map_or_else(|bad| bad.to_string(), |_| "taken".to_owned())
}

#[test]
fn each_fault_says_where_and_what_to_do() {
    let id = ID;
    let cases = [
        (
            told::<Meetup>(meetup(), "title", json!(5)),
            format!("{id}: title: invalid type: integer `5`, expected a string"),
        ),
        (
            told::<Meetup>(meetup(), "title", json!(" \u{202E} ")),
            format!("{id}: title: is empty: write a line of text"),
        ),
        (
            told::<Meetup>(meetup(), "group", json!("surrey")),
            format!("{id}: group: the region has the peer groups kent"),
        ),
        (
            told::<Meetup>(meetup(), "host", json!("kentt")),
            format!("{id}: host: unknown council \"kentt\"; did you mean Kent (KEN)?"),
        ),
        (
            told::<Meetup>(meetup(), "points", json!(["lgdss-2016/1", "x"])),
            format!("{id}: points[1]: unknown point \"x\""),
        ),
        (
            told::<Meetup>(meetup(), "endsAt", json!("2027-01-14T18:00:00Z")),
            format!("{id}: endsAt: lies before startsAt"),
        ),
        (
            told::<Meetup>(meetup(), "bookingUrl", json!("javascript:alert(1)")),
            format!(
                "{id}: bookingUrl: not an https address: only links that begin with https:// are shown"
            ),
        ),
        (
            told::<Meetup>(meetup(), "status", json!("MAYBE")),
            format!(
                "{id}: status: unknown variant `MAYBE`, expected one of `PLANNED`, `INVITED`, `CONFIRMED`, `CANCELLED`, `HELD`"
            ),
        ),
        (told::<Meetup>(meetup(), "id", json!("17")), "id".to_owned()),
        (
            told::<Offer>(offer(), "askUrl", json!("https://x.example/?to=a@b.example")),
            format!("{id}: askUrl: holds an e-mail address: link to a page instead"),
        ),
        (
            told::<Assessment>(assessment(), "result", json!("purple")),
            format!("{id}: result: scheme rag has the outcomes GREEN, AMBER, RED"),
        ),
        (
            told::<Assessment>(assessment(), "panel", json!([])),
            format!("{id}: panel: a panel needs a lead, who has the casting vote"),
        ),
    ];
    for (told, wanted) in cases {
        assert!(told.starts_with(&wanted), "{told}\nwanted {wanted}");
    }
    let none = read::<Meetup>(&json!(null)).expect_err("no item");
    assert_eq!((none.id, none.at), (None, None));
}

#[test]
fn bad_item_still_says_its_place() {
    let mut item = assessment();
    item["service"] = json!(null);
    let bad = read::<Assessment>(&item).expect_err("no service");
    assert_eq!(bad.id, Some(ID.parse::<Uuid>().expect("an id")));
    // The start of the first of October in London, an hour before it is that in UTC.
    assert_eq!(bad.at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-09-30T23:00:00+00:00"));
}

#[test]
fn texts_are_cleaned_on_the_way_in() {
    let mut item = case_study();
    item["title"] = json!("Bins \u{202E}<script>\u{0} ask jo@kent.example");
    let row: CaseStudy = read(&item).unwrap_or_else(|bad| panic!("{bad}"));
    assert!(!row.title.contains('@') && !row.title.contains('\u{202E}'), "{}", row.title);
}

#[test]
fn private_assessments_are_no_items() {
    let mut row: Assessment = read(&assessment()).unwrap_or_else(|bad| panic!("{bad}"));
    row.is_public = false;
    assert_eq!(row.to_item(&reference()), None);
}

#[test]
fn cards_of_other_contracts_say_who_has_to_move() {
    let told = |contract: &str| {
        let mut card = card();
        card["contract"] = json!(contract);
        read_card(card.to_string().as_bytes())
            .map_or_else(|error| error.to_string(), |_| "taken".to_owned())
    };
    assert_eq!(told("1.7"), "taken");
    assert_eq!(
        told("0.9"),
        "it keeps version 0.9 of the contract, and this gateway speaks 1.1: bring the region's service up to date"
    );
    assert_eq!(
        told("2.0"),
        "it keeps version 2.0 of the contract, and this gateway speaks 1.1: bring this gateway up to date"
    );
    let named = told("1.ann@example.org");
    assert!(named.starts_with("it keeps version ") && !named.contains("example"), "{named}");
    let html = read_card(b"<html>").expect_err("no card").to_string();
    assert!(html.starts_with("it is no region's card (expected value"), "{html}");
}

#[test]
fn feeds_of_kinds_that_are_not_known_yet_are_passed_over() {
    let mut card = card();
    let added = json!({"kind": "Need", "url": "https://kent.example/needs"});
    card["feeds"].as_array_mut().expect("feeds").push(added);
    let read = read_card(card.to_string().as_bytes()).expect("a card");
    assert_eq!(read.feeds.iter().map(|feed| feed.kind).collect::<Vec<_>>(), [ExchangeKind::Meetup]);
    card["feeds"][0]["url"] = json!(5);
    let told = read_card(card.to_string().as_bytes()).expect_err("no address").to_string();
    assert!(told.contains("feeds") && told.contains("expected a string"), "{told}");
}

#[test]
fn groups_and_members_of_a_card_are_taken_one_by_one() {
    let mut card = card();
    card["groups"] = json!([
        {"slug": "kent", "name": "Kent", "members": [
            {"council": "nowhere"}, {"council": "KEN", "from": "2026-04-01", "until": "2026-04-01"},
            {"council": "MDW"}, {"council": "KEN", "home": true}, {"council": "KEN"},
            {"council": "MDW", "from": "2026-01-01", "home": true},
            {"council": "MDW", "from": "2027-01-01", "home": true},
        ]},
        {"slug": "Kent 2", "name": "Kent"},
        {"slug": "kent", "name": "Again"},
        {"slug": "coast", "name": "Coast", "timeZone": "Mars/North"},
    ]);
    let card = read_card(card.to_string().as_bytes()).expect("a card");
    let (groups, members, faults) = read_groups(&card, &reference(), &kent(), now());
    // Kent's home since April is not in this card, and stands.
    assert_eq!((groups.len(), members.len()), (1, 3));
    assert!(members.iter().any(|member| member.life == Life::default()));
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "groups[0].members[0].council",
            "groups[0].members[1].until",
            "groups[1].slug",
            "groups[2].slug",
            "groups[3].timeZone",
            "groups[0].members[4]",
            "groups[0].members[6].home",
        ]
    );
}

#[test]
fn nobody_is_named_in_the_name_of_a_group() {
    let mut card = card();
    card["groups"] = json!([
        {"slug": "coast", "name": "Coast (ann@example.org)"},
        {"slug": "weald", "name": "ann@example.org"},
    ]);
    let card = read_card(card.to_string().as_bytes()).expect("a card");
    let (groups, _, faults) = read_groups(&card, &reference(), &kent(), now());
    assert_eq!(groups.iter().map(|group| &*group.name).collect::<Vec<_>>(), ["Coast"]);
    assert_eq!(faults[0].to_string(), "groups[1].name: is empty: write how people call it");
}

#[test]
fn groups_come_back_as_a_card_gave_them() {
    let given = read_card(card().to_string().as_bytes()).expect("a card");
    let own = RegionCard::of(&kent(), &reference(), now());
    assert_eq!(own.groups, given.groups);
    assert_eq!((own.code, own.contract), (given.code, CONTRACT.to_string()));
}
