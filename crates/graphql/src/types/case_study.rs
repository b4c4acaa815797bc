//! Case studies.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use folkmoot_domain::{self as domain, EntityKind, GlobalId, Key, Keyed};

use crate::{
    asked::{Asked, asked},
    connection::{Listed, plain_list},
    quick::{Plain, Quick, Rows, Told},
    scalars::{Date, DateTime, Url},
    types::{Council, Region, StandardPoint, provenance::Provenance},
};

/// A case study.
#[derive(Clone)]
pub(crate) struct CaseStudy(pub(crate) Arc<domain::CaseStudy>);

impl CaseStudy {
    fn global_id(&self) -> GlobalId {
        GlobalId::regional(EntityKind::CaseStudy, self.0.region, self.0.id)
    }
}

impl Quick for CaseStudy {
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        let it = &*self.0;
        match field.name {
            "id" => told.text(&self.global_id().to_string()),
            "title" => told.text(&it.title),
            "summary" => told.text(&it.summary),
            "council" => {
                let council = it.council.and_then(|id| Council::among(&asked.reference, id));
                told.maybe(council, field, asked)?
            }
            "points" => {
                told.list(&StandardPoint::among(&asked.reference, &it.points), field, asked)?
            }
            "publishedAt" => told.leaf(DateTime(it.published_at)),
            "reviewedOn" => told.leaf(it.reviewed_on.map(Date)),
            "link" => told.leaf(it.link.as_ref().map(Url::from)),
            "url" => told.leaf(asked.addresses().of("case-studies", &self.global_id())),
            _ => return None,
        }
        Some(())
    }
}

impl Listed for CaseStudy {
    fn key(&self) -> Key {
        self.0.key()
    }
}

/// What a council tried and learned, shared by a region.
#[Object]
impl CaseStudy {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        self.global_id().to_string().into()
    }

    /// One line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// A paragraph.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// The council it is about; null if it is about none in particular.
    async fn council(&self, ctx: &Context<'_>) -> Option<Council> {
        Council::known(ctx, self.0.council?)
    }

    /// The region that shares it.
    async fn region(&self, ctx: &Context<'_>) -> Option<Region> {
        Region::known(ctx, self.0.region)
    }

    /// The points it is about.
    #[graphql(complexity = "plain_list(4, child_complexity)")]
    async fn points(&self, ctx: &Context<'_>) -> Rows<StandardPoint> {
        Rows(StandardPoint::among(&asked(ctx).reference, &self.0.points).into())
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at)
    }

    /// When somebody last checked that it still holds; null if nobody did.
    async fn reviewed_on(&self) -> Option<Date> {
        self.0.reviewed_on.map(Date)
    }

    /// Where the whole text is, where it has an address.
    async fn link(&self) -> Option<Url> {
        self.0.link.as_ref().map(Url::from)
    }

    /// Its permanent address on this gateway.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        asked(ctx).addresses().of("case-studies", &self.global_id())
    }

    /// Where the row came from.
    async fn provenance(&self) -> Provenance {
        Provenance { region: self.0.region, of: self.0.provenance.clone() }
    }
}
