//! What is stale in a region.

use async_graphql::{Enum, SimpleObject};
use folkmoot_domain::{self as domain, AttentionSubject, EntityKind, GlobalId};

use crate::{
    asked::Asked,
    query::nodes,
    scalars::{Date, Url},
};

/// What needs attention in a region, for its coordinators.
#[derive(SimpleObject)]
pub(crate) struct Attention {
    /// What has been due for longest first.
    pub(crate) rows: Vec<AttentionRow>,
    /// True if nothing was left out.
    pub(crate) complete: bool,
    /// What was looked at, in a sentence.
    pub(crate) note: String,
}

/// What may need attention.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttentionKind {
    /// Nothing has arrived from the region for longer than its door allows.
    SilentFeed,
    /// A council that another region has as at home as well.
    ContestedHome,
    /// What the region gives of half-years that it closed elsewhere cannot be taken, or changed.
    FiguresNotTaken,
    /// A half-year that the region should have closed.
    HalfYearNotClosed,
    /// An action of a service assessment that is past its day.
    OverdueAction,
    /// A call for help that led to no introduction for three months.
    UnansweredNeed,
    /// An offer that led to no introduction for a year.
    UnusedOffer,
    /// A case study that nobody reviewed for eighteen months.
    UnreviewedCaseStudy,
}

/// Something that needs attention.
#[derive(SimpleObject)]
pub(crate) struct AttentionRow {
    /// What is the matter.
    kind: AttentionKind,
    /// What to call it, in a line.
    title: String,
    /// The page of the thing; of the region, where the thing has no page of its own.
    url: Url,
    /// The day on which it became due.
    since: Date,
    /// Why, in a sentence.
    because: String,
}

impl AttentionRow {
    pub(crate) fn new(asked: &Asked, region: &domain::Region, row: domain::AttentionRow) -> Self {
        let addresses = asked.addresses();
        let page = |kind, id: uuid::Uuid| {
            addresses.of(nodes::path_of(kind), &GlobalId::regional(kind, region.id, id))
        };
        let url = match row.subject {
            AttentionSubject::Offer(id) => page(EntityKind::Offer, id.0),
            AttentionSubject::CaseStudy(id) => page(EntityKind::CaseStudy, id.0),
            AttentionSubject::Action { assessment, .. } => {
                page(EntityKind::ServiceAssessment, assessment.0)
            }
            AttentionSubject::Feed(_)
            | AttentionSubject::Home(..)
            | AttentionSubject::Figures(_)
            | AttentionSubject::HalfYear(..)
            | AttentionSubject::Need(_) => {
                addresses.named(nodes::path_of(EntityKind::Region), region.code.as_str())
            }
        };
        Self {
            kind: kind(row.subject),
            title: row.title,
            url,
            since: Date(row.since),
            because: row.because,
        }
    }
}

fn kind(subject: AttentionSubject) -> AttentionKind {
    match subject {
        AttentionSubject::Feed(_) => AttentionKind::SilentFeed,
        AttentionSubject::Home(..) => AttentionKind::ContestedHome,
        AttentionSubject::Figures(_) => AttentionKind::FiguresNotTaken,
        AttentionSubject::HalfYear(..) => AttentionKind::HalfYearNotClosed,
        AttentionSubject::Action { .. } => AttentionKind::OverdueAction,
        AttentionSubject::Need(_) => AttentionKind::UnansweredNeed,
        AttentionSubject::Offer(_) => AttentionKind::UnusedOffer,
        AttentionSubject::CaseStudy(_) => AttentionKind::UnreviewedCaseStudy,
    }
}
