//! What other gateways read of the regions that are here: their cards, their change feeds, and
//! the JSON Schemas of both (`docs/regions/changes.md`).

mod feed;
mod refusal;

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use folkmoot_domain::{
    Door, ExchangeKind, FeedItem, Reference, Region, RegionCard, RegionState, Viewer,
    exchange_schemas,
};
use folkmoot_store::StoreError;

use super::{App, graphql::Asked};
use refusal::Refusal;

static SCHEMAS: LazyLock<[(&str, String); 6]> = LazyLock::new(exchange_schemas);

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/regions/{name}/region.json", get(card))
        .route("/regions/{name}/changes/{kind}", get(feed::page))
        .route("/regions/schemas/{file}", get(schema))
}

/// `GET /regions/london/region.json`
async fn card(
    State(app): State<App>,
    asked: Asked,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let reference = reference(&app).await?;
    let region = region(&app, &reference, &asked.viewer, &name, "region.json", query.as_deref())?;
    let card = card_of(&app, &reference, region).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        // It tells the time and how far the feeds go: a kept one would be wrong about both.
        (header::CACHE_CONTROL, "no-cache"),
        (header::VARY, "Authorization, Accept-Encoding"),
    ];
    let body = serde_json::to_vec(&card).expect("a card has string keys only");
    Ok((headers, body).into_response())
}

async fn card_of(
    app: &App,
    reference: &Reference,
    region: &Region,
) -> Result<RegionCard, StoreError> {
    let instance = app.store.instance().await?;
    let as_of = match region.door {
        Door::Sheet | Door::Changes => {
            let fresh = app.store.freshness(&[region.id]).await?;
            fresh.get(&region.id).map(|fresh| fresh.as_of)
        }
        // Here is where its rows are entered; or none of them are here.
        Door::Hosted | Door::Live => None,
    };
    let mut feeds = Vec::new();
    if region.door.is_stored() {
        let heads = app.store.feed_heads(region.id).await?;
        feeds.extend(heads.into_iter().map(|(kind, head)| FeedItem {
            kind,
            url: address(app, region, &feed_path(kind), None),
            count: Some(head.count),
            last_change: head.last_change,
        }));
    }
    Ok(RegionCard {
        as_of,
        epoch: instance.epoch.to_string(),
        instances: vec![instance.id],
        feeds,
        ..RegionCard::of(region, reference, app.clock.now())
    })
}

/// `GET /regions/schemas/Meetup.schema.json`
async fn schema(Path(file): Path<String>) -> Result<Response, Refusal> {
    let name = file.strip_suffix(".schema.json");
    let found = SCHEMAS.iter().find(|(known, _)| Some(*known) == name);
    let Some((_, text)) = found else {
        let names: Vec<_> = SCHEMAS.iter().map(|(name, _)| format!("{name}.schema.json")).collect();
        return Err(Refusal::Unknown(format!("there are the schemas {}", names.join(", "))));
    };
    let headers = [
        (header::CONTENT_TYPE, "application/schema+json"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    Ok((headers, text.as_str()).into_response())
}

async fn reference(app: &App) -> Result<Arc<Reference>, Refusal> {
    app.reference.reference().await.map_err(|error| {
        tracing::error!(%error, "reference data not loaded for a feed");
        Refusal::Unavailable
    })
}

/// The region of an address, for those who see it; `rest` and `query` are what follows its code.
fn region<'a>(
    app: &App,
    reference: &'a Reference,
    viewer: &Viewer,
    name: &str,
    rest: &str,
    query: Option<&str>,
) -> Result<&'a Region, Refusal> {
    let region = reference.region_by_ref(name, viewer).map_err(|unknown| {
        Refusal::Unknown(format!(
            "{unknown}; a region that is on trial is there for the token of its coordinators alone"
        ))
    })?;
    if region.code.as_str() != name {
        // A group's name leads to its region too, but may become another region's code.
        let is_for_ever = region.former_codes.iter().any(|code| code.as_str() == name);
        return Err(Refusal::Moved { to: address(app, region, rest, query), is_for_ever });
    }
    match &region.state {
        RegionState::Paused { reason } => Err(Refusal::Paused(reason.clone())),
        RegionState::Trial | RegionState::Active | RegionState::Left => Ok(region),
    }
}

fn feed_path(kind: ExchangeKind) -> String {
    format!("changes/{}", kind.path())
}

/// The public address of something of a region.
fn address(app: &App, region: &Region, rest: &str, query: Option<&str>) -> String {
    let base = app.public_url.trim_end_matches('/');
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{base}/regions/{}/{rest}{query}", region.code)
}
