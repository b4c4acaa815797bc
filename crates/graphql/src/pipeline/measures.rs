//! How operations end, counted for whoever runs the gateway.

use async_graphql::Value;
use metrics::{counter, describe_counter};

use super::Answer;

/// Operations that were answered.
const OPERATIONS: &str = "folkmoot_graphql_operations_total";

/// Tells the recorder what the names mean. Called once, after it was installed.
pub fn describe_measures() {
    describe_counter!(
        OPERATIONS,
        "Operations by outcome (ok, errors beside data, refused) and the code of the first error"
    );
}

/// Counts an answer that is ready to be sent. The codes are ours, so their number is bounded.
pub(super) fn count(answer: &Answer) {
    let error = answer.response.errors.first();
    let outcome = match error {
        None => "ok",
        Some(_) if answer.has_begun => "errors",
        Some(_) => "refused",
    };
    let code = error.and_then(|error| error.extensions.as_ref()?.get("code").cloned());
    let code = match code {
        Some(Value::String(code)) => code,
        _ => "none".to_owned(),
    };
    counter!(OPERATIONS, "outcome" => outcome, "code" => code).increment(1);
}
