//! An attacker who finds whatever the public figures of a half-year give away.
//!
//! **What it knows.** The figures, the answers of councils that publish their own, and *who gave
//! a level*. In public it is known only who answered; that *don't know* is among the answers is
//! not. The attacker is given more than it has, because more knowledge only ever leaves fewer
//! possible worlds: what hides levels from this one hides them from every weaker one. It also
//! makes each half-year a case of its own, for once it is known who gave a level, who is matched
//! is known, too, and no figure mixes levels of two half-years.
//!
//! It also knows the rules: a row that is hidden although enough councils gave a level in
//! confidence says that these are nearly alike ([`told`]).
//!
//! **Groups.** Councils that occur in the same figures are exchangeable: swap the levels of two
//! and no figure changes. A world is therefore, for each group, the number of its councils at
//! each level ([`Counts`]), and every figure is a linear condition on these integers.
//!
//! **Exposed** is whoever is in
//! (a) a set of fewer than `k` councils whose number at every level is the same in all worlds;
//! (b) a set of `k` or more all of which, but at most one, are at one and the same level in all
//!     worlds.
//!
//! **Why whole groups suffice for (a).** Let a set take a part of a group. If in some world two
//! members of the group differ, swap one inside the set with one outside: the set's numbers
//! change. So in every world the group is uniform, and only such groups need to be looked at in
//! part ([`Attacker::is_uniform`]); if they are always at one known level, a single council of
//! them is fixed already.
//!
//! **Why pairs suffice for (b).** All but at most one are at level l in every world iff no world
//! has two of them off l. Two of one group can be off l iff the group can have two off; one of
//! each of two groups iff both can have one off in the same world. So sets are cliques: of
//! groups that never have two off, taken whole, and of single councils of the others.
//!
//! **Proof.** Worlds are never trusted: whether found by walking about or by the solver, each is
//! checked against every figure in integers. "Not exposed" rests on such worlds alone. "Exposed"
//! rests on the solver's word that there is no world that differs, and on nothing else; the
//! tests compare it with brute force.

mod problem;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_domain::{CouncilId, LEVELS};

use self::{
    problem::{Counts, Failed, Problem},
    search::{Part, Pool},
};
use crate::{
    dice::Dice,
    hidden::{Told, told},
    published::{Fact, Table},
};

/// What a table gives away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// These few councils are at these levels, in some order.
    Fixed(BTreeSet<CouncilId>),
    /// All of these, but at most one, are at this level.
    Alike(BTreeSet<CouncilId>, usize),
}

/// How many rounds of walking before the solver is asked; more only save its time.
const WALKS: usize = 6;

/// The first exposure found in a table, for a threshold of `k` councils.
pub(crate) fn exposure(table: &Table, k: usize) -> Option<Exposure> {
    let attacker = Attacker::new(table, k);
    let mut pool = Pool::new(attacker.true_counts.clone(), &attacker.problem);
    let mut dice = Dice::new(k as u64);
    for _ in 0..WALKS {
        pool.walk(&attacker.problem, &mut dice);
        if pool.fixed_set(&attacker.problem, k).is_none()
            && pool.alike_set(&attacker.problem, k).is_none()
        {
            return None;
        }
    }
    attacker.fixed(&mut pool).or_else(|| attacker.alike(&mut pool))
}

/// What a council says in each world.
pub(crate) type Levels = BTreeMap<CouncilId, u8>;

/// How long worlds are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    pub(crate) rounds: usize,
    /// Even when those found hide everyone.
    pub(crate) goes_on: bool,
}

/// Possible worlds that pass a further test, and whether they differ enough to hide everyone.
pub(crate) fn worlds_where(
    table: &Table,
    k: usize,
    Search { rounds, goes_on }: Search,
    mut passes: impl FnMut(&Levels) -> bool,
) -> (Vec<Levels>, bool) {
    let mut table = table.clone();
    for councils in std::mem::take(&mut table.pairs) {
        // Nothing is known of them, but they are not exchangeable for others.
        let most = councils.len() as u32;
        table.facts.push(Fact { councils, levels: [true; LEVELS], least: 0, most });
    }
    let attacker = Attacker::new(&table, k);
    let problem = &attacker.problem;
    let mut pool = Pool::new(attacker.true_counts.clone(), problem);
    let mut dice = Dice::new(k as u64);
    let mut hides = |pool: &mut Pool| {
        (0..10).any(|_| {
            pool.walk_where(problem, &mut dice, |counts| passes(&attacker.levels(counts)));
            let is_open =
                || pool.fixed_set(problem, k).is_some() || pool.alike_set(problem, k).is_some();
            !goes_on && !is_open()
        })
    };
    let is_hidden = (0..rounds).any(|_| {
        if hides(&mut pool) {
            return true;
        }
        // The solver knows worlds that break the rest: on from each of them.
        let mut all = pool.clone();
        if attacker.fixed(&mut all).or_else(|| attacker.alike(&mut all)).is_some() {
            return false;
        }
        all.since(&pool).iter().any(|world| {
            pool.start(world, problem);
            let is_hidden = hides(&mut pool);
            pool.start(&attacker.true_counts, problem);
            is_hidden
        })
    });
    (pool.worlds().map(|counts| attacker.levels(counts)).collect(), is_hidden)
}

struct Attacker {
    k: usize,
    problem: Problem,
    true_counts: Counts,
    members: Vec<Vec<CouncilId>>,
}

impl Attacker {
    fn new(table: &Table, k: usize) -> Self {
        let mut groups: BTreeMap<Vec<usize>, Vec<CouncilId>> = BTreeMap::new();
        let confidential = table.truth.iter().filter(|(_, (_, is_published))| !is_published);
        let told = told(table, k);
        for (council, _) in confidential {
            let facts = table.facts.iter().map(|fact| &fact.councils);
            let all = facts.chain(told.iter().map(|told| &told.councils)).enumerate();
            let of: Vec<usize> = all
                .filter(|(_, councils)| councils.contains(council))
                .map(|(place, _)| place)
                .collect();
            groups.entry(of).or_default().push(*council);
        }
        let count = |members: &Vec<CouncilId>| {
            let mut counts = [0; LEVELS];
            members.iter().for_each(|one| counts[usize::from(table.truth[one].0)] += 1);
            counts
        };
        let true_counts: Counts = groups.values().map(count).collect();
        let sizes = groups.values().map(|members| members.len() as i32).collect();
        let mut problem = Problem::new(sizes);
        for (place, fact) in table.facts.iter().enumerate() {
            let known = fact.councils.iter().filter(|one| {
                let (level, is_published) = table.truth[*one];
                is_published && fact.levels[usize::from(level)]
            });
            let known = known.count() as i32;
            let of = groups.keys().map(|facts| facts.contains(&place)).collect();
            problem.fact(of, fact.levels, fact.least as i32 - known, fact.most as i32 - known);
        }
        for Told { councils, or_all_differ } in told {
            let is_in = |members: &Vec<CouncilId>| members.iter().all(|one| councils.contains(one));
            let groups = groups.values().enumerate().filter(|(_, members)| is_in(members));
            let groups = groups.map(|(group, _)| group).collect();
            problem.failed.push(Failed { groups, or_all_differ });
        }
        assert!(problem.allows(&true_counts), "figures are true");
        Self { k, problem, true_counts, members: groups.into_values().collect() }
    }

    /// Whether the group's members are all at one level in every world; if not, a world in which
    /// they are not joins the pool.
    fn is_uniform(&self, group: usize, pool: &mut Pool) -> bool {
        let size = self.problem.sizes[group];
        for level in 0..LEVELS {
            let term = [(group, level, 1)];
            let bounds = [(term.as_slice(), 1, size - 1)];
            if let Some(counts) = self.problem.maximum(&[], &bounds) {
                pool.add(counts, &self.problem);
                return false;
            }
        }
        true
    }

    /// (a)
    fn fixed(&self, pool: &mut Pool) -> Option<Exposure> {
        let mut uniform = BTreeSet::new();
        'next: loop {
            let parts = pool.fixed_set(&self.problem, self.k)?;
            for part in &parts {
                let is_whole = part.councils == self.problem.sizes[part.group];
                if !is_whole && !uniform.contains(&part.group) {
                    if self.is_uniform(part.group, pool) {
                        uniform.insert(part.group);
                    }
                    continue 'next;
                }
            }
            // Sums over parts are in units of whole groups, multiplied out to stay integers.
            let unit: i32 = parts.iter().map(|part| self.problem.sizes[part.group]).product();
            let weight = |part: &Part| part.councils * unit / self.problem.sizes[part.group];
            for level in 0..LEVELS {
                let sum: Vec<_> =
                    parts.iter().map(|part| (part.group, level, weight(part))).collect();
                let most = self.problem.maximum(&sum, &[]).expect("the truth is possible");
                if self.sum(&sum, &most) > self.sum(&sum, &self.true_counts) {
                    pool.add(most, &self.problem);
                    continue 'next;
                }
            }
            return Some(Exposure::Fixed(self.councils(&parts)));
        }
    }

    /// (b)
    fn alike(&self, pool: &mut Pool) -> Option<Exposure> {
        'next: loop {
            let (level, parts) = pool.alike_set(&self.problem, self.k)?;
            let size = |part: &Part| self.problem.sizes[part.group];
            for (place, one) in parts.iter().enumerate() {
                let at = [(one.group, level, 1)];
                if one.councils > 1 {
                    let two_off = [(at.as_slice(), 0, size(one) - 2)];
                    if let Some(counts) = self.problem.maximum(&[], &two_off) {
                        pool.add(counts, &self.problem);
                        continue 'next;
                    }
                }
                for other in &parts[..place] {
                    let other_at = [(other.group, level, 1)];
                    let both_off =
                        [(at.as_slice(), 0, size(one) - 1), (&other_at, 0, size(other) - 1)];
                    if let Some(counts) = self.problem.maximum(&[], &both_off) {
                        pool.add(counts, &self.problem);
                        continue 'next;
                    }
                }
            }
            return Some(Exposure::Alike(self.councils(&parts), level));
        }
    }

    fn sum(&self, terms: &[problem::Term], counts: &Counts) -> i32 {
        terms.iter().map(|(group, level, weight)| weight * counts[*group][*level]).sum()
    }

    /// What each council says in a world; those of a group in any order.
    fn levels(&self, counts: &Counts) -> Levels {
        let groups = self.members.iter().zip(counts);
        let group = |(members, counts): (&Vec<CouncilId>, &[i32; LEVELS])| {
            let levels =
                (0..).zip(counts).flat_map(|(level, count)| (0..*count).map(move |_| level));
            members.iter().copied().zip(levels).collect::<Vec<_>>()
        };
        groups.flat_map(group).collect()
    }

    fn councils(&self, parts: &[Part]) -> BTreeSet<CouncilId> {
        let members = |part: &Part| &self.members[part.group][..part.councils as usize];
        parts.iter().flat_map(members).copied().collect()
    }
}
