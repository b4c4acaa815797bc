//! What regions and gateways hand to each other, as JSON: one shape per kind of row, whether it
//! comes by a change feed or from a live service, and the card that a region gives of itself.
//!
//! Rows are read strictly and one by one: a bad one says what is wrong with it and harms no other.
//! The JSON Schemas of these shapes are derived from the types here.

mod assessment;
mod card;
mod case_study;
mod desk;
mod item;
mod meetup;
mod offer;

pub use assessment::{ActionItem, AssessmentItem, OutcomeItem, SeatItem};
pub use card::{
    CONTRACT, ContractVersion, FeedItem, GroupItem, MemberItem, RegionCard, UnreadableCard,
    read_card, read_groups,
};
pub use case_study::CaseStudyItem;
pub use item::{BadItem, ExchangeContext, ExchangeKind, Exchanged, Fault, read_item};
pub use meetup::{MeetupItem, TalkItem, VenueItem};
pub use offer::OfferItem;

use crate::{PointId, Reference};

/// The references of points; `None` if one is not known here.
fn references(points: &[PointId], reference: &Reference) -> Option<Vec<String>> {
    points.iter().map(|point| Some(reference.point(*point)?.reference.clone())).collect()
}

#[cfg(test)]
mod tests;
