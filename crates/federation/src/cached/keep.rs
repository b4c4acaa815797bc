//! What is kept of each kind of row: under which keys, for how long, and where.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use folkmoot_cache::{CacheKey, Flights, Reach, ShelfLife};
use folkmoot_domain::{
    Assessment, AssessmentFilter, CaseStudy, CaseStudyFilter, Direction, EntityKind, Key, Meetup,
    MeetupFilter, Offer, OfferFilter, RegionId,
};
use get_size2::GetSize;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{CachedOptions, Core, fetch::Brought, rows::KeptRow, slices::KeptSlice};
use crate::{Assessments, CaseStudies, Kind, Meetups, Offers};

/// A kind of row that is kept.
pub(super) trait Keepable:
    Kind<Row: PartialEq + Serialize + DeserializeOwned + GetSize, Filter: Serialize>
{
    /// Names of keys; see [`CacheKey::NAME`].
    const SLICE: &'static str;
    const ROW: &'static str;
    const ENTITY: EntityKind;

    /// How long it is kept.
    fn life(options: &CachedOptions) -> ShelfLife;

    /// What is under way.
    fn boards(core: &Core) -> &Boards<Self>
    where
        Self: Sized;

    /// The filter with its lists in order, without moments: what two lists that hold the same
    /// rows have in common, a minute apart, too.
    fn filed(filter: &Self::Filter, region: RegionId) -> Self::Filter;

    /// The moments that were cut out of the filter.
    fn moments(_: &Self::Filter) -> Moments {
        Moments::default()
    }

    /// True if a list between these moments holds the row.
    fn is_within(_: &Moments, _: &Self::Row) -> bool {
        true
    }

    /// True if everyone may see all of the row.
    fn is_public(row: &Self::Row) -> bool;

    /// How far a row may travel: Redis is read by others, and holds public rows only.
    fn reach<'a>(rows: impl IntoIterator<Item = &'a Self::Row>) -> Reach
    where
        Self::Row: 'a,
    {
        if rows.into_iter().all(Self::is_public) { Reach::Everywhere } else { Reach::Here }
    }
}

/// What "upcoming" and "past" are once the clock was read: they move on with every minute, and
/// a list that was kept is cut to them rather than missed for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub(super) struct Moments {
    pub(super) ends_after: Option<DateTime<Utc>>,
    pub(super) ends_by: Option<DateTime<Utc>>,
}

/// What is being fetched of one kind.
pub(super) struct Boards<K: Keepable> {
    pub(super) slices: Flights<Brought<KeptSlice<K::Row>>>,
    pub(super) rows: Flights<Brought<KeptRow<K::Row>>>,
}

impl<K: Keepable> Default for Boards<K> {
    fn default() -> Self {
        Self { slices: Flights::default(), rows: Flights::default() }
    }
}

/// The key of a slice.
#[derive(Serialize)]
#[serde(bound = "")]
pub(super) struct SliceKey<K: Keepable> {
    pub(super) region: RegionId,
    pub(super) filter: K::Filter,
    /// Absent in the key of what is kept; present in that of what is being fetched, which those
    /// who ask for other moments do not share.
    pub(super) moments: Option<Moments>,
    pub(super) direction: Direction,
    pub(super) after: Option<Key>,
    pub(super) until: Option<Key>,
    pub(super) first: usize,
    pub(super) count: bool,
}

impl<K: Keepable> CacheKey for SliceKey<K> {
    type Value = KeptSlice<K::Row>;
    const NAME: &'static str = K::SLICE;
}

/// The key of a row.
#[derive(Serialize)]
#[serde(bound = "")]
pub(super) struct RowKey<K: Keepable> {
    pub(super) region: RegionId,
    pub(super) id: Uuid,
    #[serde(skip)]
    pub(super) kind: PhantomData<fn() -> K>,
}

impl<K: Keepable> CacheKey for RowKey<K> {
    type Value = KeptRow<K::Row>;
    const NAME: &'static str = K::ROW;
}

fn sorted<T: Clone + Ord>(list: &Option<Vec<T>>) -> Option<Vec<T>> {
    let mut list = list.clone()?;
    list.sort();
    list.dedup();
    Some(list)
}

impl Keepable for Meetups {
    const SLICE: &'static str = "meetup-slice.1";
    const ROW: &'static str = "meetup.1";
    const ENTITY: EntityKind = EntityKind::Meetup;

    fn life(options: &CachedOptions) -> ShelfLife {
        options.meetups
    }

    fn boards(core: &Core) -> &Boards<Self> {
        &core.meetups
    }

    fn filed(filter: &MeetupFilter, _: RegionId) -> MeetupFilter {
        MeetupFilter {
            groups: sorted(&filter.groups),
            hosts: sorted(&filter.hosts),
            points: sorted(&filter.points),
            statuses: sorted(&filter.statuses),
            // Still there or not: lists with and without are not the same.
            ends_after: filter.ends_after.map(|_| DateTime::UNIX_EPOCH),
            ends_by: filter.ends_by.map(|_| DateTime::UNIX_EPOCH),
            starts_from: filter.starts_from,
            starts_before: filter.starts_before,
            attendance: filter.attendance,
        }
    }

    fn moments(filter: &MeetupFilter) -> Moments {
        Moments { ends_after: filter.ends_after, ends_by: filter.ends_by }
    }

    fn is_within(moments: &Moments, row: &Meetup) -> bool {
        moments.ends_after.is_none_or(|after| row.ends_at > after)
            && moments.ends_by.is_none_or(|by| row.ends_at <= by)
    }

    fn is_public(row: &Meetup) -> bool {
        // Who came is for coordinators.
        row.attended.is_empty()
    }
}

impl Keepable for CaseStudies {
    const SLICE: &'static str = "case-study-slice.1";
    const ROW: &'static str = "case-study.1";
    const ENTITY: EntityKind = EntityKind::CaseStudy;

    fn life(options: &CachedOptions) -> ShelfLife {
        options.others
    }

    fn boards(core: &Core) -> &Boards<Self> {
        &core.case_studies
    }

    fn filed(filter: &CaseStudyFilter, _: RegionId) -> CaseStudyFilter {
        CaseStudyFilter {
            points: sorted(&filter.points),
            councils: sorted(&filter.councils),
            search: filter.search.clone(),
        }
    }

    fn is_public(_: &CaseStudy) -> bool {
        true
    }
}

impl Keepable for Offers {
    const SLICE: &'static str = "offer-slice.1";
    const ROW: &'static str = "offer.1";
    const ENTITY: EntityKind = EntityKind::Offer;

    fn life(options: &CachedOptions) -> ShelfLife {
        options.others
    }

    fn boards(core: &Core) -> &Boards<Self> {
        &core.offers
    }

    fn filed(filter: &OfferFilter, _: RegionId) -> OfferFilter {
        OfferFilter {
            points: sorted(&filter.points),
            kinds: sorted(&filter.kinds),
            councils: sorted(&filter.councils),
            remote: filter.remote,
        }
    }

    fn is_public(_: &Offer) -> bool {
        true
    }
}

impl Keepable for Assessments {
    const SLICE: &'static str = "assessment-slice.1";
    const ROW: &'static str = "assessment.1";
    const ENTITY: EntityKind = EntityKind::ServiceAssessment;

    fn life(options: &CachedOptions) -> ShelfLife {
        options.others
    }

    fn boards(core: &Core) -> &Boards<Self> {
        &core.assessments
    }

    fn filed(filter: &AssessmentFilter, region: RegionId) -> AssessmentFilter {
        let mut unpublished = filter.unpublished.clone();
        // Of the regions that a reader coordinates only this one matters here.
        unpublished.of_regions.retain(|one| *one == region);
        unpublished.of_regions.dedup();
        unpublished.of_councils.sort();
        unpublished.of_councils.dedup();
        AssessmentFilter {
            councils: sorted(&filter.councils),
            stages: sorted(&filter.stages),
            unpublished,
        }
    }

    fn is_public(row: &Assessment) -> bool {
        row.is_public
    }
}
