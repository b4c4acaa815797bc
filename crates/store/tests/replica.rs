//! Rows for everybody are read of a standby, wherever that is as new as what this process knows, and
//! of the primary wherever not.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use folkmoot_domain::{EntityKind, GlobalId, MeetupId, RegionId};
use folkmoot_store::{Change, ReplicaOptions, Store, StoreError, StoreOptions};
use folkmoot_testkit::{Pair, build};

/// How long what was looked at counts, where a test does not care.
const LONG: Duration = Duration::from_secs(600);

/// A process that reads of the standby, and the statements that reach its primary all the same.
struct Process {
    store: Store,
    statements: Arc<AtomicUsize>,
}

impl Process {
    async fn new(pair: &Pair) -> Self {
        Self::of(pair, options(&pair.standby)).await
    }

    async fn of(pair: &Pair, options: ReplicaOptions) -> Self {
        let statements = Arc::new(AtomicUsize::new(0));
        let counter = statements.clone();
        let store = pair.store().await.with_replica(&options).await.expect("an address");
        let store = store.on_statement(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        store.poll_generations().await.expect("looked");
        Self { store, statements }
    }

    /// The title of meet-up 1 as everybody is told it, and whether the standby was read.
    async fn told(&self) -> (Option<String>, bool) {
        let public = self.store.for_public().expect("there is a replica");
        self.told_by(&public).await
    }

    async fn told_by(&self, store: &Store) -> (Option<String>, bool) {
        let before = self.statements.load(Ordering::Relaxed);
        let found = store.meetups(&[kent()], &[id()]).await.expect("nobody sees an error");
        let is_of_standby = self.statements.load(Ordering::Relaxed) == before;
        (found.get(&id()).map(|meetup| meetup.title.clone()), is_of_standby)
    }

    /// The same, once a pause is over after which the standby is asked again.
    async fn told_by_standby(&self) -> Option<String> {
        for _ in 0..3_000 {
            if let (title, true) = self.told().await {
                return title;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the standby is not read again");
    }
}

fn options(url: &str) -> ReplicaOptions {
    ReplicaOptions {
        url: url.to_owned(),
        max_connections: 2,
        known_for: LONG,
        // Many times what it takes: these tests are not about a slow machine.
        patience: Duration::from_secs(60),
    }
}

fn kent() -> RegionId {
    build::region_id("kent")
}

fn id() -> MeetupId {
    build::meetup(kent(), 1).build().id
}

async fn titled(store: &Store, title: &str) {
    let change = build::meetup(kent(), 1).titled(title).change();
    store.apply("test", build::start(), vec![change]).await.expect("written");
}

fn title(title: &str) -> Option<String> {
    Some(title.to_owned())
}

/// A pair with a nation and its meet-up 1, which is called "One".
async fn filled() -> Pair {
    let pair = Pair::start().await;
    let store = pair.store().await;
    store.apply("test", build::start(), build::nation(&["kent"])).await.expect("filled");
    titled(&store, "One").await;
    pair.catch_up().await;
    pair
}

#[tokio::test]
async fn everybodys_rows_come_of_the_standby_and_all_others_of_the_primary() {
    let pair = filled().await;
    let process = Process::new(&pair).await;
    assert_eq!(process.told().await, (title("One"), true));
    assert_eq!(process.told_by(&process.store).await, (title("One"), false));
    assert!(pair.store().await.for_public().is_none(), "without a replica nothing is different");

    // Streams go the same way.
    let before = process.statements.load(Ordering::Relaxed);
    let half_year = "2026-H2".parse().expect("a half-year");
    let public = process.store.for_public().expect("a replica");
    public.given((half_year, half_year), &[build::point_id(1)]).await.expect("read");
    assert_eq!(process.statements.load(Ordering::Relaxed), before);
}

#[tokio::test]
async fn a_standby_that_lags_is_read_for_no_longer_than_nobody_can_know() {
    let pair = filled().await;
    let (here, there) = (Process::new(&pair).await, Process::new(&pair).await);
    pair.pause().await;
    titled(&here.store, "Two").await;
    assert_eq!(here.told().await, (title("Two"), false), "who wrote sees it at once");
    assert_eq!(there.told().await, (title("One"), true), "others have not heard of it");
    there.store.poll_generations().await.expect("looked");
    assert_eq!(there.told().await, (title("Two"), false), "from now on they have");
    pair.resume_and_catch_up().await;
    assert_eq!(here.told_by_standby().await, title("Two"));
    assert_eq!(there.told_by_standby().await, title("Two"));
}

#[tokio::test]
async fn a_withdrawn_row_never_comes_back_by_a_standby() {
    let pair = filled().await;
    let process = Process::new(&pair).await;
    pair.pause().await;
    let of_meetup = GlobalId::regional(EntityKind::Meetup, kent(), id().0);
    let other = pair.store().await;
    let begun = process.store.for_public().expect("a replica");
    assert_eq!(process.told_by(&begun).await, (title("One"), true));
    assert!(other.withdraw("test", &of_meetup, "asked", build::start()).await.expect("withdrawn"));
    process.store.poll_generations().await.expect("looked");
    for _ in 0..3 {
        assert_eq!(process.told().await, (None, false));
    }
    pair.resume().await;
    assert_eq!(process.told_by_standby().await, None);
}

/// What no generation counts is as new as the last look at the primary, too.
#[tokio::test]
async fn how_fresh_a_copy_is_told_to_be_is_not_held_back_by_a_standby() {
    let pair = filled().await;
    let process = Process::new(&pair).await;
    let seen = async || {
        let public = process.store.for_public().expect("a replica");
        public.freshness(&[kent()]).await.expect("read")[&kent()].as_of
    };
    assert_eq!(seen().await, build::start());
    pair.pause().await;
    // Received once more, and the same.
    let later = build::start() + TimeDelta::hours(1);
    let mut same = build::meetup(kent(), 1).titled("One").build();
    same.provenance.received_at = later;
    let same = Change::Meetup(same);
    pair.store().await.apply("test", later, vec![same]).await.expect("received");
    let before = process.store.generations().turn();
    process.store.poll_generations().await.expect("looked");
    assert_eq!(process.store.generations().turn(), before, "no row has changed");
    assert_eq!(seen().await, later);
}

#[tokio::test]
async fn a_standby_that_takes_a_statement_back_or_dies_fails_nobody() {
    let pair = filled().await;
    let process = Process::new(&pair).await;
    let public = process.store.for_public().expect("a replica");
    assert_eq!(process.told_by(&public).await, (title("One"), true));
    // What it has to apply is in the way of what the request has read.
    pair.run("ALTER TABLE meetup ALTER COLUMN title SET NOT NULL").await;
    pair.catch_up().await;
    assert_eq!(process.told_by(&public).await, (title("One"), false));
    assert_eq!(process.told_by_standby().await, title("One"));

    let public = process.store.for_public().expect("a replica");
    assert_eq!(process.told_by(&public).await, (title("One"), true));
    pair.kill_standby().await;
    assert_eq!(process.told_by(&public).await, (title("One"), false));
    for _ in 0..3 {
        assert_eq!(process.told().await, (title("One"), false));
    }
}

#[tokio::test]
async fn what_is_no_standby_of_this_history_is_not_read() {
    let pair = filled().await;
    let itself = Process::of(&pair, options(&pair.primary)).await;
    assert_eq!(itself.told().await, (title("One"), false), "takes writes of its own");
    let process = Process::new(&pair).await;
    assert_eq!(process.told().await, (title("One"), true));

    // On the same servers, and no less written.
    pair.run("CREATE DATABASE other").await;
    let other = |url: &str| format!("{}/other", url.rsplit_once('/').expect("a database").0);
    let options_of_other = StoreOptions { url: other(&pair.primary), ..pair.options() };
    let store = Store::connect(&options_of_other).await.expect("connect");
    store.migrate().await.expect("migrated");
    store.apply("test", build::start(), build::nation(&["kent"])).await.expect("filled");
    titled(&store, "Another").await;
    pair.catch_up().await;
    let misled = Process::of(&pair, options(&other(&pair.standby))).await;
    assert_eq!(misled.told().await, (title("One"), false), "is of another history");

    pair.pause().await;
    process.store.renew_epoch().await.expect("restored");
    process.store.poll_generations().await.expect("looked");
    assert_eq!(process.told().await, (title("One"), false), "is of the history before");
    pair.resume_and_catch_up().await;
    assert_eq!(process.told_by_standby().await, title("One"));

    let process = Process::new(&pair).await;
    pair.promote().await;
    assert_eq!(process.told().await, (title("One"), false), "follows nobody any more");
    let options = StoreOptions { url: pair.standby.clone(), ..pair.options() };
    let promoted = Store::connect(&options).await.expect("connect");
    let state = process.store.examine_replica(&promoted, Duration::ZERO).await.expect("read");
    assert!(!state.is_standby && state.is_of_ours, "{state:?}");
}

#[tokio::test]
async fn nobody_waits_for_a_place_and_nobody_knows_what_was_not_looked_at() {
    let pair = filled().await;
    let one = ReplicaOptions { max_connections: 1, ..options(&pair.standby) };
    let process = Process::of(&pair, one).await;
    let public = process.store.for_public().expect("a replica");
    assert_eq!(process.told_by(&public).await, (title("One"), true));
    assert_eq!(process.told().await, (title("One"), false), "the one place is taken");
    drop(public);
    assert_eq!(process.told_by_standby().await, title("One"));

    let soon = ReplicaOptions { known_for: Duration::ZERO, ..options(&pair.standby) };
    let process = Process::of(&pair, soon).await;
    assert_eq!(process.told().await, (title("One"), false));
}

#[tokio::test]
async fn sqlite_has_no_replica() {
    let database = folkmoot_testkit::Database::sqlite().await;
    let options = options("postgres://127.0.0.1:1/folkmoot");
    let error = database.store().clone().with_replica(&options).await.expect_err("refused");
    assert!(matches!(error, StoreError::Misconfigured { .. }), "{error:?}");
    assert_eq!(error.to_string(), "SQLite has no replicas: only Postgres has");
}

/// Two processes write, hear of each other's writes or not, and read, while the standby stops and
/// goes on: none is told anything older than what it knows.
#[tokio::test]
async fn at_no_time_is_anybody_told_less_than_their_process_knows() {
    let seed = std::env::var("FOLKMOOT_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(7);
    let pair = filled().await;
    let processes = [Process::new(&pair).await, Process::new(&pair).await];
    let (mut written, mut known, mut of_standby) = (0_u64, [0_u64; 2], 0);
    titled(&processes[0].store, "0").await;
    for process in &processes {
        process.store.poll_generations().await.expect("looked");
    }
    let mut state = seed;
    for step in 0..400 {
        // A linear congruential generator (Knuth's MMIX): any will do that repeats itself.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (who, what) = ((state >> 40) as usize % 2, (state >> 48) % 16);
        let process = &processes[who];
        match what {
            0..=2 => {
                written += 1;
                titled(&process.store, &written.to_string()).await;
                known[who] = written;
            }
            3..=5 => {
                process.store.poll_generations().await.expect("looked");
                known[who] = written;
            }
            6 => pair.pause().await,
            7 => pair.resume().await,
            8 => pair.resume_and_catch_up().await,
            _ => {
                let (told, is_of_standby) = process.told().await;
                let told: u64 = told.and_then(|title| title.parse().ok()).expect("a number");
                of_standby += usize::from(is_of_standby);
                assert!(
                    (known[who]..=written).contains(&told),
                    "seed {seed}, step {step}: {who} was told {told} and knows {}",
                    known[who]
                );
            }
        }
    }
    assert!(of_standby > 10, "seed {seed}: hardly anything came of the standby: {of_standby}");
}
