//! The promise of the merge, as a property: whatever regions do while a list is walked, the
//! walk and the gaps that it reported give every row once, in order. And the other way round:
//! with any one rule left out, the same property fails soon.

#![expect(clippy::print_stdout, reason = "how many cases were walked is a result as well")]

mod plan;
mod tour;
mod world;

use std::{cell::RefCell, ops::AddAssign};

use folkmoot_federation::mutants::Mutant;
use proptest::test_runner::{
    Config, RngAlgorithm, TestCaseError, TestCaseResult, TestError, TestRng, TestRunner,
};

use crate::{plan::Plan, world::World};

/// Plans per run, whatever PROPTEST_CASES says: together well over 20,000 walks.
const PLANS: u32 = 2_500;

/// A mutant that lives longer than this shows that the property is blind.
const MUTANT_CASES: u32 = 1_000;

/// What was walked.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    walks: usize,
    gap_walks: usize,
    pages: usize,
    rows: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.walks += other.walks;
        self.gap_walks += other.gap_walks;
        self.pages += other.pages;
        self.rows += other.rows;
    }
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O")
}

fn walk(plan: &Plan, mutant: Option<Mutant>, tally: &RefCell<Tally>) -> TestCaseResult {
    let walked = runtime().block_on(async { World::new(plan, mutant).walk().await });
    *tally.borrow_mut() += walked.map_err(TestCaseError::fail)?;
    Ok(())
}

#[test]
fn walk_and_its_gaps_give_every_row_once_in_order() {
    let tally = RefCell::default();
    let outcome =
        TestRunner::new(config(PLANS)).run(&plan::plans(), |plan| walk(&plan, None, &tally));
    let tally = tally.into_inner();
    println!("{PLANS} plans: {tally:?}");
    assert!(outcome.is_ok(), "{outcome:?}");
    assert!(tally.walks + tally.gap_walks >= 20_000, "too few walks: {tally:?}");
}

#[test]
fn every_rule_is_needed() {
    for mutant in Mutant::ALL {
        let seed = [7; 32];
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let config = Config { max_shrink_iters: 0, ..config(MUTANT_CASES) };
        let cases = RefCell::new(0);
        let outcome = TestRunner::new_with_rng(config, rng).run(&plan::plans(), |plan| {
            *cases.borrow_mut() += 1;
            walk(&plan, Some(mutant), &RefCell::default())
        });
        let Err(TestError::Fail(reason, _)) = outcome else {
            panic!("{mutant:?} lived through {MUTANT_CASES} cases: {outcome:?}");
        };
        println!("{mutant:?} fails in case {}: {reason}", cases.borrow());
    }
}
