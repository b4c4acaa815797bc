//! What every schema's requests pass, whatever the schema: scan → document → variables → execute
//! → render.

use std::panic::AssertUnwindSafe;

use async_graphql::{
    Data, ObjectType, Request, Response, ServerError, Value, parser::types::OperationType,
};
use futures::FutureExt;
use tracing::Instrument;

use super::{
    Answer, ReadOnly, RequestId, UNSAFE, absent,
    documents::{self, Documents},
    scan, spans,
    twins::Twins,
    variables::InputTypes,
};
use crate::schema::{self, Plain};

/// The stages around one schema.
pub(crate) struct Stages<Q> {
    schema: Plain<Q>,
    documents: Documents,
    inputs: InputTypes,
}

impl<Q: ObjectType + 'static> Stages<Q> {
    pub(crate) fn around(schema: Plain<Q>) -> Self {
        let inputs = InputTypes::of(&schema::text_of(&schema));
        Self { schema, documents: Documents::default(), inputs }
    }

    /// Document, variables: all that can refuse a scanned request before it runs.
    pub(crate) fn prepare(&self, request: &mut Request) -> Result<OperationType, ServerError> {
        let parsed = spans::stage("document").in_scope(|| self.documents.parsed(&request.query))?;
        let operation = documents::operation(&parsed.document, request.operation_name.as_deref())?;
        let kind = operation.ty;
        if kind == OperationType::Mutation && data::<ReadOnly>(&request.data).is_some() {
            return Err(refusal(UNSAFE, "a mutation is sent with POST"));
        }
        spans::stage("variables").in_scope(|| self.inputs.check(operation, &request.variables))?;
        if parsed.has_twins {
            request.data.insert(Twins);
        }
        let mut document = parsed.document.clone();
        let operation = request.operation_name.as_deref();
        absent::leave_out(&mut document, operation, &request.variables);
        request.set_parsed_query(document);
        Ok(kind)
    }

    /// Runs a request that was prepared and holds what resolvers reach.
    pub(crate) async fn execute(&self, mut request: Request) -> Answer {
        let span = spans::execute(&mut request);
        let mut response = self.schema.execute(request).instrument(span).await;
        // Errors of validation have no path; errors of resolvers always do.
        let was_refused = response.data == Value::Null
            && !response.errors.is_empty()
            && response.errors.iter().all(|error| error.path.is_empty());
        if was_refused {
            response.errors.iter_mut().for_each(name_refusal);
        }
        Answer { response, has_begun: !was_refused, made: None }
    }
}

/// Scan: what is seen of a request without parsing it. No name of an operation is said in one way.
pub(crate) fn scanned(request: &mut Request) -> Result<(), ServerError> {
    spans::stage("scan").in_scope(|| scan::scan(&request.query))?;
    if request.operation_name.as_deref() == Some("") {
        request.operation_name = None;
    }
    Ok(())
}

/// What came of a request, rendered. A panic ends this request only.
pub(crate) async fn guarded(
    request_id: Option<RequestId>,
    answering: impl Future<Output = Answer>,
) -> Answer {
    let answered = AssertUnwindSafe(answering).catch_unwind().await;
    match answered {
        Ok(answer) => rendered(answer, request_id),
        Err(_) => broken(request_id),
    }
}

/// What is said of a request that panicked.
pub(super) fn broken(request_id: Option<RequestId>) -> Answer {
    let error = refusal("INTERNAL", UNEXPECTED);
    let response = Response::from_errors(vec![error]);
    rendered(Answer { response, has_begun: true, made: None }, request_id)
}

pub(super) fn rendered(mut answer: Answer, request_id: Option<RequestId>) -> Answer {
    spans::stage("render").in_scope(|| render(&mut answer.response, request_id));
    answer
}

pub(crate) fn data<D: Clone + Send + Sync + 'static>(data: &Data) -> Option<D> {
    data.get(&std::any::TypeId::of::<D>())?.downcast_ref::<D>().cloned()
}

pub(crate) fn refused(error: ServerError) -> Answer {
    Answer { response: Response::from_errors(vec![error]), has_begun: false, made: None }
}

/// An error that refuses a request, with its stable code.
pub(crate) fn refusal(code: &'static str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    with_code(&mut error, code);
    error
}

pub(super) fn with_code(error: &mut ServerError, code: &'static str) {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", code);
    }
}

/// Gives a refusal by the library's own checks our words where it is one of our limits.
fn name_refusal(error: &mut ServerError) {
    let limits = [
        (
            "Query is too complex",
            "QUERY_TOO_LARGE",
            "the answer would have too many fields: ask for smaller pages or fewer lists in lists",
        ),
        (
            "Query is nested too deep",
            "QUERY_TOO_DEEP",
            "the query is nested too deep: ask for less at a time",
        ),
        (
            "The recursion depth",
            "QUERY_TOO_DEEP",
            "the query is nested too deep: ask for less at a time",
        ),
        ("The number of directives", "QUERY_TOO_LARGE", "a field has too many directives"),
        (
            "The amount of aliases",
            "QUERY_TOO_LARGE",
            "the query has too many aliases: ask in several queries",
        ),
    ];
    match limits.into_iter().find(|(begins, ..)| error.message.starts_with(begins)) {
        Some((_, code, message)) => *error = refusal(code, message),
        None => {
            // These repeat the value that was sent, which may be a secret in the wrong place.
            let value_follows =
                [("Invalid value for argument", ", "), ("Expected input type", ", found ")];
            for (begins, mark) in value_follows {
                if error.message.starts_with(begins) {
                    let kept = error.message.split(mark).next().unwrap_or_default();
                    error.message = format!("{kept}: see what the argument takes");
                }
            }
            with_code(error, "QUERY_INVALID");
        }
    }
}

/// The longest message that is passed on: the validator repeats names from the query.
const MAX_MESSAGE: usize = 300;

/// What readers are told when something of ours failed; the log has the rest.
const UNEXPECTED: &str = "something went wrong here: report the request id";

/// The most errors that are told: a query with a thousand slips is put right by the first few.
const MAX_ERRORS: usize = 10;

/// Gives every error a code, and the unexpected ones the request's id.
fn render(response: &mut Response, request_id: Option<RequestId>) {
    let more = response.errors.len().saturating_sub(MAX_ERRORS);
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        with_code(error, "INTERNAL");
        error.message = folkmoot_domain::clean_line(&error.message, MAX_MESSAGE);
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code") == Some(&Value::String("INTERNAL".to_owned())) {
            if let Some(RequestId(id)) = &request_id {
                extensions.set("requestId", id.clone());
            }
            tracing::error!(message = %error.message, path = ?error.path, "resolver failed");
            error.message = UNEXPECTED.to_owned();
        }
    }
    if let (Some(last), 1..) = (response.errors.last_mut(), more) {
        let errors = if more == 1 { "error" } else { "errors" };
        last.message.push_str(&format!(" (and {more} more {errors}, which are not listed)"));
    }
}
