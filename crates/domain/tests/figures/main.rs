//! Published capability figures under attack: nations, everything that is published of them, and
//! an attacker who adds and subtracts better than any reader.
//!
//! `FOLKMOOT_NATIONS=100000 cargo test --release -p folkmoot-domain --test figures -- --nocapture`
//! is a long run, and prints how much is published.

mod attacker;
mod brute;
mod dice;
mod examples;
mod hidden;
mod lists;
mod published;
mod reading;
mod replay;
mod usefulness;
mod world;

use attacker::exposure;
use folkmoot_domain::Mutant;
use published::{Rules, release};
use reading::read;
use world::{Climate, RESPONSES, SELF_PUBLISHED, World, register_regions};

/// Councils that a set must have for its number to hide them: the least threshold.
const K: usize = 5;

/// How many random nations are tried.
fn nations() -> u64 {
    let wanted = std::env::var("FOLKMOOT_NATIONS").ok();
    wanted.map_or(600, |number| number.parse().expect("FOLKMOOT_NATIONS is a number"))
}

/// How many times the real register is filled for each response and share of self-published.
fn fillings() -> u64 {
    nations().div_ceil(60)
}

fn assert_nobody_is_exposed(world: &World, name: &str) {
    for (half, table) in read(world, Rules::Sound).iter().enumerate() {
        let found = exposure(table, K);
        assert_eq!(found, None, "{name}, half-year {half}");
        assert_eq!(table.learnt, 0, "{name}, half-year {half}: more is said than rows say");
        let has_rows = table.written > 0 || table.has_national;
        assert_eq!(table.entailed > 0, has_rows, "{name}, half-year {half}: what is said is read");
    }
}

#[test]
fn nobody_is_exposed_in_random_nations() {
    for seed in 0..nations() {
        assert_nobody_is_exposed(&World::random(seed), &format!("nation {seed}"));
    }
}

#[test]
fn nobody_is_exposed_in_small_nations_where_shares_tell_levels() {
    for seed in 0..nations() {
        assert_nobody_is_exposed(&World::hard(seed), &format!("hard nation {seed}"));
    }
}

#[test]
fn nobody_is_exposed_in_the_real_register() {
    let regions = register_regions();
    assert_eq!((regions.len(), regions.iter().sum()), (12, 382));
    for response in RESPONSES {
        for self_published in SELF_PUBLISHED {
            for seed in 0..fillings() {
                let climate = Climate::plain(response, self_published);
                let world = World::register(&regions, climate, seed);
                let name = format!("register at {response} %, {self_published} %, seed {seed}");
                assert_nobody_is_exposed(&world, &name);
            }
        }
    }
}

#[test]
fn nobody_is_exposed_where_regions_are_counted_and_published_by_another_gateway_as_well() {
    for seed in 0..nations() {
        assert_nobody_is_exposed(&World::plugged(seed), &format!("plugged nation {seed}"));
    }
}

/// The first random nation in which somebody is exposed: where matched shares are at fault, one
/// in a thousand or fewer is.
#[expect(clippy::print_stdout, reason = "which case catches a mutant is worth knowing")]
fn caught(rules: Rules, nation: impl Fn(u64) -> World) {
    // What is said besides the rows tells more than they do only where it is the mutant.
    let is_said = matches!(rules, Rules::LiveSentences | Rules::LivePlaces);
    let is_caught = |seed: &u64| {
        let world = nation(*seed);
        let tables = if is_said { read(&world, rules) } else { release(&world, rules) };
        tables.iter().any(|table| exposure(table, K).is_some())
    };
    let seed = (0..4000).find(is_caught);
    println!("{rules:?}: first caught in nation {seed:?}");
    assert!(seed.is_some(), "{rules:?}");
}

#[test]
fn without_the_primary_test_somebody_is_exposed() {
    caught(Rules::Without(Mutant::PrimaryOff), |seed| {
        World::register(&register_regions(), Climate::plain(30, 0), seed)
    });
}

#[test]
fn without_the_test_of_the_pool_somebody_is_exposed() {
    caught(Rules::Without(Mutant::PoolTestOff), World::random);
}

#[test]
fn with_regions_of_another_gateway_in_the_pool_somebody_is_exposed() {
    caught(Rules::Without(Mutant::ElsewherePooled), World::plugged);
}

#[test]
fn with_a_row_that_another_gateways_threshold_hides_somebody_is_exposed() {
    caught(Rules::ThresholdHereAlone, World::plugged);
}

#[test]
fn with_national_figures_over_everybody_somebody_is_exposed() {
    caught(Rules::Without(Mutant::NationalOverEverybody), World::random);
}

#[test]
fn without_the_slack_test_somebody_is_exposed() {
    caught(Rules::Without(Mutant::SlackOff), World::random);
}

#[test]
fn with_cover_counted_where_no_row_is_cut_somebody_is_exposed() {
    caught(Rules::Without(Mutant::CutOff), World::random);
}

#[test]
fn with_each_matched_pair_tested_by_itself_somebody_is_exposed() {
    caught(Rules::Without(Mutant::TwiceOff), World::random);
}

#[test]
fn with_levels_of_the_matched_beside_their_shares_somebody_is_exposed() {
    caught(Rules::FullMatched, World::random);
}

#[test]
fn with_rankings_of_hidden_answers_somebody_is_exposed() {
    caught(Rules::LiveSentences, World::random);
}

#[test]
fn with_hidden_points_ranked_among_the_others_somebody_is_exposed() {
    caught(Rules::LivePlaces, World::random);
}
