//! Rows of rounds and responses, and which councils publish their own.

use std::{
    collections::{BTreeSet, HashMap},
    pin::pin,
};

use folkmoot_domain::{
    CouncilId, Given, HalfYear, Measure, PointId, Publication, Rating, RegionId, Response, Round,
    RoundId, StandardId,
};
use futures::TryStreamExt;
use sea_orm::{QueryResult, StreamTrait};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    codec::{self, Reading},
    dialect::Dialect,
    entity::{publication, response, round},
    write::derived_id,
};

impl Store {
    /// The rounds of these regions, the earliest first.
    pub async fn rounds(&self, regions: &[RegionId]) -> Result<Vec<Round>, StoreError> {
        let rest = format!("WHERE {} ORDER BY held_on, id", self.dialect.among("region_id", 1));
        let regions = self.dialect.ids(regions.iter().copied());
        let rows: Vec<round::Model> = self.select(&rest, vec![regions]).await?;
        rows.into_iter().map(self::round).collect()
    }

    /// Every rating about these points that was given in these half-years, wherever: what
    /// [`folkmoot_domain::counted`] decides about.
    pub async fn given(
        &self,
        half_years: (HalfYear, HalfYear),
        points: &[PointId],
    ) -> Result<Vec<Given>, StoreError> {
        let (from, to) = half_years;
        let place = self.dialect.among("r.point_id", 3);
        let condition = format!("o.held_on >= $1 AND o.held_on < $2 AND {place}");
        let points = self.dialect.ids(points.iter().copied());
        let values = vec![from.starts_on().into(), to.ends_on().into(), points];
        if let Some((reading, opened)) = self.opened_replica().await {
            let asked = given(&opened.transaction, self.dialect, &condition, values.clone());
            if let Some(given) = reading.answered(asked).await {
                return Ok(given);
            }
        }
        given(&self.connection, self.dialect, &condition, values).await
    }

    /// The councils that answered in each of these rounds.
    pub async fn respondents(
        &self,
        rounds: &[RoundId],
    ) -> Result<HashMap<RoundId, BTreeSet<CouncilId>>, StoreError> {
        let sql = format!(
            "SELECT DISTINCT round_id, council_id FROM response WHERE {}",
            self.dialect.among("round_id", 1)
        );
        let rounds = self.dialect.ids(rounds.iter().copied());
        let mut respondents: HashMap<_, BTreeSet<_>> = HashMap::new();
        for row in self.rows(self.dialect.statement(sql, vec![rounds])).await? {
            let round = RoundId(row.try_get("", "round_id")?);
            let council = CouncilId(row.try_get("", "council_id")?);
            respondents.entry(round).or_default().insert(council);
        }
        Ok(respondents)
    }

    /// Which councils publish their own answers.
    pub async fn publications(&self) -> Result<Vec<Publication>, StoreError> {
        let rows: Vec<publication::Model> = self.select("ORDER BY starts_on, id", vec![]).await?;
        Ok(rows.iter().map(publication).collect())
    }
}

/// The ratings of the responses (`r`) and rounds (`o`) that a condition picks.
pub(crate) async fn given(
    connection: &impl StreamTrait,
    dialect: Dialect,
    condition: &str,
    values: Vec<sea_orm::Value>,
) -> Result<Vec<Given>, StoreError> {
    let sql = format!(
        "SELECT r.id, r.region_id, r.round_id, o.held_on, r.council_id, r.point_id, \
         r.understanding, r.support_need \
         FROM response r JOIN round o ON o.id = r.round_id WHERE {condition}"
    );
    // A row as it comes from the database takes many times the memory of what it says.
    let mut rows = pin!(connection.stream_raw(dialect.statement(sql, values)).await?);
    let mut given = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let read = Reading { table: "response", row: row.try_get("", "id")? };
        let columns =
            [(Measure::Understanding, "understanding"), (Measure::SupportNeed, "support_need")];
        for (measure, column) in columns {
            if let Some(rating) = optional_rating(read, &row, column)? {
                given.push(Given {
                    region: RegionId(row.try_get("", "region_id")?),
                    round: RoundId(row.try_get("", "round_id")?),
                    held_on: row.try_get("", "held_on")?,
                    council: CouncilId(row.try_get("", "council_id")?),
                    point: PointId(row.try_get("", "point_id")?),
                    measure,
                    rating,
                });
            }
        }
    }
    Ok(given)
}

fn optional_rating(
    read: Reading,
    row: &QueryResult,
    column: &'static str,
) -> Result<Option<Rating>, StoreError> {
    let code: Option<i32> = row.try_get("", column)?;
    code.map(|code| rating(read, column, code)).transpose()
}

/// A rating from its code.
pub(crate) fn rating(read: Reading, column: &'static str, code: i32) -> Result<Rating, StoreError> {
    let code: u8 = read.number(column, code)?;
    Rating::from_code(code).ok_or_else(|| read.corrupt(column))
}

pub(crate) fn round_row(round: &Round) -> round::Model {
    round::Model {
        id: round.id.0,
        region_id: round.region.0,
        natural_key: round.natural_key.clone(),
        standard_id: round.standard.0,
        held_on: round.held_on,
        closes_on: round.closes_on,
        capture: codec::word(&round.capture),
        system: round.provenance.system.clone(),
        received_at: round.provenance.received_at.timestamp(),
        synthetic: round.provenance.synthetic,
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn round(row: round::Model) -> Result<Round, StoreError> {
    let read = Reading { table: "round", row: row.id };
    Ok(Round {
        id: RoundId(row.id),
        region: RegionId(row.region_id),
        natural_key: row.natural_key,
        standard: StandardId(row.standard_id),
        held_on: row.held_on,
        closes_on: row.closes_on,
        capture: read.word("capture", &row.capture)?,
        provenance: read.provenance(row.system, row.received_at, row.synthetic)?,
        revision: read.number("revision", row.revision)?,
    })
}

pub(crate) fn response_row(response: &Response) -> response::Model {
    let code = |rating: Option<Rating>| rating.map(|rating| i32::from(rating.code()));
    response::Model {
        id: response.id.0,
        region_id: response.region.0,
        round_id: response.round.0,
        council_id: response.council.0,
        point_id: response.point.0,
        understanding: code(response.understanding),
        support_need: code(response.support_need),
        people: response.people.into(),
        merging: codec::word(&response.merging),
        note: response.note.clone(),
        system: response.provenance.system.clone(),
        received_at: response.provenance.received_at.timestamp(),
        synthetic: response.provenance.synthetic,
        revision: 0,
        change_number: 0,
    }
}

/// A council may publish for a time, stop, and begin again: the first day is part of the key.
pub(crate) fn publication_row(publication: &Publication) -> publication::Model {
    let Publication { region, council, starts_on, ends_on } = *publication;
    let id: Uuid = derived_id("publication", &[council.0], &starts_on.to_string());
    publication::Model {
        id,
        region_id: region.0,
        council_id: council.0,
        starts_on,
        ends_on,
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn publication(row: &publication::Model) -> Publication {
    Publication {
        region: RegionId(row.region_id),
        council: CouncilId(row.council_id),
        starts_on: row.starts_on,
        ends_on: row.ends_on,
    }
}
