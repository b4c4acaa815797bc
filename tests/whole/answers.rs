//! A council's own answers: everyone's where it published them, and else its own and its
//! coordinators'.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use serde_json::{Value, json};

const ANSWERS: &str = "query($council: CouncilRef!, $halfYear: String) {
    council(ref: $council) { answers(halfYear: $halfYear) {
      halfYear point { number } measure level label isPublished } } }";

async fn answers(gateway: &Gateway, role: Role, council: &str) -> Result<Vec<Value>> {
    let answer = gateway.ask_as(role, ANSWERS, json!({ "council": council })).await?;
    ensure!(answer["errors"].is_null(), "{answer}");
    let answers = answer["data"]["council"]["answers"].as_array().context("a list")?;
    Ok(answers.clone())
}

#[tokio::test]
async fn answers_are_everyones_where_the_council_published_them() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let all = gateway
        .ask_as(
            Role::Steward,
            "{ councils(first: 500) { nodes { code region { code } answers { isPublished } } } }",
            json!({}),
        )
        .await?;
    let all = all["data"]["councils"]["nodes"].as_array().context("councils")?;
    let publishes = |council: &Value, wanted: bool| {
        let answers = council["answers"].as_array().cloned().unwrap_or_default();
        !answers.is_empty() && answers.iter().all(|one| one["isPublished"] == wanted)
    };
    let in_region = |council: &Value, code: &str| council["region"]["code"] == code;
    let open: Vec<_> = all.iter().filter(|one| publishes(one, true)).collect();
    let open_here = open.iter().find(|one| !in_region(one, "east")).context("one publishes")?;
    let shut = all.iter().filter(|one| publishes(one, false));
    let shut_there = shut.clone().find(|one| in_region(one, "midlands")).context("most do not")?;
    for (council, readers) in [
        (open_here["code"].as_str(), &Role::ALL[..]),
        (Some("CMD"), &[Role::Editor, Role::Coordinator, Role::Steward]),
        (shut_there["code"].as_str(), &[Role::Steward]),
    ] {
        let council = council.context("a code")?;
        let whole = answers(&gateway, Role::Steward, council).await?;
        ensure!(whole.len() >= 10, "{council} says little: {whole:?}");
        for role in Role::ALL {
            let read = answers(&gateway, role, council).await?;
            let wanted = if readers.contains(&role) { &whole[..] } else { &[] };
            ensure!(read == wanted, "{} of {council}: {read:?}", role.name());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_council_that_publishes_from_today_on_shows_what_is_closed_after_it() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let told = Outcome::of(folkmoot().args(["publish", "camden", "--database", &gateway.database]));
    ensure!(told.is_success, "{told:?}");
    ensure!(
        answers(&gateway, Role::Anonymous, "camden").await?.is_empty(),
        "what was closed stays"
    );
    let own = answers(&gateway, Role::Editor, "camden").await?;
    let order: Vec<_> = own.iter().map(|one| one["point"]["number"].as_u64()).collect();
    ensure!(order.is_sorted(), "in the standard's order: {order:?}");
    for one in &own {
        let level = one["level"].as_u64();
        let label = one["label"].as_str().unwrap_or_default();
        let is_word = ["Not applicable", "Don't know"].contains(&label);
        ensure!(level.is_some() != is_word && level.is_none_or(|level| level <= 4), "{one}");
    }
    Ok(())
}

#[tokio::test]
async fn a_half_year_is_asked_for_by_its_name() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let ask = async |half_year: &str| {
        let variables = json!({ "council": "camden", "halfYear": half_year });
        gateway.ask_as(Role::Editor, ANSWERS, variables).await
    };
    let past = ask("2023-h1").await?;
    let past = past["data"]["council"]["answers"].as_array().context("answers")?;
    ensure!(!past.is_empty() && past.iter().all(|one| one["halfYear"] == "2023-H1"), "{past:?}");
    let never = ask("1999-H1").await?;
    ensure!(never["data"]["council"]["answers"] == json!([]), "{never}");
    let refused = ask("last year").await?;
    ensure!(refused["errors"][0]["extensions"]["code"] == "VALUE_INVALID", "{refused}");
    ensure!(refused["errors"][0]["message"].to_string().contains("2026-H1"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_point_says_what_its_levels_mean() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ point(ref: \"agile\") { known: rubric { level label meaning }
        needed: rubric(measure: SUPPORT_NEED) { level label } } }";
    let data = gateway.data(query, json!({})).await?;
    ensure!(data["point"]["known"][4]["label"] == "Could teach others", "{data}");
    ensure!(data["point"]["needed"][4] == json!({ "level": 4, "label": "Urgent" }), "{data}");
    Ok(())
}
