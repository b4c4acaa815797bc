//! Published capability figures under attack: random nations and the real register, everything
//! that is published of them, and an attacker who adds and subtracts better than any reader.

mod attacker;
mod dice;
mod published;
mod world;

use attacker::exposure;
use folkmoot_domain::Mutant;
use published::{Rules, release};
use world::{Climate, RESPONSES, SELF_PUBLISHED, World, register_regions};

/// Councils that a set must have to be hidden by its number.
const K: usize = 5;

/// How many random nations; more for a long run.
fn nations() -> u64 {
    let wanted = std::env::var("FOLKMOOT_NATIONS").ok();
    wanted.map_or(500, |number| number.parse().expect("FOLKMOOT_NATIONS is a number"))
}

#[test]
fn nobody_is_exposed_in_random_nations() {
    let mut bad = 0;
    for seed in 0..nations() {
        for (half, table) in release(&World::random(seed), Rules::Sound).iter().enumerate() {
            if let Some(exposure) = exposure(table, K) {
                println!("nation {seed}, half-year {half}: {exposure:?}");
                bad += 1;
            }
        }
    }
    assert_eq!(bad, 0);
}

#[test]
fn stats() {
    let mutants = Mutant::ALL.map(Rules::Without).into_iter().chain([Rules::FullMatched]);
    for rules in mutants {
        let mut bad = 0; let mut tables = 0;
        for seed in 0..nations() {
            for (half, table) in release(&World::random(seed), rules).iter().enumerate() {
                tables += 1;
                if let Some(exposure) = exposure(table, K) {
                    if bad == 0 { println!("{rules:?} nation {seed}, half-year {half}: {exposure:?}"); }
                    bad += 1;
                }
            }
        }
        println!("{rules:?}: {bad} of {tables}");
    }
    let mut m = [0;4];
    for seed in 0..nations() {
        let tables = release(&World::random(seed), Rules::Sound);
        m[0] += tables[0].has_national as u32;
        m[1] += tables[1].has_matched as u32;
        m[2] += tables[2].has_matched as u32;
        m[3] += (tables[1].has_matched && tables[2].has_matched) as u32;
    }
    println!("{m:?}");
}

#[test]
fn register() {
    let regions = register_regions();
    println!("{regions:?} {}", regions.iter().sum::<usize>());
    for response in RESPONSES {
        for self_published in SELF_PUBLISHED {
            let (mut tables, mut national, mut rows, mut all, mut matched, mut bad) = (0, 0, 0, 0, 0, 0);
            for seed in 0..nations()/10 {
                let world = World::register(&regions, Climate::plain(response, self_published), seed);
                for (half, table) in release(&world, Rules::Sound).iter().enumerate() {
                    tables += 1;
                    national += table.has_national as usize;
                    rows += table.written; all += table.regions;
                    matched += (half > 0 && table.has_matched) as usize;
                    bad += exposure(table, K).is_some() as usize;
                }
            }
            println!("{response} {self_published}: national {} regions {} matched {} bad {bad}", national as f64 / tables as f64, rows as f64 / all as f64, matched as f64 / (tables * 2 / 3) as f64);
        }
    }
}

#[test]
fn hard() {
    let mut bad = 0; let mut m = [0;3];
    for seed in 0..nations() {
        let tables = release(&World::hard(seed), Rules::Sound);
        m[0] += tables[1].has_matched as u32;
        m[1] += tables[2].has_matched as u32;
        m[2] += (tables[1].has_matched && tables[2].has_matched) as u32;
        for (half, table) in tables.iter().enumerate() {
            if let Some(exposure) = exposure(table, K) { bad += 1; if bad < 4 {println!("{seed} {half} {exposure:?}"); } }
        }
    }
    println!("hard: bad {bad} {m:?}");
}

#[test]
fn dump() {
    let Ok(list) = std::env::var("DUMP") else { return };
    for item in list.split(' ') {
        let (seed, half) = item.split_once('/').unwrap();
        let tables = release(&World::hard(seed.parse().unwrap()), Rules::Sound);
        let table = &tables[half.parse::<usize>().unwrap()];
        println!("== {item} {:?}", tables.iter().map(|t| t.has_matched).collect::<Vec<_>>());
        let mut groups = std::collections::BTreeMap::<Vec<usize>, Vec<(u8,bool)>>::new();
        for (c, t) in &table.truth {
            let f: Vec<usize> = (0..table.facts.len()).filter(|f| table.facts[*f].councils.contains(c)).collect();
            groups.entry(f).or_default().push(*t);
        }
        for (f, g) in groups {
            let s: Vec<String> = f.iter().map(|f| &table.facts[*f]).filter(|f| f.levels[3] && f.levels[4] || f.levels[0]).map(|f| format!("{}[{}..{} of {}]", if f.levels[0] {"row0"} else {"share"}, f.least, f.most, f.councils.len())).collect();
            println!("{g:?} {s:?}");
        }
        println!("{:?}", exposure(table, K));
    }
}
