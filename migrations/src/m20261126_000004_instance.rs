//! Which gateway this is, and the change numbers of assessments as an index.

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};

use crate::dialect::run;

const TABLES: &str = r#"
-- One row, made by whoever first asks: a copy of an empty database must not be the same gateway.
CREATE TABLE instance (
    one {number} PRIMARY KEY NOT NULL CHECK (one = 1),
    id {uuid} NOT NULL
) {strict};

-- Who follows changes is told of public ones alone.
CREATE INDEX assessment_change ON assessment (region_id, change_number, id) WHERE is_public;
"#;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261126_000004_instance"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("what was taken away has no way back: restore a backup".to_owned()))
    }
}
