//! Loaders: the questions of one tick travel together, one batch per kind.

mod answers;
mod gathering;

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Assessment, AssessmentFilter, CaseStudyFilter, Direction, Extent, MeetupFilter, OfferFilter,
    Reference, RegionId, Unpublished, Viewer,
};
use folkmoot_federation::{
    Assessments, CaseStudies, Kind, ListError, ListRequest, Meetups, Nation, Offers, Page,
    PageArgs, Unreachable,
};
use folkmoot_store::kind;
use uuid::Uuid;

use answers::{
    CountedBatch, CountedFound, CountedKey, OwnAnswersBatch, OwnAnswersFound, OwnAnswersKey,
};

use gathering::{Batch, Gathering};

use crate::{Moot, asked::Asked};

/// The loaders of one request.
pub(crate) struct Loaders {
    pub(crate) meetups: KindLoaders<MeetupList>,
    pub(crate) case_studies: KindLoaders<CaseStudyList>,
    pub(crate) offers: KindLoaders<OfferList>,
    pub(crate) assessments: KindLoaders<AssessmentList>,
    pub(crate) own_answers: Gathering<OwnAnswersKey, OwnAnswersFound>,
    pub(crate) counted: Gathering<CountedKey, CountedFound>,
}

impl Loaders {
    pub(crate) fn new(
        moot: &Moot,
        reference: &Arc<Reference>,
        viewer: &Viewer,
        unpublished: &Unpublished,
    ) -> Self {
        let visible = reference.regions().iter().filter(|region| viewer.sees(region));
        let own_answers = OwnAnswersBatch {
            store: moot.store.clone(),
            regions: visible.map(|region| region.id).collect(),
            unpublished: unpublished.clone(),
        };
        let counted = CountedBatch { store: moot.store.clone(), reference: reference.clone() };
        Self {
            own_answers: Gathering::new(own_answers),
            counted: Gathering::new(counted),
            meetups: KindLoaders::new(moot, reference),
            case_studies: KindLoaders::new(moot, reference),
            offers: KindLoaders::new(moot, reference),
            assessments: KindLoaders::new(moot, reference),
        }
    }
}

/// What a list of one kind is filtered by, as far as the request says; the clock adds the rest.
pub(crate) trait Listing:
    Clone + Eq + Hash + std::fmt::Debug + Send + Sync + 'static
{
    type Kind: Kind;

    /// What generations call rows of this kind.
    const KIND: &'static str;

    /// Every argument that can narrow such a list, in the order in which cursors remember them.
    const ARGUMENTS: &'static [&'static str];

    /// The fields of such a row that a brief one has; none where rows are short as they are.
    const BRIEF: &'static [&'static str] = &[];

    /// The filter once the walk's `now` is known.
    fn at(&self, now: DateTime<Utc>) -> <Self::Kind as Kind>::Filter;

    /// False for a row that is not for this viewer, though its region is: asked of every row
    /// that was found by its id.
    fn shows(_asked: &Asked, _row: &Row<Self>) -> bool {
        true
    }
}

/// Meet-ups, before or after now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct MeetupList {
    pub(crate) filter: MeetupFilter,
    pub(crate) when: When,
}

/// Which side of now.
#[derive(async_graphql::Enum, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum When {
    /// Not yet over, the next one first.
    #[default]
    Upcoming,
    /// Over, the latest first.
    Past,
    /// All, the earliest first.
    All,
}

impl When {
    /// The natural direction of the list.
    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::Upcoming | Self::All => Direction::Ascending,
            Self::Past => Direction::Descending,
        }
    }
}

impl Listing for MeetupList {
    type Kind = Meetups;

    const KIND: &'static str = kind::MEETUP;

    const ARGUMENTS: &'static [&'static str] = &[
        "when",
        "from",
        "to",
        "region",
        "group",
        "forCouncil",
        "host",
        "point",
        "attendance",
        "status",
    ];

    const BRIEF: &'static [&'static str] = &[
        "__typename",
        "id",
        "title",
        "status",
        "startsAt",
        "endsAt",
        "timeZone",
        "starts",
        "attendance",
        "points",
        "group",
        "host",
        "url",
        "icsUrl",
        "revision",
    ];

    fn at(&self, now: DateTime<Utc>) -> MeetupFilter {
        let mut filter = self.filter.clone();
        match self.when {
            When::Upcoming => filter.ends_after = Some(now),
            When::Past => filter.ends_by = Some(now),
            When::All => {}
        }
        filter
    }
}

/// Case studies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct CaseStudyList(pub(crate) CaseStudyFilter);

impl Listing for CaseStudyList {
    type Kind = CaseStudies;

    const KIND: &'static str = kind::CASE_STUDY;

    const ARGUMENTS: &'static [&'static str] =
        &["search", "point", "region", "council", "councilType"];

    const BRIEF: &'static [&'static str] = &[
        "__typename",
        "id",
        "title",
        "council",
        "region",
        "points",
        "publishedAt",
        "reviewedOn",
        "url",
    ];

    fn at(&self, _: DateTime<Utc>) -> CaseStudyFilter {
        self.0.clone()
    }
}

/// Offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct OfferList(pub(crate) OfferFilter);

impl Listing for OfferList {
    type Kind = Offers;

    const KIND: &'static str = kind::OFFER;

    const ARGUMENTS: &'static [&'static str] = &["point", "kind", "region", "council", "remote"];

    fn at(&self, _: DateTime<Utc>) -> OfferFilter {
        self.0.clone()
    }
}

/// Service assessments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct AssessmentList(pub(crate) AssessmentFilter);

impl Listing for AssessmentList {
    type Kind = Assessments;

    const KIND: &'static str = kind::ASSESSMENT;

    const ARGUMENTS: &'static [&'static str] = &["region", "council", "stage"];

    fn at(&self, _: DateTime<Utc>) -> AssessmentFilter {
        self.0.clone()
    }

    fn shows(asked: &Asked, row: &Assessment) -> bool {
        row.is_shown_with(&asked.unpublished)
    }
}

/// A page of a list, as a key: two fields that ask the same are asked once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PageKey<L> {
    pub(crate) field: &'static str,
    pub(crate) arguments: Vec<(&'static str, String)>,
    pub(crate) list: L,
    pub(crate) direction: Direction,
    pub(crate) regions: Vec<RegionId>,
    pub(crate) page: PageArgs,
    pub(crate) count: bool,
    pub(crate) extent: Extent,
}

type Row<L> = <<L as Listing>::Kind as Kind>::Row;
/// A page or why there is none; shared, since two fields may ask the same.
pub(crate) type Paged<L> = Result<Arc<Page<Row<L>>>, ListError>;
/// A row, its absence, or an owner who cannot be asked.
pub(crate) type Found<L> = Result<Option<Arc<Row<L>>>, Unreachable>;
type EntityKey = (RegionId, Uuid);

/// The two loaders of a kind.
pub(crate) struct KindLoaders<L: Listing> {
    pages: Gathering<PageKey<L>, Paged<L>>,
    entities: Gathering<EntityKey, FoundOf<L>>,
}

/// [`Found`] with its kind in the type, so that one batch function serves each kind.
pub(crate) struct FoundOf<L: Listing>(pub(crate) Found<L>);

impl<L: Listing> Clone for FoundOf<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<L: Listing> KindLoaders<L> {
    fn new(moot: &Moot, reference: &Arc<Reference>) -> Self {
        let batch = || OfNation { nation: moot.nation.clone(), reference: reference.clone() };
        Self { pages: Gathering::new(batch()), entities: Gathering::new(batch()) }
    }

    /// A page of a list.
    pub(crate) async fn page(&self, key: PageKey<L>) -> Paged<L> {
        self.pages.load(key).await
    }

    /// A row by region and id.
    pub(crate) async fn entity(&self, region: RegionId, id: Uuid) -> Found<L> {
        self.entities.load((region, id)).await.0
    }
}

struct OfNation {
    nation: Nation,
    reference: Arc<Reference>,
}

#[async_trait]
impl<L: Listing> Batch<PageKey<L>, Paged<L>> for OfNation {
    async fn load(&mut self, keys: &[PageKey<L>]) -> HashMap<PageKey<L>, Paged<L>> {
        let requests: Vec<ListRequest<L::Kind>> = keys
            .iter()
            .map(|key| {
                let list = key.list.clone();
                ListRequest {
                    field: key.field,
                    arguments: key.arguments.clone(),
                    filter: Arc::new(move |now| list.at(now)),
                    direction: key.direction,
                    regions: key.regions.clone(),
                    page: key.page.clone(),
                    count: key.count,
                    extent: key.extent,
                }
            })
            .collect();
        let pages = self.nation.pages(&self.reference, &requests).await;
        keys.iter().cloned().zip(pages.into_iter().map(|page| page.map(Arc::new))).collect()
    }
}

#[async_trait]
impl<L: Listing> Batch<EntityKey, FoundOf<L>> for OfNation {
    async fn load(&mut self, keys: &[EntityKey]) -> HashMap<EntityKey, FoundOf<L>> {
        let mut found = self.nation.entities::<L::Kind>(&self.reference, keys).await;
        keys.iter().map(|key| (*key, FoundOf(found.remove(key).transpose()))).collect()
    }
}
