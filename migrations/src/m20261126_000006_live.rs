//! Regions that answer for themselves: where each one's service is, and what it last said.

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};

use crate::dialect::run;

const TABLES: &str = r#"
-- A region's own service. The secret is a name, never a value. What was last heard of it: its
-- card as JSON, and what there is to say about it as a JSON list of sentences.
CREATE TABLE live_service (
    region_id {uuid} PRIMARY KEY NOT NULL REFERENCES region (id),
    address text NOT NULL,
    secret text,
    checked_at {instant},
    good_at {instant},
    failures {number} NOT NULL,
    card text,
    notes text NOT NULL
) {strict};
"#;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261126_000006_live"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("where live regions are has no way back: restore a backup".to_owned()))
    }
}
