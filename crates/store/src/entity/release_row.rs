//! A published row; regions are JSON.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub release_number: i32,
    pub half_year: i32,
    pub standard_id: Uuid,
    pub point_id: Uuid,
    pub measure: String,
    pub kind: String,
    pub region_id: Uuid,
    pub regions: String,
    pub hidden: Option<String>,
    pub level_0: Option<i32>,
    pub level_1: Option<i32>,
    pub level_2: Option<i32>,
    pub level_3: Option<i32>,
    pub level_4: Option<i32>,
    pub not_rated: Option<i32>,
    pub eligible: i32,
    pub matched: Option<i32>,
    pub share_before: Option<i32>,
    pub share_now: Option<i32>,
    pub is_complete: bool,
    pub break_reason: Option<String>,
    pub as_of: i64,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
