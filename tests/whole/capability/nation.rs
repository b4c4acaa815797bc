//! A nation for one test: regions of eight councils each that ask, close and publish as the test
//! says.

use anyhow::{Context, Result};
use chrono::{DateTime, Days, Utc};
use folkmoot_domain::{HalfYear, PointId, Reference, StandardId, Threshold, london_day_start};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::{Database, build};
use folkmoot_tests::Gateway;

/// Councils at home in each region.
const COUNCILS: u32 = 8;

/// Regions with their councils; the standards are `lgdss-2016` and `gds-2019`.
pub(crate) async fn filled(store: &Store, regions: &[&str]) -> Result<()> {
    let mut changes = build::nation(regions);
    changes.push(Change::Standard(build::standard("gds-2019", 15)));
    let councils = COUNCILS * u32::try_from(regions.len())?;
    changes.extend((10..councils).map(|n| build::council(n).change()));
    for (place, code) in (0..).zip(regions) {
        let home = |n| build::home(build::region_id(code), place * COUNCILS + n);
        changes.extend((0..COUNCILS).map(|n| Change::Membership(home(n))));
    }
    apply(store, changes).await
}

/// What the councils of a region answer: each level occurs, so that its row is shown.
pub(crate) struct Asked<'a> {
    pub(crate) regions: &'a [&'a str],
    /// The place of the first region among all, which tells its councils.
    pub(crate) from: u32,
    pub(crate) held_on: &'a str,
    pub(crate) standard: &'a str,
    pub(crate) points: &'a [u16],
}

/// The regions ask, and every council of theirs answers.
pub(crate) async fn ask(store: &Store, asked: &Asked<'_>) -> Result<()> {
    let mut changes = Vec::new();
    for (place, code) in (asked.from..).zip(asked.regions) {
        let round = build::round(build::region_id(code), asked.held_on);
        let round = round.with(|it| it.standard = StandardId::derived(asked.standard)).build();
        changes.push(Change::Round(round.clone()));
        for point in asked.points {
            let point = PointId::derived(&format!("{}/{point}", asked.standard));
            let answer = |n: u32| {
                let level = u8::try_from(n % 5).unwrap_or_default();
                build::response(&round, place * COUNCILS + n, level).about(point).change()
            };
            changes.extend((0..COUNCILS).map(answer));
        }
    }
    apply(store, changes).await
}

pub(crate) async fn apply(store: &Store, changes: Vec<Change>) -> Result<()> {
    store.apply("test", build::start(), changes).await?;
    Ok(())
}

/// These regions close the half-year, all in time, and what can be published is.
pub(crate) async fn publish(store: &Store, half_year: &str, regions: &[&str]) -> Result<()> {
    let then = close(store, half_year, regions).await?;
    let reference = Reference::new(store.reference_parts("lgdss-2016").await?);
    store.create_release("test", then, &reference, Threshold::LEAST, |_, _| {}).await?;
    Ok(())
}

/// These regions close the half-year, all in time: when they did.
pub(crate) async fn close(
    store: &Store,
    half_year: &str,
    regions: &[&str],
) -> Result<DateTime<Utc>> {
    let half_year: HalfYear = half_year.parse().ok().context("a half-year")?;
    let then = london_day_start(half_year.ends_on() + Days::new(12));
    let reference = Reference::new(store.reference_parts("lgdss-2016").await?);
    for code in regions {
        let region = reference.region(build::region_id(code)).context("a region")?;
        store.close_half_year("test", then, &reference, region, half_year).await?;
    }
    Ok(then)
}

/// The program on the database; it publishes nothing by itself.
pub(crate) async fn gateway(database: &Database) -> Result<Gateway> {
    let settings = [("FOLKMOOT__FIGURES__RELEASE_EVERY_HOURS", "0")];
    Gateway::start_with(&database.options().url, false, &settings).await
}
