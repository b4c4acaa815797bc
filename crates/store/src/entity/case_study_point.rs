//! A case study in the walk of one of its points.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_study_point")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub point_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub published_at: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_study_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
