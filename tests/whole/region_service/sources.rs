//! What a region's service asks of the region's source, and what it makes of the answer.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use folkmoot_domain::{Door, Meetup, MeetupId, PointId, PointOutcome, RegionId, Threshold, Viewer};
use folkmoot_federation::{
    Clock, Nation, NationOptions, PublishedCache, ReferenceCache, RegionSource, SourceError,
    Stored, Via,
};
use folkmoot_graphql::{Addresses, Moot, RegionService, Turns};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::{Database, FakeRegion, Reply, build};
use serde_json::{Value, json};

use super::QUERY;

fn kent() -> RegionId {
    build::region_id("kent")
}

/// The service of a store's regions, Kent's rows from a source of its own if there is one.
async fn service(store: &Store, live: Option<&FakeRegion>) -> RegionService {
    let clock = Clock::fixed(build::start());
    // What is waited for here is never late, only slow to be computed on a busy machine.
    let options =
        NationOptions { soft_deadline: Duration::from_secs(60), ..NationOptions::default() };
    let nation = Nation::new(Arc::new(Stored::new(store.clone())), clock.clone(), options);
    if let Some(live) = live {
        let live: Arc<dyn RegionSource> = Arc::new(live.clone());
        nation.set_live(HashMap::from([(kent(), live)]), 1);
    }
    let moot = Moot {
        nation,
        reference: ReferenceCache::new(store.clone(), "lgdss-2016"),
        published: PublishedCache::new(store.clone(), Duration::ZERO),
        store: store.clone(),
        addresses: Addresses::new("http://127.0.0.1"),
        clock,
        turns: Turns::new(64),
    };
    let instance = store.instance().await.expect("an instance").id;
    RegionService::new(moot, instance, Threshold::LEAST)
}

async fn ask(service: &RegionService, query: &str, variables: Value) -> Value {
    let open = service.open("kent", &Viewer::anonymous(), &Via::default()).await.expect("open");
    let variables = async_graphql::Variables::from_json(variables);
    let request = async_graphql::Request::new(query).variables(variables);
    let answer = service.answer(open, Via::default(), request).await;
    serde_json::to_value(answer.response).expect("JSON")
}

/// Kent, live, over a source in memory.
async fn live(database: &Database, source: &FakeRegion) -> RegionService {
    let moved = vec![build::region("kent").door(Door::Live).change()];
    for changes in [build::nation(&["kent"]), moved] {
        database.store().apply("test", build::start(), changes).await.expect("filled");
    }
    service(database.store(), Some(source)).await
}

/// One question for each part of the contract's query, with so many page requests and ids.
fn everything(pages: usize, id: impl Fn(usize) -> Vec<String>) -> Value {
    let page = |n: usize| {
        let direction = if n.is_multiple_of(2) { "ASCENDING" } else { "DESCENDING" };
        json!({ "direction": direction, "first": n % 20 + 1 })
    };
    let pages: Vec<_> = (0..pages).map(page).collect();
    let ids = |name: &str, kind: usize| -> Vec<Value> {
        id(kind).into_iter().map(|id| json!({ "__typename": name, "id": id })).collect()
    };
    json!({
        "describe": true,
        "meetups": pages, "withMeetups": true,
        "caseStudies": pages, "withCaseStudies": true,
        "offers": pages, "withOffers": true,
        "assessments": pages, "withAssessments": true,
        "meetupIds": ids("Meetup", 0), "withMeetupIds": true,
        "caseStudyIds": ids("CaseStudy", 1), "withCaseStudyIds": true,
        "offerIds": ids("Offer", 2), "withOfferIds": true,
        "assessmentIds": ids("ServiceAssessment", 3), "withAssessmentIds": true,
    })
}

async fn fill(store: &Store, rows: u32) {
    let mut changes = build::nation(&["kent"]);
    for n in 0..rows {
        let point = build::point_id((n % 15) as u16 + 1);
        changes.push(build::meetup(kent(), n).on([point]).change());
        changes.push(build::case_study(kent(), n).on([point]).change());
        changes.push(build::offer(kent(), n).on(point).change());
        changes.push(assessment(n, point));
    }
    store.apply("test", build::start(), changes).await.expect("filled");
}

fn assessment(n: u32, point: PointId) -> Change {
    let (outcome, actions) = ("GREEN".to_owned(), vec![]);
    let told = PointOutcome { point, outcome, done_well: None, actions, advice: None };
    build::assessment(kent(), n).public().with(|it| it.points = vec![told]).change()
}

/// How many statements the contract's query takes: one for each kind by page and by id, and one for
/// which gateway this is.
async fn statements(database: &Database, pages: usize, ids: u32) -> usize {
    let (store, statements) = database.counted();
    let service = service(&store, None).await;
    let id = |kind: usize| {
        let one = |n: u32| match kind {
            0 => build::meetup(kent(), n).build().id.to_string(),
            1 => build::case_study(kent(), n).build().id.to_string(),
            2 => build::offer(kent(), n).build().id.to_string(),
            _ => build::assessment(kent(), n).build().id.to_string(),
        };
        (0..ids).map(one).collect()
    };
    // The reference data are in memory from the second question on.
    ask(&service, "{ describe { code } }", json!({})).await;
    statements.take();
    let answer = ask(&service, QUERY, everything(pages, id)).await;
    assert!(answer["errors"].is_null(), "{answer}");
    for field in ["meetups", "caseStudies", "offers", "serviceAssessments"] {
        let told = answer["data"][field].as_array().expect("pages");
        assert!(told.len() == pages && told.iter().all(|page| page["rows"][0].is_object()));
    }
    for field in ["meetupsById", "caseStudiesById", "offersById", "assessmentsById"] {
        let told = answer["data"][field].as_array().expect("entities");
        assert!(told.len() == ids as usize && told.iter().all(Value::is_object), "{field}");
    }
    statements.take().len()
}

async fn takes_nine_statements(database: Database, rows: u32) {
    fill(database.store(), rows).await;
    for (pages, ids) in [(1, 1), (100, 10)] {
        assert_eq!(statements(&database, pages, ids).await, 9, "{pages} pages, {ids} ids");
    }
}

#[tokio::test]
async fn sqlite_takes_one_statement_a_part_however_many_rows_and_pages() {
    takes_nine_statements(Database::sqlite().await, 10).await;
    takes_nine_statements(Database::sqlite().await, 1_000).await;
}

#[tokio::test]
async fn postgres_takes_one_statement_a_part_however_many_rows_and_pages() {
    takes_nine_statements(Database::postgres().await, 10).await;
    takes_nine_statements(Database::postgres().await, 1_000).await;
}

const TWO_PARTS: &str = "{ describe { code asOf }
    meetups(pages: [{ direction: ASCENDING, first: 5 }]) { rows { id } }
    _entities(representations: [{ __typename: \"Offer\", id: \"0190c5a8-1b2c-7d3e-8f40-112233445566\" }]) {
      __typename } }";

#[tokio::test]
async fn parts_that_the_source_cannot_answer_are_null_and_the_others_stand() {
    let database = Database::sqlite().await;
    for error in [SourceError::Unavailable, SourceError::TimedOut] {
        let source = FakeRegion::failing(error);
        let as_of = build::start() - TimeDelta::hours(1);
        source.as_of(kent(), Some(as_of));
        let service = live(&database, &source).await;
        let answer = ask(&service, TWO_PARTS, json!({})).await;
        let card =
            json!({ "code": "kent", "asOf": as_of.format("%Y-%m-%dT%H:%M:%SZ").to_string() });
        assert_eq!(answer["data"], json!({ "describe": card, "meetups": null, "_entities": null }));
        assert_eq!(
            super::told(&answer),
            [("meetups", "UNAVAILABLE"), ("_entities", "UNAVAILABLE")]
        );
    }
}

#[tokio::test]
async fn a_region_whose_rows_cannot_be_dated_does_not_look_like_its_own_source() {
    let database = Database::sqlite().await;
    let source = FakeRegion::new();
    source.as_of(kent(), None);
    let service = live(&database, &source).await;
    let answer = ask(&service, "{ describe { code } }", json!({})).await;
    assert_eq!(super::told(&answer), [("describe", "UNAVAILABLE")]);
}

/// Meet-up `n` of Kent, on a point.
fn meetup(n: u32, point: PointId) -> Meetup {
    build::meetup(kent(), n).on([point]).build()
}

#[tokio::test]
async fn rows_that_name_what_is_not_known_are_left_out_and_never_make_a_blank_page_with_more() {
    let database = Database::sqlite().await;
    let unknown = PointId::derived("nowhere/1");
    let rows = (0..9).map(|n| meetup(n, if n == 7 { build::point_id(1) } else { unknown }));
    let source = FakeRegion::new().with_meetups(rows);
    let service = live(&database, &source).await;
    let query = "query($after: Key) {
        meetups(pages: [{ direction: ASCENDING, first: 2, after: $after }]) {
          rows { id startsAt } hasMore } }";
    let page = ask(&service, query, json!({})).await["data"]["meetups"][0].take();
    assert_eq!(page["rows"][0]["id"], meetup(7, unknown).id.to_string());
    assert_eq!(page["hasMore"], true);
    let row = &page["rows"][0];
    let after = json!({ "at": row["startsAt"], "id": row["id"] });
    let page = ask(&service, query, json!({ "after": after })).await["data"]["meetups"][0].take();
    assert_eq!(page, json!({ "rows": [], "hasMore": false }));
}

#[tokio::test]
async fn every_page_of_a_question_is_asked_of_the_source_at_once() {
    let database = Database::sqlite().await;
    let source = FakeRegion::new().with_meetups((0..30).map(|n| meetup(n, build::point_id(1))));
    let service = live(&database, &source).await;
    let page = json!({ "direction": "DESCENDING", "first": 7 });
    let query = "query($pages: [MeetupPageRequest!]!) { meetups(pages: $pages) { rows { id } } }";
    let answer = ask(&service, query, json!({ "pages": vec![page; 100] })).await;
    assert_eq!(answer["data"]["meetups"].as_array().map(Vec::len), Some(100));
    assert_eq!(source.slice_calls(), 1);
}

#[tokio::test]
async fn as_much_may_be_asked_at_once_as_the_contract_says_and_not_more_often() {
    let database = Database::sqlite().await;
    let service = live(&database, &FakeRegion::new()).await;
    let nobody = |_| vec!["0190c5a8-1b2c-7d3e-8f40-112233445566".to_owned(); 500];
    let mut most = everything(100, nobody);
    for pages in ["meetups", "caseStudies", "offers", "assessments"] {
        most[pages] = json!(vec![json!({ "direction": "ASCENDING", "first": 200 }); 100]);
    }
    most["describe"] = json!(false);
    let answer = ask(&service, QUERY, most.clone()).await;
    assert!(answer["errors"].is_null(), "{}", answer["errors"]);
    assert_eq!(answer["data"]["offersById"].as_array().map(Vec::len), Some(500));

    let twice = QUERY.replacen(
        "meetups(pages",
        "again: meetups(pages: $meetups) { rows { ...meetup } }
        more: meetups(pages: $meetups) { rows { ...meetup } }
        most: meetups(pages: $meetups) { rows { ...meetup } } meetups(pages",
        1,
    );
    let answer = ask(&service, &twice, most).await;
    assert_eq!(super::told(&answer), [("", "QUERY_TOO_LARGE")]);
}

#[tokio::test]
async fn a_source_that_caps_its_pages_is_passed_on_as_such() {
    let database = Database::sqlite().await;
    let source = FakeRegion::new().with_meetups((0..9).map(|n| meetup(n, build::point_id(1))));
    let service = live(&database, &source.clone().always(Reply::Capped(4))).await;
    let query = "{ meetups(pages: [{ direction: ASCENDING, first: 9 }]) { rows { id } hasMore } }";
    let page = ask(&service, query, json!({})).await["data"]["meetups"][0].take();
    assert_eq!(page["rows"].as_array().map(Vec::len), Some(4));
    assert_eq!(page["hasMore"], true);
}

#[tokio::test]
async fn long_rows_make_shorter_pages_that_still_come_to_their_end() {
    let database = Database::sqlite().await;
    let long = |n: u32| {
        let mut meetup = meetup(n, build::point_id(1));
        meetup.id = MeetupId::derived(&format!("long {n}"));
        meetup.summary = Some("long ".repeat(400));
        meetup
    };
    let source = FakeRegion::new().with_meetups((0..200).map(long));
    let service = live(&database, &source).await;
    let query = "query($pages: [MeetupPageRequest!]!) { meetups(pages: $pages) {
        rows { id startsAt summary } hasMore } }";
    let (mut after, mut walked) = (Value::Null, 0);
    loop {
        let one =
            |first: usize| json!({ "direction": "ASCENDING", "first": first, "after": after });
        let pages = vec![one(200); 5];
        let answer = ask(&service, query, json!({ "pages": pages })).await;
        assert!(answer.to_string().len() < 1_000_000, "{}", answer.to_string().len());
        let pages = answer["data"]["meetups"].as_array().expect("pages");
        assert!(pages.iter().all(|page| page["rows"][0].is_object()));
        let rows = pages[0]["rows"].as_array().expect("rows");
        walked += rows.len();
        if pages[0]["hasMore"] == false {
            break;
        }
        let last = rows.last().expect("a row");
        after = json!({ "at": last["startsAt"], "id": last["id"] });
    }
    assert_eq!(walked, 200);
}
