//! Look-ups by global id: the id names the owner, so one source is asked.

use async_graphql::{Context, ID, Object, Result};
use folkmoot_domain::{EntityKind, GlobalId, RegionId};

use crate::{
    asked::{Asked, asked},
    connection::plain_list,
    error::{self, code, failure},
    lists::HasLoaders,
    loaders::{AssessmentList, CaseStudyList, Found, Listing, MeetupList, OfferList},
    types::{
        CaseStudy, Council, Meetup, Node, Offer, PeerGroup, Region, ServiceAssessment, Standard,
        StandardPoint,
    },
};

/// The most ids in one question, as many as a page has things.
const MAX_IDS: usize = 100;

/// The thing with this id; `None` if there is none, or none that this viewer may see.
pub(crate) async fn find(ctx: &Context<'_>, id: GlobalId) -> Option<Result<Node>> {
    let asked = asked(ctx);
    let found = match (id.kind(), id.region()) {
        (EntityKind::Meetup, Some(region)) => {
            let found = row::<MeetupList>(asked, region, id).await;
            found.map(|row| row.map(|row| Node::Meetup(Meetup(row))))
        }
        (EntityKind::CaseStudy, Some(region)) => {
            let found = row::<CaseStudyList>(asked, region, id).await;
            found.map(|row| row.map(|row| Node::CaseStudy(CaseStudy(row))))
        }
        (EntityKind::Offer, Some(region)) => {
            let found = row::<OfferList>(asked, region, id).await;
            found.map(|row| row.map(|row| Node::Offer(Offer(row))))
        }
        (EntityKind::ServiceAssessment, Some(region)) => {
            let found = row::<AssessmentList>(asked, region, id).await;
            found.map(|row| row.map(|row| Node::ServiceAssessment(ServiceAssessment(row))))
        }
        _ => Ok(reference_node(asked, id)),
    };
    found.map_err(|failed| error::unreachable(&failed)).transpose()
}

async fn row<L: Listing>(asked: &Asked, region: RegionId, id: GlobalId) -> Found<L>
where
    Asked: HasLoaders<L>,
{
    if !asked.sees(region) {
        return Ok(None);
    }
    asked.note_asked(L::KIND, &[region]);
    let found = asked.loaders_of().entity(region, id.key()).await?;
    Ok(found.filter(|row| L::shows(asked, row)))
}

fn reference_node(asked: &Asked, id: GlobalId) -> Option<Node> {
    let reference = || asked.reference.clone();
    let key = id.key();
    Some(match id.kind() {
        EntityKind::Council => {
            let id = asked.reference.council(key.into())?.id;
            Node::Council(Council { reference: reference(), id })
        }
        EntityKind::Standard => {
            let id = asked.reference.standard(key.into())?.id;
            Node::Standard(Standard { reference: reference(), id })
        }
        EntityKind::StandardPoint => {
            let id = asked.reference.point(key.into())?.id;
            Node::StandardPoint(StandardPoint { reference: reference(), id })
        }
        EntityKind::Region => {
            let id = key.into();
            asked.sees(id).then(|| Node::Region(Region { reference: reference(), id }))?
        }
        EntityKind::PeerGroup => {
            let group = asked.reference.group(key.into())?;
            let is_theirs = id.region() == Some(group.region) && asked.sees(group.region);
            is_theirs
                .then(|| Node::PeerGroup(PeerGroup { reference: reference(), id: group.id }))?
        }
        EntityKind::Meetup
        | EntityKind::CaseStudy
        | EntityKind::Offer
        | EntityKind::ServiceAssessment => return None,
    })
}

/// The thing of one kind with this id; an id of another kind is a mistake and says so.
pub(crate) async fn of_kind(
    ctx: &Context<'_>,
    given: &ID,
    kind: EntityKind,
) -> Option<Result<Node>> {
    match parsed(given) {
        Ok(id) if id.kind() == kind => find(ctx, id).await,
        Ok(_) => {
            let message = "the id names something of another kind: use `node(id:)` for any kind";
            Some(Err(failure(code::MALFORMED_ID, message)))
        }
        Err(error) => Some(Err(error)),
    }
}

/// A text as a global id.
pub(crate) fn parsed(given: &str) -> Result<GlobalId> {
    given.parse().map_err(|error: folkmoot_domain::MalformedId| {
        failure(code::MALFORMED_ID, error.to_string())
    })
}

/// The path of a kind's permanent addresses.
pub(crate) fn path_of(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Council => "councils",
        EntityKind::Standard => "standards",
        EntityKind::StandardPoint => "points",
        EntityKind::Region => "regions",
        EntityKind::PeerGroup => "groups",
        EntityKind::Meetup => "meetups",
        EntityKind::CaseStudy => "case-studies",
        EntityKind::Offer => "offers",
        EntityKind::ServiceAssessment => "assessments",
    }
}

/// Things by id at the root.
#[derive(Default)]
pub(crate) struct NodeQueries;

#[Object]
impl NodeQueries {
    /// The thing with this id, whatever its kind; null if there is none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As an earlier answer gave it.")] id: ID,
    ) -> Option<Result<Node>> {
        match parsed(&id) {
            Ok(id) => find(ctx, id).await,
            Err(error) => Some(Err(error)),
        }
    }

    /// The things with these ids, in the same order, at most 100; null for each that is not
    /// there.
    #[graphql(complexity = "plain_list(ids.len().min(MAX_IDS), child_complexity)")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As earlier answers gave them.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        if ids.len() > MAX_IDS {
            let message = format!("at most {MAX_IDS} ids at a time: ask again for the rest");
            return Err(failure(code::TOO_MANY_IDS, message));
        }
        let parsed: Vec<_> = ids.iter().map(|id| parsed(id)).collect();
        Ok(futures::future::join_all(parsed.into_iter().map(|id| async move {
            match id {
                Ok(id) => find(ctx, id).await,
                Err(error) => Some(Err(error)),
            }
        }))
        .await)
    }
}
