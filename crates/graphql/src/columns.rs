//! The columns of the published table, by the schema's own words: what an export writes and what
//! its guide says cannot differ from the API.

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, Type, TypeKind, TypeSystemDefinition},
};

use crate::sdl;

/// A column of the published table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, such as `shareAt3OrMore`.
    pub name: String,
    /// The GraphQL type of its values, such as `Float`.
    pub kind: String,
    /// True if it may be empty.
    pub may_be_empty: bool,
    /// What it says, in which unit.
    pub meaning: String,
}

/// The columns of a row of `capability`, in order.
pub fn capability_columns() -> Vec<Column> {
    let document = parse_schema(sdl()).expect("the schema's own text is well-formed");
    let mut columns = Vec::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(row) = definition.node.kind else { continue };
        if definition.node.name.node != "CapabilityRow" {
            continue;
        }
        columns.extend(row.fields.into_iter().map(|field| {
            let Type { base, nullable } = field.node.ty.node;
            let BaseType::Named(kind) = base else { unreachable!("rows are flat") };
            let meaning = field.node.description.map(|text| text.node).unwrap_or_default();
            Column {
                name: field.node.name.node.to_string(),
                kind: kind.to_string(),
                may_be_empty: nullable,
                meaning: meaning.split_whitespace().collect::<Vec<_>>().join(" "),
            }
        }));
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_flat_and_each_says_what_it_means() {
        let columns = capability_columns();
        let share = columns.iter().find(|column| column.name == "shareAt3OrMore");
        let share = share.expect("the share");
        assert_eq!((share.kind.as_str(), share.may_be_empty), ("Float", true));
        assert!(share.meaning.contains("High is capable"), "{}", share.meaning);
        for column in columns {
            let scalars = ["String", "Int", "Float", "Boolean", "DateTime"];
            let enums = ["GroupBy", "Panel", "Measure", "Marker"];
            let is_flat = scalars.contains(&&*column.kind) || enums.contains(&&*column.kind);
            assert!(is_flat && !column.meaning.is_empty(), "{column:?}");
        }
    }
}
