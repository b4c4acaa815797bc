//! An assessment of a service; panel and points are JSON.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assessment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub region_id: Uuid,
    pub natural_key: String,
    pub council_id: Uuid,
    pub service: String,
    pub standard_id: Uuid,
    pub stage: String,
    pub kind: String,
    pub held_on: Date,
    pub held_at: i64,
    pub scheme: String,
    pub result: String,
    pub panel: String,
    pub points: String,
    pub previous_id: Option<Uuid>,
    pub is_public: bool,
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
