//! The number of SQL statements of a query does not depend on the number of rows: counted, on
//! both databases, for ten rows of each kind and for ten thousand.

use std::collections::BTreeMap;

use folkmoot_domain::{Scope, Viewer};
use folkmoot_graphql::Pipeline;
use folkmoot_store::Store;
use folkmoot_testkit::{Database, Statements};

use crate::filled::{fill, pipeline};

/// What people ask with nested lists: what it is, how many statements it takes, the query.
/// Reference data is in memory and takes none; a total count takes one more.
pub(crate) const SHAPES: [(&str, usize, &str); 18] = [
    ("councils with groups", 0, "{ councils(first: 500) { nodes { name groups { name } region { code } } totalCount } }",
    ),
    ("groups with meet-ups", 2, "{ peerGroups(first: 100) { nodes { name meetups(first: 10) { nodes { title } totalCount } } } }",
    ),
    ("meet-ups with points and venue", 1, "{ meetups(first: 100) { nodes { title points { label standard { code } } venue { name } host { name } group { name } } } }",
    ),
    ("case studies with council and points", 1, "{ caseStudies(first: 100) { nodes { title council { name groups { name } } points { label } } } }",
    ),
    ("a point with case studies", 2, "{ point(ref: \"3\") { label caseStudies(first: 100) { nodes { title council { name } } totalCount } } }",
    ),
    ("regions with members and next meet-ups", 1, "{ regions { name councils(first: 500) { nodes { name } } meetups(first: 5) { nodes { title points { label } } } } }",
    ),
    ("search", 1, "{ search(text: \"meet\", first: 100) { totalCount nodes { title } } }"),
    ("offers by point", 2, "{ standards { points { label offers(first: 10) { nodes { kind council { name } } totalCount } } } }",
    ),
    ("nodes of mixed types", 3, MIXED),
    ("what others of a federated graph refer to, of mixed types", 4, REFERRED),
    ("the same with lists of each", 6, REFERRED_WITH_LISTS),
    ("councils with successors and nested meet-ups", 1, "{ councils(first: 100) { nodes { name successors { name meetups(when: ALL, first: 3) { nodes { title } } }
             meetups(when: ALL, first: 3) { nodes { title points { label } } } } } }",
    ),
    ("published figures", 2, "{ capability(groupBy: REGION, period: HALF_YEAR) { note revision releasedAt coverage { councils councilsResponded } rows { group eligible level4 asOf } } }"),
    ("published figures of the latest half-year", 2, "{ capability(points: [\"1\"], measure: UNDERSTANDING) { note csvUrl coverage { regionsIncluded } rows { level4 } } }"),
    ("where support is needed", 2, "{ supportRanking(region: \"london\") { note rows { eligible because } } }"),
    ("what to meet about next, with speakers and reading", 6, "{ nextTopics(region: \"london\", first: 15) { rows { because
             speakers(first: 3) { sources { region } } caseStudies(first: 3) { nodes { title } } } } }",
    ),
    ("assessments, each with the one before it", 2, "{ serviceAssessments(first: 100) { nodes { because council { name } standard { code }
             panel { role } points { point { label } } previous { because } } } }",
    ),
    ("who has answered", 2, "{ responseRate { responded eligible because } }"),
];

/// What coordinators ask; a region's answers as they stand take one statement more than published
/// figures.
const COORDINATED: [(&str, usize, &str); 7] = [
    ("where support is needed, by the answers so far", 3, "{ supportRanking(region: \"london\") { note rows { eligible because } } }"),
    ("what to meet about next, by the answers so far", 7, "{ nextTopics(region: \"london\", first: 15) { rows { because
             speakers(first: 3) { sources { region } } caseStudies(first: 3) { nodes { title } } } } }",
    ),
    // The offers alone take two: on the point, and on any point.
    ("who can help whom", 4, "{ supportMatches(region: \"kent\", point: \"1\") { note rows { needing { name } helping { name } because } } }"),
    ("what is stale", 8, "{ needsAttention(region: \"london\") { rows { title because } } }"),
    ("councils with their own answers", 1, "{ councils(first: 50) { nodes { answers { halfYear level point { label } } } } }"),
    ("what changed around a meet-up", 2, EFFECT),
    ("what changed around each of many meet-ups", 2, "{ meetups(when: ALL, first: 100) { nodes { effect { because } } } }"),
];

/// Stands for a query whose ids are only known once the rows are there.
const MIXED: &str = "nodes";

/// Likewise, by ids and by keys of their own.
const REFERRED: &str = "_entities";

/// Likewise.
const REFERRED_WITH_LISTS: &str = "_entities with lists";

/// Likewise.
const EFFECT: &str = "meetupEffect";

async fn ask(pipeline: &Pipeline, query: &str) -> serde_json::Value {
    ask_as(pipeline, Viewer::anonymous(), query).await
}

async fn ask_as(pipeline: &Pipeline, viewer: Viewer, query: &str) -> serde_json::Value {
    let answer = pipeline.answer(async_graphql::Request::new(query).data(viewer)).await;
    assert!(answer.response.errors.is_empty(), "{query}: {:?}", answer.response.errors);
    answer.response.data.into_json().expect("JSON")
}

/// A query for one node of every kind that lists have.
async fn mixed_nodes(pipeline: &Pipeline) -> String {
    let data = ask(
        pipeline,
        "{ meetups(first: 20) { nodes { id } } caseStudies(first: 20) { nodes { id } }
           offers(first: 20) { nodes { id } } councils(first: 20) { nodes { id } } regions { id } }",
    )
    .await;
    let mut ids = Vec::new();
    collect_ids(&data, &mut ids);
    format!("{{ nodes(ids: {ids:?}) {{ id __typename }} }}")
}

/// Representations of as many things of every kind as may be asked at a time.
async fn representations(pipeline: &Pipeline) -> String {
    let data = ask(
        pipeline,
        "{ meetups(when: ALL, first: 15) { nodes { __typename id } }
           caseStudies(first: 15) { nodes { __typename id } } offers(first: 15) { nodes { __typename id } }
           serviceAssessments(first: 15) { nodes { __typename id } }
           councils(first: 10) { nodes { __typename code } }
           standards { __typename code points { __typename ref } }
           regions { __typename code groups { __typename slug } } }",
    )
    .await;
    let mut found = Vec::new();
    collect_representations(&data, &mut found);
    found.truncate(100);
    format!("[{}]", found.join(", "))
}

fn collect_representations(value: &serde_json::Value, found: &mut Vec<String>) {
    if let serde_json::Value::Object(fields) = value
        && fields.contains_key("__typename")
    {
        let texts = fields.iter().filter(|(_, text)| text.is_string());
        let texts: Vec<_> = texts.map(|(name, text)| format!("{name}: {text}")).collect();
        found.push(format!("{{{}}}", texts.join(", ")));
    }
    match value {
        serde_json::Value::Array(items) => {
            items.iter().for_each(|item| collect_representations(item, found));
        }
        serde_json::Value::Object(fields) => {
            fields.values().for_each(|item| collect_representations(item, found));
        }
        _ => {}
    }
}

fn collect_ids(value: &serde_json::Value, ids: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        serde_json::Value::Object(fields) => {
            ids.extend(fields.get("id").and_then(|id| id.as_str()).map(str::to_owned));
            fields.values().for_each(|item| collect_ids(item, ids));
        }
        _ => {}
    }
}

/// The places, without indexes, where no value is anything but null or an empty list: what a
/// query asked for there was never fetched.
fn always_empty(data: &serde_json::Value) -> Vec<String> {
    let mut is_filled = BTreeMap::new();
    note_filled(data, "", &mut is_filled);
    is_filled.into_iter().filter(|(_, is_filled)| !is_filled).map(|(place, _)| place).collect()
}

fn note_filled(value: &serde_json::Value, place: &str, is_filled: &mut BTreeMap<String, bool>) {
    let is_something = match value {
        serde_json::Value::Null => false,
        serde_json::Value::Array(items) => {
            items.iter().for_each(|item| note_filled(item, &format!("{place}[]"), is_filled));
            !items.is_empty()
        }
        serde_json::Value::Object(fields) => {
            for (name, item) in fields {
                note_filled(item, &format!("{place}.{name}"), is_filled);
            }
            true
        }
        _ => true,
    };
    *is_filled.entry(place.to_owned()).or_default() |= is_something;
}

async fn check(database: &Database, rows: u32) {
    fill(database.store(), rows).await;
    let (store, statements): (Store, Statements) = database.counted();
    let pipeline = pipeline(store);
    let mixed = mixed_nodes(&pipeline).await;
    let given = representations(&pipeline).await;
    let referred = format!("{{ _entities(representations: {given}) {{ __typename }} }}");
    let referred_with_lists = format!(
        "{{ _entities(representations: {given}) {{
           ... on Council {{ name meetups(when: ALL, first: 3) {{ nodes {{ title }} }} }}
           ... on StandardPoint {{ label caseStudies(first: 3) {{ nodes {{ title council {{ name }} }} }} }}
           ... on Region {{ name }} ... on PeerGroup {{ name }} ... on Meetup {{ title points {{ label }} }} }} }}"
    );
    let data = ask(&pipeline, "{ meetups(first: 1, region: \"london\") { nodes { id } } }").await;
    let effect =
        format!("{{ meetupEffect(meetup: {}) {{ because }} }}", data["meetups"]["nodes"][0]["id"]);
    let steward = Viewer::bearer("a steward".to_owned(), vec![Scope::Steward], None);
    let public = SHAPES.map(|shape| (Viewer::anonymous(), shape));
    let coordinated = COORDINATED.map(|shape| (steward.clone(), shape));
    for (viewer, (name, wanted, query)) in public.into_iter().chain(coordinated) {
        statements.take();
        let query = match query {
            MIXED => &mixed,
            REFERRED => &referred,
            REFERRED_WITH_LISTS => &referred_with_lists,
            EFFECT => &effect,
            query => query,
        };
        let data = ask_as(&pipeline, viewer, query).await;
        let empty = always_empty(&data);
        assert!(empty.is_empty(), "{name} over {rows} rows answers with nothing at {empty:?}");
        let taken = statements.take();
        assert_eq!(taken.len(), wanted, "{name} over {rows} rows: {taken:#?}");
    }
}

#[tokio::test]
async fn sqlite_takes_as_many_statements_for_ten_thousand_rows_as_for_ten() {
    check(&Database::sqlite().await, 10).await;
    check(&Database::sqlite().await, 10_000).await;
}

#[tokio::test]
async fn postgres_takes_as_many_statements_for_ten_thousand_rows_as_for_ten() {
    check(&Database::postgres().await, 10).await;
    check(&Database::postgres().await, 10_000).await;
}
