//! mySociety's register of UK local authorities as it is published, with its traps.
//!
//! Columns that are not named here are not read: among them `BS-6879`, which is shifted against
//! the codes, and the numbers, which hold floats where they mean integers.

use chrono::{Datelike, NaiveDate};

use super::{
    alias::gss_code,
    read::{Draft, Follower, possible_life},
    report::{RegisterReport, Repair},
};
use crate::{CouncilType, Country, GssAlias, Life, clean_line, sheet::Table, slug, sort_name};

/// Columns that must be there.
pub(super) const REQUIRED: [&str; 13] = [
    "local-authority-code",
    "official-name",
    "nice-name",
    "gss-code",
    "start-date",
    "end-date",
    "replaced-by",
    "nation",
    "region",
    "local-authority-type",
    "alt-names",
    "former-gss-codes",
    "gov-uk-slug",
];
/// Longer than any name in the register.
const MAX_NAME: usize = 120;
/// Combined authorities and the Greater London Authority: made of councils, not councils.
const NOT_COUNCILS: [&str; 2] = ["COMB", "SRA"];
/// Names that lost a letter for good before they were published, and what they said.
const LOST_LETTERS: [(&str, &str); 2] =
    [("Sir Ynys M\u{FFFD}n", "Sir Ynys Môn"), ("ynys mn", "Ynys Môn")];

/// The rows of a table in these columns.
pub(super) fn drafts(table: &Table, report: &mut RegisterReport) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for row in &table.rows {
        let cell = |name: &str| table.column(name).map_or("", |index| row.cells[index].as_str());
        if NOT_COUNCILS.contains(&cell("local-authority-type").trim()) {
            report.not_councils += 1;
            continue;
        }
        // Repairs of a row count only if the row is taken.
        let mut repairs = Vec::new();
        match draft(row.line, cell, &mut repairs) {
            Ok(draft) => {
                drafts.push(draft);
                repairs.into_iter().for_each(|repair| report.count(repair));
            }
            Err(reason) => report.reject(row.line, reason),
        }
    }
    let unread = table.titles.len().saturating_sub(REQUIRED.len());
    if unread > 0 {
        report
            .notes
            .push(format!("columns that Folkmoot has no use for and did not read: {unread}"));
    }
    drafts
}

fn draft<'a>(
    line: u64,
    cell: impl Fn(&str) -> &'a str,
    repairs: &mut Vec<Repair>,
) -> Result<Draft, String> {
    let name = everyday_name(cell("nice-name"), repairs);
    let official_name = tidied(cell("official-name"), repairs);
    if name.is_empty() || official_name.is_empty() {
        return Err("nice-name and official-name must not be empty".to_owned());
    }
    let mut names = alternative_names(cell("alt-names"), repairs);
    let published_slug = cell("gov-uk-slug").trim();
    let slug = short_name(published_slug, &name, repairs);
    let published_slug = clean_line(published_slug, MAX_NAME);
    if !published_slug.is_empty() && repairs.contains(&Repair::SlugRenewed) {
        names.push(title_case(&published_slug));
    }
    let country = Country::ALL.into_iter().find(|one| one.label() == cell("nation").trim());
    let country = country.ok_or("nation must be England, Scotland, Wales or Northern Ireland")?;
    let region = clean_line(cell("region"), MAX_NAME);
    let has_region = country == Country::England && !region.is_empty();
    let life = possible_life(
        start(day("start-date", cell("start-date"))?, repairs),
        end(day("end-date", cell("end-date"))?, repairs),
    )?;
    let followers = cell("replaced-by").split(',').map(str::trim).filter(|code| !code.is_empty());
    Ok(Draft {
        line,
        code: cell("local-authority-code").parse()?,
        slug,
        alternative_names: distinct(names, [&name, &official_name]),
        name,
        official_name,
        kind: kind(cell("local-authority-type").trim())?,
        country,
        ons_region: has_region.then_some(region),
        life,
        gss: aliases(cell("gss-code"), cell("former-gss-codes"), life)?,
        website: None,
        followers: followers
            .map(|code| Ok(Follower { code: code.parse()?, on: None }))
            .collect::<Result<_, String>>()?,
    })
}

fn kind(word: &str) -> Result<CouncilType, String> {
    Ok(match word {
        "CTY" => CouncilType::County,
        "NMD" => CouncilType::NonMetropolitanDistrict,
        "UA" => CouncilType::Unitary,
        "MD" => CouncilType::MetropolitanDistrict,
        "LBO" => CouncilType::LondonBorough,
        "CC" => CouncilType::CityOfLondon,
        "SCO" => CouncilType::Scottish,
        "WPA" => CouncilType::Welsh,
        "NID" => CouncilType::NorthernIrish,
        _ => {
            return Err(
                "local-authority-type must be one of CTY, NMD, UA, MD, LBO, CC, SCO, WPA, \
                        NID (councils), COMB, SRA (not councils)"
                    .to_owned(),
            );
        }
    })
}

fn day(column: &str, text: &str) -> Result<Option<NaiveDate>, String> {
    match text.trim() {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|_| format!("{column} is no date such as 2023-04-01"))
        }
    }
}

/// No principal council began in 2005: the days of May and June in that year, on which 76 rows
/// begin, are when records were made. Better no start than a wrong one.
fn start(day: Option<NaiveDate>, repairs: &mut Vec<Repair>) -> Option<NaiveDate> {
    let is_record_date = |day: &NaiveDate| day.year() == 2005 && matches!(day.month(), 5 | 6);
    if day.as_ref().is_some_and(is_record_date) {
        repairs.push(Repair::RecordDateLeftOut);
        return None;
    }
    day
}

/// Reorganisations take effect on the 1st of April, so an end on the 31st of March is a last
/// day and any other end is the first day after.
fn end(day: Option<NaiveDate>, repairs: &mut Vec<Repair>) -> Option<NaiveDate> {
    match day {
        Some(day) if (day.month(), day.day()) == (3, 31) => {
            repairs.push(Repair::EndMadeHalfOpen);
            day.succ_opt()
        }
        _ => day,
    }
}

/// The code in force first, then former ones. When they changed is not published, so with a
/// former code both are open-ended within the council's life.
fn aliases(current: &str, former: &str, life: Life) -> Result<Vec<GssAlias>, String> {
    let codes = std::iter::once(current).chain(former.split(','));
    let codes = codes.map(str::trim).filter(|code| !code.is_empty());
    codes.map(|code| Ok(GssAlias { code: gss_code(code)?, life })).collect()
}

/// Spaces as in running text.
fn tidied(text: &str, repairs: &mut Vec<Repair>) -> String {
    let tidy = clean_line(text, MAX_NAME);
    if tidy != text {
        repairs.push(Repair::NameTidied);
    }
    tidy
}

/// Everyday names do not say "Council": one row does.
fn everyday_name(text: &str, repairs: &mut Vec<Repair>) -> String {
    let name = tidied(text, repairs);
    match name.strip_suffix(" Council") {
        Some(name) => {
            repairs.push(Repair::NameTidied);
            name.to_owned()
        }
        None => name,
    }
}

/// The published short name if it shares a word with the name; else one made from the name: one
/// row still bears that of a name given up years ago.
fn short_name(published: &str, name: &str, repairs: &mut Vec<Repair>) -> String {
    let made = slug(name);
    let given = slug(published);
    if given.is_empty() {
        repairs.push(Repair::SlugMade);
        return made;
    }
    if !given.split('-').any(|word| made.split('-').any(|other| other == word)) {
        repairs.push(Repair::SlugRenewed);
        return made;
    }
    if given != published {
        repairs.push(Repair::SlugTidied);
    }
    given
}

fn title_case(slug: &str) -> String {
    let mut text = slug.replace('-', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A comma with no space after it separates names; one with a space belongs to a name.
fn alternative_names(cell: &str, repairs: &mut Vec<Repair>) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        if c == ',' && chars.peek().is_none_or(|next| !next.is_whitespace()) {
            names.push(String::new());
        } else if let Some(name) = names.last_mut() {
            name.push(c);
        }
    }
    names.into_iter().filter_map(|name| restored(&name, repairs)).collect()
}

/// Undoes UTF-8 that was read as Latin-1. A letter lost before that is restored where we know
/// which it was; else the name is left out.
fn restored(name: &str, repairs: &mut Vec<Repair>) -> Option<String> {
    let latin_1: Option<Vec<u8>> = name.chars().map(|c| u8::try_from(c).ok()).collect();
    let decoded = latin_1.filter(|_| !name.is_ascii()).and_then(|it| String::from_utf8(it).ok());
    let was_misread = decoded.is_some();
    // U+FFA0 is a blank of Korean text that stood for a no-break space.
    let mut text = decoded.unwrap_or_else(|| name.to_owned()).replace('\u{FFA0}', " ");
    if let Some((_, whole)) = LOST_LETTERS.iter().find(|(lossy, _)| *lossy == text.trim()) {
        text = (*whole).to_owned();
    } else if !was_misread {
        return Some(clean_line(&text, MAX_NAME));
    }
    repairs.push(Repair::NameDecoded);
    (!text.contains('\u{FFFD}')).then(|| clean_line(&text, MAX_NAME))
}

/// Each name once, whatever its case, and none that the council bears anyway.
fn distinct(names: Vec<String>, borne: [&String; 2]) -> Vec<String> {
    let mut seen: Vec<String> = borne.into_iter().map(|name| sort_name(name)).collect();
    seen.push(String::new());
    let mut distinct = Vec::new();
    for name in names {
        let folded = sort_name(&name);
        if !seen.contains(&folded) {
            seen.push(folded);
            distinct.push(name.replace(';', ","));
        }
    }
    distinct
}
