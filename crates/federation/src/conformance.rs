//! Looks at a region's change feed or live service as a gateway would, and closer, and says of
//! each rule of the contract whether it is kept: what was asked, what was answered, what to change.

mod card;
mod changes;
mod figures;
mod findings;
mod kinds;
mod lists;
mod live;
mod probe;
mod rules;
mod sheet;

use chrono::{DateTime, Utc};
use folkmoot_domain::{ExchangeContext, Reference, ReferenceParts, Region, SheetKind};

pub use findings::{Conformance, Finding, Outcome};
pub use probe::{Probe, ProbeOptions};

use findings::Findings;

/// What rows are read against: the councils and standards of the nation, and the region's own
/// groups as its card has them.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Councils, successions and standards.
    pub parts: ReferenceParts,
    /// The time.
    pub now: DateTime<Utc>,
}

/// The nation with the region in it.
struct Nationwide {
    reference: Reference,
    region: Region,
    now: DateTime<Utc>,
}

impl Nationwide {
    fn context(&self) -> ExchangeContext<'_> {
        let (reference, region) = (&self.reference, &self.region);
        ExchangeContext { reference, region, now: self.now, system: "check" }
    }
}

/// Looks at a change feed (level 2), by the address of its card.
pub async fn check_changes(probe: &Probe, ground: &Ground) -> Conformance {
    let mut findings = Findings::default();
    probe.secure(&mut findings);
    changes::check(probe, ground, &mut findings).await;
    findings.done(probe.address(), 2)
}

/// Looks at a live service (level 3).
pub async fn check_live(probe: &Probe, ground: &Ground) -> Conformance {
    let mut findings = Findings::default();
    probe.secure(&mut findings);
    live::check(probe, ground, &mut findings).await;
    findings.done(probe.address(), 3)
}

/// Looks at a sheet or calendar (level 1) of a region that is known here, and writes nothing.
pub async fn check_sheet(
    probe: &Probe,
    reference: &Reference,
    region: &Region,
    kind: SheetKind,
    now: DateTime<Utc>,
) -> Conformance {
    let mut findings = Findings::default();
    probe.secure(&mut findings);
    sheet::check(probe, reference, region, kind, now, &mut findings).await;
    findings.done(probe.address(), 1)
}
