//! A case study; its points are JSON.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_study")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub region_id: Uuid,
    pub council_id: Option<Uuid>,
    pub natural_key: String,
    pub title: String,
    pub summary: String,
    pub points: String,
    pub link: Option<String>,
    pub published_at: i64,
    pub reviewed_on: Option<Date>,
    pub system: String,
    pub received_at: i64,
    pub synthetic: bool,
    pub revision: i32,
    pub change_number: i64,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
