//! Published figures: the API, its CSV and the release tables say the same, and what is wrong is
//! answered with what to do.

mod addresses;
mod cells;
mod coverage;
mod elsewhere;
mod latest;
pub(crate) mod nation;
mod refusals;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use folkmoot_domain::{Reference, RowFilter, RowScope, ScopeKind, Shown};
use folkmoot_store::{Store, StoreOptions};
use folkmoot_tests::Gateway;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

const TABLE: &str = "/export/capability.csv";

/// A figure as text: half-year, point, measure, group, levels 0 to 4 if they are shown.
type Figure = (String, String, String, String, [Option<u32>; 5], u32);

async fn released(gateway: &Gateway) -> Result<Vec<Figure>> {
    let (url, acquire_timeout) = (gateway.database.clone(), Duration::from_secs(10));
    let options = StoreOptions { url, max_connections: 1, acquire_timeout };
    let store = Store::connect(&options).await?;
    let reference = Reference::new(store.reference_parts("lgdss-2016").await?);
    let standard = reference.default_standard().context("the default standard")?.id;
    let scopes = Some(vec![ScopeKind::Region, ScopeKind::Others]);
    let filter = RowFilter { standard: Some(standard), scopes, ..RowFilter::default() };
    let mut figures = Vec::new();
    for row in store.published().await?.rows(&filter) {
        let group = match row.scope {
            RowScope::Region(id) => reference.region(id),
            RowScope::Others | RowScope::Nation | RowScope::Matched => None,
        };
        let levels = match row.shown {
            Shown::Counts(histogram) => histogram.levels.map(Some),
            Shown::Pair(_) | Shown::Hidden(_) | Shown::Withdrawn => [None; 5],
        };
        figures.push((
            row.half_year.to_string(),
            reference.point(row.point).context("a point")?.reference.clone(),
            serde_json::to_value(row.measure)?.as_str().context("a word")?.to_owned(),
            group.map_or("others".to_owned(), |region| region.code.to_string()),
            levels,
            row.eligible,
        ));
    }
    figures.sort();
    Ok(figures)
}

fn of_row(row: &Value) -> Result<Figure> {
    let text = |name: &str| row[name].as_str().map(str::to_owned).context("a text");
    let levels = std::array::from_fn(|level| {
        row[format!("level{level}")].as_u64().and_then(|count| u32::try_from(count).ok())
    });
    let eligible = row["eligible"].as_u64().context("a number")?;
    let point = text("pointRef")?;
    Ok((text("period")?, point, text("measure")?, text("group")?, levels, u32::try_from(eligible)?))
}

#[tokio::test]
async fn the_api_shows_the_release_tables_row_by_row() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ capability(groupBy: REGION, period: HALF_YEAR) { revision rows { period pointRef measure group
        level0 level1 level2 level3 level4 eligible marker responded median mean shareAt3OrMore notRated } } }";
    let data = gateway.data(query, json!({})).await?;
    let rows = data["capability"]["rows"].as_array().context("rows")?;
    let mut shown = rows.iter().map(of_row).collect::<Result<Vec<_>>>()?;
    shown.sort();
    let released = released(&gateway).await?;
    ensure!(released.len() > 1_000, "the demo publishes: {}", released.len());
    ensure!(shown == released, "the API and the release tables differ");
    for row in rows {
        let numbers =
            ["level0", "level4", "responded", "median", "mean", "shareAt3OrMore", "notRated"];
        let is_hidden = !row["marker"].is_null();
        ensure!(numbers.iter().all(|name| row[*name].is_null() == is_hidden), "{row}");
    }
    Ok(())
}

#[tokio::test]
async fn the_csv_is_kept_by_its_tag_and_says_where_its_columns_are_explained() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let address = format!("{TABLE}?groupBy=region&points=agile,tools&shape=wide");
    let answer = gateway.request(Method::GET, &address).send().await?;
    ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
    let said = |name: header::HeaderName| {
        answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned()
    };
    ensure!(said(header::CONTENT_TYPE).starts_with("text/csv"), "{:?}", answer.headers());
    ensure!(said(header::ACCESS_CONTROL_ALLOW_ORIGIN) == "*", "{:?}", answer.headers());
    ensure!(said(header::LINK).contains("/export/capability-columns.csv"), "the guide");
    let tag = said(header::ETAG);
    let text = answer.text().await?;
    // A row a region and point, both measures in it.
    ensure!(text.lines().count() == 1 + 5 * 2, "{text}");
    let again = gateway.request(Method::GET, &address).header(header::IF_NONE_MATCH, tag);
    let again = again.send().await?;
    ensure!(again.status() == StatusCode::NOT_MODIFIED, "{}", again.status());
    ensure!(again.bytes().await?.is_empty(), "nothing is sent twice");
    let guide = gateway.request(Method::GET, "/export/capability-columns.csv").send().await?;
    let guide = guide.text().await?;
    ensure!(guide.contains("shareAt3OrMore,Float,true,"), "{guide}");
    Ok(())
}

#[tokio::test]
async fn wrong_words_are_answered_with_what_to_write() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let bad = StatusCode::BAD_REQUEST;
    let wrong = [
        ("group=region", bad, "groupBy"),
        ("measure=confidence", bad, "`measure`"),
        ("points=agil", bad, "did you mean \"agile\""),
        ("points=agile,tools&standard=lgdss-2061", bad, "unknown standard"),
        ("fromYear=2024", bad, "`period: HALF_YEAR`"),
        ("period=half-year&fromYear=2026&toYear=2024", bad, "not after"),
        ("region=london", bad, "`groupBy: REGION`"),
        ("groupBy=region&region=east", bad, "unknown region"),
        ("groupBy=region&panel=matched", bad, "national only"),
        (
            "groupBy=region&period=half-year&requireComplete=true",
            StatusCode::SERVICE_UNAVAILABLE,
            "not complete",
        ),
    ];
    for (words, status, expected) in wrong {
        let answer = gateway.request(Method::GET, &format!("{TABLE}?{words}")).send().await?;
        ensure!(answer.status() == status, "{words}: {}", answer.status());
        let waits = answer.headers().contains_key(header::RETRY_AFTER);
        ensure!(waits == (status == StatusCode::SERVICE_UNAVAILABLE), "{words}");
        let text = answer.text().await?;
        ensure!(text.contains(expected), "{words}: {text}");
    }
    Ok(())
}

#[tokio::test]
async fn variables_that_are_left_out_are_arguments_that_are_not_given() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "query($first: Int, $measure: Measure, $period: Period, $points: [PointRef!]) {
        meetups(first: $first) { nodes { id } }
        capability(measure: $measure, period: $period, points: $points) { rows { period } } }";
    let data = gateway.data(query, json!({})).await?;
    let rows = data["capability"]["rows"].as_array().context("rows")?;
    ensure!(rows.len() == 30, "both measures of fifteen points: {}", rows.len());
    Ok(())
}
