//! What a region closed, as counts, for a gateway above.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_domain::{Closing, HalfYear, Histogram, Measure, PointId, RegionId, TableCounts};
use uuid::Uuid;

use super::Place;
use crate::{
    Store, StoreError,
    closings::closing,
    codec::Reading,
    entity::{closing::Model, counted_closing},
    rounds::rating,
};

/// A half-year that a region closed, here or elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenHalfYear {
    /// When, and what it had asked about.
    pub closing: Closing,
    /// What it counted.
    pub tables: BTreeMap<(PointId, Measure), TableCounts>,
}

impl Store {
    /// The half-years that a region closed here, the earliest first, with what it counted; of tables
    /// whose row a steward took back nothing. What a region told us that it counted elsewhere was
    /// told us alone.
    pub async fn given_half_years(
        &self,
        region: RegionId,
    ) -> Result<Vec<GivenHalfYear>, StoreError> {
        let rest = format!("WHERE {}", self.dialect.among("region_id", 1));
        let ids = || vec![self.dialect.ids([region])];
        let closings: Vec<Model> =
            self.select(&format!("{rest} ORDER BY half_year"), ids()).await?;
        let told: Vec<counted_closing::Model> = self.select(&rest, ids()).await?;
        let is_ours = |row: &Model| told.iter().all(|told| told.half_year != row.half_year);
        let mut given = BTreeMap::new();
        for row in closings.into_iter().filter(is_ours) {
            let (number, tables) = (row.half_year, BTreeMap::new());
            given.insert(number, GivenHalfYear { closing: closing(row)?, tables });
        }
        let withdrawn = self.withdrawn_tables(region).await?;
        for (place, counts) in self.frozen_counts(region).await? {
            let is_there = !withdrawn.contains(&place);
            let (half_year, point, word) = place;
            let read = Reading { table: "frozen_answer", row: point };
            let table = (PointId(point), read.word("measure", &word)?);
            if let Some(given) = given.get_mut(&half_year).filter(|_| is_there) {
                given.tables.insert(table, counts);
            }
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
