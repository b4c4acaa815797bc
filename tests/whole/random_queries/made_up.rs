//! Makes up queries from the types of `schema.graphql`.

use std::{collections::BTreeMap, fmt::Write};

use async_graphql::{
    Positioned,
    parser::{
        parse_schema,
        types::{
            BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
        },
    },
};
use fastrand::Rng;
use serde_json::Value;

/// How deep objects are selected in objects.
const DEPTH: usize = 4;

/// How many fields of the root are asked together, at most.
const ROOTS: usize = 3;

/// The types of the schema.
pub(super) struct Words {
    types: BTreeMap<String, TypeKind>,
}

/// What answers told, to ask on with.
#[derive(Default)]
pub(super) struct Known {
    ids: Vec<String>,
    cursors: Vec<String>,
}

/// A query.
pub(super) struct Query(Vec<Selected>);

/// One field of a selection.
struct Selected {
    alias: Option<String>,
    name: String,
    arguments: String,
    directive: &'static str,
    /// What is selected of the object that it is, and the name of its type.
    inner: Option<(String, Vec<Selected>)>,
    /// The type that a thing must be of, where it may be of several.
    on: Option<String>,
}

/// How a query is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Plain,
    /// With a fragment around all that is selected of an object.
    InFragments,
}

impl Known {
    /// Reads ids and cursors out of an answer; the latest are kept.
    pub(super) fn learn(&mut self, said: &str) {
        let answer: Value = serde_json::from_str(said).expect("JSON");
        self.read(&answer);
        for kept in [&mut self.ids, &mut self.cursors] {
            let many = kept.len().saturating_sub(200);
            kept.drain(..many);
        }
    }

    fn read(&mut self, value: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.read(value)),
            Value::Object(members) => {
                for (name, value) in members {
                    match (name.as_str(), value) {
                        ("id", Value::String(id)) => self.ids.push(id.clone()),
                        ("cursor" | "endCursor" | "startCursor", Value::String(cursor)) => {
                            self.cursors.push(cursor.clone());
                        }
                        _ => self.read(value),
                    }
                }
            }
            _ => {}
        }
    }
}

impl Words {
    pub(super) fn of_the_schema() -> Self {
        let text = include_str!("../../../schema.graphql");
        let document = parse_schema(text).expect("the schema");
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(one) => {
                Some((one.node.name.node.to_string(), one.node.kind))
            }
            _ => None,
        });
        Self { types: types.collect() }
    }

    pub(super) fn query(&self, known: &Known, chance: &mut Rng) -> Query {
        let fields = self.fields("Query");
        let roots = (0..chance.usize(1..=ROOTS)).filter_map(|at| {
            let field = chance.choice(fields).expect("the root has fields");
            let mut selected = self.field(field, known, chance, DEPTH)?;
            selected.alias = Some(format!("r{at}"));
            Some(selected)
        });
        let mut roots: Vec<_> = roots.collect();
        if roots.is_empty() {
            roots.push(leaf("__typename"));
        }
        Query(roots)
    }

    fn fields(&self, of: &str) -> &[Positioned<FieldDefinition>] {
        match &self.types[of] {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => &[],
        }
    }

    fn field(
        &self,
        field: &Positioned<FieldDefinition>,
        known: &Known,
        chance: &mut Rng,
        depth: usize,
    ) -> Option<Selected> {
        let field = &field.node;
        let of = inner(&field.ty.node);
        let inner = match self.types.get(of) {
            Some(TypeKind::Object(_) | TypeKind::Interface(_)) if depth == 0 => return None,
            Some(TypeKind::Object(_)) => {
                Some((of.to_owned(), self.selection(of, known, chance, depth - 1)))
            }
            Some(TypeKind::Interface(_)) => {
                Some((of.to_owned(), self.of_any(of, known, chance, depth - 1)))
            }
            _ => None,
        };
        let arguments = self.arguments(&field.arguments, known, chance)?;
        let name = field.name.node.to_string();
        // With arguments the same field twice is no query; without, it is one field.
        let is_renamed = !arguments.is_empty() || chance.u8(..6) == 0;
        let alias = is_renamed.then(|| format!("a{}", chance.u32(..)));
        let directive = match chance.u8(..40) {
            0 => " @skip(if: true)",
            1 => " @include(if: true)",
            _ => "",
        };
        Some(Selected { alias, name, arguments, directive, inner, on: None })
    }

    fn selection(&self, of: &str, known: &Known, chance: &mut Rng, depth: usize) -> Vec<Selected> {
        let mut chosen = Vec::new();
        let fields = self.fields(of);
        // Few of many, so that most selections hold nothing that has to be resolved; or lists alone.
        let some = chance.usize(1..=4).min(fields.len());
        for _ in 0..some {
            let field = chance.choice(fields).expect("some");
            let is_list_of_rows =
                ["nodes", "edges", "rows"].contains(&field.node.name.node.as_str());
            if depth > 0 || !is_list_of_rows {
                chosen.extend(self.field(field, known, chance, depth));
            }
        }
        let rows =
            fields.iter().find(|field| ["nodes", "rows"].contains(&field.node.name.node.as_str()));
        if let Some(rows) = rows.filter(|_| chance.u8(..4) > 0) {
            chosen.extend(self.field(rows, known, chance, depth.max(1)));
        }
        if chosen.is_empty() || chance.u8(..10) == 0 {
            chosen.push(leaf("__typename"));
        }
        let again = chosen.first().filter(|one| one.inner.is_none() && one.arguments.is_empty());
        let again = again.map(|one| leaf(&one.name)).filter(|_| chance.u8(..20) == 0);
        chosen.extend(again);
        chosen
    }

    /// Of a thing that may be of any type that has what the interface asks for.
    fn of_any(&self, of: &str, known: &Known, chance: &mut Rng, depth: usize) -> Vec<Selected> {
        let is_one = |kind: &TypeKind| match kind {
            TypeKind::Object(object) => object.implements.iter().any(|one| one.node == of),
            _ => false,
        };
        let types: Vec<_> = self.types.iter().filter(|(_, kind)| is_one(kind)).collect();
        let mut chosen = vec![leaf("__typename"), leaf("id")];
        let (name, _) = chance.choice(types).expect("some type has it");
        for mut selected in self.selection(name, known, chance, depth) {
            selected.on = Some(name.clone());
            chosen.push(selected);
        }
        chosen
    }

    /// `None` if nothing is known that could be passed.
    fn arguments(
        &self,
        arguments: &[Positioned<InputValueDefinition>],
        known: &Known,
        chance: &mut Rng,
    ) -> Option<String> {
        let mut passed = Vec::<(&str, String)>::new();
        for argument in arguments {
            let argument = &argument.node;
            let is_needed = !argument.ty.node.nullable && argument.default_value.is_none();
            let name = argument.name.node.as_str();
            let is_other_end = match name {
                "last" => passed.iter().any(|(other, _)| ["first", "after"].contains(other)),
                "before" => passed.iter().any(|(other, _)| ["first", "after"].contains(other)),
                _ => false,
            };
            let odds = if ["after", "before"].contains(&name) { 12 } else { 5 };
            if is_needed || (!is_other_end && chance.u8(..odds) == 0) {
                match self.value(name, &argument.ty.node, known, chance) {
                    Some(value) => passed.push((name, value)),
                    None if is_needed => return None,
                    None => {}
                }
            }
        }
        let passed: Vec<_> =
            passed.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        Some(passed.join(", "))
    }

    fn value(&self, name: &str, of: &Type, known: &Known, chance: &mut Rng) -> Option<String> {
        if let BaseType::List(of) = &of.base {
            let values = (0..chance.usize(..3)).filter_map(|_| self.value(name, of, known, chance));
            return Some(format!("[{}]", values.collect::<Vec<_>>().join(", ")));
        }
        let of = inner(of);
        if let Some(TypeKind::Enum(values)) = self.types.get(of) {
            return Some(chance.choice(&values.values)?.node.value.node.to_string());
        }
        let quoted = |text: &str| Value::from(text).to_string();
        let any = |values: &[&str], chance: &mut Rng| chance.choice(values).map(|one| quoted(one));
        match (of, name) {
            ("Boolean", _) => Some(chance.bool().to_string()),
            ("Int", "fromYear" | "toYear") => Some(chance.i32(2024..2028).to_string()),
            ("Int", _) => Some(chance.i32(1..40).to_string()),
            ("ID", _) => known.ids.get(chance.usize(..known.ids.len().max(1))).map(|id| quoted(id)),
            (_, "after" | "before") => {
                let at = chance.usize(..known.cursors.len().max(1));
                known.cursors.get(at).map(|cursor| quoted(cursor))
            }
            ("Date", _) => any(&["2026-10-01", "2026-11-26", "2027-01-14"], chance),
            ("RegionRef", _) => any(&["london", "kent"], chance),
            ("PointRef", _) => any(&["lgdss-2016/3", "lgdss-2016/11"], chance),
            ("CouncilRef", _) => any(&["council-3", "council-8", "council-17"], chance),
            (_, "standard" | "code") => any(&["lgdss-2016"], chance),
            (_, "round") => any(&["latest", "2026-10"], chance),
            _ => any(&["1", "council", "a \"quoted\" <word>"], chance),
        }
    }
}

fn leaf(name: &str) -> Selected {
    let (arguments, directive) = (String::new(), "");
    Selected { alias: None, name: name.to_owned(), arguments, directive, inner: None, on: None }
}

/// The name of what a list, if it is one, is of.
fn inner(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(of) => inner(of),
    }
}

impl Query {
    pub(super) fn written(&self, way: Way) -> String {
        let mut text = String::new();
        write(&mut text, &self.0, way);
        text
    }
}

fn write(text: &mut String, selection: &[Selected], way: Way) {
    text.push_str("{ ");
    for selected in selection {
        let Selected { alias, name, arguments, directive, inner, on } = selected;
        let alias = alias.as_ref().map_or(String::new(), |alias| format!("{alias}: "));
        let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
        let is_of_some = on.as_ref().map_or(String::new(), |on| format!("... on {on} {{ "));
        let end = if on.is_some() { "} " } else { "" };
        write!(text, "{is_of_some}{alias}{name}{arguments}{directive} ").expect("a string");
        match inner {
            Some((of, inner)) if way == Way::InFragments => {
                write!(text, "{{ ... on {of} ").expect("a string");
                write(text, inner, way);
                text.push_str("} ");
            }
            Some((_, inner)) => write(text, inner, way),
            None => {}
        }
        text.push_str(end);
    }
    text.push_str("} ");
}
