//! Resident memory of the demo nation on SQLite: idle, and while readers ask.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use anyhow::Result;

use crate::{
    gateway::Gateway, load::Load, questions::Questions, row, statistics::Figure, table::Row,
    workshop::Workshop,
};

const REPEATS: usize = 3;
const LASTING: Duration = Duration::from_secs(4);

/// Readers at a time, and the megabytes that they may take.
const BOUNDS: [(usize, f64); 2] = [(50, 100.0), (500, 150.0)];

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let demo = workshop.demo()?;
    let mut idle = Vec::new();
    let mut peaks = [Vec::new(), Vec::new()];
    let mut rests = Vec::new();
    for _ in 0..REPEATS {
        let database = workshop.copy(&demo.database, "memory")?;
        let gateway = Gateway::start(workshop.cores, &database, &[], &[])?;
        thread::sleep(Duration::from_secs(1));
        idle.push(gateway.resident()?);
        let questions = Questions::of(&gateway)?;
        for ((readers, _), peaks) in BOUNDS.iter().zip(&mut peaks) {
            peaks.push(peak(&gateway, &questions, *readers)?);
        }
        thread::sleep(Duration::from_secs(1));
        rests.push(gateway.resident()?);
    }
    let mut rows = vec![row::at_most(
        "resident memory, demo nation on SQLite: idle".to_owned(),
        &Figure::of(idle),
        "MB",
        40.0,
    )];
    for ((readers, most), peaks) in BOUNDS.into_iter().zip(peaks) {
        let what = format!("the same under {readers} connections that ask all the time: the most");
        rows.push(row::at_most(what, &Figure::of(peaks), "MB", most));
    }
    rows.push(row::told("the same a second later".to_owned(), &Figure::of(rests), "MB"));
    Ok(rows)
}

/// The most memory at any time while so many ask.
fn peak(gateway: &Gateway, questions: &Questions, readers: usize) -> Result<f64> {
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut most: f64 = 0.0;
            while !is_done.load(Ordering::SeqCst) {
                most = most.max(gateway.resident()?);
                thread::sleep(Duration::from_millis(20));
            }
            anyhow::Ok(most)
        });
        let load = Load {
            address: gateway.address,
            connections: readers,
            lasting: LASTING,
            request: &|number| questions.request(number),
            check: &|number, answer| questions.check(number, answer).map(drop),
        };
        let run = load.run(&AtomicUsize::new(0));
        is_done.store(true, Ordering::SeqCst);
        let most = watching.join().map_err(|_| anyhow::anyhow!("the watch panicked"))??;
        run.map(|_| most)
    })
}
