//! Figures of regions that keep their answers elsewhere: the counts that they gave, and what came
//! of asking them.

use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr,
};

use crate::dialect::run;

const TABLES: &str = r#"
-- Beside a row of `closing`: the region closed the half-year elsewhere, and this is what it said.
-- Written once.
CREATE TABLE counted_closing (
    region_id {uuid} NOT NULL,
    half_year {number} NOT NULL,
    taken_at {instant} NOT NULL,
    -- The threshold of the region's own figures; null if it publishes none.
    threshold {number},
    -- Another one means that the region says something else by now.
    fingerprint {uuid} NOT NULL,
    -- The councils that may be among those counted, each with its predecessors and successors;
    -- JSON. None of them is counted in another region.
    councils text NOT NULL,
    PRIMARY KEY (region_id, half_year),
    FOREIGN KEY (region_id, half_year) REFERENCES closing (region_id, half_year)
) {strict};
CREATE INDEX counted_closing_half_year ON counted_closing (half_year);

-- Councils by level: those that answered in confidence (level_*, not_rated) and those that
-- publish their own answers (own_*); of a row that the region suppressed at source all are among
-- the first.
CREATE TABLE counted_table (
    half_year {number} NOT NULL,
    point_id {uuid} NOT NULL REFERENCES standard_point (id),
    measure {key} NOT NULL,
    region_id {uuid} NOT NULL,
    is_suppressed {bool} NOT NULL,
    level_0 {number} NOT NULL, level_1 {number} NOT NULL, level_2 {number} NOT NULL,
    level_3 {number} NOT NULL, level_4 {number} NOT NULL, not_rated {number} NOT NULL,
    own_0 {number} NOT NULL, own_1 {number} NOT NULL, own_2 {number} NOT NULL,
    own_3 {number} NOT NULL, own_4 {number} NOT NULL, own_not_rated {number} NOT NULL,
    PRIMARY KEY (half_year, point_id, measure, region_id),
    FOREIGN KEY (region_id, half_year) REFERENCES counted_closing (region_id, half_year)
) {strict};
CREATE INDEX counted_table_region ON counted_table (region_id, half_year);

-- What came of asking a region for what it closed, the last time.
CREATE TABLE figures_report (
    region_id {uuid} PRIMARY KEY NOT NULL REFERENCES region (id),
    asked_at {instant} NOT NULL,
    outcome {key} NOT NULL,
    -- Sentences for its coordinators; JSON.
    notes text NOT NULL
) {strict};
"#;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261126_000008_elsewhere"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("what was published stays so: restore a backup".to_owned()))
    }
}
