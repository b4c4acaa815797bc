//! The attacker compared with brute force: every assignment of levels, every set of councils.

use std::collections::BTreeSet;

use folkmoot_domain::{CouncilId, LEVELS, Mutant};

use crate::{
    attacker::{Exposure, exposure},
    dice::Dice,
    hidden::told,
    published::{Fact, Rules, Table, release},
    world::World,
};

/// Every possible world of a small table: the confidential councils and their levels.
struct Worlds {
    councils: Vec<CouncilId>,
    worlds: Vec<Vec<u8>>,
}

impl Worlds {
    fn of(table: &Table, k: usize) -> Self {
        let confidential = table.truth.iter().filter(|(_, (_, is_published))| !is_published);
        let councils: Vec<CouncilId> = confidential.map(|(council, _)| *council).collect();
        let all = 0..(LEVELS as u32).pow(councils.len() as u32);
        let levels = |mut number: u32| {
            let mut next = || {
                let level = number % LEVELS as u32;
                number /= LEVELS as u32;
                level as u8
            };
            councils.iter().map(|_| next()).collect::<Vec<u8>>()
        };
        let place = |council| councils.iter().position(|one| one == council);
        let facts: Vec<_> = table
            .facts
            .iter()
            .map(|fact| {
                let known = fact.councils.iter().filter(|one| {
                    let (level, is_published) = table.truth[*one];
                    is_published && fact.levels[usize::from(level)]
                });
                let places: Vec<usize> = fact.councils.iter().filter_map(place).collect();
                (known.count() as u32, places, fact)
            })
            .collect();
        let told: Vec<(u32, bool)> = told(table, k)
            .iter()
            .map(|told| {
                let places = told.councils.iter().filter_map(place);
                (places.map(|place| 1 << place).sum(), told.or_all_differ)
            })
            .collect();
        let is_told = |levels: &[u8]| {
            told.iter().all(|(set, or_all_differ)| {
                let most = Self::histogram(levels, *set).into_iter().max().unwrap_or_default();
                most + 1 >= set.count_ones() || (*or_all_differ && most <= 1)
            })
        };
        let is_possible = |levels: &Vec<u8>| {
            is_told(levels)
                && facts.iter().all(|(known, places, fact)| {
                    let at = places.iter().filter(|one| fact.levels[usize::from(levels[**one])]);
                    (fact.least..=fact.most).contains(&(known + at.count() as u32))
                })
        };
        let worlds = all.map(levels).filter(is_possible).collect();
        Self { councils, worlds }
    }

    fn histogram(world: &[u8], set: u32) -> [u32; LEVELS] {
        let mut counts = [0; LEVELS];
        let of = world.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
        of.for_each(|(_, level)| counts[usize::from(*level)] += 1);
        counts
    }

    fn is_fixed(&self, set: u32) -> bool {
        let mut histograms = self.worlds.iter().map(|world| Self::histogram(world, set));
        let first = histograms.next();
        histograms.all(|other| Some(other) == first)
    }

    fn is_alike(&self, set: u32, level: usize) -> bool {
        let councils = set.count_ones();
        self.worlds.iter().all(|world| Self::histogram(world, set)[level] + 1 >= councils)
    }

    fn exposes(&self, set: u32, k: usize) -> bool {
        if (set.count_ones() as usize) < k {
            self.is_fixed(set)
        } else {
            (0..LEVELS).any(|level| self.is_alike(set, level))
        }
    }

    fn set(&self, councils: &BTreeSet<CouncilId>) -> u32 {
        let places = self.councils.iter().enumerate();
        places.filter(|(_, one)| councils.contains(one)).map(|(place, _)| 1 << place).sum()
    }
}

/// Compares; true if somebody is exposed.
fn compare(table: &Table, k: usize, name: &str) -> bool {
    let worlds = Worlds::of(table, k);
    let is_exposed = (1..1 << worlds.councils.len()).any(|set| worlds.exposes(set, k));
    let found = exposure(table, k);
    assert_eq!(found.is_some(), is_exposed, "{name}: {found:?}, {table:?}");
    match found {
        Some(Exposure::Fixed(councils)) => {
            assert!(councils.len() < k && worlds.is_fixed(worlds.set(&councils)), "{name}");
        }
        Some(Exposure::Alike(councils, level)) => {
            assert!(councils.len() >= k && worlds.is_alike(worlds.set(&councils), level), "{name}");
        }
        None => {}
    }
    is_exposed
}

/// A few councils and some true facts about any of them.
fn table(dice: &mut Dice) -> Table {
    let councils = 3 + dice.below(4);
    let few_levels = dice.percent(50);
    let mut table = Table::default();
    for place in 0..councils {
        let level = if few_levels { dice.of(&[1, 3]) } else { dice.below(LEVELS) as u8 };
        let council = CouncilId::derived(&place.to_string());
        table.truth.insert(council, (level, dice.percent(10)));
    }
    for _ in 0..1 + dice.below(12) {
        let dense = dice.of(&[50, 80, 100]);
        let some = table.truth.keys().filter(|_| dice.percent(dense));
        let councils: BTreeSet<CouncilId> = some.copied().collect();
        let level = dice.below(LEVELS);
        let levels = match dice.below(3) {
            0 => [false, false, false, true, true],
            1 => std::array::from_fn(|other| other == level),
            _ => std::array::from_fn(|_| dice.percent(40)),
        };
        let at = |one: &&CouncilId| levels[usize::from(table.truth[*one].0)];
        let true_count = councils.iter().filter(at).count() as u32;
        let (less, more) = (dice.of(&[0, 0, 1]), dice.of(&[0, 0, 1]));
        let least = true_count.saturating_sub(less);
        table.facts.push(Fact { councils, levels, least, most: true_count + more });
    }
    table
}

#[test]
fn attacker_finds_what_brute_force_finds_in_any_facts() {
    let mut dice = Dice::new(1);
    let exposed = (0..150).filter(|case| {
        let k = 2 + dice.below(4);
        compare(&table(&mut dice), k, &format!("case {case}"))
    });
    let exposed = exposed.count();
    assert!((30..=120).contains(&exposed), "{exposed} of 150 cases: either way is tried");
}

#[test]
fn attacker_finds_what_brute_force_finds_in_tiny_nations() {
    let rules = [
        Rules::Sound,
        Rules::Without(Mutant::PrimaryOff),
        Rules::Without(Mutant::PoolTestOff),
        Rules::Without(Mutant::NationalOverEverybody),
    ];
    let mut compared = [0; 2];
    let mut hidden = 0;
    for seed in 0..120 {
        let tables = release(&World::tiny(seed), rules[seed as usize % rules.len()]);
        let confidential =
            |table: &Table| table.truth.values().filter(|(_, is_published)| !is_published).count();
        for table in tables.iter().filter(|table| confidential(table) <= 6) {
            hidden += usize::from(!told(table, 5).is_empty());
            compared[usize::from(compare(table, 5, &format!("nation {seed}")))] += 1;
        }
    }
    assert!(compared.iter().all(|cases| *cases >= 30), "{compared:?} hidden and exposed");
    assert!(hidden >= 10, "{hidden} tables in which a hidden row tells something");
}
