//! What five common questions cost in a nation that is ten and a hundred times as large: on SQLite
//! and on Postgres, made anew for each reader.

use std::{path::Path, time::Duration};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    database::Database,
    enlarged::{ALL, enlarge},
    gateway::{Address, Gateway, stewards_token},
    http::posting_as,
    lists::COUNCIL,
    row,
    sides::Side,
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

/// How many times the demo is added to itself.
const TIMES: [usize; 3] = [1, 10, ALL];
const REPEATS: usize = 7;
const LASTING: Duration = Duration::from_millis(400);

/// How much dearer a question may be in the largest nation than in the first.
const MOST: f64 = 1.3;

/// What is asked, and true if the answer is the same however large the nation is.
fn questions() -> [(&'static str, String, bool); 5] {
    [
        (
            "a point's next 10 meet-ups with group and host",
            "{ meetups(first: 10, point: \"lgdss-2016/3\") { nodes { title startsAt status url \
             group { name } host { name } } } }"
                .to_owned(),
            false,
        ),
        (
            "national trend of every point",
            "{ capability(period: HALF_YEAR) { rows { period pointNumber measure shareAt3OrMore \
             responded } } }"
                .to_owned(),
            true,
        ),
        (
            "50 councils with their latest answers, as a steward",
            "{ councils(first: 50) { nodes { name region { name } \
             answers { point { number } measure level } } } }"
                .to_owned(),
            true,
        ),
        (
            "400 councils × 10 fields",
            format!("{{ councils(first: 400) {{ nodes {{ {COUNCIL} }} }} }}"),
            true,
        ),
        (
            "20 case studies with council and points",
            "{ caseStudies(first: 20) { nodes { title summary publishedAt url council { name } \
             points { label } } } }"
                .to_owned(),
            false,
        ),
    ]
}

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let sheet = workshop.place("sheet");
    let mut rows = Vec::new();

    let mut files = vec![workshop.copy(&workshop.demo()?.database, "scale")?];
    let token = stewards_token(&files[0])?;
    let peaks =
        grown(&sheet, &mut files, |last, times| workshop.copy(last, &format!("scale-{times}")))?;
    rows.push(memory("SQLite", &peaks));
    let gateways = files.iter().map(|file| Gateway::start(workshop.cores, file, &[], &[]));
    rows.extend(costs("SQLite", &gateways.collect::<Result<Vec<_>>>()?, &token)?);

    let demo = Database::filled(workshop.cores, "scale")?;
    let token = stewards_token(&demo)?;
    let mut databases = vec![demo];
    let peaks =
        grown(&sheet, &mut databases, |last, times| last.copied(&format!("scale_{times}")))?;
    rows.push(memory("Postgres", &peaks));
    for database in &databases {
        database.analyse()?;
    }
    let gateways = databases.iter().map(|database| database.gateway(&[]));
    rows.extend(costs("Postgres", &gateways.collect::<Result<Vec<_>>>()?, &token)?);
    Ok(rows)
}

/// Each nation larger than the one before, of which it is a copy; the first one in its place. What
/// an import took of memory at most, at each size.
fn grown<D>(
    sheet: &Path,
    nations: &mut Vec<D>,
    copied: impl Fn(&D, usize) -> Result<D>,
) -> Result<Vec<f64>>
where
    for<'d> &'d D: Into<Address>,
{
    let (mut peaks, mut before) = (Vec::new(), 0);
    for times in TIMES {
        if times > TIMES[0] {
            nations.push(copied(&nations[nations.len() - 1], times)?);
        }
        peaks.push(enlarge(&nations[nations.len() - 1], before..times, sheet)?);
        before = times;
    }
    Ok(peaks)
}

fn memory(database: &str, peaks: &[f64]) -> Row {
    let most = peaks.iter().copied().fold(0.0, f64::max);
    let what = format!(
        "importing sheets of 20,000 rows into a nation 1, 10 and 100 times the demo, on {database}: \
         memory at most"
    );
    let row = row::at_most(what, &Figure::of([most]), "MB", 150.0);
    Row { value: row::in_turn(peaks.iter().copied(), 0, "MB"), spread: String::new(), ..row }
}

/// How long each question takes one reader, in each nation in turns.
fn costs(database: &str, gateways: &[Gateway], token: &str) -> Result<Vec<Row>> {
    questions()
        .into_iter()
        .map(|(what, query, is_same)| {
            let asked = posting_as(token, "/graphql", &json!({ "query": query }).to_string());
            let sides = gateways.iter().map(|gateway| Side::of(gateway, asked.clone()));
            let sides = sides.collect::<Result<Vec<_>>>()?;
            for side in &sides[1..] {
                ensure!(is_alike(&sides[0], side, is_same)?, "{what}: two answers");
            }
            let took = |side: &Side<'_>| Ok(1_000.0 / side.load(1, LASTING)?.rate());
            // Before anything is measured statements are planned.
            sides.iter().map(took).collect::<Result<Vec<f64>>>()?;
            let repeat = |_| sides.iter().map(took).collect::<Result<Vec<f64>>>();
            let repeats = (0..REPEATS).map(repeat).collect::<Result<Vec<_>>>()?;
            Ok(flat(format!("{what}, on {database}"), &repeats))
        })
        .collect()
}

fn is_alike(one: &Side<'_>, other: &Side<'_>, is_same: bool) -> Result<bool> {
    if is_same {
        return Ok(one.answer == other.answer);
    }
    let count = |side: &Side<'_>| anyhow::Ok(side.nodes()?.map(|nodes| nodes.len()));
    let (one, other) = (count(one)?, count(other)?);
    Ok(one.is_some() && one == other)
}

fn flat(what: String, repeats: &[Vec<f64>]) -> Row {
    let of_size = |at: usize| Figure::of(repeats.iter().map(|took| took[at]));
    let medians = (0..TIMES.len()).map(|at| of_size(at).median());
    let ratio = Figure::of(repeats.iter().map(|took| took[TIMES.len() - 1] / took[0]));
    let what = format!("{what}, in a nation 1, 10 and 100 times the demo: until a reader has it");
    let row = row::ratio_at_most(what, &of_size(0), "ms", &ratio, MOST);
    Row { value: row::in_turn(medians, 2, "ms"), ..row }
}
