//! National figures and those of the matched panel, cell by cell, against the release tables.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use folkmoot_domain::{
    Histogram, Matched, Reference, ReleaseRow, RowFilter, RowScope, ScopeKind, Shown, Suppression,
    Unmatched, london_day_start,
};
use folkmoot_store::{Store, StoreOptions};
use folkmoot_testkit::Database;
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use serde_json::{Map, Value, json};

use super::nation::{Asked, ask, filled, gateway, publish};

const QUERY: &str = "query($panel: Panel!, $standard: String!) {
    capability(panel: $panel, standard: $standard, period: HALF_YEAR) { rows {
      period periodStart periodEnd groupBy group groupName standard pointRef pointNumber pointLabel
      panel measure shareAt3OrMore shareAt3OrMoreBefore rounded median mean
      level0 level1 level2 level3 level4 notRated responded eligible marker
      lowReliability breakBefore breakReason complete asOf } } }";

/// A row of the release tables as the API should show it, worked out from the counts by hand.
fn cells(row: &ReleaseRow, reference: &Reference) -> Result<Value> {
    let point = reference.point(row.point).context("a point")?;
    let standard = reference.standard(row.standard).context("a standard")?;
    let is_matched = row.scope == RowScope::Matched;
    let instant = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut cells = json!({
        "period": row.half_year.to_string(),
        "periodStart": instant(london_day_start(row.half_year.starts_on())),
        "periodEnd": instant(london_day_start(row.half_year.ends_on())),
        "groupBy": "NATIONAL", "group": "nation", "groupName": "All regions",
        "standard": standard.code, "pointRef": point.reference,
        "pointNumber": point.number, "pointLabel": point.label,
        "panel": if is_matched { "MATCHED" } else { "ALL" },
        "measure": serde_json::to_value(row.measure)?,
        "rounded": is_matched, "eligible": row.eligible, "complete": row.complete,
        "breakBefore": row.break_reason.is_some(), "breakReason": row.break_reason,
        "asOf": instant(row.as_of),
    });
    let numbers = match row.shown {
        Shown::Counts(counts) => of_counts(&counts),
        Shown::Pair(pair) => of_pair(&pair),
        Shown::Withdrawn | Shown::Hidden(Suppression::Pair(Unmatched::NothingBefore)) => {
            json!({ "marker": "NOT_AVAILABLE" })
        }
        Shown::Hidden(Suppression::NotAsked) => json!({ "marker": "NOT_APPLICABLE" }),
        Shown::Hidden(_) => json!({ "marker": "CONFIDENTIAL" }),
    };
    for name in [
        "shareAt3OrMore",
        "shareAt3OrMoreBefore",
        "median",
        "mean",
        "level0",
        "level1",
        "level2",
        "level3",
        "level4",
        "notRated",
        "responded",
        "marker",
    ] {
        cells[name] = numbers[name].clone();
    }
    let councils = numbers["responded"].as_u64();
    let is_low = |councils| councils < 10 || councils * 100 < u64::from(row.eligible) * 40;
    cells["lowReliability"] = json!(councils.is_some_and(is_low));
    Ok(cells)
}

fn of_counts(counts: &Histogram) -> Value {
    let [none, one, two, three, four] = counts.levels;
    let rated: u32 = counts.levels.iter().sum();
    let in_order: Vec<u32> = (0..5u32)
        .zip(counts.levels)
        .flat_map(|(level, councils)| std::iter::repeat_n(level, councils as usize))
        .collect();
    let at = |place: usize| f64::from(in_order[place]);
    let middle = in_order.len() / 2;
    let is_even = in_order.len().is_multiple_of(2);
    let median = if is_even { (at(middle - 1) + at(middle)) / 2.0 } else { at(middle) };
    let mean = f64::from(in_order.iter().sum::<u32>()) / f64::from(rated);
    json!({
        "level0": none, "level1": one, "level2": two, "level3": three, "level4": four,
        "notRated": counts.not_rated, "responded": rated, "median": median, "mean": mean,
        "shareAt3OrMore": f64::from(three + four) / f64::from(rated),
    })
}

fn of_pair(pair: &Matched) -> Value {
    let share = |percent: u32| f64::from(percent) / 100.0;
    json!({
        "responded": pair.councils, "shareAt3OrMore": share(pair.now.percent()),
        "shareAt3OrMoreBefore": share(pair.before.percent()),
    })
}

/// Shares, means and medians are compared as numbers to nine places, all else as it stands.
fn are_alike(shown: &Value, released: &Value) -> bool {
    match (shown.as_f64(), released.as_f64()) {
        (Some(shown), Some(released)) => (shown - released).abs() < 1e-9,
        _ => shown == released,
    }
}

fn key(row: &Value) -> String {
    format!("{} {} {}", row["period"], row["measure"], row["pointRef"])
}

/// Compares both panels of a standard; how many rows show figures and how many do not, by panel.
async fn compare(gateway: &Gateway, standard: &str) -> Result<[(usize, usize); 2]> {
    let (url, acquire_timeout) = (gateway.database.clone(), Duration::from_secs(10));
    let store = Store::connect(&StoreOptions { url, max_connections: 1, acquire_timeout }).await?;
    let reference = Reference::new(store.reference_parts("lgdss-2016").await?);
    let id = reference.standard_by_code(standard)?.id;
    let mut seen = [(0, 0); 2];
    for (place, (panel, scope)) in
        [("ALL", ScopeKind::Nation), ("MATCHED", ScopeKind::Matched)].into_iter().enumerate()
    {
        let scopes = Some(vec![scope]);
        let filter = RowFilter { standard: Some(id), scopes, ..RowFilter::default() };
        let published = store.published().await?;
        let released = published.rows(&filter).map(|row| cells(row, &reference));
        let mut released = released.collect::<Result<Vec<_>>>()?;
        released.sort_by_key(key);
        let variables = json!({ "panel": panel, "standard": standard });
        let data = gateway.data(QUERY, variables).await?;
        let mut shown = data["capability"]["rows"].as_array().context("rows")?.clone();
        shown.sort_by_key(key);
        ensure!(shown.len() == released.len(), "{panel}: {} rows", shown.len());
        for (shown, released) in shown.iter().zip(&released) {
            let cells = shown.as_object().context("a row")?;
            ensure!(cells.len() == 31 && released.as_object().map(Map::len) == Some(31), "{shown}");
            for (name, cell) in cells {
                let expected = &released[name];
                ensure!(
                    are_alike(cell, expected),
                    "{panel} {name}: {cell} for {expected}: {shown}"
                );
            }
            let is_figure = released["marker"].is_null();
            let counted = &mut seen[place];
            if is_figure { counted.0 += 1 } else { counted.1 += 1 }
        }
    }
    Ok(seen)
}

/// One half-year was taken back, so that not only figures are compared.
#[tokio::test]
async fn national_and_matched_figures_are_the_release_tables_cell_by_cell() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let mut withdraw = folkmoot();
    withdraw.args(["release", "withdraw", "2", "--reason", "wrong sheet"]);
    let withdrawn = Outcome::of(withdraw.args(["--database", &gateway.database]));
    ensure!(withdrawn.is_success, "{withdrawn:?}");
    let [all, matched] = compare(&gateway, "lgdss-2016").await?;
    // Eight half-years of fifteen points and two measures.
    ensure!((all.0, all.1) == (210, 30), "{all:?}");
    ensure!(matched.0 > 100 && matched.0 + matched.1 == 240, "{matched:?}");
    let [later, _] = compare(&gateway, "gds-2019").await?;
    ensure!(later.0 + later.1 == 56, "two half-years of fourteen points: {later:?}");
    Ok(())
}

#[tokio::test]
async fn they_are_so_on_postgres_too() -> Result<()> {
    const REGIONS: [&str; 4] = ["east", "kent", "london", "north"];
    let database = Database::postgres().await;
    let store = database.store();
    filled(store, &REGIONS).await?;
    for (half_year, held_on) in [("2025-H1", "2025-03-01"), ("2025-H2", "2025-10-01")] {
        let standard = "lgdss-2016";
        let asked = Asked { regions: &REGIONS, from: 0, held_on, standard, points: &[1, 9] };
        ask(store, &asked).await?;
        publish(store, half_year, &REGIONS).await?;
    }
    let gateway = gateway(&database).await?;
    let [all, matched] = compare(&gateway, "lgdss-2016").await?;
    ensure!((all, matched) == ((8, 0), (4, 4)), "{all:?} {matched:?}");
    Ok(())
}
