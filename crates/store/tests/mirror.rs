//! Mirroring: rows and marker are kept together or not at all, and what is refused or unseen is
//! remembered.

use folkmoot_domain::{
    EntityKind, ExchangeKind, Fault, Feed, FeedAddress, FeedMarker, FeedOf, GlobalId, KindMarker,
    RefusedRow, RegionId,
};
use folkmoot_store::{Applied, Change, MirrorNote, MirrorStep, Store, StoreError};
use folkmoot_testkit::{Database, build, on_both_databases};
use uuid::Uuid;

on_both_databases!(
    rows_and_marker_are_kept_together,
    a_step_from_elsewhere_than_the_marker_keeps_nothing,
    a_page_that_fails_leaves_rows_and_marker_as_they_were,
    rows_that_a_whole_reading_does_not_see_are_found,
    refused_rows_are_remembered_until_a_page_has_them_again,
    keys_of_others_and_of_withdrawn_rows_are_taken,
);

const MEETUP: ExchangeKind = ExchangeKind::Meetup;

fn kent() -> RegionId {
    build::region_id("kent")
}

fn feed() -> Feed {
    let address = FeedAddress::parse("https://kent.example/region.json").expect("an address");
    Feed::new(kent(), FeedOf::Changes, address)
}

async fn filled(database: &Database) -> &Store {
    let store = database.store();
    store.apply("test", build::start(), build::nation(&["kent", "surrey"])).await.expect("filled");
    store.set_feeds("test", build::start(), kent(), &[feed()]).await.expect("set");
    store
}

fn marker(page: i64) -> FeedMarker {
    let begun = KindMarker::beginning("https://kent.example/meetups", build::start(), false);
    let here = KindMarker { last: Some((page, Uuid::nil())), ..begun };
    FeedMarker { epoch: "1".to_owned(), as_of: None, kinds: [(MEETUP, here)].into() }
}

fn row(n: u32) -> Change {
    build::meetup(kent(), n).with(|meetup| meetup.provenance.system = "changes".to_owned()).change()
}

fn id(n: u32) -> Uuid {
    build::meetup(kent(), n).build().id.0
}

fn refused(n: u32) -> RefusedRow {
    let fault = Fault { field: "title".to_owned(), message: "is empty".to_owned() };
    RefusedRow { id: id(n), faults: vec![fault] }
}

fn page(rows: &[u32], refused: Vec<RefusedRow>) -> MirrorNote {
    let ids = rows.iter().map(|n| id(*n)).collect();
    MirrorNote::Page { kind: MEETUP, ids, refused, is_whole: true }
}

async fn step(
    store: &Store,
    pages: (Option<i64>, i64),
    changes: Vec<Change>,
    note: MirrorNote,
) -> Result<Option<Applied>, StoreError> {
    let (before, after) = (pages.0.map(marker), marker(pages.1));
    let feed = feed();
    let step = MirrorStep { feed: &feed, before: before.as_ref(), after: &after, changes, note };
    store.mirror(build::start(), step).await
}

async fn is_at(store: &Store, page: Option<i64>) -> bool {
    let watched = store.feeds(&[kent()]).await.expect("read").remove(0);
    watched.marker == page.map(marker)
}

async fn unseen(store: &Store) -> Vec<Uuid> {
    store.unseen(&feed(), MEETUP, 10).await.expect("read")
}

async fn rows_and_marker_are_kept_together(database: Database) {
    let store = filled(&database).await;
    assert!(is_at(store, None).await);

    let applied = step(store, (None, 1), vec![row(1), row(2)], page(&[1, 2], vec![])).await;

    assert_eq!(applied.expect("kept").map(|applied| applied.created), Some(2));
    assert!(is_at(store, Some(1)).await);
    assert_eq!(database.number("SELECT count(*) FROM meetup").await, 2);
    // The row that a reader of the audit sees was written by the feed.
    let by_feed = "SELECT count(*) FROM audit WHERE actor = 'changes' AND kind = 'meetup'";
    assert_eq!(database.number(by_feed).await, 2);
}

async fn a_step_from_elsewhere_than_the_marker_keeps_nothing(database: Database) {
    let store = filled(&database).await;
    step(store, (None, 1), vec![row(1)], page(&[1], vec![])).await.expect("kept");
    for before in [None, Some(2)] {
        let made = step(store, (before, 3), vec![row(2)], page(&[2], vec![])).await;
        assert_eq!(made.expect("asked"), None);
    }
    assert!(is_at(store, Some(1)).await);
    // A feed that was moved meanwhile begins anew.
    let elsewhere = FeedAddress::parse("https://other.example/region.json").expect("an address");
    let moved = Feed { address: elsewhere, ..feed() };
    store.set_feeds("test", build::start(), kent(), &[moved]).await.expect("moved");
    for before in [None, Some(1)] {
        let made = step(store, (before, 3), vec![row(2)], page(&[2], vec![])).await;
        assert_eq!(made.expect("asked"), None);
    }
    assert_eq!(database.number("SELECT count(*) FROM meetup").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM feed_seen").await, 0, "nor what was seen");
}

async fn a_page_that_fails_leaves_rows_and_marker_as_they_were(database: Database) {
    let store = filled(&database).await;
    let foreign = build::meetup(build::region_id("surrey"), 1).build();
    store.apply("test", build::start(), vec![Change::Meetup(foreign.clone())]).await.expect("kept");
    let mut stolen = build::meetup(kent(), 9).build();
    stolen.id = foreign.id;

    let changes = vec![row(1), Change::Meetup(stolen)];
    let failed = step(store, (None, 1), changes, page(&[1], vec![refused(1)])).await;

    assert!(matches!(failed, Err(StoreError::Conflict { .. })), "{failed:?}");
    assert!(is_at(store, None).await);
    assert_eq!(database.number("SELECT count(*) FROM meetup").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM feed_refused").await, 0);
}

async fn rows_that_a_whole_reading_does_not_see_are_found(database: Database) {
    let store = filled(&database).await;
    let by_hand = build::meetup(kent(), 7).change();
    store.apply("test", build::start(), vec![by_hand]).await.expect("kept");
    let rows = vec![row(1), row(2), row(3), row(4)];
    step(store, (None, 1), rows, page(&[1, 2, 3, 4], vec![])).await.expect("kept");
    assert!(unseen(store).await.is_empty(), "what was entered here is no feed's");

    step(store, (Some(1), 2), vec![], MirrorNote::Begin(vec![MEETUP])).await.expect("begun");
    step(store, (Some(2), 3), vec![row(1)], page(&[1, 2], vec![refused(2)])).await.expect("kept");

    let mut lacking = vec![id(3), id(4)];
    lacking.sort_unstable();
    assert_eq!(unseen(store).await, lacking);
    let standing = store.mirrored(&feed(), MEETUP).await.expect("counted");
    assert_eq!((standing.rows, standing.unseen, standing.refused), (4, 2, 1));
    let gone = |n| Change::Gone(GlobalId::regional(EntityKind::Meetup, kent(), id(n)));
    let applied = step(store, (Some(3), 3), vec![gone(3), gone(4)], MirrorNote::None).await;
    assert_eq!(applied.expect("kept").map(|applied| applied.removed), Some(2));
    step(store, (Some(3), 4), vec![], MirrorNote::Whole(MEETUP)).await.expect("ended");
    assert_eq!(database.number("SELECT count(*) FROM feed_seen").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM feed_refused").await, 1, "it was seen");
}

async fn refused_rows_are_remembered_until_a_page_has_them_again(database: Database) {
    let store = filled(&database).await;
    let told = async || store.refused_rows(&feed(), MEETUP, 10).await.expect("read");
    step(store, (None, 1), vec![row(1)], page(&[1, 2], vec![refused(2)])).await.expect("kept");
    step(store, (Some(1), 2), vec![row(3)], page(&[3], vec![])).await.expect("kept");
    assert_eq!(told().await, [refused(2)]);
    let standing = store.mirrored(&feed(), MEETUP).await.expect("counted");
    assert_eq!((standing.rows, standing.refused, standing.absent), (2, 1, 1));

    step(store, (Some(2), 3), vec![row(2)], page(&[2], vec![])).await.expect("kept");
    assert_eq!(told().await, []);

    // One that stands and is refused now is not absent; one that is gone is forgotten at the end.
    step(store, (Some(3), 4), vec![], page(&[2, 5], vec![refused(2), refused(5)]))
        .await
        .expect("kept");
    assert_eq!(store.mirrored(&feed(), MEETUP).await.expect("counted").absent, 1);
    step(store, (Some(4), 5), vec![], MirrorNote::Begin(vec![MEETUP])).await.expect("begun");
    step(store, (Some(5), 6), vec![], page(&[2], vec![refused(2)])).await.expect("kept");
    step(store, (Some(6), 7), vec![], MirrorNote::Whole(MEETUP)).await.expect("ended");
    assert_eq!(told().await, [refused(2)]);
}

async fn keys_of_others_and_of_withdrawn_rows_are_taken(database: Database) {
    let store = filled(&database).await;
    let surrey = build::region_id("surrey");
    let foreign = build::meetup(surrey, 1).build();
    let named = Uuid::from_u128(9);
    let twin = build::meetup(kent(), 4).with(|meetup| meetup.natural_key = named.to_string());
    let changes = vec![Change::Meetup(foreign.clone()), row(2), row(3), twin.clone().change()];
    store.apply("test", build::start(), changes).await.expect("kept");
    let withdrawn = GlobalId::regional(EntityKind::Meetup, kent(), id(2));
    store.withdraw("test", &withdrawn, "asked to", build::start()).await.expect("withdrawn");

    let asked = [foreign.id.0, id(2), named, Uuid::from_u128(10)];
    let taken = store.taken_keys(kent(), MEETUP, &asked).await.expect("read");

    let mut ids: Vec<_> = taken.iter().map(|key| (key.id, key.region)).collect();
    ids.sort_unstable();
    let mut wanted = vec![(foreign.id.0, surrey), (id(2), kent()), (twin.build().id.0, kent())];
    wanted.sort_unstable();
    assert_eq!(ids, wanted);
}
