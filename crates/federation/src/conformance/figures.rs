//! Level 3, since version 1.1: the half-years that a region closed, for gateways with a token.

use folkmoot_domain::{RegionCard, read_closed};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{
    Nationwide,
    findings::{Breach, Findings},
    probe::{Answer, Probe},
    rules::{self, FIGURES_ANSWER, FIGURES_GUARDED, FIGURES_SHAPE, FIGURES_STABLE, Rule},
};
use crate::live::{FIGURES_FIELD, FIGURES_QUERY};

/// Looks at the part, if the card says that the service has it.
pub(super) async fn check(
    card: &RegionCard,
    probe: &Probe,
    nation: &Nationwide,
    findings: &mut Findings,
) {
    if !card.gives_figures() {
        let why = "the card speaks of a version of the contract before 1.1";
        return skip(findings, rules::FIGURES, why);
    }
    if !probe.has_token() {
        let breach = match ask(probe, None).await {
            Err(breach) => Some(breach),
            Ok((_, Given::Refused(_))) => None,
            Ok((answer, Given::All(_))) => Some(answer.breach(
                "give null and an error with the code SCOPE_NEEDED where no token comes along: \
                 these are answers in confidence",
            )),
        };
        findings.note(FIGURES_GUARDED, breach);
        return skip(findings, rules::FIGURES_WITH_TOKEN, "no token was given");
    }
    skip(findings, &[FIGURES_GUARDED], "a token was given: check once without, too");
    let (answer, all) = match ask(probe, None).await {
        Err(breach) => {
            findings.note(FIGURES_ANSWER, Some(breach));
            return findings.not_reached(None, rules::FIGURES);
        }
        Ok((_, Given::Refused(code))) if code == "SCOPE_NEEDED" => {
            return skip(findings, rules::FIGURES_WITH_TOKEN, "the token is not of a gateway");
        }
        Ok((answer, Given::Refused(_))) => {
            let breach = answer.breach("give a list: an empty one if nothing is closed yet");
            findings.note(FIGURES_ANSWER, Some(breach));
            return findings.not_reached(None, rules::FIGURES);
        }
        Ok((answer, Given::All(all))) => (answer, all),
    };
    findings.note(FIGURES_ANSWER, None);
    let context = nation.context();
    let faults = all.iter().filter_map(|item| {
        let fault = read_closed(item, &context).err()?;
        Some(format!("{}: {fault}", item["halfYear"]))
    });
    let breach = faults.map(|fault| answer.breach(fault)).next();
    findings.note(FIGURES_SHAPE, breach);
    let Some(last) = all.last() else {
        return skip(findings, &[FIGURES_STABLE], "nothing is closed yet");
    };
    let breach = match ask(probe, last["halfYear"].as_str()).await {
        Err(breach) => Some(breach),
        Ok((_, Given::All(one))) if one == [last.clone()] => None,
        Ok((answer, _)) => Some(answer.breach(format!(
            "give {} alone, as it stands in the list of all: what was closed never changes",
            last["halfYear"]
        ))),
    };
    findings.note(FIGURES_STABLE, breach);
}

fn skip(findings: &mut Findings, rules: &[Rule], why: &str) {
    for rule in rules {
        findings.skip(rule.name, rule.sentence, why);
    }
}

enum Given {
    All(Vec<Value>),
    /// With this code.
    Refused(String),
}

async fn ask(probe: &Probe, half_year: Option<&str>) -> Result<(Answer, Given), Breach> {
    let variables = match half_year {
        Some(half_year) => json!({ "halfYears": [half_year] }),
        None => json!({}),
    };
    let question = json!({
        "query": FIGURES_QUERY, "operationName": "FolkmootCapability", "variables": variables,
    });
    let answer = probe.post(&question).await?;
    if answer.status != StatusCode::OK {
        return Err(answer.breach("answer with status 200, and say what is wrong as an error"));
    }
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
        return Err(answer.breach("answer with JSON: this is none"));
    };
    let code = body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
    match &body["data"][FIGURES_FIELD] {
        Value::Array(all) if body["errors"].is_null() => Ok((answer, Given::All(all.clone()))),
        Value::Null if body["errors"].is_array() => Ok((answer, Given::Refused(code))),
        _ => Err(answer.breach("give a list, or null and an error with a code")),
    }
}
