//! The `folkmoot` program as a command.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

/// The program that was built beside these tests.
///
/// # Panics
/// If it was not built: `make test` does.
pub fn folkmoot() -> Command {
    let mut command = Command::new(path());
    // Only what a test says counts, not what the developer's shell happens to hold.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FOLKMOOT__")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

pub(crate) fn path() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let profile = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    let program = profile.join("folkmoot");
    assert!(program.exists(), "{} is not built: run `cargo build`", program.display());
    program
}

/// What a command said and how it ended.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Outcome {
    pub is_success: bool,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            is_success: output.status.success(),
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Outcome {
    /// Runs a command to its end.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn of(command: &mut Command) -> Self {
        command.output().expect("the program starts").into()
    }
}
