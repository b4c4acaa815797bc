//! The gateway on Postgres, beside PostGraphile over the same tables: the same questions, answered
//! from the same rows, by connections that wait for one another's database.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use chrono::DateTime;
use serde_json::{Value, json};

use crate::{
    database::Database,
    gateway::{Gateway, folkmoot, stewards_token},
    http::{posting, posting_alone, posting_as},
    row,
    sides::{Side, compared},
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

const LASTING: Duration = Duration::from_millis(1_500);
const STARTS: usize = 7;

/// Where the peer is, in the project's folder.
const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/postgraphile");

/// A question as each is asked it, and how many times as many answers are to be had of the gateway.
struct Question {
    what: &'static str,
    own: String,
    peers: Value,
    /// Brings a row of either to the form in which they are compared; `None` if they count
    /// different things, as the row of the table says.
    common: Option<fn(&mut Value)>,
    /// True if the gateway is asked as a steward, whose token is looked up for each answer; else as
    /// a reader whose answers are nobody else's.
    as_steward: bool,
    least: f64,
}

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let database = Database::filled(workshop.cores, "bench")?;
    let starts = Figure::of(starts(&database)?);
    let release = Figure::of([release(&database)?]);
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

    let gateway = database.gateway(&[])?;
    database.tell(&fs::read_to_string(Path::new(PEER).join("peer.sql"))?)?;
    let mut command =
        workshop.cores.of_the_gateway(&Path::new(PEER).join("node_modules/.bin/node"));
    command.current_dir(PEER).arg("server.js").env("DATABASE_URL", database.address());
    let peer = Gateway::of(&mut command).context("PostGraphile is installed by `make bench`")?;
    let token = stewards_token(&database)?;
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
            common: Some(|meetup| {
                let at = meetup["startsAt"].as_str().map(DateTime::parse_from_rfc3339);
                meetup["startsAt"] = json!(at.and_then(Result::ok).map(|at| at.timestamp()));
            }),
            as_steward: false,
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
            common: Some(|council| {
                for told in council["answers"].as_array_mut().into_iter().flatten() {
                    if let Some(point) = told.as_object_mut().and_then(|told| told.remove("point"))
                    {
                        told["pointNumber"] = point["number"].clone();
                    }
                }
            }),
            as_steward: true,
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
            as_steward: false,
            least: 20.0,
        },
    ]
}

impl Question {
    fn measured(&self, gateway: &Gateway, peer: &Gateway, token: &str) -> Result<Row> {
        let own = json!({ "query": self.own }).to_string();
        let own = match self.as_steward {
            true => posting_as(token, "/graphql", &own),
            false => posting_alone("/graphql", &own),
        };
        let own = Side::of(gateway, own)?;
        let its = Side::of(peer, posting("/graphql", &self.peers.to_string()))?;
        if let Some(common) = self.common {
            let [own, its] = [&own, &its].map(|side| in_common(side, common));
            let [own, its] = [own?, its?];
            ensure!(own == its && own.len() >= 10, "{}: {own:?} and {its:?}", self.what);
        }
        let rate = |side: &Side<'_>| Ok(side.load(8, LASTING)?.rate());
        // Before anything is measured both have planned their statements.
        rate(&own).and_then(|_| rate(&its))?;
        let what = format!("{}: answers per second on Postgres, to PostGraphile's", self.what);
        compared(what, &own, &its, Some(self.least), rate)
    }
}

/// The rows of an answer, each brought to the common form.
fn in_common(side: &Side<'_>, common: fn(&mut Value)) -> Result<Vec<Value>> {
    let mut nodes = side.nodes()?.context("no list")?;
    nodes.iter_mut().for_each(common);
    Ok(nodes)
}

fn starts(database: &Database) -> Result<Vec<f64>> {
    let start = |_| {
        let gateway = database.gateway(&[])?;
        let ready_after = gateway.ready_after.as_secs_f64();
        gateway.stop()?;
        Ok(ready_after)
    };
    (0..STARTS).map(start).collect()
}

/// How long it takes to publish the latest half-year again, which is taken out for that.
fn release(database: &Database) -> Result<f64> {
    let count = "SELECT count(*) FROM release_row";
    let before = database.tell(count)?;
    database.tell(
        "DELETE FROM release_row WHERE half_year = (SELECT max(half_year) FROM release_row)",
    )?;
    ensure!(database.tell(count)? != before, "there is nothing to publish again");
    let began = Instant::now();
    folkmoot(database, &["release", "create"])?;
    let took = began.elapsed().as_secs_f64();
    ensure!(database.tell(count)? == before, "another number of rows is published");
    Ok(took)
}
