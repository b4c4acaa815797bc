//! Who can help whom, for coordinators.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    asked::{Asked, Whose, asked},
    connection::{cost, row_count},
    error,
    reads::ANSWERS,
    scalars::{PointRef, RegionRef, int},
    types::{SupportMatch, SupportMatches},
};
use async_graphql::{Context, Object, Result};
use folkmoot_domain::{
    self as domain, CouncilId, Counted, Direction, HalfYear, Helping, Level, Measure, Need, Offer,
    OfferFilter, OfferId, OpenNeed, Party, PointId, Region, SliceRequest, Standing, Wanting,
    counted, enumerated, support_matches,
};
use folkmoot_store::kind;

/// The most offers on a point that are looked at, the newest ones: more than any nation has.
const OFFERS_READ: usize = 2_000;

/// The most matches in an answer: three helpers for each council of the largest regions.
const MAX_MATCHES: usize = 200;

/// Matching at the root.
#[derive(Default)]
pub(crate) struct MatchQueries;

#[Object]
impl MatchQueries {
    /// Who could help a region's councils that need support with a point, and why: councils that
    /// said they need much or urgent support or that asked for help, each with offers from
    /// anywhere that fit. Seen by: coordinators of the region.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn support_matches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For councils of this region.")] region: RegionRef,
        #[graphql(desc = "On this point.")] point: PointRef,
        #[graphql(desc = "How many, 1 to 200.", default = 20)] first: i32,
    ) -> Option<Result<SupportMatches>> {
        Some(matches(asked(ctx), &region, &point, first).await)
    }
}

async fn matches(
    asked: &Asked,
    region: &RegionRef,
    point: &PointRef,
    first: i32,
) -> Result<SupportMatches> {
    let first = row_count(first, MAX_MATCHES)?;
    let region = asked.region(region)?.id;
    let region = asked.coordinated(region, "matches name councils in need")?;
    let point = asked.point(point)?.id;
    let kinds = [kind::NEED, kind::INTRODUCTION];
    let store = asked.store(&kinds, Whose::Anybodys);
    let failed = |failed| error::store(&failed);
    let answers = Answers::read(asked, point).await?;
    let needs = store.needs(region.id).await.map_err(failed)?;
    let introductions = store.introductions().await.map_err(failed)?;
    let offers = offers_on(asked, point).await?;
    let wanting = wanting(asked, region, point, &answers, &needs);
    let helping: Vec<_> =
        offers.values().filter_map(|offer| helping(asked, offer, &answers)).collect();
    let found = support_matches(point, &wanting, &helping, &introductions, asked.today());
    let keeps_its_own = |region: &&Region| region.takes_part() && !region.door.is_stored();
    let elsewhere: Vec<_> = asked.visible_regions().filter(keeps_its_own).collect();
    let note = format!(
        "{} of {} councils of {} gave a level of support need; {}.",
        wanting.iter().filter(|one| one.level.is_some()).count(),
        wanting.len(),
        region.name,
        offers_of(&elsewhere),
    );
    let row = |row: domain::SupportMatch| {
        Some(SupportMatch {
            needing: row.key.needing,
            helping: row.helping,
            offered: offers.get(&row.key.offer)?.clone(),
            remote: row.remote,
            urgency: row.urgency.into(),
            because: row.because,
        })
    };
    Ok(SupportMatches {
        total_count: int(found.rows.len()),
        hidden_count: int(found.hidden),
        rows: found.rows.into_iter().take(first).filter_map(row).collect(),
        half_year: answers.latest_in(region).map(|half_year| half_year.to_string()),
        complete: elsewhere.is_empty(),
        note,
    })
}

/// Whose offers are looked at, apart from those of regions that keep them themselves.
fn offers_of(elsewhere: &[&Region]) -> String {
    let names: Vec<_> = elsewhere.iter().map(|region| region.name.as_str()).collect();
    match &names[..] {
        [] => "offers are those of every region".to_owned(),
        [only] => format!("offers are those of every region but {only}, which keeps its own"),
        names => format!(
            "offers are those of every region but {}, which keep their own",
            enumerated(names, "and")
        ),
    }
}

/// What counts of the answers about a point, of this half-year and the one before: the latest
/// of each council.
struct Answers(HashMap<(CouncilId, Measure), Counted>);

impl Answers {
    async fn read(asked: &Asked, point: PointId) -> Result<Self> {
        let this = HalfYear::of(asked.today());
        let store = asked.store(&ANSWERS, Whose::Anybodys);
        let given = store.given((this.previous(), this), &[point]).await;
        let given = given.map_err(|failed| error::store(&failed))?;
        let mut counted = counted(&given, &Standing::from(&*asked.reference));
        // Of two, the later one stays.
        counted.sort_by_key(|one| one.half_year);
        let latest = counted.into_iter().map(|one| ((one.council, one.measure), one));
        Ok(Self(latest.collect()))
    }

    fn latest_in(&self, region: &Region) -> Option<HalfYear> {
        let of_region = self.0.values().filter(|one| one.region == region.id);
        of_region.map(|one| one.half_year).max()
    }

    /// The latest level that a council gave.
    fn level(&self, council: CouncilId, measure: Measure) -> Option<Level> {
        self.0.get(&(council, measure)).and_then(|one| one.rating.level())
    }
}

fn wanting(
    asked: &Asked,
    region: &Region,
    point: PointId,
    answers: &Answers,
    needs: &[Need],
) -> Vec<Wanting> {
    let today = asked.today();
    let mut open: BTreeMap<CouncilId, OpenNeed> = BTreeMap::new();
    for need in needs.iter().filter(|need| need.point == point && need.is_open(today)) {
        let one = OpenNeed { raised_on: need.raised_on, need: need.id, remote: need.remote };
        open.entry(need.council).and_modify(|known| *known = one.min(*known)).or_insert(one);
    }
    let mut councils = asked.reference.home_members(region.id, today);
    councils.extend(open.keys());
    let wanting = |council: CouncilId| {
        Some(Wanting {
            party: Party::of(&asked.reference, council, today)?,
            level: answers.level(council, Measure::SupportNeed),
            asked: open.get(&council).copied(),
        })
    };
    councils.into_iter().filter_map(wanting).collect()
}

/// An offer as the viewer may weigh it: levels of councils of their own regions only.
fn helping(asked: &Asked, offer: &Offer, answers: &Answers) -> Option<Helping> {
    let today = asked.today();
    let party = Party::of(&asked.reference, offer.council, today)?;
    let home = party.home.and_then(|region| asked.reference.region(region));
    let may_know = home.is_some_and(|region| asked.viewer.coordinates(region));
    let level = |measure| answers.level(offer.council, measure).filter(|_| may_know);
    Some(Helping {
        offer: offer.id,
        kind: offer.kind,
        remote: offer.remote,
        available_from: offer.available_from,
        understanding: level(Measure::Understanding),
        support_need: level(Measure::SupportNeed),
        party,
    })
}

async fn offers_on(asked: &Asked, point: PointId) -> Result<HashMap<OfferId, Arc<Offer>>> {
    let on_point = OfferFilter { points: Some(vec![point]), ..OfferFilter::default() };
    let regions: Vec<_> = asked.visible_regions().map(|region| region.id).collect();
    let store = asked.store(&[kind::OFFER], Whose::Regions(&regions));
    let request = SliceRequest::of_first(OFFERS_READ, on_point, regions, Direction::Descending);
    let slices = store.offer_slices(&[request]).await;
    let slices = slices.map_err(|failed| error::store(&failed))?;
    let offers = slices.into_iter().flat_map(|slice| slice.rows);
    Ok(offers.map(|offer| (offer.id, Arc::new(offer))).collect())
}
