//! A fresh, migrated database for one test, on SQLite or on Postgres.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use folkmoot_store::{Store, StoreOptions};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// Where `make test` says that its private server is.
const SERVER: &str = "FOLKMOOT_TEST_POSTGRES";

/// Migrated once per server, copied for every test.
const TEMPLATE: &str = "folkmoot_template";

/// Names the lock under which one test makes the template while the others wait.
const TEMPLATE_LOCK: i64 = 0x7465_7374;

/// A database of one test's own; it is gone when this is dropped.
#[derive(Debug)]
pub struct Database {
    options: StoreOptions,
    store: Store,
    _home: Home,
}

#[derive(Debug)]
enum Home {
    File { _folder: TempDir },
    Server { server: String, name: String },
}

impl Database {
    /// A file in a folder of its own.
    pub async fn sqlite() -> Self {
        let folder = TempDir::new().expect("make a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Self::open(url, Home::File { _folder: folder }).await
    }

    /// A database of its own on the server that the environment names.
    pub async fn postgres() -> Self {
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("{SERVER} is not set: run the tests with `make test`, which starts a private Postgres")
        });
        let admin = connect(&server).await;
        run(&admin, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
        make_template(&admin, &server).await;
        run(&admin, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
        let name = format!("folkmoot_{}", Uuid::now_v7().simple());
        run(&admin, &format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
        admin.close().await.expect("close the connection");
        let url = with_name(&server, &name);
        Self::open(url, Home::Server { server, name }).await
    }

    async fn open(url: String, home: Home) -> Self {
        let options =
            StoreOptions { url, max_connections: 4, acquire_timeout: Duration::from_secs(10) };
        let store = Store::connect(&options).await.expect("connect to the test's database");
        store.migrate().await.expect("migrate the test's database");
        Self { options, store, _home: home }
    }

    /// The store on it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// How to connect to it once more.
    pub fn options(&self) -> &StoreOptions {
        &self.options
    }

    /// A handle to the same store whose statements are counted.
    pub fn counted(&self) -> (Store, Statements) {
        let statements = Statements::default();
        let seen = statements.clone();
        let store = self.store.clone().on_statement(move |sql| {
            seen.0.lock().unwrap_or_else(PoisonError::into_inner).push(sql.to_owned());
        });
        (store, statements)
    }

    /// Runs SQL behind the store's back.
    pub async fn run(&self, sql: &str) {
        run_on(&self.options.url, sql).await;
    }

    /// Asks for one number behind the store's back.
    pub async fn number(&self, sql: &str) -> i64 {
        number_of(&self.options.url, sql).await
    }

    /// What the database says to EXPLAIN, as text.
    pub async fn explain(&self, setup: &str, sql: &str) -> String {
        let connection = connect(&self.options.url).await;
        if !setup.is_empty() {
            run(&connection, setup).await;
        }
        let backend = connection.get_database_backend();
        let (explain, column) = match backend {
            sea_orm::DatabaseBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
            _ => ("EXPLAIN", 0),
        };
        let statement = sea_orm::Statement::from_string(backend, format!("{explain} {sql}"));
        let rows = connection.query_all_raw(statement).await.expect("explain");
        let line = |row: &sea_orm::QueryResult| row.try_get_by_index(column).expect("a text");
        rows.iter().map(line).collect::<Vec<String>>().join("\n")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let Self::Server { server, name } = self else { return };
        let (server, sql) = (server.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
        // Dropping cannot wait on the test's own runtime.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("start a runtime").block_on(async {
                let admin = connect(&server).await;
                run(&admin, &sql).await;
            });
        });
        // A server that went down in the test took the database with it.
        drop(dropping.join());
    }
}

/// The statements that reached a database, in order.
#[derive(Clone, Debug, Default)]
pub struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    /// How many there were since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn make_template(admin: &DatabaseConnection, server: &str) {
    let sql = format!("SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}'");
    let statement = sea_orm::Statement::from_string(admin.get_database_backend(), sql);
    if admin.query_one_raw(statement).await.expect("look for the template").is_some() {
        return;
    }
    // Half a template never bears the name.
    let draft = format!("{TEMPLATE}_draft");
    run(admin, &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await;
    run(admin, &format!("CREATE DATABASE {draft}")).await;
    let options = StoreOptions {
        url: with_name(server, &draft),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(10),
    };
    let store = Store::connect(&options).await.expect("connect to the template");
    store.migrate().await.expect("migrate the template");
    store.close().await.expect("leave the template");
    run(admin, &format!("ALTER DATABASE {draft} RENAME TO {TEMPLATE}")).await;
}

/// The address of another database on the same server.
fn with_name(server: &str, name: &str) -> String {
    let (address, parameters) = match server.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server, String::new()),
    };
    let (host, _) = address.rsplit_once('/').expect("an address with a database's name");
    format!("{host}/{name}{parameters}")
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.expect("connect to the test's server")
}

/// Runs SQL on a connection of its own.
pub(crate) async fn run_on(url: &str, sql: &str) {
    let connection = connect(url).await;
    run(&connection, sql).await;
    connection.close().await.expect("close the connection");
}

/// Asks for one number, likewise.
pub(crate) async fn number_of(url: &str, sql: &str) -> i64 {
    let connection = connect(url).await;
    let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.expect("ask").expect("one row");
    let narrow = || row.try_get_by_index::<i32>(0).map(i64::from);
    let number = row.try_get_by_index(0).or_else(|_| narrow());
    let number = number.expect("a number in the first column");
    connection.close().await.expect("close the connection");
    number
}

async fn run(connection: &DatabaseConnection, sql: &str) {
    if let Err(error) = connection.execute_unprepared(sql).await {
        panic!("{sql}: {error}");
    }
}

/// Runs each test, an `async fn(Database)`, on SQLite and on Postgres.
///
/// ```text
/// on_both_databases!(rows_are_found_by_id);
///
/// async fn rows_are_found_by_id(database: Database) { … }
/// ```
#[macro_export]
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::Database::sqlite().await).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::Database::postgres().await).await;
            })+
        }
    };
}
