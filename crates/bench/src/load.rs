//! Load in a closed loop: so many connections, each of which asks again as soon as it has its
//! answer. Threads and blocking sockets: nothing here waits for a timer or a runtime.

use std::{
    net::SocketAddr,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{
    http::{Answer, Connection},
    statistics::Latencies,
};

/// What is asked of whom, and what counts as an answer.
pub(crate) struct Load<'a> {
    /// Who is asked.
    pub(crate) address: SocketAddr,
    /// By how many at a time.
    pub(crate) connections: usize,
    /// For how long.
    pub(crate) lasting: Duration,
    /// The request with a number, as it goes over the wire.
    pub(crate) request: &'a (dyn Fn(usize) -> Vec<u8> + Sync),
    /// Refuses a wrong answer to the request with that number. It takes its time between two
    /// requests of its connection.
    pub(crate) check: &'a (dyn Fn(usize, &Answer) -> Result<()> + Sync),
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) answers: usize,
    pub(crate) latencies: Latencies,
    pub(crate) lasted: Duration,
}

impl Run {
    /// Answers per second.
    pub(crate) fn rate(&self) -> f64 {
        self.answers as f64 / self.lasted.as_secs_f64()
    }
}

impl Load<'_> {
    /// Loads; the numbers of requests go on from `number`. The first wrong answer ends it.
    pub(crate) fn run(&self, number: &AtomicUsize) -> Result<Run> {
        let ready = Barrier::new(self.connections);
        let ask = || self.ask(number, &ready);
        let began = Instant::now();
        let latencies: Result<Vec<_>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..self.connections).map(|_| scope.spawn(ask)).collect();
            let joined = threads.into_iter().map(|thread| {
                thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a connection panicked")))
            });
            joined.collect()
        });
        let latencies = latencies?.concat();
        ensure!(!latencies.is_empty(), "nothing was answered within {:?}", self.lasting);
        let answers = latencies.len();
        Ok(Run { answers, latencies: Latencies::of(latencies), lasted: began.elapsed() })
    }

    fn ask(&self, number: &AtomicUsize, ready: &Barrier) -> Result<Vec<Duration>> {
        // All wait for all, whether or not a connection could be opened: else some wait for ever.
        let connection = Connection::open(self.address);
        ready.wait();
        let mut connection = connection?;
        let mut latencies = Vec::new();
        let end = Instant::now() + self.lasting;
        // At least one each: under a burst the first answer may take longer than the time given.
        loop {
            let number = number.fetch_add(1, Ordering::Relaxed);
            let request = (self.request)(number);
            ensure!(!request.is_empty(), "there is no request with the number {number}");
            let asked = Instant::now();
            let answer = connection.ask(&request)?;
            latencies.push(asked.elapsed());
            (self.check)(number, &answer).with_context(|| {
                let body = String::from_utf8_lossy(&answer.body);
                let body: String = body.chars().take(600).collect();
                format!("wrong answer to request {number}, status {}: {body}", answer.status)
            })?;
            if Instant::now() >= end {
                return Ok(latencies);
            }
        }
    }
}
