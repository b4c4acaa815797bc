//! What an empty database begins with: standards, the register, and the known peer groups or
//! the demo.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use folkmoot_domain::{ReferenceParts, embedded_register, embedded_standards};
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
    let (_, national) = national_reference();
    let mut changes: Vec<_> = national
        .into_iter()
        .filter(|change| match change {
            Change::Council(_) | Change::Succession(_) => has.councils.is_empty(),
            _ => has.standards.is_empty(),
        })
        .collect();
    if has.regions.is_empty() {
        let known = demo::known_networks();
        changes.extend(known.regions.into_iter().map(Change::Region));
        changes.extend(known.groups.into_iter().map(Change::Group));
    }
    changes
}

/// Standards and the register.
fn national_reference() -> (ReferenceParts, Vec<Change>) {
    let register = embedded_register();
    let (standards, crosswalk) = embedded_standards();
    let mut changes = Vec::new();
    changes.extend(register.councils.iter().cloned().map(Change::Council));
    changes.extend(register.successions.iter().copied().map(Change::Succession));
    changes.extend(standards.iter().cloned().map(Change::Standard));
    changes.extend(crosswalk.into_iter().map(Change::Crosswalk));
    let parts = ReferenceParts { councils: register.councils, standards, ..Default::default() };
    (parts, changes)
}

fn demo_nation(now: DateTime<Utc>) -> Vec<Change> {
    let (parts, mut changes) = national_reference();
    let today = now.with_timezone(&chrono_tz::Europe::London).date_naive();
    let demo = demo::demo(&parts.councils, &parts.standards, today);
    changes.extend(demo.regions.into_iter().map(Change::Region));
    changes.extend(demo.groups.into_iter().map(Change::Group));
    changes.extend(demo.memberships.into_iter().map(Change::Membership));
    changes.extend(demo.series.into_iter().map(Change::Series));
    changes.extend(demo.meetups.into_iter().map(Change::Meetup));
    changes.extend(demo.case_studies.into_iter().map(Change::CaseStudy));
    changes.extend(demo.offers.into_iter().map(Change::Offer));
    changes
}
