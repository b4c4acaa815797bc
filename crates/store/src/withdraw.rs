//! Taking a row down for good.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use folkmoot_domain::{EntityKind, ExchangeKind, GlobalId, RegionId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Store, StoreError, documents,
    entity::withdrawal,
    generations::{Tag, kind},
    removal,
    write::{Write, insert_or_update},
};

impl Store {
    /// Hides a meet-up, case study, offer or service assessment everywhere, searches included;
    /// later imports do not bring it back. False if there is no such row, or if it was withdrawn
    /// before. Of a region that answers for itself any row may be withdrawn.
    pub async fn withdraw(
        &self,
        actor: &str,
        id: &GlobalId,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let Some((table, tag)) = removal::table(id.kind()) else {
            return Err(StoreError::Invalid(
                "only meet-ups, case studies, offers and service assessments can be withdrawn"
                    .to_owned(),
            ));
        };
        let Some(region) = id.region() else { return Ok(false) };
        // Of a region with a service of its own the copy may be passed over: what is shown is what
        // the service says, apart from what is known to be withdrawn.
        let services = self.live_services().await?;
        let has_service = services.iter().any(|watched| watched.service.region == region);
        let registry = has_service.then(|| (Uuid::nil(), kind::REGISTRY.to_owned()));
        let begun = self.begin().await?;
        let tag = (region.0, tag.to_owned());
        let tags: BTreeSet<_> =
            [Some(tag.clone()), registry.clone()].into_iter().flatten().collect();
        let seconds = now.timestamp();
        let mut write =
            Write::locking(self.dialect, &begun.transaction, actor, seconds, &tags).await?;
        let sql = format!(
            "UPDATE {table} SET withdrawn_at = $3, withdrawn_reason = $4, change_number = $5, \
             revision = revision + 1 WHERE {} AND {} AND withdrawn_at IS NULL RETURNING revision",
            self.dialect.among("id", 1),
            self.dialect.among("region_id", 2),
        );
        let values = vec![
            self.dialect.ids([id.key()]),
            self.dialect.ids([region]),
            seconds.into(),
            reason.into(),
            write.next_number(&tag).into(),
        ];
        let updated = begun.transaction.query_one_raw(self.dialect.statement(sql, values)).await?;
        let Some(row) = updated else {
            begun.roll_back().await?;
            return match registry {
                Some(tag) => self.withdraw_elsewhere(actor, (region, id), tag, reason, now).await,
                None => Ok(false),
            };
        };
        documents::remove(&write, id.kind(), id.key()).await?;
        write.note_entity(&tag, "WITHDRAW", table, id.key(), row.try_get("", "revision")?);
        if let Some(registry) = registry {
            write.raise(registry);
        }
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(true)
    }

    /// Takes down a row that is not here: one of a region that answers for itself. Whether it is
    /// there cannot be told; from now on it is not shown. It counts as a change of the registry,
    /// so that every replica hears of it.
    async fn withdraw_elsewhere(
        &self,
        actor: &str,
        (region, id): (RegionId, &GlobalId),
        tag: Tag,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let begun = self.begin().await?;
        let tags = BTreeSet::from([tag.clone()]);
        let seconds = now.timestamp();
        let mut write =
            Write::locking(self.dialect, &begun.transaction, actor, seconds, &tags).await?;
        let known = format!(
            "kind = $3 AND {} AND {}",
            self.dialect.among("region_id", 1),
            self.dialect.among("id", 2)
        );
        let number = id.kind() as i32;
        let values = vec![self.dialect.ids([region]), self.dialect.ids([id.key()]), number.into()];
        let known: Vec<withdrawal::Model> = write.select(&known, values).await?;
        if !known.is_empty() {
            begun.roll_back().await?;
            return Ok(false);
        }
        let row = withdrawal::Model {
            kind: number,
            region_id: region.0,
            id: id.key(),
            withdrawn_at: seconds,
            withdrawn_reason: reason.to_owned(),
        };
        insert_or_update(&begun.transaction, &[row], None).await?;
        write.note_entity(&tag, "WITHDRAW", "withdrawal", id.key(), 1);
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(true)
    }

    /// Every row of these regions that was taken down, stored here or not.
    pub async fn withdrawn(
        &self,
        regions: &[RegionId],
    ) -> Result<Vec<(EntityKind, RegionId, Uuid)>, StoreError> {
        let mut withdrawn = Vec::new();
        for kind in ExchangeKind::ALL.map(ExchangeKind::entity) {
            let Some((table, _)) = removal::table(kind) else { continue };
            let of_regions = self.dialect.among("region_id", 1);
            let sql = format!(
                "SELECT region_id, id FROM {table} WHERE withdrawn_at IS NOT NULL AND {of_regions} \
                 UNION SELECT region_id, id FROM withdrawal WHERE kind = $2 AND {of_regions}"
            );
            let values = vec![self.dialect.ids(regions.iter().copied()), (kind as i32).into()];
            for row in self.rows(self.dialect.statement(sql, values)).await? {
                let region = RegionId(row.try_get("", "region_id")?);
                withdrawn.push((kind, region, row.try_get("", "id")?));
            }
        }
        Ok(withdrawn)
    }
}
