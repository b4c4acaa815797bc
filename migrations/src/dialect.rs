//! The few words that Postgres and SQLite spell differently in a table's definition.

use sea_orm_migration::{
    SchemaManager,
    sea_orm::{ConnectionTrait, DatabaseBackend, DbErr},
};

/// Placeholder, Postgres, SQLite.
///
/// - Ids: both compare them bytewise, Postgres as `uuid`, SQLite as 16 bytes (memcmp).
/// - Instants: whole seconds since 1970 as an integer. It cannot hold fractions, orders alike in
///   both databases, and does not depend on how a driver happens to print a date and time.
/// - Keys: text that is ordered or compared, bytewise in both (SQLite's default is BINARY).
/// - SQLite's STRICT tables refuse a value of another type instead of keeping it.
const WORDS: [(&str, &str, &str); 9] = [
    ("{uuid}", "uuid", "BLOB"),
    ("{instant}", "bigint", "INTEGER"),
    ("{key}", "text COLLATE \"C\"", "TEXT"),
    ("{number}", "integer", "INTEGER"),
    ("{big}", "bigint", "INTEGER"),
    ("{bool}", "boolean", "INTEGER"),
    ("{date}", "date", "TEXT"),
    ("{bytes}", "bytea", "BLOB"),
    ("{strict}", "", "STRICT"),
];

/// Runs the statements in the words of the database at hand.
pub(crate) async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let is_postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
    let sql = WORDS.iter().fold(sql.to_owned(), |sql, (placeholder, postgres, sqlite)| {
        sql.replace(placeholder, if is_postgres { postgres } else { sqlite })
    });
    manager.get_connection().execute_unprepared(&sql).await.map(drop)
}
