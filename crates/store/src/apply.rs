//! Writing: many changes, one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Assessment, CaseStudy, Council, Crosswalk, GlobalId, Introduction, Meetup, Membership, Need,
    Offer, PeerGroup, Provenance, Publication, Region, RegionId, Response, Round, Series, Standard,
    Succession, Topic, is_of_a_feed,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Applied, Change, Store, StoreError, assessments, backlog, case_studies,
    cells::{self, Touch},
    connect::WriteTransaction,
    councils,
    dialect::{Field, hex},
    documents,
    generations::{Tag, kind},
    groups, meetups, offers, registry, removal, rounds, standards,
    write::{Write, insert_or_update},
};

impl Store {
    /// Makes the changes, all or none. Rows that are there just so are left alone, and a write
    /// that changes nothing raises no generation.
    ///
    /// Changes may come in any order; what they name (a meet-up its group, a group its region)
    /// must be stored or among them.
    pub async fn apply(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        changes: Vec<Change>,
    ) -> Result<Applied, StoreError> {
        let write = self.begin().await?;
        let (applied, raised) = self.make(&write, actor, now, changes).await?;
        self.commit(write, raised).await?;
        Ok(applied)
    }

    /// Says what [`Store::apply`] would do, including how it would fail, and does nothing.
    pub async fn plan(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        changes: Vec<Change>,
    ) -> Result<Applied, StoreError> {
        let write = self.begin().await?;
        let (applied, _) = self.make(&write, actor, now, changes).await?;
        write.roll_back().await?;
        Ok(applied)
    }

    /// Makes changes within a transaction.
    pub(crate) async fn make(
        &self,
        write: &WriteTransaction,
        actor: &str,
        now: DateTime<Utc>,
        changes: Vec<Change>,
    ) -> Result<(Applied, Vec<(Tag, i64)>), StoreError> {
        let batch = Batch::of(changes);
        let region_of = self.regions_of_groups(write, &batch).await?;
        let tags = batch.tags(&region_of);
        let transaction = &write.transaction;
        let mut write =
            Write::locking(self.dialect, transaction, actor, now.timestamp(), &tags).await?;
        let touch = batch.touch();
        let before =
            if touch.is_empty() { None } else { Some(cells::before(&write, &touch).await?) };
        // What is named comes before what names it.
        let councils = write.put(batch.councils.iter().map(councils::row).collect()).await?;
        documents::of_councils(&write, &councils).await?;
        write.put(batch.successions.iter().map(councils::succession_row).collect()).await?;
        standards::put(&mut write, &batch.standards).await?;
        write.put(batch.crosswalk.iter().map(standards::crosswalk_row).collect()).await?;
        registry::put(&mut write, &batch.regions).await?;
        let groups = write.put(batch.groups.iter().map(groups::row).collect()).await?;
        documents::of_groups(&write, &groups).await?;
        groups::put_memberships(&mut write, &batch.memberships, &region_of).await?;
        write.put(batch.series.iter().map(groups::series_row).collect()).await?;
        meetups::put(&mut write, &batch.meetups).await?;
        case_studies::put(&mut write, &batch.case_studies).await?;
        offers::put(&mut write, &batch.offers).await?;
        write.put(batch.rounds.iter().map(rounds::round_row).collect()).await?;
        write.put(batch.responses.iter().map(rounds::response_row).collect()).await?;
        write.put(batch.publications.iter().map(rounds::publication_row).collect()).await?;
        write.put(batch.needs.iter().map(backlog::need_row).collect()).await?;
        write.put(batch.topics.iter().map(backlog::topic_row).collect()).await?;
        write.put(batch.introductions.iter().map(backlog::introduction_row).collect()).await?;
        assessments::put(&mut write, &batch.assessments).await?;
        removal::remove(&mut write, &batch.gone).await?;
        if let Some(before) = before {
            cells::after(&mut write, before).await?;
        }
        refresh(&write, batch.received()).await?;
        write.finish().await
    }

    /// The regions of the groups that memberships speak of; a group never changes its region.
    async fn regions_of_groups(
        &self,
        write: &WriteTransaction,
        batch: &Batch,
    ) -> Result<HashMap<Uuid, Uuid>, StoreError> {
        let mut regions: HashMap<_, _> =
            batch.groups.iter().map(|group| (group.id.0, group.region.0)).collect();
        let named = batch.memberships.iter().map(|membership| membership.group.0);
        let unknown: BTreeSet<_> = named.filter(|group| !regions.contains_key(group)).collect();
        if !unknown.is_empty() {
            let among = self.dialect.among("id", 1);
            let sql = format!("SELECT id, region_id FROM peer_group WHERE {among}");
            let statement = self.dialect.statement(sql, vec![self.dialect.ids(unknown)]);
            for row in write.transaction.query_all_raw(statement).await? {
                regions.insert(row.try_get("", "id")?, row.try_get("", "region_id")?);
            }
        }
        Ok(regions)
    }
}

/// The changes by kind.
#[derive(Default)]
struct Batch {
    councils: Vec<Council>,
    successions: Vec<Succession>,
    standards: Vec<Standard>,
    crosswalk: Vec<Crosswalk>,
    regions: Vec<Region>,
    groups: Vec<PeerGroup>,
    memberships: Vec<Membership>,
    series: Vec<Series>,
    meetups: Vec<Meetup>,
    case_studies: Vec<CaseStudy>,
    offers: Vec<Offer>,
    rounds: Vec<Round>,
    responses: Vec<Response>,
    publications: Vec<Publication>,
    needs: Vec<Need>,
    topics: Vec<Topic>,
    introductions: Vec<Introduction>,
    assessments: Vec<Assessment>,
    gone: Vec<GlobalId>,
}

impl Batch {
    fn of(changes: Vec<Change>) -> Self {
        let mut batch = Self::default();
        for change in changes {
            match change {
                Change::Council(council) => batch.councils.push(council),
                Change::Succession(succession) => batch.successions.push(succession),
                Change::Standard(standard) => batch.standards.push(standard),
                Change::Crosswalk(crosswalk) => batch.crosswalk.push(crosswalk),
                Change::Region(region) => batch.regions.push(region),
                Change::Group(group) => batch.groups.push(group),
                Change::Membership(membership) => batch.memberships.push(membership),
                Change::Series(series) => batch.series.push(series),
                Change::Meetup(meetup) => batch.meetups.push(meetup),
                Change::CaseStudy(study) => batch.case_studies.push(study),
                Change::Offer(offer) => batch.offers.push(offer),
                Change::Round(round) => batch.rounds.push(round),
                Change::Response(response) => batch.responses.push(response),
                Change::Publication(publication) => batch.publications.push(publication),
                Change::Need(need) => batch.needs.push(need),
                Change::Topic(topic) => batch.topics.push(topic),
                Change::Introduction(introduction) => batch.introductions.push(introduction),
                Change::Assessment(assessment) => batch.assessments.push(assessment),
                Change::Gone(id) => batch.gone.push(id),
            }
        }
        batch
    }

    /// What may change which answers count.
    fn touch(&self) -> Touch {
        let answers = self.responses.iter();
        Touch {
            answers: answers.map(|one| (one.round.0, one.point, one.council)).collect(),
            councils: self.memberships.iter().map(|membership| membership.council).collect(),
            rounds: self.rounds.iter().map(|round| (round.id.0, round.held_on)).collect(),
            successions: self.successions.clone(),
            regions: self.regions.iter().map(|region| region.id.0).collect(),
        }
    }

    /// Every tag that some change could raise.
    fn tags(&self, region_of: &HashMap<Uuid, Uuid>) -> BTreeSet<Tag> {
        let is_reference = !(self.councils.is_empty()
            && self.successions.is_empty()
            && self.standards.is_empty()
            && self.crosswalk.is_empty());
        let national =
            [(is_reference, kind::REFERENCE), (!self.regions.is_empty(), kind::REGISTRY)];
        let national = national.into_iter().filter(|(is_there, _)| *is_there);
        let mut tags: BTreeSet<Tag> =
            national.map(|(_, kind)| (Uuid::nil(), kind.to_owned())).collect();
        let mut add = |region: RegionId, kind: &str| tags.insert((region.0, kind.to_owned()));
        for group in &self.groups {
            add(group.region, kind::GROUP);
        }
        for series in &self.series {
            add(series.region, kind::SERIES);
        }
        for meetup in &self.meetups {
            add(meetup.region, kind::MEETUP);
        }
        for study in &self.case_studies {
            add(study.region, kind::CASE_STUDY);
        }
        for offer in &self.offers {
            add(offer.region, kind::OFFER);
        }
        for round in &self.rounds {
            add(round.region, kind::ROUND);
        }
        for response in &self.responses {
            add(response.region, kind::RESPONSE);
        }
        for publication in &self.publications {
            add(publication.region, kind::PUBLICATION);
        }
        for need in &self.needs {
            add(need.region, kind::NEED);
        }
        for topic in &self.topics {
            add(topic.region, kind::TOPIC);
        }
        for introduction in &self.introductions {
            add(introduction.region, kind::INTRODUCTION);
        }
        for assessment in &self.assessments {
            add(assessment.region, kind::ASSESSMENT);
        }
        for id in &self.gone {
            if let (Some(region), Some((_, kind))) = (id.region(), removal::table(id.kind())) {
                add(region, kind);
            }
        }
        for membership in &self.memberships {
            if let Some(region) = region_of.get(&membership.group.0) {
                add(RegionId(*region), kind::MEMBERSHIP);
            }
        }
        if !self.touch().is_empty() {
            tags.insert(cells::national());
        }
        tags
    }

    /// Per region, when the newest of its rows was received.
    fn received(&self) -> BTreeMap<Uuid, i64> {
        macro_rules! of {
            ($($rows:ident),*) => {
                std::iter::empty::<(RegionId, &Provenance)>()
                    $(.chain(self.$rows.iter().map(|row| (row.region, &row.provenance))))*
            };
        }
        let rows = of!(
            meetups,
            case_studies,
            offers,
            rounds,
            responses,
            needs,
            topics,
            introductions,
            assessments
        );
        let mut received: BTreeMap<Uuid, i64> = BTreeMap::new();
        // How fresh feeds are is told by whoever reads them: several are as fresh as the oldest.
        for (region, provenance) in rows.filter(|(_, from)| !is_of_a_feed(&from.system)) {
            let at = provenance.received_at.timestamp();
            let newest = received.entry(region.0).or_insert(at);
            *newest = at.max(*newest);
        }
        received
    }
}

/// Notes when rows were received: also of rows that did not change, for they were seen to be
/// still so.
async fn refresh(write: &Write<'_>, received: BTreeMap<Uuid, i64>) -> Result<(), StoreError> {
    if received.is_empty() {
        return Ok(());
    }
    let fields = [("region", Field::Uuid), ("as_of", Field::Integer)];
    let record = |(region, as_of): (&Uuid, &i64)| serde_json::json!({"region": hex(*region), "as_of": as_of});
    let records: Vec<_> = received.iter().map(record).collect();
    let sql = format!(
        "INSERT INTO freshness (region_id, as_of) SELECT seen.region, seen.as_of FROM ({}) seen \
         WHERE true ORDER BY 1 ON CONFLICT (region_id) DO UPDATE SET as_of = excluded.as_of \
         WHERE freshness.as_of < excluded.as_of",
        write.dialect.records(1, &fields)
    );
    let values = vec![serde_json::Value::from(records).to_string().into()];
    write.transaction.execute_raw(write.dialect.statement(sql, values)).await?;
    Ok(())
}

/// Rewrites a table that repeats rows' keys per point: `places` are what belongs to `rows`.
pub(crate) async fn index_points<M>(
    write: &Write<'_>,
    delete: &str,
    rows: Vec<Uuid>,
    places: &[M],
) -> Result<(), StoreError>
where
    M: sea_orm::ModelTrait
        + sea_orm::IntoActiveModel<<M::Entity as sea_orm::EntityTrait>::ActiveModel>,
    <M::Entity as sea_orm::EntityTrait>::ActiveModel:
        sea_orm::ActiveModelTrait<Entity = M::Entity> + Send,
{
    if rows.is_empty() {
        return Ok(());
    }
    let statement = write.dialect.statement(delete, vec![write.dialect.ids(rows)]);
    write.transaction.execute_raw(statement).await?;
    insert_or_update(write.transaction, places, None).await?;
    Ok(())
}
