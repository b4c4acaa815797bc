//! The database's schema as migrations, the same ones for Postgres and SQLite.
//!
//! Tables are written once, as SQL with placeholders for the few types that the two databases
//! name differently (see `dialect.rs`); what only one of them has (text search) branches on the
//! backend. A released migration never changes: expand in one release, contract in a later one.

mod dialect;
mod m20261123_000001_nation;
mod m20261125_000002_capability;
mod m20261126_000003_feeds;
mod m20261126_000004_instance;
mod m20261126_000005_markers;
mod m20261126_000006_live;
mod m20261126_000007_withdrawal;
mod m20261126_000008_elsewhere;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

/// All migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_nation::Migration),
            Box::new(m20261125_000002_capability::Migration),
            Box::new(m20261126_000003_feeds::Migration),
            Box::new(m20261126_000004_instance::Migration),
            Box::new(m20261126_000005_markers::Migration),
            Box::new(m20261126_000006_live::Migration),
            Box::new(m20261126_000007_withdrawal::Migration),
            Box::new(m20261126_000008_elsewhere::Migration),
        ]
    }
}

/// The names of all migrations that this binary knows, in order.
pub fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}
