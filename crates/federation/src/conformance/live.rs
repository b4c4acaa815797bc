//! Level 3: a live service, asked what a gateway asks, and more.

use std::time::Duration;

use folkmoot_domain::{ExchangeKind, RegionCard, read_card};
use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    Ground, card, figures,
    findings::{Breach, Findings},
    kinds::{Words, words},
    lists::Lists,
    probe::{Answer, Probe},
    rules,
};
use crate::{
    harvest::is_page,
    live::{MAX_BODY, QUERY},
};

/// Half of what readers wait: above this a region is often missing.
const USUAL: Duration = Duration::from_millis(500);

/// Asks a service by the contract's one query.
pub(super) struct Service<'a> {
    probe: &'a Probe,
    took: Vec<Duration>,
}

/// A part of the query, with its variables.
pub(super) struct Question {
    pub(super) switch: &'static str,
    pub(super) field: &'static str,
    pub(super) given: Option<(&'static str, Value)>,
}

impl Question {
    fn describe() -> Self {
        Self { switch: "describe", field: "describe", given: None }
    }

    pub(super) fn pages(words: &Words, requests: Vec<Value>) -> Self {
        let (variable, switch) = words.pages;
        Self { switch, field: words.field, given: Some((variable, requests.into())) }
    }

    pub(super) fn ids(words: &Words, representations: Vec<Value>) -> Self {
        let (variable, switch) = words.ids;
        Self { switch, field: words.by_id, given: Some((variable, representations.into())) }
    }
}

impl Service<'_> {
    /// Asks; gives the value of each question's field.
    pub(super) async fn ask(
        &mut self,
        questions: &[Question],
    ) -> Result<(Answer, Vec<Value>), Breach> {
        let mut variables = Map::new();
        for Question { switch, given, .. } in questions {
            variables.insert((*switch).to_owned(), true.into());
            variables.extend(given.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        let question =
            json!({ "query": QUERY, "operationName": "Folkmoot", "variables": variables });
        let answer = self.probe.post(&question).await?;
        self.took.push(answer.took);
        if answer.status != StatusCode::OK {
            return Err(answer.breach("answer with status 200: check the address and the token"));
        }
        if answer.kind.starts_with("text/html") || is_page(&answer.body) {
            return Err(answer.breach("it is a web page: give the address of the service itself"));
        }
        if answer.body.len() > MAX_BODY {
            return Err(answer.breach("an answer has at most 4 MB: give fewer rows at a time"));
        }
        let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
            return Err(answer.breach("answer with JSON: this is none"));
        };
        if let Some(error) = body["errors"].as_array().and_then(|errors| errors.first()) {
            let message = error["message"].as_str().unwrap_or("no message");
            return Err(answer.breach(format!(
                "the service reports an error: {message}; it has to answer the query of \
                 query.graphql"
            )));
        }
        let values = questions.iter().map(|question| body["data"][question.field].clone());
        Ok((answer, values.collect()))
    }
}

pub(super) async fn check(probe: &Probe, ground: &Ground, findings: &mut Findings) {
    let is_through = look(probe, ground, findings).await;
    findings.not_reached(None, rules::SERVICE);
    if !is_through {
        findings.not_reached(None, rules::FIGURES);
    }
    for kind in ExchangeKind::ALL {
        Lists::not_reached(kind, findings);
    }
}

/// False if it came to an end before the last part.
async fn look(probe: &Probe, ground: &Ground, findings: &mut Findings) -> bool {
    let mut service = Service { probe, took: Vec::new() };
    let (answer, values) = match service.ask(&[Question::describe()]).await {
        Ok(answered) => answered,
        Err(breach) => {
            findings.note(rules::SERVICE_ANSWERS, Some(breach));
            return false;
        }
    };
    findings.note(rules::SERVICE_ANSWERS, None);
    let Some(card) = described(&answer, values.first(), findings) else { return false };
    let Some(nation) = card::check(&card, &answer, ground, findings) else { return false };
    for kind in ExchangeKind::ALL {
        Lists::new(kind, &nation, &mut service, findings).check().await;
    }
    together(&mut service, findings).await;
    figures::check(&card, probe, &nation, findings).await;
    quick(&service, &answer, findings);
    true
}

fn described(
    answer: &Answer,
    value: Option<&Value>,
    findings: &mut Findings,
) -> Option<RegionCard> {
    let text = value.map(Value::to_string).unwrap_or_default();
    let card = read_card(text.as_bytes());
    let breach = card.as_ref().err().map(|error| answer.breach(error.to_string()));
    findings.note(rules::CARD_FIELD, breach);
    card.ok()
}

/// Several questions of a moment travel in one request.
async fn together(service: &mut Service<'_>, findings: &mut Findings) {
    let request = json!({ "direction": "ASCENDING", "first": 1 });
    let mut questions = vec![Question::describe()];
    questions
        .extend(ExchangeKind::ALL.map(|kind| Question::pages(&words(kind), vec![request.clone()])));
    let breach = match service.ask(&questions).await {
        Err(breach) => Some(breach),
        Ok((answer, values)) => {
            let is_answered = |value: &Value| value.is_object() || value.is_array();
            let missing = questions.iter().zip(&values).find(|(_, value)| !is_answered(value));
            missing.map(|(question, _)| {
                answer.breach(format!("{} is not answered beside the others", question.field))
            })
        }
    };
    findings.note(rules::TOGETHER, breach);
}

fn quick(service: &Service<'_>, answer: &Answer, findings: &mut Findings) {
    let mut took = service.took.clone();
    took.sort_unstable();
    let median = took[took.len() / 2];
    let breach = (median > USUAL).then(|| {
        answer.breach(format!(
            "answers take {} ms, half of them more: readers wait for a second at most",
            median.as_millis()
        ))
    });
    findings.note(rules::QUICK, breach);
}
