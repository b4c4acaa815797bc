//! A table's address as CSV holds what was asked: the CSV there is the same table.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::Gateway;
use reqwest::{Method, StatusCode};
use serde_json::json;

/// Arguments, and how many rows they give.
const TABLES: [(&str, usize); 8] = [
    ("", 30),
    ("(groupBy: REGION, measure: SUPPORT_NEED, region: \"london\")", 15),
    ("(period: HALF_YEAR, fromYear: 2000, toYear: 2199, points: [\"agile\"])", 16),
    ("(panel: MATCHED, points: [\"3\", \"lgdss-2016/8\"])", 4),
    ("(points: [\"Data, security and privacy\"])", 2),
    ("(points: [\"gds-2019/7\"])", 2),
    ("(points: [])", 0),
    ("(points: null, standard: \"gds-2019\", measure: UNDERSTANDING)", 14),
];

#[tokio::test]
async fn the_csv_at_a_tables_address_is_that_table() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (arguments, expected) in TABLES {
        let query =
            format!("{{ capability{arguments} {{ csvUrl note complete rows {{ pointRef }} }} }}");
        let data = gateway.data(&query, json!({})).await?;
        let table = &data["capability"];
        let points: Vec<_> = table["rows"].as_array().context("rows")?.iter().collect();
        ensure!(points.len() == expected, "{arguments}: {} rows", points.len());
        let path = table["csvUrl"].as_str().and_then(|url| url.strip_prefix(&gateway.address));
        let csv = gateway.request(Method::GET, path.context("an address")?).send().await?;
        ensure!(csv.status() == StatusCode::OK, "{arguments}: {} at {path:?}", csv.status());
        let text = csv.text().await?;
        let mut lines = text.lines();
        let head = lines.next().context("a head")?;
        let place = head.split(',').position(|name| name == "pointRef").context("a column")?;
        let shown: Vec<_> = lines.map(|line| line.split(',').nth(place)).collect();
        let wanted: Vec<_> = points.iter().map(|row| row["pointRef"].as_str()).collect();
        ensure!(shown == wanted, "{arguments}: {shown:?} instead of {wanted:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_table_of_no_points_is_empty_and_says_why() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ capability(points: []) { note complete rows { period } } }";
    let data = gateway.data(query, json!({})).await?;
    let expected = json!({ "note": "No points were asked for.", "complete": false, "rows": [] });
    ensure!(data["capability"] == expected, "{data}");
    Ok(())
}
