//! A region that plugs in with a sheet at a web address: what it says is in the nation, what it
//! says wrongly is left out with a reason, and what was good stays.

use anyhow::{Context, Result, ensure};
use folkmoot_tests::{FeedServer, Gateway, Outcome, Served, folkmoot};
use reqwest::Method;
use serde_json::{Value, json};

const HEADER: &str = "key,title,date,start_time,end_time,attendance,points\n";

fn row(number: u32) -> String {
    format!("m{number},Meet-up {number},2027-02-{number:02},18:30,20:30,online,agile\n")
}

fn sheet(numbers: impl IntoIterator<Item = u32>) -> String {
    HEADER.to_owned() + &numbers.into_iter().map(row).collect::<String>()
}

fn command(gateway: &Gateway, arguments: &[&str]) -> Outcome {
    let mut command = folkmoot();
    command.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true");
    command.env("FOLKMOOT__FEEDS__TIMEOUT_SECONDS", "1");
    Outcome::of(command.args(arguments).args(["--database", &gateway.database]))
}

/// A gateway that reads feeds by itself, or only when it is told to.
async fn gateway(every_minutes: &str) -> Result<Gateway> {
    Gateway::demo_with(&[
        ("FOLKMOOT__DATABASE__POLL_SECONDS", "1"),
        ("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true"),
        ("FOLKMOOT__FEEDS__EVERY_MINUTES", every_minutes),
    ])
    .await
}

/// Adds the region, which the gateway knows of when this is done.
async fn add(gateway: &Gateway, more: &[&str]) -> Result<()> {
    let mut arguments = vec!["region", "add", "marches", "--name", "Marches", "--active"];
    arguments.extend(more);
    let added = command(gateway, &arguments);
    ensure!(added.is_success, "{added:?}");
    let is_known = |data: &Value| data.to_string().contains("marches");
    gateway.data_until("{ regions { code } }", is_known).await?;
    Ok(())
}

fn harvest(gateway: &Gateway) -> Outcome {
    command(gateway, &["region", "harvest", "marches"])
}

const MEETUPS: &str = "{ meetups(region: \"marches\", when: ALL, first: 50) {
    totalCount complete note sources { state asOf note } nodes { id title provenance { system } } } }";

fn titles(data: &Value) -> Vec<String> {
    let nodes = data["meetups"]["nodes"].as_array().cloned().unwrap_or_default();
    nodes.iter().filter_map(|one| one["title"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_running_server_reads_a_sheet_by_itself() -> Result<()> {
    let gateway = gateway("1").await?;
    let server = FeedServer::csv(&sheet(1..=3))?;
    add(&gateway, &["--csv", &format!("meetups={}/plan.csv", server.address)]).await?;

    // Rows are kept a moment before it is noted when they were read.
    let is_read = |data: &Value| titles(data).len() == 3 && data["meetups"]["complete"] == true;
    let data = gateway.data_until(MEETUPS, is_read).await?;

    ensure!(data["meetups"]["sources"][0]["state"] == "FRESH", "{data}");
    ensure!(data["meetups"]["nodes"][0]["provenance"]["system"] == "csv:meetups", "{data}");
    Ok(())
}

#[tokio::test]
async fn rows_change_vanish_come_back_and_are_not_read_twice() -> Result<()> {
    let gateway = gateway("0").await?;
    let server = FeedServer::csv(&sheet(1..=4))?;
    add(&gateway, &["--csv", &format!("meetups={}/plan.csv", server.address)]).await?;
    let first = harvest(&gateway);
    ensure!(first.is_success && first.out.contains("4 rows read: 4 new"), "{first:?}");
    let before = gateway.data_until(MEETUPS, |data| titles(data).len() == 4).await?;

    let again = harvest(&gateway);
    ensure!(again.is_success && again.out.contains("not changed since"), "{again:?}");
    ensure!(server.requests()[1].contains("if-none-match"), "{:?}", server.requests());

    let anyway = command(&gateway, &["region", "harvest", "marches", "--anyway"]);
    ensure!(anyway.out.contains("4 rows read: 0 new, 0 changed"), "{anyway:?}");

    server.serve_csv(&sheet(1..=3).replace("Meet-up 2", "Lean coffee"));
    let changed = harvest(&gateway);
    ensure!(changed.out.contains("3 rows read: 0 new, 1 changed, 1 taken away"), "{changed:?}");
    let data = gateway.data(MEETUPS, json!({})).await?;
    ensure!(titles(&data) == ["Meet-up 1", "Lean coffee", "Meet-up 3"], "{data}");
    let gone = &before["meetups"]["nodes"][3]["id"];
    let node =
        "query($id: ID!) { node(id: $id) { id } search(text: \"Meet-up 4\") { totalCount } }";
    let found = gateway.data(node, json!({ "id": gone })).await?;
    ensure!(found["node"].is_null(), "{found}");

    server.serve_csv(&sheet(1..=4));
    ensure!(harvest(&gateway).out.contains("1 new, 1 changed"));
    let found = gateway.data(node, json!({ "id": gone })).await?;
    ensure!(found["node"]["id"] == *gone, "it has its id again: {found}");

    // Who takes a row down takes it down for good, whatever the sheet says.
    let id = gone.as_str().context("an id")?;
    ensure!(command(&gateway, &["withdraw", id, "--reason", "asked to"]).is_success);
    server.serve_csv(&sheet(1..=4).replace("Meet-up 4", "Meet-up 4 again"));
    harvest(&gateway);
    ensure!(gateway.data(node, json!({ "id": gone })).await?["node"].is_null());
    Ok(())
}

#[tokio::test]
async fn bad_rows_are_left_out_with_reasons_and_good_ones_stay() -> Result<()> {
    let gateway = gateway("0").await?;
    let server = FeedServer::csv(&sheet(1..=8))?;
    add(&gateway, &["--csv", &format!("meetups={}/plan.csv", server.address)]).await?;
    harvest(&gateway);

    let good = sheet([1, 2, 3, 4, 5, 6, 7, 9]);
    server.serve_csv(&good.replace("2027-02-02", "some evening").replace("m3,", ",,"));
    let told = harvest(&gateway);
    ensure!(told.is_success && told.out.contains("left out: line 3, date"), "{told:?}");
    ensure!(told.out.contains("kept: they may be among those that were left out"), "{told:?}");
    let data = gateway.data(MEETUPS, json!({})).await?;
    ensure!(titles(&data).len() == 9, "eight stay, one is new: {data}");

    // What was left out is read again although the sheet has not changed: what it names may have.
    harvest(&gateway);
    ensure!(!server.requests()[2].contains("if-none-match"), "{:?}", server.requests());

    // Cut off after two rows.
    server.serve_csv(&sheet(1..=2));
    let told = harvest(&gateway);
    ensure!(told.out.contains("kept for a day, in case the feed was cut off"), "{told:?}");
    ensure!(titles(&gateway.data(MEETUPS, json!({})).await?).len() == 9);
    // And held rows are thought of again although the sheet has not changed.
    let told = harvest(&gateway);
    ensure!(told.out.contains("kept for a day"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn whatever_an_address_does_the_last_good_rows_stay_and_the_reason_is_told() -> Result<()> {
    let gateway = gateway("0").await?;
    let server = FeedServer::csv(&sheet(1..=3))?;
    add(&gateway, &["--csv", &format!("meetups={}/plan.csv", server.address)]).await?;
    harvest(&gateway);
    let raw = |head: &str, body: &str| {
        let length = body.len();
        Served::Raw(format!(
            "HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
    };
    let ok = "200 OK\r\ncontent-type: text/csv";
    let cases = [
        (Served::Closes, "broke off its answer"),
        (Served::HangsAfter(String::new()), "did not answer within a second"),
        (
            Served::HangsAfter("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nkey,".to_owned()),
            "did not answer within a second",
        ),
        (Served::Endless, "larger than 20 MB"),
        (raw("500 Oh", ""), "out of order (500)"),
        (raw("503 Busy\r\nretry-after: 7200", ""), "busy or out of order (503)"),
        (raw("404 Not Found", ""), "nothing at the address (404)"),
        (raw("403 Forbidden", ""), "asks for a sign-in (403)"),
        (raw(ok, "<!DOCTYPE html><title>Sign in</title>"), "a web page, not"),
        (raw("302 Found\r\nlocation: /plan.csv", ""), "leads on in a circle"),
        (raw("302 Found\r\nlocation: gopher://x", ""), "leads on to one that cannot be read"),
        (raw(ok, "what,when\nlunch,now\n"), "title"),
        (raw(ok, &sheet(1..=3).replace("points", "pionts")), "did you mean points? Spell it so"),
        (raw(ok, ""), "empty"),
        (raw(ok, &sheet(1..=3).replace("2027-", "soon ")), "none of its rows can be read"),
        (Served::Raw("\0\0\0 no HTTP at all".to_owned()), "broke off its answer"),
    ];
    for (served, says) in cases {
        server.serve(served.clone());
        let told = harvest(&gateway);
        ensure!(!told.is_success && !told.err.contains("panicked"), "{served:?}: {told:?}");
        ensure!(told.out.contains(says), "{served:?} does not say {says}: {told:?}");
        let data = gateway.data(MEETUPS, json!({})).await?;
        ensure!(titles(&data).len() == 3, "{served:?}: {data}");
    }
    server.serve_csv(&sheet(1..=4));
    ensure!(harvest(&gateway).out.contains("1 new"), "and it recovers");
    Ok(())
}

#[tokio::test]
async fn a_small_answer_that_unpacks_to_a_large_one_is_given_up() -> Result<()> {
    let gateway = gateway("0").await?;
    let zeros = ["-c", "head -c 200000000 /dev/zero | gzip"];
    let packed = std::process::Command::new("sh").args(zeros).output()?.stdout;
    ensure!(packed.len() < 1_000_000, "{}", packed.len());
    let server = FeedServer::start(Served::Packed(packed))?;
    add(&gateway, &["--csv", &format!("meetups={}/plan.csv", server.address)]).await?;
    // With more time than elsewhere: a program that is not optimised unpacks slowly.
    let read = ["region", "harvest", "marches", "--database", &gateway.database];
    let told = Outcome::of(folkmoot().env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true").args(read));
    ensure!(!told.is_success && told.out.contains("larger than 20 MB"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn addresses_inside_a_private_network_are_never_asked() -> Result<()> {
    let gateway = gateway("0").await?;
    let server = FeedServer::csv(&sheet(1..=3))?;
    let port = server.address.rsplit(':').next().context("a port")?;
    for address in [
        format!("https://127.0.0.1:{port}/plan.csv"),
        format!("https://localhost:{port}/plan.csv"),
        format!("https://[::1]:{port}/plan.csv"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        format!("https://2130706433:{port}/"),
    ] {
        let moved = ["region", "move", "midlands", "--csv", &format!("meetups={address}")];
        ensure!(command(&gateway, &moved).is_success, "{address}");
        let mut careful = folkmoot();
        careful.args(["region", "harvest", "midlands", "--database", &gateway.database]);
        let told = Outcome::of(&mut careful);
        ensure!(!told.is_success && told.out.contains("private network"), "{address}: {told:?}");
    }
    ensure!(server.requests().is_empty(), "{:?}", server.requests());
    Ok(())
}

#[tokio::test]
async fn a_secret_is_a_name_and_goes_to_no_other_host() -> Result<()> {
    let gateway = gateway("0").await?;
    let other = FeedServer::csv(&sheet(1..=2))?;
    let head = "HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: ";
    let server =
        FeedServer::start(Served::Raw(format!("{head}{}/real.csv\r\n\r\n", other.address)))?;
    let csv = format!("meetups={}/plan.csv", server.address);
    let spoken = command(
        &gateway,
        &["region", "add", "marches", "--name", "M", "--csv", &csv, "--secret", "s3cret!"],
    );
    ensure!(!spoken.is_success && spoken.err.contains("never the secret itself"), "{spoken:?}");
    add(&gateway, &["--csv", &csv, "--secret", "MARCHES_TOKEN"]).await?;
    let unset = harvest(&gateway);
    ensure!(unset.out.contains("secret MARCHES_TOKEN is not set"), "{unset:?}");

    let mut command = folkmoot();
    command.env("FOLKMOOT__FEEDS__ALLOW_PRIVATE", "true").env("MARCHES_TOKEN", "abc123");
    command.args(["region", "harvest", "marches", "--database", &gateway.database]);
    let read = Outcome::of(&mut command);

    ensure!(read.is_success && read.out.contains("2 new"), "{read:?}");
    ensure!(server.requests()[0].contains("authorization: bearer abc123"));
    ensure!(!other.requests()[0].contains("authorization"), "{:?}", other.requests());
    ensure!(!read.out.contains("abc123") && !unset.out.contains("abc123"));
    Ok(())
}

#[tokio::test]
async fn the_report_tells_everyone_how_it_goes_and_coordinators_why() -> Result<()> {
    let gateway = gateway("0").await?;
    let bad = sheet(1..=3).replace("2027-02-02", "<b>some evening</b>");
    let server = FeedServer::csv(&bad)?;
    add(&gateway, &["--csv", &format!("meetups={}/plan.csv", server.address)]).await?;
    harvest(&gateway);
    let token = |scope: &str| -> Result<String> {
        let made = command(&gateway, &["token", "create", "--name", "t", "--scope", scope]);
        Ok(made.out.lines().next().context("a token")?.to_owned())
    };
    let path = "/regions/marches/report";
    let open = gateway.request(Method::GET, path).send().await?;
    ensure!(open.status() == 200 && open.headers()["cache-control"] == "no-store");
    ensure!(!open.headers().contains_key("set-cookie"));
    let open = open.text().await?;
    ensure!(open.contains("Sheet of meet-ups") && open.contains("<dt>Left out</dt><dd>1</dd>"));
    ensure!(!open.contains("plan.csv") && !open.contains("some evening"), "{open}");
    let send = async |path: &str, token: String| -> Result<(u16, String)> {
        let body = format!("token={token}");
        let answer = gateway.request(Method::POST, path).body(body).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    };

    let programs = gateway.request(Method::GET, path).bearer_auth(token("coordinator:marches")?);
    ensure!(programs.send().await?.text().await?.contains("plan.csv"));
    let (status, own) = send(path, token("coordinator:marches")?).await?;
    ensure!(status == 200 && own.contains("plan.csv"), "{own}");
    ensure!(own.contains("line 3, date"), "{own}");
    ensure!(!own.contains("<b>"), "what a sheet says is text: {own}");
    let (_, others) = send(path, token("coordinator:london")?).await?;
    ensure!(others.contains("not of a coordinator of Marches"), "{others}");
    ensure!(!others.contains("plan.csv"));
    let (_, wrong) = send(path, "folkmoot_no".to_owned()).await?;
    ensure!(wrong.contains("The token is not known"), "{wrong}");

    // A region on trial is there for its coordinators alone.
    let trial = "/regions/east/report";
    let hidden = gateway.request(Method::GET, trial).send().await?;
    let never = gateway.request(Method::GET, "/regions/nowhere/report").send().await?;
    ensure!(hidden.status() == 404 && never.status() == 404);
    ensure!(hidden.text().await? == never.text().await?, "as if it were not there");
    ensure!(send(trial, token("coordinator:east")?).await?.0 == 200);
    Ok(())
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Marches//Meet-ups//EN\r\n\
BEGIN:VEVENT\r\nUID:series@example.org\r\nDTSTAMP:20260101T000000Z\r\n\
DTSTART;TZID=Europe/London:20270301T183000\r\nDTEND;TZID=Europe/London:20270301T203000\r\n\
RRULE:FREQ=WEEKLY;INTERVAL=6;COUNT=3\r\nSUMMARY:Marches meet-up\r\nCATEGORIES:Agile\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:odd@example.org\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Mars/Base:20270301T183000\r\n\
SUMMARY:Elsewhere\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[tokio::test]
async fn a_calendar_and_a_sheet_of_the_same_meetups_are_one_list() -> Result<()> {
    let gateway = gateway("0").await?;
    let calendar =
        FeedServer::start(Served::Body { kind: "text/calendar", body: CALENDAR.to_owned() })?;
    let twin = row(1).replace("2027-02-01", "2027-03-01").replace("18:30", "18:45");
    let server = FeedServer::csv(&format!("{HEADER}{twin}{}", row(2)))?;
    add(
        &gateway,
        &[
            "--ics",
            &format!("{}/meetups.ics", calendar.address),
            "--csv",
            &format!("meetups={}/plan.csv", server.address),
        ],
    )
    .await?;

    let told = harvest(&gateway);

    ensure!(told.is_success, "{told:?}");
    ensure!(told.out.contains("is the same meet-up as"), "{told:?}");
    ensure!(told.out.contains("left out: line 16, DTSTART"), "the other zone is named: {told:?}");
    let query = "{ meetups(region: \"marches\", when: ALL) { nodes { title startsAt } } }";
    let data = gateway.data(query, json!({})).await?;
    let nodes = data["meetups"]["nodes"].as_array().context("meet-ups")?;
    ensure!(nodes.len() == 4, "three of the series, one of the sheet: {data}");
    // Which feed had it first decides; and wall-clock time is kept across the clocks' change.
    let starts: Vec<_> = nodes.iter().filter_map(|one| one["startsAt"].as_str()).collect();
    ensure!(starts.iter().any(|at| at.starts_with("2027-03-01T18:45")), "{starts:?}");
    ensure!(starts.iter().any(|at| at.starts_with("2027-04-12T17:30")), "{starts:?}");

    // Once the sheet is the region's no longer, the calendar's word counts.
    let ics = format!("{}/meetups.ics", calendar.address);
    ensure!(command(&gateway, &["region", "move", "marches", "--ics", &ics]).is_success);
    harvest(&gateway);
    let data = gateway.data(MEETUPS, json!({})).await?;
    let series = titles(&data).iter().filter(|title| *title == "Marches meet-up").count();
    ensure!(series == 3 && titles(&data).len() == 4, "{data}");
    Ok(())
}

#[tokio::test]
async fn what_was_taken_down_comes_back_through_no_other_feed() -> Result<()> {
    let gateway = gateway("0").await?;
    let calendar =
        FeedServer::start(Served::Body { kind: "text/calendar", body: CALENDAR.to_owned() })?;
    let server = FeedServer::csv(&format!("{HEADER}{}", row(1).replace("-02-01", "-03-01")))?;
    let (ics, csv) =
        (format!("{}/a.ics", calendar.address), format!("meetups={}/a.csv", server.address));
    add(&gateway, &["--ics", &ics, "--csv", &csv]).await?;
    harvest(&gateway);
    let data = gateway.data(MEETUPS, json!({})).await?;
    let id = data["meetups"]["nodes"][0]["id"].as_str().context("an id")?.to_owned();
    ensure!(command(&gateway, &["withdraw", &id, "--reason", "asked to"]).is_success);

    let told = command(&gateway, &["region", "harvest", "marches", "--anyway"]);

    ensure!(told.is_success && told.out.contains("taken down here and stays so"), "{told:?}");
    let data = gateway.data(MEETUPS, json!({})).await?;
    ensure!(titles(&data) == ["Marches meet-up", "Marches meet-up"], "{data}");
    Ok(())
}

#[tokio::test]
async fn a_meetup_that_is_over_stays_when_its_feed_no_longer_lists_it() -> Result<()> {
    let gateway = gateway("0").await?;
    let past = row(1).replace("2027-", "2024-");
    let server = FeedServer::csv(&format!("{HEADER}{past}{}{}", row(2), row(3)))?;
    add(&gateway, &["--csv", &format!("meetups={}/plan.csv", server.address)]).await?;
    harvest(&gateway);
    server.serve_csv(&sheet([3]));

    let told = harvest(&gateway);

    ensure!(told.out.contains("1 taken away"), "{told:?}");
    let data = gateway.data(MEETUPS, json!({})).await?;
    ensure!(titles(&data) == ["Meet-up 1", "Meet-up 3"], "{data}");
    Ok(())
}
