//! What regions and gateways hand to each other, as JSON: one shape per kind of row, whether it
//! comes by a change feed or from a live service, the pages of a feed, and the card that a region
//! gives of itself.
//!
//! Rows are read strictly and one by one: a bad one says what is wrong with it and harms no other.
//! The JSON Schemas of these shapes are derived from the types here.

mod assessment;
mod card;
mod case_study;
mod closed;
mod desk;
mod instant;
mod item;
mod marker;
mod meetup;
mod offer;
mod page;
mod schemas;

pub use assessment::{ActionItem, AssessmentItem, OutcomeItem, SeatItem};
pub use card::{
    CLOCK_LEEWAY, CONTRACT, ContractVersion, FIGURES_SINCE, FeedItem, GroupItem, MemberItem,
    RegionCard, UnreadableCard, read_card, read_groups,
};
pub use case_study::CaseStudyItem;
pub use closed::{
    AskedItem, ClosedItem, CountedHalfYear, CountsItem, TableItem, closed_fingerprint, read_closed,
};
pub use item::{
    BadItem, ExchangeContext, ExchangeKind, Exchanged, Fault, read_item, read_item_text, take_item,
};
pub use marker::{Contradiction, FeedMarker, KindMarker, KindReading, RefusedRow};
pub use meetup::{MeetupItem, TalkItem, VenueItem};
pub use offer::OfferItem;
pub use page::{
    EntryState, FeedEntry, FeedPage, MAX_PAGE_ITEMS, PAGE_MEDIA_TYPE, UnreadablePage, read_page,
};
pub use schemas::exchange_schemas;

use serde::de::DeserializeOwned;

use crate::{
    PointId, Reference,
    sheet::{MAX_TITLE, told},
};

/// The references of points; `None` if one is not known here.
fn references(points: &[PointId], reference: &Reference) -> Option<Vec<String>> {
    points.iter().map(|point| Some(reference.point(*point)?.reference.clone())).collect()
}

/// Reads JSON; what is wrong with it, and where, otherwise.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let text = &mut serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(text).map_err(|error| {
        let text = match error.path().to_string() {
            path if path == "." => error.inner().to_string(),
            path => format!("{path}: {}", error.inner()),
        };
        told(&text, MAX_TITLE)
    })
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
