//! The first schema: reference data, the regions' rows, text search, and the books that every
//! write keeps (audit, generations, freshness, tokens).

mod books;
mod reference;
mod rows;
mod search;

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::{DatabaseBackend, DbErr},
};

use crate::dialect::run;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261123_000001_nation"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
        run(manager, reference::TABLES).await?;
        run(manager, rows::TABLES).await?;
        run(manager, if is_postgres { search::POSTGRES } else { search::SQLITE }).await?;
        run(manager, books::TABLES).await?;
        run(manager, if is_postgres { books::POSTGRES } else { books::SQLITE }).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the first migration has no way back: restore a backup".to_owned()))
    }
}
