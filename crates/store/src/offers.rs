//! Reading offers: by id, and in pages.

use std::collections::{BTreeSet, HashMap};

use folkmoot_domain::{
    CouncilId, Offer, OfferFilter, OfferId, PointId, RegionId, Slice, SliceRequest,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    codec::{self, Reading},
    dialect::{Dialect, Field, hex},
    documents,
    entity::offer::{Entity, Model},
    walk::{Lane, Walk},
    write::Write,
};

impl Store {
    /// The offers with these ids that are of one of these regions.
    pub async fn offers(
        &self,
        regions: &[RegionId],
        ids: &[OfferId],
    ) -> Result<HashMap<OfferId, Offer>, StoreError> {
        let rows = self.by_ids::<Offers>(regions, ids.iter().map(|id| id.0)).await?;
        Ok(rows.into_iter().map(|offer| (offer.id, offer)).collect())
    }

    /// One slice per request, in the order of the requests; by the instant of the offer, then id.
    pub async fn offer_slices(
        &self,
        requests: &[SliceRequest<OfferFilter>],
    ) -> Result<Vec<Slice<Offer>>, StoreError> {
        self.slices::<Offers>(requests).await
    }
}

pub(crate) struct Offers;

const REGION: usize = 0;
const COUNCIL: usize = 1;
const POINT: usize = 2;
/// Offers of help on any point.
const ANY_POINT: usize = 3;

impl Walk for Offers {
    type Filter = OfferFilter;
    type Entity = Entity;
    type Item = Offer;

    const TABLE: &'static str = "offer";
    const FIELDS: &'static [(&'static str, Field)] =
        &[("points", Field::Uuids), ("kinds", Field::Texts), ("remote", Field::Bool)];

    fn lanes(dialect: Dialect) -> Vec<Lane> {
        let of_regions = dialect.among_listed("x.region_id", "q.regions", Field::Uuids);
        let by = |part: String| Lane {
            from: "offer x".to_owned(),
            at: "x.offered_at",
            id: "x.id",
            part,
        };
        vec![
            by("x.region_id = q.part".to_owned()),
            by(format!("x.council_id = q.part AND {of_regions}")),
            by(format!("x.point_id = q.part AND {of_regions}")),
            by(format!("x.point_id IS NULL AND {of_regions}")),
        ]
    }

    fn conditions(dialect: Dialect) -> Vec<(&'static str, String)> {
        let points = dialect.among_listed("x.point_id", "q.points", Field::Uuids);
        vec![
            ("points", format!("(x.point_id IS NULL OR {points})")),
            ("kinds", dialect.among_listed("x.kind", "q.kinds", Field::Texts)),
            ("remote", "(q.remote IS NULL OR x.remote = q.remote)".to_owned()),
        ]
    }

    fn arms(filter: &OfferFilter, regions: &[RegionId]) -> BTreeSet<(usize, Uuid)> {
        let is_empty = filter.points.as_ref().is_some_and(Vec::is_empty);
        if regions.is_empty() || is_empty {
            BTreeSet::new()
        } else if let Some(councils) = &filter.councils {
            councils.iter().map(|council| (COUNCIL, council.0)).collect()
        } else if let Some(points) = &filter.points {
            let points = points.iter().map(|point| (POINT, point.0));
            points.chain([(ANY_POINT, Uuid::nil())]).collect()
        } else {
            regions.iter().map(|region| (REGION, region.0)).collect()
        }
    }

    fn fields(_dialect: Dialect, filter: &OfferFilter) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if let (Some(points), true) = (&filter.points, filter.councils.is_some()) {
            set("points", points.iter().map(|id| hex(id.0)).collect());
        }
        if let Some(kinds) = &filter.kinds {
            set("kinds", kinds.iter().map(codec::word).collect());
        }
        if let Some(remote) = filter.remote {
            set("remote", remote.into());
        }
        fields
    }

    fn item(row: Model) -> Result<Offer, StoreError> {
        let read = Reading { table: Self::TABLE, row: row.id };
        Ok(Offer {
            id: OfferId(row.id),
            region: RegionId(row.region_id),
            council: CouncilId(row.council_id),
            natural_key: row.natural_key,
            kind: read.word("kind", &row.kind)?,
            point: row.point_id.map(PointId),
            remote: row.remote,
            available_from: row.available_from,
            note: row.note,
            ask_url: read.word("ask_url", &row.ask_url)?,
            offered_at: read.instant("offered_at", row.offered_at)?,
            provenance: read.provenance(row.system, row.received_at, row.synthetic)?,
            revision: read.number("revision", row.revision)?,
        })
    }
}

/// The row of an offer, not yet stamped with revision and change number.
pub(crate) fn row(offer: &Offer) -> Model {
    Model {
        id: offer.id.0,
        region_id: offer.region.0,
        council_id: offer.council.0,
        natural_key: offer.natural_key.clone(),
        kind: codec::word(&offer.kind),
        point_id: offer.point.map(|id| id.0),
        remote: offer.remote,
        available_from: offer.available_from,
        note: offer.note.clone(),
        ask_url: offer.ask_url.to_string(),
        offered_at: offer.offered_at.timestamp(),
        system: offer.provenance.system.clone(),
        received_at: offer.provenance.received_at.timestamp(),
        synthetic: offer.provenance.synthetic,
        revision: 0,
        change_number: 0,
        withdrawn_at: None,
        withdrawn_reason: None,
    }
}

pub(crate) async fn put(write: &mut Write<'_>, given: &[Offer]) -> Result<(), StoreError> {
    let changed = write.put(given.iter().map(row).collect()).await?;
    documents::of_offers(write, &changed).await
}
