//! The register in Folkmoot's own columns, read and written; described in `data/README.md`.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    alias::{read_aliases, write_aliases},
    read::{Draft, Follower, possible_life},
    report::{Register, RegisterReport, Repair},
};
use crate::{CouncilCode, CouncilId, CouncilType, Country, Link, clean_line, sheet::Table, slug};

/// Columns that must be there; `slug` is made from the name where it is missing.
pub(super) const REQUIRED: [&str; 7] =
    ["code", "name", "official_name", "type", "country", "starts_on", "ends_on"];
const COLUMNS: [&str; 13] = [
    "code",
    "slug",
    "name",
    "official_name",
    "type",
    "country",
    "ons_region",
    "starts_on",
    "ends_on",
    "gss",
    "successors",
    "alternative_names",
    "website",
];
/// Longer than any name in the register.
const MAX_NAME: usize = 120;

/// The councils in Folkmoot's own columns, in order of their codes. Read back, they are equal.
pub fn write_register(register: &Register) -> String {
    let codes: HashMap<CouncilId, &CouncilCode> =
        register.councils.iter().map(|council| (council.id, &council.code)).collect();
    let mut followers: HashMap<CouncilId, Vec<(&CouncilCode, NaiveDate)>> = HashMap::new();
    for succession in &register.successions {
        if let Some(to) = codes.get(&succession.to) {
            followers.entry(succession.from).or_default().push((to, succession.on));
        }
    }
    let mut councils: Vec<_> = register.councils.iter().collect();
    councils.sort_by(|left, right| left.code.cmp(&right.code));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut rows = vec![COLUMNS.map(str::to_owned)];
    rows.extend(councils.into_iter().map(|council| {
        let mut next = followers.remove(&council.id).unwrap_or_default();
        next.sort();
        let next = next.iter().map(|(code, on)| match council.life.ends_on == Some(*on) {
            true => code.to_string(),
            false => format!("{code}@{on}"),
        });
        [
            council.code.to_string(),
            council.slug.clone(),
            council.name.clone(),
            council.official_name.clone(),
            council.kind.word().to_owned(),
            council.country.word().to_owned(),
            council.ons_region.clone().unwrap_or_default(),
            day(council.life.starts_on),
            day(council.life.ends_on),
            write_aliases(&council.gss, council.life),
            next.collect::<Vec<_>>().join(";"),
            council.alternative_names.join(";"),
            council.website.as_ref().map(ToString::to_string).unwrap_or_default(),
        ]
    }));
    for row in rows {
        writer.write_record(&row).expect("memory takes every write, and rows have one length");
    }
    let bytes = writer.into_inner().expect("memory takes every write");
    String::from_utf8(bytes).expect("only text was written")
}

/// The rows of a table in these columns.
pub(super) fn drafts(table: &Table, report: &mut RegisterReport) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for row in &table.rows {
        let cell =
            |name: &str| table.column(name).map_or("", |index| row.cells[index].as_str()).trim();
        match draft(row.line, cell, report) {
            Ok(draft) => drafts.push(draft),
            Err(reason) => report.reject(row.line, reason),
        }
    }
    drafts
}

fn draft<'a>(
    line: u64,
    cell: impl Fn(&str) -> &'a str,
    report: &mut RegisterReport,
) -> Result<Draft, String> {
    let name = clean_line(cell("name"), MAX_NAME);
    let official_name = clean_line(cell("official_name"), MAX_NAME);
    if name.is_empty() || official_name.is_empty() {
        return Err("name and official_name must not be empty".to_owned());
    }
    let kind = CouncilType::ALL.into_iter().find(|kind| kind.word() == cell("type"));
    let country = Country::ALL.into_iter().find(|country| country.word() == cell("country"));
    let starts_on = day("starts_on", cell("starts_on"))?;
    let life = possible_life(starts_on, day("ends_on", cell("ends_on"))?)?;
    let slug = match slug(cell("slug")) {
        slug if !slug.is_empty() => slug,
        _ => {
            report.count(Repair::SlugMade);
            crate::slug(&name)
        }
    };
    let region = clean_line(cell("ons_region"), MAX_NAME);
    let names = cell("alternative_names").split(';').map(|name| clean_line(name, MAX_NAME));
    let website = match cell("website") {
        "" => None,
        address => Some(Link::parse(address).map_err(|error| format!("website: {error}"))?),
    };
    Ok(Draft {
        line,
        code: cell("code").parse()?,
        slug,
        name,
        official_name,
        alternative_names: names.filter(|name| !name.is_empty()).collect(),
        kind: kind.ok_or_else(|| unknown("type", &CouncilType::ALL.map(CouncilType::word)))?,
        country: country.ok_or_else(|| unknown("country", &Country::ALL.map(Country::word)))?,
        ons_region: (!region.is_empty()).then_some(region),
        life,
        gss: read_aliases(cell("gss"), life)?,
        website,
        followers: followers(cell("successors"))?,
    })
}

fn unknown(column: &str, words: &[&str]) -> String {
    format!("{column} must be one of {}", words.join(", "))
}

fn day(column: &str, text: &str) -> Result<Option<NaiveDate>, String> {
    match text {
        "" => Ok(None),
        _ => text.parse().map(Some).map_err(|_| format!("{column} is no date such as 2023-04-01")),
    }
}

fn followers(cell: &str) -> Result<Vec<Follower>, String> {
    let parts = cell.split(';').map(str::trim).filter(|part| !part.is_empty());
    let one = |part: &str| match part.split_once('@') {
        Some((code, on)) => Ok(Follower { code: code.parse()?, on: day("successors", on)? }),
        None => Ok(Follower { code: part.parse()?, on: None }),
    };
    parts.map(one).collect()
}
