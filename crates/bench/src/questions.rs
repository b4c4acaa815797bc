//! What readers ask of the demo nation, and what is answered while nothing disturbs it.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    gateway::Gateway,
    http::{Answer, Connection, posting},
};

/// As dashboards, councils' sites and people ask: small lists, one long one, one look-up, figures.
const QUERIES: [&str; 6] = [
    "{ meetups(first: 10) { complete nodes { id title startsAt group { name } } } }",
    "{ caseStudies(first: 20) { nodes { id title summary points { ref } } } }",
    "{ council(ref: \"CMD\") { name region { name } groups { slug name } } }",
    "{ councils(first: 100) { nodes { code name region { code } } } }",
    "{ offers(first: 20, remote: true) { totalCount nodes { id kind council { name } } } }",
    "{ supportRanking(first: 5) { halfYear rows { rank pointRef } } }",
];

/// The codes by which a gateway that cannot answer everybody says so.
const SHED: [&str; 4] = ["NATION_UNAVAILABLE", "OVERLOADED", "STORE_UNAVAILABLE", "TIMED_OUT"];

/// What a reader was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// The right answer.
    Answer,
    /// The word that there is none now, and that one may ask again.
    Shed,
}

/// Questions with the answers to them.
pub(crate) struct Questions {
    requests: Vec<Vec<u8>>,
    answers: Vec<Value>,
}

impl Questions {
    /// Asks each once, undisturbed.
    pub(crate) fn of(gateway: &Gateway) -> Result<Self> {
        let mut connection = Connection::open(gateway.address)?;
        let mut questions = Self { requests: Vec::new(), answers: Vec::new() };
        for query in QUERIES {
            let request = posting("/graphql", &json!({ "query": query }).to_string());
            let answer: Value = serde_json::from_slice(&connection.ask(&request)?.body)?;
            let is_sound = answer["errors"].is_null() && answer["data"].is_object();
            ensure!(is_sound, "the question {query} is not answered: {answer}");
            questions.requests.push(request);
            questions.answers.push(answer);
        }
        Ok(questions)
    }

    /// The request with this number: each in turn.
    pub(crate) fn request(&self, number: usize) -> Vec<u8> {
        self.requests[number % self.requests.len()].clone()
    }

    /// Refuses whatever differs from what was answered before, unless it says in so many words
    /// that there is no answer now.
    pub(crate) fn check(&self, number: usize, answer: &Answer) -> Result<Given> {
        let body: Value = serde_json::from_slice(&answer.body)?;
        let code = body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
        if [200, 503].contains(&answer.status) && SHED.contains(&code) {
            return Ok(Given::Shed);
        }
        ensure!(answer.status == 200, "another status than 200");
        let wanted = &self.answers[number % self.answers.len()];
        ensure!(body["errors"].is_null(), "there are errors");
        ensure!(body["data"] == wanted["data"], "other data than before");
        Ok(Given::Answer)
    }

    /// The same, as far as it holds while regions are renamed and paused.
    pub(crate) fn check_loosely(&self, _: usize, answer: &Answer) -> Result<()> {
        ensure!(answer.status == 200, "another status than 200");
        let body: Value = serde_json::from_slice(&answer.body)?;
        ensure!(body["errors"].is_null() && body["data"].is_object(), "there are errors");
        Ok(())
    }
}
