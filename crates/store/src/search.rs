//! Search by the database's own text engine, over everything that has words.

use folkmoot_domain::{EntityKind, RegionId};
use uuid::Uuid;

use crate::{Store, StoreError, codec::Reading, dialect::Dialect, words};

/// What is searched for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest {
    /// As typed: every word must be there, the last one may be the beginning of a word.
    pub text: String,
    /// Whose rows are searched; councils and points are nobody's and always are.
    pub regions: Vec<RegionId>,
    /// The most hits wanted.
    pub first: usize,
}

/// The best hits, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchAnswer {
    /// The best first; ties by kind, then id.
    pub hits: Vec<SearchHit>,
    /// All hits, wanted or not.
    pub total: u64,
}

/// A thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    /// What kind of thing it is.
    pub kind: EntityKind,
    /// The region that owns it, if one does.
    pub region: Option<RegionId>,
    /// Its id within kind and region.
    pub id: Uuid,
    /// Its title or name.
    pub title: String,
    /// The part of its text around the hit: plain text, no markup.
    pub snippet: String,
}

/// A word in the title counts as much as this many in the body. Postgres' own weights for its
/// classes A and D, which the index uses, are 1.0 and 0.1.
const TITLE_WEIGHT: &str = "10.0";

impl Store {
    /// Meet-ups, case studies, offers, public service assessments and groups of the regions,
    /// councils and points that hold the words. Nothing typed is an error; no word finds nothing.
    pub async fn search(&self, request: &SearchRequest) -> Result<SearchAnswer, StoreError> {
        let Some(query) = words::query(self.dialect, &request.text) else {
            return Ok(SearchAnswer::default());
        };
        let of_regions = self.dialect.among("d.region_id", 2);
        let found = match self.dialect {
            Dialect::Postgres => format!(
                "SELECT d.kind, d.region_id, d.id, d.title, d.body, \
                 -ts_rank(d.document, to_tsquery('folkmoot', $1)) AS score \
                 FROM search_document d \
                 WHERE d.document @@ to_tsquery('folkmoot', $1) \
                 AND (d.region_id IS NULL OR {of_regions})"
            ),
            Dialect::Sqlite => format!(
                "SELECT d.kind, d.region_id, d.id, d.title, d.body, \
                 bm25(search_words, {TITLE_WEIGHT}, 1.0) AS score \
                 FROM search_words CROSS JOIN search_document d ON d.number = search_words.rowid \
                 WHERE search_words MATCH $1 AND (d.region_id IS NULL OR {of_regions})"
            ),
        };
        let sql = format!(
            "WITH found AS MATERIALIZED ({found}) \
             SELECT kind, region_id, id, title, body, \
             (SELECT count(*) FROM found) AS total FROM found \
             ORDER BY score, kind, id {}",
            self.dialect.limit(3)
        );
        let regions = self.dialect.ids(request.regions.iter().copied());
        // One row is read even where none is wanted: it carries the total.
        let first = i64::try_from(request.first.max(1)).unwrap_or(i64::MAX);
        let values = vec![query.into(), regions, first.into()];
        let mut answer = SearchAnswer::default();
        for row in self.rows(self.dialect.statement(sql, values)).await? {
            let total: i64 = row.try_get("", "total")?;
            answer.total = total.unsigned_abs();
            let id: Uuid = row.try_get("", "id")?;
            let read = Reading { table: "search_document", row: id };
            let number: i32 = row.try_get("", "kind")?;
            let body: String = row.try_get("", "body")?;
            answer.hits.push(SearchHit {
                kind: kind(number).ok_or_else(|| read.corrupt("kind"))?,
                region: row.try_get::<Option<Uuid>>("", "region_id")?.map(RegionId),
                id,
                title: row.try_get("", "title")?,
                snippet: words::snippet(&body, &request.text),
            });
        }
        answer.hits.truncate(request.first);
        Ok(answer)
    }
}

fn kind(number: i32) -> Option<EntityKind> {
    use EntityKind::*;
    let searchable =
        [Council, StandardPoint, PeerGroup, Meetup, CaseStudy, Offer, ServiceAssessment];
    searchable.into_iter().find(|kind| *kind as i32 == number)
}
