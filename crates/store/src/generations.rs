//! Generations: one number per region and kind, raised by every write that changed something,
//! and this process's view of them, which only rises.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    dialect::{Dialect, Field, hex},
};

/// What a generation counts the changes of. In the database by name; the order of names is the
/// order in which a write raises them.
pub(crate) mod kind {
    pub(crate) const ASSESSMENT: &str = "ASSESSMENT";
    /// Everything that is counted or published of answers. National: whoever changes what counts
    /// holds it, since a council's move changes two regions' counts.
    pub(crate) const CAPABILITY: &str = "CAPABILITY";
    pub(crate) const CASE_STUDY: &str = "CASE_STUDY";
    pub(crate) const GROUP: &str = "GROUP";
    pub(crate) const INTRODUCTION: &str = "INTRODUCTION";
    pub(crate) const MEETUP: &str = "MEETUP";
    pub(crate) const MEMBERSHIP: &str = "MEMBERSHIP";
    pub(crate) const NEED: &str = "NEED";
    pub(crate) const OFFER: &str = "OFFER";
    pub(crate) const PUBLICATION: &str = "PUBLICATION";
    /// Councils, their succession, standards and crosswalks: national.
    pub(crate) const REFERENCE: &str = "REFERENCE";
    /// Regions: national.
    pub(crate) const REGISTRY: &str = "REGISTRY";
    pub(crate) const RESPONSE: &str = "RESPONSE";
    pub(crate) const ROUND: &str = "ROUND";
    pub(crate) const SERIES: &str = "SERIES";
    pub(crate) const TOPIC: &str = "TOPIC";
    /// The kinds that a snapshot of reference data is made of.
    pub(crate) const IN_REFERENCE: [&str; 4] = [GROUP, MEMBERSHIP, REFERENCE, REGISTRY];
}

/// A region (nil: the nation) and a kind.
pub(crate) type Tag = (Uuid, String);

/// The highest generations that this process has seen.
#[derive(Debug, Default)]
pub(crate) struct View(Mutex<BTreeMap<Tag, i64>>);

impl View {
    /// Takes over what is higher than what was seen; a view never falls.
    pub(crate) fn raise(&self, seen: impl IntoIterator<Item = (Tag, i64)>) {
        // Nothing panics while the lock is held, and numbers that only rise are always sound.
        let mut view = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (tag, number) in seen {
            let known = view.entry(tag).or_default();
            *known = number.max(*known);
        }
    }

    fn reference_version(&self) -> u64 {
        let view = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let relevant =
            view.iter().filter(|((_, kind), _)| kind::IN_REFERENCE.contains(&kind.as_str()));
        relevant.map(|(_, number)| number.unsigned_abs()).sum()
    }
}

impl Store {
    /// Rises whenever councils, standards, regions, groups or memberships changed, as far as
    /// this process knows: at once by its own writes, by [`Store::poll_generations`] for others'.
    pub fn reference_version(&self) -> u64 {
        self.view.reference_version()
    }

    /// Takes over the generations that other processes raised.
    pub async fn poll_generations(&self) -> Result<(), StoreError> {
        let sql = "SELECT region_id, kind, number FROM generation";
        let rows = self.rows(self.dialect.statement(sql, vec![])).await?;
        self.view.raise(read(&rows)?);
        Ok(())
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
