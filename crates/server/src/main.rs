//! The `folkmoot` program.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Fails only if there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    folkmoot_server::commands::run()
}
