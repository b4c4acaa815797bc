//! Lists that are told in one pass say the same, byte for byte, as those that are resolved field by
//! field: which a fragment makes of any of them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use folkmoot_tests::{Gateway, seed};
use reqwest::Method;
use serde_json::{Value, json};

/// Lists, the member that holds their rows, and the type of a row.
const LISTS: [(&str, &str, &str); 7] = [
    ("councils(first: 30)", "nodes", "Council"),
    ("meetups(when: ALL, first: 30)", "nodes", "Meetup"),
    ("caseStudies(first: 30)", "nodes", "CaseStudy"),
    ("peerGroups(first: 20)", "nodes", "PeerGroup"),
    ("offers(first: 20)", "nodes", "Offer"),
    ("serviceAssessments(first: 20)", "nodes", "ServiceAssessment"),
    ("capability(groupBy: REGION, period: HALF_YEAR)", "rows", "CapabilityRow"),
];

/// How many selections of each are made up.
const TRIES: usize = 25;

/// A field that takes nothing, and the type that it is an object of, if it is one.
type Fields = Vec<(String, Option<String>)>;

async fn fields(gateway: &Gateway) -> Result<BTreeMap<String, Fields>> {
    let query = "{ __schema { types { name kind fields { name args { name }
        type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
    let data = gateway.data(query, json!({})).await?;
    let types = data["__schema"]["types"].as_array().context("types")?;
    let inner = |mut of: Value| {
        while !of["ofType"].is_null() {
            of = of["ofType"].take();
        }
        of
    };
    let mut all = BTreeMap::new();
    for one in types.iter().filter(|one| one["kind"] == "OBJECT") {
        let fields = one["fields"].as_array().context("fields")?;
        let plain =
            fields.iter().filter(|field| field["args"] == json!([]) || field["name"] == "starts");
        let field = |field: &Value| {
            let of = inner(field["type"].clone());
            let is_object = of["kind"] == "OBJECT";
            let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (name(&field["name"]), is_object.then(|| name(&of["name"])))
        };
        all.insert(one["name"].as_str().context("a name")?.to_owned(), plain.map(field).collect());
    }
    Ok(all)
}

/// A selection of some fields of a type, and of what they hold.
fn selection(all: &BTreeMap<String, Fields>, of: &str, chance: &mut Rng, depth: usize) -> String {
    let mut chosen = Vec::new();
    for (number, (name, object)) in all[of].iter().enumerate() {
        // How a region is now is told to the second; and what is made up has no end else.
        if chance.u8(..4) > 0
            || ["source", "provenance", "effect"].contains(&name.as_str())
            || name == "ageSeconds"
        {
            continue;
        }
        let alias = if chance.u8(..6) == 0 { format!("a{number}: ") } else { String::new() };
        match object {
            None => chosen.push(format!("{alias}{name}")),
            Some(of) if depth > 0 => {
                let inner = selection(all, of, chance, depth - 1);
                chosen.push(format!("{alias}{name} {{ {inner} }}"));
            }
            Some(_) => {}
        }
    }
    if chosen.is_empty() || chance.u8(..8) == 0 {
        chosen.push("__typename".to_owned());
    }
    chosen.join(" ")
}

async fn said(gateway: &Gateway, query: &str) -> Result<String> {
    let request = gateway.request(Method::POST, "/graphql").json(&json!({ "query": query }));
    let said = request.send().await?.text().await?;
    ensure!(said.starts_with("{\"data\":{\"list\":{\""), "{query}: {said}");
    Ok(said)
}

#[tokio::test]
async fn lists_told_in_one_pass_are_those_resolved_field_by_field() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let all = fields(&gateway).await?;
    let mut chance = Rng::with_seed(seed());
    for (list, rows, of) in LISTS {
        let leaves = all[of].iter().filter(|(_, object)| object.is_none());
        // Each by itself, so that none hides behind another that has to be resolved.
        let mut selections: Vec<_> = leaves.map(|(name, _)| name.clone()).collect();
        selections.extend((0..TRIES).map(|_| selection(&all, of, &mut chance, 1)));
        for selection in selections {
            let quick = format!("{{ list: {list} {{ {rows} {{ {selection} }} }} }}");
            let plain =
                format!("{{ list: {list} {{ {rows} {{ ... on {of} {{ {selection} }} }} }} }}");
            let (quick, plain) = (said(&gateway, &quick).await?, said(&gateway, &plain).await?);
            ensure!(quick == plain, "{list}: {selection}\n{quick}\n{plain}");
        }
    }
    Ok(())
}

/// Of a row only those columns are read that a selection needs.
#[tokio::test]
async fn a_field_that_is_asked_for_alone_says_what_it_says_among_all() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let all = fields(&gateway).await?;
    let names = |of| all[of].iter().map(move |(name, _)| (of, name.as_str()));
    let mut silent: BTreeSet<_> = names("Meetup").chain(names("CaseStudy")).collect();
    for (list, of) in [
        ("meetups(when: UPCOMING, first: 50)", "Meetup"),
        ("meetups(when: PAST, first: 50)", "Meetup"),
        ("caseStudies(first: 50)", "CaseStudy"),
    ] {
        let leaves = |of: &str| {
            let leaves = all[of].iter().filter(|(_, object)| object.is_none());
            leaves.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ")
        };
        let selected = |(name, object): &(String, Option<String>)| match object {
            Some(of) => format!("{name} {{ {} }}", leaves(of)),
            None => name.clone(),
        };
        let rows = async |rows: String| {
            let name = list.split('(').next().unwrap_or_default();
            let data = gateway.data(&format!("{{ {list} {{ {rows} }} }}"), json!({})).await?;
            let rows = data[name]["nodes"].as_array().or(data[name]["edges"].as_array()).cloned();
            rows.context("rows")
        };
        let every: Vec<_> = all[of].iter().map(selected).collect();
        let whole = rows(format!("nodes {{ {} }}", every.join(" "))).await?;
        ensure!(whole.len() >= 20, "{list}: {} rows", whole.len());
        for ((name, _), field) in all[of].iter().zip(&every) {
            let told: Vec<_> = whole.iter().map(|row| &row[name]).collect();
            let is_there = |value: &&&Value| !value.is_null() && ***value != json!([]);
            if told.iter().any(|value| is_there(&value)) {
                silent.remove(&(of, name.as_str()));
            }
            let alone = rows(format!("nodes {{ {field} }}")).await?;
            ensure!(alone.iter().map(|row| &row[name]).eq(told.iter().copied()), "{list}: {field}");
            for one in [
                format!("edges {{ node {{ {field} }} }}"),
                format!("edges {{ ... {{ node {{ ... on {of} {{ {field} }} }} }} }}"),
            ] {
                let alone = rows(one).await?;
                let alone = alone.iter().map(|edge| &edge["node"][name]);
                ensure!(alone.eq(told.iter().copied()), "{list}: {field} by edges");
            }
        }
    }
    // What no row has cannot be missing; a coordinator alone is told this one.
    ensure!(silent == [("Meetup", "effect")].into(), "no row has any of {silent:?}");
    Ok(())
}
