//! Closing half-years: a region's answers are frozen once, and figures come from nothing else.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use folkmoot_domain::{
    Answers, Asked, Closing, CouncilId, Counted, Frozen, HalfYear, Measure, PointId, Reference,
    Region, RegionId, Round, Standing, counted, london_day,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    cells::{counting, national},
    codec,
    codec::Reading,
    counted::councils_elsewhere,
    entity::{closing, frozen_answer, publication, round},
    rounds::{self, given, rating},
    write::{Write, insert_or_update},
};

/// The frozen answers of a half-year, by table.
pub(crate) type Tables = BTreeMap<(PointId, Measure), Answers>;

impl Store {
    /// Every half-year that a region closed, the earliest first.
    pub async fn closings(&self) -> Result<Vec<Closing>, StoreError> {
        let order = "ORDER BY half_year, closed_at, region_id";
        let rows: Vec<closing::Model> = self.select(order, vec![]).await?;
        rows.into_iter().map(closing).collect()
    }

    /// Freezes what counts of a region's answers in a half-year. Once: a second closing is
    /// refused, and so is one before the half-year ends. Answers that come or are corrected
    /// later change no published figure.
    ///
    /// A council whose answer another region froze already (it moved), or whose predecessor's or
    /// successor's was, is left out: each counts at most once.
    pub async fn close_half_year(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        reference: &Reference,
        region: &Region,
        half_year: HalfYear,
    ) -> Result<Closing, StoreError> {
        let today = london_day(now);
        if today < half_year.ends_on() {
            return Err(StoreError::Invalid(format!(
                "{half_year} runs until {}: close it after that",
                half_year.ends_on().pred_opt().unwrap_or_default()
            )));
        }
        let begun = self.begin().await?;
        let mut write = counting(self.dialect, &begun, actor, now).await?;
        refuse_second_closing(&write, region, half_year).await?;
        let rounds = rounds_of(&write, region.id, half_year).await?;
        let standing = Standing::from(reference);
        let answers = countable(&write, &standing, region.id, half_year).await?;
        let closing = Closing {
            region: region.id,
            half_year,
            closed_at: folkmoot_domain::to_second(now),
            closed_by: actor.to_owned(),
            asked: asked(&rounds, reference, region.id, &answers),
        };
        let publishing = publishing(&write, today).await?;
        let frozen: Vec<_> = answers
            .iter()
            .map(|answer| frozen_answer::Model {
                half_year: half_year.number(),
                point_id: answer.point.0,
                measure: codec::word(&answer.measure),
                council_id: answer.council.0,
                region_id: region.id.0,
                rating: answer.rating.code().into(),
                is_published: publishing.contains(&answer.council),
            })
            .collect();
        insert_or_update(write.transaction, &[row(&closing)], None).await?;
        insert_or_update(write.transaction, &frozen, None).await?;
        write.note_entity(&national(), "CLOSE", "half_year", region.id.0, half_year.number());
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(closing)
    }
}

async fn refuse_second_closing(
    write: &Write<'_>,
    region: &Region,
    half_year: HalfYear,
) -> Result<(), StoreError> {
    let condition = format!("{} AND half_year = $2", write.dialect.among("region_id", 1));
    let values = vec![write.dialect.ids([region.id]), half_year.number().into()];
    let known: Vec<closing::Model> = write.select(&condition, values).await?;
    let Some(known) = known.into_iter().next() else { return Ok(()) };
    let on = london_day(closing(known)?.closed_at);
    Err(StoreError::Invalid(format!(
        "{} closed {half_year} on {on}, and a half-year is closed once: later answers and \
         corrections show in signed-in views only",
        region.name
    )))
}

async fn rounds_of(
    write: &Write<'_>,
    region: RegionId,
    half_year: HalfYear,
) -> Result<Vec<Round>, StoreError> {
    let condition =
        format!("{} AND held_on >= $2 AND held_on < $3", write.dialect.among("region_id", 1));
    let values =
        vec![write.dialect.ids([region]), half_year.starts_on().into(), half_year.ends_on().into()];
    let rows: Vec<round::Model> = write.select(&condition, values).await?;
    rows.into_iter().map(rounds::round).collect()
}

/// What counts in the region, without what another region froze of the same people, or may have
/// counted elsewhere.
async fn countable(
    write: &Write<'_>,
    standing: &Standing,
    region: RegionId,
    half_year: HalfYear,
) -> Result<Vec<Counted>, StoreError> {
    let values = vec![half_year.starts_on().into(), half_year.ends_on().into()];
    let of_half_year = "o.held_on >= $1 AND o.held_on < $2";
    let given = given(write.transaction, write.dialect, of_half_year, values).await?;
    let mut counted = counted(&given, standing);
    counted.retain(|one| one.region == region);
    let frozen: HashSet<(PointId, Measure, CouncilId)> = tables(write, half_year)
        .await?
        .into_iter()
        .flat_map(|((point, measure), answers)| {
            let councils = answers.into_values().flatten().map(|answer| answer.council);
            councils.map(move |council| (point, measure, council)).collect::<Vec<_>>()
        })
        .collect();
    let elsewhere: HashSet<CouncilId> =
        councils_elsewhere(write, half_year).await?.into_iter().flat_map(|(_, all)| all).collect();
    counted.retain(|one| {
        if elsewhere.contains(&one.council) {
            return false;
        }
        let related = standing.relatives([one.council]);
        !related.iter().any(|council| frozen.contains(&(one.point, one.measure, *council)))
    });
    counted.sort_unstable();
    Ok(counted)
}

/// Per standard: the latest round, and who could have answered.
fn asked(
    rounds: &[Round],
    reference: &Reference,
    region: RegionId,
    answers: &[Counted],
) -> Vec<Asked> {
    let mut latest = BTreeMap::new();
    for round in rounds {
        let known = latest.entry(round.standard).or_insert(round);
        if (round.held_on, round.id) > (known.held_on, known.id) {
            *known = round;
        }
    }
    let asked = |round: &Round| {
        let is_about = |one: &&Counted| {
            reference.point(one.point).is_some_and(|point| point.standard == round.standard)
        };
        let answered: BTreeSet<_> =
            answers.iter().filter(is_about).map(|one| one.council).collect();
        Asked {
            standard: round.standard,
            eligible: eligible(reference, region, round.held_on, &answered),
            held_on: round.held_on,
        }
    };
    latest.into_values().map(asked).collect()
}

/// Councils at home on the day. One that ended before it and still counts stands in the place of
/// those that followed it.
fn eligible(
    reference: &Reference,
    region: RegionId,
    on: NaiveDate,
    answered: &BTreeSet<CouncilId>,
) -> u32 {
    let mut eligible = reference.home_members(region, on);
    for council in answered {
        if !eligible.contains(council) {
            for heir in reference.standing_in_for(*council, on) {
                eligible.remove(&heir.id);
            }
        }
    }
    eligible.extend(answered);
    u32::try_from(eligible.len()).unwrap_or(u32::MAX)
}

async fn publishing(write: &Write<'_>, on: NaiveDate) -> Result<HashSet<CouncilId>, StoreError> {
    let rows: Vec<publication::Model> = write.select("true", vec![]).await?;
    let in_force = rows.iter().map(rounds::publication).filter(|one| one.is_in_force(on));
    Ok(in_force.map(|one| one.council).collect())
}

/// All frozen answers of a half-year.
pub(crate) async fn tables(write: &Write<'_>, half_year: HalfYear) -> Result<Tables, StoreError> {
    let sql = "SELECT point_id, measure, council_id, region_id, rating, is_published \
               FROM frozen_answer WHERE half_year = $1 ORDER BY council_id";
    let statement = write.dialect.statement(sql, vec![half_year.number().into()]);
    let mut tables = Tables::new();
    for row in write.transaction.query_all_raw(statement).await? {
        let council: Uuid = row.try_get("", "council_id")?;
        let read = Reading { table: "frozen_answer", row: council };
        let measure = read.word("measure", &row.try_get::<String>("", "measure")?)?;
        let answer = Frozen {
            council: CouncilId(council),
            rating: rating(read, "rating", row.try_get("", "rating")?)?,
            is_published: row.try_get("", "is_published")?,
        };
        let table = tables.entry((PointId(row.try_get("", "point_id")?), measure)).or_default();
        table.entry(RegionId(row.try_get("", "region_id")?)).or_default().push(answer);
    }
    Ok(tables)
}

pub(crate) fn row(closing: &Closing) -> closing::Model {
    closing::Model {
        region_id: closing.region.0,
        half_year: closing.half_year.number(),
        closed_at: closing.closed_at.timestamp(),
        closed_by: closing.closed_by.clone(),
        asked: codec::json(&closing.asked),
    }
}

pub(crate) fn closing(row: closing::Model) -> Result<Closing, StoreError> {
    let read = Reading { table: "closing", row: row.region_id };
    Ok(Closing {
        region: RegionId(row.region_id),
        half_year: HalfYear::from_number(row.half_year),
        closed_at: read.instant("closed_at", row.closed_at)?,
        closed_by: row.closed_by,
        asked: read.json("asked", &row.asked)?,
    })
}
