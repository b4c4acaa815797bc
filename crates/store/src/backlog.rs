//! Rows of what coordinators keep: calls for help, topics, introductions.

use folkmoot_domain::{
    CouncilId, Introduction, IntroductionId, Need, NeedId, PointId, RegionId, Topic, TopicId,
};

use crate::{
    Store, StoreError,
    codec::{self, Reading},
    entity::{introduction, need, topic},
};

impl Store {
    /// The calls for help of a region, the oldest first.
    pub async fn needs(&self, region: RegionId) -> Result<Vec<Need>, StoreError> {
        let rest = format!("WHERE {} ORDER BY raised_on, id", self.dialect.among("region_id", 1));
        let rows: Vec<need::Model> = self.select(&rest, vec![self.dialect.ids([region])]).await?;
        rows.into_iter().map(need).collect()
    }

    /// The backlog of a region, the most wanted first.
    pub async fn topics(&self, region: RegionId) -> Result<Vec<Topic>, StoreError> {
        let of_region = self.dialect.among("region_id", 1);
        let rest = format!("WHERE {of_region} ORDER BY votes DESC, suggested_on, id");
        let rows: Vec<topic::Model> = self.select(&rest, vec![self.dialect.ids([region])]).await?;
        rows.into_iter().map(topic).collect()
    }

    /// Every introduction, by whichever region: a council's load is what all ask of it. The
    /// oldest first.
    pub async fn introductions(&self) -> Result<Vec<Introduction>, StoreError> {
        let rows: Vec<introduction::Model> =
            self.select("ORDER BY introduced_on, id", vec![]).await?;
        rows.into_iter().map(introduction).collect()
    }
}

pub(crate) fn need_row(need: &Need) -> need::Model {
    need::Model {
        id: need.id.0,
        region_id: need.region.0,
        natural_key: need.natural_key.clone(),
        council_id: need.council.0,
        point_id: need.point.0,
        remote: need.remote,
        note: need.note.clone(),
        raised_on: need.raised_on,
        met_on: need.met_on,
        system: need.provenance.system.clone(),
        received_at: need.provenance.received_at.timestamp(),
        synthetic: need.provenance.synthetic,
        revision: 0,
        change_number: 0,
    }
}

fn need(row: need::Model) -> Result<Need, StoreError> {
    let read = Reading { table: "need", row: row.id };
    Ok(Need {
        id: NeedId(row.id),
        region: RegionId(row.region_id),
        natural_key: row.natural_key,
        council: CouncilId(row.council_id),
        point: PointId(row.point_id),
        remote: row.remote,
        note: row.note,
        raised_on: row.raised_on,
        met_on: row.met_on,
        provenance: read.provenance(row.system, row.received_at, row.synthetic)?,
        revision: read.number("revision", row.revision)?,
    })
}

pub(crate) fn topic_row(topic: &Topic) -> topic::Model {
    topic::Model {
        id: topic.id.0,
        region_id: topic.region.0,
        natural_key: topic.natural_key.clone(),
        title: topic.title.clone(),
        points: codec::json(&topic.points),
        votes: i32::try_from(topic.votes).unwrap_or(i32::MAX),
        suggested_on: topic.suggested_on,
        system: topic.provenance.system.clone(),
        received_at: topic.provenance.received_at.timestamp(),
        synthetic: topic.provenance.synthetic,
        revision: 0,
        change_number: 0,
    }
}

fn topic(row: topic::Model) -> Result<Topic, StoreError> {
    let read = Reading { table: "topic", row: row.id };
    Ok(Topic {
        id: TopicId(row.id),
        region: RegionId(row.region_id),
        natural_key: row.natural_key,
        title: row.title,
        points: read.json("points", &row.points)?,
        votes: read.number("votes", row.votes)?,
        suggested_on: row.suggested_on,
        provenance: read.provenance(row.system, row.received_at, row.synthetic)?,
        revision: read.number("revision", row.revision)?,
    })
}

pub(crate) fn introduction_row(introduction: &Introduction) -> introduction::Model {
    introduction::Model {
        id: introduction.id.0,
        region_id: introduction.region.0,
        natural_key: introduction.natural_key.clone(),
        needing_id: introduction.needing.0,
        helping_id: introduction.helping.0,
        point_id: introduction.point.0,
        introduced_on: introduction.introduced_on,
        outcome: introduction.outcome.as_ref().map(codec::word),
        system: introduction.provenance.system.clone(),
        received_at: introduction.provenance.received_at.timestamp(),
        synthetic: introduction.provenance.synthetic,
        revision: 0,
        change_number: 0,
    }
}

fn introduction(row: introduction::Model) -> Result<Introduction, StoreError> {
    let read = Reading { table: "introduction", row: row.id };
    Ok(Introduction {
        id: IntroductionId(row.id),
        region: RegionId(row.region_id),
        natural_key: row.natural_key,
        needing: CouncilId(row.needing_id),
        helping: CouncilId(row.helping_id),
        point: PointId(row.point_id),
        introduced_on: row.introduced_on,
        outcome: read.optional_word("outcome", row.outcome.as_deref())?,
        provenance: read.provenance(row.system, row.received_at, row.synthetic)?,
        revision: read.number("revision", row.revision)?,
    })
}
