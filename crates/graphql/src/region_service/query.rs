//! What may be asked of a region.

use async_graphql::{Any, Context, Object, Result, SimpleObject};
use folkmoot_domain::{self as domain, Door};
use folkmoot_federation::SourceState;

use super::{
    Seat,
    assessments::{ServiceAssessment, ServiceAssessmentFilter, forget_hidden},
    capability::{self, ClosedHalfYear},
    card::RegionCard,
    case_studies::{CaseStudy, CaseStudyFilter},
    entities::{self, Entity, MAX_REPRESENTATIONS},
    meetups::{Meetup, MeetupFilter},
    offers::{Offer, OfferFilter},
    pages::{Page, PageRequest, cost, pages},
    sdl, unavailable,
};
use crate::{
    connection::plain_list,
    error::{code, failure},
};

/// Pages of assessments, which name none that is not public.
async fn public_pages(
    seat: &Seat,
    requests: Vec<PageRequest<ServiceAssessmentFilter>>,
) -> Result<Vec<Page<ServiceAssessment>>> {
    let mut pages = pages(seat, requests).await?;
    forget_hidden(seat, pages.iter_mut().flat_map(|page| &mut page.rows)).await?;
    Ok(pages)
}

fn seat<'c>(ctx: &Context<'c>) -> &'c Seat {
    ctx.data_unchecked::<Seat>()
}

/// This region as a part of a federated graph.
#[derive(SimpleObject)]
#[graphql(name = "_Service")]
struct Service {
    /// The schema with its keys.
    sdl: &'static str,
}

/// The root of a region's schema.
pub(crate) struct Query;

/// What a gateway asks of a region. Each part stands by itself: one that cannot be answered now is
/// null, with an error, and harms no other.
#[Object]
impl Query {
    /// Who this region is, and its clock.
    async fn describe(&self, ctx: &Context<'_>) -> Option<Result<RegionCard>> {
        Some(describe(seat(ctx)).await)
    }

    /// A page for each request, in their order.
    #[graphql(complexity = "cost(&pages, child_complexity)")]
    async fn meetups(
        &self,
        ctx: &Context<'_>,
        pages: Vec<PageRequest<MeetupFilter>>,
    ) -> Option<Result<Vec<Page<Meetup>>>> {
        Some(self::pages(seat(ctx), pages).await)
    }

    /// A page for each request, in their order.
    #[graphql(complexity = "cost(&pages, child_complexity)")]
    async fn case_studies(
        &self,
        ctx: &Context<'_>,
        pages: Vec<PageRequest<CaseStudyFilter>>,
    ) -> Option<Result<Vec<Page<CaseStudy>>>> {
        Some(self::pages(seat(ctx), pages).await)
    }

    /// A page for each request, in their order.
    #[graphql(complexity = "cost(&pages, child_complexity)")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        pages: Vec<PageRequest<OfferFilter>>,
    ) -> Option<Result<Vec<Page<Offer>>>> {
        Some(self::pages(seat(ctx), pages).await)
    }

    /// A page for each request, in their order. Public ones alone.
    #[graphql(complexity = "cost(&pages, child_complexity)")]
    async fn service_assessments(
        &self,
        ctx: &Context<'_>,
        pages: Vec<PageRequest<ServiceAssessmentFilter>>,
    ) -> Option<Result<Vec<Page<ServiceAssessment>>>> {
        Some(public_pages(seat(ctx), pages).await)
    }

    /// The half-years among these that the region has closed, all if absent, with what its councils
    /// answered about themselves, counted. For tokens of the scope `peer` alone. Since version 1.1.
    #[graphql(complexity = "capability::COST + child_complexity")]
    async fn capability(
        &self,
        ctx: &Context<'_>,
        half_years: Option<Vec<String>>,
    ) -> Option<Result<Vec<ClosedHalfYear>>> {
        Some(capability::closed(seat(ctx), half_years.as_deref()).await)
    }

    /// Rows by `__typename` and `id`, in their order, at most 500; null for each that is not
    /// there.
    #[graphql(
        name = "_entities",
        complexity = "plain_list(representations.len().min(MAX_REPRESENTATIONS), child_complexity)"
    )]
    async fn entities(
        &self,
        ctx: &Context<'_>,
        representations: Vec<Any>,
    ) -> Option<Result<Vec<Option<Entity>>>> {
        Some(entities::entities(seat(ctx), &representations).await)
    }

    /// For routers of a federated graph: this region's part of it.
    #[graphql(name = "_service")]
    async fn service(&self) -> Service {
        Service { sdl: sdl() }
    }
}

async fn describe(seat: &Seat) -> Result<RegionCard> {
    let region = seat.region();
    let as_of = match region.door {
        Door::Hosted => None,
        // A region whose rows cannot be dated must not look like one that is the source itself.
        _ => {
            let statuses = seat.moot.nation.statuses(&seat.reference, &[region.id]).await;
            let status = statuses.into_iter().next();
            match status.map(|status| (status.state, status.reason, status.as_of)) {
                Some((SourceState::Missing, Some(reason), _)) => {
                    return Err(unavailable(seat, reason));
                }
                // What is older than it should be says so by its date.
                Some((.., as_of)) => as_of,
                None => None,
            }
        }
    };
    // Read each time: another epoch may begin while this process runs.
    let instance = seat.moot.store.instance().await.map_err(|error| {
        tracing::error!(%error, "reading failed");
        failure(code::UNAVAILABLE, "the gateway cannot reach its database: ask again later")
    })?;
    // What is kept here has passed through no other gateway that a question could come back to.
    let behind = match region.door {
        Door::Live => seat.moot.nation.instances_behind(region).await,
        Door::Hosted | Door::Sheet | Door::Changes => Vec::new(),
    };
    let card = domain::RegionCard {
        as_of,
        epoch: instance.epoch.to_string(),
        instances: std::iter::once(instance.id).chain(behind).collect(),
        ..domain::RegionCard::of(region, &seat.reference, seat.moot.now())
    };
    Ok(card.into())
}
