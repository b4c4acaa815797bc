//! The seeds, and small changes of them, tried anew with every change of the program. The changes
//! are the same every time.

use std::{collections::BTreeMap, fs, path::Path};

use fastrand::Rng;
use folkmoot_fuzz::TARGETS;

/// How many changed seeds each target is handed: some seconds in a debug build.
const CHANGED: usize = 2_000;

/// Texts that mean something somewhere.
const PIECES: [&str; 24] = [
    "\"",
    "\\",
    "\r\n",
    "\n",
    "{",
    "}",
    "[",
    "]",
    "(",
    ",",
    ";",
    ":",
    "@",
    "<b>",
    "&lt;",
    "...",
    "%40",
    "\u{202E}",
    "\u{200B}",
    "e\u{301}",
    "\0",
    "-1",
    "99999999999999999999",
    "https://a.example/",
];

fn seeds(target: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).expect("a seed can be read"))
    };
    files.map(|entry| read(entry.expect("an entry"))).collect()
}

/// One to four small changes.
fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], chance: &mut Rng) {
    for _ in 0..chance.usize(1..=4) {
        let at = chance.usize(0..=bytes.len());
        let to = chance.usize(at..=bytes.len().min(at + 40));
        match chance.u8(0..6) {
            0 => drop(bytes.drain(at..to)),
            1 => drop(bytes.splice(at..at, chance.choice(PIECES).expect("some").bytes())),
            2 => drop(bytes.splice(at..to, chance.choice(PIECES).expect("some").bytes())),
            3 => {
                let copied = bytes[at..to].to_vec();
                let place = chance.usize(0..=bytes.len());
                drop(bytes.splice(place..place, copied));
            }
            4 => {
                let other = chance.choice(others).expect("there are seeds");
                let from = chance.usize(0..=other.len());
                let end = chance.usize(from..=other.len().min(from + 60));
                drop(bytes.splice(at..to, other[from..end].iter().copied()));
            }
            _ => bytes.get_mut(at).into_iter().for_each(|byte| *byte = chance.u8(..)),
        }
    }
}

fn hold(check: &fn(&[u8]), bytes: &[u8], name: &str) {
    let input = std::panic::AssertUnwindSafe(bytes);
    if std::panic::catch_unwind(|| check(&input)).is_err() {
        panic!("{name} does not hold: {:?}", String::from_utf8_lossy(bytes));
    }
}

fn replay(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target");
    let seeds = seeds(name);
    for (file, seed) in &seeds {
        hold(&target.check, seed, file);
    }
    let seeds: Vec<_> = seeds.into_values().collect();
    let mut chance = Rng::with_seed(5);
    for _ in 0..CHANGED {
        let mut bytes = chance.choice(&seeds).expect("there are seeds").clone();
        change(&mut bytes, &seeds, &mut chance);
        hold(&target.check, &bytes, "a changed seed");
    }
}

#[test]
fn calendars_hold() {
    replay("calendars");
}

#[test]
fn cursors_hold() {
    replay("cursors");
}

#[test]
fn queries_hold() {
    replay("queries");
}

#[test]
fn regions_hold() {
    replay("regions");
}

#[test]
fn sheets_hold() {
    replay("sheets");
}

#[test]
fn every_target_has_seeds_and_a_program() {
    for target in TARGETS {
        assert!(seeds(target.name).len() > 1, "{}: no seeds", target.name);
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("targets");
        assert!(program.join(format!("{}.rs", target.name)).exists(), "{}", target.name);
    }
}
