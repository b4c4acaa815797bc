//! The load: a question at each of its moments, whatever came of those before.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use fastrand::Rng;
use folkmoot_federation::Clock;
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{task::JoinHandle, time::MissedTickBehavior};

use crate::{
    board::{Board, Ground, Heard},
    nation::Rows,
    questions::{Lacking, Question, Told, Walk, list_query},
};

/// How many gaps of a region are followed after each of its faults.
const FOLLOWED: usize = 40;

/// What a question is refused with in clear words while the database is away.
const AWAY: [&str; 4] = ["STORE_UNAVAILABLE", "NATION_UNAVAILABLE", "TIMED_OUT", "OVERLOADED"];

/// What there must have been none of, for this to be an answer.
fn without(answer: &Value) -> Option<Ground> {
    if answer.is_null() {
        return Some(Ground::Replica);
    }
    is_away(answer).then_some(Ground::Database)
}

/// Whether something was refused because the database is away.
pub(crate) fn is_away(answer: &Value) -> bool {
    let is_so = |error: &Value| AWAY.iter().any(|code| error["extensions"]["code"] == *code);
    answer["errors"].as_array().is_some_and(|errors| errors.iter().any(is_so))
}

/// Who asks a gateway, and what they were told.
pub(crate) struct Readers {
    pub(crate) board: Board,
    rows: Arc<Rows>,
    client: reqwest::Client,
    /// The replicas, asked in turn.
    addresses: Mutex<Vec<String>>,
    turn: AtomicUsize,
    /// Walks that wait for their next step.
    walks: Mutex<Vec<Walk>>,
    /// How many of them there are before one goes on.
    waiting: usize,
    walked: AtomicUsize,
    lacking: Mutex<Vec<Lacking>>,
    /// What was asked that the gateway cannot have kept.
    asked: Mutex<HashSet<u64>>,
}

impl Readers {
    pub(crate) fn of(addresses: &[&str], rows: Arc<Rows>, rate: u32) -> Result<Arc<Self>> {
        let readers = Self {
            board: Board::default(),
            rows,
            client: folkmoot_tests::client().build()?,
            addresses: Mutex::default(),
            turn: AtomicUsize::new(0),
            walks: Mutex::default(),
            // A step of each every second or two, so that one takes the time of a fault.
            waiting: (rate as usize / 16).max(3),
            walked: AtomicUsize::new(0),
            lacking: Mutex::default(),
            asked: Mutex::default(),
        };
        readers.turn_to(addresses);
        Ok(Arc::new(readers))
    }

    /// From now on they ask these gateways, in turn.
    pub(crate) fn turn_to(&self, addresses: &[&str]) {
        let addresses: Vec<_> = addresses.iter().map(|&address| address.to_owned()).collect();
        self.board.asks(&addresses);
        *lock(&self.addresses) = addresses;
    }

    /// Whose turn it is to be asked.
    pub(crate) fn address(&self) -> String {
        let addresses = lock(&self.addresses);
        addresses[self.turn.fetch_add(1, Ordering::Relaxed) % addresses.len()].clone()
    }

    /// How many walks came to their end.
    pub(crate) fn walked(&self) -> usize {
        self.walked.load(Ordering::Relaxed)
    }

    pub(crate) fn question(&self, chance: &mut Rng) -> Question {
        let mut others = chance.fork();
        let mut walk = || {
            let mut walks = lock(&self.walks);
            // Any of them, so that some are over soon and others see many faults.
            let has_enough = walks.len() >= self.waiting;
            has_enough.then(|| walks.swap_remove(others.usize(..self.waiting)))
        };
        loop {
            let question = Question::any(&self.rows, chance, &mut walk);
            // Asked twice, it would be answered out of what is kept, and a region that is away
            // seem to be whole.
            let is_new = || lock(&self.asked).insert(question.number(&self.rows));
            if !question.is_new() || is_new() {
                return question;
            }
        }
    }

    pub(crate) async fn ask(&self, question: Question, sent: Instant) {
        let of = self.address();
        let answered = self.post(&of, &question.body(&self.rows)).await;
        let received = Instant::now();
        let is_new = question.is_new();
        let (answer, failure) = match answered {
            Ok((StatusCode::OK, answer)) => (answer, None),
            Ok((status, answer)) => (answer.clone(), Some(format!("status {status}: {answer}"))),
            Err(error) => (Value::Null, Some(format!("{error:#}"))),
        };
        let is_refused = match without(&answer) {
            Some(ground) => self.board.is_without(ground, sent, received),
            None => false,
        };
        let mut heard = Heard { sent, received, of, is_new, is_refused, ..Heard::of(failure) };
        if is_refused {
            heard.failure = None;
        } else if heard.failure.is_none() {
            let judged = question.judge(&self.rows, &answer, Clock::system().now());
            match judged.and_then(|told| self.heed(told, &mut heard)) {
                Ok(()) => {}
                Err(error) => heard.fault = Some(format!("{error:#}")),
            }
        }
        self.board.hear(heard);
    }

    /// Whether what it says of regions may be; then it is taken down.
    fn heed(&self, told: Told, heard: &mut Heard) -> Result<()> {
        let may = |region: &str, reason: Option<&str>| {
            self.board.may_blame(region, reason, heard.sent, heard.received)
        };
        for status in &told.statuses {
            let reason = status.reason.as_deref();
            let is_well = reason.is_none() && !status.is_undated;
            let is_so = is_well || may(status.region, reason);
            ensure!(is_so, "a region is blamed without cause: {status:?}");
        }
        let is_so = told.unreachable.is_none_or(|region| may(region, None));
        ensure!(is_so, "a row cannot be looked up, without cause: {:?}", told.unreachable);
        heard.statuses = told.statuses;
        lock(&self.walks).extend(told.walk);
        self.walked.fetch_add(usize::from(told.is_walked), Ordering::Relaxed);
        let mut lacking = lock(&self.lacking);
        for one in told.lacking {
            let has = lacking.iter().filter(|other| other.gap.region == one.gap.region).count();
            if has < FOLLOWED {
                lacking.push(one);
            }
        }
        Ok(())
    }

    async fn post(&self, address: &str, body: &Value) -> Result<(StatusCode, Value)> {
        let address = format!("{address}/graphql");
        // With any cookie, so that nobody's answer is somebody else's: what is looked at is how
        // each is made.
        let request = self.client.post(address).header("cookie", "storm=1");
        let answer = request.json(body).send().await?;
        Ok((answer.status(), answer.json().await?))
    }

    /// Follows the gaps that a region left: they must hold just what was missing.
    pub(crate) async fn follow_gaps(&self, region: &str) -> usize {
        let its = {
            let mut lacking = lock(&self.lacking);
            let (its, others) = std::mem::take(&mut *lacking)
                .into_iter()
                .partition::<Vec<_>, _>(|one| one.gap.region == region);
            *lacking = others;
            its
        };
        for one in &its {
            if let Err(error) = self.follow(one).await {
                self.board.is_wrong(format!("a gap of {region}: {error:#}"));
            }
        }
        its.len()
    }

    async fn follow(&self, lacking: &Lacking) -> Result<()> {
        let mut variables = lacking.arguments.clone();
        variables["after"] = json!(lacking.gap.cursor);
        let mut found = Vec::new();
        loop {
            let body = json!({ "query": list_query(), "variables": variables });
            let (_, answer) = self.post(&self.address(), &body).await?;
            let list = &answer["data"]["list"];
            ensure!(list["gaps"] == json!([]), "it is not whole: {answer}");
            let nodes = list["nodes"].as_array().into_iter().flatten();
            let ids = nodes.filter_map(|node| node["id"].as_str());
            found.extend(ids.filter_map(|id| self.rows.place(id)));
            if list["pageInfo"]["hasNextPage"] != true {
                break;
            }
            variables["after"] = list["pageInfo"]["endCursor"].clone();
        }
        ensure!(found == lacking.gap.rows, "rows {found:?} instead of {:?}", lacking.gap.rows);
        Ok(())
    }
}

/// Questions at a steady rate, until told to stop.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Load {
    pub(crate) fn begin(readers: &Arc<Readers>, rate: u32, mut chance: Rng) -> Self {
        let readers = readers.clone();
        Self::of(rate, move |sent| {
            let question = readers.question(&mut chance);
            let readers = readers.clone();
            async move { readers.ask(question, sent).await }
        })
    }

    /// Whatever is asked at each moment.
    pub(crate) fn of<F>(rate: u32, mut ask: impl FnMut(Instant) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let task = tokio::spawn(async move {
            let mut moments = tokio::time::interval(Duration::from_secs(1) / rate);
            // Those that the machine was too slow for are sent late, and count from their moment.
            moments.set_missed_tick_behavior(MissedTickBehavior::Burst);
            let mut asking = Vec::new();
            while !told.load(Ordering::Relaxed) {
                let sent = moments.tick().await.into_std();
                asking.push(tokio::spawn(ask(sent)));
                asking.retain(|one| !one.is_finished());
            }
            join_all(asking).await;
        });
        Self { stop, task }
    }

    /// Ends it when all answers are there.
    pub(crate) async fn end(self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.task.await?)
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
