//! Larger nations: so many times the meet-ups, case studies and answers of the demo, in the same
//! regions and of the same councils, written by `folkmoot import` as anybody's would be.

use std::{fmt::Write, fs, ops::Range, path::Path};

use anyhow::{Context, Result, ensure};
use chrono::{Days, NaiveDate, Utc};

use crate::gateway::{Address, folkmoot, folkmoot_with_peak};

/// What the demo has of each region, about; so much is added for each time.
const MEETUPS: usize = 31;
const CASE_STUDIES: usize = 14;
/// Rounds in which every council of the region answers every point.
const ROUNDS: usize = 5;
/// How many days are between two of them, in which the rounds of all the other times lie.
const ROUNDS_APART: usize = 250;
/// As many times larger the largest nation is.
pub(crate) const ALL: usize = 100;

const POINTS: usize = 15;
/// The most rows that are read from one sheet.
const SHEET: usize = 20_000;

/// How long ago the first meet-up was, and how many days are between two.
const FIRST: u64 = 900;
const APART: usize = 35;

/// Adds what makes a nation as many times larger; numbers tell what is added from what was there.
/// Returns the most megabytes that an import took.
pub(crate) fn enlarge(
    database: impl Into<Address>,
    times: Range<usize>,
    sheet: &Path,
) -> Result<f64> {
    let database = database.into();
    let mut most: f64 = 0.0;
    let mut import = |region: &str, kind: &str, rows: &str| -> Result<()> {
        fs::write(sheet, rows)?;
        let file = sheet.to_str().context("a path of text")?;
        let arguments = ["import", kind, file, "--region", region];
        let (_, peak) = folkmoot_with_peak(database.clone(), &arguments)?;
        most = most.max(peak);
        Ok(())
    };
    let today = today();
    let rounds = rounds(times.clone(), today);
    for region in regions(database.clone())? {
        import(&region.code, "meetups", &region.meetups(times.clone(), today)?)?;
        import(&region.code, "case-studies", &region.case_studies(times.clone(), today)?)?;
        let in_a_sheet = SHEET / (region.councils.len() * POINTS);
        for rounds in rounds.chunks(in_a_sheet) {
            import(&region.code, "responses", &region.responses(rounds)?)?;
        }
    }
    Ok(most)
}

#[allow(clippy::disallowed_methods, reason = "the demo lies around today, and this beside it")]
fn today() -> NaiveDate {
    Utc::now().date_naive()
}

/// Names of rounds with their days, the earliest first.
fn rounds(times: Range<usize>, today: NaiveDate) -> Vec<(NaiveDate, String)> {
    let round = |time: usize, number: usize| {
        let ago = (number * ROUNDS_APART + time * ROUNDS_APART / ALL + 1) as u64;
        (today - Days::new(ago), format!("bench-{time}-{number}"))
    };
    let mut rounds: Vec<_> =
        times.flat_map(|time| (0..ROUNDS).map(move |number| round(time, number))).collect();
    rounds.sort();
    rounds
}

/// A region that takes part, and its councils as a sheet names them.
struct Region {
    code: String,
    councils: Vec<String>,
}

fn regions(database: Address) -> Result<Vec<Region>> {
    let list = folkmoot(database.clone(), &["region", "list"])?;
    let taking_part = list.lines().filter(|line| line.contains("takes part"));
    let region = |line: &str| {
        let code = line.split(' ').next().context("a code")?.to_owned();
        let template = ["import", "responses", "--template", "--region", &code];
        let template = folkmoot(database.clone(), &template)?;
        let councils = template.lines().skip(1).map(|row| row.trim_end_matches(',').to_owned());
        let region = Region { councils: councils.collect(), code };
        ensure!(!region.councils.is_empty(), "{} has no councils", region.code);
        Ok(region)
    };
    taking_part.map(region).collect()
}

impl Region {
    fn council(&self, number: usize) -> &str {
        &self.councils[number % self.councils.len()]
    }

    fn meetups(&self, times: Range<usize>, today: NaiveDate) -> Result<String> {
        let mut rows = "key,title,date,start_time,status,points,host,venue,summary\n".to_owned();
        let first = today - Days::new(FIRST);
        for time in times {
            for number in 0..MEETUPS {
                let date = first + Days::new((number * APART + time % APART) as u64);
                let status = if date < today { "held" } else { "planned" };
                let (hour, minute) = (9 + time % 10, time * 7 % 60);
                let (point, host) = (number % POINTS + 1, self.council(number + time));
                writeln!(
                    rows,
                    "bench-{time}-{number},Point {point} in practice {time},{date},\
                     {hour:02}:{minute:02},{status},lgdss-2016/{point},{host},Town Hall,\
                     \"What a council learned, and what it would do otherwise.\""
                )?;
            }
        }
        Ok(rows)
    }

    fn case_studies(&self, times: Range<usize>, today: NaiveDate) -> Result<String> {
        let mut rows = "key,title,summary,council,points,published_on\n".to_owned();
        for time in times {
            for number in 0..CASE_STUDIES {
                let date = today - Days::new((number * APART + time % APART + 1) as u64);
                let (point, council) = (number % POINTS + 1, self.council(number + time));
                writeln!(
                    rows,
                    "bench-{time}-{number},What worked with point {point} {time},\
                     \"Residents asked, and the form was changed.\",{council},\
                     lgdss-2016/{point},{date}"
                )?;
            }
        }
        Ok(rows)
    }

    fn responses(&self, rounds: &[(NaiveDate, String)]) -> Result<String> {
        let mut rows =
            "council,point,understanding,support_need,round,held_on,capture\n".to_owned();
        for (number, (held_on, round)) in rounds.iter().enumerate() {
            for (place, council) in self.councils.iter().enumerate() {
                for point in 1..=POINTS {
                    let (level, need) = ((place + number + point) % 5, (place * 3 + number) % 5);
                    writeln!(
                        rows,
                        "{council},lgdss-2016/{point},{level},{need},{round},{held_on},online form"
                    )?;
                }
            }
        }
        Ok(rows)
    }
}
