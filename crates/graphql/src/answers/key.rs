//! What a public question is, whoever writes it how.

use std::collections::BTreeMap;

use async_graphql::{Request, Value};
use folkmoot_cache::{CacheKey, Slot};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{KeptAnswer, places::Slots};

/// A question in canonical form.
#[derive(Serialize)]
pub(super) struct AnswerKey {
    epoch: Uuid,
    edition: String,
    query: String,
    operation: Option<String>,
    variables: BTreeMap<String, Json>,
    is_partial: bool,
}

impl CacheKey for AnswerKey {
    type Value = KeptAnswer;
    const NAME: &'static str = "answer.1";
}

impl AnswerKey {
    /// The question that a request asks. Names of variables are in order, at every depth: an
    /// object means the same in whatever order it was written.
    pub(super) fn of(epoch: Uuid, edition: &str, request: &Request) -> Self {
        let variables = request.variables.iter();
        let variables =
            variables.map(|(name, value)| (name.to_string(), canonical(value.clone()))).collect();
        Self {
            epoch,
            edition: edition.to_owned(),
            query: request.query.clone(),
            operation: request.operation_name.clone(),
            variables,
            is_partial: false,
        }
    }

    pub(super) fn slots(self) -> Slots {
        let whole = Slot::of(&self);
        Slots { whole, partial: Slot::of(&Self { is_partial: true, ..self }) }
    }
}

fn canonical(value: Value) -> Json {
    match value {
        Value::List(items) => Json::Array(items.into_iter().map(canonical).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            let fields: BTreeMap<_, _> =
                fields.map(|(name, value)| (name.to_string(), canonical(value))).collect();
            Json::Object(fields.into_iter().collect())
        }
        value => value.into_json().expect("JSON comes from JSON"),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use serde_json::json;

    use super::*;

    fn slot(query: &str, variables: &str) -> Slot<AnswerKey> {
        let variables = serde_json::from_str(variables).expect("JSON");
        let request = Request::new(query).variables(Variables::from_json(variables));
        Slot::of(&AnswerKey::of(Uuid::nil(), "test", &request))
    }

    #[test]
    fn order_of_names_does_not_matter_and_everything_else_does() {
        let asked = slot("{ a }", r#"{"a": {"x": 1, "y": [1, 2]}, "b": null}"#);
        assert_eq!(asked, slot("{ a }", r#"{"b": null, "a": {"y": [1, 2], "x": 1}}"#));
        for other in [
            slot("{ b }", r#"{"a": {"x": 1, "y": [1, 2]}, "b": null}"#),
            slot("{ a }", r#"{"a": {"x": 1, "y": [2, 1]}, "b": null}"#),
            slot("{ a }", r#"{"a": {"x": "1", "y": [1, 2]}, "b": null}"#),
            slot("{ a }", r#"{"a": {"x": 1, "y": [1, 2]}}"#),
        ] {
            assert_ne!(asked, other);
        }
        let named =
            Request::new("{ a }").operation_name("A").variables(Variables::from_json(json!(
                {"a": {"x": 1, "y": [1, 2]}, "b": null}
            )));
        assert_ne!(asked, Slot::of(&AnswerKey::of(Uuid::nil(), "test", &named)));
        assert_ne!(asked, Slot::of(&AnswerKey::of(Uuid::max(), "test", &named)));
    }
}
