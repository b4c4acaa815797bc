//! What was published is read once for everyone, and anew when it may be another thing.

use std::{sync::Arc, time::Duration};

use folkmoot_federation::PublishedCache;
use folkmoot_store::{Store, kind};
use folkmoot_testkit::{Database, on_both_databases};

on_both_databases!(
    what_was_published_is_read_once_for_each_change,
    where_nobody_looks_for_changes_everyone_has_it_read,
);

const LONG: Duration = Duration::from_secs(3600);

async fn what_was_published_is_read_once_for_each_change(database: Database) {
    let (here, statements) = database.counted();
    let elsewhere = Store::connect(database.options()).await.expect("another process");
    here.poll_generations().await.expect("a look");
    let cache = PublishedCache::new(here.clone(), LONG);
    let read = async || {
        statements.take();
        let published = cache.published().await.expect("read");
        (published, statements.take().len())
    };
    let (first, statements_of_first) = read().await;
    assert_eq!(statements_of_first, 2);
    let (same, none) = read().await;
    assert!(Arc::ptr_eq(&first, &same) && none == 0);

    elsewhere.bump(None, &[kind::CAPABILITY]).await.expect("another's write");
    assert!(Arc::ptr_eq(&first, &read().await.0), "nobody has looked yet");
    here.poll_generations().await.expect("a look");
    assert_eq!(read().await.1, 2);
    here.bump(None, &[kind::CAPABILITY]).await.expect("a write of its own");
    assert_eq!(read().await.1, 2, "seen at once");
    here.bump(None, &[kind::REFERENCE]).await.expect("a write of something else");
    assert_eq!(read().await.1, 0);
}

async fn where_nobody_looks_for_changes_everyone_has_it_read(database: Database) {
    let (here, statements) = database.counted();
    let read = async |within| {
        statements.take();
        let cache = PublishedCache::new(here.clone(), within);
        cache.published().await.expect("read");
        cache.published().await.expect("read");
        statements.take().len()
    };
    assert_eq!(read(LONG).await, 4, "it was never looked");
    here.poll_generations().await.expect("a look");
    assert_eq!(read(Duration::ZERO).await, 4, "the look was too long ago");
    assert_eq!(read(LONG).await, 2);
}
