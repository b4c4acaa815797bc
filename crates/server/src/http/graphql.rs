//! GraphQL over HTTP, by the specification of that name: POST and GET, media types negotiated,
//! request errors told apart from field errors.

use async_graphql::{Request as Query, Value as ConstValue, Variables};
use axum::{
    Extension,
    body::Bytes,
    extract::{FromRequestParts, RawQuery, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{self, MethodRouter},
};
use folkmoot_cache::Standing;
use folkmoot_domain::Viewer;
use folkmoot_graphql::{Answer, DocumentId, Method, Public, ReadOnly};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    App,
    admission::{self, Asker},
    metrics::ErrorType,
    own::{OVERLOADED, OVERLOADED_SECONDS},
};
use crate::measures;

mod media;
mod public;

pub(crate) use public::CACHE_STATUS;
pub(super) use public::cache_control;

use media::Media;

/// What a request says, in a body or in a query string.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    extensions: Option<Map<String, Value>>,
    document_id: Option<String>,
}

/// The extension by which a request names a document that was sent before.
const PERSISTED: &str = "persistedQuery";

/// The one address of the API.
pub(crate) fn routes() -> MethodRouter<App> {
    routing::get(get).post(post).fallback(other)
}

/// `POST /graphql`
async fn post(
    State(app): State<App>,
    asked: Asked,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if let Ok(body) = &body
        && let Some(response) = at_hand(&app, &asked, body, Method::Post)
    {
        return response;
    }
    let raw = body.as_ref().ok().cloned().unwrap_or_default();
    match posted(&asked.headers, body) {
        Ok(said) => answered(&app, &raw, said, asked).await,
        Err(refused) => *refused,
    }
}

/// `GET /graphql?query=…&variables=…&operationName=…`
async fn get(State(app): State<App>, asked: Asked, RawQuery(pairs): RawQuery) -> Response {
    let raw = pairs.clone().unwrap_or_default();
    if let Some(response) = at_hand(&app, &asked, raw.as_bytes(), Method::Get) {
        return response;
    }
    match in_address(&asked.headers, pairs.as_deref()) {
        Ok(said) => answered(&app, raw.as_bytes(), said, asked).await,
        Err(refused) => *refused,
    }
}

/// The answer to a request that was answered before in these very bytes, which are not parsed.
fn at_hand(app: &App, asked: &Asked, raw: &[u8], method: Method) -> Option<Response> {
    let is_get = method == Method::Get;
    if !asked.is_public || !(is_get || media::is_json(&asked.headers)) {
        return None;
    }
    let media = Media::negotiated(&asked.headers)?;
    let given = app.answers.at_hand(method, raw)?;
    Some(public::sent(&asked.headers, media, &given, is_get))
}

/// Has a request answered that came in these bytes: from what the public was told already, unless
/// it came with any credential.
async fn answered(app: &App, raw: &[u8], said: Spoken, asked: Asked) -> Response {
    if !asked.is_public {
        let standing = asked.standing;
        let mut response = answer(app, said, asked, |query| app.pipeline.answer(query)).await;
        public::mark_own(&mut response);
        if let Some(standing) = standing {
            admission::tell(response.headers_mut(), standing);
        }
        return response;
    }
    if let Err(refused) = app.admission.count(&asked.asker) {
        return refused.into();
    }
    let Spoken { words, is_get, media } = said;
    let (headers, query) = match request(words, is_get, asked) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    let method = if is_get { Method::Get } else { Method::Post };
    match app.answers.answer(method, raw, query).await {
        Public::Kept(given) => public::sent(&headers, media, &given, is_get),
        Public::Once(answer) => {
            let mut response = rendered(media, &answer);
            public::mark_own(&mut response);
            response
        }
    }
}

/// What a request says, and how it wants to be answered.
pub(super) struct Spoken {
    words: Words,
    is_get: bool,
    media: Media,
}

/// What the body of a POST says.
pub(super) fn posted(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Spoken, Box<Response>> {
    let media = Media::negotiated(headers).ok_or_else(|| Box::new(not_acceptable()))?;
    if !media::is_json(headers) {
        return Err(Box::new(failure(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "MEDIA_TYPE",
            "send the query as application/json in UTF-8",
        )));
    }
    let body = body.map_err(|_| {
        Box::new(failure(
            StatusCode::PAYLOAD_TOO_LARGE,
            "QUERY_TOO_LARGE",
            "the body is too large or was cut off: ask for less at a time",
        ))
    })?;
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(Box::new(malformed("batches are not taken: send one query at a time")));
    }
    match serde_json::from_slice::<Words>(&body) {
        Ok(words) => Ok(Spoken { words, is_get: false, media }),
        Err(_) => Err(Box::new(malformed(
            "the body is not right: send a JSON object with `query` and, if needed, `variables` \
             and `operationName`",
        ))),
    }
}

/// What the address of a GET says.
pub(super) fn in_address(
    headers: &HeaderMap,
    pairs: Option<&str>,
) -> Result<Spoken, Box<Response>> {
    let media = Media::negotiated(headers).ok_or_else(|| Box::new(not_acceptable()))?;
    match from_pairs(pairs.unwrap_or_default()) {
        Ok(words) => Ok(Spoken { words, is_get: true, media }),
        Err(name) => {
            let message = format!("`{name}` is not a JSON object: check how it is encoded");
            Err(Box::new(malformed(&message)))
        }
    }
}

/// Any other method.
pub(super) async fn other() -> Response {
    let mut response = failure(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD",
        "ask with POST, or with GET for a query in the address",
    );
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST, OPTIONS"));
    response
}

fn from_pairs(pairs: &str) -> Result<Words, &'static str> {
    let mut words = Words::default();
    let object = |name, text: &str| match serde_json::from_str(text) {
        _ if text.is_empty() => Ok(None),
        Ok(Value::Null) => Ok(None),
        Ok(Value::Object(map)) => Ok(Some(map)),
        _ => Err(name),
    };
    for (name, value) in url::form_urlencoded::parse(pairs.as_bytes()) {
        match name.as_ref() {
            "query" => words.query = Some(value.into_owned()),
            "operationName" => words.operation_name = Some(value.into_owned()),
            "variables" => words.variables = object("variables", &value)?,
            "extensions" => words.extensions = object("extensions", &value)?,
            "documentId" => words.document_id = Some(value.into_owned()),
            _ => {}
        }
    }
    Ok(words)
}

/// Has the query answered, and renders what comes of it.
pub(super) async fn answer<F: Future<Output = Answer>>(
    app: &App,
    said: Spoken,
    asked: Asked,
    answered: impl FnOnce(Query) -> F,
) -> Response {
    if let Err(refused) = app.admission.count(&asked.asker) {
        return refused.into();
    }
    let Spoken { words, is_get, media } = said;
    match request(words, is_get, asked) {
        Ok((_, query)) => rendered(media, &answered(query).await),
        Err(refused) => *refused,
    }
}

fn request(words: Words, is_get: bool, asked: Asked) -> Result<(HeaderMap, Query), Box<Response>> {
    let mut extensions = words.extensions.unwrap_or_default();
    let persisted = extensions.remove(PERSISTED);
    let is_named = words.document_id.is_some() || persisted.is_some();
    let text = match words.query {
        Some(text) => text,
        None if is_named => String::new(),
        None => return Err(Box::new(malformed("`query` is missing: send the text of a query"))),
    };
    let mut query = Query::new(text).data(asked.viewer).data(asked.asker.request_id);
    if let Some(name) = words.document_id {
        query = query.data(DocumentId(name));
    }
    // What else is in the extensions is nothing that we use; they only have to be an object.
    if let Some(persisted) = persisted.and_then(|one| ConstValue::from_json(one).ok()) {
        query.extensions.insert(PERSISTED.to_owned(), persisted);
    }
    query.operation_name = words.operation_name;
    if let Some(variables) = words.variables {
        query.variables = Variables::from_json(Value::Object(variables));
    }
    if is_get {
        query = query.data(ReadOnly);
    }
    Ok((asked.headers, query))
}

fn rendered(media: Media, answer: &Answer) -> Response {
    let status = match (answer.has_begun, media) {
        _ if answer.is_unsafe() => StatusCode::METHOD_NOT_ALLOWED,
        _ if answer.is_overloaded() => StatusCode::SERVICE_UNAVAILABLE,
        (false, Media::GraphqlResponse) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let kind = [(header::CONTENT_TYPE, media.content_type())];
    let mut response = (status, kind, answer.body()).into_response();
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept, Authorization"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        measures::refused("busy");
        response.headers_mut().insert(header::RETRY_AFTER, OVERLOADED_SECONDS.into());
        response.extensions_mut().insert(ErrorType(OVERLOADED.to_owned()));
    }
    response
}

pub(super) fn malformed(message: &str) -> Response {
    failure(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
}

fn not_acceptable() -> Response {
    failure(
        StatusCode::NOT_ACCEPTABLE,
        "MEDIA_TYPE",
        "answers are application/graphql-response+json or application/json: accept one of them",
    )
}

/// An error before GraphQL, in GraphQL's form.
pub(crate) fn failure(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "errors": [{ "message": message, "extensions": { "code": code } }] });
    let kind = [(header::CONTENT_TYPE, Media::Json.content_type())];
    (status, kind, Extension(ErrorType(code.to_owned())), body.to_string()).into_response()
}

/// What every request brings: headers, who asks and what they may see.
pub(crate) struct Asked {
    pub(super) headers: HeaderMap,
    pub(super) viewer: Viewer,
    pub(super) asker: Asker,
    /// How its token stands, if it has one.
    standing: Option<Standing>,
    /// True if it came without any credential, valid or not.
    is_public: bool,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let asker = app.admission.asker(parts);
        let (viewer, asker, standing) = match parts.headers.get(header::AUTHORIZATION) {
            None => (Viewer::anonymous(), asker, None),
            Some(header) => {
                let (viewer, standing) = viewer(app, header, &asker).await?;
                (viewer, asker.counted(), standing)
            }
        };
        let is_public = ![header::AUTHORIZATION, header::COOKIE]
            .iter()
            .any(|credential| parts.headers.contains_key(credential));
        Ok(Self { headers: parts.headers.clone(), viewer, asker, standing, is_public })
    }
}

/// A token that is not right is refused rather than ignored: its bearer would wonder why rows
/// are missing.
async fn viewer(
    app: &App,
    header: &HeaderValue,
    asker: &Asker,
) -> Result<(Viewer, Option<Standing>), Response> {
    let text = header.to_str().unwrap_or_default();
    app.admission.count_look(text, asker)?;
    match app.tokens.viewer(text).await {
        Ok(Ok(viewer)) => Ok((viewer, app.admission.count_token(text)?)),
        Ok(Err(denied)) => {
            let message = denied.to_string();
            let mut response = failure(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", &message);
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            Err(response)
        }
        Err(error) => {
            app.admission.count_token(text)?;
            tracing::error!(%error, "token not looked up");
            let message = "tokens cannot be checked right now: try again in a minute";
            Err(failure(StatusCode::SERVICE_UNAVAILABLE, "STORE_UNAVAILABLE", message))
        }
    }
}
