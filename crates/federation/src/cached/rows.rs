//! Rows by id, each kept by itself; that there is none is kept as well.

use std::{collections::HashMap, hash::Hash, marker::PhantomData, sync::Arc};

use folkmoot_cache::{Entry, Flights, Reach, ShelfLife, Slot};
use folkmoot_domain::{Keyed, RegionId};
use futures::FutureExt;
use uuid::Uuid;

use super::{
    Core,
    fetch::Brought,
    keep::{Keepable, RowKey},
    look_up::{Fit, Lookup, look_up},
};
use crate::{Answering, SourceError};

/// A row, or that there is none.
pub(super) type KeptRow<R> = Option<Arc<R>>;

/// Rows of one kind, by id.
struct Rows<K>(PhantomData<fn() -> K>);

pub(super) async fn by_ids<K: Keepable, I>(
    core: &Arc<Core>,
    regions: &[RegionId],
    ids: &[I],
) -> Result<HashMap<I, Arc<K::Row>>, SourceError>
where
    I: Copy + Eq + Hash + From<Uuid> + Into<Uuid>,
{
    let ids: Vec<Uuid> = ids.iter().map(|id| (*id).into()).collect();
    if regions != [core.region] {
        let rows = K::by_ids(&*core.inner, regions, &ids).await?;
        return Ok(rows.into_iter().map(|(id, row)| (id.into(), row)).collect());
    }
    let withdrawn = core.withdrawn.of(K::ENTITY, core.region);
    let is_shown = |id: &Uuid| withdrawn.as_ref().is_none_or(|withdrawn| !withdrawn.contains(id));
    let ids: Vec<_> = ids.into_iter().filter(is_shown).collect();
    let answers = look_up::<Rows<K>>(core, &ids).await?;
    let rows = ids.into_iter().zip(answers);
    Ok(rows.filter_map(|(id, answer)| Some((id.into(), (*answer.value).clone()?))).collect())
}

pub(super) async fn forget<K: Keepable>(core: &Core, id: Uuid) -> bool {
    core.cache.forget(&slot::<K>(core, id)).await
}

/// Keeps rows of a list by their ids, too: then they are found there while the region is away.
/// In memory only, since Redis has the list.
pub(super) fn glean<K: Keepable>(core: &Core, entry: &Entry<impl AsRef<[Arc<K::Row>]>>) {
    let (now, as_of, life) = (core.clock.now(), entry.dates.as_of, K::life(&core.options));
    for row in entry.value.as_ref().as_ref() {
        let slot = slot::<K>(core, row.id());
        if core.cache.near(&slot, now).is_some_and(|kept| kept.dates.as_of >= as_of) {
            continue;
        }
        let row = Entry::new(Arc::new(Some(row.clone())), as_of, life, &slot.digest());
        core.cache.keep(&slot, row, now, Reach::Here);
    }
}

fn slot<K: Keepable>(core: &Core, id: Uuid) -> Slot<RowKey<K>> {
    Slot::of(&RowKey { region: core.region, id, kind: PhantomData })
}

impl<K: Keepable> Lookup for Rows<K> {
    type Ask = Uuid;
    type Key = RowKey<K>;
    type Value = KeptRow<K::Row>;

    fn slot(core: &Core, id: &Uuid) -> Slot<RowKey<K>> {
        slot::<K>(core, *id)
    }

    fn flight(core: &Core, id: &Uuid) -> [u8; 32] {
        slot::<K>(core, *id).digest()
    }

    fn flights(core: &Core) -> &Flights<Brought<Self::Value>> {
        &K::boards(core).rows
    }

    fn fit(_: &Uuid, _: &Self::Value) -> Fit {
        Fit::Well
    }

    fn call<'a>(core: &'a Core, ids: &'a [Uuid]) -> Answering<'a, Vec<(Self::Value, bool)>> {
        async move {
            let mut rows = K::by_ids(&*core.inner, std::slice::from_ref(&core.region), ids).await?;
            let row = |id: &Uuid| {
                let row = rows.remove(id);
                let is_own = |row: &Arc<K::Row>| row.id() == *id && row.region() == core.region;
                let is_sound = row.as_ref().is_none_or(is_own);
                (row, is_sound)
            };
            Ok(ids.iter().map(row).collect())
        }
        .boxed()
    }

    fn life(core: &Core, row: &Self::Value) -> ShelfLife {
        let life = K::life(&core.options);
        match row {
            Some(_) => life,
            // A row that is not there may be tomorrow, and nothing would be shown in its stead.
            None => ShelfLife { while_revalidate: life.fresh, if_error: life.fresh, ..life },
        }
    }

    fn reach(row: &Self::Value) -> Reach {
        K::reach(row.as_deref())
    }
}
