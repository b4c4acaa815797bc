//! Cells: whatever is written in whatever order, they say what the definition says.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use folkmoot_domain::{
    Cell, CellKey, HalfYear, Life, Membership, PointId, Reference, RegionState, Round, Standing,
    Succession, cells,
};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::{Database, build, on_both_databases};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

on_both_databases!(
    cells_equal_the_definition_after_random_histories,
    a_reorganised_council_is_counted_once_and_not_matched_across_it,
    a_rebuild_mends_what_differs,
);

const POINTS: std::ops::RangeInclusive<u16> = 1..=2;
const REGIONS: [&str; 2] = ["kent", "london"];
/// Two in one half-year, then one in each of two more.
const ROUNDS: [&str; 4] = ["2022-02-01", "2022-05-01", "2022-09-01", "2023-03-01"];

async fn apply(store: &Store, changes: Vec<Change>) {
    store.apply("test", build::start(), changes).await.expect("the changes are applied");
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn points() -> Vec<PointId> {
    POINTS.map(build::point_id).collect()
}

const EVER: (&str, &str) = ("2000-H1", "2099-H1");

fn ever() -> (HalfYear, HalfYear) {
    (EVER.0.parse().expect("a half-year"), EVER.1.parse().expect("a half-year"))
}

async fn kept(store: &Store) -> BTreeMap<CellKey, Cell> {
    let regions = REGIONS.map(build::region_id);
    store.capability_cells(&regions, ever(), &points()).await.expect("read cells")
}

async fn defined(store: &Store) -> BTreeMap<CellKey, Cell> {
    let parts = store.reference_parts("lgdss-2016").await.expect("read");
    let standing = Standing::from(&Reference::new(parts));
    let given = store.given(ever(), &points()).await.expect("read answers");
    cells(&given, &standing)
}

fn home(region: usize, n: u32, life: Life) -> Change {
    let group = build::group_id(build::region_id(REGIONS[region]));
    Change::Membership(Membership { group, council: build::council_id(n), life, is_home: true })
}

/// Councils 0 to 3 are at home in Kent, 4 to 7 in London; 8 moves between them in May 2022.
async fn filled(database: &Database) -> &Store {
    let store = database.store();
    let mut changes = build::nation(&REGIONS);
    changes.extend((0..8).map(|n| home(n as usize / 4, n, Life::default())));
    changes.push(home(0, 8, Life::new(None, Some(day("2022-05-01")))));
    changes.push(home(1, 8, Life::new(Some(day("2022-05-01")), None)));
    for region in REGIONS.map(build::region_id) {
        changes.extend(ROUNDS.map(|held_on| build::round(region, held_on).change()));
    }
    apply(store, changes).await;
    store
}

/// One write of a history.
#[derive(Clone, Debug)]
enum Step {
    /// Answers or corrections: region, round, council, point, code.
    Answer(Vec<(usize, usize, u32, u16, u8)>),
    /// A round takes place on another day.
    Move(usize, usize, u32),
    /// Council 0 to 3 leaves Kent on a day of 2022, or stays.
    Leave(u32, Option<u32>),
    /// Council 9 follows one of the first four.
    Follow(u32),
    /// A region claims one of the first nine councils from a day of 2022, or gives it up on it.
    Claim(usize, u32, u32, bool),
    /// A region is put on trial, or takes part.
    Trial(usize, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let answer = (0..2usize, 0..4usize, 0..10u32, POINTS, 0..8u8);
    prop_oneof![
        12 => prop::collection::vec(answer, 1..12).prop_map(Step::Answer),
        2 => (0..2usize, 0..4usize, 0..900u32).prop_map(|(a, b, days)| Step::Move(a, b, days)),
        2 => (0..4u32, prop::option::of(0..300u32)).prop_map(|(n, on)| Step::Leave(n, on)),
        1 => (0..4u32).prop_map(Step::Follow),
        3 => (0..2usize, 0..9u32, 0..300u32, any::<bool>())
            .prop_map(|(region, n, on, claims)| Step::Claim(region, n, on, claims)),
        1 => (0..2usize, any::<bool>()).prop_map(|(region, trial)| Step::Trial(region, trial)),
    ]
}

fn changes(step: &Step) -> Vec<Change> {
    let after = |days: u32| day("2022-01-01") + chrono::Days::new(days.into());
    match step {
        Step::Answer(answers) => {
            // The last word of a write on one question is the one that is kept.
            let last: BTreeMap<_, u8> =
                answers.iter().map(|&(r, o, n, p, code)| ((r, o, n, p), code)).collect();
            let response = |((region, round, n, point), code)| {
                let round: Round =
                    build::round(build::region_id(REGIONS[region]), ROUNDS[round]).build();
                build::response(&round, n, code).about(build::point_id(point)).change()
            };
            last.into_iter().map(response).collect()
        }
        Step::Move(region, round, days) => {
            let round = build::round(build::region_id(REGIONS[*region]), ROUNDS[*round]);
            vec![round.with(|round| round.held_on = after(*days)).change()]
        }
        Step::Leave(n, on) => vec![home(0, *n, Life::new(None, on.map(after)))],
        Step::Follow(n) => {
            let (from, to) = (build::council_id(*n), build::council_id(9));
            let succession = Succession { from, to, on: day("2022-04-01") };
            vec![Change::Succession(succession), home(0, 9, Life::default())]
        }
        // A claim has a day of its own among ten, so that one region's never overlap.
        Step::Claim(region, n, on, claims) => {
            let from = after(on / 30 * 30);
            let until =
                if *claims { from + chrono::Days::new(29) } else { from + chrono::Days::new(1) };
            let is_own = *region == (*n as usize / 4).min(1) || *n == 8;
            let claim = home(*region, *n, Life::new(Some(from), Some(until)));
            if is_own { Vec::new() } else { vec![claim] }
        }
        Step::Trial(region, trial) => {
            let state = if *trial { RegionState::Trial } else { RegionState::Active };
            vec![build::region(REGIONS[*region]).state(state).change()]
        }
    }
}

async fn cells_equal_the_definition_after_random_histories(database: Database) {
    let store = filled(&database).await;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let history = prop::collection::vec(step(), 1..4);
    let mut most = 0;
    for number in 0..1_000 {
        let history = history.new_tree(&mut runner).expect("a history").current();
        for step in &history {
            apply(store, changes(step)).await;
        }
        let kept = kept(store).await;
        assert_eq!(kept, defined(store).await, "after history {number}: {history:?}");
        most = most.max(kept.values().map(|cell| cell.all.rated() + cell.matched.rated()).sum());
    }
    assert!(most > 100, "the histories fill the cells of both panels: {most}");
}

async fn a_reorganised_council_is_counted_once_and_not_matched_across_it(database: Database) {
    let store = filled(&database).await;
    let region = build::region_id("kent");
    let (earlier, later) = (build::round(region, ROUNDS[0]), build::round(region, ROUNDS[1]));
    let next = build::round(region, ROUNDS[2]).build();
    let (earlier, later) = (earlier.build(), later.build());
    let ended = Life::new(None, Some(day("2022-04-01")));
    let mut changes: Vec<_> = (0..2).map(|n| home(0, n, ended)).collect();
    changes.push(home(0, 9, Life::new(Some(day("2022-04-01")), None)));
    changes.extend((0..2).map(|n| {
        let (from, to) = (build::council_id(n), build::council_id(9));
        Change::Succession(Succession { from, to, on: day("2022-04-01") })
    }));
    changes.extend((0..3).map(|n| build::response(&earlier, n, 1).change()));
    apply(store, changes).await;
    let all = async |half_year: &str| {
        let half_year: HalfYear = half_year.parse().expect("a half-year");
        let kept = kept(store).await;
        let cell = kept.iter().find(|(key, _)| key.half_year == half_year);
        cell.map(|(_, cell)| (cell.all.levels, cell.matched.rated()))
    };
    assert_eq!(all("2022-H1").await, Some(([0, 3, 0, 0, 0], 0)), "nobody followed them yet");

    apply(store, vec![build::response(&later, 9, 4).change()]).await;
    assert_eq!(all("2022-H1").await, Some(([0, 1, 0, 0, 1], 0)), "two became one");

    let answers = [2, 9].map(|n| build::response(&next, n, 3).change());
    apply(store, answers.to_vec()).await;
    assert_eq!(all("2022-H2").await, Some(([0, 0, 0, 2, 0], 2)), "the new body matches itself");
}

async fn a_rebuild_mends_what_differs(database: Database) {
    let store = filled(&database).await;
    let round = build::round(build::region_id("kent"), ROUNDS[0]).build();
    apply(store, (0..4).map(|n| build::response(&round, n, 2).change()).collect()).await;
    let right = kept(store).await;
    let rebuild = async || store.rebuild_cells("test", build::start()).await.expect("rebuild");
    assert_eq!(rebuild().await, 0, "they were right");

    database.run("UPDATE capability_cell SET level_2 = 9").await;
    database.run("UPDATE capability_cell SET half_year = 1 WHERE measure = 'SUPPORT_NEED'").await;

    assert_eq!(rebuild().await, 3, "one wrong, one gone, one too many");
    assert_eq!(kept(store).await, right);
}
