//! Two gateways with the same rows: one that hosts all regions, and one to which each region is
//! plugged in by any door.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use fastrand::Rng;
use folkmoot_testkit::Database;
use folkmoot_tests::{FeedServer, Gateway, Outcome, Served, folkmoot};
use serde_json::{Value, json};

use super::{
    rows::{self, REGIONS},
    sheets::{self, SHEETS},
};

/// How a region plugs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Hosted,
    Mirrored,
    Live,
    Sheet,
}

/// A gateway with a database of its own, which is there as long as it is.
pub(super) struct Hall {
    pub(super) gateway: Gateway,
    _database: Database,
}

impl Hall {
    /// On SQLite, with all rows hosted.
    pub(super) async fn open(seed: u64, base: DateTime<Utc>) -> Result<Self> {
        let database = Database::sqlite().await;
        database.store().apply("test", base, rows::nation(seed, base)).await?;
        let gateway = Gateway::start_with(&database.options().url, false, &SETTINGS).await?;
        Ok(Self { gateway, _database: database })
    }

    /// Runs a command on its database, which has to succeed.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut command = folkmoot();
        command.envs(SETTINGS).args(arguments).args(["--database", &self.gateway.database]);
        let outcome = Outcome::of(&mut command);
        ensure!(outcome.is_success, "{arguments:?}: {outcome:?}");
        Ok(outcome.out)
    }
}

/// A busy machine must not leave a region out; and nothing is read but by command.
const SETTINGS: [(&str, &str); 4] = [
    ("FOLKMOOT__DATABASE__POLL_SECONDS", "1"),
    ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
    ("FOLKMOOT__FEEDS__EVERY_MINUTES", "0"),
    ("FOLKMOOT__REGIONS__SOFT_DEADLINE_MS", "10000"),
];

/// Both, and where each region of the second is.
pub(super) struct Doors {
    pub(super) hosts_all: Hall,
    pub(super) nation: Hall,
    pub(super) places: [Place; REGIONS.len()],
    files: FeedServer,
    /// The options by which the regions that can be are read from their files.
    sheets: HashMap<&'static str, Vec<String>>,
}

impl Doors {
    pub(super) async fn open(seed: u64, base: DateTime<Utc>) -> Result<Self> {
        let (hosts_all, nation) = tokio::try_join!(Hall::open(seed, base), Hall::open(seed, base))?;
        let files = FeedServer::start(Served::Closes)?;
        let sheets = SHEETS.into_iter().map(|code| (code, put(&files, code, seed, base))).collect();
        let places = [Place::Hosted; REGIONS.len()];
        Ok(Self { hosts_all, nation, places, files, sheets })
    }

    /// The regions that are in a place.
    pub(super) fn at(&self, place: Place) -> impl Iterator<Item = &'static str> {
        let is_there = move |(_, there): &(&str, Place)| *there == place;
        REGIONS.into_iter().zip(self.places).filter(is_there).map(|(code, _)| code)
    }

    /// Puts each region behind a door, while the gateway runs.
    pub(super) async fn shuffle(&mut self, chance: &mut Rng) -> Result<()> {
        for (number, code) in REGIONS.into_iter().enumerate() {
            let doors = [Place::Hosted, Place::Mirrored, Place::Live, Place::Sheet, Place::Sheet];
            let number_of = if self.sheets.contains_key(code) { doors.len() } else { 3 };
            let place = doors[chance.usize(..number_of)];
            if place != self.places[number] {
                self.move_to(code, place)?;
                self.places[number] = place;
            }
        }
        self.settle().await
    }

    fn move_to(&self, code: &str, place: Place) -> Result<()> {
        let theirs = format!("{}/regions/{code}", self.hosts_all.gateway.address);
        let to = ["region", "move", code];
        match place {
            Place::Hosted => self.nation.run(&[&to[..], &["--hosted"]].concat())?,
            Place::Live => {
                let service = format!("{theirs}/graphql");
                self.nation.run(&[&to[..], &["--live", &service]].concat())?
            }
            Place::Mirrored => {
                let card = format!("{theirs}/region.json");
                self.nation.run(&[&to[..], &["--changes", &card]].concat())?;
                let read = self.nation.run(&["region", "harvest", code])?;
                ensure!(read.contains(", 0 left out"), "{code}: {read}");
                read
            }
            Place::Sheet => {
                let sheets = self.sheets[code].iter().map(String::as_str);
                self.nation.run(&to.into_iter().chain(sheets).collect::<Vec<_>>())?;
                let asked = self.files.requests().len();
                let read = self.nation.run(&["region", "harvest", code])?;
                let whole = read.matches(", 0 taken away, 0 left out").count();
                ensure!(whole == 4 && !read.contains("note:"), "{code}: {read}");
                ensure!(self.files.requests().len() == asked + 4, "{:?}", self.files.paths());
                read
            }
        };
        Ok(())
    }

    /// Waits until the running gateway asks each region where it is now.
    async fn settle(&self) -> Result<()> {
        let began = Instant::now();
        loop {
            let mut is_settled = true;
            for (code, place) in REGIONS.into_iter().zip(self.places) {
                is_settled &= self.is_in_place(code, place).await?;
            }
            if is_settled {
                return Ok(());
            }
            ensure!(began.elapsed() < Duration::from_secs(30), "not settled: {:?}", self.places);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn is_in_place(&self, code: &str, place: Place) -> Result<bool> {
        let query = "query($region: RegionRef!) {
            meetups(region: $region, when: ALL, first: 1) {
                complete nodes { provenance { system } } } }";
        let answer = self.nation.gateway.ask(query, json!({ "region": code })).await?;
        let list = &answer["data"]["meetups"];
        // Between hearing of a region and asking it a moment passes in which it is missing.
        if list["complete"] != Value::Bool(true) {
            return Ok(false);
        }
        let system = list["nodes"][0]["provenance"]["system"].as_str().context("a system")?;
        Ok(match place {
            Place::Live => system == "live",
            Place::Mirrored => system == "changes",
            Place::Sheet => ["csv:meetups", "ics:meetups"].contains(&system),
            Place::Hosted => system != "live",
        })
    }
}

/// Puts a region's files where they are read, and gives the options that say so.
fn put(files: &FeedServer, code: &str, seed: u64, base: DateTime<Utc>) -> Vec<String> {
    let mut options = Vec::new();
    for (of, kind, body) in sheets::files(code, seed, base) {
        let path = format!("/{code}/{of}");
        files.serve_at(&path, Served::Body { kind, body });
        let address = format!("{}{path}", files.address);
        options.extend(match of {
            "ics" => ["--ics".to_owned(), address],
            _ => ["--csv".to_owned(), format!("{of}={address}")],
        });
    }
    options
}
