//! Offers of help.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use folkmoot_domain::{self as domain, EntityKind, GlobalId, Key, Keyed};

use crate::{
    asked::asked,
    connection::Listed,
    quick::Quick,
    scalars::{Date, DateTime, Url},
    types::{Council, Region, StandardPoint, provenance::Provenance},
};

/// What is offered.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::OfferKind")]
pub(crate) enum OfferKind {
    /// Advice, by call or visit.
    Advise,
    /// A talk at a meet-up.
    Speak,
    /// A room for a meet-up.
    Host,
    /// A seat on a panel of a service assessment.
    Assess,
    /// Code to reuse.
    ShareCode,
}

/// An offer of help.
#[derive(Clone)]
pub(crate) struct Offer(pub(crate) Arc<domain::Offer>);

impl Quick for Offer {}

impl Listed for Offer {
    fn key(&self) -> Key {
        self.0.key()
    }
}

/// What a council offers to others.
#[Object]
impl Offer {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        GlobalId::regional(EntityKind::Offer, self.0.region, self.0.id).to_string().into()
    }

    /// What is offered.
    async fn kind(&self) -> OfferKind {
        self.0.kind.into()
    }

    /// The council that offers.
    async fn council(&self, ctx: &Context<'_>) -> Result<Council> {
        let council = Council::known(ctx, self.0.council);
        council.ok_or_else(|| "the council is not in the register".into())
    }

    /// The region in which it was offered.
    async fn region(&self, ctx: &Context<'_>) -> Option<Region> {
        Region::known(ctx, self.0.region)
    }

    /// On which point; null if on any.
    async fn point(&self, ctx: &Context<'_>) -> Option<StandardPoint> {
        StandardPoint::one(&asked(ctx).reference, self.0.point?)
    }

    /// True if it needs no travel.
    async fn remote(&self) -> bool {
        self.0.remote
    }

    /// From when on; null if from now.
    async fn available_from(&self) -> Option<Date> {
        self.0.available_from.map(Date)
    }

    /// A sentence.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When it was made.
    async fn made_at(&self) -> DateTime {
        DateTime(self.0.offered_at)
    }

    /// The page where one asks for it; never a person's address.
    async fn ask_url(&self) -> Url {
        Url::from(&self.0.ask_url)
    }

    /// Where the row came from.
    async fn provenance(&self) -> Provenance {
        Provenance { region: self.0.region, of: self.0.provenance.clone() }
    }
}
