//! Rows that were taken down although they are not here: of regions that answer for themselves.

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};

use crate::dialect::run;

const TABLES: &str = r#"
-- A row of a live region that must not be shown, whatever the region says. The kind is that of
-- global ids. Rows that are stored say it themselves.
CREATE TABLE withdrawal (
    kind {number} NOT NULL,
    id {uuid} NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    withdrawn_at {instant} NOT NULL,
    withdrawn_reason text NOT NULL,
    PRIMARY KEY (kind, region_id, id)
) {strict};
"#;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261126_000007_withdrawal"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("what was withdrawn stays so: restore a backup".to_owned()))
    }
}
