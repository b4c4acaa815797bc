//! A council's answer about a point in a round; ratings are their codes.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "response")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub region_id: Uuid,
    pub round_id: Uuid,
    pub council_id: Uuid,
    pub point_id: Uuid,
    pub understanding: Option<i32>,
    pub support_need: Option<i32>,
    pub people: i32,
    pub merging: String,
    pub note: Option<String>,
    pub system: String,
    pub received_at: i64,
    pub synthetic: bool,
    pub revision: i32,
    pub change_number: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
