//! How far a region's changes have been read, which rows a reading of everything has seen, and
//! which cannot be taken as they are.

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};

use crate::dialect::run;

const TABLES: &str = r#"
-- Of a feed of changes, as JSON.
ALTER TABLE feed ADD COLUMN marker text;

-- The rows that have been seen while everything is read from the beginning: what is not among
-- them at the end goes. Empty at other times.
CREATE TABLE feed_seen (
    feed_id {uuid} NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    kind {key} NOT NULL,
    id {uuid} NOT NULL,
    PRIMARY KEY (feed_id, kind, id)
) {strict};

-- Rows that cannot be taken as they are, until they change; the faults are JSON.
CREATE TABLE feed_refused (
    feed_id {uuid} NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    kind {key} NOT NULL,
    id {uuid} NOT NULL,
    faults text NOT NULL,
    PRIMARY KEY (feed_id, kind, id)
) {strict};
"#;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261126_000005_markers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("changes would be read from the start: restore a backup".to_owned()))
    }
}
