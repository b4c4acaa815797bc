//! Pages of ordered lists, many at once, each a range of an index.
//!
//! A request becomes one arm per *lane*: the narrowest thing that the filter names (a group, a
//! council, a point) or else each of its regions. An arm is a range of that lane's index, cut
//! after the rows wanted; arms of one request are merged, rows that stand in two of them once.
//! The arms travel as JSON in one parameter: one statement answers any number of requests. Its
//! text depends on nothing but the lanes, directions and fields in it, so that it is prepared once;
//! a field that no arm has is not read, for that is most of what a short page costs the database.

mod columns;

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_domain::{Direction, Extent, Key, RegionId, Slice, SliceRequest, SortKey};
use sea_orm::{EntityTrait, FromQueryResult};
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub(crate) use self::columns::{Brief, brief, columns};
use self::columns::{InOrder, listed};
use crate::{
    Store, StoreError,
    dialect::{Dialect, Field, hex},
};

/// A row's place: seconds and id.
pub(crate) type Place = (i64, Uuid);

/// Beyond every instant that chrono can hold, and still exact as a JSON number.
pub(crate) const BEGINNING: Place = (-(1 << 52), Uuid::nil());
pub(crate) const END: Place = (1 << 52, Uuid::nil());

/// One index that a list is walked along. `x` is the row, `q` the arm.
pub(crate) struct Lane {
    /// What stands after FROM.
    pub(crate) from: String,
    /// The columns of the index that are the key.
    pub(crate) at: &'static str,
    pub(crate) id: &'static str,
    /// What picks the lane's part of the index.
    pub(crate) part: String,
}

/// A table whose rows are walked by (instant, id).
pub(crate) trait Walk {
    type Filter;
    type Entity: EntityTrait<Model: FromQueryResult>;
    type Item;

    const TABLE: &'static str;
    /// The fields of an arm that [`Walk::conditions`] and the lanes speak of.
    const FIELDS: &'static [(&'static str, Field)];
    /// An instant before which no row of the arm can be, beyond what the request says, under the
    /// field that asks for it.
    const FLOOR: Option<(&'static str, &'static str)> = None;
    /// How a brief row is read; `None` where rows are short as they are.
    const BRIEF: Option<Brief<<Self::Entity as EntityTrait>::Model>> = None;

    fn lanes(dialect: Dialect) -> Vec<Lane>;
    /// What a row must fulfil besides standing in the lane, each under the field that asks for it.
    fn conditions(dialect: Dialect) -> Vec<(&'static str, String)>;
    /// The lanes, by number, and the parts of them that the request is answered from.
    fn arms(filter: &Self::Filter, regions: &[RegionId]) -> BTreeSet<(usize, Uuid)>;
    /// The range of places outside of which no row passes the filter: from, and before.
    fn range(_filter: &Self::Filter) -> (Place, Place) {
        (BEGINNING, END)
    }
    /// The values of those [`Walk::FIELDS`] that the filter asks for and that the arms' own part
    /// of their lane does not fulfil already.
    fn fields(dialect: Dialect, filter: &Self::Filter) -> Map<String, Value>;
    fn item(model: <Self::Entity as EntityTrait>::Model) -> Result<Self::Item, StoreError>;
}

/// The fields of every arm, but for `regions`: those that may be told of a lane in which others'
/// rows stand, too.
const ARM: [(&str, Field); 9] = [
    ("request", Field::Integer),
    ("lane", Field::Integer),
    ("descending", Field::Integer),
    ("part", Field::Uuid),
    ("from_at", Field::Integer),
    ("from_id", Field::Uuid),
    ("before_at", Field::Integer),
    ("before_id", Field::Uuid),
    ("regions", Field::Uuids),
];

impl Store {
    /// One slice per request, in order.
    pub(crate) async fn slices<W: Walk>(
        &self,
        requests: &[SliceRequest<W::Filter>],
    ) -> Result<Vec<Slice<W::Item>>, StoreError> {
        let lanes = W::lanes(self.dialect);
        let mut arms = Vec::new();
        let mut used = Used::default();
        for (number, request) in requests.iter().enumerate() {
            let bounds = bounds::<W>(request)?;
            arms.extend(arms_of::<W>(self.dialect, &lanes, number, request, bounds));
        }
        arms.iter().for_each(|arm| used.add(arm));
        let mut pages: Vec<Vec<W::Item>> = requests.iter().map(|_| Vec::new()).collect();
        if !arms.is_empty() {
            let most = requests.iter().map(|request| request.first).max().unwrap_or_default();
            let most = i64::try_from(most.saturating_add(1)).unwrap_or(i64::MAX);
            let records = arms.into_iter().map(|arm| arm.record).collect::<Vec<_>>();
            let values = vec![Value::from(records).to_string().into(), most.into()];
            // Whoever wants less takes more as well.
            let is_brief = |request: &SliceRequest<_>| request.extent == Extent::Brief;
            let brief = W::BRIEF.filter(|_| requests.iter().all(is_brief));
            let columns = match &brief {
                Some(brief) => listed(brief.columns.iter().copied()),
                None => columns::<W>(),
            };
            let sql = page_sql::<W>(self.dialect, &lanes, &used, &columns);
            for row in self.rows(self.dialect.statement(sql, values)).await? {
                let mut in_order = InOrder::of(&row);
                let number: i64 = in_order.next()?;
                let model = match &brief {
                    Some(brief) => (brief.read)(&mut in_order)?,
                    None => <W::Entity as EntityTrait>::Model::from_query_result(&row, "")?,
                };
                let page = usize::try_from(number).ok().and_then(|number| pages.get_mut(number));
                page.expect("the statement repeats the number it was given").push(W::item(model)?);
            }
        }
        let mut counts = self.counts::<W>(&lanes, requests).await?;
        let slices =
            pages.into_iter().zip(requests).enumerate().map(|(number, (rows, request))| {
                let mut slice = Slice::trimmed(rows, request.first);
                slice.counts = counts.remove(&number);
                slice
            });
        Ok(slices.collect())
    }

    /// The rows with these ids that are of one of these regions.
    pub(crate) async fn by_ids<W: Walk>(
        &self,
        regions: &[RegionId],
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<Vec<W::Item>, StoreError> {
        let sql = format!(
            "SELECT {} FROM {} x WHERE {} AND {} AND x.withdrawn_at IS NULL",
            columns::<W>(),
            W::TABLE,
            self.dialect.among("x.id", 1),
            self.dialect.among("x.region_id", 2),
        );
        let values = vec![self.dialect.ids(ids), self.dialect.ids(regions.iter().copied())];
        let models = self.models(self.dialect.statement(sql, values)).await?;
        models.into_iter().map(W::item).collect()
    }

    /// Per request that asks for it, how many rows of each region pass the filter.
    async fn counts<W: Walk>(
        &self,
        lanes: &[Lane],
        requests: &[SliceRequest<W::Filter>],
    ) -> Result<BTreeMap<usize, BTreeMap<RegionId, u64>>, StoreError> {
        let mut arms = Vec::new();
        let mut used = Used::default();
        let mut counts: BTreeMap<usize, BTreeMap<RegionId, u64>> = BTreeMap::new();
        for (number, request) in requests.iter().enumerate().filter(|(_, request)| request.count) {
            counts.insert(number, request.regions.iter().map(|region| (*region, 0)).collect());
            // All rows that pass, wherever the page stands.
            let range = W::range(&request.filter);
            arms.extend(arms_of::<W>(self.dialect, lanes, number, request, range));
        }
        arms.iter().for_each(|arm| used.add(arm));
        if arms.is_empty() {
            return Ok(counts);
        }
        let records = arms.into_iter().map(|arm| arm.record).collect::<Vec<_>>();
        let sql = count_sql::<W>(self.dialect, lanes, &used);
        let values = vec![Value::from(records).to_string().into()];
        for row in self.rows(self.dialect.statement(sql, values)).await? {
            let number: i64 = row.try_get("", "request")?;
            let region: Uuid = row.try_get("", "region_id")?;
            let rows: i64 = row.try_get("", "number")?;
            let of_request =
                usize::try_from(number).ok().and_then(|number| counts.get_mut(&number));
            of_request
                .expect("the statement repeats the number it was given")
                .insert(RegionId(region), rows.unsigned_abs());
        }
        Ok(counts)
    }
}

struct Arm {
    lane: usize,
    descending: bool,
    record: Map<String, Value>,
}

/// What a batch makes use of: the text of its statement depends on nothing else. A condition
/// that nobody asks for is left out, for the sake of the database's guess at how many rows pass.
#[derive(Default)]
struct Used {
    lanes: BTreeSet<(usize, bool)>,
    fields: BTreeSet<String>,
}

impl Used {
    fn add(&mut self, arm: &Arm) {
        self.lanes.insert((arm.lane, arm.descending));
        for field in arm.record.keys() {
            if !self.fields.contains(field) {
                self.fields.insert(field.clone());
            }
        }
    }

    fn has(&self, field: &str) -> bool {
        self.fields.contains(field)
    }

    fn condition<W: Walk>(&self, dialect: Dialect) -> String {
        let asked = W::conditions(dialect).into_iter().filter(|(field, _)| self.has(field));
        asked.map(|(_, condition)| format!(" AND {condition}")).collect()
    }
}

/// The places that the page is cut from: whichever way the walk goes, from the first on and
/// before the second.
fn bounds<W: Walk>(request: &SliceRequest<W::Filter>) -> Result<(Place, Place), StoreError> {
    let after = request.after.as_ref().map(place).transpose()?;
    let until = request.until.as_ref().map(place).transpose()?;
    let (from, before) = match request.direction {
        Direction::Ascending => (after.map(next), until.map(next)),
        Direction::Descending => (until, after),
    };
    let (earliest, latest) = W::range(&request.filter);
    let from = from.map_or(earliest, |from| from.max(earliest));
    let before = before.map_or(latest, |before| before.min(latest));
    Ok((from, before))
}

fn arms_of<W: Walk>(
    dialect: Dialect,
    lanes: &[Lane],
    number: usize,
    request: &SliceRequest<W::Filter>,
    (from, before): (Place, Place),
) -> Vec<Arm> {
    let descending = request.direction == Direction::Descending;
    let regions: Value = request.regions.iter().map(|region| hex(region.0)).collect();
    let fields = W::fields(dialect, &request.filter);
    let arm = |(lane, part): (usize, Uuid)| {
        let mut record = fields.clone();
        let places = json!({
            "request": number, "lane": lane, "descending": i32::from(descending),
            "part": hex(part),
            "from_at": from.0, "from_id": hex(from.1),
            "before_at": before.0, "before_id": hex(before.1),
        });
        if let Value::Object(places) = places {
            record.extend(places);
        }
        if lanes[lane].part.contains("q.regions") {
            record.insert("regions".to_owned(), regions.clone());
        }
        Arm { lane, descending, record }
    };
    W::arms(&request.filter, &request.regions).into_iter().map(arm).collect()
}

/// The place of a key in a list that is ordered by an instant.
fn place(key: &Key) -> Result<Place, StoreError> {
    match &key.sort {
        SortKey::Instant(instant) => Ok((instant.timestamp(), key.id)),
        SortKey::Name(_) => Err(StoreError::Invalid(
            "a list that is ordered by time was asked for a place by name".to_owned(),
        )),
    }
}

/// The least place after this one.
pub(crate) fn next((at, id): Place) -> Place {
    match id.as_u128().checked_add(1) {
        Some(id) => (at, Uuid::from_u128(id)),
        None => (at.saturating_add(1), Uuid::nil()),
    }
}

/// `WITH` the arms as `q`, which have the fields that are used.
fn arms_sql<W: Walk>(dialect: Dialect, used: &Used) -> String {
    let fields = ARM.iter().chain(W::FIELDS).copied().filter(|(field, _)| used.has(field));
    let fields: Vec<_> = fields.collect();
    let records = dialect.records(1, &fields);
    let Some((_, floor)) = W::FLOOR.filter(|(field, _)| used.has(field)) else {
        return format!("WITH q AS MATERIALIZED ({records})");
    };
    let kept = fields.iter().map(|(name, _)| *name);
    let kept: Vec<_> = kept.filter(|name| !matches!(*name, "from_at" | "from_id")).collect();
    format!(
        "WITH given AS MATERIALIZED (SELECT a.*, {floor} AS floor_at FROM ({records}) a), \
         q AS MATERIALIZED (SELECT {}, \
         CASE WHEN floor_at > from_at THEN floor_at ELSE from_at END AS from_at, \
         CASE WHEN floor_at > from_at THEN {} ELSE from_id END AS from_id FROM given)",
        kept.join(", "),
        dialect.nil(),
    )
}

fn page_sql<W: Walk>(dialect: Dialect, lanes: &[Lane], used: &Used, columns: &str) -> String {
    let condition = used.condition::<W>(dialect);
    let way = |descending| if descending { "DESC" } else { "ASC" };
    let pick = |(number, descending): (usize, bool)| {
        let Lane { from, at, id, part } = &lanes[number];
        let (way, table) = (way(descending), W::TABLE);
        let range = format!(
            "FROM {from} WHERE {part} AND x.withdrawn_at IS NULL \
             AND ({at}, {id}) >= (q.from_at, q.from_id) \
             AND ({at}, {id}) < (q.before_at, q.before_id){condition} \
             ORDER BY {at} {way}, {id} {way} {}",
            dialect.limit(2)
        );
        let here = format!("WHERE q.lane = {number} AND q.descending = {}", i32::from(descending));
        match dialect {
            Dialect::Postgres => format!(
                "SELECT q.request, k.at, k.id FROM q \
                 CROSS JOIN LATERAL (SELECT {at} AS at, {id} AS id {range}) k {here}"
            ),
            // SQLite has no LATERAL, but a list after IN may speak of an outer row.
            Dialect::Sqlite => {
                let key = at.split_once('.').map_or(*at, |(_, column)| column);
                format!(
                    "SELECT q.request, m.{key} AS at, m.id FROM q \
                     CROSS JOIN {table} m {here} AND m.id IN (SELECT {id} {range})"
                )
            }
        }
    };
    let ranked = [false, true].into_iter().filter_map(|descending| {
        let picks: Vec<_> =
            used.lanes.iter().filter(|lane| lane.1 == descending).map(|lane| pick(*lane)).collect();
        let way = way(descending);
        (!picks.is_empty()).then(|| {
            format!(
                "SELECT request, id, row_number() OVER \
                 (PARTITION BY request ORDER BY at {way}, id {way}) AS place \
                 FROM (SELECT DISTINCT request, at, id FROM ({}) arm) picked",
                picks.join(" UNION ALL ")
            )
        })
    });
    format!(
        "{}, page AS ({}) SELECT page.request, {columns} FROM page CROSS JOIN {} x \
         WHERE x.id = page.id AND page.place <= $2 ORDER BY page.request, page.place",
        arms_sql::<W>(dialect, used),
        ranked.collect::<Vec<_>>().join(" UNION ALL "),
        W::TABLE,
    )
}

fn count_sql<W: Walk>(dialect: Dialect, lanes: &[Lane], used: &Used) -> String {
    let condition = used.condition::<W>(dialect);
    let numbers: BTreeSet<_> = used.lanes.iter().map(|lane| lane.0).collect();
    let pick = |number: usize| {
        let Lane { from, at, id, part } = &lanes[number];
        format!(
            "SELECT q.request, x.region_id, x.id FROM q CROSS JOIN {from} \
             WHERE q.lane = {number} AND {part} AND x.withdrawn_at IS NULL \
             AND ({at}, {id}) >= (q.from_at, q.from_id) \
             AND ({at}, {id}) < (q.before_at, q.before_id){condition}"
        )
    };
    format!(
        "{} SELECT request, region_id, count(DISTINCT id) AS number FROM ({}) passing \
         GROUP BY request, region_id",
        arms_sql::<W>(dialect, used),
        numbers.into_iter().map(pick).collect::<Vec<_>>().join(" UNION ALL "),
    )
}

/// The first whole second at or after an instant.
pub(crate) fn second_from(instant: chrono::DateTime<chrono::Utc>) -> i64 {
    instant.timestamp() + i64::from(instant.timestamp_subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_place_is_the_next_id_or_the_next_second() {
        assert_eq!(next((7, Uuid::from_u128(1))), (7, Uuid::from_u128(2)));
        assert_eq!(next((7, Uuid::max())), (8, Uuid::nil()));
    }
}
