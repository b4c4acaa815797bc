//! Who asks: readers of the API, whose answers are held against all that is known; readers of what
//! somebody writes meanwhile; and whoever opens pages, feeds and embedded lists.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use fastrand::Rng;
use folkmoot_store::Store;
use folkmoot_testkit::build;
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    board::{Ground, Heard},
    history::{History, LOOK, PROMISED, ROWS, numbers},
    load::{self, Readers},
};

/// How often somebody writes.
const BETWEEN_WRITES: Duration = Duration::from_millis(200);
/// While the database is away, answers may be older and not say so yet: three looks, one each second,
/// and two seconds for how long the last of them took.
const UNNOTICED: Duration = Duration::from_secs(5);
/// How long an answer that lacks a region may be shown to others.
const PARTIAL_FOR: Duration = Duration::from_secs(2);
/// How a page says that something is not in it, or not as it should be.
const NOTICE: &str = "govuk-inset-text";
/// How many ask at a time, when all that can be answered is asked.
const AT_A_TIME: usize = 16;

/// What is opened, and what is in it for sure.
const PAGES: [(&str, &str); 12] = [
    ("/", "Folkmoot"),
    ("/meetups", "Meet-up"),
    ("/embed/meetups", "Meet-up"),
    ("/embed/meetups.json", "Meet-up"),
    ("/feeds/kent.rss", "Meet-up"),
    ("/feeds/kent.atom", "Meet-up"),
    ("/calendar/kent.ics", "BEGIN:VEVENT"),
    ("/regions", "Region kent"),
    ("/regions/kent", "Region kent"),
    ("/case-studies", "case-studies/"),
    ("/trends", "Understanding over time"),
    ("/export/capability.csv", "standard"),
];

/// All of them.
pub(super) struct Visitors {
    readers: Arc<Readers>,
    client: reqwest::Client,
    writer: Store,
    history: Mutex<History>,
    is_over: AtomicBool,
    hits: AtomicUsize,
    pages: AtomicUsize,
    /// How long the oldest answer that was told as checked had not been true any more.
    oldest: Mutex<Duration>,
}

impl Visitors {
    pub(super) fn of(readers: Arc<Readers>, writer: Store) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            readers,
            writer,
            client: folkmoot_tests::client().build()?,
            history: Mutex::default(),
            is_over: AtomicBool::new(false),
            hits: AtomicUsize::new(0),
            pages: AtomicUsize::new(0),
            oldest: Mutex::default(),
        }))
    }

    /// Somebody writes, until told to rest.
    pub(super) fn write(self: &Arc<Self>) -> JoinHandle<Result<usize>> {
        let its = self.clone();
        tokio::spawn(async move {
            let mut moments = interval(BETWEEN_WRITES);
            moments.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut number = 0;
            while number < ROWS || !its.is_over.load(Ordering::SeqCst) {
                number += 1;
                // Those of the first round make the rows; what is told of them is not held
                // against anything.
                if number > ROWS {
                    moments.tick().await;
                    lock(&its.history).begun.push(Instant::now());
                }
                write(&its.writer, number).await?;
                if number > ROWS {
                    lock(&its.history).done.push(Instant::now());
                }
            }
            Ok(number)
        })
    }

    /// The writer rests. Gives what was written and read.
    pub(super) async fn rest(&self, writing: JoinHandle<Result<usize>>) -> Result<String> {
        self.is_over.store(true, Ordering::SeqCst);
        let written = writing.await??;
        let (hits, pages) = (&self.hits, &self.pages);
        let (hits, pages) = (hits.load(Ordering::Relaxed), pages.load(Ordering::Relaxed));
        ensure!(hits > 0 && pages > 0, "{hits} shared answers and {pages} pages");
        let oldest = *lock(&self.oldest);
        Ok(format!(
            "{written} writes; {hits} shared answers of them and {pages} pages, feeds and lists; the \
             oldest that was told as checked had not been true for {oldest:?}"
        ))
    }

    /// How many visits a second there are, if each comes as soon as another is over.
    pub(super) async fn try_hard(
        self: &Arc<Self>,
        lasts: Duration,
        chance: &mut Rng,
    ) -> Result<f64> {
        while lock(&self.history).done.is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
        let began = Instant::now();
        let visits = AtomicUsize::new(0);
        let asking = (0..AT_A_TIME).map(|_| {
            let (mut chance, visits) = (chance.fork(), &visits);
            async move {
                while began.elapsed() < lasts {
                    self.clone().visit(chance.fork(), Instant::now()).await;
                    visits.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        join_all(asking).await;
        Ok(visits.into_inner() as f64 / began.elapsed().as_secs_f64())
    }

    /// Any of what visitors do.
    pub(super) async fn visit(self: Arc<Self>, mut chance: Rng, sent: Instant) {
        match chance.u8(..100) {
            0..60 => {
                let question = self.readers.question(&mut chance);
                self.readers.ask(question, sent).await;
            }
            60..85 => {
                let first = [1, 7, ROWS][chance.usize(..3)];
                self.hear(sent, self.read(first, sent).await);
            }
            _ => {
                let (path, holds) = PAGES[chance.usize(..PAGES.len())];
                let seen = self.open(path, holds, sent).await;
                self.hear(sent, seen.with_context(|| path));
            }
        }
    }

    /// Takes a visit down: whether there was an answer, or why it is wrong.
    fn hear(&self, sent: Instant, visit: Result<bool>) {
        let (is_answered, fault) = match visit {
            Ok(is_answered) => (is_answered, None),
            Err(error) => (false, Some(format!("{error:#}"))),
        };
        let is_refused = !is_answered && fault.is_none();
        self.readers.board.hear(Heard { sent, fault, is_refused, ..Heard::of(None) });
    }

    fn is_without(&self, of: Ground, sent: Instant) -> bool {
        self.readers.board.is_without(of, sent, Instant::now())
    }

    /// Whether the database was away since, or so long before.
    fn was_away(&self, before: Duration, sent: Instant) -> bool {
        self.is_without(Ground::Database, sent.checked_sub(before).unwrap_or(sent))
    }

    /// Reads what is written, as everybody's answer: false if it is refused for a cause.
    async fn read(&self, first: usize, sent: Instant) -> Result<bool> {
        let query = format!("{{ caseStudies(first: {first}) {{ complete nodes {{ title }} }} }}");
        let request = self.client.post(format!("{}/graphql", self.readers.address()));
        let answer = match request.json(&json!({ "query": query })).send().await {
            Ok(answer) => answer,
            Err(_) if self.is_without(Ground::Replica, sent) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let cache_status = answer.headers().get("cache-status");
        let cache_status = cache_status.and_then(|status| status.to_str().ok());
        let cache_status = cache_status.unwrap_or_default().to_owned();
        let is_checked = !cache_status.contains("unverified");
        let is_hit = cache_status.starts_with("folkmoot; hit");
        let answer = match answer.json::<Value>().await {
            Ok(answer) => answer,
            Err(_) if self.is_without(Ground::Replica, sent) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let got = Instant::now();
        let late = UNNOTICED + LOOK;
        let was_away = self.was_away(late, sent);
        if was_away && load::is_away(&answer) {
            return Ok(false);
        }
        let numbers =
            numbers(&answer["data"]["caseStudies"]).with_context(|| answer.to_string())?;
        let is_short = numbers.len() != first;
        if is_short && was_away && answer["data"]["caseStudies"]["complete"] == false {
            return Ok(false);
        }
        ensure!(!is_short, "{} rows instead of {first}: {answer}", numbers.len());
        let promised = if was_away { late } else { PROMISED + LOOK };
        // What says that it may be old may be as old as it is.
        let oldest = is_checked.then(|| sent.checked_sub(promised).unwrap_or(sent));
        let age = lock(&self.history).check(&numbers, oldest, sent, got);
        let age = age.with_context(|| format!("{first} rows, {cache_status}, away: {was_away}"))?;
        self.hits.fetch_add(usize::from(is_hit), Ordering::Relaxed);
        if is_checked && !was_away {
            let mut oldest = lock(&self.oldest);
            *oldest = age.max(*oldest);
        }
        Ok(true)
    }

    /// Opens a page: false if it says that it cannot be shown now, for a cause.
    async fn open(&self, path: &str, holds: &str, sent: Instant) -> Result<bool> {
        let address = format!("{}{path}", self.readers.address());
        let opened = async {
            let answer = self.client.get(address).send().await?;
            let status = answer.status();
            anyhow::Ok((status, answer.text().await?))
        };
        let (status, text) = match opened.await {
            Ok(opened) => opened,
            Err(_) if self.is_without(Ground::Replica, sent) => return Ok(false),
            Err(error) => return Err(error),
        };
        if status == StatusCode::SERVICE_UNAVAILABLE && self.is_without(Ground::Database, sent) {
            ensure!(!text.is_empty(), "it does not say why");
            return Ok(false);
        }
        ensure!(status == StatusCode::OK, "status {status}: {text}");
        self.pages.fetch_add(1, Ordering::Relaxed);
        if !text.contains(holds) {
            let was_away = self.was_away(PARTIAL_FOR + LOOK, sent);
            ensure!(was_away, "there is no {holds} in it: {text}");
            ensure!(text.contains(NOTICE), "it has no {holds} and does not say so: {text}");
        }
        Ok(true)
    }
}

/// Write `number` of the row whose turn it is.
async fn write(store: &Store, number: usize) -> Result<()> {
    let row = u32::try_from(number % ROWS)?;
    let change = build::case_study(build::region_id("kent"), row).titled(&number.to_string());
    let at = build::start() + TimeDelta::days(1);
    store.apply("test", at, vec![change.change()]).await?;
    Ok(())
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
