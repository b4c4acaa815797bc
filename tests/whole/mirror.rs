//! A region that plugs in by a change feed: its rows are mirrored from a real web server, and
//! whatever that does, the last good rows stay and the other regions are whole.

mod cards;
mod follows;
mod misbehaves;
mod program;
mod wholes;

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    Direction, Door, Feed, FeedAddress, FeedOf, HarvestOutcome, Meetup, MeetupFilter, RegionId,
    SliceRequest,
};
use folkmoot_federation::{Clock, FetchOptions, Fetcher, Harvester, ReferenceCache};
use folkmoot_store::{Change, Harvested, Store, WatchedFeed};
use folkmoot_testkit::{Database, build};
use folkmoot_tests::{FeedServer, Served};
use serde_json::{Value, json};
use uuid::Uuid;

const JSON: &str = "application/json";
const FEED: &str = "/changes/meetups";

/// The id of meet-up `n`.
fn id(n: u32) -> Uuid {
    Uuid::from_u128(0x0190_c5a8_1b2c_7d3e_8f40_0000_0000_0000 + u128::from(n))
}

/// Meet-up `n` as it was at a change.
fn item(modified: i64, n: u32) -> Value {
    json!({
        "state": "updated", "kind": "Meetup", "id": id(n), "modified": modified,
        "data": {
            "id": id(n), "group": "kent", "title": format!("Meet-up {n}"), "status": "PLANNED",
            "attendance": "ONLINE", "startsAt": format!("2027-02-{n:02}T18:30:00Z"),
            "endsAt": format!("2027-02-{n:02}T20:30:00Z"),
        },
    })
}

/// The same with another title.
fn titled(modified: i64, n: u32, title: &str) -> Value {
    let mut item = item(modified, n);
    item["data"]["title"] = json!(title);
    item
}

fn deleted(modified: i64, n: u32) -> Value {
    json!({ "state": "deleted", "kind": "Meetup", "id": id(n), "modified": modified })
}

/// A body of JSON.
fn served(body: &Value) -> Served {
    Served::Body { kind: JSON, body: body.to_string() }
}

/// Kent, which is mirrored, and Surrey, which is not.
struct Nation {
    database: Database,
    server: FeedServer,
    harvester: Harvester,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl Nation {
    async fn new() -> Self {
        // A provider of TLS is there, as in the program.
        let _ = folkmoot_tests::client();
        let database = Database::sqlite().await;
        let server = FeedServer::start(Served::Closes).expect("a server");
        let store = database.store().clone();
        let mut changes = build::nation(&["surrey"]);
        changes.push(build::region("kent").with(|kent| kent.door = Door::Changes).change());
        changes.push(build::group(kent(), "kent").change());
        changes.push(build::meetup(build::region_id("surrey"), 1).titled("Surrey's").change());
        store.apply("test", build::start(), changes).await.expect("filled");
        let address = format!("{}/region.json", server.address);
        let address = FeedAddress::parse(&address).expect("an address");
        let feed = Feed::new(kent(), FeedOf::Changes, address);
        store.set_feeds("test", build::start(), kent(), &[feed]).await.expect("set");
        let now = Arc::new(Mutex::new(build::start()));
        let told = now.clone();
        let options =
            FetchOptions { timeout: std::time::Duration::from_secs(2), allow_private: true };
        let harvester = Harvester {
            reference: ReferenceCache::new(store.clone(), "lgdss-2016"),
            store,
            fetcher: Fetcher::new(options).expect("TLS"),
            clock: Clock::new(move || *told.lock().expect("a clock")),
            every: std::time::Duration::from_secs(900),
            most_pages: 100,
            secrets: Arc::new(|_| None),
        };
        Self { database, server, harvester, now }
    }

    fn store(&self) -> &Store {
        self.database.store()
    }

    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().expect("a clock")
    }

    fn pass(&self, time: TimeDelta) {
        *self.now.lock().expect("a clock") += time;
    }

    /// The card, with whatever is to be different.
    fn serve_card(&self, change: impl FnOnce(&mut Value)) {
        let mut card = json!({
            "contract": "1.0", "code": "kent", "name": "Region kent", "now": self.now(),
            "epoch": "1", "groups": [{ "slug": "kent", "name": "Peer group kent" }],
            "feeds": [{ "kind": "Meetup", "url": format!("{}{FEED}", self.server.address) }],
        });
        change(&mut card);
        self.server.serve_at("/region.json", served(&card));
    }

    /// One page at its address; it leads to what comes after its last item.
    fn serve_page(&self, path: &str, items: &[Value]) {
        let next = items.last().map_or(path.to_owned(), after);
        let next = format!("{}{next}", self.server.address);
        self.server.serve_at(path, served(&json!({ "next": next, "items": items })));
    }

    /// All pages of a feed, of so many items each.
    fn serve_feed(&self, items: &[Value], of_page: usize) {
        let mut path = FEED.to_owned();
        for page in items.chunks(of_page) {
            self.serve_page(&path, page);
            path = page.last().map_or(path, after);
        }
        self.serve_page(&path, &[]);
    }

    /// A card and a feed of one page.
    fn serve(&self, items: &[Value]) {
        self.serve_card(|_| {});
        self.serve_feed(items, 500);
    }

    async fn watched(&self) -> WatchedFeed {
        self.store().feeds(&[kent()]).await.expect("read").remove(0)
    }

    /// A look at the feed, a minute after the one before.
    async fn harvest(&self) -> Harvested {
        self.pass(TimeDelta::minutes(1));
        let reference = self.harvester.reference.reference().await.expect("loaded");
        let watched = self.watched().await;
        self.harvester.harvest(&reference, &watched, false).await.expect("looked")
    }

    async fn meetups(&self, region: RegionId) -> Vec<Meetup> {
        let filter = MeetupFilter::default();
        let request = SliceRequest::of_first(1_000, filter, vec![region], Direction::Ascending);
        let mut slices = self.store().meetup_slices(&[request]).await.expect("read");
        slices.remove(0).rows
    }

    /// The titles of Kent's meet-ups, by time.
    async fn titles(&self) -> Vec<String> {
        self.meetups(kent()).await.into_iter().map(|meetup| meetup.title).collect()
    }

    /// The last parts of Kent's titles, such as `1 2 3`.
    async fn rows(&self) -> String {
        let titles = self.titles().await;
        let short = titles.iter().map(|title| title.rsplit(' ').next().unwrap_or_default());
        short.collect::<Vec<_>>().join(" ")
    }

    /// Surrey's meet-up stands whatever happens.
    async fn others_are_whole(&self) -> bool {
        let theirs = self.meetups(build::region_id("surrey")).await;
        theirs.len() == 1 && theirs[0].title == "Surrey's"
    }

    async fn write(&self, changes: Vec<Change>) {
        self.store().apply("test", build::start(), changes).await.expect("written");
    }
}

fn kent() -> RegionId {
    build::region_id("kent")
}

/// Where the items after one are.
fn after(item: &Value) -> String {
    let (modified, id) = (&item["modified"], item["id"].as_str().unwrap_or_default());
    format!("{FEED}?afterchange={modified}&afterid={id}")
}

/// Why a feed was not read, or how it was.
fn told(harvested: &Harvested) -> String {
    match &harvested.outcome {
        HarvestOutcome::Refused { reason } | HarvestOutcome::Unreachable { reason } => {
            reason.clone()
        }
        other => format!("{other:?}"),
    }
}

/// Everything that is told beside the outcome.
fn notes(harvested: &Harvested) -> String {
    let reading = harvested.reading.as_ref().expect("a reading");
    let refused = reading.refused.iter().map(ToString::to_string);
    refused.chain(reading.notes.iter().cloned()).collect::<Vec<_>>().join("\n")
}
