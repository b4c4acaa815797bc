//! Asking: which source answers for which region, and one round of calls with a deadline.

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    sync::Arc,
};

use folkmoot_domain::{Key, Keyed, Region, RegionId, Slice, SliceRequest};
use futures::future::join_all;
use tokio::time::{Instant, timeout_at};
use tracing::warn;

use crate::{
    Description, Kind, RegionSource, SourceError, SourceReason,
    merge::{Bounds, check},
    silent::Silent,
};

/// The number of the source of all rows that are stored.
const STORED: usize = 0;

/// The number of the source of regions that answer for themselves and are not plugged in.
const NOBODY: usize = 1;

/// The source of every region, numbered.
#[derive(Clone)]
pub(crate) struct Routes {
    sources: Vec<Arc<dyn RegionSource>>,
    live: HashMap<RegionId, usize>,
    /// The version of the registry that they are of; `None` if nobody keeps them up to it.
    pub(crate) registry_version: Option<u32>,
}

impl Routes {
    pub(crate) fn new(
        stored: Arc<dyn RegionSource>,
        live: HashMap<RegionId, Arc<dyn RegionSource>>,
    ) -> Self {
        let nobody = Arc::new(Silent(SourceError::Unavailable));
        let (sources, numbers) = (vec![stored, nobody], HashMap::new());
        let mut routes = Self { sources, live: numbers, registry_version: None };
        // In order of region, so that the same registry is always asked in the same order.
        for (region, source) in live.into_iter().collect::<BTreeMap<_, _>>() {
            let known = routes.sources.iter().position(|known| Arc::ptr_eq(known, &source));
            let number = known.unwrap_or_else(|| {
                routes.sources.push(source);
                routes.sources.len() - 1
            });
            routes.live.insert(region, number);
        }
        routes
    }

    /// The same, with another source of all rows that are stored.
    pub(crate) fn with_stored(&self, stored: Arc<dyn RegionSource>) -> Self {
        let mut routes = self.clone();
        routes.sources[STORED] = stored;
        routes
    }

    /// Which source answers for the region.
    pub(crate) fn number(&self, region: &Region) -> usize {
        // What lies in our tables of a region that answers for itself is not what it says.
        let otherwise = if region.door.is_stored() { STORED } else { NOBODY };
        self.live.get(&region.id).copied().unwrap_or(otherwise)
    }

    /// True if the region's rows do not come from our tables.
    pub(crate) fn is_live(&self, region: &Region) -> bool {
        self.number(region) != STORED
    }

    /// The source with that number.
    pub(crate) fn source(&self, number: usize) -> &dyn RegionSource {
        &*self.sources[number]
    }

    /// The regions, by the source that answers for them.
    pub(crate) fn by_source<'r>(
        &self,
        regions: impl IntoIterator<Item = &'r Region>,
    ) -> BTreeMap<usize, Vec<RegionId>> {
        let mut by_source = BTreeMap::<_, Vec<_>>::new();
        for region in regions {
            by_source.entry(self.number(region)).or_default().push(region.id);
        }
        by_source
    }
}

/// One slice wanted from one source; `place` says where its answer belongs.
pub(crate) struct Ask<P, F> {
    pub(crate) place: P,
    pub(crate) slice: SliceRequest<F>,
}

/// A slice that was checked, or why there is none.
pub(crate) type Checked<K> = Result<Slice<Arc<<K as Kind>::Row>>, SourceReason>;

/// Asks all sources at once, each with one call, and checks what they answer.
pub(crate) async fn ask_all<K: Kind, P>(
    routes: &Routes,
    asks: BTreeMap<usize, Vec<Ask<P, K::Filter>>>,
    deadline: Instant,
) -> Vec<(Ask<P, K::Filter>, Checked<K>)> {
    let calls = asks.into_iter().map(|(source, asks)| async move {
        let (places, requests): (Vec<_>, Vec<_>) =
            asks.into_iter().map(|ask| (ask.place, ask.slice)).unzip();
        let call = K::slices(routes.source(source), &requests);
        let answers = in_time(deadline, call).await.and_then(|slices| {
            let is_whole = slices.len() == requests.len();
            if is_whole { Ok(slices) } else { Err(refused(&requests[0].regions, "SliceCount")) }
        });
        let checked: Vec<_> = match answers {
            Ok(slices) => slices.into_iter().zip(&requests).map(checked::<K>).collect(),
            Err(reason) => requests.iter().map(|_| Err(reason)).collect(),
        };
        let asks = places.into_iter().zip(requests).map(|(place, slice)| Ask { place, slice });
        asks.zip(checked).collect::<Vec<_>>()
    });
    join_all(calls).await.into_iter().flatten().collect()
}

fn checked<K: Kind>(
    (slice, request): (Slice<Arc<K::Row>>, &SliceRequest<K::Filter>),
) -> Checked<K> {
    let SliceRequest { regions, direction, after, until, first, .. } = request;
    let bounds =
        Bounds { direction: *direction, after: after.clone(), until: until.clone(), first: *first };
    match check(&slice, regions, &bounds) {
        Ok(()) => Ok(slice),
        Err(breach) => Err(refused(regions, &format!("{breach:?}"))),
    }
}

fn refused(regions: &[RegionId], breach: &str) -> SourceReason {
    warn!(?regions, breach, "answer refused");
    SourceReason::InvalidAnswer
}

/// What every source says of its regions' freshness. A source that does not say it in time is
/// absent: rows matter more than their age.
pub(crate) async fn describe_all(
    routes: &Routes,
    regions: BTreeMap<usize, Vec<RegionId>>,
    deadline: Instant,
) -> HashMap<RegionId, Result<Option<Description>, SourceReason>> {
    let calls = regions.into_iter().map(|(source, regions)| async move {
        let described = in_time(deadline, routes.source(source).describe(&regions)).await;
        let one = |region: RegionId| {
            let described = described.as_ref().map_err(|reason| *reason);
            (region, described.map(|all| all.get(&region).cloned()))
        };
        regions.into_iter().map(one).collect::<Vec<_>>()
    });
    join_all(calls).await.into_iter().flatten().collect()
}

/// Waits for an answer until the deadline.
pub(crate) async fn in_time<T>(
    deadline: Instant,
    call: impl Future<Output = Result<T, SourceError>>,
) -> Result<T, SourceReason> {
    match timeout_at(deadline, call).await {
        Ok(answer) => answer.map_err(|error| SourceReason::from(&error)),
        Err(_) => Err(SourceReason::TimedOut),
    }
}

/// The key of a slice's last row.
pub(crate) fn last_key<T: Keyed>(slice: &Slice<T>) -> Option<Key> {
    slice.rows.last().map(Keyed::key)
}
