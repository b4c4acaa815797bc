//! What needs the store's own connection.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::*;
use crate::NewToken;

fn token(n: u128) -> NewToken {
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(&n.to_be_bytes());
    NewToken {
        id: Uuid::from_u128(n),
        name: "x".repeat(4_000),
        digest,
        scopes: vec![],
        created_at: chrono::DateTime::UNIX_EPOCH,
        expires_at: None,
    }
}

#[tokio::test]
async fn a_full_disk_is_full_and_keeps_nothing_of_the_write() {
    let options = StoreOptions {
        url: "sqlite::memory:".to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(5),
    };
    let store = Store::connect(&options).await.expect("connect");
    store.migrate().await.expect("migrate");
    // As many pages as there are, and a few.
    store.connection.execute_unprepared("PRAGMA max_page_count = 1").await.expect("a limit");
    let mut kept = 0;
    let error = loop {
        match store.create_token("test", token(kept)).await {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 100, "the limit is not kept");
    };
    assert!(matches!(error, StoreError::Full(_)), "{error:?}");
    assert_eq!(store.tokens().await.expect("reads work").len() as u128, kept);
}
