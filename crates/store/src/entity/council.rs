//! A council, current or abolished; its aliases are JSON.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "council")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub slug: String,
    pub name: String,
    pub official_name: String,
    pub alternative_names: String,
    pub kind: String,
    pub country: String,
    pub ons_region: Option<String>,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    pub gss: String,
    pub website: Option<String>,
    pub revision: i32,
    pub change_number: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
