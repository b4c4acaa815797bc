//! What must hold for whatever strangers send, for each place where they can: one function over
//! bytes each, which panics where it does not.
//!
//! `run.sh` looks for such bytes with libFuzzer; `tests/replay.rs` tries the seeds, and small
//! changes of them, with every `make test`. The [README](../README.md) says what each holds.

pub mod calendars;
pub mod cursors;
mod ics;
mod nation;
mod printed;
pub mod queries;
pub mod regions;
pub mod sheets;
mod texts;

/// A place where strangers send something.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its folder of seeds.
    pub name: &'static str,
    /// Panics if something does not hold for these bytes.
    pub check: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 5] = [
    Target { name: "calendars", check: calendars::check },
    Target { name: "cursors", check: cursors::check },
    Target { name: "queries", check: queries::check },
    Target { name: "regions", check: regions::check },
    Target { name: "sheets", check: sheets::check },
];

/// The first line, by which an input says what it is, and the rest.
fn with_head(data: &[u8]) -> Option<(&str, &[u8])> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&data[..end]).ok()?, &data[end + 1..]))
}
