//! For whom a region answers at all, and for which questions it does not.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::request;

fn describe(gateway: &Gateway, region: &str) -> RequestBuilder {
    request(gateway, region, &json!({ "query": "{ describe { code instances } }" }))
}

/// The status, and the code of the first error.
async fn refused(asked: RequestBuilder) -> Result<(u16, String, String)> {
    let answer = asked.send().await?;
    let status = answer.status().as_u16();
    let said: Value = answer.json().await?;
    let error = &said["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok((status, text(&error["extensions"]["code"]), text(&error["message"])))
}

#[tokio::test]
async fn a_region_on_trial_is_there_for_its_coordinators_alone() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ regions { code } }";
    let seen = gateway.data_as(Role::TrialCoordinator, query, json!({})).await?;
    let public = gateway.data(query, json!({})).await?;
    let public = public["regions"].as_array().context("regions")?;
    let mut seen = seen["regions"].as_array().context("regions")?.iter();
    let trial = seen.find(|region| !public.contains(region)).context("one on trial")?;
    let trial = trial["code"].as_str().context("a code")?;

    let hidden = refused(describe(&gateway, trial)).await?;
    let unknown = refused(describe(&gateway, "atlantis")).await?;
    ensure!(hidden == unknown, "{hidden:?} {unknown:?}");
    ensure!((hidden.0, hidden.1.as_str()) == (404, "UNKNOWN_REFERENCE"), "{hidden:?}");
    let token = gateway.token(Role::Coordinator).context("a token")?;
    ensure!(refused(describe(&gateway, trial).bearer_auth(token)).await? == unknown);

    let token = gateway.token(Role::TrialCoordinator).context("a token")?;
    let answer: Value = describe(&gateway, trial).bearer_auth(token).send().await?.json().await?;
    ensure!(answer["data"]["describe"]["code"] == trial, "{answer}");
    let (status, code, _) = refused(describe(&gateway, "london").bearer_auth("wrong")).await?;
    ensure!((status, code.as_str()) == (401, "UNAUTHENTICATED"));
    Ok(())
}

#[tokio::test]
async fn a_region_answers_to_a_code_that_it_had_and_says_why_while_it_is_paused() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__DATABASE__POLL_SECONDS", "1")]).await?;
    let command = |arguments: &[&str]| {
        Outcome::of(folkmoot().args(arguments).args(["--database", &gateway.database]))
    };
    let renamed = command(&["region", "rename", "london", "--code", "capital"]);
    ensure!(renamed.is_success, "{renamed:?}");
    let is_renamed = |data: &Value| data["region"]["code"] == "capital";
    gateway.data_until("{ region(ref: \"london\") { code } }", is_renamed).await?;
    for code in ["london", "capital"] {
        let answer: Value = describe(&gateway, code).send().await?.json().await?;
        ensure!(answer["data"]["describe"]["code"] == "capital", "{code}: {answer}");
    }

    let paused = command(&["region", "pause", "capital", "--reason", "Moving its sheets."]);
    ensure!(paused.is_success, "{paused:?}");
    let is_paused = |data: &Value| data.to_string().contains("Moving its sheets.");
    gateway
        .data_until(
            "{ meetups(region: \"london\") { sources { note } } regions { source { note } } }",
            is_paused,
        )
        .await?;
    let answer = describe(&gateway, "london").send().await?;
    ensure!(answer.headers().contains_key("retry-after"));
    let (status, code, message) = refused(describe(&gateway, "london")).await?;
    ensure!((status, code.as_str()) == (503, "PAUSED"), "{status} {code}");
    ensure!(message.contains("Moving its sheets."), "{message}");
    Ok(())
}

#[tokio::test]
async fn questions_that_go_in_circles_are_refused() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let answer: Value = describe(&gateway, "london").send().await?.json().await?;
    let own = answer["data"]["describe"]["instances"][0].as_str().context("an id")?.to_owned();
    let other = "6c1f8f0e-0000-4000-8000-000000000001";
    let via = |text: String| describe(&gateway, "london").header("Folkmoot-Via", text);

    let short: Value = via([other; 5].join(", ")).send().await?.json().await?;
    ensure!(short["data"]["describe"]["code"] == "london", "{short}");
    for chain in [format!("{other}, {own}"), [other; 6].join(",")] {
        let (status, code, message) = refused(via(chain.clone())).await?;
        ensure!((status, code.as_str()) == (508, "CIRCLE"), "{chain}: {status} {code}");
        ensure!(message.contains("gateway"), "{message}");
    }
    // Two headers are one list.
    let (status, ..) = refused(via(other.to_owned()).header("Folkmoot-Via", &own)).await?;
    ensure!(status == 508, "{status}");
    let (status, code, _) = refused(via("somewhere".to_owned())).await?;
    ensure!((status, code.as_str()) == (400, "BAD_REQUEST"));
    Ok(())
}
