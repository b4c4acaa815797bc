//! Feeds that are read on a schedule, and what is remembered of rows that were taken away.

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};

use crate::dialect::run;

const TABLES: &str = r#"
-- A sheet or calendar that a region keeps elsewhere, and how it went when it was last looked at.
-- Whoever reads it holds it until leased_until. The outcome and the reading are JSON.
CREATE TABLE feed (
    id {uuid} PRIMARY KEY NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    holds {key} NOT NULL,
    format {key} NOT NULL,
    address text NOT NULL,
    secret text,
    due_at {instant} NOT NULL,
    leased_until {instant},
    checked_at {instant},
    good_at {instant},
    read_at {instant},
    failures {number} NOT NULL,
    etag text,
    last_modified text,
    outcome text,
    reading text
) {strict};
CREATE INDEX feed_region ON feed (region_id);
CREATE INDEX feed_due ON feed (due_at);

-- A row that is gone from where it came from: who follows changes is told for as long as it is
-- kept. The kind is that of global ids.
CREATE TABLE tombstone (
    kind {number} NOT NULL,
    id {uuid} NOT NULL,
    region_id {uuid} NOT NULL REFERENCES region (id),
    gone_at {instant} NOT NULL,
    change_number {big} NOT NULL,
    PRIMARY KEY (kind, id)
) {strict};
CREATE INDEX tombstone_change ON tombstone (region_id, kind, change_number, id);
"#;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261126_000003_feeds"
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
