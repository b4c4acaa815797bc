//! Service assessments: told whole where the council agreed to it, and not at all where it did
//! not, whichever way one asks.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use serde_json::{Value, json};
use tempfile::TempDir;

const LIST: &str = "{ serviceAssessments(first: 100) { totalCount nodes {
    id isPublic service region { code } council { code } } } }";

fn nodes(answer: &Value) -> Result<&Vec<Value>> {
    answer["data"]["serviceAssessments"]["nodes"].as_array().context("a list")
}

/// The rule, in words of its own.
fn may_see(role: Role, assessment: &Value) -> bool {
    let region = assessment["region"]["code"].as_str();
    let is_public = assessment["isPublic"] == true;
    match role {
        Role::Steward => true,
        Role::Coordinator => region == Some("london") || (is_public && region != Some("east")),
        Role::TrialCoordinator => region == Some("east") || is_public,
        Role::Editor => {
            assessment["council"]["code"] == "CMD" || (is_public && region != Some("east"))
        }
        Role::Anonymous | Role::Peer => is_public && region != Some("east"),
    }
}

#[tokio::test]
async fn what_a_council_did_not_agree_to_publish_is_seen_by_its_own_and_its_coordinators_alone()
-> Result<()> {
    let gateway = Gateway::demo().await?;
    let all = gateway.ask_as(Role::Steward, LIST, json!({})).await?;
    let all = nodes(&all)?;
    let hidden = || all.iter().filter(|one| one["isPublic"] == false);
    let of_camden = hidden().filter(|one| one["council"]["code"] == "CMD").count();
    ensure!(of_camden > 0 && hidden().count() > of_camden, "the demo has them: {all:?}");
    let by_id = "query($id: ID!, $council: CouncilRef!, $text: String!) {
        node(id: $id) { id } nodes(ids: [$id]) { id } serviceAssessment(id: $id) { id }
        council(ref: $council) { serviceAssessments(first: 100) { nodes { id } } }
        search(text: $text, first: 100) { nodes { node { id } } } }";
    for role in Role::ALL {
        let listed = gateway.ask_as(role, LIST, json!({})).await?;
        let shown: BTreeSet<_> = nodes(&listed)?.iter().map(|one| one["id"].to_string()).collect();
        let seen = || all.iter().filter(|one| may_see(role, one));
        let wanted: BTreeSet<_> = seen().map(|one| one["id"].to_string()).collect();
        ensure!(shown == wanted, "{}: {shown:?}, not {wanted:?}", role.name());
        let total = &listed["data"]["serviceAssessments"]["totalCount"];
        ensure!(*total == wanted.len(), "{}: {total} of {}", role.name(), wanted.len());
        for one in all {
            let id = &one["id"];
            let variables = json!({
                "id": id, "council": one["council"]["code"], "text": one["service"],
            });
            let answer = gateway.ask_as(role, by_id, variables).await?;
            let data = &answer["data"];
            let is_seen = may_see(role, one);
            for (way, found) in [
                ("node", &data["node"]),
                ("nodes", &data["nodes"][0]),
                ("serviceAssessment", &data["serviceAssessment"]),
            ] {
                ensure!(found.is_null() != is_seen, "{} by {way}: {one}: {answer}", role.name());
            }
            let holds = |part: &Value| part.to_string().contains(&id.to_string());
            ensure!(holds(&data["council"]) == is_seen, "{}: {one}: {answer}", role.name());
            // Nobody searches what is not public.
            let is_found = is_seen && one["isPublic"] == true;
            ensure!(holds(&data["search"]) == is_found, "{}: {one}: {answer}", role.name());
        }
    }
    Ok(())
}

/// Every place in the list of who sees more, as somebody else goes on from there.
#[tokio::test]
async fn a_cursor_shows_no_more_than_its_reader_may_see() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "query($after: String, $first: Int!) {
        serviceAssessments(region: \"london\", first: $first, after: $after) {
          edges { cursor node { id isPublic } } } }";
    let edges = |answer: &Value| {
        let edges = answer["data"]["serviceAssessments"]["edges"].as_array().cloned();
        edges.with_context(|| answer.to_string())
    };
    let all = gateway.ask_as(Role::Coordinator, query, json!({ "first": 100 })).await?;
    let all = edges(&all)?;
    ensure!(all.iter().any(|edge| edge["node"]["isPublic"] == false), "the demo has them: {all:?}");
    let mut shown = 0;
    for edge in &all {
        let variables = json!({ "first": 100, "after": edge["cursor"] });
        let rest = edges(&gateway.ask(query, variables).await?)?;
        ensure!(rest.iter().all(|edge| edge["node"]["isPublic"] == true), "{rest:?}");
        shown += rest.len();
    }
    ensure!(shown > 0, "nothing public follows");
    Ok(())
}

#[tokio::test]
async fn a_public_reassessment_does_not_give_away_the_one_before_it() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ serviceAssessments(region: \"london\", council: \"wandsworth\") {
        nodes { type because previous { id service isPublic } } } }";
    for role in Role::ALL {
        let answer = gateway.ask_as(role, query, json!({})).await?;
        let again = nodes(&answer)?.iter().find(|one| one["type"] == "REASSESSMENT");
        let again = again.context("the reassessment is public")?;
        let may_see = [Role::Coordinator, Role::Steward].contains(&role);
        ensure!(again["previous"].is_null() != may_see, "{}: {answer}", role.name());
        ensure!(answer["errors"].is_null(), "{}: {answer}", role.name());
    }
    Ok(())
}

#[tokio::test]
async fn a_report_is_told_whole_and_an_overdue_action_leads_to_it() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "query($council: CouncilRef!) { serviceAssessments(council: $council) { nodes {
        service stage type heldOn scheme standard { code } result { code label rag score } because
        openActions isPublic url panel { role council { name } }
        points { point { label } outcome { label rag } doneWell advice actions { text dueOn doneOn open } } } } }";
    let data = gateway.data(query, json!({ "council": "hounslow" })).await?;
    let report = &data["serviceAssessments"]["nodes"][0];
    ensure!(report["result"]["rag"] == "AMBER" && report["stage"] == "BETA", "{report}");
    let points = report["points"].as_array().context("points")?;
    ensure!(points.len() == 15, "every point: {report}");
    let actions = || points.iter().filter_map(|point| point["actions"].as_array()).flatten();
    let open = actions().filter(|action| action["open"] == true).count();
    ensure!(report["openActions"] == open && open < actions().count(), "{report}");
    let because = report["because"].as_str().unwrap_or_default();
    ensure!(because.starts_with("Amber overall: of 15 points, "), "{because}");
    let roles: Vec<_> =
        report["panel"].as_array().into_iter().flatten().map(|seat| &seat["role"]).collect();
    ensure!(roles.contains(&&json!("LEAD")), "{roles:?}");

    let stale = "{ needsAttention(region: \"london\") { rows { kind url } } }";
    let stale = gateway.ask_as(Role::Coordinator, stale, json!({})).await?;
    let rows = stale["data"]["needsAttention"]["rows"].as_array().context("rows")?;
    let overdue: Vec<_> =
        rows.iter().filter(|row| row["kind"] == "OVERDUE_ACTION").map(|row| &row["url"]).collect();
    ensure!(overdue.contains(&&report["url"]), "{overdue:?} do not lead to {}", report["url"]);
    Ok(())
}

const HEADER: &str = "key,council,service,standard,stage,type,held_on,scheme,result,public,panel,\
    previous,point,outcome,done_well,actions,advice\n";

#[tokio::test]
async fn an_imported_report_is_read_follows_what_stands_and_can_be_withdrawn() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let here = TempDir::new()?;
    let sheet = here.path().join("assessments.csv");
    let command = |arguments: &[&str]| {
        Outcome::of(folkmoot().args(arguments).args(["--database", &gateway.database]))
    };
    let import = |previous: &str| -> Result<Outcome> {
        let row = format!(
            "fines-beta,Camden,Pay a library fine,,beta,reassessment,2026-11-02,rag,green,yes,\
             lead: Hackney,{previous},agile,green,Ships every week.,,\n"
        );
        fs::write(&sheet, format!("{HEADER}{row}"))?;
        let file = sheet.to_str().context("a path")?;
        Ok(command(&["import", "assessments", file, "--region", "london"]))
    };
    let refused = import("library-card-alfa")?;
    ensure!(!refused.is_success, "{refused:?}");
    ensure!(refused.out.contains("did you mean library-card-alpha?"), "{refused:?}");
    let taken = import("library-card-alpha")?;
    ensure!(taken.is_success && taken.out.contains("1 created"), "{taken:?}");

    let query = "{ council(ref: \"camden\") { serviceAssessments { nodes {
        url service because previous { service } } } }
        search(text: \"library fine\") { totalCount } }";
    let data = gateway.data(query, json!({})).await?;
    let report = &data["council"]["serviceAssessments"]["nodes"][0];
    let because = "Green overall: of 1 point, 1 is green. No action is open.";
    ensure!(report["because"] == because && report["previous"].is_null(), "{data}");
    ensure!(data["search"]["totalCount"] == 1, "{data}");
    let own = gateway.data_as(Role::Editor, query, json!({})).await?;
    let previous = &own["council"]["serviceAssessments"]["nodes"][0]["previous"];
    ensure!(previous["service"] == "Join the library", "{own}");

    let url = report["url"].as_str().context("an address")?;
    let nowhere = command(&["withdraw", "https://example.org/x", "--reason", "asked to"]);
    ensure!(!nowhere.is_success && nowhere.err.contains("permanent address"), "{nowhere:?}");
    let gone = command(&["withdraw", url, "--reason", "the council asked for it"]);
    ensure!(gone.is_success && gone.out.contains("service assessment is withdrawn"), "{gone:?}");
    let again = command(&["withdraw", url, "--reason", "the council asked for it"]);
    ensure!(!again.is_success && again.err.contains("withdrawn before"), "{again:?}");
    ensure!(import("library-card-alpha")?.out.contains("0 created, 0 updated, 1 unchanged"));
    let data = gateway.data(query, json!({})).await?;
    ensure!(data["search"]["totalCount"] == 0, "{data}");
    ensure!(data["council"]["serviceAssessments"]["nodes"] == json!([]), "{data}");
    Ok(())
}
