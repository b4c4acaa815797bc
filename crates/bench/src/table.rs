//! What was measured, as a Markdown table: printed, and kept in the documentation.

use std::fmt::Write;

use anyhow::{Context, Result, bail};

/// Between these two lines of a document the table stands.
const BEGIN: &str = "<!-- written by make bench -->";
const END: &str = "<!-- up to here -->";

const HEAD: &str = "| what | value | spread | reach | ratio | reached | command |\n\
                    |---|---|---|---|---|---|---|\n";

/// One thing that was measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// What, in words.
    pub(crate) what: String,
    /// The median of the repeats, with its unit.
    pub(crate) value: String,
    /// The least and the most of them.
    pub(crate) spread: String,
    /// What it is to reach; empty if it is only told.
    pub(crate) reach: String,
    /// The ratio that says so, where it is one.
    pub(crate) ratio: String,
    /// Whether it was reached, if there is something to reach.
    pub(crate) is_reached: Option<bool>,
}

impl Row {
    /// A line of the table; the command that measures it is its last cell.
    fn line(&self, scenario: &str) -> String {
        let reached = match self.is_reached {
            None => "",
            Some(true) => "yes",
            Some(false) => "**no**",
        };
        let Self { what, value, spread, reach, ratio, .. } = self;
        let command = command(scenario);
        format!("| {what} | {value} | {spread} | {reach} | {ratio} | {reached} | {command} |\n")
    }
}

/// The rows of a document's table as it is.
pub(crate) fn read(document: &str) -> Result<Vec<Row>> {
    let within = document.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END));
    let (table, _) = within.context("the document has no table")?;
    let rows = table.trim_start().strip_prefix(HEAD).context("the table has another head")?;
    rows.lines().map(|line| row(line).with_context(|| format!("the line {line}"))).collect()
}

fn row(line: &str) -> Result<Row> {
    let line = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |"));
    let cells: Vec<_> = line.context("no line of a table")?.split(" | ").collect();
    let [what, value, spread, reach, ratio, reached, _] = cells[..] else {
        bail!("it has {} cells", cells.len());
    };
    let is_reached = match reached {
        "" => None,
        "yes" => Some(true),
        "**no**" => Some(false),
        other => bail!("reached is neither yes nor no: {other}"),
    };
    let [what, value, spread, reach, ratio] =
        [what, value, spread, reach, ratio].map(str::to_owned);
    Ok(Row { what, value, spread, reach, ratio, is_reached })
}

fn command(scenario: &str) -> String {
    format!("`make bench ONLY={scenario}`")
}

/// The rows of each scenario that ran, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table(Vec<(&'static str, Vec<Row>)>);

impl Table {
    /// Adds what a scenario measured.
    pub(crate) fn add(&mut self, scenario: &'static str, rows: Vec<Row>) {
        self.0.push((scenario, rows));
    }

    /// The lines of a scenario, if it ran.
    fn lines(&self, scenario: &str) -> Option<String> {
        let (_, rows) = self.0.iter().find(|(name, _)| *name == scenario)?;
        Some(rows.iter().map(|row| row.line(scenario)).collect())
    }

    /// As Markdown, with a head.
    pub(crate) fn markdown(&self) -> String {
        let lines = self.0.iter().filter_map(|(scenario, _)| self.lines(scenario));
        HEAD.to_owned() + &lines.collect::<String>()
    }

    /// The document with the rows of what ran in place of older ones; `None` if it has no place
    /// for a table. Scenarios stand in the order given, and those that did not run keep theirs.
    pub(crate) fn written_into(&self, document: &str, scenarios: &[&str]) -> Option<String> {
        let (before, rest) = document.split_once(BEGIN)?;
        let (old, after) = rest.split_once(END)?;
        let mut table = HEAD.to_owned();
        for scenario in scenarios {
            let is_its_own = |line: &&str| line.ends_with(&format!("| {} |", command(scenario)));
            match self.lines(scenario) {
                Some(lines) => table += &lines,
                None => {
                    for line in old.lines().filter(is_its_own) {
                        writeln!(table, "{line}").expect("a string takes whatever is written");
                    }
                }
            }
        }
        Some(format!("{before}{BEGIN}\n{table}{END}{after}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(what: &str) -> Row {
        Row {
            what: what.to_owned(),
            value: "1 ms".to_owned(),
            spread: "1–2".to_owned(),
            reach: "≤ 2 ms".to_owned(),
            ratio: String::new(),
            is_reached: Some(true),
        }
    }

    #[test]
    fn rows_of_scenarios_that_did_not_run_stay_as_they_were() {
        let document = format!("Above.\n{BEGIN}\n{END}\nBelow.\n");
        let mut first = Table::default();
        first.add("live", vec![row("old live")]);
        first.add("burst", vec![row("old burst")]);
        let names = ["live", "burst"];
        let document = first.written_into(&document, &names).expect("a place");

        let mut second = Table::default();
        second.add("live", vec![row("new live"), row("more")]);
        let document = second.written_into(&document, &names).expect("a place");

        assert!(document.starts_with("Above.\n") && document.ends_with("\nBelow.\n"));
        let whats: Vec<_> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
            .collect();
        assert_eq!(whats, ["what", "new live", "more", "old burst"], "{document}");
        assert_eq!(second.written_into("no place", &names), None);
        assert_eq!(read(&document).expect("its rows")[..2], [row("new live"), row("more")]);
    }
}
