//! Councils' own answers, as their regions closed the half-year: by name, and so only for those
//! who may read them.

use std::collections::HashMap;

use folkmoot_domain::{CouncilId, HalfYear, Measure, PointId, Rating, RegionId, Unpublished};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    codec::Reading,
    dialect::{Dialect, Field},
    rounds::rating,
};

/// What the answers of one row have in common; [`Dialect::own_answers`] adds their points and
/// ratings.
const COMMON: &str = "f.council_id, f.region_id, f.half_year, f.is_published, f.measure";

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
    /// each has such answers. By point and measure; a council without any is absent.
    pub async fn own_answers(
        &self,
        councils: &[CouncilId],
        half_year: Option<HalfYear>,
        regions: &[RegionId],
        unpublished: &Unpublished,
    ) -> Result<HashMap<CouncilId, Vec<OwnAnswer>>, StoreError> {
        let sql = self.dialect.own_answers(half_year.is_some());
        let mut values = vec![
            self.dialect.ids(councils.iter().copied()),
            self.dialect.ids(regions.iter().copied()),
            self.dialect.ids(unpublished.of_regions.iter().copied()),
            self.dialect.ids(unpublished.of_councils.iter().copied()),
        ];
        values.extend(half_year.map(|half_year| half_year.number().into()));
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in self.rows(self.dialect.statement(sql, values)).await? {
            let council: Uuid = row.try_get_by_index(0)?;
            let read = Reading { table: "frozen_answer", row: council };
            let region = RegionId(row.try_get_by_index(1)?);
            let half_year = HalfYear::from_number(row.try_get_by_index(2)?);
            let is_published = row.try_get_by_index(3)?;
            let measure = read.word("measure", &row.try_get_by_index::<String>(4)?)?;
            let points: Vec<Uuid> = self.dialect.list(&row, 5, read, "point_id")?;
            let ratings: Vec<i32> = self.dialect.list(&row, 6, read, "rating")?;
            let answers: &mut Vec<_> = found.entry(CouncilId(council)).or_default();
            for (point, code) in points.into_iter().zip(ratings) {
                let (point, rating) = (PointId(point), rating(read, "rating", code)?);
                let answer = OwnAnswer { region, half_year, point, measure, rating, is_published };
                answers.push(answer);
            }
        }
        for answers in found.values_mut() {
            answers.sort_unstable_by_key(|answer| (answer.point, answer.measure));
        }
        Ok(found)
    }
}

impl Dialect {
    /// Council by council, so that what is read is what is told, however long a council has been
    /// answering: asked for all councils at once, Postgres reads the answers of all half-years. A
    /// row has all answers of a council to one question: a row for each costs more to send and to
    /// take apart than to find.
    fn own_answers(self, is_of_half_year: bool) -> String {
        let seen = |of: &str| {
            let among = |column: &str, list: &str, parameter| match self {
                // Read once for all councils: a query after IN is read again for each.
                Self::Postgres => format!("{of}.{column} = ANY (given.{list})"),
                Self::Sqlite => self.among(&format!("{of}.{column}"), parameter),
            };
            format!(
                "{of}.council_id = c.id AND {} AND ({of}.is_published OR {} OR {})",
                among("region_id", "regions", 2),
                among("region_id", "whole_regions", 3),
                among("council_id", "councils", 4),
            )
        };
        let half_year = match is_of_half_year {
            true => "SELECT $5 AS half_year".to_owned(),
            false => format!(
                "SELECT l.half_year FROM frozen_answer l WHERE {} \
                 ORDER BY l.half_year DESC LIMIT 1",
                seen("l")
            ),
        };
        let (seen, councils) = (seen("f"), self.listed(1));
        let points = self.gathered("f.point_id", Field::Uuid);
        let ratings = self.gathered("f.rating", Field::Integer);
        // Whoever is asked for twice has answered once.
        let councils = format!("(SELECT DISTINCT id FROM ({councils}) listed) c");
        match self {
            // OFFSET keeps the second of them from being joined in an order of the planner's own.
            Self::Postgres => format!(
                "WITH given AS MATERIALIZED (SELECT $2::text::uuid[] AS regions, \
                 $3::text::uuid[] AS whole_regions, $4::text::uuid[] AS councils) \
                 SELECT f.* FROM given CROSS JOIN {councils} \
                 CROSS JOIN LATERAL ({half_year}) latest \
                 CROSS JOIN LATERAL (SELECT {COMMON}, {points}, {ratings} FROM frozen_answer f \
                 WHERE {seen} AND f.half_year = latest.half_year GROUP BY {COMMON} OFFSET 0) f"
            ),
            Self::Sqlite => format!(
                "SELECT {COMMON}, {points}, {ratings} FROM {councils} \
                 CROSS JOIN frozen_answer f ON {seen} AND f.half_year = ({half_year}) \
                 GROUP BY {COMMON}"
            ),
        }
    }
}
