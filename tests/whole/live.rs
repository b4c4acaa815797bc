//! A region that answers for itself beside those whose rows are here: one list, looked up by id,
//! and a gap while it is away.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_testkit::{Manner, RegionService, meetup_item};
use folkmoot_tests::{Gateway, Outcome, Passage, Proxy, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};

fn command(gateway: &Gateway, arguments: &[&str]) -> Outcome {
    let mut command = folkmoot();
    command.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true").env("KENT_TOKEN", "a secret");
    Outcome::of(command.args(arguments).args(["--database", &gateway.database]))
}

async fn gateway() -> Result<Gateway> {
    Gateway::demo_with(&[
        ("FOLKMOOT__DATABASE__POLL_SECONDS", "1"),
        ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
        ("KENT_TOKEN", "a secret"),
    ])
    .await
}

/// When the meet-ups of Kent are: later than all others.
fn day(number: u32) -> DateTime<Utc> {
    let first: DateTime<Utc> = "2031-02-01T18:30:00Z".parse().expect("an instant");
    first + TimeDelta::days(number.into())
}

fn kent(numbers: impl IntoIterator<Item = u32>) -> RegionService {
    let item = |number: u32| meetup_item("kent", number.into(), day(number));
    let service = RegionService::start("kent").with_rows("Meetup", numbers.into_iter().map(item));
    service.change_card(|card| {
        card["groups"][0]["members"] = json!([{ "council": "KEN", "from": "2026-04-01" }]);
    });
    service
}

fn add(gateway: &Gateway, service: &RegionService, more: &[&str]) -> Outcome {
    let mut all = vec!["region", "add", "kent", "--name", "Kent", "--active"];
    all.extend(["--live", &service.address]);
    all.extend(more);
    command(gateway, &all)
}

const MEETUPS: &str = "{ meetups(region: \"kent\", when: ALL, first: 50) {
    totalCount complete sources { region state reason asOf }
    gaps { region reason } nodes { id title } } }";

fn titles(data: &Value) -> Vec<String> {
    let nodes = data["meetups"]["nodes"].as_array().cloned().unwrap_or_default();
    nodes.iter().filter_map(|one| one["title"].as_str().map(str::to_owned)).collect()
}

/// Asks for Kent's meet-ups until they are as wanted. Between hearing of a region and asking it a
/// moment passes in which it is missing; a list of it alone is an error then.
async fn until(gateway: &Gateway, is_wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let began = Instant::now();
    loop {
        let mut answer = gateway.ask(MEETUPS, json!({})).await?;
        if answer["errors"].is_null() && is_wanted(&answer["data"]) {
            return Ok(answer["data"].take());
        }
        ensure!(began.elapsed() < Duration::from_secs(20), "still: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn live_region_is_in_the_nations_list_and_leaves_a_gap_while_it_is_away() -> Result<()> {
    let gateway = gateway().await?;
    let mut service = kent([1, 2, 3]);
    let added = add(&gateway, &service, &["--secret", "KENT_TOKEN"]);
    ensure!(added.is_success, "{added:?}");
    ensure!(service.asked()[0].head.contains("authorization: bearer a secret"));

    let has_all = |data: &Value| titles(data).len() == 3;
    let known = "{ regions { code } }";
    gateway.data_until(known, |data| data.to_string().contains("kent")).await?;
    let data = until(&gateway, has_all).await?;
    ensure!(data["meetups"]["complete"] == true, "{data}");
    ensure!(data["meetups"]["totalCount"] == 3, "{data}");
    ensure!(data["meetups"]["sources"][0]["state"] == "FRESH", "{data}");

    let all = "{ meetups(when: ALL, last: 5) {
        complete nodes { title } sources { region state } gaps { region reason } } }";
    let nation = gateway.data(all, json!({})).await?;
    ensure!(titles(&nation)[2..] == ["Meet-up 1", "Meet-up 2", "Meet-up 3"], "{nation}");
    ensure!(titles(&nation)[..2].iter().all(|title| !title.starts_with("Meet-up ")), "{nation}");
    ensure!(nation["meetups"]["complete"] == true, "{nation}");

    let id = &data["meetups"]["nodes"][1]["id"];
    let node = "query($id: ID!) { node(id: $id) { ... on Meetup { title group { name }
        provenance { system } } } }";
    let found = gateway.data(node, json!({ "id": id })).await?;
    ensure!(found["node"]["title"] == "Meet-up 2", "{found}");
    ensure!(found["node"]["provenance"]["system"] == "live", "{found}");
    let member = "{ council(ref: \"KEN\") { groups { slug } } }";
    let member = gateway.data(member, json!({})).await?;
    ensure!(member.to_string().contains("kent"), "members of its card are known: {member}");

    service.stop();
    let kept = gateway.data(all, json!({})).await?;
    ensure!(titles(&kept) == titles(&nation), "what was heard a moment ago is still good: {kept}");
    let others = "{ meetups(when: ALL, attendance: IN_PERSON, last: 5) {
        complete nodes { title } sources { region state } gaps { region reason } } }";
    let nation = gateway.data(others, json!({})).await?;
    ensure!(nation["meetups"]["complete"] == false, "{nation}");
    let gap = json!([{ "region": "kent", "reason": "UNREACHABLE" }]);
    ensure!(nation["meetups"]["gaps"] == gap, "{nation}");
    ensure!(titles(&nation).len() == 5, "the others are there: {nation}");
    Ok(())
}

#[tokio::test]
async fn withdrawn_row_of_a_live_region_is_shown_no_more() -> Result<()> {
    let gateway = gateway().await?;
    let service = kent([1, 2, 3]);
    ensure!(add(&gateway, &service, &[]).is_success);
    let data = until(&gateway, |data| titles(data).len() == 3).await?;
    let id = data["meetups"]["nodes"][1]["id"].as_str().context("an id")?;

    let withdrawn = command(&gateway, &["withdraw", id, "--reason", "its council asked for it"]);
    ensure!(withdrawn.is_success, "{withdrawn:?}");

    let left = until(&gateway, |data| titles(data).len() == 2).await?;
    ensure!(titles(&left) == ["Meet-up 1", "Meet-up 3"], "{left}");
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let gone = gateway.data(node, json!({ "id": id })).await?;
    ensure!(gone["node"].is_null(), "{gone}");
    let again = command(&gateway, &["withdraw", id, "--reason", "again"]);
    ensure!(!again.is_success, "{again:?}");
    Ok(())
}

#[tokio::test]
async fn region_that_hangs_delays_nobody_beyond_the_deadline() -> Result<()> {
    let gateway = gateway().await?;
    let service = kent([1]);
    ensure!(add(&gateway, &service, &[]).is_success);
    until(&gateway, |data| titles(data).len() == 1).await?;
    service.delay(Duration::from_secs(60));
    let began = Instant::now();
    let data = gateway.data("{ meetups(first: 5) { gaps { region reason } } }", json!({})).await?;
    ensure!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    ensure!(data["meetups"]["gaps"][0]["reason"] == "TIMED_OUT", "{data}");
    Ok(())
}

#[tokio::test]
async fn region_that_is_back_is_heard_although_its_open_connections_are_dead() -> Result<()> {
    let gateway = gateway().await?;
    let mut service = kent([1]);
    let place = service.address.strip_prefix("http://").context("an address")?;
    let place = place.strip_suffix("/graphql").context("a path")?.parse()?;
    let network = Proxy::start(place)?;
    service.address = format!("http://{}/graphql", network.address);
    ensure!(add(&gateway, &service, &[]).is_success);
    until(&gateway, |data| titles(data).len() == 1).await?;
    // Each is another question, so that none is answered by what was kept.
    let complete = async |first: u32| -> Result<bool> {
        let query = "query($first: Int) { meetups(when: ALL, first: $first) { complete } }";
        let data = gateway.data(query, json!({ "first": first })).await?;
        Ok(data["meetups"]["complete"] == true)
    };
    service.delay(Duration::from_millis(200));
    let at_once = futures::future::join_all((10..16).map(async |first: u32| {
        // One after the other: those of a moment would travel on one connection.
        tokio::time::sleep(Duration::from_millis(20 * u64::from(first - 10))).await;
        complete(first).await
    }));
    ensure!(at_once.await.into_iter().all(|one| one.is_ok_and(|one| one)), "it is well");
    service.delay(Duration::ZERO);

    network.let_pass(Passage::BlackHole);
    ensure!(!complete(20).await?, "it does not answer");
    network.let_pass(Passage::Free);

    // What waited is given up a little later than its reader.
    let began = Instant::now();
    let mut first = 21;
    while !complete(first).await? {
        ensure!(began.elapsed() < Duration::from_secs(3), "it is back, and not heard");
        first += 1;
    }
    ensure!(complete(first + 1).await? && complete(first + 2).await?, "and away once more");
    Ok(())
}

#[tokio::test]
async fn region_moves_to_its_own_service_and_back_with_its_ids() -> Result<()> {
    let gateway = gateway().await?;
    ensure!(command(&gateway, &["region", "add", "kent", "--name", "Kent", "--active"]).is_success);
    gateway.data_until("{ regions { code } }", |data| data.to_string().contains("kent")).await?;
    let service = kent([1, 2]);
    let to = command(&gateway, &["region", "move", "kent", "--live", &service.address]);
    ensure!(to.is_success && to.out.contains("asked live"), "{to:?}");
    until(&gateway, |data| titles(data).len() == 2).await?;
    let listed = command(&gateway, &["region", "list"]);
    ensure!(listed.out.contains(&format!("asked at {}", service.address)), "{listed:?}");

    let back = command(&gateway, &["region", "move", "kent", "--hosted"]);
    ensure!(back.is_success, "{back:?}");
    let is_hosted = |data: &Value| titles(data).is_empty() && data["meetups"]["complete"] == true;
    until(&gateway, is_hosted).await?;
    let asked = service.asked().len();
    gateway.data(MEETUPS, json!({})).await?;
    ensure!(service.asked().len() == asked, "it is asked no more");
    Ok(())
}

#[tokio::test]
async fn what_is_no_service_of_the_region_is_refused_with_what_to_do() -> Result<()> {
    let gateway = gateway().await?;
    let service = kent([]);
    let refused = |wanted: &str| -> Result<()> {
        let outcome = add(&gateway, &service, &[]);
        ensure!(!outcome.is_success && outcome.err.contains(wanted), "{wanted}: {outcome:?}");
        Ok(())
    };
    service.change_card(|card| card["code"] = json!("surrey"));
    refused("calls itself \"surrey\", not kent")?;
    service.change_card(|card| card["contract"] = json!("2.0"));
    refused("bring this gateway up to date")?;
    service.answer(Manner::Raw(200, "content-type: text/html\r\n".into(), "".into()));
    refused("answers with a web page")?;
    service.answer(Manner::Closes);
    refused("--unchecked")?;
    let open = Outcome::of(folkmoot().args([
        "region",
        "add",
        "kent",
        "--name",
        "Kent",
        "--live",
        &service.address,
        "--database",
        &gateway.database,
    ]));
    ensure!(!open.is_success && open.err.contains("has no https"), "{open:?}");
    let unset = add(&gateway, &service, &["--secret", "NOT_SET_ANYWHERE"]);
    ensure!(!unset.is_success && unset.err.contains("NOT_SET_ANYWHERE is not set"), "{unset:?}");

    let anyway = add(&gateway, &service, &["--unchecked"]);
    ensure!(anyway.is_success, "{anyway:?}");
    let sources = "{ meetups(region: \"kent\") { complete sources { reason } } }";
    let error = gateway.ask(sources, json!({})).await?;
    error["errors"][0]["extensions"]["code"].as_str().context("nobody answered")?;
    Ok(())
}

#[tokio::test]
async fn card_of_a_live_region_names_the_gateways_behind_this_one() -> Result<()> {
    let gateway = gateway().await?;
    let service = kent([1]);
    let behind = "6c1f8f0e-0000-4000-8000-000000000001";
    service.change_card(|card| card["instances"] = json!([behind]));
    ensure!(add(&gateway, &service, &[]).is_success);
    until(&gateway, |data| titles(data).len() == 1).await?;

    let question = json!({ "query": "{ describe { instances } }" });
    let asked = gateway.request(Method::POST, "/regions/kent/graphql").json(&question);
    let answer: Value = asked.send().await?.json().await?;

    let instances = answer["data"]["describe"]["instances"].as_array().context("a list")?;
    ensure!(
        instances.len() == 2 && instances[1] == behind,
        "its own, and what is behind: {answer}"
    );
    Ok(())
}
