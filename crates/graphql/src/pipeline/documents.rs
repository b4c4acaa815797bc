//! Parsed documents, kept for the next time: parsing is the dearest stage of a small query.

use std::sync::Arc;

use async_graphql::{
    ServerError,
    parser::{
        parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition},
    },
};
use quick_cache::sync::Cache;

use super::{expansion, refusal, with_code};

/// How many documents are kept: a handful of sites and dashboards use a few each.
const KEPT: usize = 1_000;

/// Documents by their text. Only documents that parsed and passed are kept.
pub(super) struct Documents(Cache<String, Arc<ExecutableDocument>>);

impl Default for Documents {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Documents {
    /// The document of a scanned query.
    pub(super) fn parsed(&self, query: &str) -> Result<Arc<ExecutableDocument>, ServerError> {
        if let Some(document) = self.0.get(query) {
            return Ok(document);
        }
        let document = parse_query(query).map_err(|error| {
            let mut error = ServerError::from(error);
            with_code(&mut error, "QUERY_MALFORMED");
            error
        })?;
        expansion::check(&document)?;
        let document = Arc::new(document);
        self.0.insert(query.to_owned(), document.clone());
        Ok(document)
    }
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
