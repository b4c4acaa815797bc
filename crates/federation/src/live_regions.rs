//! All live regions: which there are, who asks them, and whether they are well.
//!
//! The registry says where each region's service is. A service keeps its [`Live`], with all that
//! stands before it, for as long as nothing about it changes: what they remember survives a change
//! of another region's, and goes with the region.

mod check;

pub(crate) use check::other_name;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use folkmoot_cache::LoadError;
use folkmoot_domain::{Door, LiveService, Reference, Region, RegionId, RegionState};
use folkmoot_store::{Store, StoreError};
use futures::{StreamExt, stream};
use thiserror::Error;
use tokio::time::Instant;

use crate::{
    Live, LiveClient, LiveOptions, Nation, ReferenceCache, RegionSource, Secrets, SourceError,
    Withdrawn, silent::Silent,
};

/// How many services are asked who they are at one time.
const AT_ONCE: usize = 16;

/// What live regions are plugged into.
#[derive(Clone)]
pub struct Plugs {
    /// Where services and groups are kept.
    pub store: Store,
    /// What cards are read against.
    pub reference: ReferenceCache,
    /// Who asks.
    pub nation: Nation,
    /// How services are asked.
    pub client: LiveClient,
    /// The values of secrets.
    pub secrets: Secrets,
    /// Where it is noted which rows are not to be shown.
    pub withdrawn: Withdrawn,
    /// What stands before a service: what is remembered of it, and when it is left in peace.
    pub before: Before,
}

/// Puts what stands before a region's service around it.
pub type Before = Arc<dyn Fn(&Region, Live) -> Arc<dyn RegionSource> + Send + Sync>;

/// How live regions are looked after.
#[derive(Clone, Debug)]
pub struct LiveRegionsOptions {
    /// How each is asked.
    pub live: LiveOptions,
    /// How often each is asked who it is.
    pub every: Duration,
    /// A region whose rows are copied, too, is asked live once the copy is older than this.
    pub copy_for: Duration,
}

impl LiveRegionsOptions {
    /// Every minute; a copy is good for as long as answers call it fresh.
    pub fn new(live: LiveOptions, copy_for: Duration) -> Self {
        Self { live, every: Duration::from_secs(60), copy_for }
    }
}

/// Why live regions cannot be looked after: not one, but all of them.
#[derive(Debug, Error)]
pub enum LiveError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reference data.
    #[error("the reference data cannot be read: {0}")]
    Reference(LoadError<StoreError>),
    /// The reference data has changed, and only what it was before is there.
    #[error("the reference data cannot be read anew")]
    Outdated,
}

/// Looks after live regions.
pub struct LiveRegions {
    plugs: Plugs,
    options: LiveRegionsOptions,
    plugged: Mutex<BTreeMap<RegionId, Plugged>>,
    /// One refresh at a time.
    refreshing: tokio::sync::Mutex<()>,
}

/// One of them.
struct Plugged {
    service: LiveService,
    token: Option<String>,
    live: Live,
    source: Arc<dyn RegionSource>,
    /// Why it must not be asked, if so.
    barred: Option<String>,
    /// What was last said of it.
    notes: Vec<String>,
    /// When it is asked next who it is.
    due: Instant,
}

impl fmt::Debug for LiveRegions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LiveRegions")
    }
}

impl LiveRegions {
    /// Looks after none until [`LiveRegions::refresh`].
    pub fn new(plugs: Plugs, options: LiveRegionsOptions) -> Self {
        let (plugged, refreshing) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { plugs, options, plugged, refreshing }
    }

    /// Takes over what the registry says, and routes the nation's questions accordingly.
    ///
    /// # Errors
    /// If it cannot be read: everything then stays as it is.
    pub async fn refresh(&self) -> Result<(), LiveError> {
        // Of two, the one that read later must also be the later one to route.
        let _turn = self.refreshing.lock().await;
        let latest = self.plugs.reference.latest().await.map_err(LiveError::Reference)?;
        let (reference, true) = latest else { return Err(LiveError::Outdated) };
        let watched = self.plugs.store.live_services().await?;
        let services = watched.into_iter().map(|watched| watched.service);
        let services: Vec<_> = services
            .filter_map(|service| Some((reference.region(service.region)?, service)))
            .filter(|(region, _)| is_plugged_in(region))
            .collect();
        let regions = services.iter().map(|(region, _)| region);
        let copied = regions.filter(|region| region.door.is_stored()).map(|region| region.id);
        let copied: Vec<_> = copied.collect();
        let fresh = match copied.as_slice() {
            [] => HashMap::new(),
            copied => self.plugs.store.freshness(copied).await?,
        };
        let all: Vec<_> = services.iter().map(|(region, _)| region.id).collect();
        // Before anything is asked: what was taken down is shown by nobody.
        for (kind, region, id) in self.plugs.store.withdrawn(&all).await? {
            self.plugs.withdrawn.add(kind, region, id);
        }
        let copy_for = TimeDelta::from_std(self.options.copy_for).unwrap_or(TimeDelta::MAX);
        let since = self.options.live.clock.now() - copy_for;
        let has_good_copy = |region: &RegionId| {
            copied.contains(region) && fresh.get(region).is_some_and(|fresh| fresh.as_of >= since)
        };
        let routes = {
            let mut plugged = self.plugged();
            let mut known = std::mem::take(&mut *plugged);
            for (region, service) in services {
                let one = self.plug(region, known.remove(&region.id), service);
                plugged.insert(region.id, one);
            }
            let asked = plugged.iter().filter(|(region, _)| !has_good_copy(region));
            asked.map(|(region, one)| (*region, one.route())).collect()
        };
        self.plugs.nation.set_live(routes, reference.registry_version());
        Ok(())
    }

    /// Asks all services that are due who they are.
    ///
    /// # Errors
    /// If what they say cannot be kept.
    pub async fn check_due(&self) -> Result<(), LiveError> {
        let now = Instant::now();
        let due: Vec<RegionId> = {
            let mut plugged = self.plugged();
            let due = plugged.iter_mut().filter(|(_, one)| one.due <= now);
            due.map(|(region, one)| {
                one.due = now + jittered(self.options.every, *region);
                *region
            })
            .collect()
        };
        if due.is_empty() {
            return Ok(());
        }
        let checks = stream::iter(due).map(|region| self.check(region));
        let outcomes: Vec<_> = checks.buffer_unordered(AT_ONCE).collect().await;
        // How old copies are by now.
        self.refresh().await?;
        outcomes.into_iter().collect()
    }

    /// The service of a region, as it was if nothing about it has changed.
    fn plug(&self, region: &Region, known: Option<Plugged>, service: LiveService) -> Plugged {
        let token = service.secret.as_deref().and_then(|name| (self.plugs.secrets)(name));
        if let Some(known) = known
            && known.service == service
            && known.token == token
        {
            return known;
        }
        let Plugs { client, reference, before, .. } = &self.plugs;
        let (address, options) = (service.address.clone(), self.options.live.clone());
        let live = Live::new(
            client.clone(),
            service.region,
            address,
            token.clone(),
            reference.clone(),
            options,
        );
        let (source, due) = (before(region, live.clone()), Instant::now());
        Plugged { service, token, live, source, barred: None, notes: Vec::new(), due }
    }

    async fn reference(&self) -> Result<Arc<Reference>, LiveError> {
        self.plugs.reference.reference().await.map_err(LiveError::Reference)
    }

    fn plugged(&self) -> MutexGuard<'_, BTreeMap<RegionId, Plugged>> {
        // What is in it is sound after each statement.
        self.plugged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plugged {
    fn route(&self) -> Arc<dyn RegionSource> {
        match self.barred.is_some() || self.without_token().is_some() {
            false => self.source.clone(),
            true => Arc::new(Silent(SourceError::Rejected)),
        }
    }

    /// Says so if its token is not known here.
    fn without_token(&self) -> Option<String> {
        let name = self.service.secret.as_ref().filter(|_| self.token.is_none())?;
        Some(format!("the secret {name} is not set on this server: set it there"))
    }
}

/// Regions on trial are asked too: that is what a trial is for.
fn is_plugged_in(region: &Region) -> bool {
    region.state != RegionState::Left && matches!(region.door, Door::Live | Door::Changes)
}

/// Up to a tenth longer, each region in its own way, so that they are not all asked at once.
fn jittered(every: Duration, region: RegionId) -> Duration {
    every + every.mul_f64(f64::from(region.0.as_bytes()[0]) / 2560.0)
}
