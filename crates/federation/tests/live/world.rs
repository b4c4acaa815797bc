//! A nation with one live region, Kent, and its service.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    Direction, Door, FeedAddress, Meetup, MeetupFilter, Reference, RegionId, SliceRequest,
};
use folkmoot_federation::{
    Clock, ListError, ListRequest, Live, LiveClient, LiveClientOptions, LiveOptions, Meetups,
    Nation, NationOptions, Page, PageArgs, ReferenceCache, RegionSource, Stored,
};
use folkmoot_store::Change;
use folkmoot_testkit::{Database, RegionService, build, meetup_item};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const OWN: Uuid = Uuid::from_u128(0xf01c);

pub(crate) fn now() -> DateTime<Utc> {
    build::start()
}

/// Meet-up `n` of Kent: `n` hours after now.
pub(crate) fn item(number: u32) -> Value {
    meetup_item("kent", number.into(), now() + TimeDelta::hours(number.into()))
}

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) reference: ReferenceCache,
    pub(crate) service: RegionService,
    pub(crate) live: Live,
    pub(crate) kent: RegionId,
}

/// Kent with meet-ups at these hours.
pub(crate) async fn kent(hours: impl IntoIterator<Item = u32>) -> World {
    kent_with(hours, |_| {}).await
}

/// The same, asked in another way.
pub(crate) async fn kent_with(
    hours: impl IntoIterator<Item = u32>,
    change: impl FnOnce(&mut LiveOptions),
) -> World {
    let service = RegionService::start("kent").with_rows("Meetup", hours.into_iter().map(item));
    service.change_card(|card| card["now"] = json!(now()));
    let database = Database::sqlite().await;
    let kent = build::region_id("kent");
    let mut changes = build::nation(&["london", "kent"]);
    changes.retain(|change| !matches!(change, Change::Region(region) if region.id == kent));
    changes.push(build::region("kent").door(Door::Live).change());
    changes.extend((1..=3).map(|n| build::meetup(build::region_id("london"), n).change()));
    database.store().apply("test", now(), changes).await.expect("arranged");
    let reference = ReferenceCache::new(database.store().clone(), "lgdss-2016");
    let address = FeedAddress::parse(&service.address).expect("an address");
    let mut options = LiveOptions::new(OWN, Clock::fixed(now()));
    change(&mut options);
    let live = Live::new(
        client(true),
        kent,
        address,
        Some("secret".to_owned()),
        reference.clone(),
        options,
    );
    World { database, reference, service, live, kent }
}

/// Waits for a second at most, so that tests of what hangs are short.
pub(crate) fn client(allow_private: bool) -> LiveClient {
    // Fails only if there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = LiveClientOptions {
        timeout: Duration::from_secs(1),
        allow_private,
        ..LiveClientOptions::default()
    };
    LiveClient::new(options).expect("a client")
}

impl World {
    /// The first meet-ups of Kent, at most so many.
    pub(crate) fn request(&self, first: usize) -> SliceRequest<MeetupFilter> {
        let filter = MeetupFilter::default();
        SliceRequest::of_first(first, filter, vec![self.kent], Direction::Ascending)
    }

    /// The variables of the requests that came.
    pub(crate) fn variables(&self) -> Vec<Value> {
        self.service.asked().iter().map(|asked| asked.variables().clone()).collect()
    }

    pub(crate) async fn snapshot(&self) -> Arc<Reference> {
        self.reference.reference().await.expect("reference data")
    }

    /// A page of the nation's meet-ups: of London, which is stored, and Kent, which is asked.
    pub(crate) async fn page(&self, first: usize) -> Result<Page<Meetup>, ListError> {
        let stored = Arc::new(Stored::new(self.database.store().clone()));
        let options =
            NationOptions { soft_deadline: Duration::from_secs(5), ..NationOptions::default() };
        let nation = Nation::new(stored, Clock::fixed(now()), options);
        let live: Arc<dyn RegionSource> = Arc::new(self.live.clone());
        nation.set_live(HashMap::from([(self.kent, live)]), 1);
        let reference = self.snapshot().await;
        let request = ListRequest::<Meetups> {
            field: "meetups",
            arguments: Vec::new(),
            filter: Arc::new(|_| MeetupFilter::default()),
            direction: Direction::Ascending,
            regions: reference.regions().iter().map(|region| region.id).collect(),
            page: PageArgs::first(first),
            count: true,
            extent: folkmoot_domain::Extent::Whole,
        };
        nation.pages(&reference, &[request]).await.remove(0)
    }
}

/// The hours of meet-ups.
pub(crate) fn hours<'a>(meetups: impl IntoIterator<Item = &'a Arc<Meetup>>) -> Vec<i64> {
    meetups.into_iter().map(|meetup| (meetup.starts_at - now()).num_hours()).collect()
}
