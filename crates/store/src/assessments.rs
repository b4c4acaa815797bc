//! Reading assessments of services: by id, and in pages.

use std::collections::{BTreeSet, HashMap, HashSet};

use folkmoot_domain::{
    Assessment, AssessmentFilter, AssessmentId, CouncilId, EntityKind, RegionId, Slice,
    SliceRequest, StandardId,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    codec::{self, Reading},
    dialect::{Dialect, Field, hex},
    documents,
    entity::assessment::{Entity, Model},
    removal,
    walk::{Lane, Walk},
    write::{Record, Write, insert_or_update},
};

impl Store {
    /// The assessments with these ids that are of one of these regions, public or not: who asks
    /// decides by [`Assessment::is_shown_with`] who may see them.
    pub async fn assessments(
        &self,
        regions: &[RegionId],
        ids: &[AssessmentId],
    ) -> Result<HashMap<AssessmentId, Assessment>, StoreError> {
        let rows = self.by_ids::<Assessments>(regions, ids.iter().map(|id| id.0)).await?;
        Ok(rows.into_iter().map(|one| (one.id, one)).collect())
    }

    /// Those of these assessments of a region that are public: no other is named to strangers, by one
    /// that follows it either.
    pub async fn public_assessments(
        &self,
        region: RegionId,
        ids: &[AssessmentId],
    ) -> Result<HashSet<AssessmentId>, StoreError> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let known = self.assessments(&[region], ids).await?;
        Ok(known.into_values().filter(|one| one.is_public).map(|one| one.id).collect())
    }

    /// Every assessment of a region, public or not, by key.
    pub async fn assessments_of(&self, region: RegionId) -> Result<Vec<Assessment>, StoreError> {
        let of_region = self.dialect.among("region_id", 1);
        let rest = format!("WHERE {of_region} AND withdrawn_at IS NULL ORDER BY natural_key");
        let rows: Vec<Model> = self.select(&rest, vec![self.dialect.ids([region])]).await?;
        rows.into_iter().map(Assessments::item).collect()
    }

    /// One slice per request, in the order of the requests; by the day of the panel, then id.
    pub async fn assessment_slices(
        &self,
        requests: &[SliceRequest<AssessmentFilter>],
    ) -> Result<Vec<Slice<Assessment>>, StoreError> {
        self.slices::<Assessments>(requests).await
    }
}

pub(crate) struct Assessments;

const REGION: usize = 0;
const COUNCIL: usize = 1;

impl Walk for Assessments {
    type Filter = AssessmentFilter;
    type Entity = Entity;
    type Item = Assessment;

    const TABLE: &'static str = "assessment";
    const FIELDS: &'static [(&'static str, Field)] = &[
        ("stages", Field::Texts),
        ("shown_regions", Field::Uuids),
        ("shown_councils", Field::Uuids),
    ];

    fn lanes(dialect: Dialect) -> Vec<Lane> {
        let of_regions = dialect.among_listed("x.region_id", "q.regions", Field::Uuids);
        let by = |part: String| Lane {
            from: "assessment x".to_owned(),
            at: "x.held_at",
            id: "x.id",
            part,
        };
        vec![
            by("x.region_id = q.part".to_owned()),
            by(format!("x.council_id = q.part AND {of_regions}")),
        ]
    }

    fn conditions(dialect: Dialect) -> Vec<(&'static str, String)> {
        let of_region = dialect.among_listed("x.region_id", "q.shown_regions", Field::Uuids);
        let of_council = dialect.among_listed("x.council_id", "q.shown_councils", Field::Uuids);
        vec![
            ("stages", dialect.among_listed("x.stage", "q.stages", Field::Texts)),
            // Both lists are in every arm: one that is missing would let all pass.
            ("shown_regions", format!("(x.is_public OR {of_region} OR {of_council})")),
        ]
    }

    fn arms(filter: &AssessmentFilter, regions: &[RegionId]) -> BTreeSet<(usize, Uuid)> {
        match &filter.councils {
            _ if regions.is_empty() => BTreeSet::new(),
            Some(councils) => councils.iter().map(|council| (COUNCIL, council.0)).collect(),
            None => regions.iter().map(|region| (REGION, region.0)).collect(),
        }
    }

    fn fields(_dialect: Dialect, filter: &AssessmentFilter) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if let Some(stages) = &filter.stages {
            set("stages", stages.iter().map(codec::word).collect());
        }
        let shown = &filter.unpublished;
        set("shown_regions", shown.of_regions.iter().map(|id| hex(id.0)).collect());
        set("shown_councils", shown.of_councils.iter().map(|id| hex(id.0)).collect());
        fields
    }

    fn item(row: Model) -> Result<Assessment, StoreError> {
        let read = Reading { table: Self::TABLE, row: row.id };
        Ok(Assessment {
            id: AssessmentId(row.id),
            region: RegionId(row.region_id),
            natural_key: row.natural_key,
            council: CouncilId(row.council_id),
            service: row.service,
            standard: StandardId(row.standard_id),
            stage: read.word("stage", &row.stage)?,
            kind: read.word("kind", &row.kind)?,
            held_on: row.held_on,
            scheme: row.scheme,
            result: row.result,
            panel: read.json("panel", &row.panel)?,
            points: read.json("points", &row.points)?,
            previous: row.previous_id.map(AssessmentId),
            is_public: row.is_public,
            provenance: read.provenance(row.system, row.received_at, row.synthetic)?,
            revision: read.number("revision", row.revision)?,
        })
    }
}

/// The row of an assessment, not yet stamped with revision and change number.
fn row(assessment: &Assessment) -> Model {
    Model {
        id: assessment.id.0,
        region_id: assessment.region.0,
        natural_key: assessment.natural_key.clone(),
        council_id: assessment.council.0,
        service: assessment.service.clone(),
        standard_id: assessment.standard.0,
        stage: codec::word(&assessment.stage),
        kind: codec::word(&assessment.kind),
        held_on: assessment.held_on,
        held_at: assessment.held_at().timestamp(),
        scheme: assessment.scheme.clone(),
        result: assessment.result.clone(),
        panel: codec::json(&assessment.panel),
        points: codec::json(&assessment.points),
        previous_id: assessment.previous.map(|id| id.0),
        is_public: assessment.is_public,
        system: assessment.provenance.system.clone(),
        received_at: assessment.provenance.received_at.timestamp(),
        synthetic: assessment.provenance.synthetic,
        revision: 0,
        change_number: 0,
        withdrawn_at: None,
        withdrawn_reason: None,
    }
}

pub(crate) async fn put(write: &mut Write<'_>, given: &[Assessment]) -> Result<(), StoreError> {
    let rows: Vec<_> = given.iter().map(row).collect();
    let public = public_before(write, &rows).await?;
    let changed = write.put(rows).await?;
    // To others a row that is not public any more is gone.
    let gone = changed.iter().filter(|row| !row.is_public && public.contains(&row.id));
    let kind = EntityKind::ServiceAssessment;
    let gone: Vec<_> =
        gone.map(|row| removal::tombstone(write, kind, row.id, &row.tag())).collect();
    insert_or_update(write.transaction, &gone, None).await?;
    documents::of_assessments(write, &changed).await
}

/// The public ones among the rows that shall not be public from now on.
async fn public_before(write: &Write<'_>, rows: &[Model]) -> Result<HashSet<Uuid>, StoreError> {
    let hidden = || rows.iter().filter(|row| !row.is_public);
    if hidden().next().is_none() {
        return Ok(HashSet::new());
    }
    // As they are known when they are written: by region and natural key, or by id.
    let condition = format!(
        "is_public AND ({} OR {} AND {})",
        write.dialect.among("id", 1),
        write.dialect.among("region_id", 2),
        write.dialect.among_texts("natural_key", 3),
    );
    let keys: Vec<_> = hidden().map(|row| row.natural_key.as_str()).collect();
    let regions: BTreeSet<_> = hidden().map(|row| row.region_id).collect();
    let values = vec![
        write.dialect.ids(hidden().map(|row| row.id)),
        write.dialect.ids(regions),
        serde_json::json!(keys).to_string().into(),
    ];
    let public: Vec<Model> = write.select(&condition, values).await?;
    Ok(public.into_iter().map(|row| row.id).collect())
}
