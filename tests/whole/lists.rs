//! Lists through the API: walked to the end, in both directions, with cursors that are refused
//! where they do not belong.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use folkmoot_tests::Gateway;
use serde_json::{Value, json};

/// Walks a list to its end and returns the ids, in the order of the list.
async fn walk(gateway: &Gateway, list: &str, size: usize, backward: bool) -> Result<Vec<String>> {
    let (count, cursor, end, more) = if backward {
        ("last", "before", "startCursor", "hasPreviousPage")
    } else {
        ("first", "after", "endCursor", "hasNextPage")
    };
    let mut ids: Vec<String> = Vec::new();
    let mut at: Option<String> = None;
    loop {
        let (name, arguments) = list.split_once('(').unwrap_or((list, ")"));
        let query = format!(
            "query($n: Int!, $at: String) {{ list: {name}({count}: $n, {cursor}: $at, {arguments} {{
               edges {{ node {{ id }} }} complete pageInfo {{ {end} {more} }} }} }}"
        );
        let data = gateway.data(&query, json!({ "n": size, "at": at })).await?;
        let page = &data["list"];
        ensure!(page["complete"] == true);
        let mut here = Vec::new();
        for edge in page["edges"].as_array().context("edges")? {
            here.push(edge["node"]["id"].as_str().context("an id")?.to_owned());
        }
        if backward {
            here.append(&mut ids);
            ids = here;
        } else {
            ids.append(&mut here);
        }
        if page["pageInfo"][more] != true {
            return Ok(ids);
        }
        at = Some(page["pageInfo"][end].as_str().context("a cursor")?.to_owned());
    }
}

#[tokio::test]
async fn every_list_gives_each_row_once_whatever_the_page_and_the_direction() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for list in [
        "meetups(when: ALL)",
        "meetups(when: PAST)",
        "meetups(when: UPCOMING)",
        "caseStudies",
        "offers",
        "councils(country: WALES)",
        "peerGroups",
    ] {
        let whole = walk(&gateway, list, 100, false).await.context(list)?;
        ensure!(!whole.is_empty(), "{list} is empty");
        let once: BTreeSet<_> = whole.iter().collect();
        ensure!(once.len() == whole.len(), "{list} repeats a row");
        for (size, backward) in [(7, false), (7, true), (100, true)] {
            let walked = walk(&gateway, list, size, backward).await.context(list)?;
            ensure!(walked == whole, "{list} by {size}, backward {backward}, is another list");
        }
    }
    Ok(())
}

async fn code_of(gateway: &Gateway, query: &str, variables: Value) -> Result<(String, String)> {
    let answer = gateway.ask(query, variables).await?;
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok((text(&error["extensions"]["code"]), text(&error["message"])))
}

#[tokio::test]
async fn cursors_are_refused_where_they_do_not_belong() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let data = gateway.data("{ meetups(first: 2) { pageInfo { endCursor } } }", json!({})).await?;
    let cursor = data["meetups"]["pageInfo"]["endCursor"].as_str().context("a cursor")?.to_owned();
    ensure!(cursor.len() < 200, "the cursor is too long: {}", cursor.len());
    let mut tampered = cursor.clone();
    let last = tampered.pop().context("a character")?;
    tampered.push(if last == 'A' { 'B' } else { 'A' });
    for (list, given, wanted, named) in [
        ("caseStudies", cursor.as_str(), "CURSOR_MISMATCH", ""),
        ("meetups(when: PAST)", &cursor, "CURSOR_MISMATCH", "when"),
        ("meetups(region: \"london\")", &cursor, "CURSOR_MISMATCH", "region"),
        ("meetups", &tampered, "CURSOR_MALFORMED", ""),
        ("meetups", "", "CURSOR_MALFORMED", ""),
        ("meetups", "camden", "CURSOR_MALFORMED", ""),
    ] {
        let (name, arguments) = list.split_once('(').unwrap_or((list, ")"));
        let query =
            format!("query($at: String) {{ {name}(after: $at, {arguments} {{ nodes {{ id }} }} }}");
        let (code, message) = code_of(&gateway, &query, json!({ "at": given })).await?;
        ensure!(code == wanted && message.contains(named), "{list}: {code} {message}");
        ensure!(given.is_empty() || !message.contains(given), "the cursor is repeated: {message}");
    }
    Ok(())
}

#[tokio::test]
async fn questions_that_cannot_be_meant_are_refused_in_words() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for (query, wanted, says) in [
        ("{ meetups(first: 100000) { note } }", "PAGE_SIZE", "from 1 to 100"),
        ("{ meetups(first: -1) { note } }", "PAGE_SIZE", "from 1 to 100"),
        ("{ councils(first: 501) { note } }", "PAGE_SIZE", "from 1 to 500"),
        ("{ meetups(first: 1, last: 1) { note } }", "PAGE_ARGUMENTS", "last"),
        (
            "{ meetups(from: \"2027-02-01\", to: \"2027-01-01\") { note } }",
            "DATE_RANGE",
            "earlier day",
        ),
        ("{ council(ref: \"camdem\") { name } }", "UNKNOWN_REFERENCE", "Camden (CMD)"),
        ("{ region(ref: \"londn\") { name } }", "UNKNOWN_REFERENCE", "london"),
        ("{ point(ref: \"agle\") { label } }", "UNKNOWN_REFERENCE", "agile"),
        ("{ councils(onsRegion: \"Wessex\") { note } }", "UNKNOWN_REFERENCE", "South West"),
        ("{ node(id: \"camden\") { id } }", "MALFORMED_ID", "earlier answer"),
        ("{ search(text: \"  \") { note } }", "TEXT_LENGTH", "word"),
        ("{ search(text: \"agile\", first: 1000) { note } }", "PAGE_SIZE", "from 1 to 100"),
        ("{ meetups(from: \"14/01/2027\") { note } }", "VALUE_INVALID", "year, month and day"),
        (
            "{ councils(first: 500) { nodes { meetups(first: 100) { nodes { points { caseStudies(first: 100) { nodes { title } } } } } } } }",
            "QUERY_TOO_LARGE",
            "smaller pages",
        ),
        ("{ meetups { note }", "QUERY_MALFORMED", ""),
        ("{ meetings { note } }", "QUERY_INVALID", ""),
        (
            "query A { regions { code } } query B { regions { code } }",
            "OPERATION_UNKNOWN",
            "operationName",
        ),
        ("query($n: Int!) { meetups(first: $n) { note } }", "VARIABLE_MISSING", "`n`"),
    ] {
        let (code, message) = code_of(&gateway, query, json!({})).await?;
        ensure!(code == wanted, "{query}: {code} {message}");
        ensure!(message.contains(says), "{query}: {message}");
    }
    Ok(())
}

#[tokio::test]
async fn councils_are_found_by_whatever_names_them_and_followed_through_every_hop() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let data = gateway
        .data(
            "{ taunton: council(ref: \"TAU\") { successors { name successors { name } } currentSuccessors { code } }
               cumbria: council(ref: \"cumbria\") { successors { code } }
               gss: council(ref: \"E09000007\") { slug gssCode }
               then: council(ref: \"somerset\", on: \"2020-01-01\") { code }
               now: council(ref: \"somerset\") { code }
               never: council(ref: \"TAU\", on: \"2024-01-01\") { code }
               open: meetups(forCouncil: \"taunton-deane\", first: 1) { nodes { group { slug } } } }",
            json!({}),
        )
        .await?;
    let first = &data["taunton"]["successors"][0];
    ensure!(first["name"] == "Somerset West and Taunton", "{data}");
    ensure!(first["successors"][0]["name"] == "Somerset", "{data}");
    ensure!(data["taunton"]["currentSuccessors"][0]["code"] == "SMT", "{data}");
    ensure!(data["cumbria"]["successors"].as_array().is_some_and(|all| all.len() == 2), "{data}");
    ensure!(data["gss"]["slug"] == "camden" && data["gss"]["gssCode"] == "E09000007", "{data}");
    ensure!(data["then"]["code"] == "SOM" && data["now"]["code"] == "SMT", "{data}");
    ensure!(data["never"].is_null(), "{data}");
    ensure!(data["open"]["nodes"][0]["group"]["slug"] == "south-west", "{data}");
    Ok(())
}

/// Field order and null propagation are where other versions of the library go wrong.
#[tokio::test]
async fn answers_keep_the_order_of_the_query() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let query = "{ z: meetups(first: 1) { note nodes { title id host { name code } group { slug } } complete }
                   a: standards { title code } m: node(id: \"nonsense\") { id } b: regions { name code } }";
    let answer = gateway
        .request(reqwest::Method::POST, "/graphql")
        .json(&json!({ "query": query }))
        .send()
        .await?
        .text()
        .await?;
    let place = |part: &str| answer.find(part).with_context(|| format!("{part} in {answer}"));
    let parts = [
        "\"z\":",
        "\"note\":",
        "\"nodes\":",
        "\"title\":",
        "\"id\":",
        "\"host\":",
        "\"group\":",
        "\"complete\":",
        "\"a\":",
        "\"m\":null",
        "\"b\":",
    ];
    let places = parts.iter().map(|part| place(part)).collect::<Result<Vec<_>>>()?;
    ensure!(places.is_sorted(), "{answer}");
    // A nullable field that fails is null by itself and leaves its neighbours whole.
    ensure!(answer.contains("\"path\":[\"m\"]"), "{answer}");
    Ok(())
}

#[tokio::test]
async fn what_was_sent_is_never_repeated() -> Result<()> {
    let gateway = Gateway::demo().await?;
    for query in [
        "{ meetups(first: \"s3cret\") { note } }",
        "{ council(ref: \"s3cret\") { name } }",
        "{ councils(onsRegion: \"s3cret\") { note } }",
        "{ meetups(after: \"s3cret\") { note } }",
        "{ node(id: \"s3cret\") { id } }",
        "{ meetups(when: \"s3cret\") { note } }",
        "{ meetups(from: \"s3cret\") { note } }",
        "{ meetups(status: [\"s3cret\"]) { note } }",
        "{ meetups(first: 1 \"s3cret\" }",
    ] {
        let answer = gateway.ask(query, json!({})).await?.to_string();
        ensure!(answer.contains("errors") && !answer.contains("s3cret"), "{query}: {answer}");
    }
    Ok(())
}
