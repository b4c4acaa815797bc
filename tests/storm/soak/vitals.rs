//! What a process holds.

use std::{fmt, fs};

use anyhow::{Context, Result};
use folkmoot_tests::Gateway;

/// What Linux says of it.
#[derive(Debug)]
pub(super) struct Vitals {
    memory_mb: f64,
    threads: usize,
    files: usize,
}

impl Vitals {
    /// More files than before are connections that come and go.
    const MORE_FILES: usize = 100;

    pub(super) fn of(gateway: &Gateway) -> Result<Self> {
        let process = format!("/proc/{}", gateway.process_id());
        let status = fs::read_to_string(format!("{process}/status"))?;
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            number.and_then(|number| number.parse::<u32>().ok()).context("a number")
        };
        Ok(Self {
            memory_mb: f64::from(number("VmRSS:")?) / 1024.0,
            threads: number("Threads:")? as usize,
            files: fs::read_dir(format!("{process}/fd"))?.count(),
        })
    }

    /// Whether it holds as much as before, as far as that can be told.
    pub(super) fn has_not_outgrown(&self, before: &Self, by: f64) -> bool {
        self.memory_mb <= before.memory_mb * by
            && self.threads <= before.threads + 4
            && self.files <= before.files + Self::MORE_FILES
    }
}

impl fmt::Display for Vitals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { memory_mb, threads, files } = self;
        write!(out, "{memory_mb:.0} MB, {threads} threads, {files} open files")
    }
}
