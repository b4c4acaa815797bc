//! A replica that has just started and holds nothing: what others answered it has from Redis.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::{
    gateway::Gateway,
    http::{Connection, getting, posting},
    load::{Load, Run},
    plain::STATIC,
    sides::{Side, compared},
    table::Row,
    workshop::Workshop,
};

const LASTING: Duration = Duration::from_millis(250);
/// As many as a busy replica has: what they ask of Redis at one time travels together.
const CONNECTIONS: usize = 32;
/// So many are asked one replica first, and then the other, each once: more than it can answer.
const QUESTIONS: usize = 60_000;
/// So many of them are asked until both have found Redis.
const MEETING: usize = 500;

/// Asks for a while.
type Asking<'a> = dyn Fn() -> Result<Run> + 'a;

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let redis = Redis::start()?;
    // Replicas have one address, which is in their answers.
    let settings = [
        ("FOLKMOOT__REDIS__URL", redis.url.as_str()),
        ("FOLKMOOT__SERVER__PUBLIC_URL", "https://folkmoot.example"),
    ];
    let demo = workshop.demo()?.database;
    // Of one file, so of one history: what one remembers holds for the other.
    let [first, cold] = ["replica-first", "replica-cold"].map(|name| {
        let database = workshop.copy(&demo, name)?;
        Gateway::start(workshop.cores, &database, &[], &settings)
    });
    let (first, cold) = (first?, cold?);
    let request = |number: usize| {
        let query = format!("query Q{number} {{ {QUERY} }}");
        posting("/graphql", &json!({ "query": query }).to_string())
    };
    let expected = Side::of(&first, request(0))?.answer;
    // The first answers are given before there is a connection to Redis, which nobody waits for.
    let connected = || {
        for number in 1..MEETING {
            Connection::open(first.address)?.ask(&request(number))?;
            if Connection::open(cold.address)?.ask(&request(number))?.is_hit {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("nothing comes from Redis")
    };
    connected()?;
    let made_anew = AtomicUsize::new(0);
    let asked = |gateway: &Gateway, number: &AtomicUsize, lasting| {
        Load {
            address: gateway.address,
            connections: CONNECTIONS,
            lasting,
            request: &|number| if number < QUESTIONS { request(number) } else { Vec::new() },
            check: &|_, answer| {
                ensure!(answer.body == expected, "another answer than before");
                made_anew.fetch_add(usize::from(!answer.is_hit), Ordering::Relaxed);
                Ok(())
            },
        }
        .run(number)
    };
    let number = AtomicUsize::new(MEETING);
    while number.load(Ordering::Relaxed) < QUESTIONS - 1_000 {
        asked(&first, &number, Duration::from_millis(200))?;
    }
    let filled = number.into_inner();
    let made = made_anew.swap(0, Ordering::Relaxed);
    ensure!(made + MEETING >= filled, "{made} of {filled} answers were made by the first replica");

    let layered = Side::of(&cold, getting(STATIC))?;
    let number = AtomicUsize::new(MEETING);
    let rate = |load: &Asking<'_>| {
        let (run, spent) = cold.spent(load)?;
        Ok(run.answers as f64 / spent.as_secs_f64())
    };
    let of_redis: &Asking<'_> = &|| asked(&cold, &number, LASTING);
    let of_bytes: &Asking<'_> = &|| layered.load(CONNECTIONS, LASTING);
    // Before anything is measured connections were opened.
    rate(of_redis).and_then(|_| rate(of_bytes))?;
    let what = format!(
        "a public answer of {:.1} KB from Redis, by a replica that holds nothing: answers per second \
         of one core, to static bytes behind the same layers",
        expected.len() as f64 / 1_000.0
    );
    let row = compared(what, of_redis, of_bytes, Some(0.45), rate)?;
    let asked = number.into_inner();
    ensure!(asked < filled, "more was asked than is in Redis");
    let missed = made_anew.into_inner();
    ensure!(missed * 100 <= asked, "{missed} of {asked} answers did not come from Redis");
    Ok(vec![row])
}

/// About as long an answer as the static text, and one that does not end with the minute, as lists
/// of rows do: a replica would find nothing from then on.
const QUERY: &str = "standards { code points { ref label } }";

/// A Redis of this bench's own, beside the load.
struct Redis {
    url: String,
    child: Child,
}

impl Redis {
    fn start() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"])
            .arg(port.to_string())
            .stdout(Stdio::null())
            .spawn()
            .context("redis-server is missing: install Redis (Debian: redis-server)")?;
        let redis = Self { url: format!("redis://127.0.0.1:{port}"), child };
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(began.elapsed() < Duration::from_secs(10), "Redis does not listen");
            thread::sleep(Duration::from_millis(10));
        }
        Ok(redis)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
