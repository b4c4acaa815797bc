//! The way of a request, each stage in its place: name → scan → document → variables → execute →
//! render. Every transport goes through it, because it *is* the schema's executor.

mod absent;
mod documents;
mod expansion;
mod measures;
mod named;
mod scan;
mod spans;
mod stages;
mod turns;
mod twins;
mod variables;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use async_graphql::{
    Data, Executor, Request, Response, ServerError, Value, parser::types::OperationType,
};
use chrono::{DateTime, Utc};
use folkmoot_domain::Viewer;
use folkmoot_federation::{SourceState, SourceStatus};
use folkmoot_store::{Generations, Store};
use futures::{StreamExt, stream::BoxStream};
use tracing::Instrument;

use named::ToKeep;
pub(crate) use stages::{Stages, data, guarded, refusal, refused, scanned};
use stages::{broken, rendered};
pub use turns::Turns;
pub(crate) use turns::{Busy, busy};
pub(crate) use twins::Twins;

use crate::{Moot, asked::Asked, error::code, query::Query, reads::Noted, schema};

pub use measures::describe_measures;
pub use named::{BadList, DocumentId, NamedDocuments, OwnDocument, TrustedDocuments};

/// The id under which a request is found in the logs; a transport may hand one in.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Marks a request that came by a safe method, such as GET, which must not change anything.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

/// Whether the scan lets a query pass, for benchmarks.
#[cfg(feature = "bench")]
pub(crate) fn passes_scan(query: &str) -> bool {
    scan::scan(query).is_ok()
}

/// What came of a request.
pub struct Answer {
    /// What GraphQL says.
    pub response: Response,
    /// False if the request was refused before any resolver ran: such an answer has no `data`.
    pub has_begun: bool,
    /// What it was made from; `None` if it may not be remembered.
    pub(crate) made: Option<Made>,
}

/// What an answer was made from.
pub(crate) struct Made {
    /// The generations before anything was read.
    pub(crate) seen: Arc<Generations>,
    /// What was read.
    pub(crate) noted: Noted,
    /// True if every region that was asked answered, as of now.
    pub(crate) is_whole: bool,
}

impl Answer {
    /// True if a mutation was refused because the request was [`ReadOnly`].
    pub fn is_unsafe(&self) -> bool {
        self.has(UNSAFE)
    }

    /// True if there was no room for it.
    pub fn is_overloaded(&self) -> bool {
        !self.has_begun && self.has(code::OVERLOADED)
    }

    /// True if an error has this code.
    pub(crate) fn has(&self, code: &str) -> bool {
        let codes = self.response.errors.iter().flat_map(|error| &error.extensions);
        let mut codes = codes.filter_map(|extensions| extensions.get("code"));
        codes.any(|one| matches!(one, Value::String(one) if one == code))
    }

    /// What is said if an answer is not there in time.
    pub(crate) fn late() -> Self {
        refused(refusal("TIMED_OUT", "the answer took too long: ask for less, or try again"))
    }

    /// What is said, as JSON. A request that never ran has no `data`, not even null.
    pub fn body(&self) -> Vec<u8> {
        let body = match self.has_begun {
            true => serde_json::to_vec(&self.response),
            false => serde_json::to_vec(&serde_json::json!({ "errors": self.response.errors })),
        };
        body.expect("an answer is always JSON")
    }
}

/// A request that has its text, of which nothing is parsed.
pub(crate) struct Worded {
    pub(crate) request: Request,
    to_keep: Option<ToKeep>,
}

/// What a stage makes of a request, or what is said of one that it refuses or breaks at.
fn sound<T>(
    request_id: Option<RequestId>,
    stage: impl FnOnce() -> Result<T, ServerError>,
) -> Result<T, Box<Answer>> {
    let refused = match catch_unwind(AssertUnwindSafe(stage)) {
        Ok(Ok(sound)) => return Ok(sound),
        Ok(Err(error)) => rendered(refused(error), request_id),
        Err(_) => broken(request_id),
    };
    measures::count(&refused);
    Err(Box::new(refused))
}

/// The code of a mutation that came by a safe method.
const UNSAFE: &str = "METHOD";

/// The nation's schema with its stages.
#[derive(Clone)]
pub struct Pipeline {
    stages: Arc<Stages<Query>>,
    moot: Moot,
    named: Option<NamedDocuments>,
}

impl Pipeline {
    /// Puts the stages around the schema.
    pub fn new(moot: Moot) -> Self {
        Self { stages: Arc::new(Stages::around(schema::build())), moot, named: None }
    }

    /// Takes requests that name their documents, too.
    pub fn naming(self, documents: NamedDocuments) -> Self {
        Self { named: Some(documents), ..self }
    }

    /// Takes a request through all stages. A panic ends this request only.
    pub async fn answer(&self, request: Request) -> Answer {
        let prepared = self.worded(request).await.and_then(|worded| self.prepare(worded));
        match prepared {
            Ok((_, request)) => self.run(request).await,
            Err(refused) => *refused,
        }
    }

    /// Name, scan: a request that has its text, of which nothing is parsed. A panic ends this
    /// request only.
    pub(crate) async fn worded(&self, mut request: Request) -> Result<Worded, Box<Answer>> {
        let request_id = data::<RequestId>(&request.data);
        let fetched = match &self.named {
            Some(named) => {
                named.fetch(&mut request, self.now()).instrument(spans::stage("name")).await
            }
            None => Ok(None),
        };
        sound(request_id, || {
            let to_keep = fetched?;
            scanned(&mut request)?;
            Ok(Worded { request, to_keep })
        })
    }

    /// All other stages before anything runs. A panic ends this request only.
    pub(crate) fn prepare(
        &self,
        mut worded: Worded,
    ) -> Result<(OperationType, Request), Box<Answer>> {
        let request_id = data::<RequestId>(&worded.request.data);
        sound(request_id, || {
            let operation = self.stages.prepare(&mut worded.request)?;
            self.keep(&worded);
            Ok((operation, worded.request))
        })
    }

    /// Keeps the text of a request that is known to be sound, if it came with its name.
    pub(crate) fn keep(&self, worded: &Worded) {
        if let (Some(named), Some(to_keep)) = (&self.named, &worded.to_keep) {
            named.keep(to_keep, &worded.request.query, self.now());
        }
    }

    /// Runs a request that was prepared. A panic ends this request only.
    pub(crate) async fn run(&self, request: Request) -> Answer {
        let answer = guarded(data::<RequestId>(&request.data), self.staged(request)).await;
        measures::count(&answer);
        answer
    }

    pub(crate) fn store(&self) -> &Store {
        &self.moot.store
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.moot.now()
    }

    async fn staged(&self, mut request: Request) -> Answer {
        let _turn = match self.moot.turns.wait(&request).await {
            Ok(turn) => turn,
            Err(Busy) => return busy(),
        };
        let viewer = data::<Viewer>(&request.data).unwrap_or_default();
        // Before anything is read: what is read is at least as new.
        let seen = self.moot.store.generations();
        let (reference, is_current) = match self.moot.reference.latest().await {
            Ok(latest) => latest,
            Err(error) => {
                tracing::error!(%error, "reference data unavailable");
                return refused(refusal("STORE_UNAVAILABLE", NO_REFERENCE));
            }
        };
        // After the reference data: rows may be newer than it, never older.
        let moot = self.moot.for_viewer(&viewer);
        // Until regions are asked as the registry has it by now, what was withdrawn since may be shown,
        // and nothing would tell later that it was.
        let is_current = is_current && moot.nation.is_routed_by(&reference);
        let asked = Arc::new(Asked::new(moot, viewer, reference));
        request.data.insert(asked.clone());
        let mut answer = self.stages.execute(request).await;
        if answer.has_begun {
            let learned = asked.learned();
            let is_whole = learned.iter().all(|status| status.state == SourceState::Fresh);
            tell_sources(&mut answer.response, learned);
            answer.made = is_current.then(|| Made { seen, noted: asked.noted(), is_whole });
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
fn tell_sources(response: &mut Response, learned: Vec<SourceStatus>) {
    let sources: Vec<Value> = learned
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
