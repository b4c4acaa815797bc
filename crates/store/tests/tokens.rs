//! Tokens.

use chrono::TimeDelta;
use folkmoot_domain::Scope;
use folkmoot_store::NewToken;
use folkmoot_testkit::{Database, build, on_both_databases};
use uuid::Uuid;

on_both_databases!(a_token_is_found_by_its_digest_until_it_is_revoked, use_is_noted_once_an_hour,);

fn token(n: u8) -> NewToken {
    NewToken {
        id: Uuid::from_u128(n.into()),
        name: format!("token {n}"),
        digest: [n; 32],
        scopes: vec![Scope::Peer, "coordinator:kent".parse().expect("a scope")],
        created_at: build::start(),
        expires_at: Some(build::start() + TimeDelta::days(1)),
    }
}

async fn a_token_is_found_by_its_digest_until_it_is_revoked(database: Database) {
    let store = database.store();
    for n in [1, 2] {
        store.create_token("steward", token(n)).await.expect("kept");
    }

    let found = store.token_by_digest(&[1; 32]).await.expect("look up").expect("it is there");

    assert_eq!((found.name.as_str(), &found.scopes), ("token 1", &token(1).scopes));
    assert_eq!(found.created_by, "steward");
    assert!(found.is_valid(build::start()));
    assert!(!found.is_valid(build::start() + TimeDelta::days(1)), "the end is exclusive");
    assert_eq!(store.token_by_digest(&[3; 32]).await.expect("look up"), None);
    assert_eq!(store.tokens().await.expect("a list").len(), 2);
    assert!(store.revoke_token(found.id, "steward", build::start()).await.expect("revoked"));
    assert!(!store.revoke_token(found.id, "steward", build::start()).await.expect("was before"));
    assert!(!store.revoke_token(Uuid::nil(), "steward", build::start()).await.expect("no such"));
    let revoked = store.token_by_digest(&[1; 32]).await.expect("look up").expect("still listed");
    assert!(!revoked.is_valid(build::start()));
    assert_eq!(database.number("SELECT count(*) FROM audit WHERE kind = 'token'").await, 3);
}

async fn use_is_noted_once_an_hour(database: Database) {
    let (store, statements) = database.counted();
    store.create_token("steward", token(1)).await.expect("kept");
    let (mut asked, mut writes) = (Vec::new(), Vec::new());
    for minutes in [0, 1, 59, 60, 61] {
        statements.take();
        let now = build::start() + TimeDelta::minutes(minutes);
        let found = store.token_by_digest(&[1; 32]).await.expect("look up").expect("it is there");
        store.touch_token(&found, now).await.expect("noted");
        let statements = statements.take();
        asked.push(statements.len());
        writes.push(statements.iter().filter(|sql| sql.starts_with("UPDATE")).count());
    }
    assert_eq!(writes, [1, 0, 0, 1, 0]);
    assert_eq!(asked, [2, 1, 1, 2, 1], "a look-up, and a write if it is due");
    let found = store.token_by_digest(&[1; 32]).await.expect("look up").expect("it is there");
    assert_eq!(found.last_used_at, Some(build::start() + TimeDelta::hours(1)));
    assert_eq!(database.number("SELECT count(*) FROM generation").await, 0);
}
