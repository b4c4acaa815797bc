//! What a region closed, as counts, for a gateway above.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_domain::{
    Closing, HalfYear, Histogram, Measure, PointId, RegionId, TableCounts, Threshold,
};
use uuid::Uuid;

use super::{Place, counts, threshold};
use crate::{
    Store, StoreError,
    closings::closing,
    codec::Reading,
    entity::{closing::Model, counted_closing, counted_table},
    rounds::rating,
};

/// A half-year that a region closed, here or elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenHalfYear {
    /// When, and what it had asked about.
    pub closing: Closing,
    /// What it counted.
    pub tables: BTreeMap<(PointId, Measure), TableCounts>,
    /// The threshold of the region's own figures elsewhere, if it has any.
    pub threshold: Option<Threshold>,
}

impl Store {
    /// The half-years that a region closed, the earliest first, with what it counted; of tables
    /// whose row a steward took back nothing.
    pub async fn given_half_years(
        &self,
        region: RegionId,
    ) -> Result<Vec<GivenHalfYear>, StoreError> {
        let rest = format!("WHERE {}", self.dialect.among("region_id", 1));
        let ids = || vec![self.dialect.ids([region])];
        let closings: Vec<Model> =
            self.select(&format!("{rest} ORDER BY half_year"), ids()).await?;
        let beside: Vec<counted_closing::Model> = self.select(&rest, ids()).await?;
        let mut given = BTreeMap::new();
        for row in closings {
            let beside = beside.iter().find(|one| one.half_year == row.half_year);
            let threshold = beside.map(threshold).transpose()?.flatten();
            let (number, tables) = (row.half_year, BTreeMap::new());
            given.insert(number, GivenHalfYear { closing: closing(row)?, tables, threshold });
        }
        let withdrawn = self.withdrawn_tables(region).await?;
        let mut add = |half_year: i32, table: (PointId, Measure), word: &str, counts| {
            let is_there = !withdrawn.contains(&(half_year, table.0.0, word.to_owned()));
            if let Some(given) = given.get_mut(&half_year).filter(|_| is_there) {
                given.tables.insert(table, counts);
            }
        };
        for ((half_year, point, word), counts) in self.frozen_counts(region).await? {
            let read = Reading { table: "frozen_answer", row: point };
            add(half_year, (PointId(point), read.word("measure", &word)?), &word, counts);
        }
        let rows: Vec<counted_table::Model> = self.select(&rest, ids()).await?;
        for row in &rows {
            let (table, counts) = counts(row)?;
            add(row.half_year, table, &row.measure, counts);
        }
        Ok(given.into_values().collect())
    }

    async fn frozen_counts(
        &self,
        region: RegionId,
    ) -> Result<BTreeMap<Place, TableCounts>, StoreError> {
        let sql = format!(
            "SELECT half_year, point_id, measure, rating, is_published, count(*) AS councils \
             FROM frozen_answer WHERE {} \
             GROUP BY half_year, point_id, measure, rating, is_published",
            self.dialect.among("region_id", 1)
        );
        let statement = self.dialect.statement(sql, vec![self.dialect.ids([region])]);
        let mut histograms: BTreeMap<Place, [Histogram; 2]> = BTreeMap::new();
        for row in self.rows(statement).await? {
            let point: Uuid = row.try_get("", "point_id")?;
            let read = Reading { table: "frozen_answer", row: point };
            let rating = rating(read, "rating", row.try_get("", "rating")?)?;
            let place = (row.try_get("", "half_year")?, point, row.try_get("", "measure")?);
            let is_published: bool = row.try_get("", "is_published")?;
            let councils: i64 = row.try_get("", "councils")?;
            let of_place = histograms.entry(place).or_default();
            (0..councils).for_each(|_| of_place[usize::from(is_published)].add(rating));
        }
        let complete = |[confidential, self_published]: [Histogram; 2]| TableCounts::Complete {
            confidential,
            self_published,
        };
        Ok(histograms.into_iter().map(|(place, both)| (place, complete(both))).collect())
    }

    async fn withdrawn_tables(&self, region: RegionId) -> Result<BTreeSet<Place>, StoreError> {
        let sql = format!(
            "SELECT half_year, point_id, measure FROM release_row \
             WHERE kind = 'REGION' AND withdrawn_at IS NOT NULL AND {}",
            self.dialect.among("region_id", 1)
        );
        let rows = self.rows(self.dialect.statement(sql, vec![self.dialect.ids([region])])).await?;
        let place = |row: &sea_orm::QueryResult| {
            let (point, measure) = (row.try_get("", "point_id")?, row.try_get("", "measure")?);
            Ok((row.try_get("", "half_year")?, point, measure))
        };
        rows.iter().map(place).collect()
    }
}

impl GivenHalfYear {
    /// Whether it is of one of these, or whether all are wanted.
    pub fn is_among(&self, wanted: Option<&[HalfYear]>) -> bool {
        wanted.is_none_or(|wanted| wanted.contains(&self.closing.half_year))
    }
}
