//! The rows of a region in the order in which they last changed, gone ones among them: what
//! change feeds are made of.
//!
//! Writers of a region and kind wait for each other, and a row's change number is given out under
//! their lock. So numbers are committed in their order, and whoever has read up to one misses
//! nothing that comes later.

use std::collections::BTreeMap;

use folkmoot_domain::{Assessment, CaseStudy, ExchangeKind, Meetup, Offer, RegionId};
use sea_orm::{EntityTrait, FromQueryResult};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    assessments::Assessments,
    case_studies::CaseStudies,
    dialect::Dialect,
    meetups::Meetups,
    offers::Offers,
    removal,
    walk::{Walk, columns},
};

/// The last change of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct RowChange<T> {
    /// Its change number: the later change has the higher one.
    pub number: i64,
    /// Whose.
    pub id: Uuid,
    /// The row as it is since; absent if it is gone or was withdrawn.
    pub row: Option<T>,
}

/// How a feed stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedHead {
    /// How many rows there are that are for everyone.
    pub count: u64,
    /// The highest change number; absent if nothing was ever there.
    pub last_change: Option<i64>,
}

impl Store {
    /// The next changes of a region's meet-ups after one of them, `first` at most: by change
    /// number, then id.
    pub async fn meetup_changes(
        &self,
        region: RegionId,
        after: Option<(i64, Uuid)>,
        first: usize,
    ) -> Result<Vec<RowChange<Meetup>>, StoreError> {
        self.changes::<Meetups>(ExchangeKind::Meetup, region, after, first).await
    }

    /// The same for case studies.
    pub async fn case_study_changes(
        &self,
        region: RegionId,
        after: Option<(i64, Uuid)>,
        first: usize,
    ) -> Result<Vec<RowChange<CaseStudy>>, StoreError> {
        self.changes::<CaseStudies>(ExchangeKind::CaseStudy, region, after, first).await
    }

    /// The same for offers.
    pub async fn offer_changes(
        &self,
        region: RegionId,
        after: Option<(i64, Uuid)>,
        first: usize,
    ) -> Result<Vec<RowChange<Offer>>, StoreError> {
        self.changes::<Offers>(ExchangeKind::Offer, region, after, first).await
    }

    /// The same for assessments, as if those that are not public were not there; one that is not
    /// public any more is gone.
    pub async fn assessment_changes(
        &self,
        region: RegionId,
        after: Option<(i64, Uuid)>,
        first: usize,
    ) -> Result<Vec<RowChange<Assessment>>, StoreError> {
        self.changes::<Assessments>(ExchangeKind::ServiceAssessment, region, after, first).await
    }

    /// In one statement: a row that changed between two would be given out at its former place
    /// with what it says now, and its reader would take the feed for one that contradicts itself.
    async fn changes<W: Walk>(
        &self,
        kind: ExchangeKind,
        region: RegionId,
        after: Option<(i64, Uuid)>,
        first: usize,
    ) -> Result<Vec<RowChange<W::Item>>, StoreError> {
        let (number, id) = after.unwrap_or((-1, Uuid::nil()));
        let values = vec![
            region.0.into(),
            number.into(),
            id.into(),
            i64::try_from(first).unwrap_or(i64::MAX).into(),
            (kind.entity() as i32).into(),
        ];
        let rows =
            self.rows(self.dialect.statement(changes_sql::<W>(self.dialect, kind), values)).await?;
        let change = |row: &sea_orm::QueryResult| {
            let is_there: i32 = row.try_get("", "is_there")?;
            let model = || <W::Entity as EntityTrait>::Model::from_query_result(row, "");
            Ok(RowChange {
                number: row.try_get("", "page_number")?,
                id: row.try_get("", "page_id")?,
                row: if is_there == 1 { Some(W::item(model()?)?) } else { None },
            })
        };
        rows.iter().map(change).collect()
    }

    /// How the feeds of a region stand, at one moment.
    pub async fn feed_heads(
        &self,
        region: RegionId,
    ) -> Result<BTreeMap<ExchangeKind, FeedHead>, StoreError> {
        let of_kind = |(place, kind): (usize, ExchangeKind)| {
            let (table, _) = removal::table(kind.entity()).expect("every kind of feed has a table");
            let shared = format!("region_id = $1 AND {}", removal::is_shared(kind.entity(), table));
            format!(
                "SELECT {place} AS place, \
                 (SELECT count(*) FROM {table} WHERE {shared} AND withdrawn_at IS NULL) AS there, \
                 (SELECT max(change_number) FROM {table} WHERE {shared}) AS last_row, \
                 (SELECT max(change_number) FROM tombstone \
                 WHERE region_id = $1 AND kind = {}) AS last_gone",
                kind.entity() as i32
            )
        };
        let kinds = ExchangeKind::ALL.into_iter().enumerate().map(of_kind);
        let sql = kinds.collect::<Vec<_>>().join(" UNION ALL ");
        let rows = self.rows(self.dialect.statement(sql, vec![region.0.into()])).await?;
        let mut heads = BTreeMap::new();
        for row in rows {
            let place: i32 = row.try_get("", "place")?;
            let count: i64 = row.try_get("", "there")?;
            let last: [Option<i64>; 2] =
                [row.try_get("", "last_row")?, row.try_get("", "last_gone")?];
            let kind = usize::try_from(place).ok().and_then(|place| ExchangeKind::ALL.get(place));
            let kind = kind.expect("the statement repeats the places it was given");
            let last_change = last.into_iter().flatten().max();
            heads.insert(*kind, FeedHead { count: count.unsigned_abs(), last_change });
        }
        Ok(heads)
    }
}

/// Both indexes are read from the place on, and no further than a page goes. The tombstone of a
/// row that came back still stands: the row alone counts. It is looked for by a scalar query,
/// which Postgres runs for each tombstone; NOT EXISTS it would turn into a join with all rows.
fn changes_sql<W: Walk>(dialect: Dialect, kind: ExchangeKind) -> String {
    let limit = dialect.limit(4);
    let (table, columns) = (W::TABLE, columns::<W>());
    let [shared, back, joined] =
        [table, "back", "x"].map(|row| removal::is_shared(kind.entity(), row));
    let next = format!("(change_number, id) > ($2, $3) ORDER BY change_number, id {limit}");
    format!(
        "WITH page AS (SELECT change_number AS page_number, id AS page_id FROM (\
         SELECT * FROM (SELECT change_number, id FROM {table} \
         WHERE region_id = $1 AND {shared} AND {next}) there \
         UNION ALL \
         SELECT * FROM (SELECT change_number, id FROM tombstone \
         WHERE region_id = $1 AND kind = $5 AND (SELECT 1 FROM {table} back \
         WHERE back.id = tombstone.id AND back.region_id = $1 AND {back}) IS NULL AND {next}) gone\
         ) change ORDER BY change_number, id {limit}) \
         SELECT page_number, page_id, \
         CASE WHEN x.id IS NULL OR x.withdrawn_at IS NOT NULL THEN 0 ELSE 1 END AS is_there, \
         {columns} FROM page LEFT JOIN {table} x \
         ON x.id = page_id AND x.region_id = $1 AND {joined} ORDER BY page_number, page_id"
    )
}
