//! What is asked, as readers would, and what each answer must hold.

use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Days, NaiveDate, Utc};
use fastrand::Rng;
use serde_json::{Value, json};

use crate::{
    checker::{Gap, PAGE, Page, Status, Wanted},
    nation::{POINTS, REGIONS, Rows, nowhere},
};

/// A question.
pub(crate) enum Question {
    /// The next meet-ups: everybody's first question.
    Front,
    /// Those of some days, which nobody has asked before.
    Days { from: NaiveDate, to: NaiveDate, first: usize },
    /// The next page of a walk through everything.
    Step(Walk),
    /// Lists within a list: the meet-ups on each point.
    Points { first: usize, status: Vec<&'static str>, attendance: Option<&'static str> },
    /// One meet-up.
    ById(usize),
    /// One that is not there.
    Nowhere { region: &'static str, id: String },
}

/// A walk under way.
#[derive(Default)]
pub(crate) struct Walk {
    pub(crate) first: usize,
    cursor: Option<String>,
    passed: usize,
    seen: Vec<usize>,
    missed: Vec<usize>,
    was_incomplete: bool,
}

/// Rows that an answer lacked, and how to get them.
pub(crate) struct Lacking {
    pub(crate) gap: Gap,
    /// The arguments of the list.
    pub(crate) arguments: Value,
}

/// What a right answer tells.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) statuses: Vec<Status>,
    pub(crate) lacking: Vec<Lacking>,
    /// The region that could not be asked for its row.
    pub(crate) unreachable: Option<&'static str>,
    /// The walk goes on.
    pub(crate) walk: Option<Walk>,
    /// A walk is at its end.
    pub(crate) is_walked: bool,
}

/// The list of which all pages are asked.
pub(crate) fn list_query() -> String {
    format!(
        "query($from: Date, $to: Date, $first: Int, $after: String) {{
            list: meetups(when: ALL, from: $from, to: $to, first: $first, after: $after) {{
                totalCount ...Page }} }} {PAGE}"
    )
}

impl Question {
    /// Any, as often as readers ask such.
    pub(crate) fn any(rows: &Rows, chance: &mut Rng, walk: impl FnOnce() -> Option<Walk>) -> Self {
        match chance.u8(..100) {
            0..12 => Self::Front,
            12..45 => {
                let first = rows.all.first().map_or(NaiveDate::MIN, |row| row.day());
                let from = first + Days::new(chance.u64(..230));
                let to = from + Days::new(chance.u64(5..120));
                Self::Days { from, to, first: chance.usize(1..60) }
            }
            45..68 => {
                let first = chance.usize(20..60);
                Self::Step(walk().unwrap_or(Walk { first, ..Walk::default() }))
            }
            68..72 => {
                let also = ["PLANNED", "INVITED", "CANCELLED", "HELD"];
                let also = also.into_iter().filter(|_| chance.bool());
                let status = ["CONFIRMED"].into_iter().chain(also).collect();
                let attendance = chance.bool().then_some("ONLINE");
                Self::Points { first: chance.usize(1..9), status, attendance }
            }
            72..90 => Self::ById(chance.usize(..rows.all.len())),
            _ => {
                let region = REGIONS[chance.usize(..REGIONS.len())];
                Self::Nowhere { region, id: nowhere(region, chance) }
            }
        }
    }

    /// As it is sent.
    pub(crate) fn body(&self, rows: &Rows) -> Value {
        let by_id = "query($id: ID!) { meetup(id: $id) { id title } }";
        let (query, variables) = match self {
            Self::Front => {
                (format!("{{ list: meetups(first: 20) {{ ...Page }} }} {PAGE}"), json!({}))
            }
            Self::Days { .. } => (list_query(), self.arguments()),
            Self::Step(walk) => {
                let mut variables = self.arguments();
                variables["after"] = json!(walk.cursor);
                (list_query(), variables)
            }
            Self::Points { first, status, attendance } => {
                let query = format!(
                    "query($first: Int, $status: [MeetupStatus!], $attendance: Attendance) {{
                        standards {{ points {{ number meetups(when: ALL, first: $first,
                            status: $status, attendance: $attendance) {{ ...Page }} }} }} }} {PAGE}"
                );
                let variables =
                    json!({ "first": first, "status": status, "attendance": attendance });
                (query, variables)
            }
            Self::ById(at) => (by_id.to_owned(), json!({ "id": rows.all[*at].id })),
            Self::Nowhere { id, .. } => (by_id.to_owned(), json!({ "id": id })),
        };
        json!({ "query": query, "variables": variables })
    }

    /// A number that no other question has.
    pub(crate) fn number(&self, rows: &Rows) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.body(rows).to_string().hash(&mut hasher);
        hasher.finish()
    }

    fn arguments(&self) -> Value {
        match self {
            Self::Days { from, to, first } => json!({ "from": from, "to": to, "first": first }),
            Self::Step(walk) => json!({ "first": walk.first }),
            _ => json!({}),
        }
    }

    /// True if nobody asked it before, so that the gateway has to ask the regions.
    pub(crate) fn is_new(&self) -> bool {
        matches!(self, Self::Days { .. })
    }

    /// Holds an answer against what is known.
    pub(crate) fn judge(self, rows: &Rows, answer: &Value, now: DateTime<Utc>) -> Result<Told> {
        let arguments = self.arguments();
        let data = &answer["data"];
        match self {
            Self::ById(at) => one(rows.all[at].region, answer, |found| {
                found["id"] == rows.all[at].id && found["title"] == rows.all[at].title
            }),
            Self::Nowhere { region, .. } => one(region, answer, Value::is_null),
            _ if !answer["errors"].is_null() => anyhow::bail!("errors: {}", answer["errors"]),
            Self::Front => {
                let list = &everything(rows);
                let wanted = Wanted { rows, list, passed: 0, first: 20, was_incomplete: false };
                let page = wanted.judge(&data["list"], now)?;
                Ok(Told { statuses: page.statuses, ..Told::default() })
            }
            Self::Days { from, to, first } => {
                let is_its = |at: &usize| (from..=to).contains(&rows.all[*at].day());
                let list = &everything(rows).into_iter().filter(is_its).collect::<Vec<_>>();
                let wanted = Wanted { rows, list, passed: 0, first, was_incomplete: false };
                Ok(of_page(wanted.judge(&data["list"], now)?, &arguments))
            }
            Self::Step(walk) => walk.go_on(rows, &data["list"], now, &arguments),
            Self::Points { first, .. } => {
                let points = data["standards"][0]["points"].as_array().context("points")?;
                ensure!(points.len() == usize::from(POINTS), "{} points", points.len());
                let mut told = Told::default();
                for point in points {
                    let is_its = |at: &usize| point["number"] == rows.all[*at].point;
                    let list = &everything(rows).into_iter().filter(is_its).collect::<Vec<_>>();
                    let wanted = Wanted { rows, list, passed: 0, first, was_incomplete: false };
                    told.statuses.extend(wanted.judge(&point["meetups"], now)?.statuses);
                }
                Ok(told)
            }
        }
    }
}

impl Walk {
    fn go_on(
        mut self,
        rows: &Rows,
        list: &Value,
        now: DateTime<Utc>,
        arguments: &Value,
    ) -> Result<Told> {
        let all = everything(rows);
        let wanted = Wanted {
            rows,
            list: &all,
            passed: self.passed,
            first: self.first,
            was_incomplete: self.was_incomplete,
        };
        let page = wanted.judge(list, now)?;
        self.passed = page.passed;
        self.was_incomplete |= !page.gaps.is_empty();
        self.seen.extend(&page.nodes);
        self.missed.extend(page.gaps.iter().flat_map(|gap| &gap.rows));
        self.cursor.clone_from(&page.next);
        let mut told = of_page(page, arguments);
        if self.cursor.is_some() {
            told.walk = Some(self);
            return Ok(told);
        }
        let mut came = [self.seen, self.missed].concat();
        came.sort_unstable();
        ensure!(came == all, "a walk had not each row once, outside its gaps");
        told.is_walked = true;
        Ok(told)
    }
}

/// All rows, in order.
fn everything(rows: &Rows) -> Vec<usize> {
    (0..rows.all.len()).collect()
}

fn of_page(page: Page, arguments: &Value) -> Told {
    let lacking = |gap| Lacking { gap, arguments: arguments.clone() };
    let lacking = page.gaps.into_iter().map(lacking).collect();
    Told { statuses: page.statuses, lacking, ..Told::default() }
}

/// A look-up: right, or the word that its region cannot be asked.
fn one(region: &'static str, answer: &Value, is_it: impl Fn(&Value) -> bool) -> Result<Told> {
    let found = &answer["data"]["meetup"];
    if answer["errors"].is_null() {
        ensure!(is_it(found), "looked up by id: {answer}");
        return Ok(Told::default());
    }
    let code = &answer["errors"][0]["extensions"]["code"];
    ensure!(*code == "OWNER_UNREACHABLE" && found.is_null(), "looked up by id: {answer}");
    Ok(Told { unreachable: Some(region), ..Told::default() })
}
