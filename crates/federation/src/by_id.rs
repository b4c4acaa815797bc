//! Rows by id, each asked of its owner only, and the state of regions by themselves.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry},
    sync::Arc,
};

use folkmoot_domain::{Keyed, Reference, Region, RegionId};
use futures::future::join_all;
use uuid::Uuid;

use crate::{
    Kind, Nation, SourceReason, SourceStatus, Unreachable,
    nation::{has_left, is_paused, scope},
    round::{describe_all, in_time},
};

impl Nation {
    /// The rows with these ids. An absent one does not exist; an error means that its owner
    /// cannot say. Whether the viewer sees the owner is for the caller to check.
    pub async fn entities<K: Kind>(
        &self,
        reference: &Reference,
        ids: &[(RegionId, Uuid)],
    ) -> HashMap<(RegionId, Uuid), Result<Arc<K::Row>, Unreachable>> {
        let (routes, deadline) = (self.routes(), self.deadline());
        let mut found = HashMap::new();
        let mut asks = BTreeMap::<usize, (BTreeSet<RegionId>, BTreeSet<Uuid>)>::new();
        let mut wanted = BTreeMap::<usize, Vec<_>>::new();
        for (owner, id) in ids.iter().collect::<BTreeSet<_>>() {
            let Some(region) = reference.region(*owner).filter(|region| !has_left(region)) else {
                continue;
            };
            if is_paused(region) {
                found.insert((*owner, *id), Err(unreachable(region, SourceReason::Paused)));
                continue;
            }
            let source = routes.number(region);
            let (owners, keys) = asks.entry(source).or_default();
            owners.insert(*owner);
            keys.insert(*id);
            wanted.entry(source).or_default().push((region, *id));
        }
        let calls = asks.into_iter().map(|(source, (regions, ids))| {
            let routes = &routes;
            async move {
                let regions: Vec<_> = regions.into_iter().collect();
                let ids: Vec<_> = ids.into_iter().collect();
                let call = K::by_ids(routes.source(source), &regions, &ids);
                (source, in_time(deadline, call).await)
            }
        });
        for (source, rows) in join_all(calls).await {
            for (region, id) in wanted.remove(&source).into_iter().flatten() {
                let row = match &rows {
                    Err(reason) => Some(Err(unreachable(region, *reason))),
                    Ok(rows) => rows.get(&id).and_then(|row| {
                        let is_misfiled = row.id() != id;
                        let invalid = unreachable(region, SourceReason::InvalidAnswer);
                        let row = if is_misfiled { Err(invalid) } else { Ok(row.clone()) };
                        // The same id in another region that the source answers for.
                        let is_own = row.as_ref().map_or(true, |row| row.region() == region.id);
                        is_own.then_some(row)
                    }),
                };
                if let (Some(row), Entry::Vacant(place)) = (row, found.entry((region.id, id))) {
                    place.insert(row);
                }
            }
        }
        found
    }

    /// The word on every region given, in order of code.
    pub async fn statuses(&self, reference: &Reference, regions: &[RegionId]) -> Vec<SourceStatus> {
        let routes = self.routes();
        let scope = scope(reference, regions);
        let asked = scope.iter().copied().filter(|region| !is_paused(region));
        let described = describe_all(&routes, routes.by_source(asked), self.deadline()).await;
        let status = |region: &&Region| match described.get(&region.id) {
            None => SourceStatus::missing(region, SourceReason::Paused, None),
            Some(Err(reason)) => SourceStatus::missing(region, *reason, None),
            Some(Ok(description)) => {
                SourceStatus::answered(region, description.as_ref(), None, self.freshness())
            }
        };
        scope.iter().map(status).collect()
    }

    /// The gateways that a region's rows pass through on their way here, as it says itself; none
    /// if it cannot be asked.
    pub async fn instances_behind(&self, region: &Region) -> Vec<Uuid> {
        let routes = self.routes();
        let source = routes.by_source(std::iter::once(region));
        let described = describe_all(&routes, source, self.deadline()).await.remove(&region.id);
        described.and_then(Result::ok).flatten().map(|it| it.instances).unwrap_or_default()
    }
}

fn unreachable(region: &Region, reason: SourceReason) -> Unreachable {
    Unreachable { region: region.id, code: region.code.to_string(), reason }
}
