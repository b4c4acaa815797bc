//! Long lists of plain rows, made anew for each reader, beside the same lists resolved field by
//! field, which a fragment makes of them.

use std::{sync::atomic::AtomicUsize, time::Duration};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    gateway::Gateway,
    http::{Connection, posting_alone},
    load::{Load, Run},
    row,
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

const REPEATS: usize = 5;
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
        let requests = [
            format!("{{ list: {list} {{ {fields} }} }} }}"),
            format!("{{ list: {list} {{ ... on {of} {{ {fields} }} }} }} }}"),
        ]
        .map(|query| posting_alone("/graphql", &json!({ "query": query }).to_string()));
        let mut connection = Connection::open(gateway.address)?;
        let mut answers = Vec::new();
        for request in &requests {
            let answer = connection.ask(request)?;
            let said: Value = serde_json::from_slice(&answer.body)?;
            ensure!(answer.status == 200 && said["errors"].is_null(), "{what}: {said}");
            answers.push(answer.body);
        }
        ensure!(answers[0] == answers[1], "{what}: two answers to one question");
        let load = |request: &Vec<u8>| -> Result<Run> {
            let load = Load {
                address: gateway.address,
                connections: 4,
                lasting: LASTING,
                request: &|_| request.clone(),
                check: &|_, answer| {
                    ensure!(answer.body == answers[0], "another answer");
                    Ok(())
                },
            };
            load.run(&AtomicUsize::new(0))
        };
        let (mut rates, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..REPEATS {
            let [quick, plain] = [load(&requests[0])?.rate(), load(&requests[1])?.rate()];
            rates.push(quick);
            ratios.push(quick / plain);
        }
        let kilobytes = answers[0].len() / 1_000;
        let what = format!(
            "{what}, made anew, {kilobytes} KB: answers per second of one core, to the same \
             resolved field by field"
        );
        rows.push(row::ratio_at_least(what, &Figure::of(rates), &Figure::of(ratios), least));
    }
    Ok(rows)
}
