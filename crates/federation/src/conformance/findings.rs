//! What was found, rule by rule.

use folkmoot_domain::{clean_block, clean_line};
use serde::Serialize;

/// The most that is shown of a request or an answer: a person reads it.
const MAX_SHOWN: usize = 600;

/// The most that is shown of what to change: it may list the rows that a page should have.
const MAX_ADVICE: usize = 1_000;

/// What looking at a region gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conformance {
    /// What was looked at.
    pub address: String,
    /// 1: a sheet; 2: a change feed; 3: a live service.
    pub level: u8,
    /// True if every rule is kept.
    pub passed: bool,
    /// Rule by rule.
    pub findings: Vec<Finding>,
}

/// What was found about one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's stable name, such as `meetups.order`.
    pub point: String,
    /// The rule, in a sentence.
    pub rule: String,
    /// Whether it is kept.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Whether a rule is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// It is.
    Passed,
    /// It is not.
    Failed {
        /// What was asked.
        request: String,
        /// What was answered.
        answer: String,
        /// What to change.
        advice: String,
    },
    /// It could not be tried.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// How a rule is broken.
pub(super) struct Breach {
    pub(super) request: String,
    pub(super) answer: String,
    pub(super) advice: String,
}

impl Breach {
    pub(super) fn new(
        request: impl AsRef<str>,
        answer: impl AsRef<str>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            request: clean_line(request.as_ref(), MAX_SHOWN),
            answer: clean_block(answer.as_ref(), MAX_SHOWN),
            // It may quote what a service says.
            advice: clean_block(&advice.into(), MAX_ADVICE),
        }
    }
}

/// Collects findings.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    /// Notes whether a rule is kept, and says so again.
    pub(super) fn note(
        &mut self,
        point: impl Into<String>,
        rule: impl Into<String>,
        breach: Option<Breach>,
    ) -> bool {
        let is_kept = breach.is_none();
        let outcome = match breach {
            None => Outcome::Passed,
            Some(Breach { request, answer, advice }) => Outcome::Failed { request, answer, advice },
        };
        self.0.push(Finding { point: point.into(), rule: rule.into(), outcome });
        is_kept
    }

    /// Notes that a rule could not be tried.
    pub(super) fn skip(
        &mut self,
        point: impl Into<String>,
        rule: impl Into<String>,
        reason: impl Into<String>,
    ) {
        let outcome = Outcome::Skipped { reason: clean_block(&reason.into(), MAX_SHOWN) };
        self.0.push(Finding { point: point.into(), rule: rule.into(), outcome });
    }

    pub(super) fn done(self, address: String, level: u8) -> Conformance {
        let failed = |finding: &Finding| matches!(finding.outcome, Outcome::Failed { .. });
        let passed = !self.0.iter().any(failed);
        Conformance { address, level, passed, findings: self.0 }
    }
}
