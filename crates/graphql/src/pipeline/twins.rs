//! Whether a document selects something under one name twice: then the library puts two values
//! together, which it can do with values alone and not with JSON that is told already.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::expansion::MAX_SELECTIONS;

/// Marks a request whose document has such.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Twins;

/// True if in some selection of the document, what its fragments add included, two fields that
/// hold fields have one name. So is one of two types that no thing is of at once: that is seldom,
/// and costs nothing but time.
pub(super) fn has_twins(document: &ExecutableDocument) -> bool {
    let mut search = Search { document, left: MAX_SELECTIONS };
    let mut operations = document.operations.iter();
    operations.any(|(_, operation)| search.finds(&operation.node.selection_set.node))
}

struct Search<'d> {
    document: &'d ExecutableDocument,
    /// How many selections are looked at yet. Only fragments in a circle, which are refused later,
    /// have more than a document may have.
    left: u64,
}

impl<'d> Search<'d> {
    fn finds(&mut self, set: &'d SelectionSet) -> bool {
        self.finds_beside(set, &mut HashSet::new())
    }

    /// The same of a part of a selection, of which these names are known.
    fn finds_beside(&mut self, set: &'d SelectionSet, names: &mut HashSet<&'d str>) -> bool {
        set.items.iter().any(|selection| {
            let Some(left) = self.left.checked_sub(1) else { return true };
            self.left = left;
            match &selection.node {
                Selection::Field(field) => {
                    let inner = &field.node.selection_set.node;
                    let name = field.node.response_key().node.as_str();
                    !inner.items.is_empty() && (!names.insert(name) || self.finds(inner))
                }
                Selection::InlineFragment(fragment) => {
                    self.finds_beside(&fragment.node.selection_set.node, names)
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                    fragment.is_some_and(|fragment| {
                        self.finds_beside(&fragment.node.selection_set.node, names)
                    })
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn only_what_is_put_together_is_a_twin() {
        let found = |text: &str| has_twins(&parse_query(text).expect("well-formed"));
        for text in [
            "{ a { b } c: a { b } b b }",
            "{ a { b { c } } d { b { c } } }",
            "{ a { ...F } b { ...F } } fragment F on T { c { d } }",
            "{ ...Unknown }",
        ] {
            assert!(!found(text), "{text}");
        }
        for text in [
            "{ a { b } a { c } }",
            "{ a { b { c } b { d } } }",
            "{ x: a { b } ... { x: a { c } } }",
            "{ a { b } ...F } fragment F on T { a { c } }",
            "{ ...A } fragment A on T { ...B } fragment B on T { ...A }",
            "query A { a { b } } query B { ...F ...F } fragment F on T { a { c } }",
        ] {
            assert!(found(text), "{text}");
        }
    }
}
