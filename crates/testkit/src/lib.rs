//! What tests are arranged with: regions that follow a script.

mod fake_region;
mod rows;

pub use fake_region::{Breach, FakeRegion, Reply};
pub use rows::{case_study_at, meetup_at, offer_at, region};
