//! An offer of help.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub region_id: Uuid,
    pub council_id: Uuid,
    pub natural_key: String,
    pub kind: String,
    pub point_id: Option<Uuid>,
    pub remote: bool,
    pub available_from: Option<Date>,
    pub note: Option<String>,
    pub ask_url: String,
    pub offered_at: i64,
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
