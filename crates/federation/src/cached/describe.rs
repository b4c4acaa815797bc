//! What a region says of itself, kept in this process: it is a sign of life, and another
//! replica's says nothing of the way from here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use folkmoot_cache::{Age, Entry, Flights};
use folkmoot_domain::{Outage, RegionId};
use tokio::time::timeout;

use super::Core;
use crate::{Description, SourceError, Via};

type Words = HashMap<RegionId, Description>;
type Brought = Result<Arc<Words>, SourceError>;

/// There is one thing to fetch.
const ONLY: [u8; 32] = [0; 32];

#[derive(Default)]
pub(super) struct Described {
    kept: Mutex<Option<Entry<Words>>>,
    flights: Flights<Brought>,
}

pub(super) async fn describe(core: &Arc<Core>, regions: &[RegionId]) -> Result<Words, SourceError> {
    if regions != [core.region] {
        return core.inner.describe(regions).await;
    }
    let kept = core.described.lock().clone();
    let kept = kept.map(|kept| (kept.age(core.clock.now()), kept));
    match (kept, core.health.outage()) {
        (Some((Age::Fresh, kept)), None) => return Ok((*kept.value).clone()),
        (Some((Age::Fresh | Age::Stale, _)), Some(outage)) => {
            // It gave nothing a moment ago: nobody waits to hear that again.
            drop(ask(core));
            return Err(said_again(outage));
        }
        (Some((Age::Stale, kept)), None) => {
            drop(ask(core));
            return Ok((*kept.value).clone());
        }
        _ => {}
    }
    let brought = ask(core).landed().await.unwrap_or(Err(SourceError::Unavailable));
    brought.map(|words| (*words).clone())
}

/// Begins to ask, unless somebody asks already.
fn ask(core: &Arc<Core>) -> folkmoot_cache::Ticket<Brought> {
    let boarding = core.described.flights.board(ONLY);
    if let Some(landing) = boarding.landing {
        let core = core.clone();
        tokio::spawn(Via::carried(async move {
            let as_of = core.clock.now();
            let regions = [core.region];
            let asked = timeout(core.options.longest_call, core.inner.describe(&regions)).await;
            let words = asked.unwrap_or(Err(SourceError::TimedOut)).map(Arc::new);
            core.health.turns(words.as_ref().err().map(Outage::from), as_of);
            if let Ok(words) = &words {
                let entry = Entry::new(words.clone(), as_of, core.options.description, &ONLY);
                *core.described.lock() = Some(entry);
            }
            landing.land(words);
        }));
    }
    boarding.ticket
}

fn said_again(outage: Outage) -> SourceError {
    match outage {
        Outage::Unreachable => SourceError::Unavailable,
        Outage::TimedOut => SourceError::TimedOut,
        Outage::Refused => SourceError::Rejected,
        Outage::Broken => SourceError::Malformed("as when it was last asked".to_owned()),
    }
}

impl Described {
    fn lock(&self) -> MutexGuard<'_, Option<Entry<Words>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
