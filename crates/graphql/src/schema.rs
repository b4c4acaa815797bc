//! The schema, put together, and its text form.

use async_graphql::{EmptyMutation, EmptySubscription, SDLExportOptions, Schema};

use crate::{query::Query, types::Node};

/// The schema's type.
pub(crate) type Folkmoot = Schema<Query, EmptyMutation, EmptySubscription>;

/// The deepest selection: the standard introspection query needs 16.
const MAX_DEPTH: usize = 18;
/// The most fields that an answer may have, as far as it can be told before: lists count as often
/// as they may have rows. The whole register with ten fields each is 5,000; the standard
/// introspection query needs 1,000.
const MAX_FIELDS: usize = 100_000;
/// The deepest recursion of the checker itself: the standard introspection query needs 20.
const MAX_RECURSION: usize = 24;
/// The most directives on one field.
const MAX_DIRECTIVES: usize = 10;
/// The most aliases in a document: a page of widgets, not an attack.
const MAX_ALIASES: usize = 60;

/// Builds the schema with its limits. No extension: even an empty one slows every field.
pub(crate) fn build() -> Folkmoot {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .register_output_type::<Node>()
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_FIELDS)
        .limit_recursive_depth(MAX_RECURSION)
        .limit_directives(MAX_DIRECTIVES)
        .limit_aliases(MAX_ALIASES)
        .finish()
}

/// The schema in the schema definition language, as the committed `schema.graphql` has it.
pub fn sdl() -> String {
    text_of(&build())
}

/// The text form of a schema that is built already.
pub(crate) fn text_of(schema: &Folkmoot) -> String {
    schema.sdl_with_options(SDLExportOptions::new().include_specified_by())
}
