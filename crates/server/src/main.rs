//! The `folkmoot` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    folkmoot_server::commands::run()
}
