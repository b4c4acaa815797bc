//! Who runs where: the gateway on one core, all else on another, where the machine has them.

use std::{path::Path, process::Command, thread};

use anyhow::Result;

/// Which core is whose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cores {
    is_pinned: bool,
}

impl Cores {
    /// Takes this process, with whatever it starts from now on, off the gateway's core.
    pub(crate) fn share_out() -> Result<Self> {
        let count = thread::available_parallelism()?.get();
        let own = std::process::id().to_string();
        let moved = Command::new("taskset").args(["-a", "-c", "-p", "1", &own]).output();
        let is_pinned = count > 1 && moved.is_ok_and(|moved| moved.status.success());
        Ok(Self { is_pinned })
    }

    /// A command on the gateway's core.
    pub(crate) fn of_the_gateway(self, program: &Path) -> Command {
        if !self.is_pinned {
            return Command::new(program);
        }
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program);
        command
    }

    /// What to know of a run before reading its figures.
    pub(crate) fn words(self) -> &'static str {
        match self.is_pinned {
            true => "the gateway has a core of its own",
            false => "the gateway shares its core with the load: figures are worse than they are",
        }
    }
}
