//! The gateway on Postgres, beside PostGraphile over the same tables: the same questions, answered
//! from the same rows, by connections that wait for one another's database.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::AtomicUsize,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use chrono::DateTime;
use serde_json::{Value, json};

use crate::{
    gateway::{Gateway, folkmoot},
    http::{Connection, posting, posting_as},
    load::Load,
    row,
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

const REPEATS: usize = 5;
const LASTING: Duration = Duration::from_millis(1_500);
const STARTS: usize = 7;

/// Where the peer is, in the project's folder.
const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/postgraphile");

/// What the gateway's setting for its database is called.
const SETTING: &str = "FOLKMOOT__DATABASE__URL";

/// A question as each is asked it, and how many times as many answers are to be had of the gateway.
struct Question {
    what: &'static str,
    own: String,
    peers: Value,
    /// Brings an answer of either to the form in which they are compared; `None` if they count
    /// different things, as the row says.
    common: Option<fn(&Value) -> Value>,
    least: f64,
}

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let server = env::var("FOLKMOOT_TEST_POSTGRES").ok();
    let server = server.context("there is no Postgres: run this by `make bench`")?;
    let database = Database::new(workshop, &server)?;
    database.fill(workshop)?;
    let starts = Figure::of(database.starts(workshop)?);
    let release = Figure::of([database.release()?]);
    let mut rows = vec![
        row::at_most(
            "start to ready, the demo nation in Postgres already".to_owned(),
            &starts,
            "s",
            0.5,
        ),
        row::at_most(
            "a release of one half-year for the whole nation, from stored answers, in Postgres"
                .to_owned(),
            &release,
            "s",
            2.0,
        ),
    ];

    let gateway = database.gateway(workshop, &[])?;
    database.tell(&fs::read_to_string(Path::new(PEER).join("peer.sql"))?)?;
    let mut command =
        workshop.cores.of_the_gateway(&Path::new(PEER).join("node_modules/.bin/node"));
    command.current_dir(PEER).arg("server.js").env("DATABASE_URL", &database.address);
    let peer = Gateway::of(&mut command).context("PostGraphile is installed by `make bench`")?;
    let token = database.folkmoot(&["token", "create", "--name", "Bench", "--scope", "steward"])?;
    let token = token.lines().next().context("a token")?.trim().to_owned();
    let now = database
        .tell("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")?;
    for question in questions(now.trim()) {
        rows.push(question.measured(&gateway, &peer, &token)?);
    }
    Ok(rows)
}

fn questions(now: &str) -> [Question; 3] {
    [
        Question {
            what: "next 10 meet-ups with their groups, made anew",
            own: "{ meetups(first: 10) { nodes { title startsAt group { name } } } }".to_owned(),
            peers: json!({
                "query": "query($now: Datetime!) { allMeetups(first: 10, condition: { endsAfter: $now },
                    orderBy: [FIRST_SECOND_ASC]) { nodes { title startsAt group { name } } } }",
                "variables": { "now": now },
            }),
            common: Some(|answer| {
                let nodes = answer["data"].as_object().and_then(|data| data.values().next());
                let mut nodes = nodes.map(|list| list["nodes"].clone()).unwrap_or_default();
                for node in nodes.as_array_mut().into_iter().flatten() {
                    let at = node["startsAt"].as_str().unwrap_or_default();
                    node["startsAt"] =
                        json!(DateTime::parse_from_rfc3339(at).map(|at| at.timestamp()).ok());
                }
                nodes
            }),
            least: 3.0,
        },
        Question {
            what: "50 councils with region and latest answers, as a steward, made anew",
            own: "{ councils(first: 50) { nodes { name region { name }
                answers { point { number } measure level } } } }"
                .to_owned(),
            peers: json!({
                "query": "{ allCouncils(first: 50, orderBy: [PLACE_ASC]) { nodes { name region { name }
                    answers(orderBy: [POINT_NUMBER_ASC, MEASURE_DESC]) { pointNumber measure level } } } }",
            }),
            common: Some(|answer| {
                let nodes = answer["data"].as_object().and_then(|data| data.values().next());
                let mut nodes = nodes.map(|list| list["nodes"].clone()).unwrap_or_default();
                for node in nodes.as_array_mut().into_iter().flatten() {
                    for told in node["answers"].as_array_mut().into_iter().flatten() {
                        if told["point"].is_object() {
                            told["pointNumber"] = told["point"]["number"].clone();
                            told.as_object_mut().map(|told| told.remove("point"));
                        }
                    }
                }
                nodes
            }),
            least: 2.0,
        },
        Question {
            what: "national trend as it is published, made anew; the peer counts all answers by GROUP BY",
            own: "{ capability(period: HALF_YEAR) { rows { period pointNumber measure
                shareAt3OrMore responded } } }"
                .to_owned(),
            peers: json!({
                "query": "{ allTrends(condition: { standard: \"lgdss-2016\" },
                    orderBy: [PERIOD_ASC, MEASURE_DESC, POINT_NUMBER_ASC])
                    { nodes { period pointNumber measure shareAt3OrMore responded } } }",
            }),
            common: None,
            least: 20.0,
        },
    ]
}

impl Question {
    fn measured(&self, gateway: &Gateway, peer: &Gateway, token: &str) -> Result<Row> {
        let own = json!({ "query": self.own }).to_string();
        let asked = [
            (gateway, posting_as(token, "/graphql", &own)),
            (peer, posting("/graphql", &self.peers.to_string())),
        ];
        let (mut sides, mut answers) = (Vec::new(), Vec::new());
        for (server, request) in asked {
            let answer = Connection::open(server.address)?.ask(&request)?;
            let said: Value = serde_json::from_slice(&answer.body)?;
            ensure!(answer.status == 200 && said["errors"].is_null(), "{}: {said}", self.what);
            answers.push(said);
            sides.push((server, request, answer.body));
        }
        if let Some(common) = self.common {
            let [own, its] = [common(&answers[0]), common(&answers[1])];
            ensure!(own == its && own[9].is_object(), "{}: {own}, and the peer: {its}", self.what);
        }
        let rate = |(server, request, body): &(&Gateway, Vec<u8>, Vec<u8>)| -> Result<f64> {
            let load = Load {
                address: server.address,
                connections: 8,
                lasting: LASTING,
                request: &|_| request.clone(),
                check: &|_, answer| {
                    ensure!(answer.body == *body, "another answer than before");
                    Ok(())
                },
            };
            Ok(load.run(&AtomicUsize::new(0))?.rate())
        };
        let (mut rates, mut ratios) = (Vec::new(), Vec::new());
        // Before anything is measured both have planned their statements.
        sides.iter().try_for_each(|side| rate(side).map(drop))?;
        for _ in 0..REPEATS {
            let [own, its] = [rate(&sides[0])?, rate(&sides[1])?];
            rates.push(own);
            ratios.push(own / its);
        }
        let what = format!("{}: answers per second on Postgres, to PostGraphile's", self.what);
        Ok(row::ratio_at_least(what, &Figure::of(rates), &Figure::of(ratios), Some(self.least)))
    }
}

/// A database of the server that this bench was given.
struct Database {
    address: String,
    /// Takes the place of a file; nothing is there.
    nowhere: PathBuf,
}

impl Database {
    fn new(workshop: &Workshop, server: &str) -> Result<Self> {
        let (rest, _) = server.rsplit_once('/').context("an address")?;
        let own = |name: &str| Self {
            address: format!("{rest}/{name}"),
            nowhere: workshop.place("nowhere"),
        };
        own("postgres").tell("CREATE DATABASE bench")?;
        let database = own("bench");
        // The database is on the load's core: the gateway has its own.
        let told = database.tell("SELECT pg_read_file('postmaster.pid')")?;
        let id = told.lines().next().context("the server's id")?.trim().to_owned();
        // Where there is no taskset, nothing has a core of its own.
        let _ = Command::new("taskset").args(["-a", "-c", "-p", "1", &id]).output();
        Ok(database)
    }

    fn tell(&self, sql: &str) -> Result<String> {
        let mut command = Command::new("psql");
        command.args(["-v", "ON_ERROR_STOP=1", "-qAt", "-c", sql, &self.address]);
        let output = command.output().context("psql is missing: install Postgres' client")?;
        let failed = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{failed}");
        Ok(String::from_utf8(output.stdout)?)
    }

    fn gateway(&self, workshop: &Workshop, arguments: &[&str]) -> Result<Gateway> {
        let settings = [(SETTING, self.address.as_str())];
        Gateway::start(workshop.cores, &self.nowhere, arguments, &settings)
    }

    fn folkmoot(&self, arguments: &[&str]) -> Result<String> {
        let with_database = [arguments, &["--database", &self.address]].concat();
        folkmoot(&self.nowhere, &with_database)
    }

    fn fill(&self, workshop: &Workshop) -> Result<()> {
        self.gateway(workshop, &["--demo"])?.stop()?;
        self.tell("ANALYZE").map(drop)
    }

    fn starts(&self, workshop: &Workshop) -> Result<Vec<f64>> {
        let start = |_| {
            let gateway = self.gateway(workshop, &[])?;
            let ready_after = gateway.ready_after.as_secs_f64();
            gateway.stop()?;
            Ok(ready_after)
        };
        (0..STARTS).map(start).collect()
    }

    /// How long it takes to publish the latest half-year again, which is taken out for that.
    fn release(&self) -> Result<f64> {
        let count = "SELECT count(*) FROM release_row";
        let before = self.tell(count)?;
        self.tell(
            "DELETE FROM release_row WHERE half_year = (SELECT max(half_year) FROM release_row)",
        )?;
        ensure!(self.tell(count)? != before, "there is nothing to publish again");
        let began = Instant::now();
        self.folkmoot(&["release", "create"])?;
        let took = began.elapsed().as_secs_f64();
        ensure!(self.tell(count)? == before, "another number of rows is published");
        Ok(took)
    }
}
