//! Variables that may be left out and were: an argument that is given by one is an argument that
//! is not given. The executor knows that; the checker of costs, which runs before it, does not,
//! and would refuse the query.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition,
        Selection, SelectionSet, VariableDefinition,
    },
};
use async_graphql_value::Value;

/// Takes the variables that may be absent and are out of a document, with the arguments that
/// they stand for. Of several operations the one that is asked for stays alone then: what is absent
/// for it may be needed by another.
pub(super) fn leave_out(
    document: &mut ExecutableDocument,
    operation: Option<&str>,
    given: &Variables,
) {
    if let DocumentOperations::Multiple(operations) = &mut document.operations
        && operations.len() > 1
        && let Some(chosen) = operation.filter(|name| operations.contains_key(*name))
    {
        let mut variables = operations.values().flat_map(|one| &one.node.variable_definitions);
        if variables.any(|definition| is_left_out(&definition.node, given)) {
            operations.retain(|name, _| name.as_str() == chosen);
            let selections = operations.values().map(|one| &one.node.selection_set.node);
            let reached = reached(selections.collect(), &document.fragments);
            document.fragments.retain(|name, _| reached.contains(name));
        }
    }
    let mut operations: Vec<&mut OperationDefinition> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().map(|operation| &mut operation.node).collect()
        }
    };
    let mut absent = HashSet::new();
    for operation in &mut operations {
        operation.variable_definitions.retain(|definition| {
            let is_left_out = is_left_out(&definition.node, given);
            if is_left_out {
                absent.insert(definition.node.name.node.clone());
            }
            !is_left_out
        });
    }
    if absent.is_empty() {
        return;
    }
    for operation in operations {
        of_directives(&mut operation.directives, &absent);
        of_selections(&mut operation.selection_set.node, &absent);
    }
    for fragment in document.fragments.values_mut() {
        of_directives(&mut fragment.node.directives, &absent);
        of_selections(&mut fragment.node.selection_set.node, &absent);
    }
}

/// True for a variable that may be absent and is.
fn is_left_out(definition: &VariableDefinition, given: &Variables) -> bool {
    let may_be_absent = definition.var_type.node.nullable && definition.default_value.is_none();
    may_be_absent && !given.contains_key(&definition.name.node)
}

/// The names of the fragments that these selections lead to.
fn reached<'a>(
    mut open: Vec<&'a SelectionSet>,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
) -> HashSet<Name> {
    let mut reached = HashSet::new();
    while let Some(selections) = open.pop() {
        for selection in &selections.items {
            match &selection.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => open.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = fragments.get(name)
                        && reached.insert(name.clone())
                    {
                        open.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    reached
}

fn of_selections(selections: &mut SelectionSet, absent: &HashSet<Name>) {
    for selection in &mut selections.items {
        match &mut selection.node {
            Selection::Field(field) => {
                of_arguments(&mut field.node.arguments, absent);
                of_directives(&mut field.node.directives, absent);
                of_selections(&mut field.node.selection_set.node, absent);
            }
            Selection::FragmentSpread(spread) => of_directives(&mut spread.node.directives, absent),
            Selection::InlineFragment(fragment) => {
                of_directives(&mut fragment.node.directives, absent);
                of_selections(&mut fragment.node.selection_set.node, absent);
            }
        }
    }
}

fn of_directives(directives: &mut [Positioned<Directive>], absent: &HashSet<Name>) {
    for directive in directives {
        of_arguments(&mut directive.node.arguments, absent);
    }
}

fn of_arguments(
    arguments: &mut Vec<(Positioned<Name>, Positioned<Value>)>,
    absent: &HashSet<Name>,
) {
    arguments.retain_mut(|(_, value)| !is_absent(&mut value.node, absent));
}

/// True if the value is an absent variable. Within an object its field is left out; within a
/// list, where nothing can be left out, it is null.
fn is_absent(value: &mut Value, absent: &HashSet<Name>) -> bool {
    match value {
        Value::Variable(name) => return absent.contains(name),
        Value::Object(fields) => fields.retain(|_, field| !is_absent(field, absent)),
        Value::List(items) => {
            for item in items {
                if is_absent(item, absent) {
                    *item = Value::Null;
                }
            }
        }
        _ => {}
    }
    false
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn left(query: &str, given: serde_json::Value) -> String {
        let mut document = parse_query(query).expect("well-formed");
        leave_out(&mut document, Some("Asked"), &Variables::from_json(given));
        format!("{document:?}")
    }

    #[test]
    fn what_one_operation_goes_without_is_not_taken_from_another() {
        let both =
            "query Asked($a: Int) { x(a: $a) { ...F } } query Other($a: Int!) { y(a: $a) { ...G } }
            fragment F on X { z { ...H } } fragment G on Y { u } fragment H on Z { v }";
        let without = left(both, json!({}));
        let has = |name: &str| without.contains(&format!("Name(\"{name}\")"));
        assert_eq!(["F", "H", "a", "G", "Other"].map(has), [true, true, false, false, false]);
        let with = left(both, json!({ "a": 1 }));
        assert!(with.contains("Name(\"Other\")"), "all of it is checked: {with}");
    }

    #[test]
    fn what_was_not_given_is_gone_and_what_was_given_stays() {
        let query = "query($a: Int, $b: Int, $c: Int!, $d: Int = 3) { x(a: $a, b: $b, c: $c, d: $d) { ...F } }
            fragment F on X { y(a: $a, o: { a: $a, b: $b }, l: [$a, 1]) { z } }";
        let left = left(query, json!({ "b": null, "c": 1 }));
        let has = |name: &str| left.contains(&format!("Variable(Name(\"{name}\"))"));
        assert_eq!(["a", "b", "c", "d"].map(has), [false, true, true, true], "{left}");
        assert!(left.contains("List([Null, Number(Number(1))])"), "{left}");
    }
}
