//! Feeds: one reader at a time, what is remembered of them, and rows that are gone.

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    EntityKind, Feed, FeedAddress, FeedOf, FeedReading, GlobalId, HarvestOutcome, RegionId,
    SheetKind,
};
use folkmoot_store::{Change, Harvested, SearchRequest, Store};
use folkmoot_testkit::{Database, build, on_both_databases};

on_both_databases!(
    a_feed_is_read_by_one_at_a_time,
    the_feed_that_was_due_first_comes_first,
    what_came_of_a_feed_is_remembered,
    a_region_is_as_fresh_as_its_oldest_feed,
    rows_that_are_gone_leave_a_tombstone_and_can_come_back,
    only_rows_of_the_feed_that_are_not_over_are_standing,
);

fn kent() -> RegionId {
    build::region_id("kent")
}

fn feed(holds: SheetKind) -> Feed {
    let address = FeedAddress::parse("https://example.org/a.csv").expect("an address");
    Feed::new(kent(), FeedOf::Sheet(holds), address)
}

async fn filled(database: &Database) -> &Store {
    let store = database.store();
    store.apply("test", build::start(), build::nation(&["kent"])).await.expect("filled");
    let feeds = [feed(SheetKind::Meetups), feed(SheetKind::Offers)];
    store.set_feeds("test", build::start(), kent(), &feeds).await.expect("set");
    store
}

fn minutes(minutes: i64) -> DateTime<Utc> {
    build::start() + TimeDelta::minutes(minutes)
}

async fn lease(store: &Store, at: i64) -> Option<String> {
    let leased = store.lease_feed(&[kent()], minutes(at), minutes(at + 10)).await.expect("asked");
    leased.map(|watched| watched.feed.system())
}

fn harvested(at: i64, due: i64, outcome: HarvestOutcome) -> Harvested {
    Harvested {
        at: minutes(at),
        as_of: minutes(at),
        outcome,
        reading: None,
        etag: None,
        last_modified: None,
        due_at: minutes(due),
    }
}

fn unreachable() -> HarvestOutcome {
    HarvestOutcome::Unreachable { reason: "the address is busy".to_owned() }
}

async fn a_feed_is_read_by_one_at_a_time(database: Database) {
    let store = filled(&database).await;
    let (one, other) = tokio::join!(lease(store, 0), lease(store, 0));
    assert!(one.is_some() != other.is_some(), "the feeds of a region in turn: {one:?}, {other:?}");
    assert_eq!(lease(store, 5).await, None, "it is still being read");
    assert_eq!(lease(store, 10).await, one.or(other), "who never came back has let go");
    assert_eq!(store.lease_feed(&[], minutes(60), minutes(70)).await.expect("asked"), None);

    let by_hand =
        async |at| store.lease_region(kent(), minutes(at), minutes(at + 10)).await.expect("asked");
    assert!(!by_hand(15).await, "one is still being read");
    assert!(by_hand(20).await);
    assert_eq!(lease(store, 25).await, None, "all of them are being read");
}

async fn the_feed_that_was_due_first_comes_first(database: Database) {
    let store = filled(&database).await;
    let noted = harvested(0, 30, HarvestOutcome::Unchanged);
    store.note_harvest(&feed(SheetKind::Meetups), &noted).await.expect("noted");
    let noted = harvested(0, 20, HarvestOutcome::Unchanged);
    store.note_harvest(&feed(SheetKind::Offers), &noted).await.expect("noted");

    assert_eq!(lease(store, 19).await, None);
    assert_eq!(lease(store, 31).await.as_deref(), Some("csv:offers"));
    let noted = harvested(31, 60, HarvestOutcome::Unchanged);
    store.note_harvest(&feed(SheetKind::Offers), &noted).await.expect("noted");
    assert_eq!(lease(store, 31).await.as_deref(), Some("csv:meetups"));
}

async fn what_came_of_a_feed_is_remembered(database: Database) {
    let store = filled(&database).await;
    let feed = feed(SheetKind::Meetups);
    let reading = FeedReading { rows: 3, created: 3, ..FeedReading::default() };
    let read = Harvested {
        reading: Some(reading.clone()),
        etag: Some("\"1\"".to_owned()),
        ..harvested(0, 15, HarvestOutcome::Read)
    };
    for noted in [read, harvested(15, 45, unreachable()), harvested(45, 105, unreachable())] {
        store.note_harvest(&feed, &noted).await.expect("noted");
    }

    let watched = store.feeds(&[kent()]).await.expect("read").remove(0);

    assert_eq!(watched.feed, feed);
    assert_eq!((watched.failures, watched.outcome), (2, Some(unreachable())));
    assert_eq!((watched.checked_at, watched.due_at), (Some(minutes(45)), minutes(105)));
    assert_eq!((watched.good_at, watched.read_at), (Some(minutes(0)), Some(minutes(0))));
    assert_eq!((watched.etag.as_deref(), watched.reading), (Some("\"1\""), Some(reading)));

    // One that was taken away while it was read is not there again.
    store.set_feeds("test", minutes(50), kent(), &[]).await.expect("set");
    store.note_harvest(&feed, &harvested(50, 60, HarvestOutcome::Read)).await.expect("passed over");
    assert_eq!(store.feeds(&[kent()]).await.expect("read"), []);
}

async fn a_region_is_as_fresh_as_its_oldest_feed(database: Database) {
    let store = filled(&database).await;
    let fresh = async || {
        let fresh = store.freshness(&[kent()]).await.expect("read");
        fresh.get(&kent()).map(|fresh| fresh.as_of)
    };
    let note = async |holds, harvested: Harvested| {
        store.note_harvest(&feed(holds), &harvested).await.expect("noted");
    };
    let read = build::meetup(kent(), 1).with(|meetup| {
        meetup.provenance.system = "csv:meetups".to_owned();
        meetup.provenance.received_at = minutes(60);
    });
    store.apply("csv:meetups", minutes(0), vec![read.change()]).await.expect("applied");
    assert_eq!(fresh().await, None, "rows of a feed alone tell nothing");
    note(SheetKind::Meetups, harvested(0, 15, HarvestOutcome::Read)).await;
    assert_eq!(fresh().await, Some(minutes(0)));
    note(SheetKind::Meetups, harvested(3, 15, HarvestOutcome::Unchanged)).await;
    assert_eq!(fresh().await, Some(minutes(0)), "of the other nothing is known yet");
    note(SheetKind::Offers, harvested(5, 20, HarvestOutcome::Read)).await;
    assert_eq!(fresh().await, Some(minutes(3)));
    note(SheetKind::Meetups, harvested(15, 30, HarvestOutcome::Unchanged)).await;
    assert_eq!(fresh().await, Some(minutes(5)));
    note(SheetKind::Offers, harvested(20, 50, unreachable())).await;
    assert_eq!(fresh().await, Some(minutes(5)), "what is unreachable grows old");
}

async fn rows_that_are_gone_leave_a_tombstone_and_can_come_back(database: Database) {
    let store = filled(&database).await;
    let meetup = build::meetup(kent(), 1).titled("Lean coffee").on([build::point_id(1)]);
    let study = build::case_study(kent(), 1).on([build::point_id(2)]);
    let offer = build::offer(kent(), 1);
    let report = build::assessment(kent(), 1).public();
    let rows = || {
        let two = [meetup.clone().change(), study.clone().change()];
        two.into_iter().chain([offer.clone().change(), report.clone().change()]).collect()
    };
    let apply = async |changes: Vec<Change>| {
        store.apply("test", build::start(), changes).await.expect("applied")
    };
    apply(rows()).await;
    let id = |kind, id: uuid::Uuid| GlobalId::regional(kind, kent(), id);
    let gone = || {
        let two = [id(EntityKind::Meetup, meetup.0.id.0), id(EntityKind::CaseStudy, study.0.id.0)];
        let all = two.into_iter().chain([
            id(EntityKind::Offer, offer.0.id.0),
            id(EntityKind::ServiceAssessment, report.0.id.0),
        ]);
        all.map(Change::Gone).collect::<Vec<_>>()
    };

    assert_eq!(apply(gone()).await.removed, 4);

    let left = "SELECT (SELECT count(*) FROM meetup) + (SELECT count(*) FROM meetup_point) \
                + (SELECT count(*) FROM case_study) + (SELECT count(*) FROM case_study_point) \
                + (SELECT count(*) FROM offer) + (SELECT count(*) FROM assessment)";
    assert_eq!(database.number(left).await, 0);
    assert_eq!(database.number("SELECT count(*) FROM tombstone").await, 4);
    let text = "lean coffee".to_owned();
    let search = SearchRequest { text, regions: vec![kent()], first: 5 };
    assert_eq!(store.search(&search).await.expect("a search").total, 0);
    let nothing = apply(gone()).await;
    assert!(!nothing.has_changes(), "gone is gone: {nothing:?}");

    assert_eq!(apply(rows()).await.created, 4, "and back again");
    assert_eq!(store.search(&search).await.expect("a search").total, 1);

    // What was withdrawn is not forgotten.
    let withdrawn = id(EntityKind::Meetup, meetup.0.id.0);
    store.withdraw("test", &withdrawn, "asked to", build::start()).await.expect("withdrawn");
    assert_eq!(apply(gone()).await.removed, 3);
    assert_eq!(apply(rows()).await.created, 3);
    let refused = vec![Change::Gone(GlobalId::regional(EntityKind::PeerGroup, kent(), kent()))];
    let refused = store.apply("test", build::start(), refused).await;
    assert!(refused.is_err(), "a group does not go");
}

async fn only_rows_of_the_feed_that_are_not_over_are_standing(database: Database) {
    let store = filled(&database).await;
    let of = |n: u32, system: &str| {
        build::meetup(kent(), n).with(|meetup| meetup.provenance.system = system.to_owned())
    };
    let over = of(3, "csv:meetups").with(|meetup| {
        meetup.starts_at -= TimeDelta::days(30);
        meetup.ends_at -= TimeDelta::days(30);
    });
    let rows = [of(1, "csv:meetups"), of(2, "import"), over];
    let changes = rows.map(build::MeetupBuilder::change).to_vec();
    store.apply("test", build::start(), changes).await.expect("applied");

    let standing = store.standing(&feed(SheetKind::Meetups), build::start()).await.expect("read");

    let key = of(1, "").0.natural_key;
    assert_eq!(standing.into_keys().collect::<Vec<_>>(), [key]);
    let none = store.standing(&feed(SheetKind::Needs), build::start()).await.expect("read");
    assert!(none.is_empty(), "other rows never go by themselves");
}
