//! The way of a request, each stage in its place: scan → document → variables → execute →
//! render. Every transport goes through it, because it *is* the schema's executor.

mod absent;
mod documents;
mod expansion;
mod measures;
mod scan;
mod variables;

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{
    Data, Executor, Request, Response, ServerError, Value, parser::types::OperationType,
};
use folkmoot_domain::Viewer;
use futures::{FutureExt, StreamExt, stream::BoxStream};

use crate::{
    Moot,
    asked::Asked,
    pipeline::{documents::Documents, variables::InputTypes},
    schema::{self, Folkmoot},
};

pub use measures::describe_measures;

/// The id under which a request is found in the logs; a transport may hand one in.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Marks a request that came by a safe method, such as GET, which must not change anything.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

/// What came of a request.
pub struct Answer {
    /// What GraphQL says.
    pub response: Response,
    /// False if the request was refused before any resolver ran: such an answer has no `data`.
    pub has_begun: bool,
}

impl Answer {
    /// True if a mutation was refused because the request was [`ReadOnly`].
    pub fn is_unsafe(&self) -> bool {
        let codes = self.response.errors.iter().flat_map(|error| &error.extensions);
        let mut codes = codes.filter_map(|extensions| extensions.get("code"));
        codes.any(|code| *code == Value::String(UNSAFE.to_owned()))
    }
}

/// The code of a mutation that came by a safe method.
const UNSAFE: &str = "METHOD";

/// The schema with its stages.
#[derive(Clone)]
pub struct Pipeline {
    schema: Folkmoot,
    moot: Moot,
    documents: Arc<Documents>,
    inputs: Arc<InputTypes>,
}

impl Pipeline {
    /// Puts the stages around the schema.
    pub fn new(moot: Moot) -> Self {
        let schema = schema::build();
        let inputs = Arc::new(InputTypes::of(&schema::text_of(&schema)));
        Self { schema, moot, documents: Arc::default(), inputs }
    }

    /// Takes a request through all stages. A panic ends this request only.
    pub async fn answer(&self, request: Request) -> Answer {
        let request_id = data::<RequestId>(&request.data);
        let answered = AssertUnwindSafe(self.staged(request)).catch_unwind().await;
        let mut answer = answered.unwrap_or_else(|_| {
            let error = refusal("INTERNAL", UNEXPECTED);
            Answer { response: Response::from_errors(vec![error]), has_begun: true }
        });
        render(&mut answer.response, request_id);
        measures::count(&answer);
        answer
    }

    async fn staged(&self, mut request: Request) -> Answer {
        if let Err(error) = self.prepare(&mut request) {
            return refused(error);
        }
        let viewer = data::<Viewer>(&request.data).unwrap_or_default();
        let reference = match self.moot.reference.reference().await {
            Ok(reference) => reference,
            Err(error) => {
                tracing::error!(%error, "reference data unavailable");
                return refused(refusal(
                    "STORE_UNAVAILABLE",
                    "the gateway cannot reach its database right now: try again in a minute",
                ));
            }
        };
        let asked = Arc::new(Asked::new(self.moot.clone(), viewer, reference));
        request.data.insert(asked.clone());
        let mut response = self.schema.execute(request).await;
        // Errors of validation have no path; errors of resolvers always do.
        let was_refused = response.data == Value::Null
            && !response.errors.is_empty()
            && response.errors.iter().all(|error| error.path.is_empty());
        if was_refused {
            response.errors.iter_mut().for_each(name_refusal);
        } else {
            tell_sources(&mut response, &asked);
        }
        Answer { response, has_begun: !was_refused }
    }

    /// Scan, document, variables: all that can refuse a request before it runs.
    fn prepare(&self, request: &mut Request) -> Result<(), ServerError> {
        scan::scan(&request.query)?;
        if request.operation_name.as_deref() == Some("") {
            request.operation_name = None;
        }
        let document = self.documents.parsed(&request.query)?;
        let operation = documents::operation(&document, request.operation_name.as_deref())?;
        if operation.ty == OperationType::Mutation && data::<ReadOnly>(&request.data).is_some() {
            return Err(refusal(UNSAFE, "a mutation is sent with POST"));
        }
        self.inputs.check(operation, &request.variables)?;
        let mut document = (*document).clone();
        absent::leave_out(&mut document, &request.variables);
        request.set_parsed_query(document);
        Ok(())
    }
}

impl Executor for Pipeline {
    async fn execute(&self, request: Request) -> Response {
        self.answer(request).await.response
    }

    fn execute_stream(
        &self,
        mut request: Request,
        session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        if let Some(viewer) = session_data.as_deref().and_then(data::<Viewer>) {
            request.data.insert(viewer);
        }
        let pipeline = self.clone();
        futures::stream::once(async move { pipeline.execute(request).await }).boxed()
    }
}

fn data<D: Clone + Send + Sync + 'static>(data: &Data) -> Option<D> {
    data.get(&std::any::TypeId::of::<D>())?.downcast_ref::<D>().cloned()
}

fn refused(error: ServerError) -> Answer {
    Answer { response: Response::from_errors(vec![error]), has_begun: false }
}

/// An error that refuses a request, with its stable code.
fn refusal(code: &'static str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    with_code(&mut error, code);
    error
}

fn with_code(error: &mut ServerError, code: &'static str) {
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

/// Repeats once how the regions answered, for readers that only look at the whole.
fn tell_sources(response: &mut Response, asked: &Asked) {
    let sources: Vec<Value> = asked
        .learned()
        .into_iter()
        .map(|status| {
            let state = format!("{:?}", status.state).to_uppercase();
            Value::Object(
                [("region", status.code), ("state", state), ("note", status.note)]
                    .map(|(name, text)| (async_graphql::Name::new(name), Value::String(text)))
                    .into_iter()
                    .collect(),
            )
        })
        .collect();
    if !sources.is_empty() {
        response.extensions.insert("sources".to_owned(), Value::List(sources));
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
}
