//! Checks of regions: what the command and the page share.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use folkmoot_domain::{ReferenceParts, embedded_register, embedded_standards};
use folkmoot_federation::{Conformance, Ground, Outcome, Probe, check_changes, check_live};

/// The nation that this program was built with: a check needs no database.
static NATION: LazyLock<ReferenceParts> = LazyLock::new(|| {
    let register = embedded_register();
    let (standards, crosswalk) = embedded_standards();
    ReferenceParts {
        councils: register.councils,
        successions: register.successions,
        default_standard: standards.first().map(|it| it.code.clone()).unwrap_or_default(),
        standards,
        crosswalk,
        ..ReferenceParts::default()
    }
});

/// Looks at a change feed (level 2) or a live service (level 3).
pub(crate) async fn look(probe: &Probe, level: u8, now: DateTime<Utc>) -> Conformance {
    let ground = Ground { parts: NATION.clone(), now };
    match level {
        3 => check_live(probe, &ground).await,
        _ => check_changes(probe, &ground).await,
    }
}

/// What was found, in a sentence.
pub(crate) fn summary(found: &Conformance) -> String {
    let count = |is: fn(&Outcome) -> bool| {
        found.findings.iter().filter(|finding| is(&finding.outcome)).count()
    };
    let kept = count(|outcome| matches!(outcome, Outcome::Passed));
    let broken = count(|outcome| matches!(outcome, Outcome::Failed { .. }));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped { .. }));
    format!(
        "{kept} rules kept, {broken} broken, {skipped} not tried: {}.",
        match broken {
            0 => "it can be plugged in",
            _ => "it cannot be plugged in like this",
        }
    )
}
