//! `make bench`: the numbers to reach, measured on the real program from outside, each as a ratio
//! to something else of the same run or against a bound of its own.
//!
//! A scenario is one file with a `run`; it gives rows of the table. What is answered is compared
//! first: a wrong answer ends a scenario, and with it the run.

mod attacks;
mod burst;
mod cores;
mod database;
mod enlarged;
mod gateway;
mod http;
mod hung;
mod lists;
mod live;
mod load;
mod memory;
mod pages;
mod plain;
mod plot;
mod postgres;
mod questions;
mod refusals;
mod region;
mod reloads;
mod replica;
mod row;
mod scale;
mod sides;
mod start;
mod statistics;
mod table;
mod width;
mod workshop;

use std::{fs, io::Write, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;

use self::{cores::Cores, table::Row, table::Table, workshop::Workshop};

type Scenario = fn(&Workshop) -> Result<Vec<Row>>;

/// All scenarios by name, in the order of the table.
const SCENARIOS: [(&str, Scenario); 14] = [
    ("live", live::run),
    ("hung", hung::run),
    ("width", width::run),
    ("memory", memory::run),
    ("reloads", reloads::run),
    ("start", start::run),
    ("burst", burst::run),
    ("refusals", refusals::run),
    ("attacks", attacks::run),
    ("lists", lists::run),
    ("plain", plain::run),
    ("replica", replica::run),
    ("postgres", postgres::run),
    ("scale", scale::run),
];

/// Measure the gateway that was built beside this program.
#[derive(Parser)]
struct Arguments {
    /// These scenarios alone: live, hung, width, memory, reloads, start, burst, refusals, attacks, lists,
    /// plain, replica, postgres, scale.
    scenarios: Vec<String>,
    /// Put the rows into the table of this document, and draw it.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Measure nothing, and draw the table of this document as it is.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scenarios", "write"])]
    plot: Option<PathBuf>,
}

fn main() -> ExitCode {
    match measured(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If this cannot be told, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measured(arguments: &Arguments) -> Result<()> {
    if let Some(file) = &arguments.plot {
        return plot::draw(file);
    }
    let names = SCENARIOS.map(|(name, _)| name);
    if let Some(unknown) = arguments.scenarios.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("there is no scenario {unknown}: choose from {}", names.join(", "));
    }
    let cores = Cores::share_out()?;
    say(cores.words())?;
    let workshop = Workshop::new(cores)?;
    let mut table = Table::default();
    for (name, scenario) in SCENARIOS {
        if !arguments.scenarios.is_empty() && !arguments.scenarios.iter().any(|one| one == name) {
            continue;
        }
        let began = Instant::now();
        let rows = match scenario(&workshop) {
            Ok(rows) => rows,
            Err(error) => {
                // What was measured before it stands.
                say(&table.markdown())?;
                return Err(error.context(format!("the scenario {name}")));
            }
        };
        say(&format!("{name}: measured in {:.0} s", began.elapsed().as_secs_f64()))?;
        table.add(name, rows);
    }
    say("")?;
    say(&table.markdown())?;
    if let Some(file) = &arguments.write {
        let document = fs::read_to_string(file).context("read the document")?;
        let written = table.written_into(&document, &names);
        let written = written.context("the document has no place for a table")?;
        fs::write(file, written).context("write the document")?;
        plot::draw(file)?;
    }
    Ok(())
}

fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
