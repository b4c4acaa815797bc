//! Public answers are shared for as long as they are right, and no longer: after each kind of
//! write, in the process that wrote, every shared answer is what would be answered anew.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use async_graphql::Request;
use chrono::TimeDelta;
use folkmoot_cache::{Cache, Memory};
use folkmoot_domain::{
    EntityKind, GlobalId, Life, MeetupStatus, Membership, Reference, RegionState, Threshold, Viewer,
};
use folkmoot_graphql::{AnswerCache, Method, Moot, Pipeline, Public};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::{Database, build};
use futures::future::BoxFuture;

use crate::{
    filled::{assessment, fill, moot, regions},
    statements::SHAPES,
};

/// Asked beside the shapes: what they leave out.
const ALSO: [&str; 7] = [
    "{ meetups(when: ALL, first: 100) { nodes { title status } } }",
    "{ regions { code name onTrial source { state } } viewer { name } }",
    "{ standards { code points { label rubric { level } } } }",
    "{ councils(first: 5) { nodes { name answers { level } groups { name } } } }",
    "{ meetups(when: PAST) { nodes { title } totalCount complete note } }",
    "{ nextTopics(region: \"kent\") { note rows { because } } }",
    "{ __schema { types { name } } }",
];

/// A nation that is asked with and without its answers being shared.
pub(crate) struct Asked {
    pipeline: Pipeline,
    cache: AnswerCache,
}

/// What came, and whether it had been there already.
pub(crate) type Got = (Vec<u8>, bool);

impl Asked {
    pub(crate) async fn over(store: Store) -> Self {
        store.poll_generations().await.expect("polled");
        Self::of(moot(store))
    }

    fn of(moot: Moot) -> Self {
        let pipeline = Pipeline::new(moot);
        let cache = Cache::new(Memory::new(16 * 1024 * 1024), None);
        let longest = Duration::from_secs(60);
        let cache =
            AnswerCache::new(pipeline.clone(), cache, String::new(), longest, Duration::MAX);
        Self { pipeline, cache }
    }

    pub(crate) async fn shared(&self, query: &str) -> Got {
        if let Some(given) = self.cache.at_hand(Method::Post, query.as_bytes()) {
            return (given.answer.body().to_vec(), true);
        }
        match self.cache.answer(Method::Post, query.as_bytes(), request(query)).await {
            Public::Kept(given) => (given.answer.body().to_vec(), given.is_hit),
            Public::Once(answer) => (answer.body(), false),
        }
    }

    async fn anew(&self, query: &str) -> Vec<u8> {
        self.pipeline.answer(request(query)).await.body()
    }

    /// The answers by query, each compared with what would be answered anew.
    async fn all(&self, after: &str) -> BTreeMap<&'static str, Got> {
        let mut all = BTreeMap::new();
        let shapes =
            SHAPES.iter().map(|(_, _, query)| *query).filter(|query| query.starts_with('{'));
        for query in shapes.chain(ALSO) {
            let got = self.shared(query).await;
            let anew = self.anew(query).await;
            assert_eq!(text(&got.0), text(&anew), "after {after}: {query}");
            assert!(text(&got.0).starts_with("{\"data\":"), "{query}: {}", text(&got.0));
            all.insert(query, got);
        }
        all
    }
}

fn request(query: &str) -> Request {
    Request::new(query).data(Viewer::anonymous())
}

fn text(body: &[u8]) -> &str {
    str::from_utf8(body).expect("text")
}

/// One write.
type Write = fn(&Store) -> BoxFuture<'_, ()>;

fn apply(store: &Store, change: impl Into<Vec<Change>>) -> BoxFuture<'_, ()> {
    let changes = change.into();
    Box::pin(async move {
        let applied = store.apply("test", build::start(), changes).await.expect("written");
        assert!(applied.created + applied.updated + applied.removed > 0, "it changes something");
    })
}

/// Writes of each kind that the public can see, and one query whose answer each of them changes.
const WRITES: [(&str, Write); 15] = [
    ("a new meet-up", |store| apply(store, [build::meetup(regions()[0], 900).change()])),
    ("a cancelled meet-up", |store| {
        let meetup = build::meetup(regions()[0], 900).status(MeetupStatus::Cancelled);
        apply(store, [meetup.change()])
    }),
    ("a meet-up that is gone", |store| {
        let meetup = build::meetup(regions()[0], 900).build();
        let id = GlobalId::regional(EntityKind::Meetup, meetup.region, meetup.id.0);
        apply(store, [Change::Gone(id)])
    }),
    ("a withdrawn case study", |store| {
        Box::pin(async move {
            let study = build::case_study(regions()[0], 0).build();
            let id = GlobalId::regional(EntityKind::CaseStudy, study.region, study.id.0);
            assert!(
                store.withdraw("test", &id, "asked for", build::start()).await.expect("withdrawn")
            );
        })
    }),
    ("another case study", |store| {
        let study = build::case_study(regions()[1], 901).titled("How we meet");
        apply(store, [study.change()])
    }),
    ("another offer", |store| {
        apply(store, [build::offer(regions()[1], 902).on(build::point_id(2)).change()])
    }),
    ("another assessment", |store| apply(store, [assessment(regions()[0], 40).change()])),
    ("a council that joins", |store| {
        let membership = build::home(regions()[0], 10);
        apply(store, [build::council(10).change(), Change::Membership(membership)])
    }),
    ("an answer", |store| {
        let round = build::round(regions()[0], "2026-10-08").build();
        apply(store, [build::response(&round, 10, 4).change()])
    }),
    ("another round", |store| apply(store, [build::round(regions()[1], "2026-10-20").change()])),
    ("a member who leaves", |store| {
        let ends_on = Some(build::start().date_naive() - TimeDelta::days(2));
        let life = Life { ends_on, ..Life::default() };
        let (group, council) = (build::group_id(regions()[0]), build::council_id(4));
        let membership = Membership { group, council, life, is_home: true };
        apply(store, [Change::Membership(membership)])
    }),
    ("a renamed council", |store| apply(store, [build::council(3).named("Ambridge").change()])),
    ("a renamed region", |store| {
        apply(store, [build::region("kent").with(|kent| kent.name = "Cantia".to_owned()).change()])
    }),
    ("figures that are taken back", |store| {
        Box::pin(async move {
            let back = store.withdraw_release("test", build::start(), 1, None, "wrong");
            assert!(back.await.expect("withdrawn") > 0);
        })
    }),
    ("a paused region", |store| {
        let paused = RegionState::Paused { reason: "They move house.".to_owned() };
        apply(store, [build::region("kent").state(paused).change()])
    }),
];

async fn check(database: &Database) {
    fill(database.store(), 10).await;
    let asked = Asked::over(database.store().clone()).await;
    asked.all("nothing").await;
    let mut before = asked.all("nothing again").await;
    let missing: Vec<_> = before.iter().filter(|(_, (_, is_hit))| !is_hit).map(|it| it.0).collect();
    assert!(missing.is_empty(), "the second time all is there: {missing:?}");
    for (name, write) in WRITES {
        write(database.store()).await;
        let after = asked.all(name).await;
        let differs = |query: &&&str| before[**query].0 != after[**query].0;
        let changed: Vec<_> = after.keys().filter(differs).collect();
        assert!(!changed.is_empty(), "{name} changes no answer that is asked for here");
        before = after;
    }
}

#[tokio::test]
async fn after_each_kind_of_write_on_sqlite_what_is_shared_is_what_would_be_answered() {
    check(&Database::sqlite().await).await;
}

#[tokio::test]
async fn after_each_kind_of_write_on_postgres_what_is_shared_is_what_would_be_answered() {
    check(&Database::postgres().await).await;
}

#[tokio::test]
async fn what_has_not_changed_stays_shared() {
    let database = Database::sqlite().await;
    fill(database.store(), 10).await;
    let asked = Asked::over(database.store().clone()).await;
    let (meetups, offers) = ("{ meetups { totalCount } }", "{ offers { totalCount } }");
    asked.shared(meetups).await;
    asked.shared(offers).await;
    apply(database.store(), [build::meetup(regions()[0], 900).change()]).await;
    assert!(!asked.shared(meetups).await.1);
    assert!(asked.shared(offers).await.1);
    let one_region = "{ meetups(region: \"kent\") { totalCount } }";
    asked.shared(one_region).await;
    apply(database.store(), [build::meetup(regions()[0], 901).change()]).await;
    assert!(asked.shared(one_region).await.1, "another region's meet-up");
    let ages = "{ sources { ageSeconds } }";
    asked.shared(ages).await;
    assert!(!asked.shared(ages).await.1, "an age is not the same a second later");
}

/// What was withdrawn of a live region is known with its routes: until then an answer may show it, and
/// nothing would tell later that it does.
#[tokio::test]
async fn nothing_is_kept_that_was_made_before_regions_are_asked_as_the_registry_has_it() {
    let database = Database::sqlite().await;
    let store = database.store();
    fill(store, 10).await;
    store.poll_generations().await.expect("polled");
    let moot = moot(store.clone());
    let nation = moot.nation.clone();
    let routed = async || {
        let parts = store.reference_parts("lgdss-2016").await.expect("reference");
        nation.set_live(HashMap::new(), parts.registry_version);
    };
    let asked = Asked::of(moot);
    let meetups = "{ meetups { nodes { title } } }";
    let again = async || {
        asked.shared(meetups).await;
        asked.shared(meetups).await.1
    };
    routed().await;
    assert!(again().await);
    let paused = RegionState::Paused { reason: "They move house.".to_owned() };
    apply(store, [build::region("kent").state(paused).change()]).await;
    assert!(!again().await && !again().await);
    routed().await;
    assert!(again().await);
}

#[tokio::test]
async fn other_processes_writes_count_once_they_are_heard_of_and_restores_at_once() {
    let database = Database::sqlite().await;
    fill(database.store(), 10).await;
    let other = Store::connect(database.options()).await.expect("opened");
    let asked = Asked::over(database.store().clone()).await;
    let meetups = "{ meetups { totalCount } }";
    let before = asked.shared(meetups).await;
    apply(&other, [build::meetup(regions()[0], 900).change()]).await;
    database.store().poll_generations().await.expect("polled");
    let after = asked.shared(meetups).await;
    assert_ne!(before.0, after.0);
    assert!(asked.shared(meetups).await.1);
    // A restored database counts from a lower number, in a history of its own.
    other.renew_epoch().await.expect("renewed");
    database.store().poll_generations().await.expect("polled");
    assert!(!asked.shared(meetups).await.1);
    assert!(asked.shared(meetups).await.1);
}

/// As written by [`build`]: closing and releasing need reference data.
#[tokio::test]
async fn what_is_published_is_seen_at_once() {
    let database = Database::sqlite().await;
    fill(database.store(), 10).await;
    let asked = Asked::over(database.store().clone()).await;
    let figures = "{ capability(points: [\"1\"]) { revision } }";
    let before = asked.shared(figures).await;
    let store = database.store();
    let reference = Reference::new(store.reference_parts("lgdss-2016").await.expect("reference"));
    let half_year = "2026-H1".parse().expect("a half-year");
    let round = build::round(regions()[0], "2026-03-05").build();
    let answers = (0..10).map(|n| build::response(&round, n, (n % 5) as u8).change());
    apply(store, answers.collect::<Vec<_>>()).await;
    for region in reference.regions() {
        let closed = store.close_half_year("test", build::start(), &reference, region, half_year);
        closed.await.expect("closed");
    }
    let threshold = Threshold::new(5).expect("the least one");
    let released = store.create_release("test", build::start(), &reference, threshold, |_, _| {});
    assert!(released.await.expect("released").is_some());
    let after = asked.shared(figures).await;
    assert_ne!(text(&before.0), text(&after.0));
    assert_eq!(text(&after.0), text(&asked.anew(figures).await));
}
