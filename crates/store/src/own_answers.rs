//! Councils' own answers, as their regions closed the half-year: by name, and so only for those
//! who may read them.

use std::collections::HashMap;

use folkmoot_domain::{CouncilId, HalfYear, Measure, PointId, Rating, RegionId, Unpublished};
use uuid::Uuid;

use crate::{Store, StoreError, codec::Reading, rounds::rating};

/// What a council said of a point, as its region froze it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnAnswer {
    /// The region that closed the half-year.
    pub region: RegionId,
    /// The half-year.
    pub half_year: HalfYear,
    /// The point.
    pub point: PointId,
    /// What was asked of it.
    pub measure: Measure,
    /// What the council said.
    pub rating: Rating,
    /// True if the council published its own answers when the half-year was closed.
    pub is_published: bool,
}

impl Store {
    /// The frozen answers of these councils in a half-year that were published by themselves or
    /// are among `unpublished`, in the regions given; without a half-year the latest of which
    /// each has such answers. A council without any is absent.
    pub async fn own_answers(
        &self,
        councils: &[CouncilId],
        half_year: Option<HalfYear>,
        regions: &[RegionId],
        unpublished: &Unpublished,
    ) -> Result<HashMap<CouncilId, Vec<OwnAnswer>>, StoreError> {
        let among = |column, parameter| self.dialect.among(column, parameter);
        let of_half_year = if half_year.is_some() { "AND f.half_year = $5" } else { "" };
        let sql = format!(
            "SELECT * FROM (SELECT f.council_id, f.region_id, f.half_year, f.point_id, f.measure, \
             f.rating, f.is_published, \
             max(f.half_year) OVER (PARTITION BY f.council_id) AS latest FROM frozen_answer f \
             WHERE {} AND {} AND (f.is_published OR {} OR {}) {of_half_year}) seen \
             WHERE half_year = latest ORDER BY council_id, point_id, measure",
            among("f.council_id", 1),
            among("f.region_id", 2),
            among("f.region_id", 3),
            among("f.council_id", 4),
        );
        let mut values = vec![
            self.dialect.ids(councils.iter().copied()),
            self.dialect.ids(regions.iter().copied()),
            self.dialect.ids(unpublished.of_regions.iter().copied()),
            self.dialect.ids(unpublished.of_councils.iter().copied()),
        ];
        values.extend(half_year.map(|half_year| half_year.number().into()));
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in self.rows(self.dialect.statement(sql, values)).await? {
            let council: Uuid = row.try_get("", "council_id")?;
            let read = Reading { table: "frozen_answer", row: council };
            found.entry(CouncilId(council)).or_default().push(OwnAnswer {
                region: RegionId(row.try_get("", "region_id")?),
                half_year: HalfYear::from_number(row.try_get("", "half_year")?),
                point: PointId(row.try_get("", "point_id")?),
                measure: read.word("measure", &row.try_get::<String>("", "measure")?)?,
                rating: rating(read, "rating", row.try_get("", "rating")?)?,
                is_published: row.try_get("", "is_published")?,
            });
        }
        Ok(found)
    }
}
