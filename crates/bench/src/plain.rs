//! Answers from memory and short lists made anew, beside what a plain server takes for the same
//! bytes: static ones, and simple objects of the same GraphQL library.
//!
//! What counts is the time on the core for each answer, so that the load generator, which shares
//! nothing with it, need not be as quick as a server of static bytes.

use std::{fs, path::PathBuf, sync::atomic::AtomicUsize, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    gateway::Gateway,
    http::{Connection, getting, posting, posting_alone},
    lists::COUNCIL,
    load::Load,
    row,
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

const REPEATS: usize = 5;
const LASTING: Duration = Duration::from_millis(600);

/// Text of this gateway's that never changes, behind the layers that its answers are behind.
const STATIC: &str = "/regions/schemas/CaseStudy.schema.json";

/// As long as that, about, with as many meet-ups as it takes.
const UPCOMING: &str = "meetups(first: 9) { nodes { title startsAt group { name } } }";

/// Some of what a council tells of itself.
const SOME_FIELDS: &str = "code name slug type startsOn";

/// Who is asked what.
struct Side<'a> {
    server: &'a Gateway,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl<'a> Side<'a> {
    /// Asks once, and takes what comes for the answer from then on.
    fn of(server: &'a Gateway, request: Vec<u8>) -> Result<Self> {
        let answer = Connection::open(server.address)?.ask(&request)?;
        let said = String::from_utf8_lossy(&answer.body);
        ensure!(answer.status == 200 && !said.contains("\"errors\""), "no answer: {said}");
        Ok(Self { server, request, answer: answer.body })
    }

    /// Answers for each second on the core.
    fn rate(&self) -> Result<f64> {
        let before = self.server.on_core()?;
        let load = Load {
            address: self.server.address,
            connections: 8,
            lasting: LASTING,
            request: &|_| self.request.clone(),
            check: &|_, answer| {
                ensure!(answer.body == self.answer, "another answer than before");
                Ok(())
            },
        };
        let run = load.run(&AtomicUsize::new(0))?;
        Ok(run.answers as f64 / (self.server.on_core()? - before).as_secs_f64())
    }
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
        let data = |answer: &[u8]| serde_json::from_slice::<Value>(answer);
        ensure!(data(&own.answer)?["data"] == data(&plain.answer)?["data"], "two answers");
        anyhow::Ok([own, plain])
    };
    let few = pair(20, SOME_FIELDS)?;
    let many = pair(400, COUNCIL)?;

    let kilobytes = |side: &Side<'_>| side.answer.len() as f64 / 1_000.0;
    let from_memory = format!("a public answer of {:.1} KB from memory", kilobytes(&upcoming));
    let [own, _] = &many;
    let long_list = format!("400 councils × 10 fields, made anew, {:.0} KB", kilobytes(own));
    Ok(vec![
        compared(format!("{from_memory}: answers per second of one core, to static bytes behind the same layers"), &upcoming, &layered, 0.8)?,
        compared("static bytes behind these layers: answers per second of one core, to the same behind none".to_owned(), &layered, &bare, 0.6)?,
        compared("20 councils × 5 fields, made anew: answers per second of one core, to simple objects behind such layers".to_owned(), &few[0], &few[1], 1.2)?,
        compared(format!("{long_list}: answers per second of one core, to simple objects behind such layers"), &many[0], &many[1], 2.2)?,
    ])
}

/// Both in turns, and how many times as fast the first one is.
fn compared(what: String, one: &Side<'_>, other: &Side<'_>, least: f64) -> Result<Row> {
    let (mut rates, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        let [own, its] = [one.rate()?, other.rate()?];
        rates.push(own);
        ratios.push(own / its);
    }
    Ok(row::ratio_at_least(what, &Figure::of(rates), &Figure::of(ratios), Some(least)))
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
