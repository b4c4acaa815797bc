//! How long the program takes until it says to be ready.

use anyhow::Result;

use crate::{gateway::Gateway, row, statistics::Figure, table::Row, workshop::Workshop};

const STARTS: usize = 7;

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let demo = workshop.demo()?;
    let again = workshop.filled_anew("demo-again")?;
    let filled = [demo.filled_in, again.filled_in].map(|took| took.as_secs_f64());
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let gateway = Gateway::start(workshop.cores, &demo.database, &[], &[])?;
        starts.push(gateway.ready_after.as_secs_f64());
        gateway.stop()?;
    }
    Ok(vec![
        row::at_most(
            "start to ready, the demo nation in SQLite already".to_owned(),
            &Figure::of(starts),
            "s",
            0.3,
        ),
        row::at_most(
            "first fill of the demo, until ready".to_owned(),
            &Figure::of(filled),
            "s",
            20.0,
        ),
    ])
}
