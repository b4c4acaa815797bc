//! How many selections a document has once its fragments are expanded: fragments that spread
//! fragments twice double with every step, and no later limit sees it in time.

use std::collections::HashMap;

use async_graphql::{
    ServerError,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

use super::refusal;

/// The most selections: the standard introspection query has 229.
pub(super) const MAX_SELECTIONS: u64 = 2_000;

/// Refuses documents that expand to too much. Every fragment is counted once.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), ServerError> {
    let mut counted = HashMap::new();
    for (_, operation) in document.operations.iter() {
        let selections = count(document, &operation.node.selection_set.node, &mut counted);
        if selections > MAX_SELECTIONS {
            let message = format!(
                "the query selects more than {MAX_SELECTIONS} fields: ask for less at a time"
            );
            return Err(refusal("QUERY_TOO_LARGE", message));
        }
    }
    Ok(())
}

/// `None` in `counted` marks a fragment that is being counted: a cycle, which validation names.
fn count<'d>(
    document: &'d ExecutableDocument,
    set: &'d SelectionSet,
    counted: &mut HashMap<&'d str, Option<u64>>,
) -> u64 {
    let of_selection =
        |selection: &'d Selection, counted: &mut HashMap<&'d str, Option<u64>>| match selection {
            Selection::Field(field) => 1 + count(document, &field.node.selection_set.node, counted),
            Selection::InlineFragment(fragment) => {
                1 + count(document, &fragment.node.selection_set.node, counted)
            }
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                if let Some(known) = counted.get(name) {
                    return known.unwrap_or(1);
                }
                let Some((name, fragment)) = document.fragments.get_key_value(name) else {
                    return 1;
                };
                counted.insert(name.as_str(), None);
                let selections = 1 + count(document, &fragment.node.selection_set.node, counted);
                counted.insert(name.as_str(), Some(selections));
                selections
            }
        };
    set.items
        .iter()
        .fold(0_u64, |sum, selection| sum.saturating_add(of_selection(&selection.node, counted)))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn doubled(times: usize) -> String {
        let fragments: String = (0..times)
            .map(|n| format!("fragment F{n} on Query{{...F{0} ...F{0}}}", n + 1))
            .collect();
        format!("{{...F0}}{fragments}fragment F{times} on Query{{__typename}}")
    }

    #[test]
    fn doubled_fragments_are_refused() {
        for times in 20..=40 {
            let document = parse_query(doubled(times)).expect("well-formed");
            assert!(check(&document).is_err(), "{times}");
        }
        assert!(check(&parse_query(doubled(3)).expect("well-formed")).is_ok());
    }

    #[test]
    fn a_cycle_of_fragments_ends() {
        let document = parse_query("{...A} fragment A on Query{...B} fragment B on Query{...A}");
        assert!(check(&document.expect("well-formed")).is_ok());
    }
}
