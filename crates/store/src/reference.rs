//! Reading the nation's reference data as one consistent whole.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use folkmoot_domain::{HarvestOutcome, ReferenceParts, RegionId};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    codec::Reading,
    councils,
    entity::{
        council, crosswalk, membership, peer_group, region, standard, standard_point, succession,
    },
    generations, groups, regions, standards,
};

/// How fresh the rows are that are kept of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// When they were last received, changed or not.
    pub as_of: DateTime<Utc>,
    /// How often in a row where they come from could not be read since.
    pub failures: u32,
    /// What came of looking there last, if it could not.
    pub outcome: Option<HarvestOutcome>,
}

impl Store {
    /// True if neither a council nor a region is known.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM council) OR EXISTS (SELECT 1 FROM region) AS found";
        let rows = self.rows(self.dialect.statement(sql, vec![])).await?;
        let found = rows.first().map(|row| row.try_get::<bool>("", "found")).transpose()?;
        Ok(found != Some(true))
    }

    /// Everything that a snapshot of reference data is built from, as it stood at one moment.
    pub async fn reference_parts(
        &self,
        default_standard: &str,
    ) -> Result<ReferenceParts, StoreError> {
        let now = self.snapshot().await?;
        // Generations first: what is read after them is at least as new.
        let sql = "SELECT region_id, kind, number FROM generation";
        let rows = now.query_all_raw(self.dialect.statement(sql, vec![])).await?;
        let generations = generations::read(&rows)?;
        let registry = (Uuid::nil(), generations::kind::REGISTRY.to_owned());
        let registry_version = generations.iter().find(|(tag, _)| *tag == registry);
        let registry_version = registry_version.map_or(0, |(_, number)| *number);

        let councils = council::Entity::find().all(&now).await?;
        let successions = succession::Entity::find().all(&now).await?;
        let standard_rows = standard::Entity::find().all(&now).await?;
        let points = standard_point::Entity::find().all(&now).await?;
        let crosswalk = crosswalk::Entity::find().all(&now).await?;
        let region_rows = region::Entity::find().all(&now).await?;
        let group_rows = peer_group::Entity::find().all(&now).await?;
        let memberships = membership::Entity::find().all(&now).await?;
        now.commit().await?;

        self.view.raise(generations);
        Ok(ReferenceParts {
            councils: councils.into_iter().map(councils::council).collect::<Result<_, _>>()?,
            successions: successions.iter().map(councils::succession).collect(),
            standards: standards::standards(standard_rows, points)?,
            crosswalk: crosswalk.iter().map(standards::crosswalk).collect(),
            regions: region_rows.into_iter().map(regions::region).collect::<Result<_, _>>()?,
            groups: group_rows.into_iter().map(groups::group).collect::<Result<_, _>>()?,
            memberships: memberships.iter().map(groups::membership).collect(),
            registry_version: u32::try_from(registry_version).unwrap_or(u32::MAX),
            default_standard: default_standard.to_owned(),
        })
    }

    /// When rows of these regions were last received, changed or not, and whether they can be
    /// read now; absent if they never were.
    pub async fn freshness(
        &self,
        regions: &[RegionId],
    ) -> Result<HashMap<RegionId, Freshness>, StoreError> {
        let sql = format!(
            "SELECT freshness.region_id, as_of, failures, outcome FROM freshness \
             LEFT JOIN feed ON feed.region_id = freshness.region_id AND failures > 0 WHERE {}",
            self.dialect.among("freshness.region_id", 1)
        );
        let regions = self.dialect.ids(regions.iter().copied());
        let rows = self.rows(self.dialect.statement(sql, vec![regions])).await?;
        let mut freshness = HashMap::with_capacity(rows.len());
        for row in rows {
            let region: Uuid = row.try_get("", "region_id")?;
            let read = Reading { table: "freshness", row: region };
            let as_of = read.instant("as_of", row.try_get("", "as_of")?)?;
            let failures: Option<i32> = row.try_get("", "failures")?;
            let failures = read.number("failures", failures.unwrap_or_default())?;
            let outcome: Option<String> = row.try_get("", "outcome")?;
            let outcome: Option<HarvestOutcome> =
                outcome.map(|text| read.json("outcome", &text)).transpose()?;
            let one = Freshness { as_of, failures, outcome };
            // Of several feeds, the one that could not be read for longest.
            let worst = freshness.entry(RegionId(region)).or_insert_with(|| one.clone());
            if worst.failures < failures {
                *worst = one;
            }
        }
        Ok(freshness)
    }
}
