//! `folkmoot region check` and the page that does the same: what a gateway would take passes, what
//! it would refuse fails, and whoever has to mend it is told by name what to change.

mod feeds;
mod page;
mod services;
mod sheets;

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use serde_json::Value;

/// Runs the check and gives how it ended, with what it printed as JSON.
fn check(address: &str, level: u8, more: &[&str]) -> Result<(Outcome, Value)> {
    let level = level.to_string();
    let mut command = folkmoot();
    command.args(["region", "check", address, "--level", &level, "--json"]).args(more);
    let outcome = Outcome::of(&mut command);
    let found = serde_json::from_str(&outcome.out).with_context(|| format!("{outcome:?}"))?;
    Ok((outcome, found))
}

/// The findings with this outcome.
fn with_outcome<'a>(found: &'a Value, outcome: &str) -> Vec<&'a Value> {
    let findings = found["findings"].as_array().into_iter().flatten();
    findings.filter(|finding| finding["outcome"] == outcome).collect()
}

/// Ensures that a point is broken, with advice that says a word.
fn ensure_broken(found: &Value, point: &str, says: &str) -> Result<()> {
    let broken = with_outcome(found, "failed");
    let of_point = broken.iter().find(|finding| finding["point"] == point);
    let finding = of_point.with_context(|| format!("{point} is not broken: {broken:#?}"))?;
    let told = format!("{} {}", finding["advice"], finding["answer"]);
    ensure!(!finding["advice"].as_str().unwrap_or_default().is_empty(), "{finding}");
    ensure!(!finding["request"].as_str().unwrap_or_default().is_empty(), "{finding}");
    ensure!(told.contains(says), "{point} does not say {says}: {finding}");
    Ok(())
}

/// Ensures that a check fails, with exit code 1, at a point whose advice says a word.
fn ensure_fails(address: &str, level: u8, point: &str, says: &str) -> Result<()> {
    let (outcome, found) = check(address, level, &[])?;
    ensure!(outcome.code == Some(1), "{point}: {outcome:?}");
    ensure!(found["passed"] == false, "{point}: {found}");
    ensure_broken(&found, point, says)
}

/// Ensures that a check passes, with exit code 0.
fn ensure_passes(address: &str, level: u8) -> Result<Value> {
    let (outcome, found) = check(address, level, &[])?;
    ensure!(outcome.code == Some(0), "{:#?}", with_outcome(&found, "failed"));
    ensure!(found["passed"] == true && found["level"] == level, "{found}");
    Ok(found)
}

#[tokio::test]
async fn a_gateways_own_feed_and_service_pass() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (path, level) in [("region.json", 2), ("graphql", 3)] {
        let address = format!("{}/regions/london/{path}", gateway.address);
        let found = ensure_passes(&address, level)?;
        let kept = with_outcome(&found, "passed").len();
        ensure!(kept > 20, "level {level} has only {kept} rules: {found}");
    }
    Ok(())
}

/// The rules that were looked at, or would have been; those of feeds without their kind.
fn rules(found: &Value) -> BTreeSet<(String, String)> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let of_feed = |point: String| {
        let of = ["feeds.", "meetups.", "case-studies.", "offers.", "assessments."];
        of.iter().find_map(|of| Some(format!("feeds.{}", point.strip_prefix(of)?))).unwrap_or(point)
    };
    let findings = found["findings"].as_array().into_iter().flatten();
    findings.map(|one| (of_feed(text(one, "point")), text(one, "rule"))).collect()
}

#[tokio::test]
async fn rules_behind_an_early_fault_are_told_as_not_tried() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (path, level, first) in
        [("region.json", 2, "card.answers"), ("graphql", 3, "service.answers")]
    {
        let good = ensure_passes(&format!("{}/regions/london/{path}", gateway.address), level)?;
        let nowhere = format!("{}/regions/atlantis/{path}", gateway.address);
        let (_, found) = check(&nowhere, level, &[])?;
        ensure_broken(&found, first, "")?;
        ensure!(rules(&found) == rules(&good), "level {level}: {found:#}");
        let untried = with_outcome(&found, "skipped");
        ensure!(untried.iter().any(|one| one["reason"].to_string().contains("mend")), "{found}");
        ensure!(with_outcome(&found, "passed").is_empty(), "nothing is kept: {found}");
    }
    Ok(())
}

#[tokio::test]
async fn people_are_told_in_words_what_is_kept_and_what_to_change() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let address = format!("{}/regions/atlantis/region.json", gateway.address);
    let outcome = Outcome::of(folkmoot().args(["region", "check", &address, "--level", "2"]));
    ensure!(outcome.code == Some(1), "{outcome:?}");
    for says in ["BROKEN     card.answers", "asked", "answered   404", "change", "1 broken"] {
        ensure!(outcome.out.contains(says), "{says}: {outcome:?}");
    }
    ensure!(outcome.err.contains("the contract is not kept"), "{outcome:?}");
    Ok(())
}
