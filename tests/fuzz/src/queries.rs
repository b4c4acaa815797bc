//! Queries: each goes through the whole pipeline over a small nation in memory. After a line of
//! `---` may stand its variables, as JSON.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_graphql::{Request, Variables, parser::parse_query};
use chrono::{DateTime, Utc};
use folkmoot_domain::{Viewer, embedded_register, embedded_standards};
use folkmoot_federation::{Clock, Nation, NationOptions, PublishedCache, ReferenceCache, Stored};
use folkmoot_graphql::{Addresses, Moot, Pipeline, Turns};
use folkmoot_server::demo;
use folkmoot_store::{Change, Store, StoreOptions};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::{
    nation::{STANDARD, now},
    printed::{Size, printed},
};

/// What docs/api.md names, but for what has to do with time, load and what is away.
const CODES: [&str; 26] = [
    "QUERY_MALFORMED",
    "QUERY_INVALID",
    "QUERY_TOO_LARGE",
    "QUERY_TOO_DEEP",
    "OPERATION_UNKNOWN",
    "VARIABLE_MISSING",
    "VARIABLE_INVALID",
    "VALUE_INVALID",
    "UNKNOWN_REFERENCE",
    "MALFORMED_ID",
    "TOO_MANY_IDS",
    "PAGE_SIZE",
    "PAGE_ARGUMENTS",
    "CURSOR_MALFORMED",
    "CURSOR_EXPIRED",
    "CURSOR_MISMATCH",
    "DATE_RANGE",
    "TEXT_LENGTH",
    "OWNER_UNREACHABLE",
    "UNAVAILABLE",
    "PAUSED",
    "TOO_MANY_PAGES",
    "CIRCLE",
    "TABLE_TOO_LARGE",
    "NOT_COMPLETE",
    "SCOPE_NEEDED",
];

/// The limits of the API, once more.
const MOST: Size = Size { depth: 40, selections: 2_000 };

/// Every query is answered or refused with a code; one that is answered is well-formed and within
/// the limits, and means the same written in another way.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (query, variables) = text.split_once("\n---\n").unwrap_or((text, "{}"));
    let Ok(variables) = serde_json::from_str::<Value>(variables) else { return };
    let first = Said::to(query, &variables);
    assert!(are_same(&first, &Said::to(query, &variables)), "asked twice: {query}");
    if !first.has_begun {
        return;
    }
    let document = parse_query(query).expect("what is answered is well-formed");
    let (plain, size) = printed(&document);
    assert!(size.depth <= MOST.depth && size.selections <= MOST.selections, "{size:?}: {query}");
    let again = parse_query(&plain).unwrap_or_else(|error| panic!("{error}: {plain}"));
    assert_eq!(printed(&again).0, plain, "another document");
    let other = Said::to(&plain, &variables);
    // Signs that are written out may make a text longer than any may be.
    let is_longer = plain.len() > query.len() && other.has_code("QUERY_TOO_LARGE");
    assert!(
        is_longer || are_same(&first, &other),
        "{query}\n{}\n{plain}\n{}",
        first.body,
        other.body
    );
}

/// An answer.
struct Said {
    has_begun: bool,
    body: Value,
}

impl Said {
    fn to(query: &str, variables: &Value) -> Self {
        let moot = &*MOOT;
        let pipeline = moot.pipeline.clone();
        let request = Request::new(query)
            .variables(Variables::from_json(variables.clone()))
            .data(Viewer::anonymous());
        // On a thread of the runtime's, whose stack is as large as the gateway's.
        let answering = moot.runtime.spawn(async move { pipeline.answer(request).await });
        let answer = moot.runtime.block_on(answering).expect("no panic");
        let body = answer.body();
        let said = Self {
            has_begun: answer.has_begun,
            body: serde_json::from_slice(&body).expect("an answer is JSON"),
        };
        said.errors_are_known();
        said
    }

    fn has_code(&self, code: &str) -> bool {
        self.body["errors"][0]["extensions"]["code"] == code
    }

    fn errors_are_known(&self) {
        let errors = self.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(self.has_begun || !errors.is_empty(), "refused without a word");
        assert!(self.has_begun == self.body.get("data").is_some(), "{}", self.body);
        for error in errors {
            let code = error["extensions"]["code"].as_str().unwrap_or_default();
            assert!(CODES.contains(&code), "{code:?}: {error}");
            let message = error["message"].as_str().unwrap_or_default();
            assert!(!message.is_empty() && message.chars().count() < 400, "{message:?}");
            assert!(!message.contains(char::is_control), "{message:?}");
        }
    }
}

/// Where there are errors, all but those: which are told depends on what is resolved first.
fn are_same(one: &Said, other: &Said) -> bool {
    match one.body.get("errors").is_some() && other.body.get("errors").is_some() {
        true => one.has_begun == other.has_begun && one.body["data"] == other.body["data"],
        false => one.body == other.body,
    }
}

/// A gateway in this process.
struct Gateway {
    runtime: Runtime,
    pipeline: Pipeline,
}

static MOOT: LazyLock<Gateway> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().expect("a runtime");
    let pipeline = runtime.block_on(pipeline(now()));
    Gateway { runtime, pipeline }
});

async fn pipeline(now: DateTime<Utc>) -> Pipeline {
    let options = StoreOptions {
        url: "sqlite::memory:".to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(10),
    };
    let store = Store::connect(&options).await.expect("a database in memory");
    store.migrate().await.expect("migrated");
    store.apply("fuzz", now, nation(now)).await.expect("filled");
    let clock = Clock::fixed(now);
    let stored = Arc::new(Stored::new(store.clone()));
    Pipeline::new(Moot {
        nation: Nation::new(stored, clock.clone(), NationOptions::default()),
        reference: ReferenceCache::new(store.clone(), STANDARD),
        published: PublishedCache::new(store.clone(), Duration::ZERO),
        store,
        addresses: Addresses::new("https://folkmoot.example"),
        clock,
        turns: Turns::new(64),
    })
}

/// The demo without its answers, which are a hundred times as many as all other rows.
fn nation(now: DateTime<Utc>) -> Vec<Change> {
    let register = embedded_register();
    let (standards, crosswalk) = embedded_standards();
    let today = folkmoot_domain::london_day(now);
    let demo = demo::demo(&register.councils, &standards, today);
    let mut changes: Vec<_> = register.councils.into_iter().map(Change::Council).collect();
    changes.extend(register.successions.into_iter().map(Change::Succession));
    changes.extend(standards.into_iter().map(Change::Standard));
    changes.extend(crosswalk.into_iter().map(Change::Crosswalk));
    changes.extend(demo.regions.into_iter().map(Change::Region));
    changes.extend(demo.groups.into_iter().map(Change::Group));
    changes.extend(demo.memberships.into_iter().map(Change::Membership));
    changes.extend(demo.series.into_iter().map(Change::Series));
    changes.extend(demo.meetups.into_iter().map(Change::Meetup));
    changes.extend(demo.case_studies.into_iter().map(Change::CaseStudy));
    changes.extend(demo.offers.into_iter().map(Change::Offer));
    changes.extend(demo.rounds.into_iter().map(Change::Round));
    changes.extend(demo.needs.into_iter().map(Change::Need));
    changes.extend(demo.topics.into_iter().map(Change::Topic));
    changes.extend(demo.assessments.into_iter().map(Change::Assessment));
    changes
}
