//! Redis in its other shapes: a cluster, and servers behind sentinels.

use std::{fs, time::Duration};

use crate::{Note, now};
use crate::{comes_back, eventually, found, keep, redis, replica, server::Server};
use folkmoot_cache::Slot;

#[tokio::test]
async fn cluster_is_asked_for_keys_of_all_its_parts_at_once() {
    let server = Server::started(&["--cluster-enabled", "yes"]);
    assert!(server.say(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]).starts_with("+OK"));
    eventually("the cluster is whole", || async {
        server.say(&["CLUSTER", "INFO"]).contains("cluster_state:ok")
    })
    .await;
    let redis = redis(&server.url().replace("redis://", "redis+cluster://"));
    comes_back(&redis).await;
    for note in 0..20 {
        keep(&redis, note, "rows");
    }
    eventually("all are there", || async {
        let slots: Vec<_> = (0..20).map(|note| Slot::of(&Note(note))).collect();
        replica(&redis).far(&slots, now()).await.iter().all(Option::is_some)
    })
    .await;
    let state = redis.examine(Duration::from_secs(2)).await.expect("it tells how it is");
    assert!(state.used_bytes > 0 && !state.version.is_empty(), "{state:?}");
    assert_eq!((state.bound_bytes, state.policy.as_str()), (0, "noeviction"));
}

#[tokio::test]
async fn sentinels_lead_to_the_new_master_when_the_old_one_is_lost() {
    let mut master = Server::started(&[]);
    let of_master = format!("127.0.0.1 {}", master.port);
    let replica = Server::started(&["--replicaof", &of_master, "--repl-diskless-sync-delay", "0"]);
    eventually("the replica follows", || async {
        replica.say(&["INFO", "replication"]).contains("master_link_status:up")
    })
    .await;
    let sentinel = Server::new(&["sentinel.conf", "--sentinel"]);
    let settings = format!(
        "sentinel monitor main {of_master} 1\n\
         sentinel down-after-milliseconds main 500\n\
         sentinel failover-timeout main 5000\n"
    );
    fs::write(sentinel.home().join("sentinel.conf"), settings).expect("written");
    let mut sentinel = sentinel;
    sentinel.start();
    eventually("the sentinel knows the replica", || async {
        sentinel.say(&["SENTINEL", "REPLICAS", "main"]).contains(&replica.port.to_string())
    })
    .await;
    let redis = redis(&format!("redis+sentinel://127.0.0.1:{}/main", sentinel.port));
    comes_back(&redis).await;

    master.kill();

    comes_back(&redis).await;
    assert!(replica.say(&["INFO", "replication"]).contains("role:master"));
    assert!(found(&redis, 1).await.is_some());
}
