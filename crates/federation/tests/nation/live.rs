//! A nation of scripted regions, each of which answers for itself.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    Direction, Door, Extent, Meetup, MeetupFilter, MeetupId, Reference, ReferenceParts, Region,
    RegionState,
};
use folkmoot_federation::{
    Clock, ListError, ListRequest, Meetups, Nation, NationOptions, Page, PageArgs, RegionSource,
};
use folkmoot_testkit::{FakeRegion, cursors, meetup_at, region};
use uuid::Uuid;

pub(crate) fn start() -> DateTime<Utc> {
    "2027-01-14T18:30:00Z".parse().expect("an instant")
}

/// A nation in which every region answers for itself.
pub(crate) struct Live {
    pub(crate) nation: Nation,
    pub(crate) regions: Vec<Region>,
    pub(crate) sources: HashMap<String, FakeRegion>,
    pub(crate) version: u32,
}

impl Live {
    /// Regions with meet-ups at these hours after the start.
    pub(crate) fn of(regions: &[(&str, &[i64])]) -> Self {
        let clock = Clock::fixed(start() + TimeDelta::seconds(42));
        let nation = Nation::new(Arc::new(FakeRegion::new()), clock, NationOptions::default());
        let mut live = Self { nation, regions: Vec::new(), sources: HashMap::new(), version: 1 };
        regions.iter().for_each(|(code, hours)| live.add(code, hours));
        live
    }

    pub(crate) fn add(&mut self, code: &str, hours: &[i64]) {
        let region = Region { door: Door::Live, joined_version: self.version, ..region(code) };
        let meetup = |hour: &i64| {
            let instant = start() + TimeDelta::hours(*hour);
            meetup_at(region.id, MeetupId(Uuid::from_u128(*hour as u128)), instant)
        };
        let source = FakeRegion::new().with_meetups(hours.iter().map(meetup));
        source.as_of(region.id, Some(start()));
        self.sources.insert(code.to_owned(), source);
        self.regions.push(region);
        let live = self.regions.iter().map(|region| {
            let source = Arc::new(self.sources[region.code.as_str()].clone());
            (region.id, source as Arc<dyn RegionSource>)
        });
        self.nation.set_live(live.collect(), 1);
    }

    pub(crate) fn reference(&self) -> Reference {
        Reference::new(ReferenceParts {
            regions: self.regions.clone(),
            registry_version: self.version,
            ..ReferenceParts::default()
        })
    }

    pub(crate) fn pause(&mut self, code: &str, reason: &str) {
        self.version += 1;
        let region = self.regions.iter_mut().find(|region| region.code.as_str() == code);
        region.expect("one of them").state = RegionState::Paused { reason: reason.to_owned() };
    }

    pub(crate) fn request(&self, page: PageArgs) -> ListRequest<Meetups> {
        ListRequest {
            field: "meetups",
            arguments: vec![("when", "upcoming".to_owned()), ("region", String::new())],
            filter: Arc::new(|now| MeetupFilter { ends_after: Some(now), ..Default::default() }),
            direction: Direction::Ascending,
            regions: self.regions.iter().map(|region| region.id).collect(),
            page,
            count: true,
            extent: Extent::Whole,
        }
    }

    pub(crate) async fn ask(
        &self,
        request: ListRequest<Meetups>,
    ) -> Result<Page<Meetup>, ListError> {
        self.nation.pages(&self.reference(), &[request]).await.remove(0)
    }

    pub(crate) async fn page(&self, page: PageArgs) -> Page<Meetup> {
        self.ask(self.request(page)).await.expect("a page")
    }

    /// The rows after a cursor, three at a time.
    pub(crate) async fn after(&self, cursor: &str) -> Page<Meetup> {
        self.page(PageArgs { after: Some(cursor.to_owned()), ..PageArgs::first(3) }).await
    }
}

/// The hours of a page's meet-ups.
pub(crate) fn of(page: &Page<Meetup>) -> Vec<i64> {
    let hour = |row: &Arc<Meetup>| (row.starts_at - start()).num_hours();
    page.rows.iter().map(hour).collect()
}

pub(crate) fn end(page: &Page<Meetup>) -> String {
    cursors(page).pop().expect("a row")
}

pub(crate) const WORKED: [(&str, &[i64]); 3] =
    [("a", &[1, 4, 7]), ("b", &[2, 5]), ("c", &[0, 3, 6])];
