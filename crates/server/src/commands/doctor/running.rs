//! The server that runs: whether it is ready, which version it is, and what only it knows: which
//! regions it leaves in peace, and how fresh the others are.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use chrono::DateTime;
use folkmoot_federation::{
    Clock,
    measures::{BREAKER_STATE, NEXT_TRY},
};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use super::{
    Finding, Findings, PATIENCE,
    clocks::{Reading, seconds},
    milliseconds, took,
};
use crate::{commands::here, config::Config};

const GROUP: &str = "Running server";

/// The most that is read of an answer: what is measured is a few hundred lines.
const MOST_BYTES: usize = 4 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Looked {
    pub(super) findings: Vec<Finding>,
    pub(super) clock: Option<Reading>,
}

pub(super) async fn look(config: &Config, wanted: Option<&str>) -> Looked {
    let mut found = Findings::of(GROUP);
    let Some(wanted) = wanted else {
        found.note(
            "running.ready",
            "It was not asked.",
            "Add --live to ask it: only a server knows which regions it leaves in peace.",
        );
        return Looked { findings: found.into_all(), clock: None };
    };
    let clock = match place(config, wanted) {
        Ok(place) => ask(&place, client(wanted), config, &mut found).await,
        Err(advice) => {
            found.fail("running.ready", "It is not known where the server listens.", advice);
            None
        }
    };
    Looked { findings: found.into_all(), clock }
}

/// Where it is asked.
fn place(config: &Config, wanted: &str) -> Result<Url, &'static str> {
    let text = match wanted {
        "" => here::address(config).ok_or("Give its address: --live http://127.0.0.1:PORT.")?,
        given => given.to_owned(),
    };
    let wrong = "Write it as --live http://127.0.0.1:8080.";
    let mut url = Url::parse(text.trim_end_matches('/')).map_err(|_| wrong)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong);
    }
    // They would be shown, and are of no use here.
    let _ = (url.set_username(""), url.set_password(None));
    url.set_query(None);
    Ok(url)
}

/// What asks: of an address that is given the certificate has to hold.
fn client(wanted: &str) -> reqwest::Result<Client> {
    match wanted {
        "" => here::client(PATIENCE),
        _ => here::asking(PATIENCE).build(),
    }
}

async fn ask(
    place: &Url,
    client: reqwest::Result<Client>,
    config: &Config,
    found: &mut Findings,
) -> Option<Reading> {
    let client = match client {
        Ok(client) => client,
        Err(_) => {
            let advice = "Look whether this machine has the certificates of authorities.";
            found.fail("running.ready", "TLS cannot be set up here.", advice);
            return None;
        }
    };
    let shown = place.as_str().trim_end_matches('/');
    let path = |path: &str| format!("{shown}{path}");
    let begun = Instant::now();
    let answer = client.get(path("/health/ready")).send().await;
    let (elapsed, heard) = (begun.elapsed(), Clock::system().now());
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            unreachable(shown, &error, found);
            return None;
        }
    };
    let clock = date(&answer)
        .map(|(date, unit)| Reading::of("The running server's clock", date, heard, elapsed, unit));
    let status = answer.status();
    let said: Value = serde_json::from_str(&text(answer).await).unwrap_or_default();
    if !is_ready(shown, status, &said, elapsed, found) {
        return clock;
    }
    // The two together are waited for no longer than one of them.
    let metrics = metrics_request(&client, &path("/metrics"), config);
    let sources = sources_request(&client, &path("/graphql"));
    let (metrics, sources) = tokio::join!(sent(metrics), sent(sources));
    breakers(metrics, found);
    freshness(sources, found);
    clock
}

fn unreachable(place: &str, error: &reqwest::Error, found: &mut Findings) {
    let (text, advice) = match error.is_timeout() && !error.is_connect() {
        true => (
            format!("It takes connections at {place} and does not answer."),
            "Look at its log and at what it waits for; if it stays so, start it anew.",
        ),
        false => (
            format!("Nothing answers at {place}."),
            "Look whether `folkmoot serve` runs and where it listens, or give its address: --live \
             URL.",
        ),
    };
    found.fail("running.ready", text, advice);
}

fn is_ready(
    place: &str,
    status: StatusCode,
    said: &Value,
    elapsed: Duration,
    found: &mut Findings,
) -> bool {
    let ours = env!("CARGO_PKG_VERSION");
    let (state, version) = (said["status"].as_str(), said["version"].as_str());
    let (Some(state), Some(version)) = (state, version) else {
        found.fail(
            "running.ready",
            format!("What answers at {place} is no folkmoot (status {}).", status.as_u16()),
            "Give the address of the gateway itself: --live URL.",
        );
        return false;
    };
    if state != "ready" {
        found.fail(
            "running.ready",
            format!("The server at {place} takes no new requests: it was told to stop."),
            "Start it again, unless that is what you want.",
        );
        return true;
    }
    let text = format!("folkmoot {version} is ready at {place}, and says so in {}.", took(elapsed));
    found.ok("running.ready", text).measured("answer_ms", milliseconds(elapsed));
    if version != ours {
        found.warn(
            "running.version",
            format!("The server is folkmoot {version}, and this program is {ours}."),
            "Use the program of the server, or start the server anew with this one.",
        );
    }
    if said["demo"] == true {
        found.note(
            "running.demo",
            "It shows the made-up nation.",
            "Start it without --demo, and with a database of its own, for readers.",
        );
    }
    true
}

fn metrics_request(client: &Client, address: &str, config: &Config) -> RequestBuilder {
    let name = config.metrics.token_env.as_str();
    let token = std::env::var(name).ok().filter(|token| !name.is_empty() && !token.is_empty());
    let request = client.get(address);
    match token {
        Some(token) => request.bearer_auth(token.trim()),
        None => request,
    }
}

fn sources_request(client: &Client, address: &str) -> RequestBuilder {
    let question = "{ sources { region name state reason asOf note } }";
    // Whoever brings a cookie is answered anew, not by what others were given a minute ago.
    client.post(address).header(header::COOKIE, "doctor=1").json(&json!({ "query": question }))
}

async fn sent(request: RequestBuilder) -> Option<(StatusCode, String)> {
    let answer = request.send().await.ok()?;
    let status = answer.status();
    Some((status, text(answer).await))
}

async fn text(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        if bytes.len() + chunk.len() > MOST_BYTES {
            break;
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Which regions it leaves in peace.
fn breakers(answer: Option<(StatusCode, String)>, found: &mut Findings) {
    let text = match answer {
        Some((StatusCode::OK, text)) => text,
        Some((StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _)) => {
            found.note(
                "running.breakers",
                "It does not show /metrics here, so that it is not known whom it leaves in peace.",
                "Name the variable that holds its token in metrics.token_env, and set it here.",
            );
            return;
        }
        _ => {
            let advice = "Look at the server's log.";
            found.warn("running.breakers", "It gave no /metrics.", advice);
            return;
        }
    };
    let positions = by_region(&text, BREAKER_STATE);
    let open: Vec<_> = positions.iter().filter(|(_, position)| **position > 0.0).collect();
    if open.is_empty() {
        let text = match positions.len() {
            0 => "No live region has been asked by it yet.".to_owned(),
            _ => "It leaves no live region in peace.".to_owned(),
        };
        found.ok("running.breakers", text);
        return;
    }
    let finding = found.warn(
        "running.breakers",
        "It leaves regions in peace that did not answer, and tries each again by itself.",
        "See under Regions whether they answer now; there is nothing to do here.",
    );
    let next_tries = by_region(&text, NEXT_TRY);
    for (region, position) in open {
        let next_try = next_tries.get(region).filter(|at| **at > 0.0);
        let next_try = next_try.and_then(|at| DateTime::from_timestamp(*at as i64, 0));
        finding.detail(match next_try {
            _ if *position < 2.0 => format!("{region} is being tried"),
            Some(at) => {
                let at = at.format("%H:%M:%S UTC");
                format!("{region} is left in peace, and tried again from {at} on")
            }
            None => format!("{region} is left in peace"),
        });
    }
}

/// What is measured of each region under a name, from the text that Prometheus reads.
fn by_region(text: &str, name: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?.strip_prefix("{region=\"")?;
        let (region, value) = rest.split_once("\"} ")?;
        Some((region.to_owned(), value.trim().parse().ok()?))
    });
    lines.collect()
}

fn freshness(answer: Option<(StatusCode, String)>, found: &mut Findings) {
    let answer = answer.map(|(_, text)| serde_json::from_str(&text).unwrap_or(Value::Null));
    let answer = answer.unwrap_or(Value::Null);
    let Some(sources) = answer["data"]["sources"].as_array() else {
        match answer["errors"][0]["extensions"]["code"].as_str() {
            Some(code) => found.warn(
                "running.sources",
                format!("It answers a question for its sources with {code}."),
                "See what the code means under /docs/api, and look at the server's log.",
            ),
            None => found.fail(
                "running.sources",
                "It is ready and answers no question.",
                "Look at the server's log.",
            ),
        };
        return;
    };
    let old: Vec<_> = sources.iter().filter(|one| one["state"] != "FRESH").collect();
    if old.is_empty() {
        found.ok("running.sources", "It has fresh rows of every region.");
        return;
    }
    let finding = found.warn(
        "running.sources",
        format!("It lacks fresh rows of {} of {} regions.", old.len(), sources.len()),
        "See under Regions what is wrong with each; readers are told, too.",
    );
    for one in old {
        let word = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
        let (region, state, reason) = (word("region"), word("state"), word("reason"));
        finding.detail(format!(
            "{region}: {state} {reason}, as of {}. {}",
            word("asOf"),
            word("note")
        ));
    }
}

/// What its clock said: to the second.
fn date(answer: &Response) -> Option<(f64, f64)> {
    let date = answer.headers().get(header::DATE)?.to_str().ok()?;
    Some((seconds(DateTime::parse_from_rfc2822(date).ok()?.to_utc()), 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    fn at(listen: &str, wanted: &str) -> Result<String, &'static str> {
        let flags = Flags { listen: Some(listen.to_owned()), ..Flags::default() };
        let (config, _) = Config::load(None, &flags).expect("right");
        place(&config, wanted).map(|url| url.to_string())
    }

    #[test]
    fn a_server_is_asked_where_it_listens_unless_told_otherwise() {
        assert_eq!(at("0.0.0.0:80", ""), Ok("http://127.0.0.1/".to_owned()));
        assert_eq!(at("[::]:8080", ""), Ok("http://[::1]:8080/".to_owned()));
        assert_eq!(at("192.0.2.1:8080", ""), Ok("http://192.0.2.1:8080/".to_owned()));
        let given = "https://me:secret@moot.example/?a=b";
        assert_eq!(at("0.0.0.0:80", given), Ok("https://moot.example/".to_owned()));
        assert!(at("127.0.0.1:0", "").is_err());
        assert!(at("127.0.0.1:80", "moot.example").is_err());
    }

    #[test]
    fn breakers_are_read_from_what_is_measured() {
        let text = "# TYPE folkmoot_region_breaker_state gauge\n\
                    folkmoot_region_breaker_state{region=\"kent\"} 2\n\
                    folkmoot_region_breaker_state{region=\"surrey\"} 0\n\
                    folkmoot_region_retries_total{region=\"kent\"} 7\n";
        let expected = [("kent".to_owned(), 2.0), ("surrey".to_owned(), 0.0)];
        assert_eq!(by_region(text, BREAKER_STATE), BTreeMap::from(expected));
    }
}
