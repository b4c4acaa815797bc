//! What an empty database begins with: standards, the register, and the known peer groups or
//! the demo.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Days, TimeDelta, Utc};
use folkmoot_domain::{
    Crosswalk, Publication, Reference, ReferenceParts, Register, Standard, Threshold,
    embedded_register, embedded_standards, london_day_start,
};
use folkmoot_store::{Change, Store};

use crate::{demo, figures};

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
        if wants_demo {
            publish(store, now).await?;
        }
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
    let first = demo.rounds.iter().map(|round| round.held_on).min();
    changes.extend(demo.publications.into_iter().zip(first.into_iter().cycle()).map(
        |((region, council), starts_on)| {
            Change::Publication(Publication { region, council, starts_on, ends_on: None })
        },
    ));
    changes.extend(demo.rounds.into_iter().map(Change::Round));
    changes.extend(demo.responses.into_iter().map(Change::Response));
    changes.extend(demo.needs.into_iter().map(Change::Need));
    changes.extend(demo.topics.into_iter().map(Change::Topic));
    changes.extend(demo.introductions.into_iter().map(Change::Introduction));
    changes.extend(demo.assessments.into_iter().map(Change::Assessment));
    changes
}

/// Days after the end of a half-year on which the demo's regions close it: all are in time.
const CLOSED_AFTER: Days = Days::new(12);

/// Closes and publishes the demo's half-years one by one, each as of the days after its end.
async fn publish(store: &Store, now: DateTime<Utc>) -> Result<()> {
    let reference = Reference::new(store.reference_parts(STANDARD).await?);
    let regions: Vec<_> = reference.regions().iter().map(|region| region.id).collect();
    let rounds = store.rounds(&regions).await.context("read the rounds")?;
    for (half_year, asked) in figures::asked(&rounds) {
        let then = london_day_start(half_year.ends_on() + CLOSED_AFTER) + TimeDelta::hours(10);
        if then > now {
            continue;
        }
        for region in asked.iter().filter_map(|region| reference.region(*region)) {
            store.close_half_year("seed", then, &reference, region, half_year).await?;
        }
        let threshold = Threshold::LEAST;
        store.create_release("seed", then, &reference, threshold, |_, _| {}).await?;
        say!("… {half_year} published");
    }
    Ok(())
}
