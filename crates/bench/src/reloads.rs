//! A thousand changes of the registry under load: what is kept for one of them must go with it.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    gateway::{Gateway, folkmoot},
    http::Connection,
    load::Load,
    questions::Questions,
    region::Region,
    row,
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

const CHANGES: usize = 1_000;
/// Memory is looked at after so many.
const LOOK_EVERY: usize = 200;
/// By then caches are full and every way through the program was gone once: what grows from here
/// on grows with the changes.
const WARM: usize = 200;

/// The gateway looks so often at what other processes have written, so that each change is a
/// reload of its own.
const POLL: &str = "0.02";

/// Memory may be more after the last change than it was when warm by this ratio, and still not
/// grow: the allocator's holes come and go.
const STEADY: f64 = 1.05;

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let demo = workshop.demo()?;
    let database = workshop.copy(&demo.database, "reloads")?;
    // One region that moves between two addresses.
    let homes = [Region::start(0)?, Region::start(0)?];
    let (code, url) = (&homes[0].code, homes[0].url());
    let add = ["region", "add", code, "--name", code, "--live", &url, "--active"];
    folkmoot(&database, &add)?;
    let settings = [("FOLKMOOT__DATABASE__POLL_SECONDS", POLL)];
    let gateway = Gateway::start(workshop.cores, &database, &[], &settings)?;
    let questions = Questions::of(&gateway)?;
    let is_done = AtomicBool::new(false);
    let resident = thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    while !is_done.load(Ordering::SeqCst) {
                        read(&gateway, &questions)?;
                    }
                    anyhow::Ok(())
                })
            })
            .collect();
        let resident = changed(&gateway, &database, &homes);
        is_done.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.join().map_err(|_| anyhow::anyhow!("a reader panicked"))??;
        }
        resident
    })?;
    let ratio = Figure::of([resident[CHANGES / LOOK_EVERY] / resident[WARM / LOOK_EVERY]]);
    let what = format!(
        "resident memory under two readers, after 0, {LOOK_EVERY}, … {CHANGES} registry reloads"
    );
    let row = row::ratio_at_most(what, &ratio, "", &ratio, STEADY);
    Ok(vec![Row {
        value: row::in_turn(resident, 0, "MB"),
        reach: format!("no growth (≤ {STEADY}× after the first {WARM})"),
        spread: String::new(),
        ..row
    }])
}

fn read(gateway: &Gateway, questions: &Questions) -> Result<()> {
    let load = Load {
        address: gateway.address,
        connections: 1,
        lasting: Duration::from_millis(200),
        request: &|number| questions.request(number),
        check: &|number, answer| questions.check_loosely(number, answer),
    };
    load.run(&AtomicUsize::new(0)).map(drop)
}

/// Makes all changes, each once the gateway has taken over the one before, and says how much
/// memory was resident before, in between and after.
fn changed(gateway: &Gateway, database: &Path, homes: &[Region; 2]) -> Result<Vec<f64>> {
    let mut connection = Connection::open(gateway.address)?;
    thread::sleep(Duration::from_secs(2));
    let mut resident = vec![gateway.resident()?];
    for number in 0..CHANGES {
        let change = Change::numbered(number, homes);
        folkmoot(database, &change.arguments(&homes[0].code))?;
        let began = Instant::now();
        while !change.is_seen(&homes[0].code, &mut connection)? {
            let waited = began.elapsed();
            ensure!(waited < Duration::from_secs(10), "change {number} is not taken over");
            thread::sleep(Duration::from_millis(5));
        }
        if (number + 1) % LOOK_EVERY == 0 {
            resident.push(gateway.resident()?);
        }
    }
    Ok(resident)
}

/// A change of the registry.
enum Change<'r> {
    Rename(String),
    Pause,
    Resume,
    /// To this address, which had been asked so often who it is.
    Move(&'r Region, String, usize),
}

impl<'r> Change<'r> {
    /// Each in turn.
    fn numbered(number: usize, homes: &'r [Region; 2]) -> Self {
        match number % 4 {
            0 => Self::Rename(format!("Network {number}")),
            1 => Self::Pause,
            2 => Self::Resume,
            _ => {
                let home = &homes[(number / 4 + 1) % 2];
                Self::Move(home, home.url(), home.asked_for_the_card())
            }
        }
    }

    fn arguments<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        match self {
            Self::Rename(name) => vec!["region", "rename", code, "--name", name],
            Self::Pause => vec!["region", "pause", code, "--reason", "It is measured."],
            Self::Resume => vec!["region", "resume", code],
            Self::Move(_, url, _) => vec!["region", "move", code, "--live", url, "--unchecked"],
        }
    }

    /// Whether the gateway shows it: by its answers, or by asking who is at the new address. The
    /// same questions every time, and none for rows: what is kept of answers, within its bound, is
    /// not what is measured.
    fn is_seen(&self, code: &str, connection: &mut Connection) -> Result<bool> {
        let mut region = || region(code, connection);
        Ok(match self {
            Self::Rename(name) => region()?["name"] == name.as_str(),
            Self::Pause => region()?["source"]["reason"] == "PAUSED",
            Self::Resume => {
                let region = region()?;
                region["name"].is_string() && region["source"]["reason"] != "PAUSED"
            }
            Self::Move(home, _, asked) => home.asked_for_the_card() > *asked,
        })
    }
}

/// What the gateway says of a region.
fn region(code: &str, connection: &mut Connection) -> Result<Value> {
    let query = "query($region: RegionRef!) { region(ref: $region) { name source { reason } } }";
    let question = json!({ "query": query, "variables": { "region": code } });
    let answer = connection.post("/graphql", &question.to_string())?;
    let mut answer: Value = serde_json::from_slice(&answer.body)?;
    Ok(answer["data"]["region"].take())
}
