//! Permanent addresses of things: each leads to the playground, where a ready-made query shows
//! the thing.

use axum::{Router, extract::Path, response::Redirect, routing::get};
use folkmoot_domain::GlobalId;
use serde_json::json;

use super::App;

/// What a link shows, by the first part of its path; the variable is always called `it`.
const QUERIES: [(&str, &str); 8] = [
    (
        "councils",
        "query($it: CouncilRef!) { council(ref: $it) { name code type endsOn currentSuccessors { name } \
         groups { name } meetups(first: 5) { nodes { title starts } complete note } } }",
    ),
    (
        "regions",
        "query($it: RegionRef!) { region(ref: $it) { name source { state note } groups { name } \
         meetups(first: 5) { nodes { title starts } complete note } } }",
    ),
    (
        "groups",
        "query($it: RegionRef!) { region(ref: $it) { name groups { name slug members(first: 100) { \
         nodes { name } } meetups(first: 5) { nodes { title starts } complete note } } } }",
    ),
    (
        "points",
        "query($it: PointRef!) { point(ref: $it) { ref title standard { title } counterparts { ref title } \
         caseStudies(first: 5) { nodes { title summary } complete note } } }",
    ),
    ("standards", "query { standards { code title publishedOn points { ref title } } }"),
    ("case-studies", NODE),
    ("offers", NODE),
    ("assessments", NODE),
];

const NODE: &str = "query($it: ID!) { node(id: $it) { id \
    ... on Meetup { title summary status starts venue { name address } group { name } points { label } bookingUrl } \
    ... on CaseStudy { title summary council { name } points { label } link } \
    ... on Offer { kind council { name } point { label } remote note askUrl } \
    ... on ServiceAssessment { service council { name } stage heldOn result { label } because \
        points { point { label } outcome { label } doneWell actions { text dueOn doneOn } advice } } \
    ... on PeerGroup { name region { name } } ... on Council { name code } ... on Region { name code } \
    ... on Standard { title points { number title } } ... on StandardPoint { ref title } } }";

pub(crate) fn routes() -> Router<App> {
    let mut routes = Router::new().route("/", get(|| async { Redirect::to("/playground/") }));
    for (kind, query) in QUERIES {
        let show = move |Path(name): Path<String>| async move { show(query, &name) };
        // A point's reference has a slash within.
        let name = if kind == "points" { "{*name}" } else { "{name}" };
        routes = routes.route(&format!("/{kind}/{name}"), get(show));
    }
    routes
}

fn show(query: &str, name: &str) -> Redirect {
    // The kinds that have names of their own are found by their global id too.
    let query = if name.parse::<GlobalId>().is_ok() { NODE } else { query };
    let variables = json!({ "it": name }).to_string();
    let pairs = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("query", query)
        .append_pair("variables", &variables)
        .finish();
    Redirect::to(&format!("/playground/?{pairs}"))
}
