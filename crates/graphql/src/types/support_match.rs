//! Who can help whom.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use folkmoot_domain::{self as domain, CouncilId};

use crate::{
    scalars::Url,
    types::{Council, Offer},
};

/// Offers that may help councils in need, for coordinators.
#[derive(SimpleObject)]
pub(crate) struct SupportMatches {
    /// The most urgent need first, then what fits best; a council is shown three helpers at most.
    pub(crate) rows: Vec<SupportMatch>,
    /// How many there are, shown or not.
    pub(crate) total_count: i32,
    /// Councils that would fit and are left in peace: they help as many as they can already.
    pub(crate) hidden_count: i32,
    /// The half-year of the latest answers, such as `2026-H2`; null if nobody gave a level.
    pub(crate) half_year: Option<String>,
    /// True if offers of every region were looked at: those of regions that are asked live are not.
    pub(crate) complete: bool,
    /// What was looked at, in a sentence.
    pub(crate) note: String,
}

/// An offer that may help a council in need.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct SupportMatch {
    #[graphql(skip)]
    pub(crate) needing: CouncilId,
    #[graphql(skip)]
    pub(crate) helping: CouncilId,
    #[graphql(skip)]
    pub(crate) offered: Arc<domain::Offer>,
    /// True if it can be given without travel.
    pub(crate) remote: bool,
    /// How urgent the need is, as a level: 3 much, 4 urgent.
    pub(crate) urgency: i32,
    /// Each reason in a sentence, those of the need first.
    pub(crate) because: Vec<String>,
}

#[ComplexObject]
impl SupportMatch {
    /// The council in need.
    async fn needing(&self, ctx: &Context<'_>) -> Result<Council> {
        known(ctx, self.needing)
    }

    /// The council that offers.
    async fn helping(&self, ctx: &Context<'_>) -> Result<Council> {
        known(ctx, self.helping)
    }

    /// What is offered.
    async fn offer(&self) -> Offer {
        Offer(self.offered.clone())
    }

    /// The page where one asks for it; never a person's address.
    async fn ask_url(&self) -> Url {
        Url::from(&self.offered.ask_url)
    }
}

fn known(ctx: &Context<'_>, council: CouncilId) -> Result<Council> {
    Council::known(ctx, council).ok_or_else(|| "the council is not in the register".into())
}
