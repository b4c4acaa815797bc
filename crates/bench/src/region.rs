//! Regions that answer for themselves, over real sockets and by the contract: each takes exactly
//! so long for an answer. A thread for each connection, because a thread sleeps to within 0.1 ms,
//! and a runtime's timer to within a whole one.

mod meetups;

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use self::meetups::{Bound, meetups};
pub(crate) use self::meetups::{DAYS, Meetup, first_day};
use crate::http::{end_of_head, header};

/// The one query that the contract has.
pub(crate) const CONTRACT: &str = include_str!("../../../docs/regions/query.graphql");

/// How long a region takes, in the numbers to reach.
pub(crate) const TAKES: Duration = Duration::from_millis(4);

/// A region's service. It runs as long as this process.
#[derive(Clone)]
pub(crate) struct Region {
    pub(crate) code: String,
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    code: String,
    meetups: Vec<Meetup>,
    /// How long an answer is held back, in microseconds.
    waits: AtomicU64,
    hangs: AtomicBool,
    asked_for_rows: AtomicUsize,
    asked_for_the_card: AtomicUsize,
}

impl Region {
    /// Starts the region with this number, on a free port.
    pub(crate) fn start(number: usize) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("listen for a region")?;
        let address = listener.local_addr()?;
        let code = format!("bench-{number:02}");
        let shared = Shared {
            meetups: meetups(number, &code),
            code: code.clone(),
            waits: AtomicU64::new(TAKES.as_micros() as u64),
            hangs: AtomicBool::new(false),
            asked_for_rows: AtomicUsize::new(0),
            asked_for_the_card: AtomicUsize::new(0),
        };
        let shared = Arc::new(shared);
        let region = Self { code, address, shared: shared.clone() };
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let shared = shared.clone();
                // A gateway that goes away is no fault of the region's.
                thread::spawn(move || shared.serve(socket));
            }
        });
        Ok(region)
    }

    /// Where it is asked.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// How long it holds back an answer.
    pub(crate) fn waits(&self) -> Duration {
        Duration::from_micros(self.shared.waits.load(Ordering::SeqCst))
    }

    /// From now on it holds back an answer for so long.
    pub(crate) fn wait(&self, time: Duration) {
        self.shared.waits.store(time.as_micros() as u64, Ordering::SeqCst);
    }

    /// From now on it takes requests and answers none.
    pub(crate) fn hang(&self) {
        self.shared.hangs.store(true, Ordering::SeqCst);
    }

    /// How many requests for rows have come.
    pub(crate) fn asked_for_rows(&self) -> usize {
        self.shared.asked_for_rows.load(Ordering::SeqCst)
    }

    /// How many requests have come that asked who it is, and for nothing else.
    pub(crate) fn asked_for_the_card(&self) -> usize {
        self.shared.asked_for_the_card.load(Ordering::SeqCst)
    }

    /// Its meet-ups, in order.
    pub(crate) fn meetups(&self) -> &[Meetup] {
        &self.shared.meetups
    }
}

impl Shared {
    /// Requests on one connection, one after the other.
    fn serve(&self, mut socket: TcpStream) -> io::Result<()> {
        socket.set_nodelay(true)?;
        let mut bytes = Vec::new();
        while let Some(body) = next_body(&mut socket, &mut bytes)? {
            let received = Instant::now();
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            let is_for_rows = body["variables"]
                .as_object()
                .is_some_and(|variables| variables.keys().any(|name| name.starts_with("with")));
            let asked = if is_for_rows { &self.asked_for_rows } else { &self.asked_for_the_card };
            asked.fetch_add(1, Ordering::SeqCst);
            if self.hangs.load(Ordering::SeqCst) {
                // Until whoever asked gives up and closes the connection.
                while socket.read(&mut [0; 1024])? > 0 {}
                return Ok(());
            }
            let answer = self.answer(&body);
            // With what it took to work it out.
            let wait = Duration::from_micros(self.waits.load(Ordering::SeqCst));
            thread::sleep(wait.saturating_sub(received.elapsed()));
            let length = answer.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/graphql-response+json\r\n\
                 content-length: {length}\r\n\r\n"
            );
            socket.write_all((head + &answer).as_bytes())?;
        }
        Ok(())
    }

    fn answer(&self, body: &Value) -> String {
        if body["query"] != CONTRACT {
            return json!({ "errors": [{ "message": "ask the contract's query" }] }).to_string();
        }
        let variables = &body["variables"];
        let is_on = |switch: &str| variables[switch] == true;
        let entries = |list: &str| variables[list].as_array().cloned().unwrap_or_default();
        let mut fields = Vec::new();
        let mut errors = Vec::new();
        if is_on("describe") {
            fields.push(("describe", self.card().to_string()));
        }
        if is_on("withMeetups") {
            match self.pages(&entries("meetups")) {
                Ok(pages) => fields.push(("meetups", pages)),
                Err(message) => {
                    fields.push(("meetups", "null".to_owned()));
                    errors.push(json!({ "message": message, "path": ["meetups"] }));
                }
            }
        }
        // It has meet-ups and nothing else.
        for (field, list, switch) in [
            ("caseStudies", "caseStudies", "withCaseStudies"),
            ("offers", "offers", "withOffers"),
            ("serviceAssessments", "assessments", "withAssessments"),
        ] {
            if is_on(switch) {
                let empty = json!({ "rows": [], "hasMore": false, "count": 0 });
                let pages: Vec<_> = entries(list).iter().map(|_| empty.clone()).collect();
                fields.push((field, json!(pages).to_string()));
            }
        }
        for (field, list, switch) in [
            ("meetupsById", "meetupIds", "withMeetupIds"),
            ("caseStudiesById", "caseStudyIds", "withCaseStudyIds"),
            ("offersById", "offerIds", "withOfferIds"),
            ("assessmentsById", "assessmentIds", "withAssessmentIds"),
        ] {
            if is_on(switch) {
                let rows: Vec<_> = entries(list).iter().map(|wanted| self.row(wanted)).collect();
                fields.push((field, format!("[{}]", rows.join(","))));
            }
        }
        let fields: Vec<_> =
            fields.into_iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
        let data = fields.join(",");
        match errors.is_empty() {
            true => format!("{{\"data\":{{{data}}}}}"),
            false => format!("{{\"data\":{{{data}}},\"errors\":{}}}", Value::from(errors)),
        }
    }

    fn card(&self) -> Value {
        let code = &self.code;
        json!({
            "contract": "1.0", "code": code, "name": code, "now": now(), "epoch": "1",
            "instances": [],
            "groups": [{ "slug": code, "name": code, "timeZone": "Europe/London", "members": [] }],
        })
    }

    fn row(&self, wanted: &Value) -> &str {
        let is_it = |meetup: &&Meetup| wanted["id"] == meetup.id.as_str();
        let found = (wanted["__typename"] == "Meetup").then(|| self.meetups.iter().find(is_it));
        found.flatten().map_or("null", |meetup| meetup.json.as_str())
    }

    fn pages(&self, requests: &[Value]) -> Result<String, String> {
        let pages: Result<Vec<_>, _> = requests.iter().map(|request| self.page(request)).collect();
        Ok(format!("[{}]", pages?.join(",")))
    }

    fn page(&self, request: &Value) -> Result<String, String> {
        let parts = request["filter"].as_object().cloned().unwrap_or_else(Map::new);
        let parts = parts.iter().filter(|(_, value)| !value.is_null());
        let bounds = parts.map(|(name, wanted)| Bound::of(name, wanted));
        let bounds = bounds.collect::<Result<Vec<_>, _>>()?;
        let passes = |meetup: &&Meetup| bounds.iter().all(|bound| meetup.passes(bound));
        let mut passing: Vec<_> = self.meetups.iter().filter(passes).collect();
        let count = passing.len();
        let is_descending = request["direction"] == "DESCENDING";
        if is_descending {
            passing.reverse();
        }
        let key = |bound: &str| {
            let bound = &request[bound];
            Some((bound["at"].as_str()?.parse().ok()?, bound["id"].as_str()?.to_owned()))
        };
        let (after, until) = (key("after"), key("until"));
        let is_past = |meetup: &Meetup, bound: &(DateTime<Utc>, String)| {
            let own = (meetup.starts_at, meetup.id.as_str());
            let bound = (bound.0, bound.1.as_str());
            if is_descending { own < bound } else { own > bound }
        };
        passing.retain(|meetup| {
            after.as_ref().is_none_or(|after| is_past(meetup, after))
                && until.as_ref().is_none_or(|until| !is_past(meetup, until))
        });
        let first = request["first"].as_u64().unwrap_or_default() as usize;
        let has_more = passing.len() > first;
        let rows: Vec<_> = passing.iter().take(first).map(|meetup| meetup.json.as_str()).collect();
        let count = if request["count"] == true { count.to_string() } else { "null".to_owned() };
        let rows = rows.join(",");
        Ok(format!("{{\"rows\":[{rows}],\"hasMore\":{has_more},\"count\":{count}}}"))
    }
}

/// The body of the next request; `None` if there is none any more.
fn next_body(socket: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    let mut chunk = [0; 16 * 1024];
    loop {
        if let Some(start) = end_of_head(bytes) {
            let head = String::from_utf8_lossy(&bytes[..start]);
            let length = header(&head, "content-length").and_then(|length| length.parse().ok());
            let end = start + length.unwrap_or(0);
            if bytes.len() >= end {
                let body = bytes[start..end].to_vec();
                bytes.drain(..end);
                return Ok(Some(body));
            }
        }
        let read = socket.read(&mut chunk)?;
        if read == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk[..read]);
    }
}

#[expect(clippy::disallowed_methods, reason = "somebody else's service has its own clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Connection;

    fn ask(region: &Region, variables: Value) -> Value {
        let mut connection = Connection::open(region.address).expect("it listens");
        let question = json!({ "query": CONTRACT, "variables": variables }).to_string();
        let answer = connection.post("/graphql", &question).expect("an answer");
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    #[test]
    fn a_walk_through_pages_gives_every_row_once_and_in_order() {
        let region = Region::start(3).expect("a free port");
        let (mut ids, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = json!({ "direction": "ASCENDING", "after": after, "first": 150 });
            let answer = ask(&region, json!({ "withMeetups": true, "meetups": [page] }));
            let page = &answer["data"]["meetups"][0];
            let rows = page["rows"].as_array().expect("rows");
            ids.extend(rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()));
            let last = rows.last().expect("a row");
            after = json!({ "at": last["startsAt"], "id": last["id"] });
            if page["hasMore"] == false {
                break;
            }
        }
        let all: Vec<_> = region.meetups().iter().map(|meetup| meetup.id.clone()).collect();
        assert_eq!(ids, all);
        assert!(region.asked_for_rows() > 4 && region.asked_for_the_card() == 0);
    }

    #[test]
    fn an_answer_takes_as_long_as_is_said_and_no_part_is_passed_over() {
        let region = Region::start(1).expect("a free port");
        let began = Instant::now();
        let answer = ask(&region, json!({ "describe": true }));
        assert!(began.elapsed() >= TAKES);
        assert_eq!(answer["data"]["describe"]["code"], "bench-01");

        let page =
            json!({ "direction": "ASCENDING", "first": 1, "filter": { "colours": ["red"] } });
        let answer = ask(&region, json!({ "withMeetups": true, "meetups": [page] }));
        assert_eq!(answer["errors"][0]["path"][0], "meetups");
    }
}
