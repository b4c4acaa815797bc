//! Where support is needed most, and what to meet about next.

use async_graphql::{Context, Object, Result};
use folkmoot_domain::{
    Coverage, Direction, Figures, Meetup, MeetupFilter, PointId, Region, SliceRequest, Topic,
    TopicInput, next_topics, support_ranking,
};
use folkmoot_store::kind;

use crate::{
    asked::{Asked, Whose, asked},
    connection::{cost, row_count},
    error,
    scalars::RegionRef,
    support_needs::SupportNeeds,
    types::{NextTopic, NextTopics, StandardPoint, SupportRanking, SupportRow},
};

/// The most rows of a ranking: no standard has as many points.
const MAX_ROWS: usize = 50;

/// How many of a region's latest meet-ups are looked at: at one every six weeks and a few groups
/// in a region, more than ten years.
const MEETUPS_READ: usize = 500;

/// Questions of support at the root.
#[derive(Default)]
pub(crate) struct SupportQueries;

#[Object]
impl SupportQueries {
    /// With which points councils need most support: of one region against the nation, or of the
    /// nation itself. From published figures; coordinators of the region get its answers as they
    /// stand.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn support_ranking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this region; of the whole nation if absent.")] region: Option<
            RegionRef,
        >,
        #[graphql(
            desc = "Of this standard, such as `lgdss-2016`. If absent, of the one that the \
                          region's latest answers are about; of the nation, of the default one."
        )]
        standard: Option<String>,
        #[graphql(desc = "How many points, 1 to 50.", default = 15)] first: i32,
    ) -> Result<SupportRanking> {
        let asked = asked(ctx);
        let first = row_count(first, MAX_ROWS)?;
        let region = region.map(|given| asked.region(&given)).transpose()?;
        let needs = SupportNeeds::read(asked, region, standard.as_deref()).await?;
        let rows = support_ranking(needs.points, needs.figures).into_iter().take(first);
        let rows = rows.filter_map(|row| {
            let point = StandardPoint::one(&asked.reference, row.point)?;
            Some(SupportRow::new(row, point))
        });
        Ok(SupportRanking {
            rows: rows.collect(),
            half_year: needs.half_year.map(|half_year| half_year.to_string()),
            live: needs.figures == Figures::Live,
            complete: needs.complete,
            note: needs.note,
        })
    }

    /// What a region's next meet-up should be about: points by how many councils need support
    /// with them, how long ago a meet-up was about them, and votes in the region's backlog; who
    /// could speak and what could be read stand beside each.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn next_topics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this region.")] region: RegionRef,
        #[graphql(desc = "Of this standard, such as `lgdss-2016`; of the one that the region's \
                          latest answers are about if absent.")]
        standard: Option<String>,
        #[graphql(desc = "How many points, 1 to 50.", default = 5)] first: i32,
    ) -> Result<NextTopics> {
        let asked = asked(ctx);
        let first = row_count(first, MAX_ROWS)?;
        let region = asked.region(&region)?;
        let needs = SupportNeeds::read(asked, Some(region), standard.as_deref()).await?;
        let store = asked.store(&[kind::TOPIC], Whose::Regions(&[region.id]));
        let backlog = store.topics(region.id).await;
        let backlog = backlog.map_err(|failed| error::store(&failed))?;
        let meetups = latest_meetups(asked, region).await?;
        let inputs = needs.points.iter().map(|need| TopicInput {
            point: need.point,
            number: need.number,
            need: need.region,
            covered: Coverage::of(&meetups, need.point, asked.now),
            votes: votes(&backlog, need.point),
        });
        let topics = next_topics(inputs.collect(), asked.today()).into_iter().take(first);
        let rows = topics.filter_map(|topic| {
            let point = StandardPoint::one(&asked.reference, topic.point)?;
            Some(NextTopic::new(topic, point))
        });
        let is_stored = region.door.is_stored();
        let elsewhere = match is_stored {
            true => String::new(),
            false => {
                format!(" {} keeps its meet-ups itself: they are not counted in.", region.name)
            }
        };
        Ok(NextTopics {
            rows: rows.collect(),
            half_year: needs.half_year.map(|half_year| half_year.to_string()),
            live: needs.figures == Figures::Live,
            complete: needs.complete && is_stored,
            note: format!("{}{elsewhere}", needs.note),
        })
    }
}

async fn latest_meetups(asked: &Asked, region: &Region) -> Result<Vec<Meetup>> {
    let (all, latest_first) = (MeetupFilter::default(), Direction::Descending);
    let request = SliceRequest::of_first(MEETUPS_READ, all, vec![region.id], latest_first);
    let store = asked.store(&[kind::MEETUP], Whose::Regions(&[region.id]));
    let slices = store.meetup_slices(&[request]).await;
    let slices = slices.map_err(|failed| error::store(&failed))?;
    Ok(slices.into_iter().flat_map(|slice| slice.rows).collect())
}

fn votes(backlog: &[Topic], point: PointId) -> u32 {
    let about_it = backlog.iter().filter(|topic| topic.points.contains(&point));
    about_it.fold(0, |votes, topic| votes.saturating_add(topic.votes))
}
