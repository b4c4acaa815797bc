//! Writing a release: one transaction, so that a job that is stopped leaves no trace.

mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use folkmoot_domain::{
    Answers, Closing, HalfYear, Measure, PointId, Reference, Region, RegionId, Release, ReleaseRow,
    Round, RowScope, Threshold, london_day,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    cells::{column, counting, national},
    closings::{Tables, closing, tables},
    counted::{Elsewhere, elsewhere},
    entity::{closing, release, release_row, round},
    releases::{of_row, release_row as read_row, row_of},
    rounds::round as of_round,
    write::{Write, insert_or_update},
};

use sheet::Sheet;

impl Store {
    /// Writes what can be published and is not yet: a row for each region that closed a
    /// half-year, and, once every region has closed it or is overdue, the rows of the nation.
    /// `None` if there is nothing to write. Of two at a time, the second finds nothing left.
    ///
    /// `progress` is told of every half-year as it is worked on.
    pub async fn create_release(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        reference: &Reference,
        threshold: Threshold,
        progress: impl Fn(HalfYear, usize) + Send,
    ) -> Result<Option<(Release, Vec<ReleaseRow>)>, StoreError> {
        let begun = self.begin().await?;
        let mut write = counting(self.dialect, &begun, actor, now).await?;
        let earlier: Vec<release::Model> = write.select("true", vec![]).await?;
        let earlier = earlier.into_iter().map(of_row).collect::<Result<Vec<_>, _>>()?;
        refuse_lower_threshold(&earlier, threshold)?;
        let release = Release {
            number: earlier.iter().map(|one| one.number).max().unwrap_or_default() + 1,
            created_at: folkmoot_domain::to_second(now),
            created_by: actor.to_owned(),
            threshold: threshold.councils(),
        };
        let press = Press { reference, threshold, release: release.number, today: london_day(now) };
        let rows = press.rows(&write, progress).await?;
        if rows.is_empty() {
            begun.roll_back().await?;
            return Ok(None);
        }
        let model = release::Model {
            number: column(release.number),
            created_at: now.timestamp(),
            created_by: release.created_by.clone(),
            threshold: column(release.threshold),
        };
        insert_or_update(write.transaction, &[model], None).await?;
        let models: Vec<_> = rows.iter().map(row_of).collect();
        insert_or_update(write.transaction, &models, None).await?;
        let number = column(release.number);
        write.note_entity(&national(), "CREATE", "release", Uuid::nil(), number);
        let (_, raised) = write.finish().await?;
        self.commit(begun, raised).await?;
        Ok(Some((release, rows)))
    }
}

fn refuse_lower_threshold(earlier: &[Release], threshold: Threshold) -> Result<(), StoreError> {
    let highest = earlier.iter().max_by_key(|release| release.threshold);
    match highest {
        Some(release) if release.threshold > threshold.councils() => {
            Err(StoreError::Invalid(format!(
                "release {} was made with a threshold of {}: it can be raised, never lowered",
                release.number, release.threshold
            )))
        }
        _ => Ok(()),
    }
}

/// What rows are made from.
struct Press<'a> {
    reference: &'a Reference,
    threshold: Threshold,
    release: u32,
    today: NaiveDate,
}

type Table = (PointId, Measure);

/// One half-year while it is worked on.
struct Page<'a> {
    half_year: HalfYear,
    /// Of regions that are public.
    closings: BTreeMap<RegionId, &'a Closing>,
    /// Of all regions, in the half-year before.
    closings_before: BTreeMap<RegionId, &'a Closing>,
    /// True if the nation's rows are to be written.
    is_nations_turn: bool,
    frozen: Tables,
    /// Regions that were counted elsewhere, with the thresholds of their own figures.
    elsewhere: BTreeMap<RegionId, Option<Threshold>>,
    before: Tables,
    /// Of the half-year before that one.
    earlier: Tables,
    rounds: &'a [Round],
}

impl Press<'_> {
    async fn rows(
        &self,
        write: &Write<'_>,
        progress: impl Fn(HalfYear, usize),
    ) -> Result<Vec<ReleaseRow>, StoreError> {
        let closings: Vec<closing::Model> = write.select("true", vec![]).await?;
        let all = closings.into_iter().map(closing).collect::<Result<Vec<_>, _>>()?;
        let written: Vec<release_row::Model> = write.select("true", vec![]).await?;
        let mut written = written.into_iter().map(read_row).collect::<Result<Vec<_>, _>>()?;
        let rounds: Vec<round::Model> = write.select("true", vec![]).await?;
        let rounds = rounds.into_iter().map(of_round).collect::<Result<Vec<_>, _>>()?;
        let half_years: BTreeSet<_> = all.iter().map(|one| one.half_year).collect();
        let mut new = Vec::new();
        for half_year in half_years {
            let of_it = all.iter().filter(|one| one.half_year == half_year);
            let public = of_it.filter(|one| self.is_public(one.region));
            let closings: BTreeMap<_, _> = public.map(|one| (one.region, one)).collect();
            let is_nations_turn = self.is_nations_turn(half_year, &closings, &written);
            if !is_nations_turn && all_have_rows(half_year, &closings, &written) {
                continue;
            }
            let previous = half_year.previous();
            let of_previous = all.iter().filter(|one| one.half_year == previous);
            let (frozen, elsewhere) = given(write, half_year, self.threshold).await?;
            let page = Page {
                half_year,
                is_nations_turn,
                closings,
                closings_before: of_previous.map(|one| (one.region, one)).collect(),
                frozen,
                elsewhere,
                // What was written stands, whatever the threshold has become.
                before: given(write, previous, Threshold::LEAST).await?.0,
                earlier: given(write, previous.previous(), Threshold::LEAST).await?.0,
                rounds: &rounds,
            };
            let rows = self.page(&page, &written);
            progress(half_year, rows.len());
            written.extend(rows.iter().cloned());
            new.extend(rows);
        }
        Ok(new)
    }

    /// Regions on trial are not public, those that left are gone.
    fn is_public(&self, region: RegionId) -> bool {
        self.reference.region(region).is_some_and(Region::takes_part)
    }

    /// True once no region is waited for, all having closed or being late, and until the nation's
    /// rows are there.
    fn is_nations_turn(
        &self,
        half_year: HalfYear,
        closings: &BTreeMap<RegionId, &Closing>,
        written: &[ReleaseRow],
    ) -> bool {
        let mut expected = self.reference.regions().iter().filter(|region| region.takes_part());
        let is_complete = self.today >= half_year.overdue_on()
            || expected.all(|region| closings.contains_key(&region.id));
        let is_there =
            |row: &ReleaseRow| row.half_year == half_year && row.scope == RowScope::Nation;
        is_complete && !written.iter().any(is_there)
    }

    fn page(&self, page: &Page<'_>, written: &[ReleaseRow]) -> Vec<ReleaseRow> {
        let mut rows = Vec::new();
        for (table, answers) in &page.frozen {
            let Some(point) = self.reference.point(table.0) else { continue };
            let answers: Answers = answers
                .iter()
                .filter(|(region, _)| page.closings.contains_key(*region))
                .map(|(region, answers)| (*region, answers.clone()))
                .collect();
            let of_table = |half_year: HalfYear| {
                let rows = written.iter().filter(move |row| row.half_year == half_year);
                rows.filter(|row| (row.point, row.measure) == *table).collect::<Vec<_>>()
            };
            let previous = page.half_year.previous();
            let known = of_table(page.half_year);
            let (before, earlier) = (of_table(previous), of_table(previous.previous()));
            let sheet = Sheet { press: self, page, table: *table, standard: point.standard };
            let regions = sheet.regions(&answers, &known);
            if page.is_nations_turn {
                rows.extend(sheet.nation(&answers, &known, &regions, &before, &earlier));
            }
            rows.extend(regions);
        }
        rows
    }
}

/// All answers of a half-year by table, counts of regions elsewhere among them, and those regions.
async fn given(
    write: &Write<'_>,
    half_year: HalfYear,
    ours: Threshold,
) -> Result<(Tables, BTreeMap<RegionId, Option<Threshold>>), StoreError> {
    let mut answers = tables(write, half_year).await?;
    let Elsewhere { regions, tables } = elsewhere(write, half_year, ours).await?;
    for (table, counts) in tables {
        let of_table = answers.entry(table).or_default();
        let counts = counts.into_iter();
        of_table.extend(counts.map(|(region, it)| (region, it.answers(region, half_year))));
    }
    Ok((answers, regions))
}

/// True if every region that closed the half-year has a row of it: those of one region are all
/// written together.
fn all_have_rows(
    half_year: HalfYear,
    closings: &BTreeMap<RegionId, &Closing>,
    written: &[ReleaseRow],
) -> bool {
    let of_it = written.iter().filter(|row| row.half_year == half_year);
    let scopes: BTreeSet<_> = of_it.map(|row| row.scope).collect();
    closings.keys().all(|region| scopes.contains(&RowScope::Region(*region)))
}
