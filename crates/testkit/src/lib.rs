//! What tests are arranged with: fresh databases, rows to put in, regions that follow a script, and
//! the check of what a source must keep. Only ever a dev-dependency.

pub mod build;
mod contract;
mod database;
mod fake_region;
mod region_service;
mod rows;
mod standby;

pub use contract::{ContractRows, check_source};
pub use database::{Database, Statements};
pub use fake_region::{Breach, FakeRegion, Reply};
pub use region_service::{Asked, Bend, Manner, RegionService, meetup_item};
pub use rows::{case_study_at, cursors, meetup_at, offer_at, region};
pub use standby::Pair;
