//! What one could run instead: static bytes, and a plain GraphQL server of simple objects that
//! lie in memory, each by itself and behind the same layers as the gateway's routes.

use std::{error::Error, fs, io::Write};

use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Schema, SimpleObject};
use axum::{
    Json, Router,
    http::{HeaderName, HeaderValue, Method, header},
    response::IntoResponse,
    routing::{get, post},
};
use serde::Deserialize;
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};

/// A council as the gateway tells of it.
#[derive(Clone, Deserialize, SimpleObject)]
#[serde(rename_all = "camelCase")]
struct Council {
    id: String,
    code: String,
    slug: String,
    gss_code: Option<String>,
    name: String,
    official_name: String,
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    kind: String,
    country: String,
    ons_region: Option<String>,
    starts_on: Option<String>,
}

#[derive(SimpleObject)]
struct Councils {
    nodes: Vec<Council>,
}

struct Query {
    councils: Vec<Council>,
}

#[Object]
impl Query {
    async fn councils(&self, first: usize) -> Councils {
        Councils { nodes: self.councils.iter().take(first).cloned().collect() }
    }
}

type Plain = Schema<Query, EmptyMutation, EmptySubscription>;

/// `peer BYTES COUNCILS`: a file that is served as it is, and a JSON list of councils.
fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Runtime::new()?.block_on(serve())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut file = || arguments.next().ok_or("two files are wanted: bytes and councils");
    let bytes: &'static [u8] = fs::read(file()?)?.leak();
    let councils = serde_json::from_slice(&fs::read(file()?)?)?;
    let schema = Schema::new(Query { councils }, EmptyMutation, EmptySubscription);
    let routes = routes(bytes, &schema);
    let app = routes.clone().nest("/layered", layered(routes));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "The peer is at http://{}", listener.local_addr()?)?;
    Ok(axum::serve(listener, app).await?)
}

fn routes(bytes: &'static [u8], schema: &Plain) -> Router {
    let schema = schema.clone();
    let answer = move |Json(request): Json<Request>| {
        let schema = schema.clone();
        async move { Json(schema.execute(request).await) }
    };
    let told = move || async move {
        ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
    };
    Router::new().route("/bytes", get(told)).route("/graphql", post(answer))
}

/// Behind what the gateway's own routes are behind.
fn layered(routes: Router) -> Router {
    let request_id = HeaderName::from_static("x-request-id");
    let cors = CorsLayer::new().allow_origin(Any).allow_methods([Method::GET, Method::POST]);
    let header = |name| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static("x"));
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(request_id.clone(), MakeRequestUuid))
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::new(request_id))
        .layer(CatchPanicLayer::new())
        .layer(header(header::X_CONTENT_TYPE_OPTIONS))
        .layer(header(header::REFERRER_POLICY))
        .layer(header(header::CONTENT_SECURITY_POLICY))
        .layer(CompressionLayer::new());
    routes.layer(cors).layer(layers)
}
