//! What a search finds.

use async_graphql::{Context, Enum, Object, Result};
use folkmoot_domain::{EntityKind, GlobalId};
use folkmoot_store::{SearchAnswer, SearchHit as StoredHit};

use crate::{
    asked::asked,
    query::nodes,
    scalars::{Url, int},
    types::Node,
};

/// What kind of thing was found.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchKind {
    /// A council.
    Council,
    /// A peer group.
    PeerGroup,
    /// A point of a standard.
    Point,
    /// A meet-up.
    Meetup,
    /// A case study.
    CaseStudy,
    /// An offer of help.
    Offer,
    /// A service assessment whose council agreed to publication.
    ServiceAssessment,
}

/// What a search found.
pub(crate) struct SearchResults {
    pub(crate) answer: SearchAnswer,
    pub(crate) unsearched: Vec<String>,
}

/// What a search found.
#[Object]
impl SearchResults {
    /// The hits, the best first.
    async fn nodes(&self) -> Vec<SearchHit> {
        self.answer.hits.iter().cloned().map(SearchHit).collect()
    }

    /// How many things hold the words.
    async fn total_count(&self) -> i32 {
        int(self.answer.total)
    }

    /// False if a region could not be searched.
    async fn complete(&self) -> bool {
        self.unsearched.is_empty()
    }

    /// The same in a sentence that can be shown to readers.
    async fn note(&self) -> String {
        match self.unsearched.as_slice() {
            [] => "Complete: all regions were searched.".to_owned(),
            reasons => format!("Incomplete, not searched: {}.", reasons.join(", ")),
        }
    }
}

/// A thing that holds the words.
pub(crate) struct SearchHit(StoredHit);

impl SearchHit {
    fn global_id(&self) -> Option<GlobalId> {
        let StoredHit { kind, region, id, .. } = self.0;
        match (kind.is_regional(), region) {
            (false, _) => Some(GlobalId::national(kind, id)),
            (true, Some(region)) => Some(GlobalId::regional(kind, region, id)),
            (true, None) => None,
        }
    }
}

/// A thing that holds the words.
#[Object]
impl SearchHit {
    /// What kind of thing it is.
    async fn kind(&self) -> SearchKind {
        match self.0.kind {
            EntityKind::Council => SearchKind::Council,
            EntityKind::PeerGroup | EntityKind::Region => SearchKind::PeerGroup,
            EntityKind::Standard | EntityKind::StandardPoint => SearchKind::Point,
            EntityKind::Meetup => SearchKind::Meetup,
            EntityKind::CaseStudy => SearchKind::CaseStudy,
            EntityKind::Offer => SearchKind::Offer,
            EntityKind::ServiceAssessment => SearchKind::ServiceAssessment,
        }
    }

    /// Its name or title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The text around the words, without markup.
    async fn snippet(&self) -> &str {
        &self.0.snippet
    }

    /// The thing itself; null if it went away meanwhile.
    async fn node(&self, ctx: &Context<'_>) -> Option<Result<Node>> {
        nodes::find(ctx, self.global_id()?).await
    }

    /// Its permanent address on this gateway.
    async fn url(&self, ctx: &Context<'_>) -> Option<Url> {
        let asked = asked(ctx);
        let addresses = asked.addresses();
        let (reference, key) = (&asked.reference, self.0.id);
        Some(match self.0.kind {
            EntityKind::Council => {
                addresses.named("councils", reference.council(key.into())?.code.as_str())
            }
            EntityKind::PeerGroup => addresses.named("groups", &reference.group(key.into())?.slug),
            EntityKind::StandardPoint => {
                addresses.named("points", &reference.point(key.into())?.reference)
            }
            kind => addresses.of(nodes::path_of(kind), &self.global_id()?),
        })
    }
}
