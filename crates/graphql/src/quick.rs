//! Lists whose rows are at hand are told in one pass.
//!
//! What a long list of plain rows costs is mostly a boxed future, a context and an entry for each
//! field. Where a selection is made of plain fields alone (no fragment, directive or argument, no
//! name that stands twice, nothing that has to be read from somewhere) rows are told directly, with
//! the same values in the same order. Any other selection goes the library's way, row by row.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    ContextSelectionSet, InputType, Name, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
};

use crate::asked::Asked;

/// A type of which some fields can be told at once.
pub(crate) trait Quick: OutputType {
    /// The value of a field, as its resolver has it; `None` if it has to be resolved, which any
    /// field may.
    fn told(&self, _: &Plain<'_>, _: &Asked) -> Option<Value> {
        None
    }
}

/// A plain field of a selection.
pub(crate) struct Plain<'q> {
    /// Its name in the answer.
    key: Name,
    pub(crate) name: &'q str,
    inner: Vec<Plain<'q>>,
}

impl<'q> Plain<'q> {
    fn all(set: &'q SelectionSet) -> Option<Vec<Self>> {
        let mut fields: Vec<Self> = Vec::with_capacity(set.items.len());
        for selection in &set.items {
            let Selection::Field(field) = &selection.node else { return None };
            let field = &field.node;
            if !field.directives.is_empty() || !field.arguments.is_empty() {
                return None;
            }
            let key = field.response_key().node.clone();
            // The same field twice is merged, which the library knows how to do.
            if fields.iter().any(|known| known.key == key) {
                return None;
            }
            let inner = Self::all(&field.selection_set.node)?;
            fields.push(Self { key, name: field.name.node.as_str(), inner });
        }
        Some(fields)
    }

    /// What is selected of a thing.
    pub(crate) fn object<T: Quick>(&self, thing: &T, asked: &Asked) -> Option<Value> {
        object(thing, &self.inner, asked)
    }

    /// The same of a thing that may be absent.
    pub(crate) fn maybe<T: Quick>(&self, thing: Option<T>, asked: &Asked) -> Option<Value> {
        thing.map_or(Some(Value::Null), |thing| self.object(&thing, asked))
    }

    /// The same of each of a list.
    pub(crate) fn list<T: Quick>(&self, things: &[T], asked: &Asked) -> Option<Value> {
        list(things, &self.inner, asked)
    }
}

fn object<T: Quick>(thing: &T, fields: &[Plain<'_>], asked: &Asked) -> Option<Value> {
    let mut members = IndexMap::with_capacity(fields.len());
    for field in fields {
        let value = match field.name {
            "__typename" => text(&T::type_name()),
            _ => thing.told(field, asked)?,
        };
        members.insert(field.key.clone(), value);
    }
    Some(Value::Object(members))
}

fn list<T: Quick>(things: &[T], fields: &[Plain<'_>], asked: &Asked) -> Option<Value> {
    let told = things.iter().map(|thing| object(thing, fields, asked));
    told.collect::<Option<Vec<_>>>().map(Value::List)
}

/// A text as a value.
pub(crate) fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// A text that may be absent.
pub(crate) fn some_text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, self::text)
}

/// Anything else that has no fields.
pub(crate) fn leaf(leaf: impl InputType) -> Value {
    leaf.to_value()
}

/// A list of rows that are at hand.
#[derive(Clone)]
pub(crate) struct Rows<T>(pub(crate) Vec<T>);

impl<T: Quick> OutputType for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let asked = ctx.data_unchecked::<Arc<Asked>>();
        let fields = Plain::all(&ctx.item.node);
        match fields.and_then(|fields| list(&self.0, &fields, asked)) {
            Some(told) => Ok(told),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn only_selections_of_plain_fields_are_told_at_once() {
        let is_plain = |text: &str| {
            let document = parse_query(text).expect("well-formed");
            let (_, operation) = document.operations.iter().next().expect("an operation");
            Plain::all(&operation.node.selection_set.node).is_some()
        };
        for plain in ["{ a b }", "{ a b: a __typename c { d } }"] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in [
            "{ a a }",
            "{ a b: c b }",
            "{ a(b: 1) }",
            "{ a @skip(if: false) }",
            "{ ... on T { a } }",
            "{ ...F } fragment F on T { a }",
            "{ a { b(c: 1) } }",
        ] {
            assert!(!is_plain(other), "{other}");
        }
    }
}
