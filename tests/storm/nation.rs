//! The nation that the storm goes over: two hosted regions, a mirror whose feed has been gone for
//! more than a day, and three live regions. All of its rows are known.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use fastrand::Rng;
use folkmoot_domain::{
    Attendance, Door, EntityKind, Feed, FeedAddress, FeedOf, GlobalId, HarvestOutcome, MeetupId,
    MeetupStatus, RegionId,
};
use folkmoot_federation::{Clock, FetchOptions, Fetcher, Harvester, ReferenceCache};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::{Database, build};
use folkmoot_tests::{FeedServer, Gateway, Outcome, Served, folkmoot};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::regions::LiveRegion;

/// The region whose rows are a copy that nobody has confirmed for a day.
pub(crate) const MIRROR: &str = "marches";
/// Its age: beyond the day after which a copy is no longer fresh.
const MIRROR_AGE: TimeDelta = TimeDelta::hours(25);
/// The regions that answer for themselves; the first has a Folkmoot of its own.
pub(crate) const LIVE: [&str; 3] = ["lakes", "weald", "coquet"];
/// All regions, by code.
pub(crate) const REGIONS: [&str; 6] = ["coquet", "kent", "lakes", "marches", "surrey", "weald"];
/// How many rows each has: several pages of any size that is asked for.
const ROWS: u16 = 90;
/// How many points the standard has, each with its rows.
pub(crate) const POINTS: u16 = 15;

/// A meet-up, as far as it matters here.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) region: &'static str,
    /// As an answer gives it.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) point: u16,
    uuid: Uuid,
}

impl Row {
    /// The day by London's clock: none is near midnight.
    pub(crate) fn day(&self) -> NaiveDate {
        self.starts_at.date_naive()
    }
}

/// All rows, in the nation's order.
pub(crate) struct Rows {
    pub(crate) all: Vec<Row>,
    places: HashMap<String, usize>,
}

impl Rows {
    /// Made up by chance: many at the same instant, in and across regions.
    pub(crate) fn made_up(chance: &mut Rng) -> Self {
        let first: DateTime<Utc> = "2031-01-01T18:30:00Z".parse().expect("an instant");
        let mut all = Vec::new();
        for region in REGIONS {
            for number in 0..ROWS {
                let uuid = Uuid::from_u128(chance.u128(..));
                let id = GlobalId::regional(EntityKind::Meetup, build::region_id(region), uuid);
                all.push(Row {
                    region,
                    id: id.to_string(),
                    title: format!("Meet-up {number} of {region}"),
                    starts_at: first + TimeDelta::hours(12 * chance.i64(0..500)),
                    point: number % POINTS + 1,
                    uuid,
                });
            }
        }
        all.sort_by_key(|row| (row.starts_at, row.uuid.to_string()));
        let places = all.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect();
        Self { all, places }
    }

    /// Which row has this id.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    fn of(&self, region: &str) -> impl Iterator<Item = &Row> {
        self.all.iter().filter(move |row| row.region == region)
    }

    /// As rows of a database.
    pub(crate) fn changes(&self, region: &str) -> Vec<Change> {
        let change = |row: &Row| {
            build::meetup(build::region_id(region), 0)
                .titled(&row.title)
                .starting(row.starts_at)
                .status(MeetupStatus::Confirmed)
                .on([build::point_id(row.point)])
                .with(|meetup| {
                    meetup.id = MeetupId(row.uuid);
                    meetup.natural_key = row.uuid.to_string();
                    meetup.attendance = Attendance::Online;
                })
                .change()
        };
        self.of(region).map(change).collect()
    }

    /// As a region hands them over.
    pub(crate) fn items(&self, region: &'static str) -> Vec<Value> {
        let item = |row: &Row| {
            json!({
                "id": row.uuid, "group": region, "title": row.title, "status": "CONFIRMED",
                "startsAt": row.starts_at, "endsAt": row.starts_at + TimeDelta::hours(2),
                "timeZone": "Europe/London", "attendance": "ONLINE",
                "points": [format!("lgdss-2016/{}", row.point)], "talks": [], "synthetic": true,
            })
        };
        self.of(region).map(item).collect()
    }
}

/// The id of a meet-up that no region has.
pub(crate) fn nowhere(region: &str, chance: &mut Rng) -> String {
    let uuid = Uuid::from_u128(chance.u128(..));
    GlobalId::regional(EntityKind::Meetup, build::region_id(region), uuid).to_string()
}

/// The database of the gateway, and the regions behind their doors.
pub(crate) struct Nation {
    pub(crate) rows: Arc<Rows>,
    pub(crate) live: Vec<LiveRegion>,
    pub(crate) database: Database,
}

impl Nation {
    /// Everything but the gateway itself.
    pub(crate) async fn open(chance: &mut Rng) -> Result<Self> {
        Self::on(Database::sqlite().await, chance).await
    }

    /// The same on this database.
    pub(crate) async fn on(database: Database, chance: &mut Rng) -> Result<Self> {
        // A provider of TLS is there, as in the program.
        let _ = folkmoot_tests::client();
        let rows = Arc::new(Rows::made_up(chance));
        let store = database.store();
        let others: Vec<_> = REGIONS.into_iter().filter(|code| *code != MIRROR).collect();
        let mut changes = build::nation(&others);
        changes.push(build::region(MIRROR).door(Door::Changes).change());
        changes.push(build::group(build::region_id(MIRROR), MIRROR).change());
        changes.extend(["kent", "surrey"].into_iter().flat_map(|region| rows.changes(region)));
        store.apply("test", build::start(), changes).await?;
        mirror(store, &rows).await?;
        let mut live = Vec::new();
        for code in LIVE {
            let region = LiveRegion::start(code, &rows).await?;
            let to = ["region", "move", code, "--live", &region.address];
            let mut command = folkmoot();
            command.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true").args(to);
            let moved = Outcome::of(command.args(["--database", &database.options().url]));
            ensure!(moved.is_success, "{code}: {moved:?}");
            live.push(region);
        }
        Ok(Self { rows, live, database })
    }

    /// The gateway of it, once it answers with all rows.
    pub(crate) async fn gateway(&self, settings: &[(&str, &str)]) -> Result<Gateway> {
        self.gateway_on(&self.database.options().url, settings).await
    }

    /// The same, which reaches the database by another way.
    pub(crate) async fn gateway_on(&self, url: &str, settings: &[(&str, &str)]) -> Result<Gateway> {
        // In a debug build that shares its machine, a second is no time.
        let deadline = if cfg!(debug_assertions) { "4000" } else { "800" };
        let ours = [
            ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
            ("FOLKMOOT__REGIONS__SOFT_DEADLINE_MS", deadline),
            // Told when an answer was wrong: why a region was left in peace.
            ("FOLKMOOT__LOG__FILTER", "folkmoot=info,warn"),
        ];
        let settings = [&ours[..], settings].concat();
        let gateway = Gateway::start_with(url, false, &settings).await?;
        let is_whole = |data: &Value| data["meetups"]["complete"] == true;
        gateway.data_until("{ meetups(when: ALL, first: 7) { complete } }", is_whole).await?;
        Ok(gateway)
    }
}

/// Has the mirror's rows read, from a server that is then gone, more than a day ago.
async fn mirror(store: &Store, rows: &Rows) -> Result<()> {
    let then = Clock::system().now() - MIRROR_AGE;
    let server = FeedServer::start(Served::Closes)?;
    let serve = |path: &str, body: Value| {
        let body = body.to_string();
        server.serve_at(path, Served::Body { kind: "application/json", body });
    };
    let items: Vec<_> = (1..)
        .zip(rows.items(MIRROR))
        .map(|(modified, data)| {
            json!({ "state": "updated", "kind": "Meetup", "id": data["id"], "modified": modified,
                    "data": data })
        })
        .collect();
    let last = items.last().context("rows")?;
    let id = last["id"].as_str().context("an id")?;
    let end = format!("/meetups?afterchange={}&afterid={id}", last["modified"]);
    serve("/meetups", json!({ "next": end, "items": items }));
    serve(&end, json!({ "next": end, "items": [] }));
    let card = json!({
        "contract": "1.0", "code": MIRROR, "name": format!("Region {MIRROR}"), "now": then,
        "epoch": "1", "groups": [{ "slug": MIRROR, "name": format!("Peer group {MIRROR}") }],
        "feeds": [{ "kind": "Meetup", "url": "/meetups", "count": items.len() }],
    });
    serve("/region.json", card);

    let region = build::region_id(MIRROR);
    let address = FeedAddress::parse(&format!("{}/region.json", server.address))?;
    let feed = Feed::new(region, FeedOf::Changes, address);
    store.set_feeds("test", then, region, &[feed]).await?;
    let harvested = harvest(store, then, region).await?;
    ensure!(harvested == HarvestOutcome::Read, "the mirror was not read: {harvested:?}");
    Ok(())
}

async fn harvest(store: &Store, now: DateTime<Utc>, region: RegionId) -> Result<HarvestOutcome> {
    let options = FetchOptions { timeout: Duration::from_secs(10), allow_private: true };
    let harvester = Harvester {
        reference: ReferenceCache::new(store.clone(), "lgdss-2016"),
        store: store.clone(),
        fetcher: Fetcher::new(options)?,
        clock: Clock::new(move || now),
        every: Duration::from_secs(900),
        most_pages: 100,
        secrets: Arc::new(|_| None),
    };
    let reference = harvester.reference.reference().await?;
    let watched = store.feeds(&[region]).await?.pop().context("a feed")?;
    Ok(harvester.harvest(&reference, &watched, false).await?.outcome)
}
