//! Reading case studies: by id, and in pages.

use std::collections::{BTreeSet, HashMap};

use folkmoot_domain::{
    CaseStudy, CaseStudyFilter, CaseStudyId, CouncilId, EntityKind, RegionId, Slice, SliceRequest,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    apply::index_points,
    codec::{self, Reading},
    dialect::{Dialect, Field, hex},
    documents,
    entity::case_study::{Entity, Model},
    entity::case_study_point,
    walk::{Brief, Lane, Walk, brief},
    words,
    write::Write,
};

impl Store {
    /// The case studies with these ids that are of one of these regions.
    pub async fn case_studies(
        &self,
        regions: &[RegionId],
        ids: &[CaseStudyId],
    ) -> Result<HashMap<CaseStudyId, CaseStudy>, StoreError> {
        let rows = self.by_ids::<CaseStudies>(regions, ids.iter().map(|id| id.0)).await?;
        Ok(rows.into_iter().map(|study| (study.id, study)).collect())
    }

    /// One slice per request, in the order of the requests; by publication, then id.
    pub async fn case_study_slices(
        &self,
        requests: &[SliceRequest<CaseStudyFilter>],
    ) -> Result<Vec<Slice<CaseStudy>>, StoreError> {
        self.slices::<CaseStudies>(requests).await
    }
}

pub(crate) struct CaseStudies;

const REGION: usize = 0;
const COUNCIL: usize = 1;
const POINT: usize = 2;
const WORDS: usize = 3;

impl Walk for CaseStudies {
    type Filter = CaseStudyFilter;
    type Entity = Entity;
    type Item = CaseStudy;

    const TABLE: &'static str = "case_study";
    const FIELDS: &'static [(&'static str, Field)] =
        &[("councils", Field::Uuids), ("points", Field::Uuids), ("words", Field::Text)];

    const BRIEF: Option<Brief<Model>> = Some(brief!(Model {
        id,
        region_id,
        council_id,
        title,
        points,
        published_at,
        reviewed_on,
        revision,
    } without {
        natural_key: String::new(),
        summary: String::new(),
        link: None,
        system: String::new(),
        received_at: 0,
        synthetic: false,
        change_number: 0,
        withdrawn_at: None,
        withdrawn_reason: None,
    }));

    fn lanes(dialect: Dialect) -> Vec<Lane> {
        let of_regions = dialect.among_listed("x.region_id", "q.regions", Field::Uuids);
        let by = |from: &str, part: String| Lane {
            from: from.to_owned(),
            at: "x.published_at",
            id: "x.id",
            part,
        };
        let kind = EntityKind::CaseStudy as i32;
        let found = match dialect {
            Dialect::Postgres => by(
                "search_document d JOIN case_study x ON x.id = d.id",
                format!(
                    "d.kind = {kind} AND d.document @@ to_tsquery('folkmoot', q.words) \
                     AND {of_regions}"
                ),
            ),
            Dialect::Sqlite => by(
                "search_words CROSS JOIN search_document d ON d.number = search_words.rowid \
                 CROSS JOIN case_study x ON x.id = d.id",
                format!("d.kind = {kind} AND search_words MATCH q.words AND {of_regions}"),
            ),
        };
        vec![
            by("case_study x", "x.region_id = q.part".to_owned()),
            by("case_study x", format!("x.council_id = q.part AND {of_regions}")),
            Lane {
                from: "case_study_point p JOIN case_study x ON x.id = p.case_study_id".to_owned(),
                at: "p.published_at",
                id: "p.case_study_id",
                part: format!("p.point_id = q.part AND {of_regions}"),
            },
            found,
        ]
    }

    fn conditions(dialect: Dialect) -> Vec<(&'static str, String)> {
        let points = dialect.among_listed("o.point_id", "q.points", Field::Uuids);
        let points = format!(
            "(q.points IS NULL OR EXISTS \
             (SELECT 1 FROM case_study_point o WHERE o.case_study_id = x.id AND {points}))"
        );
        let councils = dialect.among_listed("x.council_id", "q.councils", Field::Uuids);
        vec![("councils", councils), ("points", points)]
    }

    fn arms(filter: &CaseStudyFilter, regions: &[RegionId]) -> BTreeSet<(usize, Uuid)> {
        if regions.is_empty() {
            BTreeSet::new()
        } else if words_of(Dialect::Sqlite, filter).is_some() {
            [(WORDS, Uuid::nil())].into()
        } else if let Some(councils) = &filter.councils {
            councils.iter().map(|council| (COUNCIL, council.0)).collect()
        } else if let Some(points) = &filter.points {
            points.iter().map(|point| (POINT, point.0)).collect()
        } else {
            regions.iter().map(|region| (REGION, region.0)).collect()
        }
    }

    fn fields(dialect: Dialect, filter: &CaseStudyFilter) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        let words = words_of(dialect, filter);
        if let (Some(councils), true) = (&filter.councils, words.is_some()) {
            set("councils", councils.iter().map(|id| hex(id.0)).collect());
        }
        let is_narrowed = words.is_some() || filter.councils.is_some();
        if let (Some(points), true) = (&filter.points, is_narrowed) {
            set("points", points.iter().map(|id| hex(id.0)).collect());
        }
        if let Some(words) = words {
            set("words", words.into());
        }
        fields
    }

    fn item(row: Model) -> Result<CaseStudy, StoreError> {
        let read = Reading { table: Self::TABLE, row: row.id };
        Ok(CaseStudy {
            id: CaseStudyId(row.id),
            region: RegionId(row.region_id),
            council: row.council_id.map(CouncilId),
            natural_key: row.natural_key,
            title: row.title,
            summary: row.summary,
            points: read.json("points", &row.points)?,
            link: read.optional_word("link", row.link.as_deref())?,
            published_at: read.instant("published_at", row.published_at)?,
            reviewed_on: row.reviewed_on,
            provenance: read.provenance(row.system, row.received_at, row.synthetic)?,
            revision: read.number("revision", row.revision)?,
        })
    }
}

/// A search without a word in it holds everything.
fn words_of(dialect: Dialect, filter: &CaseStudyFilter) -> Option<String> {
    words::query(dialect, filter.search.as_deref()?)
}

/// The row of a case study, not yet stamped with revision and change number.
pub(crate) fn row(study: &CaseStudy) -> Model {
    Model {
        id: study.id.0,
        region_id: study.region.0,
        council_id: study.council.map(|id| id.0),
        natural_key: study.natural_key.clone(),
        title: study.title.clone(),
        summary: study.summary.clone(),
        points: codec::json(&study.points),
        link: study.link.as_ref().map(ToString::to_string),
        published_at: study.published_at.timestamp(),
        reviewed_on: study.reviewed_on,
        system: study.provenance.system.clone(),
        received_at: study.provenance.received_at.timestamp(),
        synthetic: study.provenance.synthetic,
        revision: 0,
        change_number: 0,
        withdrawn_at: None,
        withdrawn_reason: None,
    }
}

pub(crate) async fn put(write: &mut Write<'_>, given: &[CaseStudy]) -> Result<(), StoreError> {
    let changed = write.put(given.iter().map(row).collect()).await?;
    let mut places = BTreeSet::new();
    for row in &changed {
        let points: Vec<Uuid> =
            Reading { table: "case_study", row: row.id }.json("points", &row.points)?;
        places.extend(points.into_iter().map(|point| (point, row.published_at, row.id)));
    }
    let places: Vec<_> = places
        .into_iter()
        .map(|(point_id, published_at, case_study_id)| case_study_point::Model {
            point_id,
            published_at,
            case_study_id,
        })
        .collect();
    let delete =
        format!("DELETE FROM case_study_point WHERE {}", write.dialect.among("case_study_id", 1));
    index_points(write, &delete, changed.iter().map(|row| row.id).collect(), &places).await?;
    documents::of_case_studies(write, &changed).await
}
