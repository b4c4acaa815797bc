//! Queries that are made up from the schema: whatever is asked, an answer that is told in one pass,
//! the same resolved field by field, and the shared one are the same bytes.

mod made_up;

use async_graphql::Request;
use fastrand::Rng;
use folkmoot_domain::{Scope, Viewer};
use folkmoot_graphql::Pipeline;
use folkmoot_testkit::Database;
use folkmoot_tests::seed;
use serde_json::Value;

use crate::{
    answer_cache::Asked,
    filled::{fill, pipeline},
};
use made_up::{Known, Way, Words};

/// How many queries are made up.
const QUERIES: usize = 2_000;

async fn said(pipeline: &Pipeline, viewer: &Viewer, query: &str) -> String {
    let request = Request::new(query).data(viewer.clone());
    String::from_utf8(pipeline.answer(request).await.body()).expect("text")
}

/// Whether two answers to a query are one: where there are errors, all but those. Which of several
/// are told depends on what is resolved first.
fn are_same(one: &str, other: &str) -> bool {
    let has_errors = |said: &str| said.contains("\"errors\":");
    let data = |said: &str| {
        let mut answer: Value = serde_json::from_str(said).expect("JSON");
        answer["data"].take()
    };
    match has_errors(one) && has_errors(other) {
        true => data(one) == data(other),
        false => one == other,
    }
}

/// How many of them had an answer without errors.
async fn all_ways_agree(chance: &mut Rng) -> usize {
    let database = Database::sqlite().await;
    fill(database.store(), 40).await;
    let pipeline = pipeline(database.store().clone());
    let shared = Asked::over(database.store().clone()).await;
    let words = Words::of_the_schema();
    let steward = Viewer::bearer("steward".to_owned(), vec![Scope::Steward], None);
    let (mut known, mut answered) = (Known::default(), 0);
    for number in 0..QUERIES {
        let query = words.query(&known, chance);
        let (short, long) = (query.written(Way::Plain), query.written(Way::InFragments));
        let viewer = if number % 3 == 0 { &steward } else { &Viewer::anonymous() };
        let quick = said(&pipeline, viewer, &short).await;
        let resolved = said(&pipeline, viewer, &long).await;
        assert!(are_same(&quick, &resolved), "{short}\n\n{quick}\n\n{long}\n\n{resolved}");
        if viewer.token().is_none() {
            for _ in 0..2 {
                let (body, _) = shared.shared(&short).await;
                let body = String::from_utf8(body).expect("text");
                assert!(are_same(&body, &quick), "{short}\n\n{quick}\n\n{body}");
            }
        }
        for said in [&quick, &resolved] {
            assert!(!said.contains("\"INTERNAL\""), "{short}\n\n{said}");
        }
        answered += usize::from(!quick.contains("\"errors\":"));
        known.learn(&quick);
    }
    answered
}

#[tokio::test]
async fn queries_made_up_from_the_schema_have_one_answer_whichever_way_it_is_made() {
    let answered = all_ways_agree(&mut Rng::with_seed(seed())).await;
    assert!(answered * 2 > QUERIES, "{answered} of {QUERIES} have an answer: it shows too little");
}
