//! What an empty database begins with: standards, the register, and the known peer groups or
//! the demo.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Crosswalk, ReferenceParts, Register, Standard, embedded_register, embedded_standards,
};
use folkmoot_store::{Change, Store};

use crate::demo;

/// The code of the standard that the demo speaks of, and that bare labels mean by default.
const STANDARD: &str = "lgdss-2016";

/// Fills in what is missing, each part by itself: whoever imported a register of their own still
/// needs standards and regions. True if what the database holds is the demo.
pub(super) async fn fill(store: &Store, wants_demo: bool, now: DateTime<Utc>) -> Result<bool> {
    let parts = store.reference_parts(STANDARD).await.context("read the reference data")?;
    if wants_demo && !parts.regions.is_empty() {
        if !parts.regions.iter().any(|region| region.synthetic) {
            bail!(
                "the database already holds data that is not the demo's: --demo only fills an \
                 empty one; choose another with --database"
            );
        }
        return Ok(true);
    }
    let changes = if wants_demo { demo_nation(now) } else { missing(&parts) };
    if !changes.is_empty() {
        let began = std::time::Instant::now();
        say!("Filling the database: {} changes …", changes.len());
        store.apply("seed", now, changes).await.context("fill the database")?;
        say!("… done in {:.1} s", began.elapsed().as_secs_f64());
    }
    Ok(wants_demo || parts.regions.iter().any(|region| region.synthetic))
}

/// The known nation, as far as the database does not have its own.
fn missing(has: &ReferenceParts) -> Vec<Change> {
    let mut changes = Vec::new();
    // Each is read only where it is missing: every start comes through here.
    if has.councils.is_empty() {
        changes.extend(register(embedded_register()));
    }
    if has.standards.is_empty() {
        let (versions, crosswalk) = embedded_standards();
        changes.extend(standards(versions, crosswalk));
    }
    if has.regions.is_empty() {
        let known = demo::known_networks();
        changes.extend(known.regions.into_iter().map(Change::Region));
        changes.extend(known.groups.into_iter().map(Change::Group));
    }
    changes
}

fn register(register: Register) -> impl Iterator<Item = Change> {
    let councils = register.councils.into_iter().map(Change::Council);
    councils.chain(register.successions.into_iter().map(Change::Succession))
}

fn standards(standards: Vec<Standard>, crosswalk: Vec<Crosswalk>) -> impl Iterator<Item = Change> {
    let standards = standards.into_iter().map(Change::Standard);
    standards.chain(crosswalk.into_iter().map(Change::Crosswalk))
}

fn demo_nation(now: DateTime<Utc>) -> Vec<Change> {
    let national = embedded_register();
    let (versions, crosswalk) = embedded_standards();
    let today = folkmoot_domain::london_day(now);
    let demo = demo::demo(&national.councils, &versions, today);
    let mut changes: Vec<_> = register(national).chain(standards(versions, crosswalk)).collect();
    changes.extend(demo.regions.into_iter().map(Change::Region));
    changes.extend(demo.groups.into_iter().map(Change::Group));
    changes.extend(demo.memberships.into_iter().map(Change::Membership));
    changes.extend(demo.series.into_iter().map(Change::Series));
    changes.extend(demo.meetups.into_iter().map(Change::Meetup));
    changes.extend(demo.case_studies.into_iter().map(Change::CaseStudy));
    changes.extend(demo.offers.into_iter().map(Change::Offer));
    changes
}
