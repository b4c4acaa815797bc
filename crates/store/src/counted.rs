//! Half-years that regions closed elsewhere: what they counted is kept once, as it was given, and
//! figures come from nothing else. And the other way round: what a region closed, as counts.

mod given;
mod reports;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    CouncilId, CountedHalfYear, HalfYear, Histogram, LEVELS, Life, Measure, PointId, Reference,
    Region, RegionId, Standing, TableCounts, Threshold,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

pub use given::GivenHalfYear;

use crate::{
    Store, StoreError,
    cells::{column, counting, histogram, national},
    closings,
    codec::{self, Reading},
    entity::{closing, counted_closing, counted_table::Model},
    write::{Write, insert_or_update},
};

/// What became of a half-year that a region closed elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is here from now on.
    New,
    /// It is here already, as the region says.
    Known,
    /// It is here already, and the region says something else now. What is here stays.
    Changed,
    /// It cannot be taken: why, and what to do.
    Refused(String),
}

/// Everything that was counted elsewhere in a half-year.
#[derive(Default)]
pub(crate) struct Elsewhere {
    /// With the thresholds of the regions' own figures.
    pub(crate) regions: BTreeMap<RegionId, Option<Threshold>>,
    pub(crate) tables: BTreeMap<(PointId, Measure), BTreeMap<RegionId, TableCounts>>,
}

impl Store {
    /// Keeps what a region counted of a half-year that it closed elsewhere: once, and only if
    /// none of its councils may be counted in another region already.
    pub async fn take_half_year(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        reference: &Reference,
        region: &Region,
        counted: &CountedHalfYear,
    ) -> Result<Taken, StoreError> {
        let begun = self.begin().await?;
        let mut write = counting(self.dialect, &begun, actor, now).await?;
        let half_year = counted.closing.half_year;
        if let Some(known) = known(&write, region, counted).await? {
            // Ours must not show what they hide from now on: until a row is written their higher
            // threshold counts.
            raise_threshold(&write, region, counted).await?;
            begun.commit().await?;
            return Ok(known);
        }
        let councils = councils(reference, region.id, counted);
        if let Some(reason) = counted_twice(&write, reference, &councils, counted).await? {
            begun.roll_back().await?;
            return Ok(Taken::Refused(reason));
        }
        let threshold = counted.threshold.map(|threshold| column(threshold.councils()));
        let beside = counted_closing::Model {
            region_id: region.id.0,
            half_year: half_year.number(),
            taken_at: now.timestamp(),
            threshold,
            fingerprint: counted.fingerprint,
            councils: codec::json(&councils),
        };
        let tables = counted.tables.iter();
        let tables: Vec<_> =
            tables.map(|(table, counts)| row(region.id, half_year, *table, counts)).collect();
        let closing = closings::row(&counted.closing);
        insert_or_update(write.transaction, &[closing], None).await?;
        insert_or_update(write.transaction, &[beside], None).await?;
        insert_or_update(write.transaction, &tables, None).await?;
        write.note_entity(&national(), "TAKE", "half_year", region.id.0, half_year.number());
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(Taken::New)
    }
}

impl Store {
    /// The half-years of a region that were taken from elsewhere, each with what tells whether the
    /// region still says the same.
    pub async fn half_years_elsewhere(
        &self,
        region: RegionId,
    ) -> Result<BTreeMap<HalfYear, Uuid>, StoreError> {
        let rest = format!("WHERE {}", self.dialect.among("region_id", 1));
        let ids = vec![self.dialect.ids([region])];
        let rows: Vec<counted_closing::Model> = self.select(&rest, ids).await?;
        let one =
            |row: &counted_closing::Model| (HalfYear::from_number(row.half_year), row.fingerprint);
        Ok(rows.iter().map(one).collect())
    }
}

/// What is to be said of a half-year that is here already.
async fn known(
    write: &Write<'_>,
    region: &Region,
    counted: &CountedHalfYear,
) -> Result<Option<Taken>, StoreError> {
    let half_year = counted.closing.half_year;
    let condition = format!("{} AND half_year = $2", write.dialect.among("region_id", 1));
    let values = || vec![write.dialect.ids([region.id]), half_year.number().into()];
    let beside: Vec<counted_closing::Model> = write.select(&condition, values()).await?;
    if let Some(beside) = beside.first() {
        let is_same = beside.fingerprint == counted.fingerprint;
        return Ok(Some(if is_same { Taken::Known } else { Taken::Changed }));
    }
    let closed: Vec<closing::Model> = write.select(&condition, values()).await?;
    Ok(closed.first().map(|_| {
        Taken::Refused(format!(
            "{half_year} was closed here, when the answers of {} were kept here: it is closed once",
            region.name
        ))
    }))
}

/// Notes that figures of the region's own have a higher threshold by now.
async fn raise_threshold(
    write: &Write<'_>,
    region: &Region,
    counted: &CountedHalfYear,
) -> Result<(), StoreError> {
    let Some(threshold) = counted.threshold else { return Ok(()) };
    let sql = format!(
        "UPDATE counted_closing SET threshold = $3 WHERE {} AND half_year = $2 \
         AND (threshold IS NULL OR threshold < $3)",
        write.dialect.among("region_id", 1)
    );
    let half_year = counted.closing.half_year.number();
    let councils: i32 = column(threshold.councils());
    let values = vec![write.dialect.ids([region.id]), half_year.into(), councils.into()];
    write.transaction.execute_raw(write.dialect.statement(&sql, values)).await?;
    Ok(())
}

/// Who may be among the councils that were counted: those at home in the half-year up to the latest
/// round's day, and whom successions connect with them. Earlier rounds are not told of, and one of
/// them may have counted a council that has moved since.
fn councils(
    reference: &Reference,
    region: RegionId,
    counted: &CountedHalfYear,
) -> BTreeSet<CouncilId> {
    let Some(latest) = counted.closing.asked.iter().map(|asked| asked.held_on).max() else {
        return BTreeSet::new();
    };
    let time = Life::new(Some(counted.closing.half_year.starts_on()), latest.succ_opt());
    let homes = reference.homes_within(region, &time);
    Standing::from(reference).relatives(homes).into_iter().collect()
}

/// Says so if one of the councils is counted in another region already.
async fn counted_twice(
    write: &Write<'_>,
    reference: &Reference,
    councils: &BTreeSet<CouncilId>,
    counted: &CountedHalfYear,
) -> Result<Option<String>, StoreError> {
    let half_year = counted.closing.half_year;
    let sql = "SELECT DISTINCT council_id, point_id, region_id FROM frozen_answer \
               WHERE half_year = $1 ORDER BY council_id, point_id";
    let statement = write.dialect.statement(sql, vec![half_year.number().into()]);
    let name = |council| reference.council(council).map_or("a council", |it| it.name.as_str());
    let of_region = |region| reference.region(region).map_or("another region", |it| &it.name);
    let said = |council, region| {
        Some(format!(
            "{} is counted in {} in {half_year} already, and each council counts once",
            name(council),
            of_region(region)
        ))
    };
    for row in write.transaction.query_all_raw(statement).await? {
        let (council, point) =
            (CouncilId(row.try_get("", "council_id")?), PointId(row.try_get("", "point_id")?));
        let standard = reference.point(point).map(|point| point.standard);
        let is_asked = standard.is_some_and(|standard| counted.closing.about(standard).is_some());
        if is_asked && councils.contains(&council) {
            return Ok(said(council, RegionId(row.try_get("", "region_id")?)));
        }
    }
    for (region, others) in councils_elsewhere(write, half_year).await? {
        if let Some(council) = others.intersection(councils).next() {
            return Ok(said(*council, region));
        }
    }
    Ok(None)
}

/// Who may be among those that were counted elsewhere in a half-year, by region.
pub(crate) async fn councils_elsewhere(
    write: &Write<'_>,
    half_year: HalfYear,
) -> Result<Vec<(RegionId, BTreeSet<CouncilId>)>, StoreError> {
    let rows: Vec<counted_closing::Model> =
        write.select("half_year = $1", vec![half_year.number().into()]).await?;
    let councils = |row: counted_closing::Model| {
        let read = Reading { table: "counted_closing", row: row.region_id };
        Ok((RegionId(row.region_id), read.json("councils", &row.councils)?))
    };
    rows.into_iter().map(councils).collect()
}

/// Everything that was counted elsewhere in a half-year and may stand by this threshold.
pub(crate) async fn elsewhere(
    write: &Write<'_>,
    half_year: HalfYear,
    ours: Threshold,
) -> Result<Elsewhere, StoreError> {
    let number = || vec![half_year.number().into()];
    let closings: Vec<counted_closing::Model> = write.select("half_year = $1", number()).await?;
    let mut elsewhere = Elsewhere::default();
    for row in &closings {
        elsewhere.regions.insert(RegionId(row.region_id), threshold(row)?);
    }
    let rows: Vec<Model> = write.select("half_year = $1", number()).await?;
    for row in &rows {
        let (table, counts) = counts(row)?;
        let theirs = elsewhere.regions.get(&RegionId(row.region_id)).copied().flatten();
        if !counts.may_stand(ours, theirs) {
            continue;
        }
        let of_table = elsewhere.tables.entry(table).or_default();
        of_table.insert(RegionId(row.region_id), counts);
    }
    Ok(elsewhere)
}

fn threshold(row: &counted_closing::Model) -> Result<Option<Threshold>, StoreError> {
    let read = Reading { table: "counted_closing", row: row.region_id };
    let threshold = |councils| {
        Threshold::new(read.number("threshold", councils)?).map_err(|_| read.corrupt("threshold"))
    };
    row.threshold.map(threshold).transpose()
}

fn row(
    region: RegionId,
    half_year: HalfYear,
    (point, measure): (PointId, Measure),
    counts: &TableCounts,
) -> Model {
    let (given, own, is_suppressed) = match *counts {
        TableCounts::Complete { confidential, self_published } => {
            (confidential, self_published, false)
        }
        TableCounts::Suppressed(all) => (all, Histogram::default(), true),
    };
    let [level_0, level_1, level_2, level_3, level_4] = given.levels.map(column);
    let [own_0, own_1, own_2, own_3, own_4] = own.levels.map(column);
    Model {
        half_year: half_year.number(),
        point_id: point.0,
        measure: codec::word(&measure),
        region_id: region.0,
        is_suppressed,
        level_0,
        level_1,
        level_2,
        level_3,
        level_4,
        not_rated: column(given.not_rated),
        own_0,
        own_1,
        own_2,
        own_3,
        own_4,
        own_not_rated: column(own.not_rated),
    }
}

fn counts(row: &Model) -> Result<((PointId, Measure), TableCounts), StoreError> {
    let read = Reading { table: "counted_table", row: row.region_id };
    let levels: [i32; LEVELS] = [row.level_0, row.level_1, row.level_2, row.level_3, row.level_4];
    let own: [i32; LEVELS] = [row.own_0, row.own_1, row.own_2, row.own_3, row.own_4];
    let given = histogram(read, "level", levels, row.not_rated)?;
    let counts = match row.is_suppressed {
        true => TableCounts::Suppressed(given),
        false => TableCounts::Complete {
            confidential: given,
            self_published: histogram(read, "own", own, row.own_not_rated)?,
        },
    };
    Ok(((PointId(row.point_id), read.word("measure", &row.measure)?), counts))
}

/// A key of rows: a half-year, point and measure.
type Place = (i32, Uuid, String);
