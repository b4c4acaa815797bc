//! A change feed with the program: added, listed, read by hand and by the schedule, and told of.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{FeedServer, Gateway, Outcome, Served, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{after, item, served, titled};

fn command(gateway: &Gateway, arguments: &[&str]) -> Outcome {
    let mut command = folkmoot();
    command.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");
    Outcome::of(command.args(arguments).args(["--database", &gateway.database]))
}

async fn gateway(every_minutes: &str) -> Result<Gateway> {
    Gateway::demo_with(&[
        ("FOLKMOOT__DATABASE__POLL_SECONDS", "1"),
        ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
        ("FOLKMOOT__FEEDS__EVERY_MINUTES", every_minutes),
    ])
    .await
}

/// A region's server with a page of meet-ups.
fn server(items: &[Value]) -> Result<FeedServer> {
    let server = FeedServer::start(Served::Closes)?;
    let mut items = items.to_vec();
    items.iter_mut().for_each(|item| item["data"]["group"] = json!("marches"));
    let last = items.last().context("an item")?;
    let card = json!({
        "contract": "1.0", "code": "marches", "name": "Marches", "now": "2027-01-02T09:00:00Z",
        "epoch": "1", "groups": [{ "slug": "marches", "name": "The Marches Group" }],
        "feeds": [{ "kind": "Meetup", "url": "/changes/meetups" }],
    });
    server.serve_at("/region.json", served(&card));
    let page = json!({ "next": after(last), "items": items });
    server.serve_at("/changes/meetups", served(&page));
    server.serve_at(&after(last), served(&json!({ "next": after(last), "items": [] })));
    Ok(server)
}

const MEETUPS: &str = "{ meetups(region: \"marches\", when: ALL, first: 50) { complete
    sources { state asOf } nodes { title group { name } provenance { system } } } }";

fn titles(data: &Value) -> Vec<&str> {
    let nodes = data["meetups"]["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    nodes.iter().filter_map(|node| node["title"].as_str()).collect()
}

#[tokio::test]
async fn a_region_plugs_in_by_its_changes_with_one_command() -> Result<()> {
    let gateway = gateway("1").await?;
    let server = server(&[item(1, 1), item(2, 2)])?;
    let card = format!("{}/region.json", server.address);

    let add = ["region", "add", "marches", "--name", "Marches", "--active", "--changes", &card];
    let added = command(&gateway, &add);

    ensure!(added.is_success && added.out.contains("its card says which peer groups"), "{added:?}");
    gateway.data_until("{ regions { code } }", |data| data.to_string().contains("marches")).await?;
    let data = gateway.data_until(MEETUPS, |data| titles(data).len() == 2).await?;
    ensure!(data["meetups"]["nodes"][0]["group"]["name"] == "The Marches Group", "{data}");
    ensure!(data["meetups"]["nodes"][0]["provenance"]["system"] == "changes", "{data}");
    let is_fresh = |data: &Value| data["meetups"]["sources"][0]["state"] == "FRESH";
    gateway.data_until(MEETUPS, is_fresh).await?;
    let listed = command(&gateway, &["region", "list"]);
    ensure!(listed.out.contains("Marches · change feed · takes part"), "{listed:?}");
    Ok(())
}

#[tokio::test]
async fn reading_by_hand_and_the_report_say_how_it_went() -> Result<()> {
    let gateway = gateway("0").await?;
    let mut bad = titled(3, 3, "<b>");
    bad["data"]["host"] = json!("<script>");
    let server = server(&[item(1, 1), item(2, 2), bad])?;
    let card = format!("{}/region.json", server.address);
    let add = ["region", "add", "marches", "--name", "Marches", "--active"];
    ensure!(command(&gateway, &add).is_success);
    let both = ["region", "move", "marches", "--changes", &card, "--ics", &card];
    ensure!(command(&gateway, &both).err.contains("cannot be used with"));
    let moved = command(&gateway, &["region", "move", "marches", "--changes", &card]);
    ensure!(moved.is_success, "{moved:?}");

    let read = command(&gateway, &["region", "harvest", "marches"]);

    ensure!(read.is_success, "{read:?}");
    for says in [
        "2 rows read: 2 new, 0 changed, 0 taken away, 1 left out",
        "Meetup: 2 rows here, 1 left out, read as far as change 3",
        "0190c5a8-1b2c-7d3e-8f40-000000000003: host: unknown council",
        "note: the card's clock is",
    ] {
        ensure!(read.out.contains(says), "{says}: {}", read.out);
    }
    let again = command(&gateway, &["region", "harvest", "marches", "--anyway"]);
    ensure!(again.out.contains("0 new, 0 changed, 0 taken away, 1 left out"), "{again:?}");

    let path = "/regions/marches/report";
    gateway.data_until("{ regions { code } }", |data| data.to_string().contains("marches")).await?;
    let open = gateway.request(Method::GET, path).send().await?.text().await?;
    for says in ["what is read of its changes", "change 3", "<dt>Left out</dt><dd>1</dd>"] {
        ensure!(open.contains(says), "{says}: {open}");
    }
    ensure!(!open.contains("unknown council") && !open.contains("afterchange"), "{open}");
    let scope = ["token", "create", "--name", "t", "--scope", "coordinator:marches"];
    let token = command(&gateway, &scope).out.lines().next().context("a token")?.to_owned();
    let own = gateway.request(Method::GET, path).bearer_auth(token).send().await?.text().await?;
    for says in ["host: unknown council", "afterchange=3", "000000000003"] {
        ensure!(own.contains(says), "{says}: {own}");
    }
    ensure!(!own.contains("<script>"), "what a feed says is text: {own}");
    Ok(())
}

const LONDON: &str = "{
    meetups(region: \"london\", when: ALL, first: 50) {
        totalCount nodes { id title startsAt group { slug } points { ref } host { code } talks { title } } }
    caseStudies(region: \"london\", first: 50) { totalCount nodes { id title summary } }
    offers(region: \"london\", first: 50) { totalCount nodes { id note kind council { code } } }
    serviceAssessments(region: \"london\", first: 50) { totalCount nodes { id service stage heldOn } }
}";

#[tokio::test]
async fn a_region_of_another_gateway_is_mirrored_row_by_row() -> Result<()> {
    let source = gateway("0").await?;
    let folder = TempDir::new()?;
    let database = format!("sqlite://{}", folder.path().join("mirror.db").display());
    let mirror =
        Gateway::start_with(&database, false, &[("FOLKMOOT__DATABASE__POLL_SECONDS", "1")]).await?;
    let card = format!("{}/regions/london/region.json", source.address);
    let to_changes = ["region", "move", "london", "--changes", &card];
    ensure!(command(&mirror, &to_changes).is_success);
    let harvest = |gateway: &Gateway| command(gateway, &["region", "harvest", "london"]);

    let read = harvest(&mirror);

    ensure!(read.is_success && read.out.contains(", 0 left out"), "{read:?}");
    ensure!(!read.out.contains("note:"), "{read:?}");
    let theirs = source.data(LONDON, json!({})).await?;
    for list in ["meetups", "caseStudies", "offers", "serviceAssessments"] {
        ensure!(theirs[list]["totalCount"].as_u64() > Some(0), "{list}: {theirs}");
    }
    let ours = mirror.data_until(LONDON, |ours| *ours == theirs).await?;

    // What is taken down there goes here, too.
    let id = ours["meetups"]["nodes"][0]["id"].as_str().context("an id")?;
    ensure!(command(&source, &["withdraw", id, "--reason", "asked to"]).is_success);
    let read = harvest(&mirror);
    ensure!(read.out.contains("0 new, 0 changed, 1 taken away"), "{read:?}");
    let theirs = source.data(LONDON, json!({})).await?;
    ensure!(!theirs.to_string().contains(id));
    mirror.data_until(LONDON, |ours| *ours == theirs).await?;

    // And nothing is read in a circle.
    let refused = command(&source, &to_changes);
    ensure!(!refused.is_success && refused.err.contains("gateway's own"), "{refused:?}");
    ensure!(command(&source, &[&to_changes[..], &["--unchecked"]].concat()).is_success);
    let own = harvest(&source);
    ensure!(!own.is_success && own.out.contains("this region is this gateway's own"), "{own:?}");
    Ok(())
}
