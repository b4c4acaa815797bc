//! All regions as one: asks every source that a list needs, once, and merges the answers.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::TimeDelta;
use folkmoot_domain::{Door, Kept, Keyed, Reference, Region, RegionId, RegionState, SliceRequest};
use folkmoot_store::Store;
use futures::future::join;
use tokio::time::Instant;

use crate::{
    Clock, Description, Instrumented, Kind, ListError, ListRequest, Page, RegionSource,
    SourceReason, SourceStatus, Stored,
    merge::{Answer, MergeRules, holding_back, lacks, merge},
    page::Parts,
    round::{Ask, Routes, ask_all, describe_all, last_key},
    status::Freshness,
    walk::Walk,
};

/// How long regions are waited for, and how old their rows may be.
#[derive(Clone, Copy, Debug)]
pub struct NationOptions {
    /// A page is made of what has arrived by then. 2 seconds: a region that has to wake up
    /// makes it, and a person still waits.
    pub soft_deadline: Duration,
    /// Rows that were read longer ago are stale. A day: sheets and mirrors are read far more
    /// often, so that one that old has failed many times.
    pub stale_after: Duration,
}

impl Default for NationOptions {
    fn default() -> Self {
        Self {
            soft_deadline: Duration::from_secs(2),
            stale_after: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// All regions as one. Cheap to clone; clones share routes.
#[derive(Clone)]
pub struct Nation {
    shared: Arc<Shared>,
    rules: &'static MergeRules,
    /// The routes of one request, whose stored rows are read in a way of its own.
    own_routes: Option<Arc<Routes>>,
}

struct Shared {
    stored: Arc<dyn RegionSource>,
    routes: RwLock<Arc<Routes>>,
    clock: Clock,
    options: NationOptions,
}

/// A list whose walk was found sound: what is asked of whom.
struct Opened<'a> {
    walk: Walk,
    /// Every region of the list, by code.
    scope: Vec<&'a Region>,
    /// Those that are asked, by the number of their source.
    asked: BTreeMap<usize, Vec<RegionId>>,
}

impl Nation {
    /// A nation whose rows are all stored.
    pub fn new(stored: Arc<dyn RegionSource>, clock: Clock, options: NationOptions) -> Self {
        let routes = RwLock::new(Arc::new(Routes::new(stored.clone(), HashMap::new())));
        let shared = Arc::new(Shared { stored, routes, clock, options });
        Self { shared, rules: &MergeRules::SOUND, own_routes: None }
    }

    /// Routes these regions to live sources, and all others to the stored one, as the registry of
    /// this version has it. Calls that are under way keep the routes that they began with.
    pub fn set_live(&self, live: HashMap<RegionId, Arc<dyn RegionSource>>, registry_version: u32) {
        let mut routes = Routes::new(self.shared.stored.clone(), live);
        routes.registry_version = Some(registry_version);
        *self.shared.routes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(routes);
    }

    /// True unless regions are still asked, and their rows shown, by another version of the registry.
    pub fn is_routed_by(&self, reference: &Reference) -> bool {
        let by = self.routes().registry_version;
        by.is_none_or(|version| version == reference.registry_version())
    }

    /// The same nation for one request, whose stored rows are read through this handle.
    pub fn reading(&self, store: Store) -> Self {
        let stored = Arc::new(Instrumented::stored(Arc::new(Stored::new(store))));
        let routes = self.routes().with_stored(stored);
        Self { own_routes: Some(Arc::new(routes)), ..self.clone() }
    }

    /// One page for each request, in their order. Every source is asked at most twice, however
    /// many requests there are: once, and once more if its short answer holds a page back.
    pub async fn pages<K: Kind>(
        &self,
        reference: &Reference,
        requests: &[ListRequest<K>],
    ) -> Vec<Result<Page<K::Row>, ListError>> {
        let (routes, deadline) = (self.routes(), self.deadline());
        let now = self.shared.clock.now();
        let opened: Vec<_> = requests
            .iter()
            .map(|request| {
                let version = reference.registry_version();
                let walk = Walk::open(&request.name(), &request.page, now, version)?;
                Opened::new(walk, reference, &request.regions, &routes)
            })
            .collect();
        let asked: BTreeMap<RegionId, &Region> = opened
            .iter()
            .flatten()
            .flat_map(|opened| &opened.scope)
            .filter(|region| !is_paused(region) && region.door != Door::Hosted)
            .map(|region| (region.id, *region))
            .collect();
        let (described, answers) = join(
            describe_all(&routes, routes.by_source(asked.into_values()), deadline),
            self.answers(reference, &routes, deadline, requests, &opened),
        )
        .await;
        let described = described.into_iter();
        let described = described.filter_map(|(region, one)| Some((region, one.ok()??))).collect();
        opened
            .into_iter()
            .zip(answers)
            .zip(requests)
            .map(|((opened, answers), request)| {
                self.page(reference, opened?, answers, &described, request.count)
            })
            .collect()
    }

    /// The answers that each request's page is merged from.
    async fn answers<K: Kind>(
        &self,
        reference: &Reference,
        routes: &Routes,
        deadline: Instant,
        requests: &[ListRequest<K>],
        opened: &[Result<Opened<'_>, ListError>],
    ) -> Vec<Vec<Answer<Arc<K::Row>>>> {
        let mut asks = BTreeMap::<usize, Vec<_>>::new();
        for (at, (request, opened)) in requests.iter().zip(opened).enumerate() {
            let Ok(Opened { walk, asked, .. }) = opened else { continue };
            let filter = (request.filter)(walk.now);
            let resume = |key: &_| {
                (self.rules.resume)(key, walk.known_version, reference.registry_version())
            };
            for (source, regions) in asked {
                let slice = SliceRequest {
                    filter: filter.clone(),
                    regions: regions.clone(),
                    direction: walk.bounds.direction,
                    after: walk.bounds.after.as_ref().map(resume),
                    until: walk.bounds.until.clone(),
                    first: walk.bounds.first,
                    count: request.count,
                    extent: request.extent,
                };
                asks.entry(*source).or_default().push(Ask { place: at, slice });
            }
        }
        let mut asked: Vec<Vec<_>> = requests.iter().map(|_| Vec::new()).collect();
        let mut answers: Vec<Vec<_>> = requests.iter().map(|_| Vec::new()).collect();
        for (ask, slice) in ask_all::<K, _>(routes, asks, deadline).await {
            answers[ask.place].push(Answer { regions: ask.slice.regions.clone(), slice });
            asked[ask.place].push(ask.slice);
        }

        // A source may cap its slices; one more question makes most such pages whole.
        let mut again = BTreeMap::<usize, Vec<_>>::new();
        for (at, opened) in opened.iter().enumerate() {
            let Ok(Opened { walk, .. }) = opened else { continue };
            for slot in holding_back(self.rules, &walk.bounds, &answers[at]) {
                let Ok(answer) = &answers[at][slot].slice else { continue };
                let mut slice = asked[at][slot].clone();
                slice.after = last_key(answer);
                slice.first -= answer.rows.len();
                slice.count = false;
                let source = reference.region(slice.regions[0]).map(|region| routes.number(region));
                let Some(source) = source else { continue };
                again.entry(source).or_default().push(Ask { place: (at, slot), slice });
            }
        }
        for (Ask { place: (at, slot), .. }, more) in ask_all::<K, _>(routes, again, deadline).await
        {
            let answer = &mut answers[at][slot].slice;
            match (answer.as_mut(), more) {
                (Ok(slice), Ok(more)) => {
                    slice.rows.extend(more.rows);
                    slice.has_more = more.has_more;
                    slice.kept = Kept::of_both(slice.kept, more.kept);
                }
                (_, Err(SourceReason::InvalidAnswer)) => {
                    *answer = Err(SourceReason::InvalidAnswer);
                }
                // Late or out of order by now: what it said before still holds.
                _ => {}
            }
        }
        answers
    }

    fn page<K>(
        &self,
        reference: &Reference,
        opened: Opened<'_>,
        answers: Vec<Answer<Arc<K>>>,
        described: &HashMap<RegionId, Description>,
        count: bool,
    ) -> Result<Page<K>, ListError>
    where
        K: Keyed,
    {
        let Opened { walk, scope, .. } = opened;
        let merged =
            merge(self.rules, &walk.bounds, answers).ok_or(ListError::NationUnavailable)?;
        let is_new = |region: &&&Region| region.joined_version > walk.known_version;
        let joined: Vec<_> = match walk.gap_of {
            None => scope.iter().filter(is_new).map(|region| region.id).collect(),
            Some(_) => Vec::new(),
        };
        let status = |region: &&Region| {
            let description = described.get(&region.id);
            let mut status = match merged.missing.get(&region.id) {
                Some(reason) => SourceStatus::missing(region, *reason, description),
                None if is_paused(region) => {
                    SourceStatus::missing(region, SourceReason::Paused, description)
                }
                None => {
                    let kept = merged.kept.get(&region.id).copied();
                    SourceStatus::answered(region, description, kept, self.freshness())
                }
            };
            status.count = merged.counts.get(&region.id).copied();
            status
        };
        let parts = Parts {
            sources: scope.iter().map(status).collect(),
            lacks: lacks(self.rules, &walk.bounds, &merged, &joined, walk.origin.as_ref()),
            is_joined: !joined.is_empty(),
            registry_version: reference.registry_version(),
            merged,
            count,
        };
        Ok(Page::compose(&walk, parts))
    }

    /// True if the region is asked over the network now: what it answers can change without a
    /// write here.
    pub fn is_live(&self, region: &Region) -> bool {
        self.routes().is_live(region)
    }

    pub(crate) fn routes(&self) -> Arc<Routes> {
        let shared = || self.shared.routes.read().unwrap_or_else(PoisonError::into_inner).clone();
        self.own_routes.clone().unwrap_or_else(shared)
    }

    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.shared.options.soft_deadline
    }

    pub(crate) fn freshness(&self) -> Freshness {
        let stale_after = TimeDelta::from_std(self.shared.options.stale_after);
        Freshness {
            now: self.shared.clock.now(),
            stale_after: stale_after.unwrap_or(TimeDelta::MAX),
        }
    }

    #[cfg(feature = "mutants")]
    pub(crate) fn with_rules(&self, rules: &'static MergeRules) -> Self {
        Self { rules, ..self.clone() }
    }
}

impl<'a> Opened<'a> {
    fn new(
        walk: Walk,
        reference: &'a Reference,
        regions: &[RegionId],
        routes: &Routes,
    ) -> Result<Self, ListError> {
        let scope = match walk.gap_of {
            None => scope(reference, regions),
            // A region that the viewer does not see, or no longer, is as one that left.
            Some(region) if !regions.contains(&region) => return Err(ListError::CursorExpired),
            Some(region) => match scope(reference, &[region]) {
                scope if scope.is_empty() => return Err(ListError::CursorExpired),
                scope => scope,
            },
        };
        // Lists over regions are ordered by instants: a name is no cursor of theirs.
        let keys = walk.bounds.after.iter().chain(&walk.bounds.until);
        if keys.into_iter().any(|key| key.instant().is_none()) {
            return Err(ListError::CursorMalformed);
        }
        let asked = scope.iter().copied().filter(|region| !is_paused(region));
        Ok(Self { asked: routes.by_source(asked), walk, scope })
    }
}

/// The regions that are there, in order of code.
pub(crate) fn scope<'a>(reference: &'a Reference, regions: &[RegionId]) -> Vec<&'a Region> {
    let regions: BTreeSet<_> = regions.iter().collect();
    let regions = regions.into_iter().filter_map(|region| reference.region(*region));
    let mut scope: Vec<_> = regions.filter(|region| !has_left(region)).collect();
    scope.sort_by(|left, right| left.code.cmp(&right.code));
    scope
}

pub(crate) fn is_paused(region: &Region) -> bool {
    matches!(region.state, RegionState::Paused { .. })
}

pub(crate) fn has_left(region: &Region) -> bool {
    region.state == RegionState::Left
}
