//! Harvesters of a change feed who begin at any moment of somebody's writes: none misses a row.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use folkmoot_domain::{EntityKind, EntryState, GlobalId, read_page};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::{Database, build};
use folkmoot_tests::Gateway;
use futures::future::try_join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Two write at a time: a number that was taken first may be seen last.
const WRITERS: u64 = 2;
const WRITES_EACH: u32 = 150;
const ROWS: u32 = 80;
const HARVESTERS: u64 = 6;

/// The rows that somebody has, by id: their titles.
type Rows = BTreeMap<Uuid, String>;

/// Writes rows, anew or once more, and takes some away. The writers' rows are apart.
async fn write(store: &Store, writer: u64) -> Result<()> {
    let mut chance = fastrand::Rng::with_seed(writer);
    let region = build::region_id("kent");
    for number in 0..WRITES_EACH {
        let row = chance.u32(..ROWS) * WRITERS as u32 + writer as u32;
        let meetup = build::meetup(region, row).titled(&format!("write {number} of {writer}"));
        let change = match chance.u8(..4) {
            0 => {
                let id = meetup.build().id;
                Change::Gone(GlobalId::regional(EntityKind::Meetup, region, id.0))
            }
            _ => meetup.change(),
        };
        store.apply("test", build::start(), vec![change]).await?;
    }
    Ok(())
}

/// Follows the feed from its beginning until it ends after the last write.
async fn harvest(gateway: &Gateway, delay: Duration, writing: &AtomicUsize) -> Result<Rows> {
    tokio::time::sleep(delay).await;
    let mut rows = Rows::new();
    let mut path = "/regions/kent/changes/meetups".to_owned();
    loop {
        // Before the page: what is written after it counts for the next one.
        let is_over = writing.load(Ordering::SeqCst) == 0;
        let body = gateway.request(Method::GET, &path).send().await?.bytes().await?;
        let page = read_page(&body)?;
        if page.items.is_empty() && is_over {
            return Ok(rows);
        }
        for entry in page.items {
            match (entry.state, entry.data) {
                (EntryState::Updated, Some(data)) => {
                    let title = data["title"].as_str().context("a title")?.to_owned();
                    rows.insert(entry.id, title);
                }
                _ => drop(rows.remove(&entry.id)),
            }
        }
        path = page.next.strip_prefix(&gateway.address).context("an address of ours")?.to_owned();
    }
}

async fn listed(gateway: &Gateway) -> Result<Rows> {
    let query =
        "query($after: String) { meetups(region: \"kent\", when: ALL, first: 100, after: $after) {
        nodes { id title } pageInfo { hasNextPage endCursor } } }";
    let (mut rows, mut after) = (Rows::new(), Value::Null);
    loop {
        let data = gateway.data(query, json!({ "after": after })).await?;
        for node in data["meetups"]["nodes"].as_array().context("nodes")? {
            let id: GlobalId = node["id"].as_str().context("an id")?.parse()?;
            rows.insert(id.key(), node["title"].as_str().context("a title")?.to_owned());
        }
        if data["meetups"]["pageInfo"]["hasNextPage"] != true {
            return Ok(rows);
        }
        after = data["meetups"]["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn whoever_begins_at_any_moment_of_writes_has_every_row_in_the_end() -> Result<()> {
    let database = Database::postgres().await;
    let store = database.store();
    store.apply("test", build::start(), build::nation(&["kent"])).await?;
    let gateway = Gateway::start(&database.options().url, false).await?;
    let writing = AtomicUsize::new(WRITERS as usize);
    let mut chance = fastrand::Rng::new();
    let delays: Vec<_> =
        (0..HARVESTERS).map(|_| Duration::from_millis(chance.u64(..1_500))).collect();

    let writes = try_join_all((0..WRITERS).map(async |writer| {
        let written = write(store, writer).await;
        writing.fetch_sub(1, Ordering::SeqCst);
        written
    }));
    let harvests = try_join_all(delays.iter().map(|delay| harvest(&gateway, *delay, &writing)));
    let (_, harvested) = tokio::try_join!(writes, harvests)?;

    let wanted = listed(&gateway).await?;
    ensure!(wanted.len() > ROWS as usize / 2, "there are rows to miss: {}", wanted.len());
    for (rows, delay) in harvested.iter().zip(&delays) {
        ensure!(*rows == wanted, "whoever began after {delay:?} has other rows");
    }
    Ok(())
}
