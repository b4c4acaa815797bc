//! A region; the codes it had are JSON here and rows of `region_code`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "region")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub former_codes: String,
    pub name: String,
    pub door: String,
    pub state: String,
    pub state_reason: Option<String>,
    pub licence: Option<String>,
    pub attribution: Option<String>,
    pub website: Option<String>,
    pub joined_version: i32,
    pub synthetic: bool,
    pub revision: i32,
    pub change_number: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
