//! Capability self-assessment: rounds and responses, the cells that count them, what regions
//! froze, what was published of it, and what coordinators keep beside.

mod figures;
mod rows;

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};

use crate::dialect::run;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261125_000002_capability"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, rows::TABLES).await?;
        run(manager, figures::TABLES).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("answers have no way back: restore a backup".to_owned()))
    }
}
