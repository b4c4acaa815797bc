//! Sheets: read as they would be harvested, and nothing is written.

use anyhow::{Result, ensure};
use folkmoot_tests::{FeedServer, Gateway, Served};
use serde_json::{Value, json};

use super::{check, ensure_broken};

const GOOD: &str = "title,date,start_time,end_time\nAgile in practice,2027-02-04,18:30,20:30\n";
const BAD: &str = "title,date,start_time,sumary\nAgile in practice,soon,18:30,None\n";

#[tokio::test]
async fn a_sheet_is_read_as_it_would_be_harvested_and_nothing_is_written() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let server = FeedServer::csv(GOOD)?;
    let region = ["--region", "london", "--holds", "meetups", "--database", &gateway.database];
    let meetups = "{ meetups(region: \"london\", when: ALL) { totalCount } }";
    let before = gateway.data(meetups, json!({})).await?;

    let (outcome, found) = check(&server.address, 1, &region)?;
    ensure!(outcome.code == Some(0) && found["passed"] == true, "{found}");

    let fails = |point: &str, says: &str| -> Result<Value> {
        let (outcome, found) = check(&server.address, 1, &region)?;
        ensure!(outcome.code == Some(1) && found["passed"] == false, "{outcome:?}");
        ensure_broken(&found, point, says)?;
        Ok(found)
    };
    server.serve_csv(BAD);
    let found = fails("sheet.rows", "line 2, date")?;
    ensure_broken(&found, "sheet.columns", "sumary")?;
    server.serve_csv("title,date,start_time\n");
    fails("sheet.filled", "at least one row")?;
    let body = "<!doctype html><p>Sign in".to_owned();
    server.serve(Served::Body { kind: "text/html; charset=utf-8", body: body.clone() });
    fails("sheet.answers", "web page")?;
    server.serve(Served::Body { kind: "text/csv", body });
    fails("sheet.answers", "web page")?;
    server.serve(Served::Raw("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n".to_owned()));
    fails("sheet.answers", "everyone who has the link")?;

    ensure!(gateway.data(meetups, json!({})).await? == before);
    Ok(())
}
