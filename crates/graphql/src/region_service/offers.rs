//! Offers of help as regions exchange them.

use async_graphql::{InputObject, Result, SimpleObject};
use folkmoot_domain::{self as domain, OfferItem};
use folkmoot_federation::Offers;

use super::{Seat, pages::Served, scalars::Id};
use crate::{
    scalars::{Date, DateTime},
    types::OfferKind,
};

/// An offer of help by a council.
#[derive(SimpleObject, Clone)]
pub(super) struct Offer {
    /// The same for ever.
    id: Id,
    /// The code of the council that offers, such as `CMD`.
    council: String,
    /// What is offered.
    kind: OfferKind,
    /// The reference of the point, such as `lgdss-2016/3`; any point if null.
    point: Option<String>,
    /// True if it needs no travel.
    remote: bool,
    /// From when on; now if null.
    available_from: Option<Date>,
    /// A sentence, plain text.
    note: Option<String>,
    /// The page where one asks for it.
    ask_url: String,
    /// Whole seconds: the order of lists.
    offered_at: DateTime,
    /// True for a made-up row.
    synthetic: bool,
}

/// Points by reference, councils by code.
#[derive(InputObject, Default)]
pub(super) struct OfferFilter {
    /// An offer on any point passes, too.
    points: Option<Vec<String>>,
    /// Of one of these kinds.
    kinds: Option<Vec<OfferKind>>,
    /// By one of these councils.
    councils: Option<Vec<String>>,
    /// Given without travel, or not.
    remote: Option<bool>,
}

impl Served for Offer {
    type Stored = domain::Offer;
    type Kind = Offers;
    type Filter = OfferFilter;

    fn filter(given: OfferFilter, seat: &Seat) -> Result<domain::OfferFilter> {
        Ok(domain::OfferFilter {
            points: given.points.map(|references| seat.points(&references)),
            kinds: given.kinds.map(|all| all.into_iter().map(Into::into).collect()),
            councils: given.councils.map(|codes| seat.councils(&codes)),
            remote: given.remote,
        })
    }
}

impl From<OfferItem> for Offer {
    fn from(item: OfferItem) -> Self {
        Self {
            id: Id(item.id),
            council: item.council,
            kind: item.kind.into(),
            point: item.point,
            remote: item.remote,
            available_from: item.available_from.map(Date),
            note: item.note,
            ask_url: item.ask_url,
            offered_at: DateTime(item.offered_at),
            synthetic: item.synthetic,
        }
    }
}
