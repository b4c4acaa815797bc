//! Which half-year is the latest one, and what a table says before there is any.

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::Database;
use serde_json::{Value, json};

use super::nation::{Asked, ask, filled, gateway, publish};

const REGIONS: [&str; 2] = ["kent", "london"];

/// All regions have changed to another standard since.
#[tokio::test]
async fn the_latest_half_year_is_the_latest_of_the_standard_asked_for() -> Result<()> {
    let database = Database::sqlite().await;
    let store = database.store();
    filled(store, &REGIONS).await?;
    let half_years =
        [("2025-H1", "2025-03-01", "lgdss-2016"), ("2025-H2", "2025-10-01", "gds-2019")];
    for (half_year, held_on, standard) in half_years {
        let asked = Asked { regions: &REGIONS, from: 0, held_on, standard, points: &[1, 2] };
        ask(store, &asked).await?;
        publish(store, half_year, &REGIONS).await?;
    }
    let gateway = gateway(&database).await?;
    let query = "query($standard: String!) {
        capability(standard: $standard) { note rows { period standard responded } }
        supportRanking(standard: $standard) { halfYear rows { responded } } }";
    for (half_year, _, standard) in half_years {
        let data = gateway.data(query, json!({ "standard": standard })).await?;
        let row = json!({ "period": half_year, "standard": standard, "responded": 16 });
        ensure!(data["capability"]["rows"] == Value::from(vec![row; 4]), "{standard}: {data}");
        let ranking = &data["supportRanking"];
        ensure!(ranking["halfYear"] == half_year, "{standard}: {data}");
        let ranked = ranking["rows"].as_array().context("rows")?;
        let shown = ranked.iter().filter(|row| row["responded"] == 16).count();
        ensure!(shown == 2, "{standard}: {data}");
    }
    Ok(())
}
