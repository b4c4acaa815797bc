//! What traces show of a request: a span for each stage, and which operation it was.

use async_graphql::{Request, parser::types::DocumentOperations};
use folkmoot_federation::measures::SPANS;
use sha2::{Digest, Sha256};
use tracing::{Span, field::Empty, trace_span};

/// The span of a stage.
pub(super) fn stage(name: &'static str) -> Span {
    trace_span!(target: SPANS, "stage", otel.name = name)
}

/// The span of the one in which resolvers run. It says which operation of which document it is,
/// by the name that stands there and the digest of the text, and nothing of what was asked with.
///
/// It ends with the last call of a region that it began, which readers may not have waited for: when
/// they had their answer says the request's own span.
pub(super) fn execute(request: &mut Request) -> Span {
    let span = trace_span!(
        target: SPANS,
        "stage",
        otel.name = "execute",
        graphql.operation.name = Empty,
        graphql.document.hash = Empty,
    );
    if span.is_disabled() {
        return span;
    }
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(request.query.as_bytes()));
    span.record("graphql.document.hash", digest);
    let wanted = request.operation_name.clone();
    // It was parsed before, so that this parses nothing.
    if let Ok(document) = request.parsed_query()
        && let DocumentOperations::Multiple(named) = &document.operations
    {
        // As the document says it: what the request says may be anything.
        let mut names = named.keys();
        let name = match wanted {
            Some(wanted) => names.find(|name| name.as_str() == wanted),
            None => names.next().filter(|_| named.len() == 1),
        };
        if let Some(name) = name {
            span.record("graphql.operation.name", name.as_str());
        }
    }
    span
}
