//! The order in which an answer is looked for; the same for slices and for rows.

use std::sync::Arc;

use folkmoot_cache::{Age, CacheKey, Entry, Flights, Reach, ShelfLife, Slot};
use folkmoot_domain::{Kept, Outage};

use super::{
    Core,
    fetch::{Brought, Origin, fetch, refresh},
};
use crate::{Answering, SourceError};

/// Something that is kept, and how it is asked for.
pub(super) trait Lookup: Send + Sync + Sized + 'static {
    /// What is asked.
    type Ask: Clone + Send + Sync + 'static;
    /// Where the answer is kept.
    type Key: CacheKey<Value = Self::Value>;
    /// The answer.
    type Value: PartialEq + Send + Sync + 'static;

    /// Where the answer is kept.
    fn slot(core: &Core, ask: &Self::Ask) -> Slot<Self::Key>;
    /// What those who share a flight want alike.
    fn flight(core: &Core, ask: &Self::Ask) -> [u8; 32];
    /// What is under way.
    fn flights(core: &Core) -> &Flights<Brought<Self::Value>>;
    /// Whether what is kept there answers this.
    fn fit(ask: &Self::Ask, value: &Self::Value) -> Fit;
    /// Asks the region, once for all: one answer for each, and whether it keeps the contract.
    fn call<'a>(core: &'a Core, asks: &'a [Self::Ask]) -> Answering<'a, Vec<(Self::Value, bool)>>;
    /// How long it is kept.
    fn life(core: &Core, value: &Self::Value) -> ShelfLife;
    /// How far it may travel.
    fn reach(value: &Self::Value) -> Reach;
    /// What else can be kept of it.
    fn gleaned(_: &Core, _: &Entry<Self::Value>) {}
}

/// How well something that was kept answers what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// Not at all.
    Not,
    /// Better than nothing.
    Roughly,
    /// As well as the region could have, then.
    Well,
}

/// An answer, and how old it is.
pub(super) struct Answer<V> {
    pub(super) value: Arc<V>,
    pub(super) kept: Option<Kept>,
}

/// One answer for each, in their order.
pub(super) async fn look_up<L: Lookup>(
    core: &Arc<Core>,
    asks: &[L::Ask],
) -> Result<Vec<Answer<L::Value>>, SourceError> {
    let outage = core.health.outage();
    let found = found::<L>(core, asks, outage).await;

    let of_age = |wanted: Age| {
        let all = asks.iter().zip(&found);
        all.filter(move |(_, found)| found.shown == Some(wanted)).map(|(ask, _)| ask.clone())
    };
    let stale: Vec<_> = of_age(Age::Stale).collect();
    if !stale.is_empty() {
        refresh::<L>(core, stale);
    }

    let wanting = || asks.iter().zip(&found).filter(|(_, found)| found.shown.is_none());
    let has_fallbacks = wanting().all(|(_, found)| found.entry.is_some());
    let wanted: Vec<_> = wanting().map(|(ask, _)| ask.clone()).collect();
    let mut brought = fetch::<L>(core, wanted, has_fallbacks).await.into_iter();

    let answer = |found: Found<L::Value>| match (found.entry, found.shown) {
        (Some(entry), Some(age)) => {
            let is_stale = age != Age::Fresh;
            let outage = outage.filter(|_| is_stale);
            Ok(shown(entry, is_stale, outage))
        }
        (fallback, _) => {
            let brought = brought.next().unwrap_or(Err(SourceError::Unavailable));
            settled(fallback, brought)
        }
    };
    found.into_iter().map(answer).collect()
}

/// What is kept in answer to one question, and the age at which it is shown without waiting.
struct Found<V> {
    entry: Option<Entry<V>>,
    shown: Option<Age>,
}

/// Memory first; Redis, once, for what is not there.
async fn found<L: Lookup>(
    core: &Core,
    asks: &[L::Ask],
    outage: Option<Outage>,
) -> Vec<Found<L::Value>> {
    let now = core.clock.now();
    let judged = |ask: &L::Ask, entry: Option<Entry<L::Value>>| {
        let fit = entry.as_ref().map_or(Fit::Not, |entry| L::fit(ask, &entry.value));
        let shown = entry.as_ref().map(|entry| entry.age(now)).filter(|age| match age {
            Age::Fresh => fit == Fit::Well,
            Age::Stale => fit == Fit::Well && outage != Some(Outage::Refused),
            Age::LastResort | Age::Gone => false,
        });
        Found { entry: entry.filter(|_| fit > Fit::Not), shown }
    };
    let slots: Vec<_> = asks.iter().map(|ask| L::slot(core, ask)).collect();
    let near: Vec<_> = slots.iter().map(|slot| core.cache.near(slot, now)).collect();
    let mut found: Vec<_> =
        asks.iter().zip(&near).map(|(ask, entry)| judged(ask, entry.clone())).collect();

    let lacking = (0..asks.len()).filter(|at| found[*at].shown.is_none()).collect::<Vec<_>>();
    let places: Vec<_> = lacking.iter().map(|at| slots[*at]).collect();
    for (at, far) in lacking.into_iter().zip(core.cache.far(&places, now).await) {
        if far.as_ref().is_some_and(|far| is_other(near[at].as_ref(), far)) {
            core.health.rows_landed();
        }
        found[at] = judged(&asks[at], far);
    }
    found
}

/// True if somebody who reads now sees something else than before.
pub(super) fn is_other<V: PartialEq>(before: Option<&Entry<V>>, now: &Entry<V>) -> bool {
    before.is_none_or(|before| before.value != now.value)
}

fn shown<V>(entry: Entry<V>, is_stale: bool, outage: Option<Outage>) -> Answer<V> {
    let kept = Kept { as_of: entry.dates.as_of, is_stale, outage };
    Answer { value: entry.value, kept: Some(kept) }
}

/// What the region brought, or what stands in for it.
fn settled<V>(fallback: Option<Entry<V>>, brought: Brought<V>) -> Result<Answer<V>, SourceError> {
    match (brought, fallback) {
        (Ok((entry, Origin::Region)), _) => Ok(Answer { value: entry.value, kept: None }),
        (Ok((entry, Origin::Replica)), _) => Ok(shown(entry, false, None)),
        (Ok((_, Origin::Broken)), Some(entry)) => Ok(shown(entry, true, Some(Outage::Broken))),
        // The nation refuses it, and knows for which list.
        (Ok((entry, Origin::Broken)), None) => Ok(Answer { value: entry.value, kept: None }),
        (Err(SourceError::Rejected), _) => Err(SourceError::Rejected),
        (Err(error), Some(entry)) => Ok(shown(entry, true, Some(Outage::from(&error)))),
        (Err(error), None) => Err(error),
    }
}
