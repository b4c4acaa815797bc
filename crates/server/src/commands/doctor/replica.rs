//! The replica of the database, if there is one: whether it answers, whether it is a standby of this
//! database, and how far behind it is.

use std::time::Duration;

use folkmoot_store::{ReplicaState, Store, StoreOptions};

use super::{Finding, Findings, PATIENCE, hangs, milliseconds, sentence, size, took, within};
use crate::config::Config;

const GROUP: &str = "Replica of the database";

/// How long a connection is waited for, so that one that cannot be had is told before the whole
/// check is given up.
const CONNECTING: Duration = Duration::from_secs(2);

/// How long it is waited for until it has all that the primary had at the beginning.
const CATCHING_UP: Duration = Duration::from_secs(2);

pub(super) async fn look(config: &Config, primary: &Store) -> Vec<Finding> {
    let mut found = Findings::of(GROUP);
    if config.database.replica_url.is_empty() {
        return found.into_all();
    }
    let options = StoreOptions {
        url: config.database.replica_url.clone(),
        max_connections: 1,
        acquire_timeout: CONNECTING.min(PATIENCE / 2),
    };
    let looking = async {
        let replica = Store::connect_to_look(&options).await?;
        primary.examine_replica(&replica, CATCHING_UP).await
    };
    match within(looking).await {
        Some(Ok(state)) => judge(&state, &mut found),
        failed => {
            let text = match failed {
                // The store's own words are of the database.
                Some(Err(error)) => sentence(&format!("the replica: {error}")),
                _ => hangs("It"),
            };
            found.warn(
                "replica.reachable",
                text,
                "Look whether it runs, and at database.replica_url. Nothing is wrong meanwhile: \
                 the database itself is read.",
            );
        }
    }
    found.into_all()
}

fn judge(state: &ReplicaState, found: &mut Findings) {
    let ReplicaState { version, round_trip, is_standby, is_of_ours, lag, missing_bytes } = state;
    found
        .ok("replica.reachable", format!("{version} answers in {}.", took(*round_trip)))
        .measured("round_trip_ms", milliseconds(*round_trip));
    if !is_of_ours {
        found.fail(
            "replica.history",
            "It holds another database, or another history of this one: nothing is read there.",
            "Name a standby of database.url in database.replica_url, or make this one anew: one \
             that was made before a restore does not follow it.",
        );
    } else if !is_standby {
        found.fail(
            "replica.standby",
            "It is no standby: it takes writes of its own, and nothing is read there.",
            "Name a standby in database.replica_url. If this one was made the primary, name it in \
             database.url.",
        );
    } else if let Some(lag) = lag {
        let text = format!("It had all that the primary had written within {}.", took(*lag));
        found.ok("replica.lag", text).measured("lag_ms", milliseconds(*lag));
    } else {
        let advice = "Look what holds it up: pg_stat_replication on the primary, and on the standby \
                      pg_stat_activity and pg_get_wal_replay_pause_state(). Nothing is wrong \
                      meanwhile: the database itself is read.";
        let text = format!(
            "It lacks {} that the primary wrote more than {} ago.",
            size(*missing_bytes),
            took(CATCHING_UP)
        );
        found.warn("replica.lag", text, advice).measured("missing_bytes", *missing_bytes as f64);
    }
}
