//! The errors of a GraphQL response: what each says, and which question it is about.

use folkmoot_domain::clean_line;
use serde_json::{Map, Value};

use super::{batch::Ask, client::Failed};
use crate::SourceError;

/// The most that is kept of what a service says went wrong.
const MAX_MESSAGE: usize = 200;

/// More errors than these say nothing new.
const MAX_REFUSALS: usize = 1_000;

/// One error of a response.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    message: String,
    code: String,
    path: Vec<Value>,
}

/// The errors of a response; none if there is no list of them.
pub(super) fn refusals(errors: &Value) -> Vec<Refusal> {
    let errors = errors.as_array().map(Vec::as_slice).unwrap_or_default();
    let one = |error: &Value| Refusal {
        message: clean_line(error["message"].as_str().unwrap_or_default(), MAX_MESSAGE),
        code: error["extensions"]["code"].as_str().unwrap_or_default().to_uppercase(),
        path: error["path"].as_array().cloned().unwrap_or_default(),
    };
    errors.iter().take(MAX_REFUSALS).map(one).collect()
}

/// The error that is about a question, whose entries begin at a place in its field's list.
pub(super) fn blamed<'r>(ask: &Ask, place: usize, refusals: &'r [Refusal]) -> Option<&'r Refusal> {
    let is_about = |refusal: &&Refusal| {
        let is_field = refusal.path.first().and_then(Value::as_str) == Some(ask.alias());
        let entry = refusal.path.get(1).and_then(Value::as_u64).and_then(|at| at.try_into().ok());
        is_field
            && !refusal.is_of_a_row()
            && entry.is_none_or(|entry: usize| (place..place + ask.len()).contains(&entry))
    };
    refusals.iter().find(is_about)
}

impl Refusal {
    /// By what a caller can do. A region says in its own words what is wrong; a few codes are
    /// everybody's. What fails while it runs may go better later; what it cannot make sense of
    /// will not.
    pub(super) fn failed(&self) -> Failed {
        let said = match self.message.as_str() {
            "" => "it does not say why".to_owned(),
            message => format!("it says \"{message}\""),
        };
        let is_one_of = |codes: &[&str]| codes.iter().any(|code| self.code.contains(code));
        // The last two are a gateway's, of the region behind it.
        if is_one_of(&["UNAUTH", "FORBIDDEN", "CIRCLE", "REFUSED"]) {
            Failed::new(SourceError::Rejected, format!("it refuses the request: {said}"))
        } else if self.code == "INVALID_ANSWER" {
            Failed::malformed(format!("what is behind it breaks the contract: {said}"))
        } else if is_one_of(&["VALIDATION", "PARSE", "BAD_USER_INPUT", "BAD_REQUEST"]) {
            Failed::malformed(format!("it does not understand the query: {said}"))
        } else if !self.path.is_empty()
            || is_one_of(&["INTERNAL", "UNAVAILABLE", "TIMEOUT", "TIMED_OUT", "BUSY", "LIMIT"])
        {
            Failed::new(SourceError::Unavailable, format!("it failed to answer: {said}"))
        } else {
            Failed::malformed(format!("it does not understand the query: {said}"))
        }
    }

    /// True if another token would help.
    pub(super) fn is_about_scope(&self) -> bool {
        ["SCOPE", "UNAUTH", "FORBIDDEN"].iter().any(|code| self.code.contains(code))
    }

    /// True if it is about one row of a page, or something within it.
    fn is_of_a_row(&self) -> bool {
        self.path.get(2).and_then(Value::as_str) == Some("rows") && self.path.len() > 3
    }

    /// A row of which a member could not be told is left out, as any other bad row is.
    pub(super) fn strike_row(&self, data: &mut Map<String, Value>) {
        let [field, page, _, row, ..] = self.path.as_slice() else { return };
        let (Some(field), true) = (field.as_str(), self.is_of_a_row()) else { return };
        let index = |value: &Value| value.as_u64().and_then(|at| usize::try_from(at).ok());
        if let (Some(page), Some(row)) = (index(page), index(row))
            && let Some(row) = data
                .get_mut(field)
                .and_then(|pages| pages.get_mut(page)?.get_mut("rows")?.get_mut(row))
        {
            *row = Value::Null;
        }
    }
}
