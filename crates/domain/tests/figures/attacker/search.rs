//! The worlds found so far, and the sets of councils on which all of them agree.

use folkmoot_domain::LEVELS;

use super::problem::{Counts, Problem};
use crate::dice::Dice;

/// So many councils of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) group: usize,
    pub(crate) councils: i32,
}

/// Possible worlds; the first is the true one.
#[derive(Clone)]
pub(crate) struct Pool {
    worlds: Vec<Counts>,
    /// Where the walk is.
    at: Counts,
    /// What each fact counts there, so that a step costs little.
    facts: Vec<i32>,
}

impl Pool {
    pub(crate) fn new(truth: Counts, problem: &Problem) -> Self {
        let facts = problem.facts.iter().map(|fact| fact.count(&truth)).collect();
        Self { worlds: vec![truth.clone()], at: truth, facts }
    }

    pub(crate) fn worlds(&self) -> impl Iterator<Item = &Counts> {
        self.worlds.iter()
    }

    pub(crate) fn add(&mut self, world: Counts, problem: &Problem) {
        assert!(problem.allows(&world), "only possible worlds join the pool");
        self.worlds.push(world);
    }

    /// The walk goes on from a world.
    pub(crate) fn start(&mut self, world: &Counts, problem: &Problem) {
        self.facts = problem.facts.iter().map(|fact| fact.count(world)).collect();
        self.at = world.clone();
    }

    /// Worlds that an earlier pool had not.
    pub(crate) fn since(&self, earlier: &Self) -> Vec<Counts> {
        self.worlds[earlier.worlds.len()..].to_vec()
    }

    /// Walks about in the possible worlds, and keeps some.
    pub(crate) fn walk(&mut self, problem: &Problem, dice: &mut Dice) {
        for _ in 0..4 {
            for _ in 0..12 * problem.sizes.len() {
                self.step(problem, dice);
            }
            self.add(self.at.clone(), problem);
        }
    }

    /// Walks about in those possible worlds that pass a test, and keeps some.
    pub(crate) fn walk_where(
        &mut self,
        problem: &Problem,
        dice: &mut Dice,
        mut passes: impl FnMut(&Counts) -> bool,
    ) {
        for _ in 0..4 {
            let (at, facts) = (self.at.clone(), self.facts.clone());
            // The further, the more differs and the less likely it passes.
            for _ in 0..dice.of(&[0, 1, 4, 12]) * problem.sizes.len() {
                self.step(problem, dice);
            }
            if dice.percent(30) {
                self.lean(problem, dice);
            }
            if passes(&self.at) {
                self.add(self.at.clone(), problem);
            } else {
                (self.at, self.facts) = (at, facts);
            }
        }
    }

    /// Walks to where more and more of those in some figure, or of the others, are on one side
    /// of level 3.
    fn lean(&mut self, problem: &Problem, dice: &mut Dice) {
        let fact = dice.below(problem.facts.len().max(1));
        let (is_inside, is_up) = (dice.percent(50), dice.percent(50));
        let height = |counts: &Counts| -> i32 {
            let of = |group: &usize| problem.facts_of[*group].contains(&fact) == is_inside;
            let above = |group: usize| counts[group][3] + counts[group][4];
            let sum: i32 = (0..counts.len()).filter(of).map(above).sum();
            if is_up { sum } else { -sum }
        };
        for _ in 0..60 * problem.sizes.len() {
            let (at, facts) = (self.at.clone(), self.facts.clone());
            self.step(problem, dice);
            if height(&self.at) < height(&at) {
                (self.at, self.facts) = (at, facts);
            }
        }
    }

    /// One to four councils change their levels, if the figures allow it.
    fn step(&mut self, problem: &Problem, dice: &mut Dice) {
        let mut done: Vec<(usize, usize, usize)> = Vec::new();
        if !problem.failed.is_empty() && dice.percent(10) {
            self.swap(problem, dice, &mut done);
        }
        let changes = dice.of(&[1, 2, 2, 2, 4, 4]);
        let (mut from, mut to) = (0, 0);
        for change in 0..changes {
            let group = dice.below(problem.sizes.len());
            (from, to) = match change % 2 {
                0 => (dice.below(LEVELS), dice.below(LEVELS)),
                // The second of two turns the first round, so that a row's counts stay.
                _ => (to, from),
            };
            if from == to || self.at[group][from] == 0 {
                break;
            }
            self.change(problem, group, from, to);
            done.push((group, from, to));
        }
        let is_failed = problem.failed.iter().all(|failed| failed.is_true(&self.at));
        let is_possible = is_failed
            && done.iter().all(|(group, ..)| {
                problem.facts_of[*group].iter().all(|fact| {
                    let condition = &problem.facts[*fact];
                    (condition.least..=condition.most).contains(&self.facts[*fact])
                })
            });
        if !is_possible {
            for (group, from, to) in done.into_iter().rev() {
                self.change(problem, group, to, from);
            }
        }
    }

    /// Two levels of a failed block change their places: no smaller step leads from one level
    /// that nearly all are at to another.
    fn swap(&mut self, problem: &Problem, dice: &mut Dice, done: &mut Vec<(usize, usize, usize)>) {
        let block = &problem.failed[dice.below(problem.failed.len())];
        let (one, other) = (dice.below(LEVELS), dice.below(LEVELS));
        for group in &block.groups {
            let counts = self.at[*group];
            for (from, to) in [(one, other), (other, one)] {
                for _ in 0..counts[from] {
                    self.change(problem, *group, from, to);
                    done.push((*group, from, to));
                }
            }
        }
    }

    fn change(&mut self, problem: &Problem, group: usize, from: usize, to: usize) {
        self.at[group][from] -= 1;
        self.at[group][to] += 1;
        for fact in &problem.facts_of[group] {
            let levels = problem.facts[*fact].levels;
            self.facts[*fact] += i32::from(levels[to]) - i32::from(levels[from]);
        }
    }

    /// Fewer than `k` councils whose levels are the same in all worlds found: whole groups, and
    /// parts of groups that are uniform in all of them.
    pub(crate) fn fixed_set(&self, problem: &Problem, k: usize) -> Option<Vec<Part>> {
        let room = k as i32 - 1;
        // A part's difference from the true world, over all worlds and levels, as one number:
        // parts agree only if their numbers add up to none. Should others do so by chance, the
        // solver is asked once more than needed.
        let mut options: Vec<Vec<(Part, u64)>> = Vec::new();
        for (group, size) in problem.sizes.iter().enumerate() {
            let is_uniform = self.worlds.iter().all(|world| world[group].contains(size));
            let least = if is_uniform { 1 } else { *size };
            let parts = (least..=room.min(*size)).map(|councils| {
                let share = |world: &Counts, level: usize| {
                    i64::from(world[group][level]) * i64::from(councils) / i64::from(*size)
                };
                let mut dice = Dice::new(7);
                let mut print = 0_u64;
                for world in &self.worlds[1..] {
                    for level in 0..LEVELS {
                        let difference = share(world, level) - share(&self.worlds[0], level);
                        print = print.wrapping_add(dice.next().wrapping_mul(difference as u64));
                    }
                }
                (Part { group, councils }, print)
            });
            options.push(parts.collect());
        }
        options.retain(|parts| !parts.is_empty());
        let mut chosen = Vec::new();
        zero_sum(&options, room, 0, &mut chosen).then_some(chosen)
    }

    /// At least `k` councils and a level that all but at most one of them are at in all worlds
    /// found, and that level.
    pub(crate) fn alike_set(&self, problem: &Problem, k: usize) -> Option<(usize, Vec<Part>)> {
        (0..LEVELS).find_map(|level| {
            let off = |group: usize| {
                let size = problem.sizes[group];
                self.worlds.iter().map(move |world| size - world[group][level])
            };
            let part = |group: usize| {
                let whole = off(group).all(|off| off <= 1);
                Part { group, councils: if whole { problem.sizes[group] } else { 1 } }
            };
            let parts: Vec<Part> = (0..problem.sizes.len()).map(part).collect();
            let off: Vec<Vec<bool>> =
                (0..parts.len()).map(|group| off(group).map(|off| off > 0).collect()).collect();
            let agree = |one: usize, other: usize| {
                off[one].iter().zip(&off[other]).all(|(one, other)| !(*one && *other))
            };
            let agrees: Vec<Vec<bool>> = (0..parts.len())
                .map(|one| (0..parts.len()).map(|other| agree(one, other)).collect())
                .collect();
            let mut chosen = Vec::new();
            let all: Vec<usize> = (0..parts.len()).collect();
            let found = clique(&parts, &agrees, &all, k as i32, &mut chosen);
            found.then(|| (level, chosen.into_iter().map(|group| parts[group]).collect()))
        })
    }
}

/// At most one part of each group, at most `room` councils in all, whose numbers add up to none.
fn zero_sum(options: &[Vec<(Part, u64)>], room: i32, sum: u64, chosen: &mut Vec<Part>) -> bool {
    for (place, parts) in options.iter().enumerate() {
        for (part, print) in parts.iter().filter(|(part, _)| part.councils <= room) {
            chosen.push(*part);
            let sum = sum.wrapping_add(*print);
            let rest = &options[place + 1..];
            if sum == 0 || zero_sum(rest, room - part.councils, sum, chosen) {
                return true;
            }
            chosen.pop();
        }
    }
    false
}

/// Groups that all agree with one another and hold at least `wanted` councils.
fn clique(
    parts: &[Part],
    agrees: &[Vec<bool>],
    candidates: &[usize],
    wanted: i32,
    chosen: &mut Vec<usize>,
) -> bool {
    if wanted <= 0 {
        return true;
    }
    if candidates.iter().map(|one| parts[*one].councils).sum::<i32>() < wanted {
        return false;
    }
    for (place, one) in candidates.iter().enumerate() {
        let rest: Vec<usize> =
            candidates[place + 1..].iter().filter(|other| agrees[*one][**other]).copied().collect();
        chosen.push(*one);
        if clique(parts, agrees, &rest, wanted - parts[*one].councils, chosen) {
            return true;
        }
        chosen.pop();
    }
    false
}
