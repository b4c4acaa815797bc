//! Anything with a global id.

use async_graphql::{ID, Interface};

use crate::types::{
    CaseStudy, Council, Meetup, Offer, PeerGroup, Region, ServiceAssessment, Standard,
    StandardPoint,
};

/// Anything with a global id, as Relay clients know it.
#[derive(Interface, Clone)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id: opaque, and the same for ever."))]
pub(crate) enum Node {
    /// A council.
    Council(Council),
    /// A standard.
    Standard(Standard),
    /// A point of a standard.
    StandardPoint(StandardPoint),
    /// A region.
    Region(Region),
    /// A peer group.
    PeerGroup(PeerGroup),
    /// A meet-up.
    Meetup(Meetup),
    /// A case study.
    CaseStudy(CaseStudy),
    /// An offer of help.
    Offer(Offer),
    /// A service assessment.
    ServiceAssessment(ServiceAssessment),
}
