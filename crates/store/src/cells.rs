//! Capability cells: kept up to date by every write that changes what counts, in its own
//! transaction.
//!
//! A write reads what the councils that it touches contribute before and after, by the one
//! definition in the domain, and adds the difference. Whom a succession connects is touched
//! together. Writers hold the national tag [`kind::CAPABILITY`] meanwhile.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use folkmoot_domain::{
    Cell, CellKey, CouncilId, HalfYear, Histogram, HomeClaim, LEVELS, Life, Measure, PointId,
    RegionId, Standing, Succession, cells,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Store, StoreError, codec,
    codec::Reading,
    connect::WriteTransaction,
    dialect::{Dialect, Field, hex},
    entity::{capability_cell::Model, response, round},
    generations::{Tag, kind},
    regions,
    rounds::given,
    write::{Write, insert_or_update},
};

type Cells = BTreeMap<CellKey, Cell>;

impl Store {
    /// The cells of these regions and points, from one half-year to another, both included.
    pub async fn capability_cells(
        &self,
        regions: &[RegionId],
        half_years: (HalfYear, HalfYear),
        points: &[PointId],
    ) -> Result<BTreeMap<CellKey, Cell>, StoreError> {
        let rest = format!(
            "WHERE {} AND half_year >= $2 AND half_year <= $3 AND {}",
            self.dialect.among("region_id", 1),
            self.dialect.among("point_id", 4),
        );
        let values = vec![
            self.dialect.ids(regions.iter().copied()),
            half_years.0.number().into(),
            half_years.1.number().into(),
            self.dialect.ids(points.iter().copied()),
        ];
        let rows: Vec<Model> = self.select(&rest, values).await?;
        rows.iter().map(cell).collect()
    }

    /// Counts everything anew and replaces what differs; says how many cells did.
    pub async fn rebuild_cells(&self, actor: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let begun = self.begin().await?;
        let mut write = counting(self.dialect, &begun, actor, now).await?;
        let standing = standing(&write).await?;
        let given = given(write.transaction, self.dialect, "true", vec![]).await?;
        let right = cells(&given, &standing);
        let kept: Vec<Model> = write.select("true", vec![]).await?;
        let kept = kept.iter().map(cell).collect::<Result<Cells, _>>()?;
        let differing = differing(&right, &kept);
        let changed = differing.len() as u64;
        let rows =
            differing.into_iter().map(|key| (key, right.get(&key).copied().unwrap_or_default()));
        replace(&mut write, rows.collect()).await?;
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(changed)
    }
}

/// The tag that whoever changes what counts holds.
pub(crate) fn national() -> Tag {
    (Uuid::nil(), kind::CAPABILITY.to_owned())
}

/// A write that changes what is counted or published: it holds [`national`] until its end.
pub(crate) async fn counting<'a>(
    dialect: Dialect,
    begun: &'a WriteTransaction,
    actor: &'a str,
    now: DateTime<Utc>,
) -> Result<Write<'a>, StoreError> {
    let tags = BTreeSet::from([national()]);
    Write::locking(dialect, &begun.transaction, actor, now.timestamp(), &tags).await
}

/// What some councils contributed before a write.
pub(crate) struct Before {
    touched: HashSet<CouncilId>,
    reach: Option<Reach>,
    cells: Cells,
}

/// As far as new answers change what is counted: their points in their half-years, and in those
/// around them, for a council is matched with itself in the half-year before. What councils answered
/// in other years is not read.
struct Reach {
    from: NaiveDate,
    before: NaiveDate,
    points: BTreeSet<PointId>,
}

/// What a write says that may change what counts.
#[derive(Default)]
pub(crate) struct Touch {
    /// Answers in a round, about a point, of a council.
    pub(crate) answers: BTreeSet<(Uuid, PointId, CouncilId)>,
    /// Whose home may change.
    pub(crate) councils: BTreeSet<CouncilId>,
    /// With the days on which they are to be held.
    pub(crate) rounds: BTreeMap<Uuid, NaiveDate>,
    pub(crate) successions: Vec<Succession>,
    /// Whether one takes part decides between its claims to councils and others'.
    pub(crate) regions: BTreeSet<Uuid>,
}

impl Touch {
    pub(crate) fn is_empty(&self) -> bool {
        self.answers.is_empty()
            && self.councils.is_empty()
            && self.rounds.is_empty()
            && self.successions.is_empty()
            && self.regions.is_empty()
    }
}

/// Takes down what the touched councils contribute, before anything is written.
pub(crate) async fn before(write: &Write<'_>, touch: &Touch) -> Result<Before, StoreError> {
    let mut councils = touch.councils.clone();
    councils.extend(touch.answers.iter().map(|(_, _, council)| *council));
    for succession in &touch.successions {
        councils.extend([succession.from, succession.to]);
    }
    councils.extend(contested(write, &touch.regions).await?);
    let rounds = moved(write, &touch.rounds).await?;
    let has_moved = !rounds.is_empty();
    if has_moved {
        let among = write.dialect.among("round_id", 1);
        let ids = write.dialect.ids(rounds);
        let answers: Vec<response::Model> = write.select(&among, vec![ids]).await?;
        councils.extend(answers.iter().map(|row| CouncilId(row.council_id)));
    }
    let standing = standing(write).await?;
    // Connected by what stands or by what is about to.
    let mut connected = standing.clone();
    touch.successions.iter().for_each(|one| connected.connect(one.from, one.to));
    let touched = connected.relatives(councils);
    let changes_answers_alone =
        touch.councils.is_empty() && touch.successions.is_empty() && touch.regions.is_empty();
    let reach = match changes_answers_alone && !has_moved {
        true => reach(write, touch).await?,
        false => None,
    };
    let cells = contributed(write, &touched, &standing, reach.as_ref()).await?;
    Ok(Before { touched, reach, cells })
}

/// How far the answers of a write reach; `None` if there are none.
async fn reach(write: &Write<'_>, touch: &Touch) -> Result<Option<Reach>, StoreError> {
    let ids = write.dialect.ids(touch.answers.iter().map(|(round, ..)| *round));
    let known: Vec<round::Model> = write.select(&write.dialect.among("id", 1), vec![ids]).await?;
    let known = known.into_iter().map(|row| row.held_on);
    let half_years = || known.clone().chain(touch.rounds.values().copied()).map(HalfYear::of);
    let (Some(first), Some(last)) = (half_years().min(), half_years().max()) else {
        return Ok(None);
    };
    let points = touch.answers.iter().map(|(_, point, _)| *point).collect();
    let (from, before) = (first.previous().starts_on(), last.next().ends_on());
    Ok(Some(Reach { from, before, points }))
}

/// The councils that one of the regions claims, and another region, too.
async fn contested(
    write: &Write<'_>,
    regions: &BTreeSet<Uuid>,
) -> Result<Vec<CouncilId>, StoreError> {
    if regions.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT council_id FROM membership WHERE is_home AND council_id IN \
         (SELECT council_id FROM membership WHERE is_home AND {}) \
         GROUP BY council_id HAVING count(DISTINCT region_id) > 1",
        write.dialect.among("region_id", 1)
    );
    let ids = write.dialect.ids(regions.iter().copied());
    let rows = write.transaction.query_all_raw(write.dialect.statement(sql, vec![ids])).await?;
    rows.iter().map(|row| Ok(CouncilId(row.try_get("", "council_id")?))).collect()
}

/// The stored rounds that the write puts on another day: of the others nothing that counts changes.
async fn moved(
    write: &Write<'_>,
    rounds: &BTreeMap<Uuid, NaiveDate>,
) -> Result<Vec<Uuid>, StoreError> {
    if rounds.is_empty() {
        return Ok(Vec::new());
    }
    let ids = write.dialect.ids(rounds.keys().copied());
    let known: Vec<round::Model> = write.select(&write.dialect.among("id", 1), vec![ids]).await?;
    let moved = known.into_iter().filter(|row| rounds.get(&row.id) != Some(&row.held_on));
    Ok(moved.map(|row| row.id).collect())
}

/// Adds the difference that the write made to the cells.
pub(crate) async fn after(write: &mut Write<'_>, before: Before) -> Result<(), StoreError> {
    let (standing, reach) = (standing(write).await?, before.reach.as_ref());
    let after = contributed(write, &before.touched, &standing, reach).await?;
    let differing = differing(&before.cells, &after);
    if differing.is_empty() {
        return Ok(());
    }
    let kept = kept(write, &differing).await?;
    let part = |cells: &Cells, key| cells.get(key).copied().unwrap_or_default();
    let changed = differing.iter().map(|key| {
        let mut cell = part(&kept, key);
        cell += part(&after, key);
        cell -= part(&before.cells, key);
        (*key, cell)
    });
    replace(write, changed.collect()).await
}

/// The cells that two counts do not say alike.
fn differing(one: &Cells, other: &Cells) -> Vec<CellKey> {
    let keys: BTreeSet<_> = one.keys().chain(other.keys()).copied().collect();
    keys.into_iter().filter(|key| one.get(key) != other.get(key)).collect()
}

/// What the councils contribute by what is stored now, as far as it is asked for.
async fn contributed(
    write: &Write<'_>,
    councils: &HashSet<CouncilId>,
    standing: &Standing,
    reach: Option<&Reach>,
) -> Result<Cells, StoreError> {
    if councils.is_empty() {
        return Ok(Cells::new());
    }
    let dialect = write.dialect;
    let mut condition = dialect.among("r.council_id", 1);
    let mut values = vec![dialect.ids(councils.iter().copied())];
    if let Some(Reach { from, before, points }) = reach {
        let among = dialect.among("r.point_id", 4);
        condition += &format!(" AND o.held_on >= $2 AND o.held_on < $3 AND {among}");
        let points = dialect.ids(points.iter().copied());
        values.extend([(*from).into(), (*before).into(), points]);
    }
    let given = given(write.transaction, dialect, &condition, values).await?;
    Ok(cells(&given, standing))
}

/// Homes and successions as they are stored: some hundreds of rows.
async fn standing(write: &Write<'_>) -> Result<Standing, StoreError> {
    let sql = "SELECT m.council_id, m.region_id, m.starts_on, m.ends_on, r.state \
        FROM membership m JOIN region r ON r.id = m.region_id WHERE m.is_home";
    let rows = write.transaction.query_all_raw(write.dialect.statement(sql, vec![])).await?;
    let mut homes = Vec::with_capacity(rows.len());
    for row in &rows {
        let life = Life::new(row.try_get("", "starts_on")?, row.try_get("", "ends_on")?);
        let council = CouncilId(row.try_get("", "council_id")?);
        let region = RegionId(row.try_get("", "region_id")?);
        let state: String = row.try_get("", "state")?;
        homes.push((council, HomeClaim { region, life, takes_part: regions::takes_part(&state) }));
    }
    let sql = "SELECT from_id, to_id FROM succession";
    let rows = write.transaction.query_all_raw(write.dialect.statement(sql, vec![])).await?;
    let mut successions = Vec::with_capacity(rows.len());
    for row in &rows {
        let pair: (Uuid, Uuid) = (row.try_get("", "from_id")?, row.try_get("", "to_id")?);
        successions.push((CouncilId(pair.0), CouncilId(pair.1)));
    }
    Ok(Standing::new(homes, successions))
}

const KEY: [(&str, Field); 4] = [
    ("region_id", Field::Uuid),
    ("half_year", Field::Integer),
    ("point_id", Field::Uuid),
    ("measure", Field::Text),
];

fn keys_value(keys: &[CellKey]) -> sea_orm::Value {
    let record = |key: &CellKey| {
        serde_json::json!({
            "region_id": hex(key.region.0),
            "half_year": key.half_year.number(),
            "point_id": hex(key.point.0),
            "measure": codec::word(&key.measure),
        })
    };
    serde_json::Value::from(keys.iter().map(record).collect::<Vec<_>>()).to_string().into()
}

fn among_keys(write: &Write<'_>) -> String {
    format!(
        "(region_id, half_year, point_id, measure) IN \
         (SELECT k.region_id, k.half_year, k.point_id, k.measure FROM ({}) k)",
        write.dialect.records(1, &KEY)
    )
}

async fn kept(write: &Write<'_>, keys: &[CellKey]) -> Result<Cells, StoreError> {
    let rows: Vec<Model> = write.select(&among_keys(write), vec![keys_value(keys)]).await?;
    rows.iter().map(cell).collect()
}

async fn replace(write: &mut Write<'_>, cells: Vec<(CellKey, Cell)>) -> Result<(), StoreError> {
    if cells.is_empty() {
        return Ok(());
    }
    let (gone, left): (Vec<_>, Vec<_>) = cells.into_iter().partition(|(_, cell)| cell.is_empty());
    if !gone.is_empty() {
        let keys: Vec<_> = gone.into_iter().map(|(key, _)| key).collect();
        let sql = format!("DELETE FROM capability_cell WHERE {}", among_keys(write));
        let statement = write.dialect.statement(sql, vec![keys_value(&keys)]);
        write.transaction.execute_raw(statement).await?;
    }
    let rows: Vec<_> = left.iter().map(|(key, cell)| row(key, cell)).collect();
    insert_or_update(write.transaction, &rows, None).await?;
    write.raise(national());
    Ok(())
}

fn row(key: &CellKey, cell: &Cell) -> Model {
    let [level_0, level_1, level_2, level_3, level_4] = columns(&cell.all);
    let [matched_0, matched_1, matched_2, matched_3, matched_4] = columns(&cell.matched);
    let [before_0, before_1, before_2, before_3, before_4] = columns(&cell.matched_before);
    Model {
        region_id: key.region.0,
        half_year: key.half_year.number(),
        point_id: key.point.0,
        measure: codec::word(&key.measure),
        level_0,
        level_1,
        level_2,
        level_3,
        level_4,
        not_rated: column(cell.all.not_rated),
        matched_0,
        matched_1,
        matched_2,
        matched_3,
        matched_4,
        before_0,
        before_1,
        before_2,
        before_3,
        before_4,
    }
}

fn columns(histogram: &Histogram) -> [i32; LEVELS] {
    histogram.levels.map(column)
}

/// Counts of councils: there are some hundreds.
pub(crate) fn column(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn cell(row: &Model) -> Result<(CellKey, Cell), StoreError> {
    let read = Reading { table: "capability_cell", row: row.region_id };
    let histogram =
        |name, levels: [i32; LEVELS], not_rated| histogram(read, name, levels, not_rated);
    let key = CellKey {
        region: RegionId(row.region_id),
        half_year: HalfYear::from_number(row.half_year),
        point: PointId(row.point_id),
        measure: read.word::<Measure>("measure", &row.measure)?,
    };
    let all = [row.level_0, row.level_1, row.level_2, row.level_3, row.level_4];
    let matched = [row.matched_0, row.matched_1, row.matched_2, row.matched_3, row.matched_4];
    let before = [row.before_0, row.before_1, row.before_2, row.before_3, row.before_4];
    let cell = Cell {
        all: histogram("level", all, row.not_rated)?,
        matched: histogram("matched", matched, 0)?,
        matched_before: histogram("before", before, 0)?,
    };
    Ok((key, cell))
}

/// A histogram from its columns.
pub(crate) fn histogram(
    read: Reading,
    name: &'static str,
    levels: [i32; LEVELS],
    not_rated: i32,
) -> Result<Histogram, StoreError> {
    let mut histogram =
        Histogram { not_rated: read.number(name, not_rated)?, ..Default::default() };
    for (count, column) in histogram.levels.iter_mut().zip(levels) {
        *count = read.number(name, column)?;
    }
    Ok(histogram)
}
