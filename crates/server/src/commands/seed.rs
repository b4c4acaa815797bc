//! What an empty database begins with: standards, the register, and the known peer groups or
//! the demo.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use folkmoot_domain::{ReferenceParts, embedded_register, embedded_standards};
use folkmoot_store::{Change, Store};

use crate::demo;

/// The code of the standard that the demo speaks of, and that bare labels mean by default.
const STANDARD: &str = "lgdss-2016";

/// Fills an empty database; true if what it holds (now or since earlier) is the demo.
pub(super) async fn fill(store: &Store, wants_demo: bool, now: DateTime<Utc>) -> Result<bool> {
    if !store.is_empty().await.context("look whether the database is empty")? {
        let parts = store.reference_parts(STANDARD).await.context("read the reference data")?;
        let is_demo = parts.regions.iter().any(|region| region.synthetic);
        if wants_demo && !is_demo {
            bail!(
                "the database already holds data that is not the demo's: --demo only fills an \
                 empty one; choose another with --database"
            );
        }
        return Ok(is_demo);
    }
    let changes = if wants_demo { demo_nation(now) } else { known_nation() };
    let began = std::time::Instant::now();
    println!("Filling the empty database with {} rows …", changes.len());
    let applied = store.apply("seed", now, changes).await.context("fill the database")?;
    println!("… {} rows in {:.1} s", applied.created, began.elapsed().as_secs_f64());
    Ok(wants_demo)
}

/// Standards and the register.
pub(super) fn national_reference() -> (ReferenceParts, Vec<Change>) {
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

fn known_nation() -> Vec<Change> {
    let (_, mut changes) = national_reference();
    let known = demo::known_networks();
    changes.extend(known.regions.into_iter().map(Change::Region));
    changes.extend(known.groups.into_iter().map(Change::Group));
    changes
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
