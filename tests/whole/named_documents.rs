//! Documents that requests name instead of sending them: automatic persisted queries, and a list of
//! those that the gateway trusts.

use anyhow::{Result, ensure};
use folkmoot_testkit::Database;
use folkmoot_tests::{Gateway, Outcome, Role, folkmoot};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::shared_answers::{Server, header};

const DOCUMENT: &str = "query($first: Int!) { meetups(first: $first) { nodes { title } } }";

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The extension of automatic persisted queries.
fn persisted(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

fn body(query: Option<&str>, extensions: Value) -> Value {
    let mut body = json!({ "variables": { "first": 2 }, "extensions": extensions });
    if let Some(query) = query {
        body["query"] = query.into();
    }
    body
}

async fn post(gateway: &Gateway, body: &Value) -> Result<Response> {
    Ok(gateway.request(Method::POST, "/graphql").json(body).send().await?)
}

async fn code(answer: Response) -> Result<String> {
    let answer: Value = answer.json().await?;
    Ok(answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_query_that_was_sent_once_is_asked_by_its_hash() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let hash = hash(DOCUMENT);
    let by_hash = body(None, persisted(&hash));
    // Clients know these words, and send the text then.
    let unknown = post(&gateway, &by_hash).await?;
    ensure!(unknown.status() == StatusCode::OK);
    ensure!(header(&unknown, "cache-control") == "private, no-store");
    let said: Value = unknown.json().await?;
    ensure!(said["errors"][0]["message"] == "PersistedQueryNotFound", "{said}");
    ensure!(said["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND");

    let full = post(&gateway, &body(Some(DOCUMENT), persisted(&hash))).await?;
    let full = full.text().await?;
    ensure!(full.contains("title"), "{full}");
    let plain = post(&gateway, &body(Some(DOCUMENT), json!({}))).await?.text().await?;
    let again = post(&gateway, &by_hash).await?;
    ensure!(header(&again, "cache-status").starts_with("folkmoot; hit"));
    ensure!(again.text().await? == full && plain == full);
    // In an address, which caches on the way can keep; and by the name that the hash is.
    let get = |pairs: &[(&str, &str)]| gateway.request(Method::GET, "/graphql").query(pairs).send();
    let extensions = persisted(&hash).to_string();
    let variables = ("variables", r#"{"first":2}"#);
    let got = get(&[("extensions", &extensions), variables]).await?;
    ensure!(header(&got, "cache-control").starts_with("public, max-age="));
    ensure!(got.text().await? == full);
    let named = get(&[("documentId", &format!("sha256:{hash}")), variables]).await?;
    ensure!(named.text().await? == full);
    // With a token as without.
    let own = gateway.request(Method::POST, "/graphql").json(&by_hash);
    let own = own.bearer_auth(gateway.token(Role::Steward).unwrap_or_default()).send().await?;
    ensure!(own.text().await?.contains("title"));
    Ok(())
}

#[tokio::test]
async fn a_query_whose_answer_is_there_already_is_known_once_it_came_with_its_hash() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let plain = post(&gateway, &body(Some(DOCUMENT), json!({}))).await?.text().await?;
    let by_hash = persisted(&hash(DOCUMENT));
    let full = post(&gateway, &body(Some(DOCUMENT), by_hash.clone())).await?;
    ensure!(header(&full, "cache-status").starts_with("folkmoot; hit"));
    // Of other variables: no answer is there that its bytes would find.
    let mut other = body(None, by_hash);
    other["variables"]["first"] = 3.into();
    let said = post(&gateway, &other).await?.text().await?;
    ensure!(said.contains("title") && said != plain, "{said}");
    Ok(())
}

#[tokio::test]
async fn only_a_sound_text_is_kept_and_only_by_its_own_hash() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let other = hash("{ regions { code } }");
    let faulty = [
        (Some(DOCUMENT), persisted(&other), "PERSISTED_QUERY_MISMATCH"),
        (Some("{ regions {"), persisted(&hash("{ regions {")), "QUERY_MALFORMED"),
        (None, persisted(&hash("{ regions {")), "PERSISTED_QUERY_NOT_FOUND"),
        (None, persisted("ABC"), "BAD_REQUEST"),
        (None, json!({ "persistedQuery": "sha256" }), "BAD_REQUEST"),
        (
            None,
            json!({ "persistedQuery": { "version": 2, "sha256Hash": other } }),
            "PERSISTED_QUERY_NOT_SUPPORTED",
        ),
        (None, persisted(&other), "PERSISTED_QUERY_NOT_FOUND"),
    ];
    for (query, extensions, wanted) in faulty {
        let code = code(post(&gateway, &body(query, extensions.clone())).await?).await?;
        ensure!(code == wanted, "{code} instead of {wanted}: {query:?} {extensions}");
    }
    let both = json!({ "documentId": other, "query": DOCUMENT });
    ensure!(code(post(&gateway, &both).await?).await? == "BAD_REQUEST");
    let unknown = json!({ "documentId": "nobody-knows-it" });
    ensure!(code(post(&gateway, &unknown).await?).await? == "DOCUMENT_UNKNOWN");
    ensure!(code(post(&gateway, &json!({})).await?).await? == "BAD_REQUEST");
    Ok(())
}

#[tokio::test]
async fn replicas_know_each_others_queries_over_redis() -> Result<()> {
    let database = Database::postgres().await;
    let redis = Server::started(&["--save", "", "--appendonly", "no"]);
    let url = redis.url();
    let settings = [("FOLKMOOT__REDIS__URL", url.as_str())];
    let at = &database.options().url;
    let one = Gateway::start_with(at, false, &settings).await?;
    let other = Gateway::start_with(at, false, &settings).await?;
    let document = "{ standards { code } }";
    let extensions = persisted(&hash(document));
    let full = post(&one, &body(Some(document), extensions.clone())).await?.text().await?;
    let by_hash = body(None, extensions);
    // What is written to Redis is waited for by nobody.
    let began = std::time::Instant::now();
    loop {
        let said = post(&other, &by_hash).await?.text().await?;
        if said == full {
            break;
        }
        ensure!(began.elapsed().as_secs() < 20, "{said} instead of {full}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // Without Redis each goes on with what it has.
    drop(redis);
    ensure!(post(&other, &by_hash).await?.text().await? == full);
    Ok(())
}

#[tokio::test]
async fn a_gateway_may_answer_the_documents_on_its_list_alone() -> Result<()> {
    let directory = tempfile::TempDir::new()?;
    let list = directory.path().join("documents.json");
    std::fs::write(
        &list,
        json!({ "upcoming": DOCUMENT, "own": "{ regions { code } }" }).to_string(),
    )?;
    let list = list.to_string_lossy();
    let settings =
        [("FOLKMOOT__DOCUMENTS__LIST", list.as_ref()), ("FOLKMOOT__DOCUMENTS__ONLY", "true")];
    let gateway = Gateway::demo_with(&settings).await?;
    let variables = json!({ "first": 2 });
    for name in ["upcoming", &hash(DOCUMENT), &format!("sha256:{}", hash(DOCUMENT))] {
        let body = json!({ "documentId": name, "variables": variables });
        let said = post(&gateway, &body).await?.text().await?;
        ensure!(said.contains("title"), "{name}: {said}");
    }
    // Its text is as good as its name.
    for extensions in [json!({}), persisted(&hash(DOCUMENT))] {
        let said = post(&gateway, &body(Some(DOCUMENT), extensions)).await?.text().await?;
        ensure!(said.contains("title"), "{said}");
    }
    for other in ["{ standards { code } }", "{ __schema { queryType { name } } }", "{", ""] {
        for extensions in [json!({}), persisted(&hash(other))] {
            let code = code(post(&gateway, &body(Some(other), extensions)).await?).await?;
            let is_refused = ["DOCUMENT_NOT_TRUSTED", "PERSISTED_QUERY_NOT_FOUND"];
            ensure!(is_refused.contains(&code.as_str()), "{other}: {code}");
        }
    }
    let unknown = json!({ "documentId": hash("{ standards { code } }") });
    ensure!(code(post(&gateway, &unknown).await?).await? == "DOCUMENT_UNKNOWN");
    // What the gateway itself asks is its own.
    let export = gateway.request(Method::GET, "/export/capability.csv").send().await?;
    ensure!(export.status() == StatusCode::OK);
    Ok(())
}

#[test]
fn a_list_that_is_not_right_is_told_at_the_start() -> Result<()> {
    let directory = tempfile::TempDir::new()?;
    let database = format!("sqlite://{}", directory.path().join("folkmoot.db").display());
    let list = directory.path().join("documents.json");
    let serve = |list: &str, only: &str| {
        let mut command = folkmoot();
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", &database]);
        command.env("FOLKMOOT__DOCUMENTS__LIST", list).env("FOLKMOOT__DOCUMENTS__ONLY", only);
        Outcome::of(&mut command)
    };
    let at = list.to_string_lossy();
    for (text, told) in [
        ("[]", "neither an object of documents by name"),
        (r#"{"a": 1}"#, "neither an object of documents by name"),
        ("{", "it is no JSON"),
        (r#"{"a": "{ regions {"}"#, "the document a: the query is not well-formed"),
        (r#"{"operations": [{"id": "b", "body": "{"}]}"#, "the document b:"),
    ] {
        std::fs::write(&list, text)?;
        let said = serve(&at, "false");
        ensure!(!said.is_success && said.err.contains(told), "{text}: {}", said.err);
        ensure!(said.err.contains("documents.list"), "{}", said.err);
    }
    let said = serve("", "true");
    ensure!(!said.is_success && said.err.contains("documents.only needs documents.list"));
    Ok(())
}
