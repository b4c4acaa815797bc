//! Long lists of plain rows, made anew for each reader, beside the same lists resolved field by
//! field, which a fragment makes of them.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    gateway::Gateway,
    http::posting_alone,
    sides::{Side, compared},
    table::Row,
    workshop::Workshop,
};

const LASTING: Duration = Duration::from_secs(1);

/// All that a council tells of itself in one word.
pub(crate) const COUNCIL: &str =
    "id code slug gssCode name officialName type country onsRegion startsOn";

/// What is asked, the type of its rows, and how many times faster it is to be.
const LISTS: [(&str, &str, &str, &str, Option<f64>); 3] = [
    ("400 councils × 10 fields", "councils(first: 400) { nodes", "Council", COUNCIL, Some(2.2)),
    (
        "next 50 meet-ups with group, host and points",
        "meetups(first: 50) { nodes",
        "Meetup",
        "id title startsAt endsAt status attendance url group { name } host { name } points { ref label }",
        None,
    ),
    (
        "national trend of every point",
        "capability(period: HALF_YEAR) { rows",
        "CapabilityRow",
        "period pointRef pointLabel measure shareAt3OrMore median responded eligible marker complete",
        None,
    ),
];

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let database = workshop.copy(&workshop.demo()?.database, "lists")?;
    let gateway = Gateway::start(workshop.cores, &database, &[], &[])?;
    let mut rows = Vec::new();
    for (what, list, of, fields, least) in LISTS {
        let [quick, plain] = [
            format!("{{ list: {list} {{ {fields} }} }} }}"),
            format!("{{ list: {list} {{ ... on {of} {{ {fields} }} }} }} }}"),
        ]
        .map(|query| posting_alone("/graphql", &json!({ "query": query }).to_string()));
        let [quick, plain] = [Side::of(&gateway, quick)?, Side::of(&gateway, plain)?];
        ensure!(quick.answer == plain.answer, "{what}: two answers to one question");
        let kilobytes = quick.answer.len() / 1_000;
        let what = format!(
            "{what}, made anew, {kilobytes} KB: answers per second of one core, to the same \
             resolved field by field"
        );
        let rate = |side: &Side<'_>| Ok(side.load(4, LASTING)?.rate());
        rows.push(compared(what, &quick, &plain, least, rate)?);
    }
    Ok(rows)
}
