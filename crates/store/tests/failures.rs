//! What goes wrong around the store is told apart by what the caller can do.

use std::time::{Duration, Instant};

use folkmoot_store::{SchemaState, Store, StoreError, StoreOptions};
use folkmoot_testkit::{Database, build, on_both_databases};

on_both_databases!(
    replicas_may_migrate_at_once,
    a_newer_database_is_refused,
    a_broken_row_is_named,
    a_read_only_database_is_read,
);

fn options(url: impl Into<String>) -> StoreOptions {
    StoreOptions {
        url: url.into(),
        max_connections: 2,
        acquire_timeout: Duration::from_millis(500),
    }
}

async fn refused(url: impl Into<String>) -> StoreError {
    Store::connect(&options(url)).await.expect_err("it cannot be opened")
}

async fn replicas_may_migrate_at_once(database: Database) {
    // The same schema again, from nothing.
    if database.options().url.starts_with("sqlite") {
        let folder = tempfile::TempDir::new().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("new.db").display());
        all_migrate(&StoreOptions { url, ..database.options().clone() }).await;
    } else {
        database.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        all_migrate(database.options()).await;
    }
}

async fn all_migrate(options: &StoreOptions) {
    let store = Store::connect(options).await.expect("connect");
    let state = store.check_schema().await.expect("a look");
    let SchemaState::Behind { pending } = state else { panic!("{state:?}") };
    let error = store.is_empty().await.expect_err("there are no tables");
    assert!(matches!(error, StoreError::OlderSchema(_)), "{error:?}");
    let migrate = || async {
        let replica = Store::connect(options).await.expect("connect");
        replica.migrate().await.expect("migrate").applied
    };

    let (one, two, three) = tokio::join!(migrate(), migrate(), migrate());

    let mut applied = [one, two, three];
    applied.sort();
    assert_eq!(applied, [vec![], vec![], pending]);
    assert_eq!(store.check_schema().await.expect("a look"), SchemaState::UpToDate);
    assert!(store.is_empty().await.expect("there are tables"));
}

async fn a_newer_database_is_refused(database: Database) {
    database.run("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99_next', 0)").await;

    let state = database.store().check_schema().await.expect("a look");
    let error = database.store().migrate().await.expect_err("it is newer");

    assert_eq!(state, SchemaState::Newer { migration: "m99_next".to_owned() });
    let said = "database is newer than this version (m99_next is unknown): run the newer version";
    assert_eq!(error.to_string(), said);
}

async fn a_broken_row_is_named(database: Database) {
    let store = database.store();
    let region = build::region_id("kent");
    let meetup = build::meetup(region, 1);
    let mut changes = build::nation(&["kent"]);
    changes.push(meetup.clone().change());
    store.apply("test", build::start(), changes).await.expect("a nation");
    database.run("UPDATE meetup SET status = 'MAYBE'").await;

    let error = store.meetups(&[region], &[meetup.0.id]).await.expect_err("no such status");

    let row = meetup.0.id;
    let said = format!("row {row} of meetup holds an unreadable status: restore it from a backup");
    assert_eq!(error.to_string(), said);
}

async fn a_read_only_database_is_read(database: Database) {
    let url = database.options().url.clone();
    let url = if url.starts_with("sqlite") {
        format!("{url}?mode=ro")
    } else {
        let name = url.rsplit_once('/').expect("a name").1;
        database
            .run(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"))
            .await;
        url
    };
    let store = Store::connect(&options(url)).await.expect("connect");

    let error =
        store.apply("test", build::start(), build::nation(&["kent"])).await.expect_err("no right");

    assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
    assert!(store.is_empty().await.expect("reads work"));
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    let error = refused("mysql://root:secret@localhost/folkmoot").await;
    let said = "database address is of an unknown kind: begin it with sqlite: or postgres://";
    assert_eq!(error.to_string(), said);
    let error = refused("postgres://user:secret@:not-a-port/x").await;
    assert!(matches!(error, StoreError::Misconfigured { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("secret"), "nor anywhere in its causes");
}

#[tokio::test]
async fn a_server_that_is_down_is_unavailable() {
    // Bound and not listening: nobody else answers on this port meanwhile.
    let held = tokio::net::TcpSocket::new_v4().expect("a socket");
    held.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let port = held.local_addr().expect("an address").port();
    let begun = Instant::now();

    let error = refused(format!("postgres://postgres@127.0.0.1:{port}/folkmoot")).await;

    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "waited {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_misconfigured() {
    let database = Database::postgres().await;
    let error = refused(format!("{}_not", database.options().url)).await;
    assert_eq!(error.to_string(), "database does not exist on this server: create it first");
}

#[tokio::test]
async fn a_cut_connection_is_made_again() {
    let database = Database::postgres().await;
    database.store().is_empty().await.expect("a first read");
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(database.number(cut).await > 0);

    assert!(database.store().is_empty().await.expect("a read after the cut"));
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_or_read_is_misconfigured() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let nowhere = folder.path().join("no/such/folder/x.db");
    let error = refused(format!("sqlite:{}", nowhere.display())).await;
    assert!(error.to_string().starts_with("database file cannot be opened"), "{error:?}");
    let letter = folder.path().join("letter.txt");
    std::fs::write(&letter, "Dear council, ".repeat(500)).expect("a letter");
    let error = refused(format!("sqlite:{}", letter.display())).await;
    assert!(error.to_string().starts_with("database file is damaged"), "{error:?}");
}

#[tokio::test]
async fn readers_do_not_wait_for_a_writer() {
    let database = Database::sqlite().await;
    let store = database.store();
    let url = &database.options().url;
    let mut other = sqlite_writer(url).await;
    other.begin().await;

    let begun = Instant::now();
    assert!(store.is_empty().await.expect("a read beside a writer"));
    assert!(begun.elapsed() < Duration::from_secs(2));
    other.end().await;
}

/// Another process that holds SQLite's write lock.
struct SqliteWriter(sea_orm::DatabaseConnection);

async fn sqlite_writer(url: &str) -> SqliteWriter {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1);
    SqliteWriter(sea_orm::Database::connect(options).await.expect("connect"))
}

impl SqliteWriter {
    async fn begin(&mut self) {
        use sea_orm::ConnectionTrait;
        self.0.execute_unprepared("BEGIN IMMEDIATE").await.expect("lock");
    }

    async fn end(&mut self) {
        use sea_orm::ConnectionTrait;
        self.0.execute_unprepared("ROLLBACK").await.expect("unlock");
    }
}

#[tokio::test]
async fn a_locked_file_is_busy() {
    let database = Database::sqlite().await;
    let mut other = sqlite_writer(&database.options().url).await;
    other.begin().await;

    let changes = build::nation(&["kent"]);
    let error = database.store().apply("test", build::start(), changes).await;

    let error = error.expect_err("it is locked");
    assert!(matches!(error, StoreError::Busy(_)), "{error:?}");
    other.end().await;
    let changes = build::nation(&["kent"]);
    database.store().apply("test", build::start(), changes).await.expect("it was let go");
}

#[tokio::test]
async fn a_file_is_made_and_journals_ahead_however_its_address_is_written() {
    let folder = tempfile::TempDir::new().expect("a folder");
    for parameters in ["", "?mode=rwc"] {
        let file = folder.path().join(format!("{}.db", parameters.len()));
        let url = format!("sqlite://{}{parameters}", file.display());
        let store = Store::connect(&options(url)).await.expect("connect");
        store.migrate().await.expect("migrate");
        assert!(file.with_extension("db-wal").exists(), "{parameters}");
    }
}

#[tokio::test]
async fn a_database_in_memory_is_one() {
    let store = Store::connect(&options("sqlite::memory:")).await.expect("connect");
    store.migrate().await.expect("migrate");
    store.apply("test", build::start(), build::nation(&["kent"])).await.expect("a nation");
    assert!(!store.clone().is_empty().await.expect("a read"));
}
