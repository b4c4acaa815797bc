//! Things as other services of a federated graph refer to them: each in its place, none failing
//! for another, and nobody seeing more that way than by any other.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use folkmoot_domain::{RegionState, Viewer};
use folkmoot_federation::{Clock, Nation, NationOptions, PublishedCache, ReferenceCache, Stored};
use folkmoot_graphql::{Addresses, Moot, Pipeline, Turns};
use folkmoot_testkit::{Database, build};
use folkmoot_tests::{Gateway, Role};
use serde_json::{Value, json};

const ENTITIES: &str = "query($representations: [_Any!]!) {
    _entities(representations: $representations) { __typename
        ... on Council { code name } ... on Region { code } ... on PeerGroup { slug }
        ... on Standard { code } ... on StandardPoint { ref } ... on Meetup { title }
        ... on CaseStudy { title } ... on Offer { kind } ... on ServiceAssessment { service } } }";

async fn entities(gateway: &Gateway, role: Role, representations: Value) -> Result<Value> {
    gateway.ask_as(role, ENTITIES, json!({ "representations": representations })).await
}

/// The place and the code of each error.
fn told(answer: &Value) -> BTreeMap<String, String> {
    let errors = answer["errors"].as_array().into_iter().flatten();
    let told = errors.map(|error| {
        let code = error["extensions"]["code"].as_str().unwrap_or_default().to_owned();
        (error["path"].to_string(), code)
    });
    told.collect()
}

#[tokio::test]
async fn each_thing_stands_in_its_place_twice_if_asked_twice_and_null_if_it_is_not_there()
-> Result<()> {
    let gateway = Gateway::demo().await?;
    let council = |code: &str| json!({ "__typename": "Council", "code": code });
    let region = json!({ "__typename": "Region", "code": "london" });
    let asked = json!([council("HCK"), council("CMD"), council("NIX"), region, council("CMD")]);
    let answer = entities(&gateway, Role::Anonymous, asked).await?;
    ensure!(answer["errors"].is_null(), "{answer}");
    let camden = json!({ "__typename": "Council", "code": "CMD", "name": "Camden" });
    let wanted = json!([
        { "__typename": "Council", "code": "HCK", "name": "Hackney" },
        camden,
        null,
        { "__typename": "Region", "code": "london" },
        camden,
    ]);
    ensure!(answer["data"]["_entities"] == wanted, "{answer}");
    Ok(())
}

/// One thing of every kind, with all its keys.
async fn keyed(gateway: &Gateway) -> Result<Vec<Value>> {
    let query = "{ council(ref: \"camden\") { __typename id code gssCode }
        region(ref: \"london\") { __typename id code groups { __typename id slug }
          meetups(when: ALL, first: 1) { nodes { __typename id } }
          caseStudies(first: 1) { nodes { __typename id } } offers(first: 1) { nodes { __typename id } } }
        serviceAssessments(first: 1) { nodes { __typename id } }
        point(ref: \"agile\") { __typename id ref standard { __typename id code } } }";
    let data = gateway.data(query, json!({})).await?;
    let (region, point) = (&data["region"], &data["point"]);
    let things = [
        &data["council"],
        region,
        &region["groups"][0],
        &region["meetups"]["nodes"][0],
        &region["caseStudies"]["nodes"][0],
        &region["offers"]["nodes"][0],
        &data["serviceAssessments"]["nodes"][0],
        point,
        &point["standard"],
    ];
    Ok(things.into_iter().cloned().collect())
}

#[tokio::test]
async fn every_kind_is_found_by_each_of_its_keys() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "query($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Node { id } } }";
    let mut tried = 0;
    for thing in keyed(&gateway).await? {
        let keys = thing.as_object().context("a thing")?.iter();
        for (key, text) in keys.filter(|(key, text)| *key != "__typename" && text.is_string()) {
            let one = json!({ "__typename": thing["__typename"], key: text });
            let data = gateway.data(query, json!({ "representations": [one] })).await?;
            ensure!(data["_entities"][0]["id"] == thing["id"], "{one}: {data}");
            tried += 1;
        }
    }
    ensure!(tried == 15, "nine ids and six keys of their own, not {tried}");
    Ok(())
}

#[tokio::test]
async fn every_councils_gss_code_leads_back_to_it_alone() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ councils(first: 500) { nodes { __typename gssCode } totalCount } }";
    let data = gateway.data(query, json!({})).await?;
    let councils = data["councils"]["nodes"].as_array().context("councils")?;
    ensure!(data["councils"]["totalCount"] == councils.len(), "{}", councils.len());
    let coded: Vec<_> = councils.iter().filter(|one| one["gssCode"].is_string()).collect();
    ensure!(coded.len() > 380, "{}", coded.len());
    let query = "query($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Council { __typename gssCode } } }";
    for some in coded.chunks(100) {
        let data = gateway.data(query, json!({ "representations": some })).await?;
        ensure!(data["_entities"] == json!(some));
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_meant_says_so_in_its_place_and_fails_no_other() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let meetup = gateway.data("{ meetups(first: 1) { nodes { id } } }", json!({})).await?;
    let meetup = &meetup["meetups"]["nodes"][0]["id"];
    let camden = json!({ "__typename": "Council", "code": "CMD" });
    let slips = [
        (json!({ "__typename": "Person", "id": "x" }), "VALUE_INVALID", "it is one of Council"),
        (json!({ "code": "CMD" }), "VALUE_INVALID", "with `__typename` and a key"),
        (json!("CMD"), "VALUE_INVALID", "with `__typename` and a key"),
        (json!({ "__typename": "Council", "name": "Camden" }), "VALUE_INVALID", "`gssCode`"),
        (json!({ "__typename": "Region", "code": 7 }), "VALUE_INVALID", "`id` or `code`"),
        (json!({ "__typename": "Meetup", "id": "camden" }), "MALFORMED_ID", "earlier answer"),
        (json!({ "__typename": "Offer", "id": meetup }), "MALFORMED_ID", "another kind"),
    ];
    let mut asked = vec![camden.clone()];
    asked.extend(slips.iter().flat_map(|(slip, ..)| [slip.clone(), camden.clone()]));
    let answer = entities(&gateway, Role::Anonymous, json!(asked)).await?;
    let told = told(&answer);
    ensure!(told.len() == slips.len(), "{answer}");
    for (n, (slip, code, says)) in slips.iter().enumerate() {
        let place = 2 * n + 1;
        let found = &answer["data"]["_entities"];
        ensure!(found[place].is_null() && found[place + 1]["code"] == "CMD", "{slip}: {answer}");
        let path = json!(["_entities", place]);
        let told = told.get(&path.to_string());
        ensure!(told.is_some_and(|told| told == code), "{slip}: {answer}");
        let errors = answer["errors"].as_array().context("errors")?;
        let error = errors.iter().find(|error| error["path"] == path);
        let message = error.and_then(|error| error["message"].as_str()).context("a message")?;
        ensure!(message.contains(says) && !message.contains("Person"), "{slip}: {message}");
    }
    Ok(())
}

#[tokio::test]
async fn more_representations_than_ids_at_a_time_are_refused_in_words() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let many = |n: usize| json!(vec![json!({ "__typename": "Council", "code": "CMD" }); n]);
    let answer = entities(&gateway, Role::Anonymous, many(500)).await?;
    ensure!(answer["data"]["_entities"].as_array().map(Vec::len) == Some(500), "{answer}");
    let answer = entities(&gateway, Role::Anonymous, many(501)).await?;
    ensure!(answer["data"].is_null(), "{answer}");
    ensure!(answer["errors"][0]["extensions"]["code"] == "TOO_MANY_IDS", "{answer}");
    let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
    ensure!(message.starts_with("at most 500 representations"), "{message}");
    Ok(())
}

#[tokio::test]
async fn an_answer_costs_as_many_times_its_fields_as_there_are_representations() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "query($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Region { meetups(first: 100) { nodes { id title startsAt endsAt status attendance timeZone
            group { name slug } host { name code } } } } } }";
    let many = |n: usize| vec![json!({ "__typename": "Region", "code": "london" }); n];
    gateway.data(query, json!({ "representations": many(10) })).await?;
    let answer = gateway.ask(query, json!({ "representations": many(100) })).await?;
    ensure!(answer["errors"][0]["extensions"]["code"] == "QUERY_TOO_LARGE", "{answer}");
    Ok(())
}

#[tokio::test]
async fn what_is_on_trial_or_not_agreed_to_looks_as_if_it_were_not_there() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ region(ref: \"east\") { __typename id code groups { __typename id slug }
          meetups(when: ALL, first: 1) { nodes { __typename id } } }
        serviceAssessments(region: \"london\", first: 100) { nodes { __typename id isPublic } } }";
    let data = gateway.data_as(Role::Steward, query, json!({})).await?;
    let (region, group) = (&data["region"], &data["region"]["groups"][0]);
    let reports = data["serviceAssessments"]["nodes"].as_array().context("assessments")?;
    let report =
        reports.iter().find(|one| one["isPublic"] == false).context("one without consent")?;
    let asked = json!([
        { "__typename": "Region", "code": region["code"] },
        { "__typename": "Region", "id": region["id"] },
        { "__typename": "PeerGroup", "slug": group["slug"] },
        { "__typename": "PeerGroup", "id": group["id"] },
        region["meetups"]["nodes"][0],
        { "__typename": "ServiceAssessment", "id": report["id"] },
    ]);
    for role in Role::ALL {
        let answer = entities(&gateway, role, asked.clone()).await?;
        ensure!(answer["errors"].is_null(), "{}: {answer}", role.name());
        let found = answer["data"]["_entities"].as_array().context("a list")?;
        let (of_trial, unpublished) = found.split_at(5);
        let sees_trial = [Role::TrialCoordinator, Role::Steward].contains(&role);
        let reads = [Role::Coordinator, Role::Steward].contains(&role);
        // An editor reads it if it is of their own council.
        let is_sure = role != Role::Editor;
        ensure!(
            of_trial.iter().all(|one| one.is_null() != sees_trial),
            "{}: {answer}",
            role.name()
        );
        ensure!(!is_sure || unpublished[0].is_null() != reads, "{}: {answer}", role.name());
    }
    Ok(())
}

#[tokio::test]
async fn the_subgraphs_schema_is_told_to_whoever_asks() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let data = gateway.data("{ _service { sdl } }", json!({})).await?;
    let sdl = data["_service"]["sdl"].as_str().context("a schema")?;
    for part in [
        "https://specs.apollo.dev/federation/v2.",
        "type Council implements Node @key(fields: \"id\") @key(fields: \"code\") @key(fields: \"gssCode\") {",
        "type Meetup implements Node @key(fields: \"id\") {",
    ] {
        ensure!(sdl.contains(part), "{part}");
    }
    Ok(())
}

#[tokio::test]
async fn a_region_that_cannot_be_asked_fails_its_own_things_only() -> Result<()> {
    let database = Database::sqlite().await;
    let (store, regions) = (database.store().clone(), ["london", "kent"].map(build::region_id));
    let mut changes = build::nation(&["london", "kent"]);
    changes.extend(regions.map(|region| build::meetup(region, 1).change()));
    store.apply("test", build::start(), changes).await?;
    let clock = Clock::fixed(build::start());
    let pipeline = || {
        Pipeline::new(Moot {
            nation: Nation::new(
                Arc::new(Stored::new(store.clone())),
                clock.clone(),
                NationOptions::default(),
            ),
            reference: ReferenceCache::new(store.clone(), "lgdss-2016"),
            published: PublishedCache::new(store.clone(), Duration::ZERO),
            store: store.clone(),
            addresses: Addresses::new("http://127.0.0.1"),
            clock: clock.clone(),
            turns: Turns::new(64),
        })
    };
    let ask = async |query: String| {
        let request = async_graphql::Request::new(query).data(Viewer::anonymous());
        serde_json::to_value(pipeline().answer(request).await.response)
    };
    let list = "{ meetups(when: ALL) { nodes { __typename id title group { region { code } } } } }";
    let meetups = ask(list.to_owned()).await?["data"]["meetups"]["nodes"].clone();
    let id_in = |code: &str| {
        let mut meetups = meetups.as_array().into_iter().flatten();
        meetups.find(|one| one["group"]["region"]["code"] == code).map(|one| one["id"].to_string())
    };
    let (kent, london) = (id_in("kent").context("one")?, id_in("london").context("one")?);
    let paused = build::region("kent").with(|kent| {
        kent.state = RegionState::Paused { reason: "The network is being rebuilt.".to_owned() };
    });
    store.apply("test", build::start(), vec![paused.change()]).await?;

    let one = |id: &str| format!("{{ __typename: \"Meetup\", id: {id} }}");
    let all = [one(&london), one(&kent), one(&london)].join(", ");
    let answer =
        ask(format!("{{ _entities(representations: [{all}]) {{ ... on Meetup {{ title }} }} }}"))
            .await?;
    let found = &answer["data"]["_entities"];
    ensure!(found[0] == found[2] && found[0].is_object() && found[1].is_null(), "{answer}");
    let wanted = [(json!(["_entities", 1]).to_string(), "OWNER_UNREACHABLE".to_owned())];
    ensure!(told(&answer) == wanted.into(), "{answer}");
    Ok(())
}
