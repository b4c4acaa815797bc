//! What it costs to refuse queries that are meant to hurt: each is sent many times, and what the
//! gateway's threads ran on a core meanwhile is counted, with all that any request costs.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    gateway::Gateway, http::Connection, http::posting, row, statistics::Figure, table::Row,
    workshop::Workshop,
};

/// How often each is sent, in each of so many turns.
const TIMES: u32 = 50;
const REPEATS: usize = 3;

/// The longest query that is read.
const LONGEST: usize = 64 * 1024;

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let database = workshop.copy(&workshop.demo()?.database, "refusals")?;
    let gateway = Gateway::start(workshop.cores, &database, &[], &[])?;
    let mut connection = Connection::open(gateway.address)?;
    let attacks = attacks();
    let mut dearest = Vec::new();
    for _ in 0..REPEATS {
        let costs = attacks.iter().map(|(name, query)| {
            let cost = cost(&gateway, &mut connection, query).with_context(|| name.clone())?;
            Ok((cost, name.as_str()))
        });
        let costs: Vec<_> = costs.collect::<Result<_>>()?;
        dearest.push(costs.into_iter().max_by_key(|(cost, _)| *cost).context("there are attacks")?);
    }
    // They were refused, and the gateway is as it was.
    let answer = connection.post("/graphql", r#"{"query":"{ regions { code } }"}"#)?;
    ensure!(answer.status == 200, "the gateway did not survive it");
    let milliseconds = dearest.iter().map(|(cost, _)| cost.as_secs_f64() * 1_000.0);
    let figure = Figure::of(milliseconds);
    let (_, name) = dearest[0];
    let what = format!(
        "refusing the dearest of {} hostile queries of up to 64 KB ({name}): time on the core",
        attacks.len()
    );
    Ok(vec![row::at_most(what, &figure, "ms", 1.0)])
}

/// What one refusal takes, of many.
fn cost(gateway: &Gateway, connection: &mut Connection, query: &str) -> Result<Duration> {
    let request = posting("/graphql", &json!({ "query": query }).to_string());
    let ((), spent) = gateway.spent(|| {
        for _ in 0..TIMES {
            let answer = connection.ask(&request)?;
            let said: Value = serde_json::from_slice(&answer.body)?;
            let code = &said["errors"][0]["extensions"]["code"];
            ensure!(code.is_string() && said["data"].is_null(), "it was not refused: {said}");
        }
        Ok(())
    })?;
    Ok(spent / TIMES)
}

/// Each kind of attack, as large as it may be.
fn attacks() -> Vec<(String, String)> {
    let filled = |unit: &dyn Fn(usize) -> String, room: usize| {
        let mut text = String::new();
        for number in 0.. {
            let next = unit(number);
            if text.len() + next.len() > room {
                break;
            }
            text.push_str(&next);
        }
        text
    };
    let room = LONGEST - 100;
    let repeated = |unit: &str| filled(&|_| unit.to_owned(), room);
    let nested = |open: &str, close: &str, depth: usize| {
        format!("{}{}", open.repeat(depth), close.repeat(depth))
    };
    let doubled: String = (0..1_200)
        .map(|number| format!("fragment F{number} on Query{{...F{0} ...F{0}}}", number + 1))
        .collect();
    let mut attacks = vec![
        ("aliases", format!("{{{}}}", filled(&|n| format!("a{n}:__typename "), room))),
        ("the same field", format!("{{{}}}", repeated("__typename "))),
        ("directives", format!("{{__typename {}}}", repeated("@skip(if:false)"))),
        ("unknown directives", format!("{{__typename {}}}", repeated("@a"))),
        ("fragments that double", format!("{{...F0}}{doubled}")),
        (
            "fragments that are not used",
            format!(
                "{{__typename}}{}",
                filled(&|n| format!("fragment F{n} on Query{{__typename}}"), room)
            ),
        ),
        ("operations", filled(&|n| format!("query Q{n}{{__typename}}"), room)),
        ("variables", format!("query({}){{__typename}}", filled(&|n| format!("$v{n}:Int "), room))),
        ("objects in objects", nested("{a:", "}", LONGEST / 4)),
        ("lists in lists", format!("{{councils(search:{}){{note}}}}", nested("[", "]", 30_000))),
        ("selections in selections", nested("{a", "}", 20_000)),
        ("a long string", format!("{{councils(search:\"{}\"){{note}}}}", "a".repeat(room))),
        ("a long list", format!("{{nodes(ids:[{}]){{id}}}}", repeated("\"x\","))),
        ("commas", format!("{{{}}}", ",".repeat(room))),
        ("line breaks", format!("{{{}}}", "\n".repeat(room))),
        ("comments", format!("{{{}}}", repeated("# a\n"))),
        ("blanks that are just few enough", format!("{{{}", " ".repeat(24 * 1024 - 1))),
        ("unknown fields", format!("{{{}}}", filled(&|n| format!("f{n} "), room))),
        (
            "types of the schema",
            format!(
                "{{{}}}",
                filled(
                    &|n| format!(
                        "t{n}:__type(name:\"Council\"){{fields{{type{{fields{{name}}}}}}}} "
                    ),
                    room
                )
            ),
        ),
    ]
    .into_iter()
    .map(|(name, query)| (name.to_owned(), query))
    .collect::<Vec<_>>();
    // Short and valid; only what they would answer is large.
    let (open, close) = ("points{standard{".repeat(8), "}}".repeat(8));
    let lists = format!("{{point(ref:\"agile\"){{standard{{{open}title{close}}}}}}}");
    attacks.push(("lists in lists of an answer".to_owned(), lists));
    let ids = "\"x\",".repeat(100);
    let nodes = |number: usize| {
        format!(
            "a{number}:nodes(ids:[{ids}]){{... on Region{{meetups(first:100){{nodes{{title}}}}}}}}"
        )
    };
    let many: String = (0..15).map(nodes).collect();
    attacks.push(("lists of many nodes".to_owned(), format!("{{{many}}}")));
    attacks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attacks_are_as_large_as_a_query_may_be_and_no_larger() {
        for (name, query) in attacks() {
            assert!(query.len() <= LONGEST, "{name}: {}", query.len());
        }
    }
}
