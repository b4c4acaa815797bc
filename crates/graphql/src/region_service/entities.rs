//! Rows by id, as other services of a federated graph refer to them.

use std::collections::{HashMap, HashSet};

use async_graphql::{Any, Result, Union, Value};
use folkmoot_domain::{ExchangeKind, Exchanged};
use futures::future::try_join4;
use uuid::Uuid;

use super::{
    Seat,
    assessments::{ServiceAssessment, forget_hidden},
    case_studies::CaseStudy,
    meetups::Meetup,
    offers::Offer,
    pages::Served,
    unavailable,
};
use crate::error::{code, failure};

/// The most representations in one question, by the contract.
pub(super) const MAX_REPRESENTATIONS: usize = 500;

/// A row of any kind.
#[derive(Union)]
#[graphql(name = "_Entity")]
pub(super) enum Entity {
    Meetup(Meetup),
    CaseStudy(CaseStudy),
    Offer(Offer),
    ServiceAssessment(ServiceAssessment),
}

/// An entry for each representation, in their order; none where there is no such row. Each kind
/// is asked for once. If it cannot be said of one, it is said of none: an entry that is null means
/// that the row is not there.
pub(super) async fn entities(seat: &Seat, representations: &[Any]) -> Result<Vec<Option<Entity>>> {
    if representations.len() > MAX_REPRESENTATIONS {
        let message = format!(
            "at most {MAX_REPRESENTATIONS} representations at a time: ask again for the rest"
        );
        return Err(failure(code::TOO_MANY_IDS, message));
    }
    let wanted: Vec<_> = representations.iter().map(|Any(given)| read(given)).collect();
    let (meetups, case_studies, offers, mut assessments) = try_join4(
        found::<Meetup>(seat, &wanted),
        found::<CaseStudy>(seat, &wanted),
        found::<Offer>(seat, &wanted),
        found::<ServiceAssessment>(seat, &wanted),
    )
    .await?;
    forget_hidden(seat, assessments.values_mut()).await?;
    let entity = |(kind, id): (ExchangeKind, Uuid)| match kind {
        ExchangeKind::Meetup => meetups.get(&id).cloned().map(Entity::Meetup),
        ExchangeKind::CaseStudy => case_studies.get(&id).cloned().map(Entity::CaseStudy),
        ExchangeKind::Offer => offers.get(&id).cloned().map(Entity::Offer),
        ExchangeKind::ServiceAssessment => {
            assessments.get(&id).cloned().map(Entity::ServiceAssessment)
        }
    };
    Ok(wanted.into_iter().map(|wanted| wanted.and_then(entity)).collect())
}

/// What a representation names; nothing if it is of no kind that is here, or its id is none.
fn read(given: &Value) -> Option<(ExchangeKind, Uuid)> {
    let Value::Object(fields) = given else { return None };
    let text = |name: &str| match fields.get(name) {
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let name = text("__typename")?;
    let kind = ExchangeKind::ALL.into_iter().find(|kind| kind.name() == name)?;
    Some((kind, Uuid::parse_str(text("id")?).ok()?))
}

/// The rows of one kind that are there and may be told.
async fn found<S: Served>(
    seat: &Seat,
    wanted: &[Option<(ExchangeKind, Uuid)>],
) -> Result<HashMap<Uuid, S>> {
    let of_kind = wanted.iter().flatten().filter(|(kind, _)| *kind == S::Stored::KIND);
    let ids: HashSet<_> = of_kind.map(|(_, id)| (seat.region, *id)).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = seat.moot.nation.entities::<S::Kind>(&seat.reference, &ids).await;
    let mut found = HashMap::with_capacity(rows.len());
    for ((_, id), row) in rows {
        let row = row.map_err(|error| unavailable(seat, error.reason))?;
        if let Some(item) = row.to_item(&seat.reference) {
            found.insert(id, S::from(item));
        }
    }
    Ok(found)
}
