//! A burst: 500 readers come at the same instant, and every answer must be right.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;

use crate::{
    gateway::Gateway,
    http::Answer,
    load::{Load, Run},
    questions::{Given, Questions},
    row,
    statistics::Figure,
    table::Row,
    workshop::Workshop,
};

const READERS: usize = 500;
const REPEATS: usize = 3;
const LASTING: Duration = Duration::from_secs(2);

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let demo = workshop.demo()?;
    let (mut runs, wrong) = (Vec::new(), Wrong::default());
    for _ in 0..REPEATS {
        let database = workshop.copy(&demo.database, "burst")?;
        let gateway = Gateway::start(workshop.cores, &database, &[], &[])?;
        let questions = Questions::of(&gateway)?;
        let check = |number: usize, answer: &Answer| wrong.noted(questions.check(number, answer));
        let load = Load {
            address: gateway.address,
            connections: READERS,
            lasting: LASTING,
            request: &|number| questions.request(number),
            check: &check,
        };
        runs.push(load.run(&AtomicUsize::new(0))?);
    }
    let answers: usize = runs.iter().map(|run| run.answers).sum();
    let p99 = Figure::of(runs.iter().map(|run| run.latencies.percentile(99)));
    let what = format!("a burst of {READERS} connections");
    Ok(vec![
        wrong.row(format!("{what}: answers that are wrong, or errors of the server"), answers),
        row::told(
            format!("{what}: of 1,000 readers, how many are told to ask again"),
            &Figure::of([wrong.shed.load(Ordering::SeqCst) as f64 * 1_000.0 / answers as f64]),
            "",
        ),
        row::told(format!("{what}: p99"), &p99, "ms"),
        row::told(
            format!("{what}: answers per second of one core"),
            &Figure::of(runs.iter().map(Run::rate)),
            "",
        ),
    ])
}

/// Answers that were wrong: how many, and the first of them; and how many readers were told to ask
/// again.
#[derive(Default)]
struct Wrong {
    count: AtomicUsize,
    first: Mutex<Option<String>>,
    shed: AtomicUsize,
}

impl Wrong {
    /// Counts a wrong answer and goes on: how many there are is what is measured.
    fn noted(&self, checked: Result<Given>) -> Result<()> {
        match checked {
            Ok(Given::Answer) => {}
            Ok(Given::Shed) => drop(self.shed.fetch_add(1, Ordering::SeqCst)),
            Err(error) => {
                self.count.fetch_add(1, Ordering::SeqCst);
                let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert(format!("{error:#}"));
            }
        }
        Ok(())
    }

    fn row(&self, what: String, of: usize) -> Row {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        let row = row::none_of(what, self.count.load(Ordering::SeqCst), &of.to_string());
        match &*first {
            None => row,
            Some(first) => Row { spread: format!("first: {first}"), ..row },
        }
    }
}
