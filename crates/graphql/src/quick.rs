//! Lists whose rows are at hand are told in one pass.
//!
//! What a long list of plain rows costs is mostly a boxed future, a context and an entry for each
//! field. Where a selection is made of plain fields alone (no fragment, directive or argument, no
//! name that stands twice, nothing that has to be read from somewhere) rows are written directly, as
//! the very JSON that the library would make of them. Any other selection goes the library's way, row
//! by row.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    ContextSelectionSet, InputType, Name, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
};
use async_graphql_value::RAW_VALUE_TOKEN;

use crate::{asked::Asked, pipeline::Twins};

/// A type of which some fields can be told at once.
pub(crate) trait Quick: OutputType {
    /// Writes the value of a field, as its resolver has it; `None` if it has to be resolved, which
    /// any field may.
    fn tell(&self, _: &Plain<'_>, _: &Asked, _: &mut Told) -> Option<()> {
        None
    }
}

impl<T: Quick> Quick for Arc<T> {
    fn tell(&self, field: &Plain<'_>, asked: &Asked, told: &mut Told) -> Option<()> {
        T::tell(self, field, asked, told)
    }
}

/// A plain field of a selection.
pub(crate) struct Plain<'q> {
    /// Its name in the answer.
    key: &'q str,
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
            let key = field.response_key().node.as_str();
            // The same field twice is merged, which the library knows how to do.
            if fields.iter().any(|known| known.key == key) {
                return None;
            }
            let inner = Self::all(&field.selection_set.node)?;
            fields.push(Self { key, name: field.name.node.as_str(), inner });
        }
        Some(fields)
    }
}

/// What was told so far, as JSON.
pub(crate) struct Told(Vec<u8>);

impl Told {
    /// A text.
    pub(crate) fn text(&mut self, text: &str) {
        serde_json::to_writer(&mut self.0, text).expect("a vector takes whatever is written");
    }

    /// A text that may be absent.
    pub(crate) fn some_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    /// Anything else that has no fields.
    pub(crate) fn leaf(&mut self, leaf: impl InputType) {
        let leaf = leaf.to_value();
        serde_json::to_writer(&mut self.0, &leaf).expect("a vector takes whatever is written");
    }

    /// What is selected of a thing.
    pub(crate) fn object<T: Quick>(
        &mut self,
        thing: &T,
        field: &Plain<'_>,
        asked: &Asked,
    ) -> Option<()> {
        self.members(thing, &field.inner, asked)
    }

    /// The same of a thing that may be absent.
    pub(crate) fn maybe<T: Quick>(
        &mut self,
        thing: Option<T>,
        field: &Plain<'_>,
        asked: &Asked,
    ) -> Option<()> {
        match thing {
            Some(thing) => self.object(&thing, field, asked)?,
            None => self.raw("null"),
        }
        Some(())
    }

    /// The same of each of a list.
    pub(crate) fn list<T: Quick>(
        &mut self,
        things: &[T],
        field: &Plain<'_>,
        asked: &Asked,
    ) -> Option<()> {
        self.rows(things, &field.inner, asked)
    }

    fn rows<T: Quick>(&mut self, things: &[T], fields: &[Plain<'_>], asked: &Asked) -> Option<()> {
        self.raw("[");
        for (at, thing) in things.iter().enumerate() {
            self.raw(if at == 0 { "" } else { "," });
            self.members(thing, fields, asked)?;
        }
        self.raw("]");
        Some(())
    }

    fn members<T: Quick>(&mut self, thing: &T, fields: &[Plain<'_>], asked: &Asked) -> Option<()> {
        self.raw("{");
        for (at, field) in fields.iter().enumerate() {
            // Names in GraphQL are letters, digits and underscores.
            self.raw(if at == 0 { "\"" } else { ",\"" });
            self.raw(field.key);
            self.raw("\":");
            match field.name {
                "__typename" => self.text(&T::type_name()),
                _ => thing.tell(field, asked, self)?,
            }
        }
        self.raw("}");
        Some(())
    }

    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// As a value that is rendered as it is.
    fn value(self) -> Value {
        let text = String::from_utf8(self.0).expect("made of texts");
        Value::Object([(Name::new(RAW_VALUE_TOKEN), Value::String(text))].into_iter().collect())
    }
}

/// A list of rows that are at hand.
#[derive(Clone)]
pub(crate) struct Rows<T>(pub(crate) Arc<[T]>);

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
        let is_alone = ctx.data_opt::<Twins>().is_none();
        let fields = is_alone.then(|| Plain::all(&ctx.item.node)).flatten();
        let told = fields.and_then(|fields| {
            let mut told = Told(Vec::with_capacity(self.0.len() * fields.len() * USUAL_FIELD));
            told.rows(&self.0, &fields, asked)?;
            Some(told)
        });
        match told {
            Some(told) => Ok(told.value()),
            None => (&*self.0).resolve(ctx, field).await,
        }
    }
}

/// How many bytes a field takes, about.
const USUAL_FIELD: usize = 24;

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
