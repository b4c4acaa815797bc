//! Councils.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono::NaiveDate;
use folkmoot_domain::{self as domain, CouncilId, EntityKind, GlobalId, HalfYear, Key, Reference};

use crate::{
    asked::{Asked, Whose, asked},
    connection::{Connection, Listed, PageWords, cost, plain_list},
    error::{self, code, failure},
    loaders::When,
    query::{assessments, case_studies, meetups, offers},
    quick::{Plain, Quick, Rows, Told},
    reads::ANSWERS,
    scalars::{Date, PointRef, Url},
    types::{
        AssessmentStage, CaseStudy, CouncilAnswer, Measure, Meetup, Offer, OfferKind, PeerGroup,
        Region, ServiceAssessment,
    },
};

/// What kind of council it is, by the law it works under.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::CouncilType")]
pub(crate) enum CouncilType {
    /// A county council: the upper of two tiers.
    County,
    /// A district council: the lower of two tiers.
    NonMetropolitanDistrict,
    /// A unitary authority in England, among them the Isles of Scilly.
    Unitary,
    /// A metropolitan district or borough.
    MetropolitanDistrict,
    /// A London borough.
    LondonBorough,
    /// The City of London Corporation.
    CityOfLondon,
    /// A council area of Scotland.
    Scottish,
    /// A principal area of Wales.
    Welsh,
    /// A district of Northern Ireland.
    NorthernIrish,
}

/// A nation of the United Kingdom.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Country")]
pub(crate) enum Country {
    /// England.
    England,
    /// Scotland.
    Scotland,
    /// Wales.
    Wales,
    /// Northern Ireland.
    NorthernIreland,
}

/// A principal council.
#[derive(Clone)]
pub(crate) struct Council {
    pub(crate) reference: Arc<Reference>,
    pub(crate) id: CouncilId,
}

impl Council {
    fn it(&self) -> &domain::Council {
        self.reference.council(self.id).expect("taken from this snapshot")
    }

    /// The council with this id, if the register has it.
    pub(crate) fn known(ctx: &Context<'_>, id: CouncilId) -> Option<Self> {
        Self::among(&asked(ctx).reference, id)
    }

    /// The same of a register.
    pub(crate) fn among(reference: &Arc<Reference>, id: CouncilId) -> Option<Self> {
        reference.council(id).map(|one| Self { reference: reference.clone(), id: one.id })
    }

    fn gss_code_by(&self, today: NaiveDate) -> Option<&str> {
        let last_day = self.it().life.ends_on.and_then(|end| end.pred_opt());
        self.it().gss_code(last_day.map_or(today, |last| last.min(today)))
    }

    fn home(&self, asked: &Asked) -> Option<Region> {
        let home = self.reference.home_region(self.id, asked.today())?;
        asked.sees(home.id).then(|| Region { reference: self.reference.clone(), id: home.id })
    }

    fn address(&self, asked: &Asked) -> Url {
        asked.addresses().named("councils", self.it().code.as_str())
    }

    fn all(&self, councils: Vec<&domain::Council>) -> Vec<Self> {
        let councils = councils.into_iter();
        councils.map(|one| Self { reference: self.reference.clone(), id: one.id }).collect()
    }
}

impl Quick for Council {
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        let it = self.it();
        match field.name {
            "id" => told.text(&GlobalId::national(EntityKind::Council, self.id).to_string()),
            "code" => told.text(it.code.as_str()),
            "slug" => told.text(&it.slug),
            "gssCode" => told.some_text(self.gss_code_by(asked.today())),
            "name" => told.text(&it.name),
            "officialName" => told.text(&it.official_name),
            "type" => told.leaf(CouncilType::from(it.kind)),
            "country" => told.leaf(Country::from(it.country)),
            "onsRegion" => told.some_text(it.ons_region.as_deref()),
            "region" => told.maybe(self.home(asked), field, asked)?,
            "startsOn" => told.leaf(it.life.starts_on.map(Date)),
            "endsOn" => told.leaf(it.life.ends_on.map(Date)),
            "url" => told.leaf(self.address(asked)),
            "website" => told.leaf(it.website.as_ref().map(Url::from)),
            _ => return None,
        }
        Some(())
    }
}

impl Listed for Council {
    fn key(&self) -> Key {
        self.it().key()
    }
}

/// A principal council, current or abolished, as a body: its boundaries and GSS codes may change
/// while it stays the same.
#[Object]
impl Council {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        GlobalId::national(EntityKind::Council, self.id).to_string().into()
    }

    /// The register's code of the body, such as `CMD`: never reused.
    async fn code(&self) -> &str {
        self.it().code.as_str()
    }

    /// The short name, such as `camden`. A successor may bear its predecessor's.
    async fn slug(&self) -> &str {
        &self.it().slug
    }

    /// The GSS code of its area: the one in force today, or on its last day if it ended.
    async fn gss_code(&self, ctx: &Context<'_>) -> Option<&str> {
        self.gss_code_by(asked(ctx).today())
    }

    /// The GSS code of its area that was in force on a day; null if there was none.
    async fn gss_code_on(
        &self,
        #[graphql(desc = "Such as `2019-04-01`.")] day: Date,
    ) -> Option<&str> {
        self.it().gss_code(day.0)
    }

    /// The everyday name, such as `Camden`.
    async fn name(&self) -> &str {
        &self.it().name
    }

    /// The full name, such as `London Borough of Camden`.
    async fn official_name(&self) -> &str {
        &self.it().official_name
    }

    /// What kind of council it is.
    #[graphql(name = "type")]
    async fn kind(&self) -> CouncilType {
        self.it().kind.into()
    }

    /// Its nation.
    async fn country(&self) -> Country {
        self.it().country.into()
    }

    /// Its statistical region, England only; not the peer-group region.
    async fn ons_region(&self) -> Option<&str> {
        self.it().ons_region.as_deref()
    }

    /// The peer-group region where it is at home today: the one where it counts in figures.
    async fn region(&self, ctx: &Context<'_>) -> Option<Region> {
        self.home(asked(ctx))
    }

    /// The peer groups that it belongs to today, by name.
    #[graphql(complexity = "plain_list(4, child_complexity)")]
    async fn groups(&self, ctx: &Context<'_>) -> Vec<PeerGroup> {
        let asked = asked(ctx);
        let groups = self.reference.groups_of(self.id, asked.today()).into_iter();
        groups
            .filter(|group| asked.sees(group.region))
            .map(|group| PeerGroup { reference: self.reference.clone(), id: group.id })
            .collect()
    }

    /// Its first day; null if it is not recorded.
    async fn starts_on(&self) -> Option<Date> {
        self.it().life.starts_on.map(Date)
    }

    /// The first day on which it no longer stands; null while no end is known.
    async fn ends_on(&self) -> Option<Date> {
        self.it().life.ends_on.map(Date)
    }

    /// The councils that directly followed it, by name.
    #[graphql(complexity = "plain_list(10, child_complexity)")]
    async fn successors(&self) -> Vec<Council> {
        self.all(self.reference.successors(self.id))
    }

    /// The councils that it directly followed, by name.
    #[graphql(complexity = "plain_list(10, child_complexity)")]
    async fn predecessors(&self) -> Vec<Council> {
        self.all(self.reference.predecessors(self.id))
    }

    /// The councils that stand in its place today, through every reorganisation since; itself
    /// while it stands.
    #[graphql(complexity = "plain_list(10, child_complexity)")]
    async fn current_successors(&self, ctx: &Context<'_>) -> Vec<Council> {
        self.all(self.reference.standing_in_for(self.id, asked(ctx).today()))
    }

    /// Its permanent address on this gateway.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        self.address(asked(ctx))
    }

    /// Its own website, where known.
    async fn website(&self) -> Option<Url> {
        self.it().website.as_ref().map(Url::from)
    }

    /// Meet-ups of the groups that it belongs to; if it was abolished, of its successors' groups.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn meetups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which side of now.", default)] when: When,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Meetup>> {
        let page = PageWords { first, after, last, before };
        let mut list = meetups::list(ctx, "Council.meetups", page)?.when(when).for_council(self.id);
        if let Some(point) = point {
            list = list.on_point(asked(ctx).point(&point)?.id);
        }
        list.load().await
    }

    /// Case studies about it, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn case_studies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<CaseStudy>> {
        let page = PageWords { first, after, last, before };
        let mut list = case_studies::list(ctx, "Council.caseStudies", page)?.about(self.id);
        if let Some(point) = point {
            list = list.on_point(asked(ctx).point(&point)?.id);
        }
        list.load().await
    }

    /// What it offers, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "the API's arguments")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this point.")] point: Option<PointRef>,
        #[graphql(desc = "Of one of these kinds.")] kind: Option<Vec<OfferKind>>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Offer>> {
        let page = PageWords { first, after, last, before };
        let mut list = offers::list(ctx, "Council.offers", page)?.by(self.id).of_kinds(kind);
        if let Some(point) = point {
            list = list.on_point(asked(ctx).point(&point)?.id);
        }
        list.load().await
    }

    /// Its own answers about the points of the standard, in the standard's order: everyone reads
    /// those that it published itself; its own editors and its region's coordinators read all.
    #[graphql(complexity = "plain_list(30, child_complexity)")]
    async fn answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Such as `2026-H1`; the latest one that the region closed, as far as you may \
                    read its answers, if absent."
        )]
        half_year: Option<String>,
        #[graphql(desc = "What was asked; both measures if absent.")] measure: Option<Measure>,
    ) -> Result<Rows<CouncilAnswer>> {
        let half_year = half_year.map(|given| given.parse::<HalfYear>()).transpose();
        let half_year = half_year
            .map_err(|error| failure(code::VALUE_INVALID, format!("`halfYear`: {error}")))?;
        asked(ctx).note(&ANSWERS, Whose::Anybodys);
        let found = asked(ctx).loaders.own_answers.load((self.id, half_year)).await;
        let found = found.map_err(|failed| error::store(&failed))?;
        let measure: Option<domain::Measure> = measure.map(Into::into);
        let mut answers: Vec<_> = found
            .iter()
            .filter(|answer| measure.is_none_or(|measure| measure == answer.measure))
            .filter_map(|answer| {
                let point = self.reference.point(answer.point)?;
                Some(((point.standard, point.number, answer.measure), answer))
            })
            .collect();
        answers.sort_by_key(|(place, _)| *place);
        Ok(Rows(answers.into_iter().map(|(_, answer)| (*answer).into()).collect()))
    }

    /// Peer-led assessments of its services, the latest panel first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn service_assessments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At one of these stages.")] stage: Option<Vec<AssessmentStage>>,
        #[graphql(
            desc = "How many from the start, 1 to 100; 20 if neither `first` nor `last` is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ServiceAssessment>> {
        let page = PageWords { first, after, last, before };
        let list = assessments::list(ctx, "Council.serviceAssessments", page)?;
        list.of(self.id).at_stages(stage).load().await
    }
}
