//! A sheet, calendar or change feed that is read on a schedule; outcome, reading
//! and marker are JSON.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub region_id: Uuid,
    pub holds: String,
    pub format: String,
    pub address: String,
    pub secret: Option<String>,
    pub due_at: i64,
    pub leased_until: Option<i64>,
    pub checked_at: Option<i64>,
    pub good_at: Option<i64>,
    pub read_at: Option<i64>,
    pub failures: i32,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub outcome: Option<String>,
    pub reading: Option<String>,
    pub marker: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
