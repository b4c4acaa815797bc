//! News of writes between processes: the database is looked at again and again, and, where there is a
//! Redis, within a fraction of a second after somebody wrote. Nothing depends on the latter: what gets
//! lost is found by the next look.

use std::time::Duration;

use folkmoot_cache::Redis;
use folkmoot_store::Store;

use crate::measures;

/// The number that every write raises.
const NUMBER: &str = "writes";

/// How often it is looked at: four small questions a second for each replica.
const LOOK: Duration = Duration::from_millis(250);

/// For how long after a look others' writes are known: after two that were missed they are not.
pub(crate) fn known_for(poll: Duration) -> Duration {
    poll * 3
}

/// What the last look may have taken, and a pause of a busy machine.
pub(crate) const SLACK: Duration = Duration::from_secs(2);

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

/// Heals what this process did not see of other processes' writes.
pub(crate) async fn poll(store: Store, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut is_down = false;
    loop {
        ticks.tick().await;
        let outcome = store.poll_generations().await;
        measures::set_database(outcome.is_ok());
        // Once per change of state: a database that is down must not flood the log.
        match (&outcome, is_down) {
            (Err(error), false) => tracing::error!(%error, "database not reachable"),
            (Ok(()), true) => tracing::info!("database reachable again"),
            _ => {}
        }
        is_down = outcome.is_err();
    }
}
