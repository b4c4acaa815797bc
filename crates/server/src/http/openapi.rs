//! `/openapi.json`: what can be had by a plain GET, described in OpenAPI 3.1 for tools that know no
//! GraphQL.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use serde_json::{Value, json};

use super::{App, export, meetups, sending::Body};

/// It changes with the program.
const KEEP: &str = "public, max-age=300, stale-while-revalidate=3600";

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/openapi.json", get(show))
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let description = description(app.public_url.trim_end_matches('/'));
    let bytes = serde_json::to_vec(&description).expect("it has string keys only");
    let keep = KEEP.to_owned();
    Body {
        bytes,
        media_type: "application/vnd.oai.openapi+json;version=3.1",
        keep,
        file_name: None,
    }
    .sent(&headers)
}

fn description(base: &str) -> Value {
    let lists = "all, a region's code, or groups/, points/ or councils/ and a name";
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Folkmoot by plain GET",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Meet-ups, published figures and change feeds, each as one address.",
            "description": "The same as the GraphQL API at /graphql says, in forms for programs that \
                know no GraphQL. Public: no token is needed, any origin may ask. Every answer has an \
                ETag; send it as If-None-Match and nothing is sent twice.",
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": base }],
        "paths": {
            "/embed/meetups.json": {
                "get": operation("meetups", "Meet-ups to come, ready to print", &meetup_words(),
                    &[("application/json", schema_of_list())]),
            },
            "/feeds/{list}.{form}": {
                "get": operation("feed", "Meet-ups to come, as a feed", &[
                    vec![in_path("list", lists, &[]), in_path("form", "The form.", &["rss", "atom", "json", "csv"])],
                    meetup_words(),
                ].concat(), &[
                    ("application/rss+xml", json!({ "type": "string" })),
                    ("application/atom+xml", json!({ "type": "string" })),
                    ("application/feed+json", json!({ "type": "object" })),
                    ("text/csv", json!({ "type": "string" })),
                ]),
            },
            "/calendar/{list}.ics": {
                "get": operation("calendar", "Meet-ups of the last half-year and to come, as a calendar",
                    &[vec![in_path("list", lists, &[])], meetup_words()].concat(),
                    &[("text/calendar", json!({ "type": "string" }))]),
            },
            "/calendar/meetups/{id}.ics": {
                "get": operation("calendarEntry", "A single meet-up as a calendar file",
                    &[in_path("id", "The global id, as `Meetup.id` has it.", &[])],
                    &[("text/calendar", json!({ "type": "string" }))]),
            },
            "/export/capability.csv": {
                "get": operation("capability", "Published capability figures, flat rows", &figure_words(),
                    &[("text/csv", json!({ "type": "string" }))]),
            },
            "/export/capability-columns.csv": {
                "get": operation("capabilityColumns", "What the columns of those rows mean", &[],
                    &[("text/csv", json!({ "type": "string" }))]),
            },
            "/oembed": {
                "get": operation("oembed", "What a pasted address turns into (oEmbed 1.0)", &[
                    json!({ "name": "url", "in": "query", "required": true, "schema": { "type": "string", "format": "uri" } }),
                    in_query("maxwidth", "integer"),
                    in_query("maxheight", "integer"),
                ], &[("application/json", json!({ "type": "object" }))]),
            },
            "/regions/{code}/region.json": {
                "get": operation("region", "A region's card, from which its change feeds are found",
                    &[in_path("code", "The region's code.", &[])],
                    &[("application/json", json!({ "type": "object" }))]),
            },
            "/regions/{code}/changes/{kind}": {
                "get": operation("changes", "A page of what changed (RPDE)", &[
                    in_path("code", "The region's code.", &[]),
                    in_path("kind", "What kind of rows.", &["meetups", "case-studies", "offers", "assessments"]),
                    in_query("afterChange", "integer"),
                    in_query("afterId", "string"),
                ], &[("application/vnd.openactive.rpde+json;version=1", json!({ "type": "object" }))]),
            },
        },
    })
}

fn operation(id: &str, summary: &str, parameters: &[Value], content: &[(&str, Value)]) -> Value {
    let content: serde_json::Map<_, _> = content
        .iter()
        .map(|(media_type, schema)| ((*media_type).to_owned(), json!({ "schema": schema })))
        .collect();
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": { "description": "As asked.", "content": content },
            "304": { "description": "What you have is still so." },
            "400": { "description": "Something in the address cannot be meant; the text says what." },
            "404": { "description": "There is nothing of that name." },
            "503": { "description": "It cannot be said just now; Retry-After says when to ask again." },
        },
    })
}

fn in_path(name: &str, meaning: &str, values: &[&str]) -> Value {
    let mut schema = json!({ "type": "string" });
    if !values.is_empty() {
        schema["enum"] = json!(values);
    }
    json!({ "name": name, "in": "path", "required": true, "description": meaning, "schema": schema })
}

fn in_query(name: &str, kind: &str) -> Value {
    json!({ "name": name, "in": "query", "schema": { "type": kind } })
}

fn meetup_words() -> Vec<Value> {
    let words = meetups::words().map(|word| match word {
        "limit" => {
            json!({ "name": word, "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 100 } })
        }
        "language" => {
            json!({ "name": word, "in": "query", "schema": { "type": "string", "enum": ["en", "cy"], "default": "en" } })
        }
        word => in_query(word, "string"),
    });
    words.collect()
}

fn figure_words() -> Vec<Value> {
    export::words_known()
        .map(|word| match word {
            "fromYear" | "toYear" => {
                json!({ "name": word, "in": "query", "description": "With period=HALF_YEAR.", "schema": { "type": "integer" } })
            }
            "region" => {
                json!({ "name": word, "in": "query", "description": "With groupBy=REGION.", "schema": { "type": "string" } })
            }
            "requireComplete" => in_query(word, "boolean"),
            "shape" => {
                json!({ "name": word, "in": "query", "schema": { "type": "string", "enum": ["long", "wide"], "default": "long" } })
            }
            word => in_query(word, "string"),
        })
        .collect()
}

/// What the component reads, in short; the API's schema has the meanings.
fn schema_of_list() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    json!({
        "type": "object",
        "required": ["language", "title", "state", "notice", "none", "meetups", "pageUrl", "calendarUrl"],
        "properties": {
            "language": text,
            "title": text,
            "state": { "type": "string", "enum": ["FRESH", "STALE", "PARTIAL"] },
            "notice": maybe,
            "none": text,
            "pageUrl": text,
            "calendarUrl": text,
            "meetups": { "type": "array", "items": {
                "type": "object",
                "required": ["id", "url", "title", "status", "startsAt", "endsAt", "starts", "attendance", "group", "points"],
                "properties": {
                    "id": text, "url": text, "title": text, "summary": maybe,
                    "status": { "type": "string", "enum": ["PLANNED", "INVITED", "CONFIRMED", "CANCELLED", "HELD"] },
                    "startsAt": { "type": "string", "format": "date-time" },
                    "endsAt": { "type": "string", "format": "date-time" },
                    "starts": text,
                    "attendance": { "type": "string", "enum": ["IN_PERSON", "ONLINE", "HYBRID"] },
                    "attendanceLabel": text,
                    "venue": { "type": ["object", "null"] },
                    "group": { "type": "object" },
                    "points": { "type": "array", "items": text },
                    "bookingUrl": maybe,
                    "calendarUrl": text,
                },
            } },
        },
    })
}
