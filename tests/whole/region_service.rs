//! Regions as another gateway plugs them in live: what `/regions/CODE/graphql` answers, held
//! against the contract and against what the nation's own lists say of the region.

mod doors;
mod sources;
mod walks;

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Role};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// The one query of the contract.
const QUERY: &str = include_str!("../../docs/regions/query.graphql");

fn request(gateway: &Gateway, region: &str, body: &Value) -> RequestBuilder {
    gateway.request(Method::POST, &format!("/regions/{region}/graphql")).json(body)
}

async fn ask(gateway: &Gateway, query: &str, variables: Value) -> Result<Value> {
    let body = json!({ "query": query, "variables": variables });
    Ok(request(gateway, "london", &body).send().await?.json().await?)
}

async fn data(gateway: &Gateway, query: &str, variables: Value) -> Result<Value> {
    let mut answer = ask(gateway, query, variables).await?;
    ensure!(answer.get("errors").is_none(), "{}", answer["errors"]);
    Ok(answer["data"].take())
}

/// The code of each error, by the field that it is of.
fn told(answer: &Value) -> Vec<(&str, &str)> {
    let errors = answer["errors"].as_array().into_iter().flatten();
    errors
        .map(|error| {
            let field = error["path"][0].as_str().unwrap_or_default();
            (field, error["extensions"]["code"].as_str().unwrap_or_default())
        })
        .collect()
}

/// Variables by which the one query asks for everything, with these rows by id.
fn everything(ids: &dyn Fn(&str) -> Vec<String>) -> Value {
    let pages = json!([{ "direction": "ASCENDING", "first": 50, "count": true }]);
    let of = |kind: &str| -> Vec<Value> {
        let ids = ids(kind).into_iter();
        ids.map(|id| json!({ "__typename": kind, "id": id })).collect()
    };
    json!({
        "describe": true,
        "meetups": pages, "withMeetups": true,
        "caseStudies": pages, "withCaseStudies": true,
        "offers": pages, "withOffers": true,
        "assessments": pages, "withAssessments": true,
        "meetupIds": of("Meetup"), "withMeetupIds": true,
        "caseStudyIds": of("CaseStudy"), "withCaseStudyIds": true,
        "offerIds": of("Offer"), "withOfferIds": true,
        "assessmentIds": of("ServiceAssessment"), "withAssessmentIds": true,
    })
}

const KINDS: [(&str, &str, &str); 4] = [
    ("Meetup", "meetups", "meetupsById"),
    ("CaseStudy", "caseStudies", "caseStudiesById"),
    ("Offer", "offers", "offersById"),
    ("ServiceAssessment", "serviceAssessments", "assessmentsById"),
];

#[tokio::test]
async fn the_contracts_query_is_answered_whole_and_gives_every_row_again_by_its_id() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let first = data(&gateway, QUERY, everything(&|_| Vec::new())).await?;
    let rows_of = |field: &str| first[field][0]["rows"].as_array().cloned().unwrap_or_default();
    let ids = |kind: &str| {
        let (_, field, _) = KINDS.iter().find(|(name, ..)| *name == kind).expect("a kind");
        let rows = rows_of(field).into_iter();
        rows.filter_map(|row| row["id"].as_str().map(str::to_owned)).collect()
    };
    let again = data(&gateway, QUERY, everything(&ids)).await?;
    for (kind, field, by_id) in KINDS {
        ensure!(!rows_of(field).is_empty(), "the demo has no {kind} in London");
        ensure!(again[by_id] == json!(rows_of(field)), "{kind}: {}", again[by_id]);
        let page = &first[field][0];
        ensure!(page["hasMore"] == false && page["count"] == rows_of(field).len(), "{page}");
    }
    let card = &again["describe"];
    let known = gateway.data("{ region(ref: \"london\") { name groups { slug } } }", json!({}));
    let known = known.await?;
    ensure!(card["code"] == "london" && card["name"] == known["region"]["name"], "{card}");
    ensure!(card["contract"] == "1.1" && card["instances"].as_array().map(Vec::len) == Some(1));
    let slugs = |groups: &Value| -> Vec<String> {
        let groups = groups.as_array().into_iter().flatten();
        groups.map(|group| group["slug"].to_string()).collect()
    };
    ensure!(slugs(&card["groups"]) == slugs(&known["region"]["groups"]), "{card}");
    ensure!(card["groups"][0]["members"][0]["council"].is_string(), "{card}");
    Ok(())
}

#[tokio::test]
async fn nothing_is_answered_where_nothing_was_asked() -> Result<()> {
    let gateway = Gateway::demo().await?;
    ensure!(data(&gateway, QUERY, json!({})).await? == json!({}));
    Ok(())
}

#[tokio::test]
async fn each_row_by_id_stands_in_its_place_and_what_is_not_there_is_null() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let page = "{ meetups(pages: [{ direction: ASCENDING, first: 2 }]) { rows { id } } }";
    let page = data(&gateway, page, json!({})).await?;
    let id = |place: usize| page["meetups"][0]["rows"][place]["id"].clone();
    let nobody = "0190c5a8-1b2c-7d3e-8f40-112233445566";
    let one = |name: &str, id: Value| json!({ "__typename": name, "id": id });
    let asked = json!([
        one("Meetup", id(1)),
        one("Meetup", json!(nobody)),
        one("Offer", id(0)),
        one("Council", json!(nobody)),
        one("Meetup", json!("no id")),
        json!(3),
        one("Meetup", id(0)),
        one("Meetup", id(1)),
    ]);
    let query = "query($asked: [_Any!]!) {
        _entities(representations: $asked) { ... on Meetup { id } } }";
    let found = data(&gateway, query, json!({ "asked": asked })).await?;
    let (first, second) = (json!({ "id": id(0) }), json!({ "id": id(1) }));
    let wanted = json!([second, null, null, null, null, null, first, second]);
    ensure!(found["_entities"] == wanted, "{found}");
    Ok(())
}

#[tokio::test]
async fn too_much_at_a_time_is_refused_in_words_and_harms_no_other_part() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let page = |first: i64| json!({ "direction": "ASCENDING", "first": first });
    for (pages, code) in [
        (vec![page(1); 101], "TOO_MANY_PAGES"),
        (vec![page(0)], "PAGE_SIZE"),
        (vec![page(200), page(201)], "PAGE_SIZE"),
        (vec![page(-1)], "PAGE_SIZE"),
    ] {
        let query = "query($pages: [OfferPageRequest!]!) { describe { code }
            offers(pages: $pages) { hasMore }
            meetups(pages: [{ direction: DESCENDING, first: 1 }]) { rows { id } } }";
        let answer = ask(&gateway, query, json!({ "pages": pages })).await?;
        ensure!(told(&answer) == [("offers", code)], "{answer}");
        let data = &answer["data"];
        ensure!(data["offers"].is_null() && data["describe"]["code"] == "london", "{data}");
        ensure!(data["meetups"][0]["rows"][0]["id"].is_string(), "{data}");
    }
    let query = "query($asked: [_Any!]!) { _entities(representations: $asked) { __typename } }";
    let one = json!({ "__typename": "Offer", "id": "0190c5a8-1b2c-7d3e-8f40-112233445566" });
    let answer = ask(&gateway, query, json!({ "asked": vec![&one; 501] })).await?;
    ensure!(told(&answer) == [("_entities", "TOO_MANY_IDS")], "{answer}");
    let found = data(&gateway, query, json!({ "asked": vec![&one; 500] })).await?;
    ensure!(found["_entities"].as_array().map(Vec::len) == Some(500));
    Ok(())
}

#[tokio::test]
async fn a_filter_that_is_not_known_here_is_refused_rather_than_passed_over() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "query($pages: [OfferPageRequest!]!) { offers(pages: $pages) { hasMore } }";
    let page = json!({ "direction": "ASCENDING", "first": 1, "filter": { "colour": "red" } });
    let answer = ask(&gateway, query, json!({ "pages": [page] })).await?;
    ensure!(told(&answer) == [("", "VARIABLE_INVALID")], "{answer}");
    Ok(())
}

#[tokio::test]
async fn the_service_tells_the_committed_contract_as_its_schema() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let told = data(&gateway, "{ _service { sdl } }", json!({})).await?;
    let committed = include_str!("../../docs/regions/region.graphql");
    ensure!(told["_service"]["sdl"] == committed, "run `make schema`");
    Ok(())
}

#[tokio::test]
async fn it_speaks_http_as_the_nations_schema_does() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let body = json!({ "query": "{ describe { code } }" });
    let accept = "application/graphql-response+json";
    let asked = request(&gateway, "london", &body).header("accept", accept);
    let answer = asked.send().await?;
    let kind = answer.headers()["content-type"].to_str()?.to_owned();
    ensure!(kind.starts_with("application/graphql-response+json"), "{kind}");

    let path = "/regions/london/graphql?query=%7Bdescribe%7Bcode%7D%7D";
    let got: Value = gateway.request(Method::GET, path).send().await?.json().await?;
    ensure!(got["data"]["describe"]["code"] == "london", "{got}");

    let plain = gateway.request(Method::POST, "/regions/london/graphql").body(body.to_string());
    ensure!(plain.send().await?.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let other = gateway.request(Method::DELETE, "/regions/london/graphql").send().await?;
    ensure!(other.status() == StatusCode::METHOD_NOT_ALLOWED);
    let nested = json!({ "query": format!("{{ describe {{ {} }} }}", "[".repeat(5_000)) });
    let refused: Value = request(&gateway, "london", &nested).send().await?.json().await?;
    ensure!(refused["errors"][0]["extensions"]["code"].is_string(), "{refused}");
    Ok(())
}

#[tokio::test]
async fn nobody_gets_an_assessment_here_that_is_not_public() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let own = "{ serviceAssessments(region: \"london\", first: 100) {
        totalCount nodes { id isPublic previous { id isPublic } } } }";
    let seen = gateway.data_as(Role::Coordinator, own, json!({})).await?;
    let public = gateway.data(own, json!({})).await?["serviceAssessments"]["totalCount"].clone();
    ensure!(seen["serviceAssessments"]["totalCount"] != public, "the demo has one that is not");
    let nodes = seen["serviceAssessments"]["nodes"].as_array().context("a list")?;
    let follows_hidden =
        |one: &Value| one["isPublic"] == true && one["previous"]["isPublic"] == false;
    ensure!(nodes.iter().any(follows_hidden), "the demo has one that follows it: {seen}");
    let asked = nodes.iter().map(|one| {
        let id = one["id"].as_str().and_then(|id| id.parse::<folkmoot_domain::GlobalId>().ok());
        let id = id.map(|id| id.key().to_string());
        json!({ "__typename": "ServiceAssessment", "id": id })
    });
    let query = "query($asked: [_Any!]!) {
        _entities(representations: $asked) { ... on ServiceAssessment { id previous } }
        serviceAssessments(pages: [{ direction: ASCENDING, first: 200, count: true }]) {
          count rows { id previous } } }";
    let body = json!({ "query": query, "variables": { "asked": asked.collect::<Vec<_>>() } });
    let token = gateway.token(Role::Coordinator).context("a token")?;
    let answer = request(&gateway, "london", &body).bearer_auth(token).send().await?;
    let answer: Value = answer.json().await?;
    let page = &answer["data"]["serviceAssessments"][0];
    ensure!(page["count"] == public, "{page}");
    ensure!(page["rows"].as_array().map(Vec::len).map(|rows| json!(rows)) == Some(public.clone()));
    let found = answer["data"]["_entities"].as_array().context("entities")?;
    let found: Vec<_> = found.iter().filter(|one| one.is_object()).collect();
    ensure!(json!(found.len()) == public, "{} of them by id", found.len());
    let rows = page["rows"].as_array().into_iter().flatten().chain(found);
    let named: Vec<_> = rows.filter(|row| !row["previous"].is_null()).collect();
    ensure!(named.is_empty(), "what they follow is not public: {named:?}");
    Ok(())
}
