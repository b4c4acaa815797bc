//! One nation through every door: whatever is asked of a gateway to which regions are plugged in by
//! different doors is answered as by one that hosts them all.

mod circle;
mod doors;
mod questions;
mod rows;
mod sheets;

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Utc};
use fastrand::Rng;
use folkmoot_domain::{EntityKind, GlobalId};
use folkmoot_store::Change;
use folkmoot_tests::{SEED, seed};
use serde_json::{Value, json};
use uuid::Uuid;

use doors::{Doors, Place};
use questions::{Grammar, List, Walk};

/// How often the regions change doors.
const SHUFFLES: u32 = 7;
/// Questions and walks after each.
const QUESTIONS: u32 = 40;
const WALKS: u32 = 8;
/// The most pages of a walk.
const PAGES: usize = 8;

#[tokio::test]
async fn nation_through_any_doors_answers_as_one_that_is_hosted() -> Result<()> {
    let seed = seed();
    let compared = compared(seed).await;
    let told = compared.with_context(|| format!("{SEED}={seed}"))?;
    // A grammar whose questions are refused, or find nothing, would show nothing.
    ensure!(told.answers >= 300 && told.refused * 20 < told.answers, "{told:?}");
    ensure!(told.rows > 5 * told.answers, "{told:?}");
    // How many regions are at a sheet at a time is up to chance.
    ensure!(told.of_sheets >= 50, "{told:?}");
    Ok(())
}

async fn compared(seed: u64) -> Result<Told> {
    let base = rows::base();
    let mut doors = Doors::open(seed, base).await?;
    let ids = ids(seed, base);
    let mut grammar = Grammar { chance: Rng::with_seed(seed), base, ids };
    let mut told = Told::default();
    let mut places = Vec::new();
    for _ in 0..SHUFFLES {
        let mut chance = grammar.chance.fork();
        // These walks go on after regions have changed doors.
        let mut begun = Vec::new();
        for _ in 0..2 {
            let walk = grammar.walk();
            let walk = Walking { is_forward: chance.bool(), ..Walking::new(walk) };
            begun.push(walk.go(&doors, 1, &mut chance, &mut told).await?);
        }
        doors.shuffle(&mut chance).await?;
        places.extend(doors.places);
        for walk in begun.into_iter().flatten() {
            walk.go(&doors, PAGES, &mut chance, &mut told).await?;
        }
        for _ in 0..QUESTIONS {
            let question = grammar.question();
            told.compare(&doors, &question.query, &question.variables).await?;
        }
        for _ in 0..WALKS {
            let walk = Walking { is_forward: chance.bool(), ..Walking::new(grammar.walk()) };
            walk.go(&doors, PAGES, &mut chance, &mut told).await?;
        }
    }
    for place in [Place::Hosted, Place::Mirrored, Place::Live, Place::Sheet] {
        ensure!(places.contains(&place), "no region was {place:?}");
    }
    Ok(told)
}

/// The ids of all rows, also of such as nobody in particular may see, and of one that is nowhere.
fn ids(seed: u64, base: DateTime<Utc>) -> Vec<(List, String)> {
    let regional = |list, kind, region, key: Uuid| {
        Some((list, GlobalId::regional(kind, region, key).to_string()))
    };
    let of_row = |change| match change {
        Change::Meetup(row) => regional(List::Meetups, EntityKind::Meetup, row.region, row.id.0),
        Change::CaseStudy(row) => {
            regional(List::CaseStudies, EntityKind::CaseStudy, row.region, row.id.0)
        }
        Change::Offer(row) => regional(List::Offers, EntityKind::Offer, row.region, row.id.0),
        Change::Assessment(row) => {
            regional(List::Assessments, EntityKind::ServiceAssessment, row.region, row.id.0)
        }
        _ => None,
    };
    let nowhere = rows::REGIONS.map(|code| {
        let region = folkmoot_testkit::build::region_id(code);
        (List::Meetups, GlobalId::regional(EntityKind::Meetup, region, Uuid::nil()).to_string())
    });
    rows::nation(seed, base).into_iter().filter_map(of_row).chain(nowhere).collect()
}

/// What was compared.
#[derive(Debug, Default)]
struct Told {
    answers: u32,
    refused: u32,
    rows: u32,
    /// Answers with rows of a region that was read from sheets.
    of_sheets: u32,
}

impl Told {
    /// Asks both, which must say the same. What each says is given back, for its cursors.
    async fn compare(&mut self, doors: &Doors, query: &str, both: &Value) -> Result<[Value; 2]> {
        self.compare_from(doors, query, [both.clone(), both.clone()]).await
    }

    async fn compare_from(
        &mut self,
        doors: &Doors,
        query: &str,
        variables: [Value; 2],
    ) -> Result<[Value; 2]> {
        let [first, second] = variables;
        let (wanted, found) = tokio::try_join!(
            doors.hosts_all.gateway.ask(query, first),
            doors.nation.gateway.ask(query, second.clone()),
        )?;
        let (left, right) = (comparable(&wanted), comparable(&found));
        if left != right {
            bail!(
                "{:?}\n{query}\n{second}\n{}",
                doors.places,
                differences("", &left, &right).join("\n")
            );
        }
        self.answers += 1;
        self.refused += u32::from(!wanted["errors"].is_null());
        let text = found.to_string();
        self.rows += text.matches("\"id\":").count() as u32;
        let has_rows = |code| text.contains(&format!("\"region\":\"{code}\",\"synthetic\""));
        self.of_sheets += u32::from(doors.at(Place::Sheet).any(has_rows));
        Ok([wanted, found])
    }
}

/// An answer without what each gateway says in its own way: cursors, and the words of errors.
fn comparable(answer: &Value) -> Value {
    let mut data = answer["data"].clone();
    without_cursors(&mut data);
    let errors = answer["errors"].as_array().into_iter().flatten();
    let errors: Vec<_> =
        errors.map(|one| json!([one["path"], one["extensions"]["code"]])).collect();
    json!({ "data": data, "errors": errors })
}

fn without_cursors(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match name.as_str() {
                    // That there is one has to be the same.
                    "startCursor" | "endCursor" => *member = json!(member.is_string()),
                    _ => without_cursors(member),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(without_cursors),
        _ => {}
    }
}

/// Where two answers differ, with what each has there.
fn differences(path: &str, wanted: &Value, found: &Value) -> Vec<String> {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) if wanted.keys().eq(found.keys()) => wanted
            .iter()
            .flat_map(|(name, one)| differences(&format!("{path}.{name}"), one, &found[name]))
            .collect(),
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => (0..)
            .zip(wanted.iter().zip(found))
            .flat_map(|(n, (one, other))| differences(&format!("{path}[{n}]"), one, other))
            .collect(),
        _ if wanted == found => vec![],
        _ => vec![format!("{path}: hosted {wanted}, here {found}")],
    }
}

/// A list that is walked in both at once, each by its own cursors.
struct Walking {
    walk: Walk,
    is_forward: bool,
    cursors: [Value; 2],
}

impl Walking {
    fn new(walk: Walk) -> Self {
        Self { walk, is_forward: true, cursors: [Value::Null, Value::Null] }
    }

    /// Goes on for some pages, and turns round now and then. `None` at the end.
    async fn go(
        mut self,
        doors: &Doors,
        pages: usize,
        chance: &mut Rng,
        told: &mut Told,
    ) -> Result<Option<Self>> {
        let query = self.walk.query();
        for _ in 0..pages {
            let variables = self.cursors.clone().map(|cursor| match self.is_forward {
                true => json!({ "first": self.walk.size, "after": cursor }),
                false => json!({ "last": self.walk.size, "before": cursor }),
            });
            let answers = told.compare_from(doors, &query, variables).await?;
            let infos = answers.map(|answer| answer["data"]["list"]["pageInfo"].clone());
            if chance.u8(..5) == 0 {
                self.is_forward = !self.is_forward;
            }
            let (more, cursor) = match self.is_forward {
                true => ("hasNextPage", "endCursor"),
                false => ("hasPreviousPage", "startCursor"),
            };
            if infos[0][more] != true {
                return Ok(None);
            }
            self.cursors = infos.map(|info| info[cursor].clone());
        }
        Ok(Some(self))
    }
}
