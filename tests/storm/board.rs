//! What was asked and heard, fault by fault; and who may be blamed for what, and when.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{checker::Status, nation::LIVE, regions::Fault};

/// How many wrong answers of a phase are told in full.
const TOLD: usize = 3;

/// What all answers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Without it there are clear words instead of answers.
    Database,
    /// Whoever asked one that was killed is cut off.
    Replica,
}

/// An answer, or what came instead.
pub(crate) struct Heard {
    /// When the question should have been sent: it counts from then.
    pub(crate) sent: Instant,
    pub(crate) received: Instant,
    /// What the status or the connection said, if it was not 200.
    pub(crate) failure: Option<String>,
    /// What is wrong with it.
    pub(crate) fault: Option<String>,
    /// What it says of regions.
    pub(crate) statuses: Vec<Status>,
    /// Which of the replicas was asked.
    pub(crate) of: String,
    /// Whether the gateway had to ask the regions for it.
    pub(crate) is_new: bool,
    /// There was none, for a cause that is known.
    pub(crate) is_refused: bool,
}

impl Heard {
    /// Something that happens now.
    pub(crate) fn of(failure: Option<String>) -> Self {
        let now = Instant::now();
        let (fault, statuses, of) = (None, Vec::new(), String::new());
        let (is_new, is_refused) = (false, false);
        Self { sent: now, received: now, failure, fault, statuses, of, is_new, is_refused }
    }
}

/// A time without one of the grounds.
struct Outage {
    of: Ground,
    from: Instant,
    until: Option<Instant>,
    phase: usize,
}

/// A time in which a region may be blamed.
struct Spell {
    from: Instant,
    fault: Fault,
    restored: Option<Instant>,
    /// The replicas of which a whole answer was heard.
    whole_of: BTreeSet<String>,
    until: Option<Instant>,
    phase: usize,
}

#[derive(Default)]
struct Phase {
    name: String,
    began: Option<Instant>,
    latencies: Vec<Duration>,
    failures: usize,
    wrong: usize,
    refused: usize,
    noticed: Option<Duration>,
    whole: Option<Duration>,
}

#[derive(Default)]
struct State {
    phases: Vec<Phase>,
    spells: HashMap<&'static str, Vec<Spell>>,
    outages: Vec<Outage>,
    replicas: BTreeSet<String>,
    told: Vec<String>,
}

/// All of it.
#[derive(Default)]
pub(crate) struct Board {
    state: Mutex<State>,
}

/// What the questions of a phase came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) requests: usize,
    pub(crate) failures: usize,
    pub(crate) wrong: usize,
    pub(crate) refused: usize,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
    pub(crate) longest: Duration,
}

impl Board {
    /// Questions from now on belong to another phase.
    pub(crate) fn begin(&self, name: &str) -> usize {
        let began = Some(Instant::now());
        let mut state = self.lock();
        state.phases.push(Phase { name: name.to_owned(), began, ..Phase::default() });
        state.phases.len() - 1
    }

    /// From now on these are asked: a region is well if it is for all of them.
    pub(crate) fn asks(&self, replicas: &[String]) {
        self.lock().replicas = replicas.iter().cloned().collect();
    }

    /// The same, and a region may be blamed from now on.
    pub(crate) fn strikes(&self, region: &'static str, fault: Fault) {
        let phase = self.begin(&format!("{region}: {}", fault.name()));
        let from = Instant::now();
        let whole_of = BTreeSet::new();
        let spell = Spell { from, fault, restored: None, whole_of, until: None, phase };
        self.lock().spells.entry(region).or_default().push(spell);
    }

    /// The same of what all answers come from.
    pub(crate) fn is_lost(&self, of: Ground, name: &str) {
        let phase = self.begin(name);
        self.lock().outages.push(Outage { of, from: Instant::now(), until: None, phase });
    }

    /// There is one again, and everything works.
    pub(crate) fn is_found(&self, of: Ground, whole: Duration) {
        let mut state = self.lock();
        let State { phases, outages, .. } = &mut *state;
        for outage in outages.iter_mut().filter(|it| it.of == of && it.until.is_none()) {
            outage.until = Some(Instant::now());
            phases[outage.phase].whole = Some(whole);
        }
    }

    /// Whether there was a moment without one between these instants.
    pub(crate) fn is_without(&self, of: Ground, sent: Instant, received: Instant) -> bool {
        let is_then = |outage: &Outage| {
            outage.of == of
                && outage.from <= received
                && outage.until.is_none_or(|until| sent <= until)
        };
        self.lock().outages.iter().any(is_then)
    }

    /// The fault is over; the region may be blamed until a whole answer was heard of each replica.
    pub(crate) fn is_restored(&self, region: &'static str) {
        let mut state = self.lock();
        let spell = state.spells.get_mut(region).and_then(|spells| spells.last_mut());
        if let Some(spell) = spell {
            spell.restored = Some(Instant::now());
        }
    }

    /// Whether the gateway has nothing to say against it any more.
    pub(crate) fn is_well(&self, region: &'static str) -> bool {
        let state = self.lock();
        let spells = state.spells.get(region);
        spells.and_then(|spells| spells.last()).is_none_or(|spell| spell.until.is_some())
    }

    /// Whether an answer from between these instants may say this of a region; with no reason,
    /// whether it may say anything.
    pub(crate) fn may_blame(
        &self,
        region: &str,
        reason: Option<&str>,
        sent: Instant,
        received: Instant,
    ) -> bool {
        if !LIVE.contains(&region) {
            return self.is_without(Ground::Database, sent, received);
        }
        let state = self.lock();
        let is_true = |spell: &Spell| {
            let lingers = spell.fault.lingers();
            let is_over = spell.until.is_some_and(|until| sent > until + lingers);
            let is_then = spell.from <= received && !is_over;
            is_then && reason.is_none_or(|reason| spell.fault.reasons().contains(&reason))
        };
        state.spells.get(region).is_some_and(|spells| spells.iter().any(is_true))
    }

    /// Takes an answer down.
    pub(crate) fn hear(&self, heard: Heard) {
        let mut state = self.lock();
        let State { phases, spells, told, replicas, .. } = &mut *state;
        for status in &heard.statuses {
            let Some(spell) = spells.get_mut(status.region).and_then(|all| all.last_mut()) else {
                continue;
            };
            let phase = &mut phases[spell.phase];
            match (&status.reason, spell.restored) {
                (Some(_), _) if heard.sent >= spell.from => {
                    phase.noticed.get_or_insert(heard.received - spell.from);
                }
                (None, Some(restored)) => {
                    let is_whole = heard.is_new && status.is_fresh && heard.sent >= restored;
                    if is_whole {
                        spell.whole_of.insert(heard.of.clone());
                    }
                    if spell.until.is_none() && replicas.is_subset(&spell.whole_of) {
                        spell.until = Some(heard.received);
                        phase.whole = Some(heard.received - restored);
                    }
                }
                _ => {}
            }
        }
        let is_its = |phase: &&mut Phase| phase.began <= Some(heard.sent);
        let Some(phase) = phases.iter_mut().rev().find(is_its) else { return };
        phase.latencies.push(heard.received - heard.sent);
        phase.failures += usize::from(heard.failure.is_some());
        phase.wrong += usize::from(heard.fault.is_some());
        phase.refused += usize::from(heard.is_refused);
        if heard.is_refused {
            let from = phase.began.unwrap_or(heard.received);
            phase.noticed.get_or_insert(heard.received.saturating_duration_since(from));
        }
        if let Some(wrong) = heard.failure.or(heard.fault) {
            let after = phase.began.map(|began| heard.sent.saturating_duration_since(began));
            if phase.failures + phase.wrong <= TOLD {
                told.push(format!("{} after {after:?}: {wrong:.2000}", phase.name));
            }
        }
    }

    /// Something that is wrong beside the answers.
    pub(crate) fn is_wrong(&self, what: String) {
        self.hear(Heard { fault: Some(what), ..Heard::of(None) });
    }

    /// All questions, those that had no answer for a known cause, and those that had none or a wrong
    /// one without.
    pub(crate) fn sums(&self) -> (usize, usize, usize) {
        let state = self.lock();
        let of = |count: fn(&Phase) -> usize| state.phases.iter().map(count).sum();
        let bad = of(|phase| phase.failures + phase.wrong);
        (of(|phase| phase.latencies.len()), of(|phase| phase.refused), bad)
    }

    /// What is wrong, as far as it is told.
    pub(crate) fn told(&self) -> Vec<String> {
        self.lock().told.clone()
    }

    pub(crate) fn figures(&self, phase: usize) -> Figures {
        self.lock().phases[phase].figures()
    }

    /// Whether each fault was noticed, and whole answers were heard after it.
    pub(crate) fn has_seen_all(&self) -> bool {
        let state = self.lock();
        let mut spells = state.spells.values().flatten();
        spells.all(|spell| {
            let phase = &state.phases[spell.phase];
            phase.noticed.is_some() && phase.whole.is_some()
        })
    }

    /// Everything, a line for each phase.
    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "{:<28}{:>9}{:>9}{:>9}{:>7}{:>9}{:>9}{:>10}{:>12}{:>12}\n",
            "",
            "requests",
            "refused",
            "non-200",
            "wrong",
            "p50 ms",
            "p99 ms",
            "worst ms",
            "noticed ms",
            "whole ms",
        );
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let mark =
            |time: Option<Duration>| time.map_or("-".to_owned(), |t| format!("{:.0}", ms(t)));
        for phase in &self.lock().phases {
            let of = phase.figures();
            // Writing to a text does not fail.
            let _ = writeln!(
                table,
                "{:<28}{:>9}{:>9}{:>9}{:>7}{:>9.1}{:>9.1}{:>10.1}{:>12}{:>12}",
                phase.name,
                of.requests,
                of.refused,
                of.failures,
                of.wrong,
                ms(of.median),
                ms(of.p99),
                ms(of.longest),
                mark(phase.noticed),
                mark(phase.whole),
            );
        }
        table
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Phase {
    fn figures(&self) -> Figures {
        let mut sorted = self.latencies.clone();
        sorted.sort();
        let at = |percent: usize| {
            let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
            sorted.get(place).copied().unwrap_or_default()
        };
        Figures {
            requests: sorted.len(),
            failures: self.failures,
            wrong: self.wrong,
            refused: self.refused,
            median: at(50),
            p99: at(99),
            longest: at(100),
        }
    }
}
