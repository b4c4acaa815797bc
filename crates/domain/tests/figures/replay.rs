//! A reader who knows the rules by heart: possible is only a world of which the job publishes
//! exactly the same, hidden rows and hidden pairs included.
//!
//! This reader draws conclusions from what is *not* written, and from the fact that something is.
//! Which conclusions these are is not worked out: worlds are looked for in which the job is run
//! again, and its pages are compared. Everything else in public is made of these pages.

use folkmoot_domain::{Mutant, NoFigure, Rating, RowScope, Shown};

use crate::{
    K,
    attacker::{Levels, Search, worlds_where},
    nations,
    published::{Rules, Table, release},
    world::{Climate, RESPONSES, SELF_PUBLISHED, World, register_regions},
};

/// How many rounds of looking for worlds; the first is nearly always enough.
const ROUNDS: usize = 20;

/// How many where these did not do: in three of 20,000 random nations.
const MANY_ROUNDS: usize = 1_000;

/// How many worlds of another half-year are tried.
const ELSEWHERE: usize = 30;

/// Of each row, what it shows and of how many councils, or what is said instead.
type Page = Vec<(RowScope, Result<(String, usize), NoFigure>)>;

fn page(tables: &[Table]) -> Page {
    let rows = tables.iter().flat_map(|table| &table.rows);
    let public = |shown: Shown, councils| match shown.no_figure() {
        Some(why) => Err(why),
        None => Ok((format!("{shown:?}"), councils)),
    };
    rows.map(|(scope, row)| (*scope, public(row.shown, row.councils.len()))).collect()
}

/// The world, had councils said this in a half-year.
fn with(world: &World, half: usize, levels: &Levels) -> World {
    let mut world = world.clone();
    for answer in world.halves[half].answers.values_mut().flatten() {
        if let Some(level) = levels.get(&answer.council) {
            answer.rating = Rating::from_code(*level).expect("a level");
        }
    }
    world
}

/// Worlds that differ in a half-year and have the same page, and whether they hide everyone.
fn worlds(
    world: &World,
    rules: Rules,
    tables: &[Table],
    half: usize,
    search: Search,
) -> (Vec<Levels>, bool) {
    let published = page(tables);
    worlds_where(&tables[half], K, search, |levels| {
        page(&release(&with(world, half, levels), rules)) == published
    })
}

/// Whether everyone is hidden in a half-year; if the others were as they were, or else.
fn is_hidden(world: &World, rules: Rules, tables: &[Table], half: usize) -> bool {
    let is_hidden = |world: &World, rounds| {
        worlds(world, rules, tables, half, Search { rounds, goes_on: false }).1
    };
    is_hidden(world, ROUNDS)
        || (0..tables.len()).filter(|other| *other != half).any(|other| {
            let elsewhere =
                worlds(world, rules, tables, other, Search { rounds: 4, goes_on: true }).0;
            let some = elsewhere.iter().step_by(elsewhere.len().div_ceil(ELSEWHERE));
            some.map(|levels| with(world, other, levels)).any(|world| is_hidden(&world, 2))
        })
}

/// The half-years in which a short search does not show that everyone is hidden.
fn open(world: &World, rules: Rules) -> Vec<usize> {
    let tables = release(world, rules);
    (0..tables.len()).filter(|half| !is_hidden(world, rules, &tables, *half)).collect()
}

/// Running the job again for each world takes its time.
fn some_nations() -> u64 {
    nations().div_ceil(12)
}

fn assert_nobody_is_open(name: &str, world: impl Fn(u64) -> World) {
    for seed in 0..some_nations() {
        let world = world(seed);
        let mut open = open(&world, Rules::Sound);
        let tables = release(&world, Rules::Sound);
        let search = || Search { rounds: MANY_ROUNDS, goes_on: false };
        open.retain(|half| !worlds(&world, Rules::Sound, &tables, *half, search()).1);
        assert_eq!(open, [0; 0], "half-years of {name} {seed}");
    }
}

#[test]
fn who_knows_the_rules_finds_nobody_in_random_nations() {
    assert_nobody_is_open("nation", World::random);
}

#[test]
fn who_knows_the_rules_finds_nobody_in_small_nations_where_shares_tell_levels() {
    assert_nobody_is_open("hard nation", World::hard);
}

#[test]
fn who_knows_the_rules_finds_nobody_in_the_real_register() {
    let regions = register_regions();
    for seed in 0..nations().div_ceil(300) {
        let (response, self_published) = (seed as usize % 3, seed as usize / 3 % 3);
        let climate = Climate::plain(RESPONSES[response], SELF_PUBLISHED[self_published]);
        let world = World::register(&regions, climate, seed);
        assert_eq!(open(&world, Rules::Sound), [0; 0], "half-years of register {seed}");
    }
}

/// Only the later side can be what hides the pair of the first two half-years, and by the next
/// pair's share eight councils who are not matched are at 3 then, but for one at most.
#[test]
fn a_pair_after_one_that_is_hidden_by_its_levels_tells_what_hid_it() {
    let world = World::hard(13109);
    let mutant = Rules::Without(Mutant::AfterHiddenOff);
    assert!(release(&world, mutant)[2].has_matched);
    assert_eq!(open(&world, mutant), [1]);
    assert!(!release(&world, Rules::Sound)[2].has_matched);
    assert_eq!(open(&world, Rules::Sound), [0; 0]);
}
