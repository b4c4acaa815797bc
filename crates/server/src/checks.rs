//! Checks of regions: what the command and the page share.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use folkmoot_domain::{ReferenceParts, embedded_register, embedded_standards};
use folkmoot_federation::{Conformance, Ground, Outcome, Probe, check_changes, check_live};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

use crate::config::Config;

/// Checks that run at a time: each asks somebody else's server a few dozen times.
const AT_A_TIME: usize = 2;

/// Checks that begin within a minute, of everyone together: enough for a few people who mend
/// their services, too few to make this gateway a nuisance to somebody.
const A_MINUTE: usize = 10;

const MINUTE: Duration = Duration::from_secs(60);

/// When somebody may try again while others are being checked.
const BUSY: Duration = Duration::from_secs(15);

/// What the page may have checked, and how often.
pub(crate) struct Checks {
    hosts: BTreeSet<String>,
    /// Whether addresses within a private network, and http, may be asked.
    pub(crate) allow_private: bool,
    running: Semaphore,
    begun: Mutex<VecDeque<Instant>>,
}

impl Checks {
    pub(crate) fn new(config: &Config) -> Self {
        let hosts = config.checks.hosts.iter().map(|host| host.to_lowercase());
        Self {
            hosts: hosts.collect(),
            allow_private: config.feeds.allow_private,
            running: Semaphore::new(AT_A_TIME),
            begun: Mutex::new(VecDeque::new()),
        }
    }

    /// True if anyone may have this host checked.
    pub(crate) fn is_open(&self, host: &str) -> bool {
        self.hosts.contains(&host.to_lowercase())
    }

    /// Lets a check begin, until the permit is dropped; else says how long to wait.
    pub(crate) fn begin(&self) -> Result<SemaphorePermit<'_>, Duration> {
        let permit = self.running.try_acquire().map_err(|_| BUSY)?;
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        while begun.front().is_some_and(|at| now.duration_since(*at) >= MINUTE) {
            begun.pop_front();
        }
        match begun.front() {
            Some(oldest) if begun.len() >= A_MINUTE => {
                Err(MINUTE.saturating_sub(now.duration_since(*oldest)))
            }
            _ => {
                begun.push_back(now);
                Ok(permit)
            }
        }
    }
}

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
