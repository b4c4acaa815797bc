//! One write: rows are compared with what is there, and what differs is stamped with its
//! revision and change number, kept, and noted in the books.

use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait,
    FromQueryResult, IdenStatic, IntoActiveModel, Iterable, ModelTrait, PrimaryKeyToColumn,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    Applied, Counts, StoreError,
    dialect::Dialect,
    entity::audit,
    generations::{self, Tag},
};

/// SQLite takes 32,766 parameters in one statement, Postgres 65,535.
const MOST_PARAMETERS: usize = 30_000;

/// A row that carries revision and change number.
pub(crate) trait Record:
    ModelTrait<Entity: EntityTrait<Model = Self>> + FromQueryResult + PartialEq
{
    /// As in [`Applied::by_kind`] and the audit.
    const KIND: &'static str;
    /// The kind of generation that its changes raise.
    const TAG: &'static str;

    fn id(&self) -> Uuid;
    /// The region that owns it; nil for national rows.
    fn region(&self) -> Uuid;
    /// What people call it, for messages.
    fn name(&self) -> String;
    fn revision(&self) -> i32;
    fn stamp(&mut self, revision: i32, change_number: i64);
    /// Takes over from the stored row what the store gave out and no change sets.
    fn inherit(&mut self, stored: &Self);
    /// True if the stored row says the same, whenever and however often it was written.
    fn is_same(&self, stored: &Self) -> bool;
    /// Its key within the region, where it has one besides the id.
    fn natural_key(&self) -> Option<&str> {
        None
    }
    fn is_withdrawn(&self) -> bool {
        false
    }

    fn tag(&self) -> Tag {
        (self.region(), Self::TAG.to_owned())
    }
}

/// The id of a row whose key is other rows' ids.
pub(crate) fn derived_id(table: &str, ids: &[Uuid], rest: &str) -> Uuid {
    let ids: Vec<_> = ids.iter().map(Uuid::to_string).collect();
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{table}:{}:{rest}", ids.join(":")).as_bytes())
}

/// A write that is under way.
pub(crate) struct Write<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) transaction: &'a DatabaseTransaction,
    actor: &'a str,
    now: i64,
    /// The locked tags, and their numbers before this write.
    numbers: BTreeMap<Tag, i64>,
    raised: BTreeSet<Tag>,
    audit: Vec<audit::Model>,
    pub(crate) applied: Applied,
}

impl<'a> Write<'a> {
    /// Begins by locking the tags, so that nothing of theirs changes until the end.
    pub(crate) async fn locking(
        dialect: Dialect,
        transaction: &'a DatabaseTransaction,
        actor: &'a str,
        now: i64,
        tags: &BTreeSet<Tag>,
    ) -> Result<Self, StoreError> {
        let numbers = generations::lock(dialect, transaction, tags).await?;
        let (raised, audit, applied) = Default::default();
        Ok(Self { dialect, transaction, actor, now, numbers, raised, audit, applied })
    }

    /// When it is made.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// The number that a tag will have once this write is done.
    pub(crate) fn next_number(&self, tag: &Tag) -> i64 {
        self.numbers.get(tag).copied().unwrap_or_default() + 1
    }

    /// Keeps the rows that are new or differ, and returns them as they are now.
    pub(crate) async fn put<R>(&mut self, rows: Vec<R>) -> Result<Vec<R>, StoreError>
    where
        R: Record + IntoActiveModel<<R::Entity as EntityTrait>::ActiveModel>,
        <R::Entity as EntityTrait>::ActiveModel: Send,
    {
        if rows.is_empty() {
            return Ok(rows);
        }
        let stored = Stored::<R>::of(self, &rows).await?;
        let mut seen: HashMap<Uuid, R> = HashMap::with_capacity(rows.len());
        let mut counts = Counts::default();
        let mut changed = Vec::new();
        for mut row in rows {
            let current = stored.find(&row)?;
            if let Some(current) = current {
                row.inherit(current);
            }
            match seen.entry(row.id()) {
                Entry::Occupied(twin) if *twin.get() == row => continue,
                Entry::Occupied(_) => return Err(conflict(&row, "stands twice in this import")),
                Entry::Vacant(place) => drop(place.insert(row.clone())),
            }
            let revision = match current {
                None => {
                    counts.created += 1;
                    1
                }
                Some(current) if current.is_withdrawn() || row.is_same(current) => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(current) => {
                    counts.updated += 1;
                    current.revision() + 1
                }
            };
            row.stamp(revision, self.next_number(&row.tag()));
            self.note(if revision == 1 { "CREATE" } else { "UPDATE" }, &row);
            changed.push(row);
        }
        self.applied.add(R::KIND, counts);
        self.upsert(&changed).await?;
        Ok(changed)
    }

    fn note<R: Record>(&mut self, action: &str, row: &R) {
        self.note_entity(&row.tag(), action, R::KIND, row.id(), row.revision());
    }

    /// Writes an audit row and raises the tag, at the end.
    pub(crate) fn note_entity(
        &mut self,
        tag: &Tag,
        action: &str,
        kind: &str,
        id: Uuid,
        revision: i32,
    ) {
        let region = Some(tag.0).filter(|region| !region.is_nil());
        let (at, actor) = (self.now, self.actor);
        self.audit.push(audit::Model::entry(at, actor, action, kind, id, region, revision));
        self.raised.insert(tag.clone());
    }

    /// Raises a tag, at the end.
    pub(crate) fn raise(&mut self, tag: Tag) {
        self.raised.insert(tag);
    }

    async fn upsert<R>(&self, rows: &[R]) -> Result<(), StoreError>
    where
        R: Record + IntoActiveModel<<R::Entity as EntityTrait>::ActiveModel>,
        <R::Entity as EntityTrait>::ActiveModel: Send,
    {
        let revision = Expr::col((R::Entity::default(), "revision"));
        let before = Expr::cust("excluded.revision - 1");
        // A row that another writer made or changed meanwhile does not have the revision that
        // this one was made from, and is left alone.
        let guard = Some(revision.eq(before));
        let kept = insert_or_update(self.transaction, rows, guard).await?;
        if kept == rows.len() as u64 {
            return Ok(());
        }
        Err(StoreError::Conflict {
            kind: R::KIND,
            key: "in this write".to_owned(),
            reason: "was changed by somebody else meanwhile: read it again, then try again",
        })
    }

    /// Finishes the books; the generations are raised by the last statement of all. Returns
    /// what they are now, for the view once the transaction is committed.
    pub(crate) async fn finish(self) -> Result<(Applied, Vec<(Tag, i64)>), StoreError> {
        insert_or_update(self.transaction, &self.audit, None).await?;
        if self.raised.is_empty() {
            return Ok((self.applied, Vec::new()));
        }
        let raised = generations::raise(self.dialect, self.transaction, &self.raised).await?;
        Ok((self.applied, raised))
    }

    /// The stored rows of one table that a condition picks.
    pub(crate) async fn select<M: ModelTrait + FromQueryResult>(
        &self,
        condition: &str,
        values: Vec<sea_orm::Value>,
    ) -> Result<Vec<M>, StoreError> {
        let sql = format!("{} WHERE {condition}", select::<M>());
        let statement = self.dialect.statement(sql, values);
        let rows = self.transaction.query_all_raw(statement).await?;
        Ok(rows.iter().map(|row| M::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }
}

/// "SELECT … FROM …", with every column by its name.
pub(crate) fn select<M: ModelTrait>() -> String {
    let table = <M::Entity as Default>::default();
    format!("SELECT {} FROM {}", columns::<M>(), sea_orm::EntityName::table_name(&table))
}

/// Every column by its name: what `*` means would change under a prepared statement.
pub(crate) fn columns<M: ModelTrait>() -> String {
    let columns = <M::Entity as EntityTrait>::Column::iter();
    columns.map(|column| column.as_str()).collect::<Vec<_>>().join(", ")
}

/// Inserts the rows, in as few statements as parameters allow; a row whose primary key is there
/// already is replaced where the guard holds. Returns how many were kept.
pub(crate) async fn insert_or_update<M>(
    connection: &DatabaseTransaction,
    rows: &[M],
    guard: Option<Expr>,
) -> Result<u64, StoreError>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    type Column<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;
    let keys: Vec<Column<M>> = <M::Entity as EntityTrait>::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect();
    let names: Vec<_> = keys.iter().map(IdenStatic::as_str).collect();
    let rest = Column::<M>::iter().filter(|column| !names.contains(&column.as_str()));
    let rest: Vec<_> = rest.collect();
    let mut conflict = OnConflict::columns(keys);
    if rest.is_empty() {
        conflict.do_nothing();
    } else {
        conflict.update_columns(rest);
    }
    if let Some(guard) = guard {
        conflict.action_and_where(guard);
    }
    let mut kept = 0;
    for chunk in rows.chunks((MOST_PARAMETERS / Column::<M>::iter().count()).max(1)) {
        let rows = chunk.iter().map(|row| row.clone().into_active_model());
        let insert = M::Entity::insert_many(rows).on_conflict(conflict.clone());
        kept += insert.exec_without_returning(connection).await?;
    }
    Ok(kept)
}

/// What is stored under the keys of the rows that shall be written.
struct Stored<R> {
    by_id: HashMap<Uuid, R>,
    by_key: HashMap<(Uuid, String), Uuid>,
}

impl<R: Record> Stored<R> {
    async fn of(write: &Write<'_>, rows: &[R]) -> Result<Self, StoreError> {
        let dialect = write.dialect;
        let ids = dialect.ids(rows.iter().map(Record::id));
        let mut found: Vec<R> = write.select(&dialect.among("id", 1), vec![ids]).await?;
        let mut by_key = HashMap::new();
        let keys: Vec<_> = rows.iter().filter_map(Record::natural_key).collect();
        if !keys.is_empty() {
            // Every key in every region is asked for, which may find a few rows too many, but
            // is a look-up in one index whatever the database guesses about its tables.
            let condition = format!(
                "{} AND {}",
                dialect.among("region_id", 1),
                dialect.among_texts("natural_key", 2)
            );
            let regions: BTreeSet<_> = rows.iter().map(Record::region).collect();
            let values = vec![dialect.ids(regions), serde_json::json!(keys).to_string().into()];
            let of_keys: Vec<R> = write.select(&condition, values).await?;
            for row in &of_keys {
                let key = row.natural_key().unwrap_or_default().to_owned();
                by_key.insert((row.region(), key), row.id());
            }
            found.extend(of_keys);
        }
        Ok(Self { by_id: found.into_iter().map(|row| (row.id(), row)).collect(), by_key })
    }

    fn find(&self, row: &R) -> Result<Option<&R>, StoreError> {
        let key = row.natural_key().map(|key| (row.region(), key.to_owned()));
        let of_key = key.and_then(|key| self.by_key.get(&key)).and_then(|id| self.by_id.get(id));
        let found = of_key.or_else(|| self.by_id.get(&row.id()));
        match found {
            Some(found) if found.region() != row.region() => {
                Err(conflict(row, "belongs to another region: give it an id of its own"))
            }
            found => Ok(found),
        }
    }
}

fn conflict<R: Record>(row: &R, reason: &'static str) -> StoreError {
    StoreError::Conflict { kind: R::KIND, key: row.name(), reason }
}
