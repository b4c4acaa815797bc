//! A meet-up; venue, points and talks are JSON.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meetup")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub region_id: Uuid,
    pub group_id: Uuid,
    pub series_id: Option<Uuid>,
    pub natural_key: String,
    pub title: String,
    pub summary: Option<String>,
    pub status: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub seconds: i64,
    pub time_zone: String,
    pub attendance: String,
    pub venue: Option<String>,
    pub points: String,
    pub host_id: Option<Uuid>,
    pub talks: String,
    pub booking_url: Option<String>,
    pub materials_url: Option<String>,
    pub system: String,
    pub received_at: i64,
    pub synthetic: bool,
    pub revision: i32,
    pub change_number: i64,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_reason: Option<String>,
    pub attended: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
