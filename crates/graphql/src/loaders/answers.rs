//! Loaders of answers: councils' own by name, and what counts of all of them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use folkmoot_domain::{
    CouncilId, Counted, HalfYear, PointId, Reference, RegionId, Standing, Unpublished, counted,
};
use folkmoot_store::{OwnAnswer, Store, StoreError};

use super::gathering::Batch;

/// A council, and the half-year of its answers: the latest one if absent.
pub(crate) type OwnAnswersKey = (CouncilId, Option<HalfYear>);
/// A council's answers, or why they cannot be read; shared by all who asked in one tick.
pub(crate) type OwnAnswersFound = Result<Vec<OwnAnswer>, Arc<StoreError>>;

/// Councils' own answers, as far as the viewer may read them.
pub(crate) struct OwnAnswersBatch {
    pub(super) store: Store,
    pub(super) regions: Vec<RegionId>,
    pub(super) unpublished: Unpublished,
}

#[async_trait]
impl Batch<OwnAnswersKey, OwnAnswersFound> for OwnAnswersBatch {
    async fn load(&mut self, keys: &[OwnAnswersKey]) -> HashMap<OwnAnswersKey, OwnAnswersFound> {
        let mut of_half_years: BTreeMap<Option<HalfYear>, Vec<CouncilId>> = BTreeMap::new();
        for (council, half_year) in keys {
            of_half_years.entry(*half_year).or_default().push(*council);
        }
        let mut found = HashMap::with_capacity(keys.len());
        for (half_year, councils) in of_half_years {
            let answers =
                self.store.own_answers(&councils, half_year, &self.regions, &self.unpublished);
            match answers.await {
                Ok(mut answers) => found.extend(councils.into_iter().map(|council| {
                    ((council, half_year), Ok(answers.remove(&council).unwrap_or_default()))
                })),
                Err(failed) => {
                    let failed = Arc::new(failed);
                    found.extend(
                        councils.into_iter().map(|id| ((id, half_year), Err(failed.clone()))),
                    );
                }
            }
        }
        found
    }
}

/// A half-year, its neighbours included, and points.
pub(crate) type CountedKey = (HalfYear, Vec<PointId>);
/// What counts of all regions' answers, of these half-years and points at least, or why it
/// cannot be read.
pub(crate) type CountedFound = Result<Arc<Vec<Counted>>, Arc<StoreError>>;

/// What counts of answers around half-years.
pub(crate) struct CountedBatch {
    pub(super) store: Store,
    pub(super) reference: Arc<Reference>,
}

impl CountedBatch {
    /// All that the keys ask for, with one statement.
    async fn all(&self, keys: &[CountedKey]) -> Result<Vec<Counted>, StoreError> {
        let half_years = || keys.iter().map(|(half_year, _)| *half_year);
        let points: BTreeSet<_> = keys.iter().flat_map(|(_, points)| points).copied().collect();
        let (Some(first), Some(last)) = (half_years().min(), half_years().max()) else {
            return Ok(Vec::new());
        };
        let points: Vec<_> = points.into_iter().collect();
        let given = self.store.given((first.previous(), last.next()), &points).await?;
        Ok(counted(&given, &Standing::from(&*self.reference)))
    }
}

#[async_trait]
impl Batch<CountedKey, CountedFound> for CountedBatch {
    async fn load(&mut self, keys: &[CountedKey]) -> HashMap<CountedKey, CountedFound> {
        let found = self.all(keys).await.map(Arc::new).map_err(Arc::new);
        keys.iter().map(|key| (key.clone(), found.clone())).collect()
    }
}
