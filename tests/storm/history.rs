//! Rows that somebody writes in turns, each write with the next number in its title: what an answer
//! may say of them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Rows, written in turns: a write raises the number in the title of the next one.
pub(crate) const ROWS: usize = 40;
/// What is promised: others' writes are seen within a second, by word over Redis or by a look at
/// the database each second.
pub(crate) const PROMISED: Duration = Duration::from_secs(1);
/// What that look may take; on a machine that builds and tests beside it, more.
pub(crate) const LOOK: Duration =
    Duration::from_millis(if cfg!(debug_assertions) { 1_500 } else { 250 });

/// When each write was begun and done; the first has the number 1.
#[derive(Default)]
pub(crate) struct History {
    pub(crate) begun: Vec<Instant>,
    pub(crate) done: Vec<Instant>,
}

impl History {
    /// Refuses an answer that the database never held between these instants; without the first,
    /// one that it never held before the last. Gives how long it had not been true any more when it
    /// was asked for.
    pub(crate) fn check(
        &self,
        numbers: &[usize],
        oldest: Option<Instant>,
        asked: Instant,
        got: Instant,
    ) -> Result<Duration> {
        let newest = numbers.iter().copied().max().context("an answer without rows")?;
        // Each row is written again by the write that is a round later; the row that none has
        // written yet, by the one of the first round, which the title's place in it tells.
        let over = numbers.iter().map(|number| number + ROWS).min().unwrap_or_default();
        ensure!(newest < over, "{newest} and {} were never there together", over - ROWS);
        if newest > ROWS {
            let begun = self.begun.get(newest - ROWS - 1).context("a write that never was")?;
            ensure!(*begun <= got, "write {newest} is told of before it was begun");
        }
        let Some(done) = self.done.get(over - ROWS - 1) else { return Ok(Duration::ZERO) };
        ensure!(
            oldest.is_none_or(|oldest| *done >= oldest),
            "write {over} was done {:?} before",
            asked.saturating_duration_since(*done)
        );
        Ok(asked.saturating_duration_since(*done))
    }
}

/// The numbers in the titles of a list; `None` if it is no list of such rows.
pub(crate) fn numbers(list: &Value) -> Option<Vec<usize>> {
    let number = |node: &Value| node["title"].as_str()?.parse().ok();
    list["nodes"].as_array()?.iter().map(number).collect()
}
