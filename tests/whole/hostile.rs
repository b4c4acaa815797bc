//! Queries meant to hurt: refused with a code, over POST and GET, and the process lives.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::Gateway;
use reqwest::Method;
use serde_json::{Value, json};

const DEPTHS: [usize; 6] = [65, 500, 1_500, 2_000, 5_000, 20_000];

/// Queries that nest objects, lists and selections, and fragments that double.
fn attacks() -> Vec<(String, String)> {
    let mut attacks = Vec::new();
    for depth in DEPTHS {
        let (object, list) = ("{a:".repeat(depth), "[".repeat(depth));
        let objects = format!("{{councils(search:{object}1{}){{note}}}}", "}".repeat(depth));
        let lists = format!("{{councils(search:{list}{}){{note}}}}", "]".repeat(depth));
        let selections = format!("{}{}", "{a".repeat(depth), "}".repeat(depth));
        attacks.push((format!("objects {depth}"), objects));
        attacks.push((format!("lists {depth}"), lists));
        attacks.push((format!("selections {depth}"), selections));
    }
    for times in [20, 24, 28, 32, 36, 40] {
        let fragments: String = (0..times)
            .map(|n| format!("fragment F{n} on Query{{...F{0} ...F{0}}}", n + 1))
            .collect();
        let query = format!("{{...F0}}{fragments}fragment F{times} on Query{{__typename}}");
        attacks.push((format!("fragments doubled {times} times"), query));
    }
    attacks.push((
        "aliases".into(),
        format!("{{{}}}", (0..500).map(|n| format!("a{n}:__typename ")).collect::<String>()),
    ));
    attacks
        .push(("directives".into(), format!("{{__typename {}}}", "@skip(if:false)".repeat(400))));
    attacks.push((
        "long string".into(),
        format!("{{councils(search:\"{}\"){{note}}}}", "a".repeat(70_000)),
    ));
    attacks.push((
        "cyclic fragments".into(),
        "{...A} fragment A on Query{...B} fragment B on Query{...A}".into(),
    ));
    // Well-formed, valid and short; only what they would answer is large.
    for pairs in 4..=8 {
        let (open, close) = ("points{standard{".repeat(pairs), "}}".repeat(pairs));
        let query = format!("{{point(ref:\"agile\"){{standard{{{open}title{close}}}}}}}");
        attacks.push((format!("{pairs} lists of points in one another"), query));
        let (open, close) = ("predecessors{successors{".repeat(pairs), "}}".repeat(pairs));
        let query = format!("{{council(ref:\"north-yorkshire\"){{{open}name{close}}}}}");
        attacks.push((format!("{pairs} reorganisations back and forth"), query));
    }
    let nodes = "nodes(ids:[\"x\"]){... on Region{meetups(first:100){nodes{title}}}}";
    let ids = "\"x\",".repeat(100);
    let many: String = (0..15).map(|n| format!("a{n}:{}", nodes.replace("\"x\"", &ids))).collect();
    attacks.push(("lists of many nodes".into(), format!("{{{many}}}")));
    attacks
}

fn code(answer: &Value) -> Result<String> {
    ensure!(answer.get("data").is_none_or(Value::is_null), "answered: {answer}");
    let code = answer["errors"][0]["extensions"]["code"].as_str().context("a code")?;
    Ok(code.to_owned())
}

#[tokio::test]
async fn hostile_queries_are_refused_with_a_code_and_the_process_lives() -> Result<()> {
    let mut gateway = Gateway::demo().await?;
    for (name, query) in attacks() {
        let post = gateway.ask(&query, json!({})).await.context(name.clone())?;
        code(&post).context(name.clone())?;
        // A query string longer than the server's buffers is refused before it is read as one.
        if query.len() < 30_000 {
            let get =
                gateway.request(Method::GET, "/graphql").query(&[("query", &query)]).send().await?;
            code(&get.json().await?).context(name.clone())?;
        }
        ensure!(gateway.lives(), "{name} ended the process");
    }
    gateway.data("{ regions { code } }", json!({})).await?;
    Ok(())
}

#[tokio::test]
async fn nested_variables_are_refused_and_the_process_lives() -> Result<()> {
    let mut gateway = Gateway::demo().await?;
    for depth in DEPTHS {
        let nested = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let body = format!(
            "{{\"query\":\"query($s:String){{councils(search:$s){{note}}}}\",\"variables\":{{\"s\":{nested}}}}}"
        );
        let request =
            gateway.request(Method::POST, "/graphql").header("content-type", "application/json");
        code(&request.body(body).send().await?.json().await?).context(depth)?;
        ensure!(gateway.lives(), "variables {depth} deep ended the process");
    }
    Ok(())
}

#[tokio::test]
async fn the_standard_introspection_query_passes() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let data = gateway.data(include_str!("introspection.graphql"), json!({})).await?;
    let types = data["__schema"]["types"].as_array().context("types")?;
    ensure!(types.len() > 30);
    Ok(())
}
