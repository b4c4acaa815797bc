//! The `folkmoot` program.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    // Fails only if there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    folkmoot_server::commands::run()
}
