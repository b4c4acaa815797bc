//! What is kept of a live region: when it is asked, what is shown while it is away, and what is
//! said of its age.

mod kent;
mod nation;
mod outages;
mod replicas;
mod rows;
#[allow(dead_code, reason = "the cache's own tests use all of it")]
#[path = "../../../cache/tests/redis/server.rs"]
mod server;
mod sharing;
mod upcoming;
mod withdrawn;
