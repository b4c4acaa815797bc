//! What people are told to ask is asked here: the README's tour, the playground's questions, the
//! permanent links.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use folkmoot_tests::{Gateway, Role};
use serde_json::{Value, json};

use crate::written::{ask, blocks, repository, says_something};

#[tokio::test]
async fn every_query_of_the_readme_answers() -> Result<()> {
    let readme = fs::read_to_string(repository("README.md"))?;
    let gateway = Gateway::demo().await?;
    let queries: Vec<_> = blocks(&readme, "graphql").collect();
    ensure!(queries.len() >= 6, "the tour has lost its queries");
    for query in queries {
        ask(&gateway, &query).await?;
    }
    Ok(())
}

#[tokio::test]
async fn every_question_of_the_playground_answers_with_its_defaults() -> Result<()> {
    let folder = repository("web/src/questions");
    let listed: Value = serde_json::from_str(&fs::read_to_string(folder.join("questions.json"))?)?;
    let gateway = Gateway::demo().await?;
    let questions = listed.as_array().context("questions.json is a list")?;
    ensure!(questions.len() >= 15);
    for question in questions {
        let slug = question["slug"].as_str().context("a question has a slug")?;
        let query = fs::read_to_string(folder.join(format!("{slug}.graphql")))?;
        let role = match question["scope"].as_str() {
            Some("coordinator") => Role::Coordinator,
            Some(other) => bail!("{slug} needs a scope that is not known here: {other}"),
            None => Role::Anonymous,
        };
        let data = gateway.data_as(role, &query, question["variables"].clone()).await;
        let data = data.with_context(|| slug.to_owned())?;
        ensure!(says_something(&data), "nothing is said to {slug}: {data}");
    }
    Ok(())
}

#[tokio::test]
async fn every_permanent_link_leads_to_a_page() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let links = gateway
        .data(
            "{ council(ref: \"camden\") { url } region(ref: \"london\") { url groups { url } }
               point(ref: \"agile\") { url } meetups(first: 1) { nodes { url } }
               caseStudies(first: 1) { nodes { url } } serviceAssessments(first: 1) { nodes { url } }
               search(text: \"agile\", first: 100) { nodes { url } } }",
            json!({}),
        )
        .await?;
    let mut urls = Vec::new();
    collect_urls(&links, &mut urls);
    ensure!(urls.len() > 20, "too few links: {}", urls.len());
    let client = folkmoot_tests::client().redirect(reqwest::redirect::Policy::none()).build()?;
    for url in urls {
        let answer = client.get(&url).send().await?;
        ensure!(answer.status() == 200, "{url}: {}", answer.status());
    }
    Ok(())
}

fn collect_urls(value: &Value, urls: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_urls(item, urls)),
        Value::Object(fields) => {
            urls.extend(fields.get("url").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|item| collect_urls(item, urls));
        }
        _ => {}
    }
}
