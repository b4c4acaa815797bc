//! `/trends`: every number on a page is the API's, what is hidden is nowhere, and what cannot be
//! meant is told.

mod read;

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::{Database, build};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::capability::nation;
use read::{Line, Trend};

/// Pages, and the tables that stand there in order.
const VIEWS: [(&str, &[&str]); 12] = [
    ("/trends", &["period: HALF_YEAR, measure: UNDERSTANDING"]),
    (
        "/trends?measure=SUPPORT_NEED&fromYear=2024",
        &["period: HALF_YEAR, measure: SUPPORT_NEED, fromYear: 2024"],
    ),
    ("/trends?panel=MATCHED", &["period: HALF_YEAR, measure: UNDERSTANDING, panel: MATCHED"]),
    (
        "/trends?region=london",
        &["period: HALF_YEAR, measure: UNDERSTANDING, groupBy: REGION, region: \"london\""],
    ),
    (
        "/trends?standard=gds-2019",
        &["period: HALF_YEAR, measure: UNDERSTANDING, standard: \"gds-2019\""],
    ),
    (
        "/trends?point=agile",
        &[
            "period: HALF_YEAR, points: [\"agile\"]",
            "period: HALF_YEAR, points: [\"agile\"], measure: UNDERSTANDING",
            "period: HALF_YEAR, points: [\"agile\"], measure: UNDERSTANDING, panel: MATCHED",
        ],
    ),
    (
        "/trends?point=gds-2019/4&measure=SUPPORT_NEED",
        &[
            "period: HALF_YEAR, points: [\"gds-2019/4\"]",
            "period: HALF_YEAR, points: [\"gds-2019/4\"], measure: SUPPORT_NEED",
            "period: HALF_YEAR, points: [\"gds-2019/4\"], measure: SUPPORT_NEED, panel: MATCHED",
        ],
    ),
    (
        "/trends?point=tools&region=yorkshire-humber",
        &[
            "period: HALF_YEAR, points: [\"tools\"], groupBy: REGION, region: \"yorkshire-humber\"",
            "period: HALF_YEAR, points: [\"tools\"], groupBy: REGION, region: \"yorkshire-humber\", measure: UNDERSTANDING",
        ],
    ),
    (
        "/trends?groupBy=REGION&point=tools",
        &["period: HALF_YEAR, points: [\"tools\"], groupBy: REGION, measure: UNDERSTANDING"],
    ),
    ("/trends?period=LATEST", &["period: LATEST"]),
    ("/trends?period=LATEST&panel=MATCHED", &["period: LATEST, panel: MATCHED"]),
    (
        "/trends?period=LATEST&region=south-west",
        &["period: LATEST, groupBy: REGION, region: \"south-west\""],
    ),
];

/// The API's rows as lines of a table, and whether each is shown.
async fn lines(gateway: &Gateway, arguments: &str) -> Result<Vec<(Line, bool)>> {
    let query = format!(
        "{{ capability({arguments}) {{ rows {{ period measure group pointRef rounded marker
           shareAt3OrMoreBefore shareAt3OrMore level0 level1 level2 level3 level4 median notRated
           responded eligible }} }} }}"
    );
    let data = gateway.data(&query, json!({})).await?;
    let rows = data["capability"]["rows"].as_array().context("rows")?;
    let mut lines: Vec<_> =
        rows.iter().map(|row| (Line::of_row(row), row["marker"].is_null())).collect();
    lines.sort_by(|one, other| one.0.key.cmp(&other.0.key));
    Ok(lines)
}

/// Withdraws a release, so that something is taken back, too.
fn withdraw(gateway: &Gateway) -> Result<()> {
    let mut withdraw = folkmoot();
    withdraw.args(["release", "withdraw", "2", "--reason", "wrong sheet"]);
    let withdrawn = Outcome::of(withdraw.args(["--database", &gateway.database]));
    ensure!(withdrawn.is_success, "{withdrawn:?}");
    Ok(())
}

#[tokio::test]
async fn every_number_of_every_view_is_the_apis_and_hidden_ones_are_nowhere() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__DATABASE__POLL_SECONDS", "0.2")]).await?;
    withdraw(&gateway)?;
    let is_taken_back = |data: &Value| data.to_string().contains("NOT_AVAILABLE");
    gateway
        .data_until("{ capability(period: HALF_YEAR) { rows { marker } } }", is_taken_back)
        .await?;
    let mut hidden = 0;
    for (path, tables) in VIEWS {
        let page = Trend::read(&gateway, path).await?;
        let shown = page.tables()?;
        ensure!(shown.len() == tables.len(), "{path}: {} tables", shown.len());
        let mut shares = Vec::new();
        for (table, arguments) in shown.iter().zip(tables) {
            let wanted = lines(&gateway, arguments).await?;
            ensure!(!wanted.is_empty() && table.len() == wanted.len(), "{path}: {}", table.len());
            for (line, (wanted, is_shown)) in table.iter().zip(&wanted) {
                ensure!(line.says(wanted), "{path}: {line:?} instead of {wanted:?}");
                if *is_shown {
                    shares.extend(wanted.share());
                } else {
                    hidden += 1;
                    let numbers = line.cells.iter().filter(|cell| !cell.is_empty()).count();
                    ensure!(numbers == 1, "{path}: only how many could answer: {line:?}");
                    ensure!(line.notes.contains("Not shown: "), "{path}: {line:?}");
                }
            }
        }
        // Levels are drawn of the tables that have them; shares of all others.
        let drawn = page.drawn_shares();
        let is_of_levels = page.has("data-level=");
        ensure!(
            is_of_levels || sorted(drawn.clone()) == sorted(shares.clone()),
            "{path}: {drawn:?} are drawn instead of {shares:?}"
        );
        ensure!(drawn.iter().all(|share| shares.contains(share)), "{path}: {drawn:?}");
    }
    ensure!(hidden > 60, "some of it is hidden: {hidden}");
    Ok(())
}

fn sorted(mut shares: Vec<f64>) -> Vec<f64> {
    shares.sort_by(f64::total_cmp);
    shares
}

#[tokio::test]
async fn drawn_levels_are_the_apis() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (path, arguments) in [
        ("/trends?point=agile", "points: [\"agile\"], measure: UNDERSTANDING"),
        ("/trends?point=gds-2019/4", "points: [\"gds-2019/4\"], measure: UNDERSTANDING"),
    ] {
        let page = Trend::read(&gateway, path).await?;
        let query = format!(
            "{{ capability(period: HALF_YEAR, {arguments}) {{ rows {{ period level0 level1 level2 level3 level4 }} }} }}"
        );
        let data = gateway.data(&query, json!({})).await?;
        let mut wanted = Vec::new();
        for row in data["capability"]["rows"].as_array().context("rows")? {
            for level in 0..5 {
                // A part without councils has no width.
                let councils =
                    row[format!("level{level}")].as_u64().filter(|councils| *councils > 0);
                let period = row["period"].as_str().unwrap_or_default();
                wanted.extend(councils.map(|councils| format!("{period} {level} {councils}")));
            }
        }
        ensure!(page.drawn_levels() == wanted, "{path}: {:?}", page.drawn_levels());
    }
    Ok(())
}

#[tokio::test]
async fn what_is_hidden_is_said_in_words() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (path, says) in [
        ("/trends?standard=gds-2019", "few, or nearly all alike"),
        ("/trends?panel=MATCHED", "few, or nearly all alike"),
        ("/trends?groupBy=REGION&point=agile", "not asked"),
        ("/trends?panel=MATCHED", "not published, or taken back"),
    ] {
        let page = Trend::read(&gateway, path).await?;
        ensure!(page.has(says), "{path} does not say: {says}");
        let is_marked = ["CONFIDENTIAL", "NOT_AVAILABLE", "NOT_APPLICABLE", "null", "NaN"];
        ensure!(is_marked.iter().all(|marker| !page.has(marker)), "{path}");
    }
    let broken = Trend::read(&gateway, "/trends").await?;
    ensure!(broken.has("Now without Yorkshire &amp; Humber."), "breaks are told");
    let small = Trend::read(&gateway, "/trends?region=yorkshire-humber").await?;
    ensure!(small.has("low reliability"), "low reliability is told");
    Ok(())
}

#[tokio::test]
async fn the_ways_below_a_chart_lead_to_the_same_table() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (path, _) in VIEWS {
        let page = Trend::read(&gateway, path).await?;
        let tables = page.tables()?;
        let (csvs, questions) = (page.links("/export/capability.csv"), page.links("/playground/?"));
        ensure!(csvs.len() == tables.len() && questions.len() == tables.len(), "{path}");
        for ((table, csv), question) in tables.iter().zip(&csvs).zip(&questions) {
            let text = gateway.request(Method::GET, csv).send().await?.text().await?;
            ensure!(text.lines().count() == table.len() + 1, "{path}: {csv}");
            let (query, variables) = read::question(question)?;
            let data = gateway.data(&query, variables).await?;
            let rows = data["capability"]["rows"].as_array().context("rows")?;
            let mut asked: Vec<_> = rows.iter().map(|row| Line::of_row(row).key).collect();
            asked.sort();
            ensure!(table.iter().map(|line| &line.key).eq(&asked), "{path}: {question}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_view_has_one_address_and_the_overview_leads_to_each_point() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (path, canonical) in [
        ("/trends?panel=all&measure=understanding&region=", "/trends"),
        ("/trends?point=agile&fromYear=", "/trends?point=lgdss-2016%2F3"),
        (
            "/trends?region=London&point=Agile&measure=support-need",
            "/trends?groupBy=REGION&point=lgdss-2016%2F3&measure=SUPPORT_NEED&region=london",
        ),
        ("/trends?standard=GDS-2019&period=latest", "/trends?period=LATEST&standard=gds-2019"),
    ] {
        let page = Trend::read(&gateway, path).await?;
        let whole = format!("{}{}", gateway.address, canonical.replace('&', "&amp;"));
        ensure!(page.has(&format!("rel=\"canonical\" href=\"{whole}\"")), "{path}");
        let again = Trend::read(&gateway, canonical).await?;
        ensure!(again.has(&format!("rel=\"canonical\" href=\"{whole}\"")), "{canonical}");
    }
    let overview = Trend::read(&gateway, "/trends?measure=SUPPORT_NEED").await?;
    for number in 1..=15 {
        let link = format!("/trends?point=lgdss-2016%2F{number}&measure=SUPPORT_NEED");
        ensure!(overview.links(&link).contains(&link), "{link}");
    }
    Ok(())
}

#[tokio::test]
async fn wrong_words_are_told() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (words, says) in [
        ("points=agile", "there are groupBy"),
        ("point=agil", "did you mean &quot;agile&quot;"),
        ("region=lodnon", "did you mean &quot;london&quot;"),
        ("standard=lgdss-2061", "nknown standard"),
        ("measure=confidence", "UNDERSTANDING or SUPPORT_NEED"),
        ("groupBy=council", "NATIONAL or REGION"),
        ("groupBy=NATIONAL&region=london", "goes with"),
        ("panel=MATCHED&region=london", "national only"),
        ("fromYear=2026&toYear=2024", "not after"),
        ("period=LATEST&fromYear=2024", "HALF_YEAR"),
        ("point=agile&standard=gds-2019", "another standard"),
        ("point=%3Cscript%3Ealert(1)%3C/script%3E", "nknown point"),
    ] {
        let answer = gateway.request(Method::GET, &format!("/trends?{words}")).send().await?;
        ensure!(answer.status() == StatusCode::BAD_REQUEST, "{words}: {}", answer.status());
        let text = answer.text().await?;
        ensure!(text.contains(says), "{words}: {text}");
        ensure!(!text.contains("<script>alert"), "{words}: {text}");
    }
    Ok(())
}

/// Names are cleaned on their way in; these have come in otherwise.
#[tokio::test]
async fn hostile_names_stay_text() -> Result<()> {
    const REGIONS: [&str; 2] = ["kent", "london"];
    const HOSTILE: &str = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let database = Database::sqlite().await;
    let store = database.store();
    nation::filled(store, &REGIONS).await?;
    let standard = "lgdss-2016";
    let spring =
        nation::Asked { regions: &REGIONS, from: 0, held_on: "2025-03-01", standard, points: &[1] };
    nation::ask(store, &spring).await?;
    nation::publish(store, "2025-H1", &REGIONS).await?;
    let kent = build::region("kent").with(|kent| kent.name = HOSTILE.to_owned());
    nation::apply(store, vec![kent.change()]).await?;
    let gateway = nation::gateway(&database).await?;
    for path in [
        "/trends",
        "/trends?region=kent",
        "/trends?point=1&region=kent",
        "/trends?groupBy=REGION&point=1",
        "/trends?period=LATEST&region=kent",
    ] {
        let page = Trend::read(&gateway, path).await?;
        ensure!(page.has("&lt;script&gt;alert(1)"), "{path} shows the name");
        ensure!(!page.has("<script>") && !page.has("<img"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn before_the_first_release_there_is_nothing_and_the_page_says_so() -> Result<()> {
    let database = Database::sqlite().await;
    nation::filled(database.store(), &["kent"]).await?;
    let gateway = nation::gateway(&database).await?;
    for path in
        ["/trends", "/trends?point=1", "/trends?groupBy=REGION&point=1", "/trends?period=LATEST"]
    {
        let page = Trend::read(&gateway, path).await?;
        ensure!(page.has("Nothing is published of this yet."), "{path}");
        ensure!(!page.has("folk-chart__mark"), "{path} draws nothing");
    }
    Ok(())
}
