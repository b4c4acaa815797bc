//! A database that somebody else writes to all the time, under two replicas: each answer, shared
//! or made anew, is what the database held at some instant of the time that is promised.

use std::{
    io::Write as _,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use fastrand::Rng;
use folkmoot_cache::RedisOptions;
use folkmoot_store::Store;
use folkmoot_testkit::{Database, build};
use folkmoot_tests::{Gateway, Passage};
use futures::future::try_join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::{
    Options,
    history::{History, LOOK, PROMISED, ROWS, numbers},
    redis::Redis,
};

/// Writes after a restore have numbers from here on.
const ANEW: usize = 10_000_000;

/// What readers were told.
#[derive(Default)]
struct Told {
    hits: AtomicUsize,
    others: AtomicUsize,
    /// How long the oldest answer had not been true any more.
    oldest: Mutex<Duration>,
}

impl Told {
    fn note(&self, is_hit: bool, age: Duration) {
        let counter = if is_hit { &self.hits } else { &self.others };
        counter.fetch_add(1, Ordering::Relaxed);
        let mut oldest = self.oldest.lock().unwrap_or_else(PoisonError::into_inner);
        *oldest = age.max(*oldest);
    }
}

/// Two replicas, and who reads them.
struct Readers {
    replicas: [Gateway; 2],
    history: Mutex<History>,
    is_over: AtomicBool,
}

impl Readers {
    async fn of(url: &str, redis: Option<&str>) -> Result<Self> {
        let mut settings = vec![
            ("FOLKMOOT__LOG__FILTER", "error"),
            ("FOLKMOOT__SERVER__PUBLIC_URL", "https://folkmoot.example"),
        ];
        settings.extend(redis.map(|url| ("FOLKMOOT__REDIS__URL", url)));
        let start = || Gateway::start_with(url, false, &settings);
        let replicas = [start().await?, start().await?];
        Ok(Self { replicas, history: Mutex::default(), is_over: AtomicBool::new(false) })
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes so often, until it is over.
    async fn write(&self, store: &Store, rate: u32, from: usize) -> Result<usize> {
        let mut ticks = interval(Duration::from_secs(1) / rate);
        // A write that took longer is caught up with, or there would be fewer than so many.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut number = from;
        while !self.is_over.load(Ordering::SeqCst) {
            ticks.tick().await;
            number += 1;
            self.history().begun.push(Instant::now());
            write(store, number).await?;
            self.history().done.push(Instant::now());
        }
        Ok(number - from)
    }

    /// Reads, until it is over, one of the replicas.
    async fn read(
        &self,
        replica: usize,
        mut chance: Rng,
        late: Duration,
        told: &Told,
    ) -> Result<()> {
        while !self.is_over.load(Ordering::SeqCst) {
            let is_anew = chance.u8(..5) == 0;
            let first = [1, 7, ROWS][chance.usize(..3)];
            let asked = Instant::now();
            let (numbers, is_hit) = ask(&self.replicas[replica], first, is_anew).await?;
            let got = Instant::now();
            ensure!(!(is_anew && is_hit), "an answer was shared with whoever brought a cookie");
            let oldest = if is_anew { asked } else { asked.checked_sub(late).unwrap_or(asked) };
            let age = self.history().check(&numbers, Some(oldest), asked, got);
            let age =
                age.with_context(|| format!("replica {replica}, {first} rows, hit: {is_hit}"))?;
            told.note(is_hit, age);
            sleep(Duration::from_millis(3)).await;
        }
        Ok(())
    }

    /// Writes and reads for so long.
    async fn hold(
        &self,
        store: &Store,
        options: &Options,
        late: Duration,
        chance: &mut Rng,
    ) -> Result<String> {
        let told = Told::default();
        *self.history() = History::default();
        self.is_over.store(false, Ordering::SeqCst);
        let reading = (0..4).map(|reader| self.read(reader % 2, chance.fork(), late, &told));
        let ending = async {
            sleep(options.each).await;
            self.is_over.store(true, Ordering::SeqCst);
            anyhow::Ok(())
        };
        for number in 1..=ROWS {
            write(store, number).await?;
        }
        sleep(late).await;
        let (written, _, ()) = tokio::try_join!(
            self.write(store, rate(options), ROWS),
            try_join_all(reading),
            ending,
        )?;
        let (hits, others) = (told.hits.into_inner(), told.others.into_inner());
        ensure!(hits > 0 && others > 0 && written > ROWS, "{hits} {others} {written}");
        if options.is_full() {
            let wanted = options.each.as_secs() as usize * rate(options) as usize;
            ensure!(written * 10 >= wanted * 9, "{written} writes instead of {wanted}");
        }
        let oldest = told.oldest.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(format!(
            "{written} writes; {hits} shared answers and {others} made anew, none wrong; the \
             oldest had not been true for {oldest:?}"
        ))
    }
}

/// A debug build has other things to do than 200 writes a second.
fn rate(options: &Options) -> u32 {
    if options.is_full() { 200 } else { 40 }
}

/// Write `number` of the row whose turn it is.
async fn write(store: &Store, number: usize) -> Result<()> {
    let row = number % ROWS;
    let starts_at = build::start() + TimeDelta::days(400) + TimeDelta::hours(row as i64);
    let meetup = build::meetup(build::region_id("kent"), row as u32);
    let change = meetup.titled(&number.to_string()).starting(starts_at).change();
    store.apply("test", build::start(), vec![change]).await?;
    Ok(())
}

/// The numbers of the first rows, and whether the answer was somebody else's, too.
async fn ask(gateway: &Gateway, first: usize, is_anew: bool) -> Result<(Vec<usize>, bool)> {
    let query = format!("{{ meetups(when: ALL, first: {first}) {{ nodes {{ title }} }} }}");
    let mut request = gateway.request(Method::POST, "/graphql").json(&json!({ "query": query }));
    if is_anew {
        request = request.header("cookie", "a=b");
    }
    let answer = request.send().await?;
    let status = answer.headers().get("cache-status").and_then(|status| status.to_str().ok());
    let is_hit = status.is_some_and(|status| status.starts_with("folkmoot; hit"));
    let answer: Value = answer.json().await?;
    let numbers = numbers(&answer["data"]["meetups"]);
    Ok((numbers.with_context(|| answer.to_string())?, is_hit))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_older_than_is_promised_while_somebody_writes() -> Result<()> {
    let options = Options::from_environment()?;
    let mut chance = Rng::with_seed(options.seed);
    let database = Database::postgres().await;
    let url = &database.options().url;
    database.store().apply("test", build::start(), build::nation(&["kent"])).await?;
    let redis = Redis::running()?;
    let told = folkmoot_cache::Redis::new(&redis.url(), RedisOptions::default())?;
    let writer = database.store().clone().telling(move || {
        let told = told.clone();
        Box::pin(async move { told.raise("writes").await })
    });

    let mut lines = Vec::new();
    let readers = Readers::of(url, Some(&redis.url())).await?;
    let late = PROMISED + if options.is_full() { Duration::ZERO } else { LOOK };
    let told = readers.hold(&writer, &options, late, &mut chance).await?;
    lines.push(format!("with redis: {told}"));
    redis.network.let_pass(Passage::BlackHole);
    let late = PROMISED + LOOK;
    let told = readers.hold(&writer, &options, late, &mut chance).await?;
    lines.push(format!("redis loses every message: {told}"));
    redis.network.let_pass(Passage::Free);
    lines.push(restored(&database, &writer, &readers, late).await?);
    drop(readers);
    let readers = Readers::of(url, None).await?;
    let told = readers.hold(database.store(), &options, late, &mut chance).await?;
    lines.push(format!("without redis: {told}"));
    writeln!(std::io::stdout(), "\n{}", lines.join("\n"))?;
    Ok(())
}

/// The database is brought back to what it was, and written to anew: no answer of what is lost is
/// given any more, although the numbers of generations come again.
async fn restored(
    database: &Database,
    writer: &Store,
    readers: &Readers,
    late: Duration,
) -> Result<String> {
    for number in 1..=ROWS {
        write(writer, number).await?;
    }
    database.run("CREATE TABLE kept_meetup AS SELECT id, title FROM meetup").await;
    database.run("CREATE TABLE kept_generation AS SELECT * FROM generation").await;
    for number in ROWS + 1..=3 * ROWS {
        write(writer, number).await?;
    }
    sleep(late).await;
    for gateway in &readers.replicas {
        for first in [1, 7, ROWS] {
            // The second is of what the first has kept.
            for _ in 0..2 {
                let (numbers, _) = ask(gateway, first, false).await?;
                ensure!(numbers.iter().all(|number| *number > 2 * ROWS), "{numbers:?}");
            }
        }
    }
    database
        .run(
            "UPDATE meetup SET title = kept.title FROM kept_meetup kept WHERE kept.id = meetup.id; \
             UPDATE generation SET number = kept.number FROM kept_generation kept \
             WHERE kept.region_id = generation.region_id AND kept.kind = generation.kind",
        )
        .await;
    writer.renew_epoch().await?;
    // As many writes as were lost, so that the numbers are the same again.
    for number in ANEW + 1..=ANEW + 2 * ROWS {
        write(writer, number).await?;
    }
    sleep(late).await;
    let mut answers = 0;
    for gateway in readers.replicas.iter().cycle().take(60) {
        for first in [1, 7, ROWS] {
            let (numbers, _) = ask(gateway, first, false).await?;
            ensure!(numbers.iter().all(|number| *number > ANEW + ROWS), "lost: {numbers:?}");
            answers += 1;
        }
    }
    database.run("DROP TABLE kept_meetup; DROP TABLE kept_generation").await;
    Ok(format!("after a restore: {answers} answers, none of what was lost"))
}
