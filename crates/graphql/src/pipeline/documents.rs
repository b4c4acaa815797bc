//! Parsed documents, kept for the next time: parsing is the dearest stage of a small query.

use std::sync::Arc;

use async_graphql::{
    ServerError,
    parser::{
        parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition},
    },
};
use quick_cache::{Weighter, sync::Cache};

use super::{expansion, refusal, stages::with_code, twins::has_twins};

/// How many documents of usual size are kept: a few for each site and dashboard.
const KEPT: usize = 1_000;
/// The bytes of text that a usual document has.
const USUAL_BYTES: u64 = 500;
/// Longer documents are parsed each time. Parsed, a document takes some fifty times its text, so
/// a few that nobody asks twice would crowd out all others.
const MAX_KEPT_BYTES: usize = 8 * 1024;

/// Documents by their text, bounded by its length. Only documents that parsed and passed are
/// kept.
pub(super) struct Documents(Cache<String, Arc<Parsed>, ByLength>);

/// A document, and what is known of it.
pub(super) struct Parsed {
    pub(super) document: ExecutableDocument,
    pub(super) has_twins: bool,
}

#[derive(Clone)]
struct ByLength;

impl<V> Weighter<String, V> for ByLength {
    fn weight(&self, text: &String, _: &V) -> u64 {
        text.len() as u64 + 1
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self(Cache::with_weighter(KEPT, KEPT as u64 * USUAL_BYTES, ByLength))
    }
}

impl Documents {
    /// The document of a scanned query.
    pub(super) fn parsed(&self, query: &str) -> Result<Arc<Parsed>, ServerError> {
        if let Some(document) = self.0.get(query) {
            return Ok(document);
        }
        let document = parse(query)?;
        let document = Arc::new(Parsed { has_twins: has_twins(&document), document });
        if query.len() <= MAX_KEPT_BYTES {
            self.0.insert(query.to_owned(), document.clone());
        }
        Ok(document)
    }
}

/// The document of a scanned query, parsed now.
pub(super) fn parse(query: &str) -> Result<ExecutableDocument, ServerError> {
    let document = parse_query(query).map_err(|error| {
        // The parser's own words repeat the query and name its grammar's rules.
        let mut error = ServerError::from(error);
        let place = error.locations.first();
        let place = place.map(|at| format!(" at line {}, column {}", at.line, at.column));
        error.message = format!(
            "the query is not well-formed{}: look for a missing brace, bracket or name",
            place.unwrap_or_default()
        );
        with_code(&mut error, "QUERY_MALFORMED");
        error
    })?;
    expansion::check(&document)?;
    Ok(document)
}

/// The operation that is to run.
pub(super) fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Result<&'d OperationDefinition, ServerError> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            let operation = operations.get(name).map(|operation| &operation.node);
            operation.ok_or_else(|| unknown_operation("the document has no operation of that name"))
        }
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            Ok(&operations.values().next().expect("there is one").node)
        }
        (DocumentOperations::Multiple(_), None) => {
            Err(unknown_operation("the document has several operations: pass `operationName`"))
        }
        (DocumentOperations::Single(_), Some(_)) => {
            Err(unknown_operation("the document has no operation of that name"))
        }
    }
}

fn unknown_operation(message: &str) -> ServerError {
    refusal("OPERATION_UNKNOWN", message)
}
