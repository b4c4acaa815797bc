//! Counts of a region, half-year, point and measure.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "capability_cell")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub region_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub half_year: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub point_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub measure: String,
    pub level_0: i32,
    pub level_1: i32,
    pub level_2: i32,
    pub level_3: i32,
    pub level_4: i32,
    pub not_rated: i32,
    pub matched_0: i32,
    pub matched_1: i32,
    pub matched_2: i32,
    pub matched_3: i32,
    pub matched_4: i32,
    pub before_0: i32,
    pub before_1: i32,
    pub before_2: i32,
    pub before_3: i32,
    pub before_4: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
