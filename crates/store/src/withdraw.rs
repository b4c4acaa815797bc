//! Taking a row down for good.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use folkmoot_domain::GlobalId;
use sea_orm::ConnectionTrait;

use crate::{Store, StoreError, documents, removal, write::Write};

impl Store {
    /// Hides a meet-up, case study, offer or service assessment everywhere, searches included; later imports do not
    /// bring it back. False if there is no such row, or if it was withdrawn before.
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
        let begun = self.begin().await?;
        let tag = (region.0, tag.to_owned());
        let tags = BTreeSet::from([tag.clone()]);
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
            return Ok(false);
        };
        documents::remove(&write, id.kind(), id.key()).await?;
        write.note_entity(&tag, "WITHDRAW", table, id.key(), row.try_get("", "revision")?);
        let (_, raised) = write.finish().await?;
        begun.commit().await?;
        self.view.raise(raised);
        Ok(true)
    }
}
