//! Generations: one number per region and kind, raised by every write that changed something,
//! and this process's view of them, which only rises.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use folkmoot_domain::RegionId;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    dialect::{Dialect, Field, hex},
};

/// What a generation counts the changes of. In the database by name; the order of names is the
/// order in which a write raises them.
pub mod kind {
    #![allow(missing_docs)]
    pub const ASSESSMENT: &str = "ASSESSMENT";
    /// Everything that is counted or published of answers. National: whoever changes what counts
    /// holds it, since a council's move changes two regions' counts.
    pub const CAPABILITY: &str = "CAPABILITY";
    pub const CASE_STUDY: &str = "CASE_STUDY";
    pub const GROUP: &str = "GROUP";
    pub const INTRODUCTION: &str = "INTRODUCTION";
    pub const MEETUP: &str = "MEETUP";
    pub const MEMBERSHIP: &str = "MEMBERSHIP";
    pub const NEED: &str = "NEED";
    pub const OFFER: &str = "OFFER";
    pub const PUBLICATION: &str = "PUBLICATION";
    /// Councils, their succession, standards and crosswalks: national.
    pub const REFERENCE: &str = "REFERENCE";
    /// Regions: national.
    pub const REGISTRY: &str = "REGISTRY";
    pub const RESPONSE: &str = "RESPONSE";
    pub const ROUND: &str = "ROUND";
    pub const SERIES: &str = "SERIES";
    pub const TOPIC: &str = "TOPIC";
    /// The kinds that a snapshot of reference data is made of.
    pub(crate) const IN_REFERENCE: [&str; 4] = [GROUP, MEMBERSHIP, REFERENCE, REGISTRY];
    /// The kinds whose rows, or counts, are no region's.
    pub const NATIONAL: [&str; 3] = [CAPABILITY, REFERENCE, REGISTRY];
    /// All of them.
    pub const ALL: [&str; 16] = [
        ASSESSMENT,
        CAPABILITY,
        CASE_STUDY,
        GROUP,
        INTRODUCTION,
        MEETUP,
        MEMBERSHIP,
        NEED,
        OFFER,
        PUBLICATION,
        REFERENCE,
        REGISTRY,
        RESPONSE,
        ROUND,
        SERIES,
        TOPIC,
    ];
}

/// The longest that a look at the generations may take.
const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// A region (nil: the nation) and a kind.
pub(crate) type Tag = (Uuid, String);

/// The generations as a process knows them at one moment.
#[derive(Debug, Default)]
pub struct Generations {
    /// Rises whenever any of them did, in this process alone.
    turn: u64,
    /// The history that the numbers belong to; `None` before the first look at the database.
    epoch: Option<Uuid>,
    numbers: BTreeMap<Uuid, BTreeMap<String, i64>>,
    /// What [`Generations::version_of`] begins from: after a restore numbers are lower, and the
    /// version must rise nevertheless.
    version_base: u64,
}

impl Generations {
    /// Equal turns are equal generations, within this process.
    pub fn turn(&self) -> u64 {
        self.turn
    }

    /// The history that the numbers belong to: another one once the database was restored.
    /// `None` before the first look at the database.
    pub fn epoch(&self) -> Option<Uuid> {
        self.epoch
    }

    /// The number of a region's kind, or of a national one; 0 if nothing was ever written.
    pub fn number(&self, region: Option<RegionId>, kind: &str) -> i64 {
        let region = region.map_or(Uuid::nil(), |region| region.0);
        let of_region = self.numbers.get(&region);
        of_region.and_then(|kinds| kinds.get(kind)).copied().unwrap_or_default()
    }

    /// True if these, of one moment of the same history, are nowhere lower.
    pub(crate) fn are_reached_by(&self, others: &[(Tag, i64)]) -> bool {
        let others: BTreeMap<_, _> = others
            .iter()
            .map(|((region, kind), number)| ((*region, kind.as_str()), *number))
            .collect();
        let is_reached = |(region, kind, number): (Uuid, &str, i64)| {
            others.get(&(region, kind)).copied().unwrap_or_default() >= number
        };
        self.numbers.iter().all(|(region, kinds)| {
            kinds.iter().all(|(kind, number)| is_reached((*region, kind, *number)))
        })
    }

    /// Rises whenever one of these kinds did, of whichever region.
    pub(crate) fn version_of(&self, kinds: &[&str]) -> u64 {
        let numbers = self.numbers.values().flatten();
        let relevant = numbers.filter(|(kind, _)| kinds.contains(&kind.as_str()));
        self.version_base + relevant.map(|(_, number)| number.unsigned_abs()).sum::<u64>()
    }

    fn raised(&self, seen: &[(Tag, i64)]) -> Option<Self> {
        let mut numbers = self.numbers.clone();
        let mut has_risen = false;
        for ((region, kind), number) in seen {
            let known = numbers.entry(*region).or_default().entry(kind.clone()).or_default();
            has_risen |= number > known;
            *known = (*known).max(*number);
        }
        has_risen.then(|| Self { turn: self.turn + 1, numbers, ..*self })
    }

    fn of_epoch(&self, epoch: Uuid, seen: &[(Tag, i64)]) -> Self {
        let begun = Self { turn: self.turn + 1, epoch: Some(epoch), ..Self::default() };
        let begun = match self.epoch {
            // What was written before the first look belongs to this history.
            None => {
                Self { numbers: self.numbers.clone(), version_base: self.version_base, ..begun }
            }
            Some(_) => Self { version_base: self.version_of(&kind::ALL) + 1, ..begun },
        };
        begun.raised(seen).unwrap_or(begun)
    }
}

/// The highest generations that this process has seen.
#[derive(Debug, Default)]
pub(crate) struct View {
    seen: Mutex<Arc<Generations>>,
    /// When a look that saw the database began.
    looked: Mutex<Option<Instant>>,
    /// How far its log was written at that look; told only where there is a replica to compare.
    written: Mutex<Option<i64>>,
    /// One look at a time: an older one that comes to its end later must not bring back a history
    /// that is over.
    looking: tokio::sync::Mutex<()>,
}

impl View {
    /// Takes over what is higher than what was seen; within a history a view never falls.
    pub(crate) fn raise(&self, seen: Vec<(Tag, i64)>) {
        let mut view = self.lock();
        if let Some(raised) = view.raised(&seen) {
            *view = Arc::new(raised);
        }
    }

    fn polled(&self, epoch: Uuid, seen: Vec<(Tag, i64)>) {
        {
            let mut view = self.lock();
            if view.epoch != Some(epoch) {
                *view = Arc::new(view.of_epoch(epoch, &seen));
                return;
            }
        }
        self.raise(seen);
    }

    pub(crate) fn seen(&self) -> Arc<Generations> {
        self.lock().clone()
    }

    /// True if the database was looked at within this time.
    pub(crate) fn has_looked_within(&self, time: Duration) -> bool {
        self.looked().is_some_and(|looked| looked.elapsed() <= time)
    }

    /// How far the database's log was written when it was last looked at.
    pub(crate) fn written(&self) -> MutexGuard<'_, Option<i64>> {
        // It is copied in and out.
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn looked(&self) -> MutexGuard<'_, Option<Instant>> {
        // It is copied in and out.
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Generations>> {
        // Nothing panics while the lock is held, and what it holds is replaced as a whole.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Rises whenever councils, standards, regions, groups or memberships changed, as far as
    /// this process knows: at once by its own writes, by [`Store::poll_generations`] for others'.
    pub fn reference_version(&self) -> u64 {
        self.view.seen().version_of(&kind::IN_REFERENCE)
    }

    /// The generations as far as this process knows them, likewise.
    pub fn generations(&self) -> Arc<Generations> {
        self.view.seen()
    }

    /// Takes over the generations that other processes raised, and notices that the database was
    /// restored. It ends by itself: a connection that is dead and does not say so must not keep
    /// anybody from noticing.
    ///
    /// # Errors
    /// If the database cannot be read, or not in time.
    pub async fn poll_generations(&self) -> Result<(), StoreError> {
        let looked = timeout(LONGEST_LOOK, self.look_at_generations()).await;
        looked.unwrap_or(Err(StoreError::Unavailable(None)))
    }

    /// True if the generations were looked at, with success, within this time: so long ago at most
    /// may others have written what is not known here.
    pub fn has_looked_within(&self, time: Duration) -> bool {
        self.view.has_looked_within(time)
    }

    /// Raises generations although nothing was written: of a region, or national ones.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn bump(&self, region: Option<RegionId>, kinds: &[&str]) -> Result<(), StoreError> {
        let region = region.map_or(Uuid::nil(), |region| region.0);
        let tags = kinds.iter().map(|kind| (region, (*kind).to_owned())).collect();
        let begun = self.begin().await?;
        let raised = raise(self.dialect, &begun.transaction, &tags).await?;
        self.commit(begun, raised).await
    }

    async fn look_at_generations(&self) -> Result<(), StoreError> {
        let written = if self.has_replica() { WRITTEN } else { "" };
        let _turn = self.view.looking.lock().await;
        let began = Instant::now();
        let rows = self.rows(self.dialect.statement(look_sql(written), vec![])).await?;
        let Some(look) = Look::of(&rows)? else { return Ok(()) };
        self.view.polled(look.epoch, look.numbers);
        if self.has_replica() {
            *self.view.written() = rows[0].try_get("", PLACE)?;
        }
        *self.view.looked() = Some(began);
        Ok(())
    }
}

/// What the place in the log is called that stands beside generations.
pub(crate) const PLACE: &str = "place";

/// How far the log is safe on disk, and so on its way to standbys; none of a standby. A subquery,
/// so that it is asked once and not for every row.
pub(crate) const WRITTEN: &str = ", (SELECT CASE WHEN NOT pg_is_in_recovery() \
                       THEN (pg_current_wal_flush_lsn() - '0/0')::bigint END) AS place";

/// The epoch and all generations, and `beside` them another column.
pub(crate) fn look_sql(beside: &str) -> String {
    format!(
        "SELECT epoch.id AS epoch, region_id, kind, number{beside} \
         FROM epoch LEFT JOIN generation ON true"
    )
}

/// The generations of a database at one moment.
pub(crate) struct Look {
    pub(crate) epoch: Uuid,
    pub(crate) numbers: Vec<(Tag, i64)>,
}

impl Look {
    /// From the rows of [`look_sql`]; `None` if there is no history yet.
    pub(crate) fn of(rows: &[sea_orm::QueryResult]) -> Result<Option<Self>, StoreError> {
        let Some(first) = rows.first() else { return Ok(None) };
        let epoch = first.try_get("", "epoch")?;
        // Beside the epoch alone stands nothing.
        let is_empty = first.try_get::<Option<Uuid>>("", "region_id")?.is_none();
        Ok(Some(Self { epoch, numbers: if is_empty { Vec::new() } else { read(rows)? } }))
    }
}

pub(crate) fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<(Tag, i64)>, StoreError> {
    let tag = |row: &sea_orm::QueryResult| {
        let tag = (row.try_get("", "region_id")?, row.try_get("", "kind")?);
        Ok((tag, row.try_get("", "number")?))
    };
    rows.iter().map(tag).collect()
}

const FIELDS: [(&str, Field); 2] = [("region_id", Field::Uuid), ("kind", Field::Text)];

fn tags_value<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> sea_orm::Value {
    let record =
        |(region, kind): &Tag| serde_json::json!({"region_id": hex(*region), "kind": kind});
    let records: Vec<_> = tags.into_iter().map(record).collect();
    serde_json::Value::from(records).to_string().into()
}

/// Locks the tags, in order, until the transaction ends, and says their numbers. Writers of one
/// region and kind thereby wait for each other, so that the number after the lock's is theirs:
/// rows may carry it before the last statement raises it.
pub(crate) async fn lock(
    dialect: Dialect,
    transaction: &DatabaseTransaction,
    tags: &BTreeSet<Tag>,
) -> Result<BTreeMap<Tag, i64>, StoreError> {
    let records = dialect.records(1, &FIELDS);
    if dialect == Dialect::Postgres {
        // A row that is not there cannot be locked.
        let sql = format!(
            "INSERT INTO generation (region_id, kind, number) \
             SELECT tag.region_id, tag.kind, 0 FROM ({records}) tag \
             ORDER BY tag.region_id, tag.kind COLLATE \"C\" ON CONFLICT DO NOTHING"
        );
        transaction.execute_raw(dialect.statement(sql, vec![tags_value(tags)])).await?;
    }
    // SQLite's one writer has the whole database.
    let lock = if dialect == Dialect::Postgres { "FOR UPDATE" } else { "" };
    let sql = format!(
        "SELECT region_id, kind, number FROM generation \
         WHERE (region_id, kind) IN (SELECT tag.region_id, tag.kind FROM ({records}) tag) \
         ORDER BY region_id, kind {lock}"
    );
    let statement = dialect.statement(sql, vec![tags_value(tags)]);
    let mut numbers: BTreeMap<_, _> = tags.iter().map(|tag| (tag.clone(), 0)).collect();
    numbers.extend(read(&transaction.query_all_raw(statement).await?)?);
    Ok(numbers)
}

/// Raises the tags by one: the last statement of a write.
pub(crate) async fn raise(
    dialect: Dialect,
    transaction: &DatabaseTransaction,
    tags: &BTreeSet<Tag>,
) -> Result<Vec<(Tag, i64)>, StoreError> {
    // SQLite cannot tell ON CONFLICT from a join's ON without a WHERE.
    let sql = format!(
        "INSERT INTO generation (region_id, kind, number) \
         SELECT tag.region_id, tag.kind, 1 FROM ({}) tag WHERE true ORDER BY 1, 2 \
         ON CONFLICT (region_id, kind) DO UPDATE SET number = generation.number + 1 \
         RETURNING region_id, kind, number",
        dialect.records(1, &FIELDS)
    );
    let statement = dialect.statement(sql, vec![tags_value(tags)]);
    read(&transaction.query_all_raw(statement).await?)
}
