//! Feeds of changes: every row once, at the place of its last change, and nothing that is not for
//! everyone.

use std::collections::BTreeMap;

use folkmoot_domain::{EntityKind, ExchangeKind, GlobalId, RegionId};
use folkmoot_store::{Change, FeedHead, RowChange, Store};
use folkmoot_testkit::{Database, build, on_both_databases};
use uuid::Uuid;

on_both_databases!(
    every_row_stands_once_whatever_the_pages,
    a_changed_row_moves_to_the_end,
    rows_that_are_gone_or_withdrawn_are_told_and_can_come_back,
    what_was_never_public_is_not_told,
    heads_say_how_many_rows_there_are_and_how_far_changes_go,
    pages_are_ranges_of_both_indexes_in_one_statement,
    a_gateway_keeps_its_id_and_renews_its_epoch,
);

fn kent() -> RegionId {
    build::region_id("kent")
}

async fn filled(database: &Database) -> &Store {
    let store = database.store();
    store.apply("test", build::start(), build::nation(&["kent", "london"])).await.expect("filled");
    store
}

async fn apply(store: &Store, changes: Vec<Change>) {
    store.apply("test", build::start(), changes).await.expect("applied");
}

fn meetup(n: u32) -> build::MeetupBuilder {
    build::meetup(kent(), n)
}

fn gone(n: u32) -> Change {
    Change::Gone(GlobalId::regional(EntityKind::Meetup, kent(), meetup(n).0.id.0))
}

/// What a reader sees that walks to the end, by pages of a size: number, id, title.
async fn walked(store: &Store, first: usize) -> Vec<(i64, Uuid, Option<String>)> {
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.meetup_changes(kent(), after, first).await.expect("a page");
        assert!(page.len() <= first);
        let Some(last) = page.last() else { return seen };
        after = Some((last.number, last.id));
        seen.extend(page.into_iter().map(|one| (one.number, one.id, one.row.map(|row| row.title))));
    }
}

async fn titles(store: &Store) -> Vec<Option<String>> {
    walked(store, 500).await.into_iter().map(|(_, _, title)| title).collect()
}

async fn every_row_stands_once_whatever_the_pages(database: Database) {
    let store = filled(&database).await;
    // Several in one write share a number; another region's are not told.
    apply(store, (0..5).map(|n| meetup(n).change()).collect()).await;
    apply(store, (5..9).map(|n| meetup(n).change()).collect()).await;
    apply(store, vec![build::meetup(build::region_id("london"), 1).change(), gone(7)]).await;

    let whole = walked(store, 500).await;

    assert_eq!(whole.len(), 9);
    assert!(whole.is_sorted_by_key(|(number, id, _)| (*number, *id)), "{whole:?}");
    let numbers: Vec<_> = whole.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, [1, 1, 1, 1, 1, 2, 2, 2, 3]);
    for first in [1, 2, 3, 4] {
        assert_eq!(walked(store, first).await, whole, "by {first}");
    }
}

async fn a_changed_row_moves_to_the_end(database: Database) {
    let store = filled(&database).await;
    apply(store, (0..3).map(|n| meetup(n).titled(&format!("m{n}")).change()).collect()).await;
    apply(store, vec![meetup(0).titled("again").change(), meetup(1).titled("m1").change()]).await;

    let seen = walked(store, 500).await;

    let last = seen.last().expect("a row");
    assert_eq!((last.0, last.1, last.2.as_deref()), (2, meetup(0).0.id.0, Some("again")));
    assert_eq!(seen.len(), 3, "and stands there only");
}

async fn rows_that_are_gone_or_withdrawn_are_told_and_can_come_back(database: Database) {
    let store = filled(&database).await;
    apply(store, (0..2).map(|n| meetup(n).titled(&format!("m{n}")).change()).collect()).await;
    apply(store, vec![gone(0)]).await;
    let id = GlobalId::regional(EntityKind::Meetup, kent(), meetup(1).0.id.0);
    assert!(store.withdraw("test", &id, "asked to", build::start()).await.expect("withdrawn"));
    assert_eq!(titles(store).await, [None, None]);
    let taken_away = walked(store, 500).await;
    assert_eq!(taken_away.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), [2, 3]);

    // Both are imported once more: the one that was withdrawn stays so.
    apply(store, (0..2).map(|n| meetup(n).titled("back").change()).collect()).await;

    assert_eq!(titles(store).await, [None, Some("back".to_owned())]);
    assert_eq!(walked(store, 1).await.len(), 2, "its tombstone is not told beside it");
    apply(store, vec![gone(0)]).await;
    assert_eq!(titles(store).await, [None, None]);
}

async fn what_was_never_public_is_not_told(database: Database) {
    let store = filled(&database).await;
    let report = |n| build::assessment(kent(), n);
    let public = |n| report(n).public().change();
    apply(store, vec![report(1).change(), public(2), public(3), report(4).change()]).await;
    let told = async || -> Vec<(Uuid, bool)> {
        let changes = store.assessment_changes(kent(), None, 500).await.expect("changes");
        changes.into_iter().map(|one| (one.id, one.row.is_some())).collect()
    };
    let id = |n| report(n).0.id.0;
    let both = told().await;
    assert!(both.len() == 2 && both.contains(&(id(2), true)) && both.contains(&(id(3), true)));

    // One is published, one is not any more, and one that was never public goes.
    let hidden = GlobalId::regional(EntityKind::ServiceAssessment, kent(), id(4));
    apply(store, vec![public(1), report(3).change(), Change::Gone(hidden)]).await;

    let told_now = told().await;
    assert_eq!(told_now.len(), 3, "{told_now:?}");
    assert!(told_now.contains(&(id(1), true)) && told_now.contains(&(id(3), false)));
    // What is hidden changes without anybody being told, and is public again.
    let changed = report(3).with(|one| one.service = "Another".to_owned()).change();
    apply(store, vec![changed]).await;
    assert_eq!(told().await, told_now);
    apply(store, vec![public(3)]).await;
    assert_eq!(told().await.last(), Some(&(id(3), true)));
    assert_eq!(told().await.len(), 3);
}

async fn heads_say_how_many_rows_there_are_and_how_far_changes_go(database: Database) {
    let store = filled(&database).await;
    let kinds = store.feed_heads(kent()).await.expect("heads");
    assert_eq!(kinds, ExchangeKind::ALL.map(|kind| (kind, FeedHead::default())).into());
    apply(store, (0..4).map(|n| meetup(n).change()).collect()).await;
    let assessments = [build::assessment(kent(), 1).public(), build::assessment(kent(), 2)];
    apply(store, assessments.map(build::AssessmentBuilder::change).into()).await;
    apply(store, vec![build::offer(kent(), 1).change(), gone(3)]).await;
    let id = GlobalId::regional(EntityKind::Meetup, kent(), meetup(1).0.id.0);
    store.withdraw("test", &id, "asked to", build::start()).await.expect("withdrawn");

    let heads = store.feed_heads(kent()).await.expect("heads");

    let head = |count, last_change| FeedHead { count, last_change };
    let wanted = BTreeMap::from([
        (ExchangeKind::Meetup, head(2, Some(3))),
        (ExchangeKind::CaseStudy, head(0, None)),
        (ExchangeKind::Offer, head(1, Some(1))),
        (ExchangeKind::ServiceAssessment, head(1, Some(1))),
    ]);
    assert_eq!(heads, wanted);
    let version = store.feed_version(kent(), ExchangeKind::Meetup).await.expect("a version");
    assert_eq!(version.generation, 3);
}

fn numbers<T>(changes: &[RowChange<T>]) -> usize {
    changes.iter().filter(|change| change.row.is_some()).count()
}

async fn pages_are_ranges_of_both_indexes_in_one_statement(database: Database) {
    let (store, statements) = database.counted();
    filled(&database).await;
    for (from, to) in [(0, 10), (10, 3_000)] {
        let rows = (from..to).flat_map(|n| {
            let others = [build::case_study(kent(), n).change(), build::offer(kent(), n).change()];
            let report = build::assessment(kent(), n).public().change();
            others.into_iter().chain([meetup(n).change(), report])
        });
        apply(&store, rows.collect()).await;
        apply(&store, (from..to).step_by(3).map(gone).collect()).await;
        database.run("ANALYZE").await;
        statements.take();
        let after = Some((1, Uuid::nil()));
        let all = [
            numbers(&store.meetup_changes(kent(), after, 500).await.expect("a page")),
            numbers(&store.case_study_changes(kent(), after, 500).await.expect("a page")),
            numbers(&store.offer_changes(kent(), after, 500).await.expect("a page")),
            numbers(&store.assessment_changes(kent(), after, 500).await.expect("a page")),
        ];
        assert!(all.iter().all(|rows| *rows > 0), "{all:?}");
        let taken = statements.take();
        assert_eq!(taken.len(), 4, "{taken:#?}");
        store.feed_heads(kent()).await.expect("heads");
        store.feed_version(kent(), ExchangeKind::Offer).await.expect("a version");
        assert_eq!(statements.take().len(), 2);
        if to > 10 {
            let plan = plan(&database, &taken[0]).await;
            assert!(plan.contains("meetup_change") && plan.contains("tombstone_change"), "{plan}");
            let ranges = ["id) > ROW", "id)>(?,?)"].map(|range| plan.matches(range).count());
            assert!(ranges.contains(&2), "{plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("SCAN meetup"), "{plan}");
            let plan = self::plan(&database, &taken[3]).await;
            assert!(plan.contains("assessment_change"), "{plan}");
        }
    }
}

async fn plan(database: &Database, sql: &str) -> String {
    if database.options().url.starts_with("sqlite") {
        return database.explain("", sql).await;
    }
    // Three thousand rows are read faster as a whole than by an index; what is asserted is that
    // nothing stands in the way of the index where there are more.
    let off = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off";
    let setup = format!("{off}; PREPARE page AS {sql}");
    let arguments = format!("'{}', 1, '{}', 20, 6", kent(), Uuid::nil());
    database.explain(&setup, &format!("EXECUTE page({arguments})")).await
}

async fn a_gateway_keeps_its_id_and_renews_its_epoch(database: Database) {
    let store = database.store();
    let other = Store::connect(database.options()).await.expect("another process");
    let (one, two) = tokio::join!(store.instance(), other.instance());
    let (one, two) = (one.expect("an instance"), two.expect("an instance"));
    assert_eq!(one, two, "whoever asked first");

    store.renew_epoch().await.expect("renewed");

    let renewed = other.instance().await.expect("an instance");
    assert!(renewed.id == one.id && renewed.epoch != one.epoch);
    let version = store.feed_version(kent(), ExchangeKind::Offer).await.expect("a version");
    assert_eq!((version.epoch, version.generation), (renewed.epoch, 0));
}
