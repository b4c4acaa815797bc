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
        Self { sizes, facts: Vec::new(), facts_of }
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
    }

    /// A possible world within further bounds in which a sum is as great as it can be; `None` if
    /// there is none.
    pub(crate) fn maximum(&self, sum: &[Term], bounds: &[Bounds<'_>]) -> Option<Counts> {
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
