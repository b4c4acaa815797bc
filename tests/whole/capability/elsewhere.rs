//! Figures of regions that answer for themselves: asked for before a release, kept once, and
//! published by the same rules.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use folkmoot_domain::{
    Door, FeedAddress, Histogram, LiveService, Measure, ReleaseRow, RowFilter, RowScope, Shown,
};
use folkmoot_store::{Change, Store};
use folkmoot_testkit::{Database, Manner, RegionService, build};
use folkmoot_tests::{Gateway, Outcome, folkmoot};
use serde_json::{Value, json};

use super::nation::{Asked, apply, ask, close, filled, gateway, publish};

const REGIONS: [&str; 3] = ["east", "kent", "london"];

/// A nation in which every region has asked and closed, but for Kent, which plugs in by this door.
async fn all_but_kent(door: Door) -> Result<Database> {
    let database = Database::sqlite().await;
    let store = database.store();
    filled(store, &REGIONS).await?;
    for (from, regions) in [(0, &REGIONS[..1]), (2, &REGIONS[2..])] {
        spring(store, from, regions).await?;
    }
    apply(store, vec![build::region("kent").door(door).change()]).await?;
    close(store, "2025-H1", &["east", "london"]).await?;
    Ok(database)
}

/// The same; Kent answers for itself at an address.
async fn nation(address: &str) -> Result<Database> {
    let database = all_but_kent(Door::Live).await?;
    let store = database.store();
    let (region, address) = (build::region_id("kent"), FeedAddress::parse(address)?);
    let service = LiveService { region, address, secret: Some("KENT_TOKEN".to_owned()) };
    store.set_live_service("test", build::start(), region, Some(&service)).await?;
    Ok(database)
}

async fn spring(store: &Store, from: u32, regions: &[&str]) -> Result<()> {
    let (held_on, standard, points) = ("2025-03-01", "lgdss-2016", &[1][..]);
    ask(store, &Asked { regions, from, held_on, standard, points }).await
}

fn command(database: &Database, token: &str, arguments: &[&str]) -> Outcome {
    let mut command = folkmoot();
    command.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true").env("KENT_TOKEN", token);
    Outcome::of(command.args(arguments).args(["--database", &database.options().url]))
}

fn release(database: &Database, token: &str) -> Result<String> {
    let outcome = command(database, token, &["release", "create"]);
    ensure!(outcome.is_success, "{outcome:?}");
    Ok(outcome.out)
}

fn token(database: &Database, scope: &str) -> Result<String> {
    let made = command(database, "-", &["token", "create", "--name", "Nation", "--scope", scope]);
    made.out.lines().next().map(str::to_owned).with_context(|| format!("{made:?}"))
}

async fn rows(database: &Database) -> Result<Vec<ReleaseRow>> {
    let published = database.store().published().await?;
    Ok(published.rows(&RowFilter::default()).cloned().collect())
}

/// What is shown about understanding.
async fn shown(database: &Database, scope: RowScope) -> Result<Option<Shown>> {
    let rows = rows(database).await?.into_iter();
    let mut rows = rows.filter(|row| row.measure == Measure::Understanding);
    Ok(rows.find(|row| row.scope == scope).map(|row| row.shown))
}

fn kent() -> RowScope {
    RowScope::Region(build::region_id("kent"))
}

fn counts(levels: [u32; 5]) -> Option<Shown> {
    Some(Shown::Counts(Histogram { levels, not_rated: 0 }))
}

/// Another gateway, whose Kent closed with the others, and its address there.
async fn other() -> Result<(Database, Arc<Gateway>, String)> {
    let database = Database::sqlite().await;
    filled(database.store(), &REGIONS).await?;
    spring(database.store(), 0, &REGIONS).await?;
    publish(database.store(), "2025-H1", &REGIONS).await?;
    let gateway = gateway(&database).await?;
    let address = format!("{}/regions/kent/graphql", gateway.address);
    Ok((database, Arc::new(gateway), address))
}

#[tokio::test]
async fn a_region_of_another_gateway_is_in_the_tables_as_if_its_answers_were_here() -> Result<()> {
    let (there, _gateway, address) = other().await?;
    let here = nation(&address).await?;

    let said = release(&here, &token(&there, "peer")?)?;

    ensure!(said.contains("Region kent has closed 2025-H1: taken."), "{said}");
    let wanted = rows(&there).await?;
    ensure!(wanted.iter().any(|row| row.scope == kent()), "{wanted:?}");
    ensure!(rows(&here).await? == wanted, "{said}");
    let reader = gateway(&here).await?;
    let query = "{ capability { complete note coverage { regionsIncluded regionsExpected } } }";
    let data = reader.data(query, json!({})).await?;
    ensure!(data["capability"]["complete"] == true, "{data}");
    ensure!(data["capability"]["coverage"]["regionsIncluded"] == 3, "{data}");
    ensure!(!data.to_string().contains("not in them"), "{data}");
    let again = release(&here, &token(&there, "peer")?)?;
    ensure!(again.starts_with("Nothing is left to publish"), "{again}");
    Ok(())
}

#[tokio::test]
async fn a_running_gateway_asks_on_its_own_schedule() -> Result<()> {
    let (there, _gateway, address) = other().await?;
    let here = nation(&address).await?;
    let token = token(&there, "peer")?;
    let settings = [("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"), ("KENT_TOKEN", token.as_str())];
    let gateway = Gateway::start_with(&here.options().url, false, &settings).await?;
    let query = "{ capability(groupBy: REGION) { rows { group marker level0 } } }";
    let is_there = |data: &Value| {
        let mut rows = data["capability"]["rows"].as_array().into_iter().flatten();
        rows.any(|row| row["group"] == "kent" && row["level0"].is_number())
    };
    gateway.data_until(query, is_there).await?;
    Ok(())
}

#[tokio::test]
async fn counts_are_for_gateways_alone_and_the_rest_of_the_answer_is_unharmed() -> Result<()> {
    let (there, gateway, _) = other().await?;
    let query = "query($halfYears: [String!]) { describe { code contract }
        capability(halfYears: $halfYears) { halfYear tables { point confidential { levels } } } }";
    let ask = async |token: Option<&str>, half_years: Value| -> Result<Value> {
        let body = json!({ "query": query, "variables": { "halfYears": half_years } });
        let mut request = gateway.request(reqwest::Method::POST, "/regions/kent/graphql");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Ok(request.json(&body).send().await?.json().await?)
    };
    let coordinator = token(&there, "coordinator:kent")?;
    for token in [None, Some(coordinator.as_str())] {
        let answer = ask(token, json!(null)).await?;
        ensure!(answer["data"]["capability"].is_null(), "{answer}");
        ensure!(answer["errors"][0]["extensions"]["code"] == "SCOPE_NEEDED", "{answer}");
        ensure!(answer["errors"][0]["path"] == json!(["capability"]), "{answer}");
        ensure!(answer["data"]["describe"]["contract"] == "1.1", "{answer}");
    }
    let peer = token(&there, "peer")?;
    let all = ask(Some(&peer), json!(null)).await?;
    let tables = all["data"]["capability"][0]["tables"].as_array().context("tables")?;
    ensure!(tables.len() == 2 && tables[0]["point"] == "lgdss-2016/1", "{all}");
    for (wanted, expected) in [(json!(["2025-H1"]), 1), (json!(["2024-H2"]), 0), (json!([]), 0)] {
        let some = ask(Some(&peer), wanted).await?;
        ensure!(some["data"]["capability"].as_array().map(Vec::len) == Some(expected), "{some}");
    }
    let wrong = ask(Some(&peer), json!(["2025"])).await?;
    ensure!(wrong["errors"][0]["extensions"]["code"] == "VALUE_INVALID", "{wrong}");
    Ok(())
}

#[tokio::test]
async fn without_the_scope_a_region_is_not_in_the_tables_and_its_row_comes_later() -> Result<()> {
    let (there, _gateway, address) = other().await?;
    let here = nation(&address).await?;

    let said = release(&here, &token(&there, "coordinator:kent")?)?;

    let told = "Region kent keeps its own answers, and gives this gateway no figures.";
    ensure!(said.contains(told), "{said}");
    ensure!(said.contains("send a token with the scope `peer`"), "{said}");
    let nation = shown(&here, RowScope::Nation).await?;
    ensure!(nation.is_some() && shown(&here, kent()).await?.is_none(), "{said}");
    let reader = gateway(&here).await?;
    let data = reader.data("{ capability { complete note } }", json!({})).await?;
    let note = data["capability"]["note"].as_str().context("a note")?;
    ensure!(note.contains("2 of 3 regions are in the latest"), "{note}");
    let why = "Region kent is not in them: it keeps its own answers, and gives this gateway no \
               figures.";
    ensure!(note.ends_with(why), "{note}");

    release(&here, &token(&there, "peer")?)?;

    ensure!(shown(&here, kent()).await? == shown(&there, kent()).await?, "its own row");
    ensure!(shown(&here, RowScope::Nation).await? == nation, "no national row is written again");
    Ok(())
}

/// Kent as a service of its own.
fn half_year(tables: Value) -> Value {
    json!({
        "halfYear": "2025-H1", "closedAt": "2025-07-13T09:00:00Z", "threshold": 5,
        "asked": [{ "standard": "lgdss-2016", "eligible": 8, "heldOn": "2025-03-01" }],
        "tables": tables,
    })
}

fn table(counts: Value) -> Value {
    let mut table = json!({ "point": "lgdss-2016/1", "measure": "UNDERSTANDING" });
    table.as_object_mut().expect("an object").extend(counts.as_object().cloned().expect("one"));
    table
}

fn confidential(levels: [u32; 5]) -> Value {
    half_year(json!([table(json!({
        "confidential": { "levels": levels, "notRated": 0 },
        "selfPublished": { "levels": [0, 0, 0, 0, 0], "notRated": 0 },
    }))]))
}

#[tokio::test]
async fn a_region_that_is_away_is_told_and_what_changes_after_it_was_taken_is_not_taken()
-> Result<()> {
    let service = RegionService::start("kent");
    let here = nation(&service.address).await?;
    service.answer(Manner::Closes);
    let said = release(&here, "peer-token")?;
    ensure!(said.contains("did not answer when it was last asked for figures"), "{said}");
    ensure!(shown(&here, kent()).await?.is_none(), "{said}");

    service.answer(Manner::Well);
    let said = release(&here, "peer-token")?;
    ensure!(said.contains("its service keeps version 1.0 of the contract"), "{said}");

    service.close("peer-token", [confidential([2, 2, 2, 1, 1])]);
    let said = release(&here, "peer-token")?;
    ensure!(said.contains("Region kent has closed 2025-H1: taken."), "{said}");
    ensure!(shown(&here, kent()).await? == counts([2, 2, 2, 1, 1]), "{said}");

    let before = rows(&here).await?;
    for changed in [vec![confidential([1, 2, 2, 1, 2])], vec![]] {
        service.close("peer-token", changed);
        let said = release(&here, "peer-token")?;
        ensure!(said.contains("it says something else of 2025-H1 now than when it"), "{said}");
        ensure!(rows(&here).await? == before, "{said}");
    }
    let report = gateway(&here).await?;
    let page = report.request(reqwest::Method::GET, "/regions/kent/report").send().await?;
    let page = page.text().await?;
    ensure!(page.contains("It says something else now than when it was taken."), "{page}");
    Ok(())
}

#[tokio::test]
async fn a_row_that_was_suppressed_at_source_adds_up_and_what_is_not_given_is_hidden() -> Result<()>
{
    let service = RegionService::start("kent");
    let here = nation(&service.address).await?;
    let own = table(json!({ "suppressed": { "levels": [2, 2, 2, 1, 1], "notRated": 0 } }));
    service.close("peer-token", [half_year(json!([own]))]);

    release(&here, "peer-token")?;

    ensure!(shown(&here, kent()).await? == counts([2, 2, 2, 1, 1]));
    // Eight councils each of East and London, at level n % 5.
    let Some(Shown::Counts(nation)) = shown(&here, RowScope::Nation).await? else {
        anyhow::bail!("no national row")
    };
    ensure!(nation.rated() == 24, "{nation:?}");
    let rows = rows(&here).await?;
    let need = rows.iter().find(|it| it.scope == kent() && it.measure == Measure::SupportNeed);
    ensure!(need.is_some_and(|row| matches!(row.shown, Shown::Hidden(_))), "{need:?}");
    Ok(())
}

#[tokio::test]
async fn what_may_be_counted_twice_or_cannot_be_right_waits_and_is_told_to_coordinators()
-> Result<()> {
    let service = RegionService::start("kent");
    let here = nation(&service.address).await?;
    service.close("peer-token", [confidential([2, 2, 2, 1, 2])]);
    let said = release(&here, "peer-token")?;
    ensure!(said.contains("tables[0]: counts more councils than are eligible"), "{said}");

    service.close("peer-token", [confidential([2, 2, 2, 1, 1])]);
    // London has a council of Kent's as at home, too.
    let mut claim = build::home(build::region_id("london"), 8);
    apply(here.store(), vec![Change::Membership(claim)]).await?;
    let said = release(&here, "peer-token")?;
    ensure!(said.contains("at home in Region london as well: agree on where each is"), "{said}");
    ensure!(shown(&here, kent()).await?.is_none(), "{said}");
    let reader = gateway(&here).await?;
    let body = json!({ "query": "{ needsAttention(region: \"kent\") { rows { kind because } } }" });
    let request = reader.request(reqwest::Method::POST, "/graphql");
    let request = request.bearer_auth(token(&here, "coordinator:kent")?).json(&body);
    let answer: Value = request.send().await?.json().await?;
    ensure!(answer.to_string().contains("FIGURES_NOT_TAKEN"), "{answer}");

    claim.life.ends_on = Some("2025-02-01".parse()?);
    apply(here.store(), vec![Change::Membership(claim)]).await?;
    release(&here, "peer-token")?;
    ensure!(shown(&here, kent()).await? == counts([2, 2, 2, 1, 1]), "they agreed");

    // What was taken is not held against homes that change later.
    claim.life.ends_on = None;
    apply(here.store(), vec![Change::Membership(claim)]).await?;
    let said = release(&here, "peer-token")?;
    ensure!(!said.contains("not taken") && !said.contains("agree on where"), "{said}");
    Ok(())
}

const SUPPORT: &str = "{ supportRanking(region: \"kent\") { live complete note }
    nextTopics(region: \"kent\") { live complete note }
    kent: responseRate(region: \"kent\") { eligible because } nation: responseRate { because } }";

/// No answers of Kent are here, whoever asks: that nobody has answered would be untrue.
#[tokio::test]
async fn what_support_a_region_needs_that_keeps_its_answers_is_known_there() -> Result<()> {
    let database = all_but_kent(Door::Changes).await?;
    release(&database, "-")?;
    let gateway = gateway(&database).await?;
    for scope in [None, Some("coordinator:kent"), Some("steward")] {
        let mut request = gateway.request(reqwest::Method::POST, "/graphql");
        if let Some(scope) = scope {
            request = request.bearer_auth(token(&database, scope)?);
        }
        let answer: Value = request.json(&json!({ "query": SUPPORT })).send().await?.json().await?;
        let data = &answer["data"];
        for field in ["supportRanking", "nextTopics"] {
            let table = &data[field];
            ensure!(table["live"] == false && table["complete"] == false, "{scope:?}: {answer}");
            let why = "Region kent is not in them: it keeps its own answers, and a change feed gives \
                       no figures.";
            ensure!(table["note"].as_str().is_some_and(|note| note.contains(why)), "{answer}");
        }
        let known = "Region kent keeps its own answers: who has answered is known there.";
        ensure!(data["kent"] == json!({ "eligible": 0, "because": known }), "{answer}");
        let nation = data["nation"]["because"].as_str().unwrap_or_default();
        ensure!(
            nation.ends_with("One region keeps its own answers: it is not counted in."),
            "{answer}"
        );
    }
    Ok(())
}
