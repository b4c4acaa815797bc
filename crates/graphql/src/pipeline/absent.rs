//! Variables that may be left out and were: an argument that is given by one is an argument that
//! is not given. The executor knows that; the checker of costs, which runs before it, does not,
//! and would refuse the query.

use std::collections::HashSet;

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection,
        SelectionSet,
    },
};
use async_graphql_value::Value;

/// Takes the variables that may be absent and are out of a document, with the arguments that
/// they stand for.
pub(super) fn leave_out(document: &mut ExecutableDocument, given: &Variables) {
    let mut operations: Vec<&mut OperationDefinition> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().map(|operation| &mut operation.node).collect()
        }
    };
    let mut absent = HashSet::new();
    for operation in &mut operations {
        operation.variable_definitions.retain(|definition| {
            let definition = &definition.node;
            let is_given = given.contains_key(&definition.name.node);
            let may_be_absent =
                definition.var_type.node.nullable && definition.default_value.is_none();
            if may_be_absent && !is_given {
                absent.insert(definition.name.node.clone());
            }
            is_given || !may_be_absent
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
        leave_out(&mut document, &Variables::from_json(given));
        format!("{document:?}")
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
