//! Writes: all or nothing, what differs and nothing else, in the books, and raised at the end.

use chrono::{NaiveDate, TimeDelta};
use folkmoot_domain::{Crosswalk, EntityKind, GlobalId, Life, Series, SeriesId, Succession};
use folkmoot_store::{Applied, Change, Counts, SearchRequest, Store, StoreError};
use folkmoot_testkit::{Database, build, on_both_databases};

on_both_databases!(
    reference_data_comes_back_as_it_was_given,
    a_second_import_changes_nothing,
    a_change_raises_the_revision_and_leaves_a_trace,
    a_natural_key_keeps_its_id,
    a_write_that_fails_leaves_nothing,
    a_plan_counts_and_leaves_nothing,
    withdrawn_rows_stay_away,
    an_id_of_another_region_is_refused,
    a_row_that_stands_twice_is_refused,
    concurrent_writers_wait_for_each_other,
    other_processes_writes_are_seen_after_a_poll,
    freshness_is_when_rows_were_last_received,
    thousands_of_rows_are_kept_in_few_statements,
);

async fn filled(database: &Database) -> &Store {
    let changes = build::nation(&["kent", "london"]);
    database.store().apply("test", build::start(), changes).await.expect("a nation");
    database.store()
}

async fn apply(store: &Store, changes: impl IntoIterator<Item = Change>) -> Applied {
    let changes = changes.into_iter().collect();
    store.apply("test", build::start(), changes).await.expect("the changes are applied")
}

async fn refused(store: &Store, changes: impl IntoIterator<Item = Change>) -> StoreError {
    let changes = changes.into_iter().collect();
    store.apply("test", build::start(), changes).await.expect_err("the changes are refused")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// All generations added up.
async fn generations(database: &Database) -> i64 {
    database.number("SELECT CAST(coalesce(sum(number), 0) AS bigint) FROM generation").await
}

async fn reference_data_comes_back_as_it_was_given(database: Database) {
    let store = database.store();
    assert!(store.is_empty().await.expect("look"));
    let (one, two) = (build::council(1), build::council(2));
    let succession = Succession { from: one.0.id, to: two.0.id, on: day("2023-04-01") };
    let one = one.with(|council| {
        council.life = Life::new(None, Some(day("2023-04-01")));
        council.alternative_names = vec!["Old \"One\"".to_owned()];
        council.gss =
            vec![folkmoot_domain::GssAlias { code: "E06000001".to_owned(), life: council.life }];
        council.website =
            Some(folkmoot_domain::Link::parse("https://one.example/").expect("https"));
    });
    let standard = build::standard("lgdss-2016", 3);
    let crosswalk = Crosswalk { from: standard.points[0].id, to: standard.points[1].id };
    let region = build::region("kent");
    let group = build::group(region.0.id, "kent");
    let home = build::home(region.0.id, 2);
    let changes = vec![
        // On purpose in an order in which nothing that is named is there yet.
        Change::Membership(home),
        group.clone().change(),
        region.clone().change(),
        Change::Crosswalk(crosswalk),
        Change::Standard(standard.clone()),
        Change::Succession(succession),
        two.clone().change(),
        one.clone().change(),
    ];

    let applied = apply(store, changes).await;

    assert_eq!((applied.created, applied.updated, applied.unchanged), (11, 0, 0));
    assert_eq!(applied.by_kind["council"], Counts { created: 2, ..Counts::default() });
    assert!(!store.is_empty().await.expect("look"));
    let mut parts = store.reference_parts("lgdss-2016").await.expect("read");
    parts.councils.sort_by_key(|council| council.code.clone());
    assert_eq!(parts.councils, [one.build(), two.build()]);
    assert_eq!(parts.successions, [succession]);
    assert_eq!(parts.standards, [standard]);
    assert_eq!(parts.crosswalk, [crosswalk]);
    assert_eq!(parts.regions, [region.build()]);
    assert_eq!(parts.groups, [group.build()]);
    assert_eq!(parts.memberships, [home]);
    assert_eq!(parts.registry_version, 1);
    assert_eq!(parts.default_standard, "lgdss-2016");
}

async fn a_second_import_changes_nothing(database: Database) {
    let store = filled(&database).await;
    let region = build::region_id("kent");
    let series = Series {
        id: SeriesId::derived("s"),
        region,
        group: build::group_id(region),
        first_start: "2027-01-14T18:30:00".parse().expect("a time"),
        time_zone: chrono_tz::Europe::London,
        every_weeks: 6,
        minutes: 120,
    };
    let rows = || {
        let mut rows = build::nation(&["kent", "london"]);
        rows.push(Change::Series(series.clone()));
        rows.push(build::meetup(region, 1).on([build::point_id(3), build::point_id(1)]).change());
        rows.push(build::case_study(region, 1).about(build::council_id(1)).change());
        rows.push(build::offer(region, 1).on(build::point_id(1)).change());
        rows
    };
    apply(store, rows()).await;
    let (before, version) = (generations(&database).await, store.reference_version());
    let audited = database.number("SELECT count(*) FROM audit").await;
    let (counted, statements) = database.counted();

    let applied = apply(&counted, rows()).await;

    assert!(!applied.has_changes());
    assert_eq!(applied.unchanged, 10 + 1 + 15 + 4 + 4);
    assert_eq!(generations(&database).await, before);
    assert_eq!(store.reference_version(), version);
    assert_eq!(database.number("SELECT count(*) FROM audit").await, audited);
    let is_write = |sql: &String| {
        sql.starts_with("INSERT") || sql.starts_with("UPDATE") || sql.starts_with("DELETE")
    };
    let is_book = |sql: &String| sql.contains("INTO generation") || sql.contains("INTO freshness");
    let wrote: Vec<_> =
        statements.take().into_iter().filter(|sql| is_write(sql) && !is_book(sql)).collect();
    assert_eq!(wrote, Vec::<String>::new());
}

async fn a_change_raises_the_revision_and_leaves_a_trace(database: Database) {
    let store = filled(&database).await;
    let region = build::region_id("kent");
    let meetup = build::meetup(region, 1).on([build::point_id(1)]);
    apply(store, [meetup.clone().change()]).await;
    let (counted, statements) = database.counted();

    let moved = meetup.titled("Another title").on([build::point_id(2)]);
    let applied = apply(&counted, [moved.clone().change()]).await;

    assert_eq!((applied.created, applied.updated, applied.unchanged), (0, 1, 0));
    let last = statements.take().pop().expect("statements");
    assert!(last.starts_with("INSERT INTO generation"), "{last}");
    let id = moved.0.id;
    let found = store.meetups(&[region], &[id]).await.expect("look up").remove(&id);
    let found = found.expect("it is there");
    assert_eq!((found.title.as_str(), found.revision), ("Another title", 2));
    assert_eq!(database.number("SELECT change_number FROM meetup").await, 2);
    let generation = "SELECT number FROM generation WHERE kind = 'MEETUP'";
    assert_eq!(database.number(generation).await, 2);
    let trace = "SELECT count(*) FROM audit WHERE kind = 'meetup' AND actor = 'test' \
                 AND ((action = 'CREATE' AND revision = 1) OR (action = 'UPDATE' AND revision = 2))";
    assert_eq!(database.number(trace).await, 2);
    assert_eq!(database.number("SELECT count(*) FROM meetup_point").await, 1);
}

async fn a_natural_key_keeps_its_id(database: Database) {
    let store = filled(&database).await;
    let region = build::region_id("kent");
    let first = build::meetup(region, 1).build();
    apply(store, [Change::Meetup(first.clone())]).await;

    let again = build::meetup(region, 1)
        .titled("Told anew")
        .with(|meetup| meetup.id = folkmoot_domain::MeetupId::derived("another id"));
    let applied = apply(store, [again.change()]).await;

    assert_eq!((applied.created, applied.updated), (0, 1));
    let found = store.meetups(&[region], &[first.id]).await.expect("look up");
    assert_eq!(found[&first.id].title, "Told anew");
}

async fn a_write_that_fails_leaves_nothing(database: Database) {
    let store = filled(&database).await;
    let region = build::region_id("kent");
    let before = generations(&database).await;
    let good = build::meetup(region, 1).change();
    let dangling = build::meetup(region, 2).on([folkmoot_domain::PointId::derived("nowhere/1")]);

    let error = refused(store, [good, dangling.change()]).await;

    assert!(matches!(error, StoreError::Invalid(_)), "{error}");
    assert!(error.to_string().contains("point that is not stored"), "{error}");
    assert_eq!(database.number("SELECT count(*) FROM meetup").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM search_document WHERE kind = 6").await, 0);
    assert_eq!(generations(&database).await, before);
}

async fn a_plan_counts_and_leaves_nothing(database: Database) {
    let store = filled(&database).await;
    let before = generations(&database).await;
    let changes = vec![build::meetup(build::region_id("kent"), 1).change()];

    let planned = store.plan("test", build::start(), changes.clone()).await.expect("a plan");

    assert_eq!(database.number("SELECT count(*) FROM meetup").await, 0);
    assert_eq!(generations(&database).await, before);
    assert_eq!(apply(store, changes).await, planned);
}

async fn withdrawn_rows_stay_away(database: Database) {
    let store = filled(&database).await;
    let region = build::region_id("kent");
    let meetup = build::meetup(region, 1).titled("Embarrassing").on([build::point_id(1)]);
    let study = build::case_study(region, 1);
    let offer = build::offer(region, 1);
    let assessment = build::assessment(region, 1).public();
    let rows = || {
        let talks = [meetup.clone().change(), study.clone().change()];
        talks.into_iter().chain([offer.clone().change(), assessment.clone().change()])
    };
    apply(store, rows()).await;
    let ids = [
        GlobalId::regional(EntityKind::Meetup, region, meetup.0.id),
        GlobalId::regional(EntityKind::CaseStudy, region, study.0.id),
        GlobalId::regional(EntityKind::Offer, region, offer.0.id),
        GlobalId::regional(EntityKind::ServiceAssessment, region, assessment.0.id),
    ];
    let before = generations(&database).await;
    for id in &ids {
        assert!(store.withdraw("steward", id, "asked to", build::start()).await.expect("done"));
    }
    assert_eq!(generations(&database).await, before + 4);
    assert!(!store.withdraw("steward", &ids[0], "again", build::start()).await.expect("nothing"));
    let elsewhere = GlobalId::regional(EntityKind::Meetup, build::region_id("london"), meetup.0.id);
    assert!(!store.withdraw("steward", &elsewhere, "x", build::start()).await.expect("nothing"));

    let mut again: Vec<_> = rows().collect();
    again.push(meetup.clone().titled("Changed since").change());
    again.remove(0);
    let applied = apply(store, again).await;

    assert_eq!((applied.updated, applied.unchanged), (0, 4));
    assert!(store.meetups(&[region], &[meetup.0.id]).await.expect("look up").is_empty());
    assert!(store.case_studies(&[region], &[study.0.id]).await.expect("look up").is_empty());
    assert!(store.offers(&[region], &[offer.0.id]).await.expect("look up").is_empty());
    let found = store.assessments(&[region], &[assessment.0.id]).await.expect("look up");
    assert!(found.is_empty());
    let request = folkmoot_domain::SliceRequest {
        filter: folkmoot_domain::MeetupFilter {
            points: Some(vec![build::point_id(1)]),
            ..Default::default()
        },
        regions: vec![region],
        direction: folkmoot_domain::Direction::Ascending,
        after: None,
        until: None,
        first: 5,
        count: true,
        extent: folkmoot_domain::Extent::Whole,
    };
    let slice = store.meetup_slices(&[request]).await.expect("a page").remove(0);
    assert!(slice.rows.is_empty());
    assert_eq!(slice.counts.expect("asked for")[&region], 0);
    for text in ["embarrassing", "service 1"] {
        let search = SearchRequest { text: text.to_owned(), regions: vec![region], first: 5 };
        assert_eq!(store.search(&search).await.expect("a search").total, 0, "{text}");
    }
}

async fn an_id_of_another_region_is_refused(database: Database) {
    let store = filled(&database).await;
    let meetup = build::meetup(build::region_id("kent"), 1);
    apply(store, [meetup.clone().change()]).await;
    let london = build::region_id("london");
    let stolen = meetup.with(|meetup| {
        meetup.region = london;
        meetup.group = build::group_id(london);
    });

    let error = refused(store, [stolen.change()]).await;

    assert!(matches!(error, StoreError::Conflict { kind: "meetup", .. }), "{error}");
}

async fn a_row_that_stands_twice_is_refused(database: Database) {
    let store = filled(&database).await;
    let meetup = build::meetup(build::region_id("kent"), 1);
    let twice = [meetup.clone().change(), meetup.clone().titled("Twin").change()];

    let error = refused(store, twice).await;

    assert_eq!(error.to_string(), "meetup meetup-1 stands twice in this import");
    let same = apply(store, [meetup.clone().change(), meetup.change()]).await;
    assert_eq!(same.created, 1);
}

async fn concurrent_writers_wait_for_each_other(database: Database) {
    let store = filled(&database).await;
    let region = build::region_id("kent");
    let writers = (0..8u32).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            // All of them change one row, and each adds one of its own.
            let shared = build::meetup(region, 1_000).titled(&format!("By {writer}"));
            let changes = vec![shared.change(), build::meetup(region, writer).change()];
            store.apply("test", build::start(), changes).await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("no panic").expect("every writer has its turn");
    }
    assert_eq!(database.number("SELECT count(*) FROM meetup").await, 9);
    let shared = "SELECT revision FROM meetup WHERE natural_key = 'meetup-1000'";
    assert_eq!(database.number(shared).await, 8);
    let generation = "SELECT number FROM generation WHERE kind = 'MEETUP'";
    assert_eq!(database.number(generation).await, 8);
    assert_eq!(database.number("SELECT max(change_number) FROM meetup").await, 8);
}

async fn other_processes_writes_are_seen_after_a_poll(database: Database) {
    let other = Store::connect(database.options()).await.expect("a second process");
    let store = filled(&database).await;
    assert!(store.reference_version() > 0, "one's own writes are seen at once");
    assert_eq!(other.reference_version(), 0);

    other.poll_generations().await.expect("poll");

    assert_eq!(other.reference_version(), store.reference_version());
    apply(store, [build::meetup(build::region_id("kent"), 1).change()]).await;
    assert_eq!(other.reference_version(), store.reference_version(), "meet-ups are no reference");
}

async fn freshness_is_when_rows_were_last_received(database: Database) {
    let store = filled(&database).await;
    let (kent, london) = (build::region_id("kent"), build::region_id("london"));
    let at = |minutes: i64| build::start() + TimeDelta::minutes(minutes);
    let received = |minutes: i64| {
        build::meetup(kent, 1).with(|meetup| meetup.provenance.received_at = at(minutes)).change()
    };
    apply(store, [received(0)]).await;
    let applied = apply(store, [received(30)]).await;
    assert!(!applied.has_changes(), "when a row was received is not what it says");
    apply(store, [received(10)]).await;

    let freshness = store.freshness(&[kent, london]).await.expect("freshness");

    assert_eq!(freshness.get(&kent).map(|fresh| fresh.as_of), Some(at(30)));
    assert_eq!(freshness.get(&london), None);
}

async fn thousands_of_rows_are_kept_in_few_statements(database: Database) {
    filled(&database).await;
    let (store, statements) = database.counted();
    let region = build::region_id("london");
    let councils = (10..470).map(|n| build::council(n).change());
    let meetups = (0..5_000).map(|n| build::meetup(region, n).on([build::point_id(1)]).change());

    let applied = apply(&store, councils.chain(meetups)).await;

    assert_eq!(applied.created, 5_460);
    let taken = statements.take().len();
    assert!(taken <= 40, "{taken} statements");
}
