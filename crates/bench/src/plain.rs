//! Answers from memory and short lists made anew, beside what a plain server takes for the same
//! bytes: static ones, and simple objects of the same GraphQL library.
//!
//! What counts is the time on the core for each answer, so that the load generator, which shares
//! nothing with it, need not be as quick as a server of static bytes.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    gateway::Gateway,
    http::{Connection, getting, posting, posting_alone},
    lists::COUNCIL,
    sides::{Side, compared},
    table::Row,
    workshop::Workshop,
};

const LASTING: Duration = Duration::from_millis(600);

/// Text of this gateway's that never changes, behind the layers that its answers are behind.
pub(crate) const STATIC: &str = "/regions/schemas/CaseStudy.schema.json";

/// As long as that, about, with as many meet-ups as it takes.
const UPCOMING: &str = "meetups(first: 9) { nodes { title startsAt group { name } } }";

/// Some of what a council tells of itself.
const SOME_FIELDS: &str = "code name slug type startsOn";

/// Answers for each second on the core.
fn rate(side: &Side<'_>) -> Result<f64> {
    let (run, spent) = side.server.spent(|| side.load(8, LASTING))?;
    Ok(run.answers as f64 / spent.as_secs_f64())
}

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let database = workshop.copy(&workshop.demo()?.database, "plain")?;
    let gateway = Gateway::start(workshop.cores, &database, &[], &[])?;
    let (bytes, councils) = goods(workshop, &gateway)?;
    let peer = Gateway::start_peer(workshop.cores, &bytes, &councils)?;
    let graphql = |query: String| json!({ "query": query }).to_string();

    let upcoming = getting(&format!("/graphql?query={}", escaped(&format!("{{{UPCOMING}}}"))));
    let upcoming = Side::of(&gateway, upcoming)?;
    let layered = Side::of(&gateway, getting(STATIC))?;
    let (long, short) = (upcoming.answer.len(), layered.answer.len());
    ensure!(long.abs_diff(short) * 5 <= long, "{long} bytes are not like {short}");
    let bare = Side::of(&peer, getting("/bytes"))?;

    let list = |first: usize, fields: &str| {
        graphql(format!("{{ councils(first: {first}) {{ nodes {{ {fields} }} }} }}"))
    };
    let pair = |first: usize, fields: &str| {
        let request = list(first, fields);
        let own = Side::of(&gateway, posting_alone("/graphql", &request))?;
        let plain = Side::of(&peer, posting("/layered/graphql", &request))?;
        ensure!(own.said()?["data"] == plain.said()?["data"], "two answers");
        anyhow::Ok([own, plain])
    };
    let few = pair(20, SOME_FIELDS)?;
    let many = pair(400, COUNCIL)?;

    let kilobytes = |side: &Side<'_>| side.answer.len() as f64 / 1_000.0;
    let from_memory = format!("a public answer of {:.1} KB from memory", kilobytes(&upcoming));
    let [own, _] = &many;
    let long_list = format!("400 councils × 10 fields, made anew, {:.0} KB", kilobytes(own));
    Ok(vec![
        compared(format!("{from_memory}: answers per second of one core, to static bytes behind the same layers"), &upcoming, &layered, Some(0.8), rate)?,
        compared("static bytes behind these layers: answers per second of one core, to the same behind none".to_owned(), &layered, &bare, Some(0.6), rate)?,
        compared("20 councils × 5 fields, made anew: answers per second of one core, to simple objects behind such layers".to_owned(), &few[0], &few[1], Some(1.2), rate)?,
        compared(format!("{long_list}: answers per second of one core, to simple objects behind such layers"), &many[0], &many[1], Some(2.2), rate)?,
    ])
}

/// What the peer serves: the gateway's static text, and its councils.
fn goods(workshop: &Workshop, gateway: &Gateway) -> Result<(PathBuf, PathBuf)> {
    let mut connection = Connection::open(gateway.address)?;
    let bytes = workshop.place("bytes");
    fs::write(&bytes, connection.get(STATIC)?.body)?;
    let query = format!("{{ councils(first: 400) {{ nodes {{ {COUNCIL} }} }} }}");
    let answer = connection.post("/graphql", &json!({ "query": query }).to_string())?;
    let answer: Value = serde_json::from_slice(&answer.body)?;
    let nodes = answer["data"]["councils"]["nodes"].as_array().context("no councils")?;
    let councils = workshop.place("councils");
    fs::write(&councils, serde_json::to_vec(nodes)?)?;
    Ok((bytes, councils))
}

/// A query as part of an address.
fn escaped(query: &str) -> String {
    query
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
