//! What was found, rule by rule.

use folkmoot_domain::{clean_block, clean_line};
use serde::Serialize;

use super::rules::Rule;

/// The most that is shown of a request or an answer: a person reads it.
const MAX_SHOWN: usize = 600;

/// The most that is shown of what to change: it may list the rows that a page should have.
const MAX_ADVICE: usize = 1_000;

/// Why a rule is not tried that comes after one that is broken.
pub(super) const NOT_REACHED: &str = "not reached: mend what is broken above first";

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
    pub(super) fn note(&mut self, rule: Rule, breach: Option<Breach>) -> bool {
        self.note_as(rule.name, rule.sentence, breach)
    }

    /// The same of a rule for rows of each kind.
    pub(super) fn note_as(
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

    /// Notes of those among these rules that nothing was said of that they were not tried: whoever
    /// mends what came before has to know what is still to come. `of` is the kind, if they are of
    /// one.
    pub(super) fn not_reached(&mut self, of: Option<&str>, rules: &[Rule]) {
        for rule in rules {
            let point = of.map_or_else(|| rule.name.to_owned(), |of| format!("{of}.{}", rule.name));
            self.not_reached_as(point, rule.sentence);
        }
    }

    /// The same of one rule.
    pub(super) fn not_reached_as(&mut self, point: String, rule: impl Into<String>) {
        if !self.0.iter().any(|finding| finding.point == point) {
            self.skip(point, rule, NOT_REACHED);
        }
    }

    pub(super) fn done(self, address: String, level: u8) -> Conformance {
        let failed = |finding: &Finding| matches!(finding.outcome, Outcome::Failed { .. });
        let passed = !self.0.iter().any(failed);
        Conformance { address, level, passed, findings: self.0 }
    }
}
