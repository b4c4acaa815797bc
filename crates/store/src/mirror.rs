//! Mirroring: what a region's changes say is kept together with how far they have been read, so
//! that whoever reads on after a crash misses nothing and reads nothing twice.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use folkmoot_domain::{ExchangeKind, Feed, FeedMarker, RefusedRow, RegionId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Applied, Change, Store, StoreError,
    codec::{self, Reading},
    connect::WriteTransaction,
    entity::{feed_refused, feed_seen},
    removal,
    write::insert_or_update,
};

/// A step of reading a region's changes.
#[derive(Clone, Debug)]
pub struct MirrorStep<'a> {
    /// The feed.
    pub feed: &'a Feed,
    /// How far it had been read: the step is not made if that is not so any more.
    pub before: Option<&'a FeedMarker>,
    /// How far it has been read then.
    pub after: &'a FeedMarker,
    /// The rows.
    pub changes: Vec<Change>,
    /// What else is noted.
    pub note: MirrorNote,
}

/// What is noted of rows, beside the rows themselves.
#[derive(Clone, Debug)]
pub enum MirrorNote {
    /// Feeds of these kinds are read from the beginning: nothing of them has been seen.
    Begin(Vec<ExchangeKind>),
    /// A page was read.
    Page {
        /// Of which kind.
        kind: ExchangeKind,
        /// Its rows; those that were refused before and are not now are forgiven.
        ids: Vec<Uuid>,
        /// Those of them that cannot be taken.
        refused: Vec<RefusedRow>,
        /// Whether everything is read, so that it matters what has been seen.
        is_whole: bool,
    },
    /// Everything of a kind has been read: faults of rows that were not seen are forgotten.
    Whole(ExchangeKind),
    /// Nothing.
    None,
}

/// What stands here of a kind that a feed gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mirrored {
    /// Rows that were read from it.
    pub rows: u64,
    /// Rows of the region that were taken down here.
    pub withdrawn: u64,
    /// Rows that cannot be taken as they are.
    pub refused: u64,
    /// Those of them of which no earlier version stands.
    pub absent: u64,
    /// Rows that were read from it and that a reading of everything has not seen.
    pub unseen: u64,
}

/// What an id or a natural key is taken by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TakenKey {
    pub id: Uuid,
    pub region: RegionId,
    pub natural_key: String,
}

impl Store {
    /// Keeps rows and marker, both or neither. `None` if the feed was moved or read on by
    /// somebody else meanwhile: nothing is kept then.
    pub async fn mirror(
        &self,
        now: DateTime<Utc>,
        step: MirrorStep<'_>,
    ) -> Result<Option<Applied>, StoreError> {
        let begun = self.begin().await?;
        if !self.mark(&begun, &step).await? {
            begun.roll_back().await?;
            return Ok(None);
        }
        self.note(&begun, step.feed, step.note).await?;
        let actor = step.feed.system();
        let (applied, raised) = self.make(&begun, &actor, now, step.changes).await?;
        self.commit(begun, raised).await?;
        Ok(Some(applied))
    }

    /// Moves the marker; false if the feed is not as it was.
    async fn mark(
        &self,
        begun: &WriteTransaction,
        step: &MirrorStep<'_>,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "UPDATE feed SET marker = $2 WHERE {} AND address = $3 \
             AND marker IS NOT DISTINCT FROM $4",
            self.dialect.among("id", 1)
        );
        let values = vec![
            self.dialect.ids([step.feed.id]),
            codec::json(step.after).into(),
            step.feed.address.to_string().into(),
            step.before.map(codec::json).into(),
        ];
        let statement = self.dialect.statement(sql, values);
        Ok(begun.transaction.execute_raw(statement).await?.rows_affected() > 0)
    }

    async fn note(
        &self,
        begun: &WriteTransaction,
        feed: &Feed,
        note: MirrorNote,
    ) -> Result<(), StoreError> {
        let feed_id = feed.id.0;
        let forget = async |table: &str, kind: ExchangeKind, more: &str, ids: Vec<Uuid>| {
            let of_feed = self.dialect.among("feed_id", 1);
            let sql = format!("DELETE FROM {table} WHERE {of_feed} AND kind = $2 {more}");
            let mut values = vec![self.dialect.ids([feed_id]), kind.name().into()];
            values.extend((!ids.is_empty()).then(|| self.dialect.ids(ids)));
            begun.transaction.execute_raw(self.dialect.statement(sql, values)).await
        };
        match note {
            MirrorNote::None => {}
            MirrorNote::Begin(kinds) => {
                for kind in kinds {
                    forget("feed_seen", kind, "", vec![]).await?;
                }
            }
            MirrorNote::Whole(kind) => {
                let unseen = "AND NOT EXISTS (SELECT 1 FROM feed_seen seen WHERE \
                     seen.feed_id = feed_refused.feed_id AND seen.kind = feed_refused.kind \
                     AND seen.id = feed_refused.id)";
                forget("feed_refused", kind, unseen, vec![]).await?;
                forget("feed_seen", kind, "", vec![]).await?;
            }
            MirrorNote::Page { kind, ids, refused, is_whole } => {
                let of_page = format!("AND {}", self.dialect.among("id", 3));
                if !ids.is_empty() {
                    forget("feed_refused", kind, &of_page, ids.clone()).await?;
                }
                let name = kind.name();
                let refused = refused.into_iter().map(|row| feed_refused::Model {
                    feed_id,
                    kind: name.to_owned(),
                    id: row.id,
                    faults: codec::json(&row.faults),
                });
                insert_or_update(&begun.transaction, &refused.collect::<Vec<_>>(), None).await?;
                if is_whole {
                    let ids: BTreeSet<_> = ids.into_iter().collect();
                    let seen = |id| feed_seen::Model { feed_id, kind: name.to_owned(), id };
                    let seen: Vec<_> = ids.into_iter().map(seen).collect();
                    insert_or_update(&begun.transaction, &seen, None).await?;
                }
            }
        }
        Ok(())
    }

    /// What stands of a kind that a feed of changes gives.
    pub async fn mirrored(&self, feed: &Feed, kind: ExchangeKind) -> Result<Mirrored, StoreError> {
        let Some((table, _)) = removal::table(kind.entity()) else {
            return Ok(Mirrored::default());
        };
        let (of_region, of_feed) =
            (self.dialect.among("region_id", 1), self.dialect.among("feed_id", 2));
        let refused = format!("FROM feed_refused WHERE {of_feed} AND kind = $3");
        let sql = format!(
            "SELECT (SELECT count(*) FROM {table} WHERE {of_region} AND system = $4 \
             AND withdrawn_at IS NULL) AS standing, \
             (SELECT count(*) FROM {table} WHERE {of_region} AND withdrawn_at IS NOT NULL) \
             AS withdrawn, (SELECT count(*) {refused}) AS refused, \
             (SELECT count(*) {refused} AND NOT EXISTS (SELECT 1 FROM {table} here \
             WHERE here.id = feed_refused.id AND here.region_id IN (SELECT region_id FROM feed \
             WHERE feed.id = feed_refused.feed_id))) AS absent, \
             (SELECT count(*) FROM {table} WHERE {}) AS unseen",
            self.unseen_rows(table),
        );
        let statement = self.dialect.statement(sql, self.named(feed, kind));
        let rows = self.rows(statement).await?;
        let Some(row) = rows.first() else { return Ok(Mirrored::default()) };
        let number = |name: &str| Ok::<_, StoreError>(row.try_get::<i64>("", name)?.unsigned_abs());
        Ok(Mirrored {
            rows: number("standing")?,
            withdrawn: number("withdrawn")?,
            refused: number("refused")?,
            absent: number("absent")?,
            unseen: number("unseen")?,
        })
    }

    /// Some of the rows that were read from a feed and that a reading of everything has not seen.
    pub async fn unseen(
        &self,
        feed: &Feed,
        kind: ExchangeKind,
        most: u32,
    ) -> Result<Vec<Uuid>, StoreError> {
        let Some((table, _)) = removal::table(kind.entity()) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT id FROM {table} WHERE {} ORDER BY id LIMIT {most}",
            self.unseen_rows(table)
        );
        let rows = self.rows(self.dialect.statement(sql, self.named(feed, kind))).await?;
        rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
    }

    fn unseen_rows(&self, table: &str) -> String {
        format!(
            "{} AND system = $4 AND withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM feed_seen \
             seen WHERE {} AND seen.kind = $3 AND seen.id = {table}.id)",
            self.dialect.among("region_id", 1),
            self.dialect.among("seen.feed_id", 2),
        )
    }

    /// Region, feed, kind and provenance, as parameters 1 to 4.
    fn named(&self, feed: &Feed, kind: ExchangeKind) -> Vec<sea_orm::Value> {
        vec![
            self.dialect.ids([feed.region]),
            self.dialect.ids([feed.id]),
            kind.name().into(),
            feed.system().into(),
        ]
    }

    /// The first rows of a feed that cannot be taken as they are, by id.
    pub async fn refused_rows(
        &self,
        feed: &Feed,
        kind: ExchangeKind,
        most: u32,
    ) -> Result<Vec<RefusedRow>, StoreError> {
        let rest = format!(
            "WHERE {} AND kind = $2 ORDER BY id LIMIT {most}",
            self.dialect.among("feed_id", 1)
        );
        let values = vec![self.dialect.ids([feed.id]), kind.name().into()];
        let rows: Vec<feed_refused::Model> = self.select(&rest, values).await?;
        let refused = |row: feed_refused::Model| {
            let read = Reading { table: "feed_refused", row: row.id };
            Ok(RefusedRow { id: row.id, faults: read.json("faults", &row.faults)? })
        };
        rows.into_iter().map(refused).collect()
    }

    /// The stored rows of a kind that have one of these ids, or one of them as natural key in the
    /// region; withdrawn ones, too.
    pub async fn taken_keys(
        &self,
        region: RegionId,
        kind: ExchangeKind,
        ids: &[Uuid],
    ) -> Result<Vec<TakenKey>, StoreError> {
        let Some((table, _)) = removal::table(kind.entity()) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT id, region_id, natural_key FROM {table} WHERE {} UNION \
             SELECT id, region_id, natural_key FROM {table} WHERE {} AND {}",
            self.dialect.among("id", 1),
            self.dialect.among("region_id", 2),
            self.dialect.among_texts("natural_key", 3),
        );
        let texts: Vec<_> = ids.iter().map(Uuid::to_string).collect();
        let values = vec![
            self.dialect.ids(ids.iter().copied()),
            self.dialect.ids([region]),
            serde_json::json!(texts).to_string().into(),
        ];
        let rows = self.rows(self.dialect.statement(sql, values)).await?;
        let taken = |row: &sea_orm::QueryResult| {
            Ok(TakenKey {
                id: row.try_get("", "id")?,
                region: RegionId(row.try_get("", "region_id")?),
                natural_key: row.try_get("", "natural_key")?,
            })
        };
        rows.iter().map(taken).collect()
    }
}
