//! Who changed which row when.

use sea_orm::entity::prelude::*;
use uuid::{NoContext, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: i64,
    pub actor: String,
    pub action: String,
    pub kind: String,
    pub entity_id: Uuid,
    pub region_id: Option<Uuid>,
    pub revision: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// An entry with an id that sorts by time.
    pub(crate) fn entry(
        at: i64,
        actor: &str,
        action: &str,
        kind: &str,
        entity_id: Uuid,
        region_id: Option<Uuid>,
        revision: i32,
    ) -> Self {
        let time = Timestamp::from_unix(NoContext, at.unsigned_abs(), 0);
        Self {
            id: Uuid::new_v7(time),
            at,
            actor: actor.to_owned(),
            action: action.to_owned(),
            kind: kind.to_owned(),
            entity_id,
            region_id,
            revision,
        }
    }
}
