//! A page of charts as a reader takes it: its tables, its marks and its links.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::Gateway;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// The columns of numbers, those of a table with levels first.
const NUMBERS: [&str; 11] = [
    "shareAt3OrMore",
    "level0",
    "level1",
    "level2",
    "level3",
    "level4",
    "median",
    "notRated",
    "responded",
    "eligible",
    "shareAt3OrMoreBefore",
];

/// A line of a table: what tells it, its numbers in the order of the columns, and its notes.
#[derive(Debug)]
pub(super) struct Line {
    /// Half-year, measure, group and point.
    pub(super) key: [String; 4],
    pub(super) cells: Vec<String>,
    pub(super) notes: String,
}

impl Line {
    /// As a row of the API should stand there, with all its numbers.
    pub(super) fn of_row(row: &Value) -> Self {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let cells = NUMBERS.map(|name| match &row[name] {
            Value::Null => String::new(),
            number => number.to_string(),
        });
        Self {
            key: ["period", "measure", "group", "pointRef"].map(text),
            cells: cells.to_vec(),
            notes: String::new(),
        }
    }

    /// The share, if it is shown.
    pub(super) fn share(&self) -> Option<f64> {
        self.cells.first()?.parse().ok()
    }

    /// True if this line of a page says what a row of the API does, as far as it has columns.
    pub(super) fn says(&self, row: &Self) -> bool {
        let [share, levels @ .., responded, eligible, before] = row.cells.as_slice() else {
            return false;
        };
        let wanted: Vec<&String> = match self.cells.len() {
            3 => vec![share, responded, eligible],
            4 => vec![before, share, responded, eligible],
            _ => [share].into_iter().chain(levels).chain([responded, eligible]).collect(),
        };
        let alike = |(one, other): (&String, &String)| match (one.parse::<f64>(), other.parse()) {
            (Ok(one), Ok::<f64, _>(other)) => (one - other).abs() < 1e-12,
            _ => one == other,
        };
        self.key == row.key
            && self.cells.len() == wanted.len()
            && self.cells.iter().zip(wanted).all(alike)
    }
}

/// A page.
pub(super) struct Trend(String);

impl Trend {
    pub(super) async fn read(gateway: &Gateway, path: &str) -> Result<Self> {
        let answer = gateway.request(Method::GET, path).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status == StatusCode::OK, "{path}: {status} {text}");
        Ok(Self(text))
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.0.contains(text)
    }

    /// The lines of each table, in the order of their keys.
    pub(super) fn tables(&self) -> Result<Vec<Vec<Line>>> {
        let tables = self.0.split("<table ").skip(1);
        let lines = |table: &str| {
            let table = table.split("</table>").next().unwrap_or_default();
            let mut lines = table.split("<tr ").skip(2).map(line).collect::<Result<Vec<_>>>()?;
            lines.sort_by(|one, other| one.key.cmp(&other.key));
            anyhow::Ok(lines)
        };
        tables.map(lines).collect()
    }

    /// The shares of all marks and bars.
    pub(super) fn drawn_shares(&self) -> Vec<f64> {
        let shares = self.0.split(" data-share=\"").skip(1);
        shares.filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
    }

    /// The parts of bars: half-year, level and councils.
    pub(super) fn drawn_levels(&self) -> Vec<String> {
        let parts = self.0.split("class=\"folk-chart__level\"").skip(1);
        let told = |part: &str| {
            ["period", "level", "councils"].map(|name| attribute(part, name)).join(" ")
        };
        parts.map(told).collect()
    }

    /// Where links lead that begin so.
    pub(super) fn links(&self, begin: &str) -> Vec<String> {
        let links = self.0.split("<a ").skip(1).filter_map(|link| {
            Some(link.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&"))
        });
        links.filter(|link| link.starts_with(begin)).collect()
    }
}

fn attribute(element: &str, name: &str) -> String {
    let value = element.split(&format!("data-{name}=\"")).nth(1);
    value.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

fn line(row: &str) -> Result<Line> {
    let (numbers, notes) = row.rsplit_once("<td ").context("notes")?;
    let text = |cell: &str| {
        let inner = cell.split_once('>').map_or("", |(_, rest)| rest);
        inner.split("</td>").next().unwrap_or_default().to_owned()
    };
    let cells = numbers.split("<td ").skip(1).map(|cell| {
        // What a reader sees of a share is rounded; the number stands behind it.
        let behind = cell.split("<data value=\"").nth(1).and_then(|rest| rest.split('"').next());
        behind.map_or_else(|| text(cell), str::to_owned)
    });
    Ok(Line {
        key: ["period", "measure", "group", "point"].map(|name| attribute(row, name)),
        cells: cells.collect(),
        notes: text(notes),
    })
}

/// The query and the variables of a link into the playground.
pub(super) fn question(link: &str) -> Result<(String, Value)> {
    let url = reqwest::Url::parse(&format!("http://localhost{link}"))?;
    let word = |name: &str| {
        let found = url.query_pairs().find(|(word, _)| word == name);
        found.map(|(_, value)| value.into_owned()).context("a word")
    };
    Ok((word("query")?, serde_json::from_str(&word("variables")?)?))
}
