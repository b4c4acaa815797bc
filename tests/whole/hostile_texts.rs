//! Text that is meant to hurt, planted in every field of a region's meet-ups: wherever it is shown,
//! fed, saved or embedded it stays text.

mod live;
mod mirrored;
mod rows;

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use reqwest::Method;
use serde_json::Value;

/// Each is planted in a meet-up of its own, in all fields that take a text.
const TEXTS: [(&str, &str); 8] = [
    ("script", "</script><script>alert(1)</script>"),
    ("handler", "\"><img src=x onerror=alert(1)>'"),
    ("template", "{{constructor.constructor('alert(1)')()}} ${alert(1)}"),
    ("entity", "&lt;script&gt; ]]> <!-- <![CDATA["),
    ("formula", "=HYPERLINK(\"https://evil.example\",\"click\")"),
    ("another formula", "@SUM(1+1)*cmd|' /C calc'!A0"),
    ("lines", "one\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:planted"),
    ("bidi", "safe\u{202E}fdp.exe\u{2066}\u{200B}"),
];

const SURFACES: [&str; 9] = [
    "/meetups?region=london&limit=100",
    "/embed/meetups?region=london&limit=100",
    "/embed/meetups?region=london&limit=100&layout=cards&language=cy",
    "/embed/meetups.json?region=london&limit=100",
    "/calendar/london.ics",
    "/feeds/london.rss?limit=100",
    "/feeds/london.atom?limit=100",
    "/feeds/london.json?limit=100",
    "/feeds/london.csv?limit=100",
];

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A sheet with a meet-up for each text, and one as long as a cell may be; a longer one is refused as a whole.
fn sheet() -> String {
    let mut sheet =
        "key,title,summary,date,start_time,end_time,attendance,venue,address\n".to_owned();
    let long = "long ".repeat(3_900);
    let texts = TEXTS.iter().map(|(name, text)| (*name, *text)).chain([("long", long.as_str())]);
    for (number, (name, text)) in texts.enumerate() {
        let text = quoted(text);
        sheet += &format!(
            "{},{text},{text},2027-02-{:02},18:30,20:30,in person,{text},{text}\n",
            quoted(name),
            number + 1
        );
    }
    sheet
}

async fn planted() -> Result<Gateway> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__DATABASE__POLL_SECONDS", "0.2")]).await?;
    let directory = tempfile::TempDir::new()?;
    let file = directory.path().join("hostile.csv");
    std::fs::write(&file, sheet())?;
    let mut import = folkmoot();
    import.args(["import", "meetups", "--region", "london"]).arg(&file);
    let outcome = Outcome::of(import.args(["--database", &gateway.database]));
    ensure!(outcome.is_success, "{outcome:?}");
    let is_there = |data: &Value| data.to_string().contains("alert(1)");
    let query = "{ meetups(region: \"london\", first: 100) { nodes { title } } }";
    gateway.data_until(query, is_there).await?;
    Ok(gateway)
}

async fn body(gateway: &Gateway, path: &str) -> Result<(String, String)> {
    let answer = gateway.request(Method::GET, path).send().await?;
    ensure!(answer.status() == 200, "{path}: {}", answer.status());
    let kind = answer.headers()["content-type"].to_str()?.to_owned();
    Ok((kind, answer.text().await?))
}

#[tokio::test]
async fn hostile_texts_stay_texts_wherever_meetups_are_shown() -> Result<()> {
    let gateway = planted().await?;
    for path in SURFACES {
        let said = is_harmless(&gateway, path).await.context(path)?;
        ensure!(said.contains("alert(1)"), "{path} shows it at all");
    }
    Ok(())
}

/// What is said at a path, where nothing that was planted is anything but text.
async fn is_harmless(gateway: &Gateway, path: &str) -> Result<String> {
    let (kind, said) = body(gateway, path).await?;
    ensure!(said.len() < 300_000, "{path}: a long title is cut: {}", said.len());
    for invisible in ['\u{202E}', '\u{2066}', '\u{200B}'] {
        ensure!(!said.contains(invisible), "{path} has {invisible:?}");
    }
    match kind.split(';').next().unwrap_or_default() {
        "text/html" => html(path, &said)?,
        "text/csv" => cells(path, &said)?,
        "text/calendar" => calendar(&said)?,
        "application/rss+xml" | "application/atom+xml" => {
            let element = ["<script", "<img"].iter().find_map(|it| said.find(it));
            ensure!(element.is_none(), "{path}: {:?}", element.map(|at| &said[at..]));
        }
        // Strings of JSON are not read as anything else.
        _ => drop(serde_json::from_str::<Value>(&said)?),
    }
    Ok(said)
}

/// Elements that no page of ours has, attributes that run something, and addresses that do.
fn html(path: &str, page: &str) -> Result<()> {
    ensure!(!page.contains("<img") && !page.contains("<script>alert"), "{path} has an element");
    // Within tags, of which texts cannot make any: they would have to begin with a bracket. What
    // stands between quotation marks there is a value.
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|it| it.0)) {
        let tag = tag.to_ascii_lowercase();
        ensure!(!tag.contains("=\"javascript:"), "{path}: <{tag}>");
        let names: String = tag.split('"').step_by(2).collect();
        let runs = [" onerror=", " onclick=", " onload=", " src=x"];
        ensure!(!runs.iter().any(|part| names.contains(part)), "{path}: <{tag}>");
    }
    Ok(())
}

fn cells(path: &str, table: &str) -> Result<()> {
    for cell in table.split("\r\n").flat_map(|row| row.split(',')) {
        let cell = cell.trim_start_matches('"');
        ensure!(!cell.starts_with(['=', '@', '+']), "{path}: {cell}");
    }
    Ok(())
}

fn calendar(text: &str) -> Result<()> {
    ensure!(!text.lines().any(|line| line.starts_with("SUMMARY:planted")), "an event was planted");
    ensure!(text.matches("\r\nBEGIN:VEVENT").count() == text.matches("\r\nUID:").count());
    Ok(())
}
