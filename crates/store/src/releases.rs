//! Reading releases: what was published, and taking it back.

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    HalfYear, Matched, PointId, Published, RegionId, Release, ReleaseRow, RoundedShare, RowScope,
    ScopeKind, Shown, StandardId, Suppression,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    cells::{column, counting, histogram, national},
    codec::{self, Reading},
    entity::{release, release_row::Model},
    generations::kind,
    write::derived_id,
};

impl Store {
    /// All releases, the first one first.
    pub async fn releases(&self) -> Result<Vec<Release>, StoreError> {
        let rows: Vec<release::Model> = self.select("ORDER BY number", vec![]).await?;
        rows.into_iter().map(of_row).collect()
    }

    /// All that was published.
    pub async fn published(&self) -> Result<Published, StoreError> {
        // Rows of a release that comes in between stand there without it, not the other way round.
        let releases = self.releases().await?;
        let rows: Vec<Model> = self.select("", vec![]).await?;
        let rows = rows.into_iter().map(release_row).collect::<Result<_, _>>()?;
        Ok(Published::new(releases, rows))
    }

    /// Rises whenever something was published or taken back, as far as this process knows: at
    /// once by its own writes, by [`Store::poll_generations`] for others'.
    pub fn published_version(&self) -> u64 {
        self.generations().version_of(&[kind::CAPABILITY])
    }

    /// Takes the rows back that a release wrote, or one half-year's of them: from now on they
    /// say that they are not available. They are never replaced. Returns how many there were.
    pub async fn withdraw_release(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        number: u32,
        half_year: Option<HalfYear>,
        reason: &str,
    ) -> Result<u64, StoreError> {
        let begun = self.begin().await?;
        let mut write = counting(self.dialect, &begun, actor, now).await?;
        let (from, to) = half_year.map_or((i32::MIN, i32::MAX), |it| (it.number(), it.number()));
        let sql = "UPDATE release_row SET withdrawn_at = $1, withdrawn_reason = $2 \
                   WHERE release_number = $3 AND half_year >= $4 AND half_year <= $5 \
                   AND withdrawn_at IS NULL";
        let values = vec![
            now.timestamp().into(),
            reason.into(),
            column(number).into(),
            from.into(),
            to.into(),
        ];
        let done = begun.transaction.execute_raw(self.dialect.statement(sql, values)).await?;
        if done.rows_affected() == 0 {
            begun.roll_back().await?;
            return Ok(0);
        }
        write.note_entity(&national(), "WITHDRAW", "release", Uuid::nil(), column(number));
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(done.rows_affected())
    }
}

pub(crate) fn of_row(row: release::Model) -> Result<Release, StoreError> {
    let read = Reading { table: "release", row: Uuid::nil() };
    Ok(Release {
        number: read.number("number", row.number)?,
        created_at: read.instant("created_at", row.created_at)?,
        created_by: row.created_by,
        threshold: read.number("threshold", row.threshold)?,
    })
}

/// What stands in the column `kind`.
fn word(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Region => "REGION",
        ScopeKind::Others => "OTHERS",
        ScopeKind::Nation => "NATION",
        ScopeKind::Matched => "MATCHED",
    }
}

/// The row as it is stored: of a hidden one no number but `eligible`.
pub(crate) fn row_of(row: &ReleaseRow) -> Model {
    let kind = word(row.scope.into());
    let region = match row.scope {
        RowScope::Region(region) => region.0,
        RowScope::Others | RowScope::Nation | RowScope::Matched => Uuid::nil(),
    };
    let (counts, pair, hidden) = match row.shown {
        Shown::Counts(counts) => (Some(counts), None, None),
        Shown::Pair(pair) => (None, Some(pair), None),
        Shown::Hidden(why) => (None, None, Some(why.name().to_owned())),
        Shown::Withdrawn => (None, None, None),
    };
    let measure = codec::word(&row.measure);
    let place = format!("{}/{measure}/{kind}", row.half_year);
    let level = |at: usize| counts.map(|counts| column(counts.levels[at]));
    Model {
        id: derived_id("release_row", &[row.point.0, region], &place),
        release_number: column(row.release),
        half_year: row.half_year.number(),
        standard_id: row.standard.0,
        point_id: row.point.0,
        measure,
        kind: kind.to_owned(),
        region_id: region,
        regions: codec::json(&row.regions),
        hidden,
        level_0: level(0),
        level_1: level(1),
        level_2: level(2),
        level_3: level(3),
        level_4: level(4),
        not_rated: counts.map(|counts| column(counts.not_rated)),
        eligible: column(row.eligible),
        matched: pair.map(|pair| column(pair.councils)),
        share_before: pair.map(|pair| column(pair.before.percent())),
        share_now: pair.map(|pair| column(pair.now.percent())),
        is_complete: row.complete,
        break_reason: row.break_reason.clone(),
        as_of: row.as_of.timestamp(),
        withdrawn_at: None,
        withdrawn_reason: None,
    }
}

pub(crate) fn release_row(row: Model) -> Result<ReleaseRow, StoreError> {
    let read = Reading { table: "release_row", row: row.id };
    let scope = match row.kind.as_str() {
        "REGION" => RowScope::Region(RegionId(row.region_id)),
        "OTHERS" => RowScope::Others,
        "NATION" => RowScope::Nation,
        "MATCHED" => RowScope::Matched,
        _ => return Err(read.corrupt("kind")),
    };
    Ok(ReleaseRow {
        release: read.number("release_number", row.release_number)?,
        half_year: HalfYear::from_number(row.half_year),
        standard: StandardId(row.standard_id),
        point: PointId(row.point_id),
        measure: read.word("measure", &row.measure)?,
        scope,
        regions: read.json("regions", &row.regions)?,
        shown: shown(read, &row, scope)?,
        eligible: read.number("eligible", row.eligible)?,
        complete: row.is_complete,
        break_reason: row.break_reason,
        as_of: read.instant("as_of", row.as_of)?,
    })
}

fn shown(read: Reading, row: &Model, scope: RowScope) -> Result<Shown, StoreError> {
    if row.withdrawn_at.is_some() {
        return Ok(Shown::Withdrawn);
    }
    if let Some(why) = &row.hidden {
        let why = Suppression::from_name(why, scope == RowScope::Matched);
        return why.map(Shown::Hidden).ok_or_else(|| read.corrupt("hidden"));
    }
    let number = |column, value: Option<i32>| value.ok_or_else(|| read.corrupt(column));
    if scope == RowScope::Matched {
        let share = |column, value| {
            let percent = read.number(column, number(column, value)?)?;
            RoundedShare::from_percent(percent).ok_or_else(|| read.corrupt(column))
        };
        return Ok(Shown::Pair(Matched {
            councils: read.number("matched", number("matched", row.matched)?)?,
            before: share("share_before", row.share_before)?,
            now: share("share_now", row.share_now)?,
        }));
    }
    let levels = [row.level_0, row.level_1, row.level_2, row.level_3, row.level_4];
    let mut filled = [0; folkmoot_domain::LEVELS];
    for (place, level) in filled.iter_mut().zip(levels) {
        *place = number("level", level)?;
    }
    let not_rated = number("not_rated", row.not_rated)?;
    Ok(Shown::Counts(histogram(read, "level", filled, not_rated)?))
}
