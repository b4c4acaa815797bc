//! Slices of lists: kept one by one, and cut to the moment that is asked for.

use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

use folkmoot_cache::{Entry, Flights, Reach, ShelfLife, Slot};
use folkmoot_domain::{Direction, Kept, Keyed, Slice, SliceRequest};
use futures::FutureExt;
use get_size2::GetSize;
use serde::{Deserialize, Serialize};

use super::{
    Core,
    fetch::Brought,
    keep::{Keepable, Moments, SliceKey},
    look_up::{Answer, Fit, Lookup, look_up},
    rows::glean,
};
use crate::{
    Answering, SourceError,
    merge::{Bounds, check},
};

/// How many slices in a row may hold nothing but withdrawn rows, before this is given up: the
/// gateway's people have taken down everything that the region lists.
const MOST_WITHDRAWN: usize = 8;

/// A slice, and the moments that it was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, GetSize)]
pub(super) struct KeptSlice<R> {
    rows: Vec<Arc<R>>,
    has_more: bool,
    count: Option<u64>,
    moments: Moments,
}

impl<R> AsRef<[Arc<R>]> for KeptSlice<R> {
    fn as_ref(&self) -> &[Arc<R>] {
        &self.rows
    }
}

/// Slices of one kind.
struct Slices<K>(PhantomData<fn() -> K>);

pub(super) async fn slices<K: Keepable>(
    core: &Arc<Core>,
    requests: &[SliceRequest<K::Filter>],
) -> Result<Vec<Slice<Arc<K::Row>>>, SourceError> {
    if requests.iter().any(|request| request.regions != [core.region]) {
        return K::slices(&*core.inner, requests).await;
    }
    let answers = look_up::<Slices<K>>(core, requests).await?;
    let answers = requests.iter().zip(answers);
    let slices: Vec<_> =
        answers.map(|(request, answer)| slice::<K>(core, request, answer)).collect();
    let Some(withdrawn) = core.withdrawn.of(K::ENTITY, core.region) else { return Ok(slices) };
    let mut shown = Vec::new();
    for (request, mut slice) in requests.iter().zip(slices) {
        let is_shown = |row: &Arc<K::Row>| !withdrawn.contains(&row.id());
        go_on::<K>(core, request, &mut slice, is_shown).await?;
        // How many of those that are not at hand were withdrawn is not known.
        let is_whole = is_unbounded(request) && !slice.has_more;
        let whole = || BTreeMap::from([(core.region, slice.rows.len() as u64)]);
        slice.counts = (request.count && is_whole).then(whole);
        shown.push(slice);
    }
    Ok(shown)
}

/// Leaves out rows that are not shown. A slice of nothing else goes on to the next: without rows
/// it could not say that there are more.
async fn go_on<K: Keepable>(
    core: &Arc<Core>,
    request: &SliceRequest<K::Filter>,
    slice: &mut Slice<Arc<K::Row>>,
    is_shown: impl Fn(&Arc<K::Row>) -> bool,
) -> Result<(), SourceError> {
    for _ in 0..MOST_WITHDRAWN {
        let after = slice.rows.last().map(Keyed::key);
        slice.rows.retain(&is_shown);
        if !slice.rows.is_empty() || !slice.has_more {
            return Ok(());
        }
        let next = SliceRequest { after, count: false, ..request.clone() };
        let answer = look_up::<Slices<K>>(core, std::slice::from_ref(&next)).await?;
        for answer in answer {
            let more = self::slice::<K>(core, &next, answer);
            let kept = Kept::of_both(slice.kept, more.kept);
            *slice = Slice { kept, counts: slice.counts.take(), ..more };
        }
    }
    Err(SourceError::Unavailable)
}

fn is_unbounded<F>(request: &SliceRequest<F>) -> bool {
    request.after.is_none() && request.until.is_none()
}

/// The answer, cut to the moments of the request.
fn slice<K: Keepable>(
    core: &Core,
    request: &SliceRequest<K::Filter>,
    answer: Answer<KeptSlice<K::Row>>,
) -> Slice<Arc<K::Row>> {
    let (moments, slice) = (K::moments(&request.filter), &*answer.value);
    let rows = if slice.moments == moments {
        slice.rows.clone()
    } else {
        let within = |row: &&Arc<K::Row>| K::is_within(&moments, row);
        slice.rows.iter().filter(within).cloned().collect()
    };
    let count = count::<K>(request, slice, rows.len());
    let counts =
        count.filter(|_| request.count).map(|count| BTreeMap::from([(core.region, count)]));
    Slice { rows, has_more: slice.has_more, counts, kept: answer.kept }
}

/// How many rows the list has, if that can be said of the moments asked for.
fn count<K: Keepable>(
    request: &SliceRequest<K::Filter>,
    slice: &KeptSlice<K::Row>,
    rows: usize,
) -> Option<u64> {
    let moments = K::moments(&request.filter);
    if slice.moments == moments {
        return slice.count;
    }
    if is_unbounded(request) && !slice.has_more {
        return Some(rows as u64);
    }
    match (moments.ends_after, moments.ends_by) {
        // Rows that are over by now began before now: all of them are at hand if the slice goes
        // from the start of the list beyond now.
        (Some(after), None) => {
            let last = slice.rows.last()?.key().instant()?;
            let has_all = request.after.is_none()
                && request.direction == Direction::Ascending
                && last >= after;
            let over = (slice.rows.len() - rows) as u64;
            slice.count.filter(|_| has_all)?.checked_sub(over)
        }
        // Rows that were over then still are; those that have ended since count with those that
        // the region adds: not in the list as of then.
        (None, Some(by)) if slice.moments.ends_by <= Some(by) => slice.count,
        _ => None,
    }
}

fn key<K: Keepable>(
    core: &Core,
    request: &SliceRequest<K::Filter>,
    moments: Option<Moments>,
) -> Slot<SliceKey<K>> {
    Slot::of(&SliceKey {
        region: core.region,
        filter: K::filed(&request.filter, core.region),
        moments,
        direction: request.direction,
        after: request.after.clone(),
        until: request.until.clone(),
        first: request.first,
        count: request.count,
    })
}

impl<K: Keepable> Lookup for Slices<K> {
    type Ask = SliceRequest<K::Filter>;
    type Key = SliceKey<K>;
    type Value = KeptSlice<K::Row>;

    fn slot(core: &Core, request: &Self::Ask) -> Slot<SliceKey<K>> {
        key(core, request, None)
    }

    fn flight(core: &Core, request: &Self::Ask) -> [u8; 32] {
        key::<K>(core, request, Some(K::moments(&request.filter))).digest()
    }

    fn flights(core: &Core) -> &Flights<Brought<Self::Value>> {
        &K::boards(core).slices
    }

    fn fit(request: &Self::Ask, slice: &Self::Value) -> Fit {
        let moments = K::moments(&request.filter);
        if slice.moments == moments {
            return Fit::Well;
        }
        // Rows that were over then are not in it, and a walk that began earlier wants them.
        let is_late = match (slice.moments.ends_after, moments.ends_after) {
            (Some(asked), Some(wanted)) => asked > wanted,
            _ => false,
        };
        let within = |row: &&Arc<K::Row>| K::is_within(&moments, row);
        let rows = slice.rows.iter().filter(within).count();
        match () {
            () if is_late || (rows == 0 && slice.has_more) => Fit::Not,
            () if request.count && count::<K>(request, slice, rows).is_none() => Fit::Roughly,
            () => Fit::Well,
        }
    }

    fn call<'a>(
        core: &'a Core,
        requests: &'a [Self::Ask],
    ) -> Answering<'a, Vec<(Self::Value, bool)>> {
        async move {
            let slices = K::slices(&*core.inner, requests).await?;
            let one = |(request, slice): (&Self::Ask, Slice<Arc<K::Row>>)| {
                let is_sound = is_sound(request, &slice);
                let count = slice.counts.and_then(|counts| counts.get(&core.region).copied());
                let (rows, has_more) = (slice.rows, slice.has_more);
                let moments = K::moments(&request.filter);
                (KeptSlice { rows, has_more, count, moments }, is_sound)
            };
            Ok(if slices.len() == requests.len() {
                requests.iter().zip(slices).map(one).collect()
            } else {
                Vec::new()
            })
        }
        .boxed()
    }

    fn life(core: &Core, _: &Self::Value) -> ShelfLife {
        K::life(&core.options)
    }

    fn reach(slice: &Self::Value) -> Reach {
        K::reach(slice.rows.iter().map(|row| &**row))
    }

    fn gleaned(core: &Core, entry: &Entry<Self::Value>) {
        glean::<K>(core, entry);
    }
}

fn is_sound<T: Keyed, F>(request: &SliceRequest<F>, slice: &Slice<Arc<T>>) -> bool {
    let bounds = Bounds {
        direction: request.direction,
        after: request.after.clone(),
        until: request.until.clone(),
        first: request.first,
    };
    check(slice, &request.regions, &bounds).is_ok()
}
