//! What is found by search, written along with the row it stands for.

use std::collections::{BTreeSet, HashMap};

use folkmoot_domain::{EntityKind, OfferKind, PointOutcome, Talk, Venue};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    StoreError,
    codec::Reading,
    entity::{
        assessment, case_study, council, meetup, offer, peer_group, search_document, standard_point,
    },
    words,
    write::{Write, insert_or_update},
};

pub(crate) async fn of_councils(
    write: &Write<'_>,
    rows: &[council::Model],
) -> Result<(), StoreError> {
    let document = |row: &council::Model| {
        let read = Reading { table: "council", row: row.id };
        let others: Vec<String> = read.json("alternative_names", &row.alternative_names)?;
        let also = [row.code.clone(), row.slug.clone()].into_iter().chain(others);
        Ok(Document {
            kind: EntityKind::Council,
            id: row.id,
            region: None,
            title: row.name.clone(),
            body: row.official_name.clone(),
            also: also.collect(),
        })
    };
    keep(write, rows.iter().map(document).collect::<Result<_, StoreError>>()?).await
}

pub(crate) async fn of_points(
    write: &Write<'_>,
    rows: &[standard_point::Model],
) -> Result<(), StoreError> {
    let document = |row: &standard_point::Model| Document {
        kind: EntityKind::StandardPoint,
        id: row.id,
        region: None,
        title: row.label.clone(),
        body: row.title.clone(),
        also: vec![row.reference.clone()],
    };
    keep(write, rows.iter().map(document).collect()).await
}

pub(crate) async fn of_groups(
    write: &Write<'_>,
    rows: &[peer_group::Model],
) -> Result<(), StoreError> {
    let document = |row: &peer_group::Model| Document {
        kind: EntityKind::PeerGroup,
        id: row.id,
        region: Some(row.region_id),
        title: row.name.clone(),
        body: String::new(),
        also: vec![row.slug.clone()],
    };
    keep(write, rows.iter().map(document).collect()).await
}

pub(crate) async fn of_meetups(
    write: &Write<'_>,
    rows: &[meetup::Model],
) -> Result<(), StoreError> {
    let names = Names::of(write, rows.iter().filter_map(|row| row.host_id)).await?;
    let document = |row: &meetup::Model| {
        let read = Reading { table: "meetup", row: row.id };
        let talks: Vec<Talk> = read.json("talks", &row.talks)?;
        let venue: Option<Venue> =
            row.venue.as_ref().map(|venue| read.json("venue", venue)).transpose()?;
        let talks = talks.into_iter().map(|talk| format!("{}, {}", talk.title, talk.given_by));
        let venue = venue.map(|venue| match venue.address {
            Some(address) => format!("{}, {address}", venue.name),
            None => venue.name,
        });
        let shown = row.summary.clone().into_iter().chain(talks).chain(venue);
        Ok(Document {
            kind: EntityKind::Meetup,
            id: row.id,
            region: Some(row.region_id),
            title: row.title.clone(),
            body: shown.collect::<Vec<_>>().join("\n"),
            also: names.also(read.json("points", &row.points)?, row.host_id),
        })
    };
    keep(write, rows.iter().map(document).collect::<Result<_, StoreError>>()?).await
}

pub(crate) async fn of_case_studies(
    write: &Write<'_>,
    rows: &[case_study::Model],
) -> Result<(), StoreError> {
    let names = Names::of(write, rows.iter().filter_map(|row| row.council_id)).await?;
    let document = |row: &case_study::Model| {
        let read = Reading { table: "case_study", row: row.id };
        Ok(Document {
            kind: EntityKind::CaseStudy,
            id: row.id,
            region: Some(row.region_id),
            title: row.title.clone(),
            body: row.summary.clone(),
            also: names.also(read.json("points", &row.points)?, row.council_id),
        })
    };
    keep(write, rows.iter().map(document).collect::<Result<_, StoreError>>()?).await
}

pub(crate) async fn of_offers(write: &Write<'_>, rows: &[offer::Model]) -> Result<(), StoreError> {
    let names = Names::of(write, rows.iter().map(|row| row.council_id)).await?;
    let document = |row: &offer::Model| {
        let read = Reading { table: "offer", row: row.id };
        let offered = match read.word("kind", &row.kind)? {
            OfferKind::Advise => "Advice",
            OfferKind::Speak => "A speaker",
            OfferKind::Host => "A host",
            OfferKind::Assess => "An assessor",
            OfferKind::ShareCode => "Code to share",
        };
        let council = names.councils.get(&row.council_id).map_or("", String::as_str);
        let point = row.point_id.and_then(|point| names.points.get(&point));
        let title = match point {
            Some(point) => format!("{offered} from {council}: {point}"),
            None => format!("{offered} from {council}"),
        };
        Ok(Document {
            kind: EntityKind::Offer,
            id: row.id,
            region: Some(row.region_id),
            title,
            body: row.note.clone().unwrap_or_default(),
            also: Vec::new(),
        })
    };
    keep(write, rows.iter().map(document).collect::<Result<_, StoreError>>()?).await
}

/// Assessments whose council did not agree to publication, or no longer does, are not found.
pub(crate) async fn of_assessments(
    write: &Write<'_>,
    rows: &[assessment::Model],
) -> Result<(), StoreError> {
    for row in rows.iter().filter(|row| !row.is_public) {
        remove(write, EntityKind::ServiceAssessment, row.id).await?;
    }
    let public = || rows.iter().filter(|row| row.is_public);
    let names = Names::of(write, public().map(|row| row.council_id)).await?;
    let document = |row: &assessment::Model| {
        let read = Reading { table: "assessment", row: row.id };
        let points: Vec<PointOutcome> = read.json("points", &row.points)?;
        let said = points.iter().flat_map(|point| {
            let actions = point.actions.iter().map(|action| &action.text);
            point.done_well.iter().chain(actions).chain(&point.advice)
        });
        Ok(Document {
            kind: EntityKind::ServiceAssessment,
            id: row.id,
            region: Some(row.region_id),
            title: row.service.clone(),
            body: said.cloned().collect::<Vec<_>>().join("\n"),
            also: names
                .also(points.iter().map(|point| point.point.0).collect(), Some(row.council_id)),
        })
    };
    keep(write, public().map(document).collect::<Result<_, StoreError>>()?).await
}

/// Takes a thing out of the search.
pub(crate) async fn remove(
    write: &Write<'_>,
    kind: EntityKind,
    id: Uuid,
) -> Result<(), StoreError> {
    let sql = format!(
        "DELETE FROM search_document WHERE kind = {} AND {}",
        kind as i32,
        write.dialect.among("id", 1)
    );
    let statement = write.dialect.statement(sql, vec![write.dialect.ids([id])]);
    write.transaction.execute_raw(statement).await?;
    Ok(())
}

/// A searchable thing; `also` are words that find it but are not shown.
struct Document {
    kind: EntityKind,
    id: Uuid,
    region: Option<Uuid>,
    title: String,
    body: String,
    also: Vec<String>,
}

async fn keep(write: &Write<'_>, documents: Vec<Document>) -> Result<(), StoreError> {
    let row = |document: Document| search_document::Model {
        kind: document.kind as i32,
        id: document.id,
        region_id: document.region,
        title_words: words::indexed(&document.title),
        body_words: words::indexed(&format!("{} {}", document.body, document.also.join(" "))),
        title: document.title,
        body: document.body,
    };
    let rows: Vec<_> = documents.into_iter().map(row).collect();
    insert_or_update(write.transaction, &rows, None).await?;
    Ok(())
}

/// What rows name by id, as people would search for it.
#[derive(Default)]
struct Names {
    councils: HashMap<Uuid, String>,
    points: HashMap<Uuid, String>,
}

impl Names {
    /// Every point's label (there are a few dozen) and the names of these councils.
    async fn of(
        write: &Write<'_>,
        councils: impl Iterator<Item = Uuid>,
    ) -> Result<Self, StoreError> {
        let councils: BTreeSet<_> = councils.collect();
        let ids = write.dialect.ids(councils);
        let rows: Vec<council::Model> =
            write.select(&write.dialect.among("id", 1), vec![ids]).await?;
        let councils = rows.into_iter().map(|row| (row.id, row.name)).collect();
        let rows: Vec<standard_point::Model> = write.select("true", vec![]).await?;
        let points = rows.into_iter().map(|row| (row.id, row.label)).collect();
        Ok(Self { councils, points })
    }

    fn also(&self, points: Vec<Uuid>, council: Option<Uuid>) -> Vec<String> {
        let points = points.iter().filter_map(|point| self.points.get(point));
        let council = council.and_then(|council| self.councils.get(&council));
        points.chain(council).cloned().collect()
    }
}
