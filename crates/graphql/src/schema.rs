//! The schema, put together, and its text form.

use std::sync::LazyLock;

use async_graphql::{EmptyMutation, EmptySubscription, ObjectType, SDLExportOptions, Schema};

use crate::{
    query::{
        Query,
        entities::{KINDS, Keyed},
    },
    types::Node,
};

/// A schema that is only read by.
pub(crate) type Plain<Q> = Schema<Q, EmptyMutation, EmptySubscription>;

/// The schema's type.
pub(crate) type Folkmoot = Plain<Query>;

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

/// The schema in the schema definition language, as the committed `schema.graphql` has it: what
/// people and dashboards ask, without what only routers of a federated graph do.
pub fn sdl() -> String {
    text_of(&build())
}

/// The text form of a schema that is built already.
pub(crate) fn text_of<Q: ObjectType + 'static>(schema: &Plain<Q>) -> String {
    format!("{}schema {{\n\tquery: Query\n}}\n", types_of(schema))
}

/// The schema as other services' schemas are composed with it: every thing has its keys.
pub(crate) fn subgraph_sdl() -> &'static str {
    static SDL: LazyLock<String> = LazyLock::new(|| as_subgraph(&types_of(&build())));
    &SDL
}

/// The text form of all types but the federation's own. The export says which specification of
/// the federation it follows after them; we say that ourselves, naming no more than we use.
fn types_of<Q: ObjectType + 'static>(schema: &Plain<Q>) -> String {
    exported(schema, SDLExportOptions::new().include_specified_by())
}

/// The same, written as the options say.
pub(crate) fn exported<Q: ObjectType + 'static>(
    schema: &Plain<Q>,
    options: SDLExportOptions,
) -> String {
    let options = options.federation();
    let text = schema.sdl_with_options(options);
    let (types, _) = text.rsplit_once("extend schema @link(").expect("the export ends with it");
    types.to_owned()
}

/// The second federation's first specification: the later ones add nothing that is used here.
const FEDERATION: &str = "extend schema @link(
\turl: \"https://specs.apollo.dev/federation/v2.0\",
\timport: [\"@key\", \"@shareable\"]
)

";

/// Adds the keys, and lets others have the shape of Relay's pages too.
fn as_subgraph(types: &str) -> String {
    let mut text = String::from(FEDERATION);
    for line in types.lines() {
        let name = line.strip_prefix("type ").and_then(|rest| rest.split(' ').next());
        let kind = KINDS.iter().find(|kind| Some(kind.name) == name);
        let mut directives: String = kind
            .into_iter()
            .flat_map(Keyed::keys)
            .map(|key| format!(" @key(fields: \"{key}\")"))
            .collect();
        if name == Some("PageInfo") {
            directives.push_str(" @shareable");
        }
        match line.strip_suffix(" {") {
            Some(head) if !directives.is_empty() => {
                text.push_str(&format!("{head}{directives} {{\n"))
            }
            _ => text.extend([line, "\n"]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_keys_in_the_subgraph_alone() {
        let subgraph = subgraph_sdl();
        for kind in &KINDS {
            let keys: String = kind.keys().map(|key| format!(" @key(fields: \"{key}\")")).collect();
            let head = format!("\ntype {} implements Node{keys} {{\n", kind.name);
            assert!(subgraph.contains(&head), "{head}");
        }
        assert!(subgraph.contains("\ntype PageInfo @shareable {\n"));
        let plain = sdl();
        for theirs in ["@key", "@link", "@shareable", "_Any", "_Entity", "_entities", "_service"] {
            assert!(!plain.contains(theirs), "{theirs}");
        }
    }
}
