//! Figures as linear conditions on integers, and the solver that is asked about them.

use folkmoot_domain::LEVELS;
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection};

/// For each group, how many of its councils are at each level.
pub(crate) type Counts = Vec<[i32; LEVELS]>;

/// Group, level, weight.
pub(crate) type Term = (usize, usize, i32);

/// A sum of terms with its least and most.
pub(crate) type Bounds<'a> = (&'a [Term], i32, i32);

/// What is known of some groups of councils.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// Councils in each group.
    pub(crate) sizes: Vec<i32>,
    pub(crate) facts: Vec<Condition>,
    /// For each group, the facts that it is in.
    pub(crate) facts_of: Vec<Vec<usize>>,
    /// Blocks that are hidden although they are not small.
    pub(crate) failed: Vec<Failed>,
}

/// A block that failed the threshold's test: one level is all of its councils', but for one at
/// most.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    pub(crate) groups: Vec<usize>,
    /// Or no two councils are at one level, which hides a pool.
    pub(crate) or_all_differ: bool,
}

/// Why a block failed: its most frequent level, or none.
type Why = Option<usize>;

impl Failed {
    fn terms(&self, level: usize) -> Vec<Term> {
        self.groups.iter().map(|group| (*group, level, 1)).collect()
    }

    pub(crate) fn is_true(&self, counts: &Counts) -> bool {
        let at = |level: usize| self.groups.iter().map(|group| counts[*group][level]).sum::<i32>();
        let levels: [i32; LEVELS] = std::array::from_fn(at);
        let most = levels.into_iter().max().unwrap_or_default();
        levels.iter().sum::<i32>() - most <= 1 || (self.or_all_differ && most <= 1)
    }

    fn reasons(&self) -> impl Iterator<Item = Why> {
        let none = self.or_all_differ.then_some(None);
        (0..LEVELS).map(Some).chain(none)
    }
}

/// So many councils of these groups are at these levels.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) groups: Vec<bool>,
    pub(crate) levels: [bool; LEVELS],
    pub(crate) least: i32,
    pub(crate) most: i32,
}

impl Condition {
    pub(crate) fn count(&self, counts: &Counts) -> i32 {
        let of = counts.iter().zip(&self.groups).filter(|(_, is_in)| **is_in);
        of.map(|(levels, _)| {
            levels
                .iter()
                .zip(self.levels)
                .filter(|(_, is_in)| *is_in)
                .map(|(count, _)| count)
                .sum::<i32>()
        })
        .sum()
    }
}

impl Problem {
    pub(crate) fn new(sizes: Vec<i32>) -> Self {
        let facts_of = sizes.iter().map(|_| Vec::new()).collect();
        Self { sizes, facts: Vec::new(), facts_of, failed: Vec::new() }
    }

    pub(crate) fn fact(
        &mut self,
        groups: Vec<bool>,
        levels: [bool; LEVELS],
        least: i32,
        most: i32,
    ) {
        for (of, _) in self.facts_of.iter_mut().zip(&groups).filter(|(_, is_in)| **is_in) {
            of.push(self.facts.len());
        }
        self.facts.push(Condition { groups, levels, least, most });
    }

    /// Whether a world is possible, in integers.
    pub(crate) fn allows(&self, counts: &Counts) -> bool {
        let sizes = counts.iter().zip(&self.sizes);
        sizes.clone().all(|(levels, size)| levels.iter().sum::<i32>() == *size)
            && counts.iter().flatten().all(|count| *count >= 0)
            && self.facts.iter().all(|fact| (fact.least..=fact.most).contains(&fact.count(counts)))
            && self.failed.iter().all(|failed| failed.is_true(counts))
    }

    /// A possible world within further bounds in which a sum is as great as it can be; `None` if
    /// there is none. Every way in which blocks may have failed is tried.
    pub(crate) fn maximum(&self, sum: &[Term], bounds: &[Bounds<'_>]) -> Option<Counts> {
        let mut cases: Vec<Vec<Why>> = vec![Vec::new()];
        for failed in &self.failed {
            let is_asked = |(group, ..): &Term| failed.groups.contains(group);
            let is_in_question =
                failed.groups.iter().any(|group| !self.facts_of[*group].is_empty())
                    || sum.iter().chain(bounds.iter().flat_map(|(terms, ..)| *terms)).any(is_asked);
            // Where nothing else is known or asked of a block, one way is as good as another.
            let ways = if is_in_question { usize::MAX } else { 1 };
            let with = |case: &Vec<Why>| {
                let with = |why| case.iter().copied().chain([why]).collect();
                failed.reasons().take(ways).map(with).collect::<Vec<_>>()
            };
            cases = cases.iter().flat_map(with).collect();
        }
        let value = |counts: &Counts| {
            sum.iter().map(|(of, at, weight)| weight * counts[*of][*at]).sum::<i32>()
        };
        let mut worlds = cases.iter().filter_map(|case| self.maximum_in(case, sum, bounds));
        if sum.is_empty() { worlds.next() } else { worlds.max_by_key(value) }
    }

    /// The same, where blocks failed for these reasons.
    fn maximum_in(&self, case: &[Why], sum: &[Term], bounds: &[Bounds<'_>]) -> Option<Counts> {
        let mut solver = microlp::Problem::new(OptimizationDirection::Maximize);
        let weight = |group: usize, level: usize| {
            let of = sum.iter().filter(|(of, at, _)| (*of, *at) == (group, level));
            of.map(|(_, _, weight)| f64::from(*weight)).sum()
        };
        let variables: Vec<[microlp::Variable; LEVELS]> = (0..self.sizes.len())
            .map(|group| {
                let size = self.sizes[group];
                std::array::from_fn(|level| solver.add_integer_var(weight(group, level), (0, size)))
            })
            .collect();
        let mut between = |terms: &[Term], least: i32, most: i32| {
            let expression = || {
                let mut sum = LinearExpr::empty();
                terms
                    .iter()
                    .for_each(|(of, at, weight)| sum.add(variables[*of][*at], f64::from(*weight)));
                sum
            };
            if least == most {
                solver.add_constraint(expression(), ComparisonOp::Eq, f64::from(least));
            } else {
                solver.add_constraint(expression(), ComparisonOp::Ge, f64::from(least));
                solver.add_constraint(expression(), ComparisonOp::Le, f64::from(most));
            }
        };
        for (group, size) in self.sizes.iter().enumerate() {
            let all: Vec<_> = (0..LEVELS).map(|level| (group, level, 1)).collect();
            between(&all, *size, *size);
        }
        for fact in &self.facts {
            let groups = (0..self.sizes.len()).filter(|group| fact.groups[*group]);
            let terms: Vec<_> = groups
                .flat_map(|group| (0..LEVELS).map(move |level| (group, level, 1)))
                .filter(|(_, level, _)| fact.levels[*level])
                .collect();
            if !terms.is_empty() {
                between(&terms, fact.least, fact.most);
            }
        }
        for (failed, why) in self.failed.iter().zip(case) {
            let councils: i32 = failed.groups.iter().map(|group| self.sizes[*group]).sum();
            match why {
                Some(level) => between(&failed.terms(*level), councils - 1, councils),
                None => (0..LEVELS).for_each(|level| between(&failed.terms(level), 0, 1)),
            }
        }
        bounds.iter().for_each(|(terms, least, most)| between(terms, *least, *most));
        let solution = match solver.solve() {
            Ok(outcome) => outcome.into_solution().expect("no limit of time is set"),
            Err(microlp::Error::Infeasible) => return None,
            Err(error) => panic!("the solver failed: {error}"),
        };
        let value = |variable| solution.var_value(variable).round() as i32;
        let counts: Counts = variables.iter().map(|levels| levels.map(value)).collect();
        assert!(self.allows(&counts), "the solver's world breaks a figure");
        for (terms, least, most) in bounds {
            let sum: i32 = terms.iter().map(|(of, at, weight)| weight * counts[*of][*at]).sum();
            assert!((*least..=*most).contains(&sum), "the solver's world breaks a bound");
        }
        Some(counts)
    }
}
