//! A call for help.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "need")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub region_id: Uuid,
    pub natural_key: String,
    pub council_id: Uuid,
    pub point_id: Uuid,
    pub remote: bool,
    pub note: Option<String>,
    pub raised_on: Date,
    pub met_on: Option<Date>,
    pub system: String,
    pub received_at: i64,
    pub synthetic: bool,
    pub revision: i32,
    pub change_number: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
