//! Variables against their declared types, before anything runs: the executor would find a
//! missing one only half-way.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    ServerError, Value, Variables,
    parser::{
        parse_schema,
        types::{BaseType, OperationDefinition, Type, TypeKind, TypeSystemDefinition},
    },
};

use super::refusal;

/// What the schema's input types accept, as far as it can be said without running.
pub(super) struct InputTypes {
    enums: HashMap<String, HashSet<String>>,
    objects: HashMap<String, HashMap<String, Member>>,
}

/// A member of an input object.
struct Member {
    ty: Type,
    has_default: bool,
}

impl InputTypes {
    /// Reads the enums and input objects of a schema.
    pub(super) fn of(sdl: &str) -> Self {
        let document = parse_schema(sdl).expect("the schema's own text is well-formed");
        let (mut enums, mut objects) = (HashMap::new(), HashMap::new());
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            match definition.node.kind {
                TypeKind::Enum(kind) => {
                    let values = kind.values.into_iter();
                    enums.insert(name, values.map(|one| one.node.value.node.to_string()).collect());
                }
                TypeKind::InputObject(kind) => {
                    let members = kind.fields.into_iter().map(|field| {
                        let has_default = field.node.default_value.is_some();
                        let member = Member { ty: field.node.ty.node, has_default };
                        (field.node.name.node.to_string(), member)
                    });
                    objects.insert(name, members.collect());
                }
                _ => {}
            }
        }
        Self { enums, objects }
    }

    /// Refuses variables that are missing or of the wrong type. The value is not repeated.
    pub(super) fn check(
        &self,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Result<(), ServerError> {
        for definition in &operation.variable_definitions {
            let definition = &definition.node;
            let name = &definition.name.node;
            let declared = &definition.var_type.node;
            match variables.get(name) {
                None if declared.nullable || definition.default_value.is_some() => {}
                None => {
                    let message = format!(
                        "the variable `{name}` is missing: pass a value of type {declared}"
                    );
                    return Err(refusal("VARIABLE_MISSING", message));
                }
                Some(value) if self.accepts(declared, value) => {}
                Some(_) => {
                    let message = format!(
                        "the variable `{name}` does not fit: pass a value of type {declared}"
                    );
                    return Err(refusal("VARIABLE_INVALID", message));
                }
            }
        }
        Ok(())
    }

    fn accepts(&self, declared: &Type, value: &Value) -> bool {
        match (value, &declared.base) {
            (Value::Null, _) => declared.nullable,
            (Value::List(items), BaseType::List(of)) => {
                items.iter().all(|item| self.accepts(of, item))
            }
            (single, BaseType::List(of)) => self.accepts(of, single),
            (value, BaseType::Named(name)) => self.accepts_named(name, value),
        }
    }

    fn accepts_named(&self, name: &str, value: &Value) -> bool {
        match (name, value) {
            ("Int", Value::Number(number)) => {
                number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
            }
            ("Float", Value::Number(_))
            | ("String" | "ID", Value::String(_))
            | ("Boolean", Value::Boolean(_)) => true,
            ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
            (name, value) => match (self.enums.get(name), value) {
                (Some(values), Value::String(text)) => values.contains(text),
                (Some(values), Value::Enum(text)) => values.contains(text.as_str()),
                (Some(_), _) => false,
                // What a router knows of a thing; each is told by itself if it does not fit.
                (None, _) if name == "_Any" => true,
                (None, value) if self.objects.contains_key(name) => {
                    self.accepts_object(&self.objects[name], value)
                }
                // A custom scalar: each checks its own text. All are written as texts.
                (None, value) => matches!(value, Value::String(_)),
            },
        }
    }

    /// A member that is not known is refused: to pass over a filter would answer another question.
    fn accepts_object(&self, members: &HashMap<String, Member>, value: &Value) -> bool {
        let Value::Object(given) = value else { return false };
        let fits = |(name, member): (&String, &Member)| match given.get(name.as_str()) {
            Some(value) => self.accepts(&member.ty, value),
            None => member.ty.nullable || member.has_default,
        };
        given.keys().all(|name| members.contains_key(name.as_str())) && members.iter().all(fits)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn check(declared: &str, value: Option<serde_json::Value>) -> Result<(), String> {
        let inputs = InputTypes::of(
            "enum When { UPCOMING PAST } type Query { a: Int }
             input Page { key: Key, first: Int!, count: Boolean! = false }
             input Key { at: When! }",
        );
        let document = parse_query(format!("query($v: {declared}) {{ a }}")).expect("well-formed");
        let (_, operation) = document.operations.iter().next().expect("one");
        let json = match value {
            Some(value) => serde_json::json!({ "v": value }),
            None => serde_json::json!({}),
        };
        inputs.check(&operation.node, &Variables::from_json(json)).map_err(|error| error.message)
    }

    #[test]
    fn fitting_variables_pass() {
        use serde_json::json;
        for (declared, value) in [
            ("Int", Some(json!(3))),
            ("Int", Some(json!(null))),
            ("Int", None),
            ("Int! = 3", None),
            ("[Int!]", Some(json!([1, 2]))),
            ("[Int!]", Some(json!(1))),
            ("When", Some(json!("PAST"))),
            ("RegionRef!", Some(json!("london"))),
            ("ID!", Some(json!("x"))),
            ("[Page!]!", Some(json!([{"first": 3}, {"first": 3, "key": {"at": "PAST"}}]))),
            ("Page", Some(json!({"first": 3, "key": null, "count": true}))),
            ("[_Any!]!", Some(json!([{"__typename": "Council", "code": "CMD"}, 3]))),
        ] {
            assert_eq!(check(declared, value), Ok(()), "{declared}");
        }
    }

    #[test]
    fn variables_that_do_not_fit_are_named_but_not_repeated() {
        use serde_json::json;
        for (declared, value) in [
            ("Int!", None),
            ("Int!", Some(json!(null))),
            ("Int", Some(json!(3_000_000_000_i64))),
            ("Int", Some(json!("three"))),
            ("[Int!]", Some(json!([1, null]))),
            ("When", Some(json!("NEVER"))),
            ("RegionRef", Some(json!({"a": "london"}))),
            ("Page", Some(json!("london"))),
            ("Page", Some(json!({"key": null}))),
            ("Page", Some(json!({"first": 3, "london": 1}))),
            ("Page", Some(json!({"first": 3, "count": null}))),
            ("[Page!]!", Some(json!([{"first": 3, "key": {"at": "NEVER"}}]))),
        ] {
            let message = check(declared, value).expect_err(declared);
            assert!(message.contains("`v`") && !message.contains("london"), "{message}");
        }
    }
}
