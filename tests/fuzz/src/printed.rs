//! A document written out plainly: one space, no comments, every text quoted in one way.

use std::fmt::{Display, Write};

use async_graphql::{
    Name, Positioned,
    parser::types::{
        Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
        VariableDefinition,
    },
};
use async_graphql_value::Value;

/// How deep fields stand within fields, and how many selections there are, fragments not followed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    pub(crate) depth: usize,
    pub(crate) selections: usize,
}

/// The document as text; operations and fragments in the order of their names.
pub(crate) fn printed(document: &ExecutableDocument) -> (String, Size) {
    let mut print = Print::default();
    let mut operations: Vec<_> = document.operations.iter().collect();
    operations.sort_by_key(|(name, _)| *name);
    for (name, operation) in operations {
        print.operation(name, &operation.node);
    }
    let mut fragments: Vec<_> = document.fragments.iter().collect();
    fragments.sort_by_key(|(name, _)| *name);
    for (name, fragment) in fragments {
        print.word(format_args!(
            "fragment {name} on {} ",
            fragment.node.type_condition.node.on.node
        ));
        print.directives(&fragment.node.directives);
        print.selections(&fragment.node.selection_set.node, 1);
    }
    (print.text, print.size)
}

#[derive(Default)]
struct Print {
    text: String,
    size: Size,
}

impl Print {
    fn word(&mut self, word: impl Display) {
        write!(self.text, "{word}").expect("a string takes what is written");
    }

    fn operation(&mut self, name: Option<&Name>, operation: &OperationDefinition) {
        self.word(operation.ty);
        name.iter().for_each(|name| self.word(format_args!(" {name}")));
        if !operation.variable_definitions.is_empty() {
            self.word("(");
            for definition in &operation.variable_definitions {
                self.variable(&definition.node);
            }
            self.word(")");
        }
        self.word(" ");
        self.directives(&operation.directives);
        self.selections(&operation.selection_set.node, 1);
    }

    fn variable(&mut self, definition: &VariableDefinition) {
        self.word(format_args!("${}: {}", definition.name.node, definition.var_type.node));
        if let Some(default) = &definition.default_value {
            self.word(" = ");
            self.value(&default.node.clone().into_value());
        }
        self.word(" ");
        self.directives(&definition.directives);
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            self.word(format_args!("@{}", directive.node.name.node));
            self.arguments(&directive.node.arguments);
            self.word(" ");
        }
    }

    fn arguments(&mut self, arguments: &[(Positioned<Name>, Positioned<Value>)]) {
        if arguments.is_empty() {
            return;
        }
        self.word("(");
        for (name, value) in arguments {
            self.word(format_args!("{}: ", name.node));
            self.value(&value.node);
            self.word(" ");
        }
        self.word(")");
    }

    fn selections(&mut self, set: &SelectionSet, depth: usize) {
        if set.items.is_empty() {
            return;
        }
        self.size.depth = self.size.depth.max(depth);
        self.size.selections += set.items.len();
        self.word("{ ");
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    field
                        .alias
                        .iter()
                        .for_each(|alias| self.word(format_args!("{}: ", alias.node)));
                    self.word(&field.name.node);
                    self.arguments(&field.arguments);
                    self.word(" ");
                    self.directives(&field.directives);
                    self.selections(&field.selection_set.node, depth + 1);
                }
                Selection::FragmentSpread(spread) => {
                    self.word(format_args!("...{} ", spread.node.fragment_name.node));
                    self.directives(&spread.node.directives);
                }
                Selection::InlineFragment(fragment) => {
                    self.word("... ");
                    if let Some(condition) = &fragment.node.type_condition {
                        self.word(format_args!("on {} ", condition.node.on.node));
                    }
                    self.directives(&fragment.node.directives);
                    self.selections(&fragment.node.selection_set.node, depth);
                }
            }
        }
        self.word("} ");
    }

    fn value(&mut self, value: &Value) {
        match value {
            // The library's own way to quote writes control characters wrongly.
            Value::String(text) => self.quoted(text),
            Value::List(items) => {
                self.word("[");
                for item in items {
                    self.value(item);
                    self.word(" ");
                }
                self.word("]");
            }
            Value::Object(members) => {
                self.word("{");
                for (name, member) in members {
                    self.word(format_args!("{name}: "));
                    self.value(member);
                    self.word(" ");
                }
                self.word("}");
            }
            other => self.word(other),
        }
    }

    fn quoted(&mut self, text: &str) {
        self.word('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.word(format_args!("\\{c}")),
                c if c.is_control() => self.word(format_args!("\\u{:04X}", u32::from(c))),
                c => self.word(c),
            }
        }
        self.word('"');
    }
}
