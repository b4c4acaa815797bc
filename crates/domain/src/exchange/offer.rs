//! Offers of help as others get them.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    desk::Desk,
    instant::instant,
    item::{ExchangeKind, Exchanged},
};
use crate::{Offer, OfferId, OfferKind, Reference, sheet::MAX_NOTE};

/// An offer of help by a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Offer")]
pub struct OfferItem {
    /// Yours, unique, and the same for ever.
    pub id: Uuid,
    /// The code of the council that offers, such as `CMD`.
    pub council: String,
    /// What is offered.
    pub kind: OfferKind,
    /// The reference of the point, such as `lgdss-2016/3`; any point if absent.
    pub point: Option<String>,
    /// True if it needs no travel.
    pub remote: bool,
    /// From when on; now if absent.
    pub available_from: Option<NaiveDate>,
    /// A sentence, at most 500 characters; plain text.
    pub note: Option<String>,
    /// The page where one asks for it: an https address, never a person's e-mail address.
    pub ask_url: String,
    /// Whole seconds: the order of lists.
    #[serde(deserialize_with = "instant")]
    pub offered_at: DateTime<Utc>,
    /// True for a made-up row.
    #[serde(default)]
    pub synthetic: bool,
}

impl Exchanged for Offer {
    const KIND: ExchangeKind = ExchangeKind::Offer;
    const ORDERED_BY: &'static str = "offeredAt";
    type Item = OfferItem;

    fn to_item(&self, reference: &Reference) -> Option<OfferItem> {
        let point = match self.point {
            Some(point) => Some(reference.point(point)?.reference.clone()),
            None => None,
        };
        Some(OfferItem {
            id: self.id.0,
            council: reference.council(self.council)?.code.to_string(),
            kind: self.kind,
            point,
            remote: self.remote,
            available_from: self.available_from,
            note: self.note.clone(),
            ask_url: self.ask_url.to_string(),
            offered_at: self.offered_at,
            synthetic: self.provenance.synthetic,
        })
    }

    fn of_item(item: OfferItem, desk: &mut Desk<'_>) -> Option<Self> {
        let council = desk.council("council", &item.council).map(|council| council.id);
        let ask_url = desk.link("askUrl", &item.ask_url);
        let point = item.point.as_deref().and_then(|point| desk.point("point", point));
        let offered_at = desk.instant("offeredAt", item.offered_at);
        let available_from = item.available_from.map(|day| desk.day("availableFrom", day));
        Some(Self {
            id: OfferId(item.id),
            region: desk.region(),
            council: council?,
            natural_key: item.id.to_string(),
            kind: item.kind,
            point,
            remote: item.remote,
            available_from,
            note: desk.some_line(item.note.as_deref(), MAX_NOTE),
            ask_url: ask_url?,
            offered_at,
            provenance: desk.provenance(item.synthetic),
            revision: 0,
        })
    }
}
