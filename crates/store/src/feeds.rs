//! Feeds: what is to be read from where, who reads it now, and how it went.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Feed, FeedAddress, FeedId, FeedMarker, FeedOf, FeedReading, GlobalId, HarvestOutcome, RegionId,
    SheetKind, to_second,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    codec::{self, Reading},
    dialect::Dialect,
    entity::{
        audit,
        feed::{self, Model},
    },
    removal,
    write::{columns, insert_or_update, select},
};

/// A feed and how it went when it was last looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchedFeed {
    /// The feed.
    pub feed: Feed,
    /// When it is looked at next.
    pub due_at: DateTime<Utc>,
    /// When it was last looked at.
    pub checked_at: Option<DateTime<Utc>>,
    /// When its rows were last known to be right.
    pub good_at: Option<DateTime<Utc>>,
    /// When it was last read, rather than found unchanged.
    pub read_at: Option<DateTime<Utc>>,
    /// How often in a row it could not be read.
    pub failures: u32,
    /// What its server called this version.
    pub etag: Option<String>,
    /// When its server says that it was changed, as its server says it.
    pub last_modified: Option<String>,
    /// What came of looking at it last.
    pub outcome: Option<HarvestOutcome>,
    /// What its last reading gave.
    pub reading: Option<FeedReading>,
    /// Of changes: how far they have been read.
    pub marker: Option<FeedMarker>,
}

/// What came of looking at a feed.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Harvested {
    pub at: DateTime<Utc>,
    /// For which instant the rows are known to be right, if the outcome is good.
    pub as_of: DateTime<Utc>,
    pub outcome: HarvestOutcome,
    /// `None` leaves the last one.
    pub reading: Option<FeedReading>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// When to look again.
    pub due_at: DateTime<Utc>,
}

/// Names the lock under which one replica at a time takes a feed; any number will do, as long as
/// it stays the same.
const LEASE_LOCK: i64 = 0x666f_6c6b_6665;

impl Store {
    /// The feeds of these regions, as [`FeedOf`] orders them.
    pub async fn feeds(&self, regions: &[RegionId]) -> Result<Vec<WatchedFeed>, StoreError> {
        let of_regions = self.dialect.among("region_id", 1);
        let rest = format!("WHERE {of_regions}");
        let regions = self.dialect.ids(regions.iter().copied());
        let rows: Vec<Model> = self.select(&rest, vec![regions]).await?;
        let feeds: Result<Vec<_>, _> = rows.into_iter().map(watched).collect();
        let mut feeds = feeds?;
        feeds.sort_by_key(|watched| (watched.feed.region, watched.feed.of));
        Ok(feeds)
    }

    /// Gives a region these feeds and no others, each to be looked at now. What was read from a
    /// feed that is no longer there stays.
    pub async fn set_feeds(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        region: RegionId,
        feeds: &[Feed],
    ) -> Result<(), StoreError> {
        let begun = self.begin().await?;
        let transaction = &begun.transaction;
        let sql = format!("DELETE FROM feed WHERE {}", self.dialect.among("region_id", 1));
        let values = vec![self.dialect.ids([region])];
        transaction.execute_raw(self.dialect.statement(sql, values)).await?;
        let rows: Vec<_> = feeds.iter().map(|feed| row(feed, now)).collect();
        insert_or_update(transaction, &rows, None).await?;
        let entry = |row: &Model| {
            let (at, region) = (now.timestamp(), Some(region.0));
            audit::Model::entry(at, actor, "SET", "feed", row.id, region, 1)
        };
        let audit: Vec<_> = rows.iter().map(entry).collect();
        insert_or_update(transaction, &audit, None).await?;
        begun.commit().await
    }

    /// Takes the feed that has been due for longest, of one of these regions, until a moment:
    /// nobody else gets it, or another feed of its region, before. `None` if none is due.
    pub async fn lease_feed(
        &self,
        regions: &[RegionId],
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<WatchedFeed>, StoreError> {
        let sql = format!(
            "UPDATE feed SET leased_until = $1 WHERE id = (SELECT id FROM feed WHERE {} \
             AND due_at <= $2 AND NOT EXISTS (SELECT 1 FROM feed other \
             WHERE other.region_id = feed.region_id AND other.leased_until > $2) \
             ORDER BY due_at, id LIMIT 1) RETURNING {}",
            self.dialect.among("region_id", 3),
            columns::<Model>(),
        );
        let regions = self.dialect.ids(regions.iter().copied());
        let values = vec![until.timestamp().into(), now.timestamp().into(), regions];
        let begun = self.begin().await?;
        self.lock_leases(&begun.transaction).await?;
        let statement = self.dialect.statement(sql, values);
        let row = begun.transaction.query_one_raw(statement).await?;
        let row = row.map(|row| Model::from_query_result(&row, "")).transpose()?;
        begun.commit().await?;
        row.map(watched).transpose()
    }

    /// Takes all feeds of a region, due or not, until a moment. False if one of them is being read.
    pub async fn lease_region(
        &self,
        region: RegionId,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "UPDATE feed SET leased_until = $1 WHERE {} AND NOT EXISTS (SELECT 1 FROM feed other \
             WHERE other.region_id = feed.region_id AND other.leased_until > $2)",
            self.dialect.among("region_id", 3)
        );
        let regions = self.dialect.ids([region]);
        let values = vec![until.timestamp().into(), now.timestamp().into(), regions];
        let begun = self.begin().await?;
        self.lock_leases(&begun.transaction).await?;
        let statement = self.dialect.statement(sql, values);
        let taken = begun.transaction.execute_raw(statement).await?.rows_affected();
        begun.commit().await?;
        Ok(taken > 0)
    }

    /// One at a time: whether a region is being read is looked at and changed.
    async fn lock_leases(&self, transaction: &DatabaseTransaction) -> Result<(), StoreError> {
        if self.dialect == Dialect::Postgres {
            let lock = "SELECT pg_advisory_xact_lock($1)";
            let lock = self.dialect.statement(lock, vec![LEASE_LOCK.into()]);
            transaction.query_one_raw(lock).await?;
        }
        Ok(())
    }

    /// Notes what came of looking at a feed, lets go of it, and tells how fresh its region is:
    /// as fresh as the feed whose rows were known to be right longest ago.
    pub async fn note_harvest(&self, feed: &Feed, harvested: &Harvested) -> Result<(), StoreError> {
        let begun = self.begin().await?;
        let transaction = &begun.transaction;
        let known = format!("{} WHERE {}", select::<Model>(), self.dialect.among("id", 1));
        let known = self.dialect.statement(known, vec![self.dialect.ids([feed.id])]);
        let Some(known) = transaction.query_one_raw(known).await? else {
            // It was taken away while it was read.
            return begun.roll_back().await;
        };
        let known = Model::from_query_result(&known, "")?;
        if known.address != feed.address.to_string() {
            // It was moved while the old address was read.
            return begun.roll_back().await;
        }
        let at = harvested.at.timestamp();
        let is_good = harvested.outcome.is_good();
        let is_read = harvested.outcome == HarvestOutcome::Read;
        let kept = Model {
            due_at: harvested.due_at.timestamp(),
            leased_until: None,
            checked_at: Some(at),
            good_at: if is_good { Some(harvested.as_of.timestamp()) } else { known.good_at },
            read_at: if is_read { Some(at) } else { known.read_at },
            failures: match harvested.outcome.is_failure() {
                true => known.failures.saturating_add(1),
                false => 0,
            },
            etag: if is_read { harvested.etag.clone() } else { known.etag.clone() },
            last_modified: if is_read {
                harvested.last_modified.clone()
            } else {
                known.last_modified.clone()
            },
            outcome: Some(codec::json(&harvested.outcome)),
            reading: harvested.reading.as_ref().map(codec::json).or_else(|| known.reading.clone()),
            ..known
        };
        insert_or_update(transaction, &[kept], None).await?;
        // While one of several was never good, the region grows old from its first rows on.
        let of_region = self.dialect.among("region_id", 1);
        for (when, otherwise) in [
            ("count(good_at) > 0", "NOTHING"),
            ("count(*) = count(good_at)", "UPDATE SET as_of = excluded.as_of"),
        ] {
            let fresh = format!(
                "INSERT INTO freshness (region_id, as_of) SELECT region_id, min(good_at) FROM feed \
                 WHERE {of_region} GROUP BY region_id HAVING {when} \
                 ON CONFLICT (region_id) DO {otherwise}"
            );
            let values = vec![self.dialect.ids([feed.region])];
            transaction.execute_raw(self.dialect.statement(fresh, values)).await?;
        }
        begun.commit().await
    }

    /// The rows that were read from a feed and go if they are not in it any more, by natural key:
    /// case studies, offers, assessments, and meet-ups that are not over. Those that are over stay,
    /// for calendars do not list them for ever; and so do rows of other kinds.
    pub async fn standing(
        &self,
        feed: &Feed,
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<String, GlobalId>, StoreError> {
        let kind = match feed.of.sheet() {
            Some(SheetKind::Meetups) => folkmoot_domain::EntityKind::Meetup,
            Some(SheetKind::CaseStudies) => folkmoot_domain::EntityKind::CaseStudy,
            Some(SheetKind::Offers) => folkmoot_domain::EntityKind::Offer,
            Some(SheetKind::Assessments) => folkmoot_domain::EntityKind::ServiceAssessment,
            Some(
                SheetKind::Memberships
                | SheetKind::Responses
                | SheetKind::Needs
                | SheetKind::Topics
                | SheetKind::Introductions,
            )
            | None => return Ok(BTreeMap::new()),
        };
        let Some((table, _)) = removal::table(kind) else { return Ok(BTreeMap::new()) };
        let is_meetups = kind == folkmoot_domain::EntityKind::Meetup;
        let sql = format!(
            "SELECT id, natural_key FROM {table} WHERE {} AND system = $2 \
             AND withdrawn_at IS NULL{}",
            self.dialect.among("region_id", 1),
            if is_meetups { " AND ends_at > $3" } else { "" },
        );
        let mut values = vec![self.dialect.ids([feed.region]), feed.system().into()];
        values.extend(is_meetups.then(|| now.timestamp().into()));
        let mut standing = BTreeMap::new();
        for row in self.rows(self.dialect.statement(sql, values)).await? {
            let id: Uuid = row.try_get("", "id")?;
            let id = GlobalId::regional(kind, feed.region, id);
            standing.insert(row.try_get("", "natural_key")?, id);
        }
        Ok(standing)
    }

    /// The regions that have feeds.
    pub async fn fed_regions(&self) -> Result<BTreeSet<RegionId>, StoreError> {
        let sql = "SELECT DISTINCT region_id FROM feed";
        let rows = self.rows(self.dialect.statement(sql, vec![])).await?;
        rows.iter().map(|row| Ok(RegionId(row.try_get("", "region_id")?))).collect()
    }
}

/// The columns `holds` and `format`.
fn named(of: FeedOf) -> (&'static str, &'static str) {
    match of {
        FeedOf::Sheet(kind) => (kind.name(), "CSV"),
        FeedOf::Calendar => (SheetKind::Meetups.name(), "ICS"),
        FeedOf::Changes => ("changes", "RPDE"),
    }
}

fn of(read: Reading, holds: &str, format: &str) -> Result<FeedOf, StoreError> {
    let sheets = SheetKind::ALL.into_iter().map(FeedOf::Sheet);
    let mut known = sheets.chain([FeedOf::Calendar, FeedOf::Changes]);
    known.find(|of| named(*of) == (holds, format)).ok_or_else(|| read.corrupt("holds"))
}

fn row(feed: &Feed, now: DateTime<Utc>) -> Model {
    let (holds, format) = named(feed.of);
    Model {
        id: feed.id.0,
        region_id: feed.region.0,
        holds: holds.to_owned(),
        format: format.to_owned(),
        address: feed.address.to_string(),
        secret: feed.secret.clone(),
        due_at: to_second(now).timestamp(),
        leased_until: None,
        checked_at: None,
        good_at: None,
        read_at: None,
        failures: 0,
        etag: None,
        last_modified: None,
        outcome: None,
        reading: None,
        marker: None,
    }
}

fn watched(row: feed::Model) -> Result<WatchedFeed, StoreError> {
    let read = Reading { table: "feed", row: row.id };
    let instant = |column, at: Option<i64>| at.map(|at| read.instant(column, at)).transpose();
    Ok(WatchedFeed {
        feed: Feed {
            id: FeedId(row.id),
            region: RegionId(row.region_id),
            of: of(read, &row.holds, &row.format)?,
            address: FeedAddress::parse(&row.address).map_err(|_| read.corrupt("address"))?,
            secret: row.secret,
        },
        due_at: read.instant("due_at", row.due_at)?,
        checked_at: instant("checked_at", row.checked_at)?,
        good_at: instant("good_at", row.good_at)?,
        read_at: instant("read_at", row.read_at)?,
        failures: read.number("failures", row.failures)?,
        etag: row.etag,
        last_modified: row.last_modified,
        outcome: row.outcome.map(|text| read.json("outcome", &text)).transpose()?,
        reading: row.reading.map(|text| read.json("reading", &text)).transpose()?,
        marker: row.marker.map(|text| read.json("marker", &text)).transpose()?,
    })
}
