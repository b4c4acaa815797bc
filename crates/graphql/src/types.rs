//! The types of the API, one file per noun.

mod case_study;
mod council;
mod meetup;
mod node;
mod offer;
mod peer_group;
mod provenance;
mod region;
mod search;
mod source;
mod standard;
mod viewer;

pub(crate) use case_study::CaseStudy;
pub(crate) use council::{Council, CouncilType, Country};
pub(crate) use meetup::{Attendance, Meetup, MeetupStatus};
pub(crate) use node::Node;
pub(crate) use offer::{Offer, OfferKind};
pub(crate) use peer_group::PeerGroup;
pub(crate) use region::Region;
pub(crate) use search::SearchResults;
pub(crate) use source::{Gap, SourceStatus};
pub(crate) use standard::{Standard, StandardPoint};
pub(crate) use viewer::Viewer;
