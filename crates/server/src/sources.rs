//! What stands between the nation and a region that answers for itself.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use folkmoot_cache::{Cache, Memory, Redis, RedisOptions};
use folkmoot_domain::Region;
use folkmoot_federation::{
    Cached, CachedOptions, Clock, Generation, Instrumented, RegionSource, ResilienceOptions,
    Resilient, Withdrawn,
};
use uuid::Uuid;

use crate::config::Config;

/// What the sources of all live regions share.
#[derive(Clone)]
pub struct Shared {
    /// Where answers are kept.
    pub cache: Cache,
    /// The Redis that is part of it, if there is one.
    pub redis: Option<Redis>,
    /// Rows that were taken down here.
    pub withdrawn: Withdrawn,
    /// The time of day.
    pub clock: Clock,
    /// How long answers are kept.
    pub cached: CachedOptions,
    /// When a region is asked again, and when it is left in peace.
    pub resilience: ResilienceOptions,
}

/// A live region as the nation asks it.
pub struct Decorated {
    /// What is asked.
    pub source: Arc<dyn RegionSource>,
    /// Moves whenever an answer made of the region's rows may have become another.
    pub generation: Generation,
}

impl Shared {
    /// By the settings. Redis is not contacted yet, and need not be there.
    pub fn new(config: &Config, clock: Clock) -> Result<Self> {
        let defaults = CachedOptions::default();
        // Older rows have to come before the nation goes on without the region.
        let patience = defaults.patience.min(config.soft_deadline() / 2);
        let cached = CachedOptions { patience, ..defaults };
        let redis = redis(config)?;
        let cache = Cache::new(Memory::new(config.cache.bytes()), redis.clone());
        // Replicas must not come back to a region all at once.
        let seed = Uuid::now_v7().as_u64_pair().1;
        let resilience = ResilienceOptions { seed, ..ResilienceOptions::default() };
        Ok(Self { cache, redis, withdrawn: Withdrawn::default(), clock, cached, resilience })
    }
}

/// The one place that says in which order a live region is decorated, from the region outwards:
///
/// 1. `Resilient` around what is asked over the network: retries and a breaker, so that a region
///    that is away fails at once;
/// 2. `Cached` around that: what it has costs the region nothing, and what the breaker refuses it
///    can stand in for;
/// 3. `Instrumented` outermost: what is measured is what readers get.
pub fn decorated(region: &Region, live: Arc<dyn RegionSource>, shared: &Shared) -> Decorated {
    let Shared { cache, withdrawn, clock, cached, resilience, .. } = shared.clone();
    let resilient = Arc::new(Resilient::new(region.code.clone(), live, clock.clone(), resilience));
    let cached = Cached::new(region.id, resilient, cache, withdrawn, clock, cached);
    let generation = cached.generation();
    let source = Arc::new(Instrumented::new(&region.code, Arc::new(cached)));
    Decorated { source, generation }
}

/// The Redis of the settings, if they name one.
pub fn redis(config: &Config) -> Result<Option<Redis>> {
    if config.redis.url.is_empty() {
        return Ok(None);
    }
    let options = RedisOptions {
        prefix: config.redis.prefix.clone(),
        timeout: Duration::from_millis(config.redis.timeout_ms),
        ..RedisOptions::default()
    };
    let redis = Redis::new(&config.redis.url, options);
    redis.map(Some).context("the setting redis.url is not right")
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use folkmoot_domain::{Direction, MeetupFilter, MeetupId, SliceRequest};
    use folkmoot_testkit::{FakeRegion, meetup_at};

    use super::*;
    use crate::config::Flags;

    #[tokio::test]
    async fn region_is_asked_once_for_what_is_fresh_although_redis_is_away() {
        let flags = Flags { redis: Some("redis://127.0.0.1:1".to_owned()), ..Flags::default() };
        let (config, _) = Config::load(None, &flags).expect("right");
        let region_of = folkmoot_testkit::region("kent");
        let kent = region_of.id;
        let meetup = meetup_at(kent, MeetupId::derived("a"), DateTime::UNIX_EPOCH);
        let region = FakeRegion::new().with_meetups([meetup]);
        let shared = Shared::new(&config, Clock::system()).expect("right");
        let kept = decorated(&region_of, Arc::new(region.clone()), &shared);
        let filter = MeetupFilter::default();
        let request = SliceRequest::of_first(9, filter, vec![kent], Direction::Ascending);
        for _ in 0..5 {
            let slices = kept.source.meetup_slices(std::slice::from_ref(&request)).await;
            assert_eq!(slices.expect("rows")[0].rows.len(), 1);
        }
        assert_eq!(region.calls(), 1);
        assert!(kept.generation.number() > 0);
    }
}
