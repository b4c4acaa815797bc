//! What coordinators ask: where support is needed, what to meet about next, who can help whom,
//! who has not answered, what is stale; and that nobody else is told.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Role};
use serde_json::{Value, json};

fn rows<'a>(data: &'a Value, field: &str) -> Result<&'a Vec<Value>> {
    let rows = data[field]["rows"].as_array().context("rows")?;
    ensure!(!rows.is_empty(), "{field} says nothing: {data}");
    Ok(rows)
}

const RANKING: &str = "query($region: RegionRef) { supportRanking(region: $region) {
    live halfYear complete note
    rows { rank pointRef needShare nationalNeedShare responded eligible marker because } } }";

#[tokio::test]
async fn everyone_reads_published_needs_and_coordinators_their_own_as_they_stand() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let london = json!({ "region": "london" });
    for role in Role::ALL {
        let answer = gateway.ask_as(role, RANKING, london.clone()).await?;
        let ranking = &answer["data"]["supportRanking"];
        let is_theirs = [Role::Coordinator, Role::Steward].contains(&role);
        ensure!(ranking["live"] == is_theirs, "{}: {answer}", role.name());
        let ranks: Vec<_> = rows(&answer["data"], "supportRanking")?
            .iter()
            .map(|row| row["rank"].as_u64())
            .collect();
        let figures = ranks.iter().flatten().count();
        ensure!(figures >= 10, "the demo's London has figures: {answer}");
        let expected = (1..=figures as u64).map(Some).chain([None].into_iter().cycle());
        ensure!(ranks.iter().copied().eq(expected.take(ranks.len())), "{ranks:?}");
    }
    Ok(())
}

/// Yorkshire and Humber has changed to a later standard.
#[tokio::test]
async fn a_region_is_looked_at_by_the_standard_of_its_latest_answers() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "query($standard: String) {
        supportRanking(region: \"yorkshire-humber\", standard: $standard) {
            note rows { pointRef responded } }
        nextTopics(region: \"yorkshire-humber\", standard: $standard) {
            note rows { point { ref } because } } }";
    for role in [Role::Anonymous, Role::Steward] {
        let answer = gateway.ask_as(role, query, json!({})).await?;
        let data = &answer["data"];
        for (field, point) in [("supportRanking", "/pointRef"), ("nextTopics", "/point/ref")] {
            let is_of_it = |row: &Value| {
                row.pointer(point)
                    .and_then(Value::as_str)
                    .is_some_and(|it| it.starts_with("gds-2019/"))
            };
            ensure!(rows(data, field)?.iter().all(is_of_it), "{}: {answer}", role.name());
            let note = data[field]["note"].as_str().unwrap_or_default();
            ensure!(note.contains("(`gds-2019`)"), "{}: {note}", role.name());
        }
        let responded =
            rows(data, "supportRanking")?.iter().filter_map(|row| row["responded"].as_u64());
        ensure!(responded.sum::<u64>() > 0, "{}: {answer}", role.name());
    }
    let former = json!({ "standard": "lgdss-2016" });
    let answer = gateway.ask_as(Role::Steward, query, former).await?;
    let note = answer["data"]["supportRanking"]["note"].as_str().unwrap_or_default();
    ensure!(note.contains("pass `standard: \"gds-2019\"`"), "{answer}");
    Ok(())
}

#[tokio::test]
async fn topics_come_with_their_reasons_speakers_and_reading() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ nextTopics(region: \"london\", first: 15) { complete
        rows { rank votes lastCoveredOn nextCoveredOn needShare because point { label }
          speakers(first: 3) { nodes { kind point { label } } } caseStudies(first: 3) { nodes { title } } } } }";
    let data = gateway.data(query, json!({})).await?;
    let topics = rows(&data, "nextTopics")?;
    ensure!(topics.len() == 15, "every point once: {}", topics.len());
    let is_planned: Vec<_> = topics.iter().map(|topic| !topic["nextCoveredOn"].is_null()).collect();
    ensure!(is_planned.is_sorted(), "what is planned comes last: {is_planned:?}");
    let speakers = topics.iter().flat_map(|topic| {
        topic["speakers"]["nodes"].as_array().into_iter().flatten().map(move |one| (topic, one))
    });
    let mut found = 0;
    for (topic, offer) in speakers {
        found += 1;
        ensure!(offer["kind"] == "SPEAK", "{offer}");
        let label = &offer["point"]["label"];
        ensure!(label.is_null() || *label == topic["point"]["label"], "{topic}");
    }
    ensure!(found > 0, "somebody offers to speak");
    Ok(())
}

#[tokio::test]
async fn what_names_councils_in_need_is_for_the_regions_coordinators() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let meetups = "{ meetups(when: PAST, region: \"london\", first: 1) { nodes { id } } }";
    let data = gateway.data(meetups, json!({})).await?;
    let meetup = data["meetups"]["nodes"][0]["id"].as_str().context("a meet-up")?;
    let asked = [
        ("supportMatches", "{ it: supportMatches(region: \"london\", point: \"agile\") { note } }"),
        ("needsAttention", "{ it: needsAttention(region: \"london\") { note } }"),
        ("meetupEffect", &format!("{{ it: meetupEffect(meetup: \"{meetup}\") {{ because }} }}")),
    ];
    for (field, query) in asked {
        for role in Role::ALL {
            let answer = gateway.ask_as(role, query, json!({})).await?;
            let may_see = [Role::Coordinator, Role::Steward].contains(&role);
            ensure!(answer["data"]["it"].is_null() != may_see, "{} {field}: {answer}", role.name());
            let code = &answer["errors"][0]["extensions"]["code"];
            ensure!(may_see || code == "SCOPE_NEEDED", "{} {field}: {answer}", role.name());
        }
    }
    // Beside others a meet-up simply has no effect to show.
    let query =
        "{ meetups(when: PAST, region: \"london\", first: 5) { nodes { effect { because } } } }";
    for role in Role::ALL {
        let answer = gateway.ask_as(role, query, json!({})).await?;
        let may_see = [Role::Coordinator, Role::Steward].contains(&role);
        let meetups = answer["data"]["meetups"]["nodes"].as_array().context("meet-ups")?;
        let is_right = |meetup: &Value| meetup["effect"].is_null() != may_see;
        ensure!(meetups.iter().all(is_right), "{}: {answer}", role.name());
        ensure!(answer["errors"].is_null(), "{}: {answer}", role.name());
    }
    let query = "{ responseRate(region: \"london\") { responded eligible notYet { name } } }";
    for role in Role::ALL {
        let answer = gateway.ask_as(role, query, json!({})).await?;
        let rate = &answer["data"]["responseRate"];
        let may_see = [Role::Coordinator, Role::Steward].contains(&role);
        let number = |name: &str| rate[name].as_u64().context("a number");
        let silent = rate["notYet"].as_array().map(|names| names.len() as u64);
        let expected = may_see.then_some(number("eligible")? - number("responded")?);
        ensure!(silent == expected, "{}: {rate}", role.name());
    }
    Ok(())
}

#[tokio::test]
async fn matches_say_why_and_the_first_ones_are_the_first_ones() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query =
        "query($first: Int!) { supportMatches(region: \"london\", point: \"team\", first: $first) {
          totalCount rows { needing { name } helping { name } offer { id } urgency because } } }";
    let ask = async |first: u8| -> Result<Value> {
        let answer = gateway.ask_as(Role::Coordinator, query, json!({ "first": first })).await?;
        Ok(answer["data"].clone())
    };
    let all = ask(200).await?;
    let matches = rows(&all, "supportMatches")?;
    ensure!(all["supportMatches"]["totalCount"] == matches.len() as u64, "{all}");
    for row in matches {
        ensure!(row["needing"] != row["helping"], "{row}");
        ensure!(row["because"].as_array().is_some_and(|why| why.len() >= 2), "{row}");
    }
    let urgency: Vec<_> = matches.iter().map(|row| row["urgency"].as_u64()).collect();
    ensure!(urgency.is_sorted_by(|one, next| one >= next), "the most urgent first: {urgency:?}");
    let two = ask(2).await?;
    ensure!(rows(&two, "supportMatches")? == &matches[..2], "{two}");
    Ok(())
}

#[tokio::test]
async fn wrong_rounds_and_sizes_are_answered_with_what_to_do() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let wrong = [
        ("{ responseRate(round: \"2025-10\") { round } }", "VALUE_INVALID", "pass `region` too"),
        (
            "{ responseRate(region: \"london\", round: \"2025-1\") { round } }",
            "UNKNOWN_REFERENCE",
            "did you mean",
        ),
        ("{ supportRanking(first: 0) { note } }", "PAGE_SIZE", "from 1 to 50"),
        (
            "{ supportMatches(region: \"east\", point: \"team\") { note } }",
            "UNKNOWN_REFERENCE",
            "unknown region",
        ),
        ("{ nextTopics(region: \"london\", first: -7) { note } }", "PAGE_SIZE", "from 1 to 50"),
        (
            "{ supportRanking(standard: \"lgdss-2061\") { note } }",
            "UNKNOWN_REFERENCE",
            "lgdss-2016",
        ),
        ("{ supportRanking(region: \"east\") { note } }", "UNKNOWN_REFERENCE", "unknown region"),
    ];
    for (query, code, words) in wrong {
        let answer = gateway.ask(query, json!({})).await?;
        let error = &answer["errors"][0];
        ensure!(error["extensions"]["code"] == code, "{query}: {answer}");
        ensure!(error["message"].as_str().unwrap_or_default().contains(words), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn what_waits_for_a_coordinator_leads_to_pages_that_exist() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ needsAttention(region: \"london\") { rows { kind title url since because } } }";
    let answer = gateway.ask_as(Role::Coordinator, query, json!({})).await?;
    let rows = rows(&answer["data"], "needsAttention")?;
    let since: Vec<_> = rows.iter().map(|row| row["since"].as_str()).collect();
    ensure!(since.is_sorted(), "the longest due first: {since:?}");
    for row in rows {
        let url = row["url"].as_str().context("an address")?;
        let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        let answer = gateway.request(reqwest::Method::GET, path.context("a path")?).send().await?;
        ensure!(answer.status().is_success(), "{row}: {}", answer.status());
    }
    Ok(())
}
