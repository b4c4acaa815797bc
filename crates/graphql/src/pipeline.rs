//! The way of a request, each stage in its place: scan → document → variables → execute →
//! render. Every transport goes through it, because it *is* the schema's executor.

mod absent;
mod documents;
mod expansion;
mod measures;
mod scan;
mod stages;
mod variables;

use std::sync::Arc;

use async_graphql::{Data, Executor, Request, Response, Value};
use folkmoot_domain::Viewer;
use futures::{StreamExt, stream::BoxStream};

pub(crate) use stages::{Stages, data, guarded, refusal, refused};

use crate::{Moot, asked::Asked, query::Query, schema};

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

/// The nation's schema with its stages.
#[derive(Clone)]
pub struct Pipeline {
    stages: Arc<Stages<Query>>,
    moot: Moot,
}

impl Pipeline {
    /// Puts the stages around the schema.
    pub fn new(moot: Moot) -> Self {
        Self { stages: Arc::new(Stages::around(schema::build())), moot }
    }

    /// Takes a request through all stages. A panic ends this request only.
    pub async fn answer(&self, request: Request) -> Answer {
        let answer = guarded(data::<RequestId>(&request.data), self.staged(request)).await;
        measures::count(&answer);
        answer
    }

    async fn staged(&self, mut request: Request) -> Answer {
        if let Err(error) = self.stages.prepare(&mut request) {
            return refused(error);
        }
        let viewer = data::<Viewer>(&request.data).unwrap_or_default();
        let reference = match self.moot.reference.reference().await {
            Ok(reference) => reference,
            Err(error) => {
                tracing::error!(%error, "reference data unavailable");
                return refused(refusal("STORE_UNAVAILABLE", NO_REFERENCE));
            }
        };
        let asked = Arc::new(Asked::new(self.moot.clone(), viewer, reference));
        request.data.insert(asked.clone());
        let mut answer = self.stages.execute(request).await;
        if answer.has_begun {
            tell_sources(&mut answer.response, &asked);
        }
        answer
    }
}

/// What readers are told while the register itself cannot be read.
const NO_REFERENCE: &str = "the gateway cannot reach its database right now: try again in a minute";

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
