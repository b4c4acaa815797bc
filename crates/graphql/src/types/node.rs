//! Anything with a global id.

use async_graphql::{ID, Interface, Union};

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

/// What other services may refer to in a federated graph: everything with a global id.
#[derive(Union)]
#[graphql(name = "_Entity")]
pub(crate) enum Entity {
    Council(Council),
    Standard(Standard),
    StandardPoint(StandardPoint),
    Region(Region),
    PeerGroup(PeerGroup),
    Meetup(Meetup),
    CaseStudy(CaseStudy),
    Offer(Offer),
    ServiceAssessment(ServiceAssessment),
}

impl From<Node> for Entity {
    fn from(node: Node) -> Self {
        match node {
            Node::Council(it) => Self::Council(it),
            Node::Standard(it) => Self::Standard(it),
            Node::StandardPoint(it) => Self::StandardPoint(it),
            Node::Region(it) => Self::Region(it),
            Node::PeerGroup(it) => Self::PeerGroup(it),
            Node::Meetup(it) => Self::Meetup(it),
            Node::CaseStudy(it) => Self::CaseStudy(it),
            Node::Offer(it) => Self::Offer(it),
            Node::ServiceAssessment(it) => Self::ServiceAssessment(it),
        }
    }
}
