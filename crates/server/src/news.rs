//! News of writes between processes, over Redis: what others wrote is looked at within a fraction of
//! a second. Nothing depends on it: what gets lost is found by the next poll of the database.

use std::time::Duration;

use folkmoot_cache::Redis;
use folkmoot_store::Store;

/// The number that every write raises.
const NUMBER: &str = "writes";

/// How often it is looked at: four small questions a second for each replica.
const LOOK: Duration = Duration::from_millis(250);

/// A handle whose writes the others hear of.
pub(crate) fn told(store: Store, redis: Redis) -> Store {
    store.telling(move || {
        let redis = redis.clone();
        Box::pin(async move { redis.raise(NUMBER).await })
    })
}

/// Looks at the database whenever somebody wrote.
pub(crate) async fn follow(store: Store, redis: Redis) {
    let mut seen = None;
    loop {
        tokio::time::sleep(LOOK).await;
        // Another number, lower ones too: Redis may have begun anew.
        let number = redis.number(NUMBER).await;
        if number.is_none() || number == seen {
            continue;
        }
        // A database that is away is told of by the poll.
        if store.poll_generations().await.is_ok() {
            seen = number;
        }
    }
}
