//! What tests are arranged with: fresh databases, rows to put in, and regions that follow a
//! script. Only ever a dev-dependency.

pub mod build;
mod database;
mod fake_region;
mod region_service;
mod rows;

pub use database::{Database, Statements};
pub use fake_region::{Breach, FakeRegion, Reply};
pub use region_service::{Asked, Bend, Manner, RegionService, meetup_item};
pub use rows::{case_study_at, meetup_at, offer_at, region};
