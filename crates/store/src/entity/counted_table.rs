//! What a region counted of one point and measure in a half-year that it closed elsewhere.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counted_table")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub half_year: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub point_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub measure: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub region_id: Uuid,
    pub is_suppressed: bool,
    pub level_0: i32,
    pub level_1: i32,
    pub level_2: i32,
    pub level_3: i32,
    pub level_4: i32,
    pub not_rated: i32,
    pub own_0: i32,
    pub own_1: i32,
    pub own_2: i32,
    pub own_3: i32,
    pub own_4: i32,
    pub own_not_rated: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
