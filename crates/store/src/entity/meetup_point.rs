//! A meet-up in the walk of one of its points.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meetup_point")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub point_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub starts_at: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub meetup_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
