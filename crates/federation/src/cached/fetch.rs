//! Asking the region: one call for all that is lacking, shared, in a task of its own.

use std::{sync::Arc, time::Duration};

use folkmoot_cache::{Age, Entry, Landing, Slot, Ticket};
use folkmoot_domain::Outage;
use futures::future::join_all;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{sleep, timeout},
};

use super::{
    Core,
    look_up::{Fit, Lookup, is_other},
};
use crate::{SourceError, Via};

/// When rows of lists are kept by themselves: once those who waited for the lists have their
/// pages, which take two or three milliseconds from all regions' answers; and no later, since by
/// then others' answers come.
const AFTERWARDS: Duration = Duration::from_millis(5);

/// What a flight brings.
pub(super) type Brought<V> = Result<(Entry<V>, Origin), SourceError>;

/// Where it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The region, a moment ago.
    Region,
    /// The region, but it breaks the contract and is not kept.
    Broken,
    /// Another replica, which asked the region not long ago.
    Replica,
}

/// What one of those on a flight must bring.
struct Task<L: Lookup> {
    ask: L::Ask,
    slot: Slot<L::Key>,
    landing: Landing<Brought<L::Value>>,
}

/// Waits for what one of those on a flight brings.
type Waiting<L> = Ticket<Brought<<L as Lookup>::Value>>;

/// One result for each. With fallbacks for all of them nobody waits for longer than the patience.
pub(super) async fn fetch<L: Lookup>(
    core: &Arc<Core>,
    asks: Vec<L::Ask>,
    has_fallbacks: bool,
) -> Vec<Brought<L::Value>> {
    if asks.is_empty() {
        return Vec::new();
    }
    let count = asks.len();
    // Nothing is awaited before the task has begun: a caller that leaves takes nobody's flight.
    let (tickets, tasks) = board::<L>(core, asks);
    if !tasks.is_empty() {
        match core.calls.clone().try_acquire_owned() {
            Ok(permit) => {
                tokio::spawn(Via::carried(lead(core.clone(), tasks, permit)));
            }
            // Not the region's fault, so its health is as before.
            Err(_) => tasks.into_iter().for_each(|task| {
                task.landing.land(Err(SourceError::Unavailable));
            }),
        }
    }
    let landed = join_all(tickets.into_iter().map(Ticket::landed));
    let landed =
        if has_fallbacks { timeout(core.options.patience, landed).await } else { Ok(landed.await) };
    match landed {
        Ok(landed) => {
            let lost = || Err(SourceError::Unavailable);
            landed.into_iter().map(|brought| brought.unwrap_or_else(lost)).collect()
        }
        Err(_) => (0..count).map(|_| Err(SourceError::TimedOut)).collect(),
    }
}

/// Asks anew for what is stale, beside the work of who noticed it.
pub(super) fn refresh<L: Lookup>(core: &Arc<Core>, asks: Vec<L::Ask>) {
    let Ok(permit) = core.refreshes.clone().try_acquire_owned() else { return };
    let (_, tasks) = board::<L>(core, asks);
    if tasks.is_empty() {
        return;
    }
    let core = core.clone();
    tokio::spawn(Via::carried(async move {
        let tasks = without_those_of_replicas(&core, tasks).await;
        if !tasks.is_empty() {
            lead(core, tasks, permit).await;
        }
    }));
}

fn board<L: Lookup>(core: &Core, asks: Vec<L::Ask>) -> (Vec<Waiting<L>>, Vec<Task<L>>) {
    let mut tasks = Vec::new();
    let tickets = asks
        .into_iter()
        .map(|ask| {
            let boarding = L::flights(core).board(L::flight(core, &ask));
            if let Some(landing) = boarding.landing {
                let slot = L::slot(core, &ask);
                tasks.push(Task { ask, slot, landing });
            }
            boarding.ticket
        })
        .collect();
    (tickets, tasks)
}

/// Another replica may have refreshed it: then that is taken over, and the region left alone.
async fn without_those_of_replicas<L: Lookup>(core: &Core, tasks: Vec<Task<L>>) -> Vec<Task<L>> {
    let now = core.clock.now();
    let slots: Vec<_> = tasks.iter().map(|task| task.slot).collect();
    let near: Vec<_> = slots.iter().map(|slot| core.cache.near(slot, now)).collect();
    let far = core.cache.far(&slots, now).await;
    let mut rest = Vec::new();
    for ((task, near), far) in tasks.into_iter().zip(near).zip(far) {
        let is_wanted = |entry: &Entry<L::Value>| {
            entry.age(now) == Age::Fresh && L::fit(&task.ask, &entry.value) == Fit::Well
        };
        match far.filter(is_wanted) {
            Some(entry) => {
                if is_other(near.as_ref(), &entry) {
                    core.health.rows_landed();
                }
                task.landing.land(Ok((entry, Origin::Replica)));
            }
            None => rest.push(task),
        }
    }
    rest
}

/// Asks the region, keeps what it says, and gives it to all who wait.
async fn lead<L: Lookup>(core: Arc<Core>, tasks: Vec<Task<L>>, permit: OwnedSemaphorePermit) {
    // Before it is asked: what it says is right for this instant or a later one.
    let as_of = core.clock.now();
    let asks: Vec<_> = tasks.iter().map(|task| task.ask.clone()).collect();
    let called = timeout(core.options.longest_call, L::call(&core, &asks)).await;
    drop(permit);
    let called = called.unwrap_or(Err(SourceError::TimedOut)).and_then(|values| {
        let is_whole = values.len() == tasks.len();
        let too_few = || SourceError::Malformed("not one answer for each question".to_owned());
        if is_whole { Ok(values) } else { Err(too_few()) }
    });
    match called {
        Err(error) => {
            core.health.turns(Some(Outage::from(&error)), as_of);
            for task in tasks {
                task.landing.land(Err(error.clone()));
            }
        }
        Ok(values) => {
            let is_sound = values.iter().all(|(_, is_sound)| *is_sound);
            core.health.turns((!is_sound).then_some(Outage::Broken), as_of);
            let mut kept = Vec::new();
            for (task, (value, is_sound)) in tasks.into_iter().zip(values) {
                let life = L::life(&core, &value);
                let entry = Entry::new(Arc::new(value), as_of, life, &task.slot.digest());
                if is_sound {
                    keep::<L>(&core, &task.slot, &entry);
                    kept.push(entry.clone());
                }
                let origin = if is_sound { Origin::Region } else { Origin::Broken };
                task.landing.land(Ok((entry, origin)));
            }
            sleep(AFTERWARDS).await;
            for entry in kept {
                L::gleaned(&core, &entry);
            }
        }
    }
}

/// Keeps it first, and then says that there is something new: who looks sees it. What was asked for
/// earlier and came later replaces nothing.
fn keep<L: Lookup>(core: &Core, slot: &Slot<L::Key>, entry: &Entry<L::Value>) {
    let now = core.clock.now();
    let before = core.cache.near(slot, now);
    if before.as_ref().is_some_and(|before| before.dates.as_of > entry.dates.as_of) {
        return;
    }
    core.cache.keep(slot, entry.clone(), now, L::reach(&entry.value));
    if is_other(before.as_ref(), entry) {
        core.health.rows_landed();
    }
}
