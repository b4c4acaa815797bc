//! A nation that lives through a plan while its lists are walked.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    Attendance, Direction, Door, Extent, Meetup, MeetupFilter, Reference, ReferenceParts, Region,
    RegionId, RegionState,
};
use folkmoot_federation::{
    Clock, ListError, ListRequest, Meetups, Nation, NationOptions, PageArgs, RegionSource,
    mutants::Mutant,
};
use folkmoot_testkit::{FakeRegion, Reply, meetup_at, region};
use uuid::Uuid;

use crate::{
    Tally,
    plan::{Event, Plan, SOURCES, Step},
    tour::{Tour, Walk},
};

/// A source whose regions fail for ever would be asked for ever.
const MOST_ROUNDS: usize = 2_000;

pub(crate) struct World {
    plan: Plan,
    nation: Nation,
    sources: Vec<FakeRegion>,
    regions: Vec<Region>,
    /// Which source answers for each region.
    places: Vec<usize>,
    has_joined: bool,
    version: u32,
    meetups: Vec<Meetup>,
    tally: Tally,
}

impl World {
    pub(crate) fn new(plan: &Plan, mutant: Option<Mutant>) -> Self {
        let start: DateTime<Utc> = "2027-01-14T18:30:00Z".parse().expect("an instant");
        let regions: Vec<_> = (0..plan.regions.len())
            .map(|at| region(&format!("region-{at}")))
            // Of a region that is copied either may answer: our tables, or its own service.
            .map(|region| Region { door: Door::Changes, ..region })
            .collect();
        let mut meetups = Vec::new();
        for (region, rows) in regions.iter().zip(&plan.regions) {
            for row in &rows.rows {
                let id = u128::from(row.tie) << 64 | meetups.len() as u128;
                let instant = start + TimeDelta::hours(row.instant.into());
                let mut meetup = meetup_at(region.id, Uuid::from_u128(id).into(), instant);
                meetup.attendance = tag(row.list);
                meetups.push(meetup);
            }
        }
        // Every source could answer for every region, so that regions can move.
        let sources: Vec<_> =
            (0..SOURCES).map(|_| FakeRegion::new().with_meetups(meetups.clone())).collect();
        let clock = Clock::fixed(start + TimeDelta::seconds(42));
        for source in &sources {
            for (region, plan) in regions.iter().zip(&plan.regions) {
                source.as_of(region.id, (!plan.is_unread).then_some(start));
            }
        }
        let stored = Arc::new(sources[0].clone());
        let nation = Nation::new(stored, clock, NationOptions::default());
        let is_late = plan.is_last_late && regions.len() > 2;
        let world = Self {
            nation: mutant.map_or(nation.clone(), |mutant| nation.without(mutant)),
            places: plan.regions.iter().map(|region| region.source).collect(),
            plan: plan.clone(),
            sources,
            regions,
            has_joined: !is_late,
            version: 1,
            meetups,
            tally: Tally::default(),
        };
        world.route();
        world
    }

    /// Walks every list to its end with all its gaps, then turns round somewhere and walks back.
    pub(crate) async fn walk(mut self) -> Result<Tally, String> {
        let backward = self.plan.is_backward;
        let direction = match self.plan.is_descending {
            true => Direction::Descending,
            false => Direction::Ascending,
        };
        let mut steps = self.plan.steps.clone().into_iter();
        let mut tours: Vec<_> =
            (0..self.plan.lists).map(|list| Tour::new(list, direction, backward, None)).collect();
        self.finish(&mut tours, &mut steps).await?;
        // Where the plan is over by now, what it held is gone through again.
        let mut steps = steps.chain(self.plan.steps.clone());
        let mut back: Vec<_> = tours
            .iter()
            .filter_map(|tour| {
                let at = usize::from(self.plan.turn_at) * tour.edges.len() / 256;
                let edge = tour.edges.get(at)?.clone();
                Some(Tour::new(tour.list, direction, !backward, Some(edge)))
            })
            .collect();
        self.finish(&mut back, &mut steps).await?;
        Ok(self.tally)
    }

    /// Asks for the next page of every open walk, all at once, until none is open.
    async fn finish(
        &mut self,
        tours: &mut [Tour],
        steps: &mut impl Iterator<Item = Step>,
    ) -> Result<(), String> {
        for _ in 0..MOST_ROUNDS {
            let step = steps.next();
            let (first, is_calm) = step.as_ref().map_or((3, true), |step| {
                let is_calm = step.replies.iter().flatten().all(|reply| *reply == Reply::Rows);
                (step.first, is_calm)
            });
            match step {
                Some(step) => self.live_through(step),
                None => self.sources.iter().for_each(|source| source.script([])),
            }
            let reference = self.reference();
            let mut open = Vec::new();
            for (at, tour) in tours.iter_mut().enumerate() {
                open.extend(tour.open.drain(..).map(|walk| (at, walk)));
            }
            if open.is_empty() {
                for tour in tours.iter() {
                    tour.check(&self.meetups, &self.ids(&reference))?;
                    self.tally += tour.tally;
                }
                return Ok(());
            }
            let requests: Vec<_> =
                open.iter().map(|(at, walk)| self.request(&tours[*at], walk, first)).collect();
            let calls: Vec<_> = self.sources.iter().map(FakeRegion::slice_calls).collect();

            let pages = self.nation.pages::<Meetups>(&reference, &requests).await;

            for (source, before) in self.sources.iter().zip(calls) {
                if source.slice_calls() > before + 2 {
                    return Err("a source was asked more than twice for one batch".to_owned());
                }
            }
            for ((at, walk), page) in open.into_iter().zip(pages) {
                match page {
                    Ok(page) => {
                        tours[at].turn_page(walk, page, &reference, &self.meetups, first)?
                    }
                    // Nothing was consumed: the same page is asked for again.
                    Err(ListError::NationUnavailable) if !is_calm => tours[at].open.push(walk),
                    Err(error) => return Err(format!("{}: {error}", error.code())),
                }
            }
        }
        Err("the walk does not end".to_owned())
    }

    fn request(&self, tour: &Tour, walk: &Walk, first: usize) -> ListRequest<Meetups> {
        let attendance = (tour.list > 0).then(|| tag(tour.list));
        let filter = MeetupFilter { attendance, ..MeetupFilter::default() };
        let (size, cursor) = (Some(first), walk.cursor.clone());
        let page = match tour.is_backward {
            true => PageArgs { last: size, before: cursor, ..PageArgs::default() },
            false => PageArgs { first: size, after: cursor, ..PageArgs::default() },
        };
        ListRequest {
            field: "meetups",
            arguments: vec![("attendance", format!("{attendance:?}"))],
            filter: Arc::new(move |_| filter.clone()),
            direction: tour.direction,
            regions: self.ids(&self.reference()),
            page,
            count: true,
            extent: Extent::Whole,
        }
    }

    fn live_through(&mut self, step: Step) {
        for (source, replies) in self.sources.iter().zip(step.replies) {
            source.script(replies);
        }
        for event in step.events {
            match event {
                Event::Moves { region, source } if region < self.places.len() => {
                    self.places[region] = source;
                }
                Event::Joins if !self.has_joined => {
                    self.has_joined = true;
                    let last = self.regions.len() - 1;
                    self.regions[last].joined_version = self.version + 1;
                }
                Event::Pauses(region) if region < self.regions.len() => {
                    self.regions[region].state =
                        RegionState::Paused { reason: "The network rests.".to_owned() };
                }
                Event::Resumes(region) if region < self.regions.len() => {
                    self.regions[region].state = RegionState::Active;
                }
                _ => continue,
            }
            self.version += 1;
        }
        self.route();
    }

    fn route(&self) {
        let live = self.regions.iter().zip(&self.places).filter(|(_, place)| **place > 0);
        let source = |place: usize| Arc::new(self.sources[place].clone()) as Arc<dyn RegionSource>;
        let sources: Vec<_> = (0..SOURCES).map(source).collect();
        let live: HashMap<_, _> =
            live.map(|(region, place)| (region.id, sources[*place].clone())).collect();
        self.nation.set_live(live, 1);
    }

    fn reference(&self) -> Reference {
        let count = self.regions.len() - usize::from(!self.has_joined);
        Reference::new(ReferenceParts {
            regions: self.regions[..count].to_vec(),
            registry_version: self.version,
            ..ReferenceParts::default()
        })
    }

    fn ids(&self, reference: &Reference) -> Vec<RegionId> {
        reference.regions().iter().map(|region| region.id).collect()
    }
}

fn tag(list: usize) -> Attendance {
    match list {
        1 => Attendance::Online,
        _ => Attendance::Hybrid,
    }
}

/// Whether a list holds the row.
pub(crate) fn holds(list: usize, meetup: &Meetup) -> bool {
    list == 0 || meetup.attendance == tag(list)
}
