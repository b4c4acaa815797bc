//! Which gateway this database belongs to, and which history of it this is.

use folkmoot_domain::{ExchangeKind, RegionId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{Store, StoreError, removal};

/// A gateway as other gateways know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Stays the same for ever: an answer that passed through it is known by it.
    pub id: Uuid,
    /// Changes whenever change numbers begin anew.
    pub epoch: Uuid,
}

/// What a change feed is at a moment: as long as it is the same, so is every page of the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedVersion {
    /// As in [`Instance`].
    pub epoch: Uuid,
    /// The generation of the region and kind; 0 if nothing was ever written.
    pub generation: i64,
}

impl Store {
    /// This gateway. Whoever asks first makes its id; of two at a time both get the same one.
    pub async fn instance(&self) -> Result<Instance, StoreError> {
        if let Some(instance) = self.known_instance().await? {
            return Ok(instance);
        }
        let write = self.begin().await?;
        let sql = "INSERT INTO instance (one, id) VALUES (1, $1) ON CONFLICT DO NOTHING";
        let statement = self.dialect.statement(sql, vec![Uuid::now_v7().into()]);
        write.transaction.execute_raw(statement).await?;
        write.commit().await?;
        let made = self.known_instance().await?;
        made.ok_or_else(|| StoreError::Invalid("the table epoch is empty: migrate anew".to_owned()))
    }

    async fn known_instance(&self) -> Result<Option<Instance>, StoreError> {
        let sql = "SELECT instance.id, epoch.id AS epoch FROM instance CROSS JOIN epoch";
        let rows = self.rows(self.dialect.statement(sql, vec![])).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Instance { id: row.try_get("", "id")?, epoch: row.try_get("", "epoch")? }))
    }

    /// Begins another history, after which everyone who follows changes reads everything anew:
    /// for a database that was restored, and so gives numbers out a second time.
    pub async fn renew_epoch(&self) -> Result<(), StoreError> {
        let write = self.begin().await?;
        let statement =
            self.dialect.statement("UPDATE epoch SET id = $1", vec![Uuid::now_v7().into()]);
        write.transaction.execute_raw(statement).await?;
        write.commit().await
    }

    /// Which version of a region's feed there is. It is asked before the feed is read: what is
    /// read after it is at least as new.
    pub async fn feed_version(
        &self,
        region: RegionId,
        kind: ExchangeKind,
    ) -> Result<FeedVersion, StoreError> {
        let (_, tag) = removal::table(kind.entity()).expect("every kind of feed has a table");
        let sql = "SELECT epoch.id AS epoch, coalesce(generation.number, 0) AS number FROM epoch \
                   LEFT JOIN generation ON generation.region_id = $1 AND generation.kind = $2";
        let statement = self.dialect.statement(sql, vec![region.0.into(), tag.into()]);
        let rows = self.rows(statement).await?;
        let row = rows.first();
        let row = row.ok_or_else(|| StoreError::Invalid("the table epoch is empty".to_owned()))?;
        Ok(FeedVersion { epoch: row.try_get("", "epoch")?, generation: row.try_get("", "number")? })
    }
}
