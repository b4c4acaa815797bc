//! Asking for rows: lists and ids become questions, and what comes back becomes rows.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::Arc,
};

use folkmoot_domain::{
    ExchangeContext, Key, Reference, Region, RegionId, Slice, SliceRequest, read_item_text,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Live,
    answer::Part,
    batch::{Ask, MAX_IDS, MAX_PAGES, MAX_ROWS},
    client::Failed,
    rows::{self, Read},
    wire::{Wired, asked_for, page_request},
};
use crate::SourceError;

/// How often a page of nothing but bad rows is asked on from its last row. 5: a thousand bad rows
/// in a row are no accident.
const MOST_ON: usize = 5;

/// What a service's rows are called in their provenance.
const SYSTEM: &str = "live";

impl Live {
    async fn reference(&self) -> Result<Arc<Reference>, Failed> {
        let reference = self.shared.reference.reference().await;
        let reason = "the reference data cannot be read";
        reference.map_err(|_| Failed::new(SourceError::Unavailable, reason))
    }

    fn context<'a>(&self, reference: &'a Reference, region: &'a Region) -> ExchangeContext<'a> {
        ExchangeContext { reference, region, now: self.shared.clock.now(), system: SYSTEM }
    }

    fn owner<'a>(&self, reference: &'a Reference) -> Result<&'a Region, Failed> {
        let gone = || Failed::new(SourceError::Rejected, "the region is not in the registry");
        reference.region(self.shared.region).ok_or_else(gone)
    }

    pub(super) async fn slices<R: Wired>(
        &self,
        requests: &[SliceRequest<R::Filter>],
    ) -> Result<Vec<Slice<Arc<R>>>, SourceError> {
        let slices = self.heard_out(self.asked_slices::<R>(requests)).await;
        slices.map_err(|failed| failed.error)
    }

    async fn asked_slices<R: Wired>(
        &self,
        requests: &[SliceRequest<R::Filter>],
    ) -> Result<Vec<Slice<Arc<R>>>, Failed> {
        let reference = self.reference().await?;
        let region = self.owner(&reference)?;
        let context = self.context(&reference, region);
        let mut slices: Vec<_> = requests.iter().map(|request| self.nothing(request)).collect();
        let mut open: Vec<(usize, SliceRequest<R::Filter>)> =
            requests.iter().cloned().enumerate().collect();
        open.retain(|(_, request)| request.regions.contains(&region.id));
        for _ in 0..=MOST_ON {
            let asked = open.into_iter().filter_map(|(place, request)| {
                let page = page_request::<R>(&request, &reference, region.id)?;
                Some((place, request, page))
            });
            let asked: Vec<_> = asked.collect();
            let wanted: Vec<_> =
                asked.iter().map(|(_, request, page)| (page.clone(), asked_for(request))).collect();
            let asks = page_asks::<R>(wanted);
            let requests: Vec<_> = asks.iter().map(Ask::len).collect();
            let parts = self.shared.collector.ask(asks).await?;
            let mut pages = Vec::new();
            for (part, requests) in parts.into_iter().zip(requests) {
                pages.extend(rows::pages::<R>(part, requests, &context, &self.shared.left_out)?);
            }
            open = Vec::new();
            for ((place, mut request, _), read) in asked.into_iter().zip(pages) {
                if read.rows.is_empty() && read.has_more && read.has_bad {
                    request.after = Some(on_from(&request, &read)?);
                    open.push((place, request));
                    continue;
                }
                let slice = &mut slices[place];
                (slice.rows, slice.has_more) = (read.rows, read.has_more);
                if request.count {
                    slice.counts = read.count.map(|count| BTreeMap::from([(region.id, count)]));
                }
            }
            if open.is_empty() {
                return Ok(slices);
            }
        }
        Err(Failed::malformed(format!("a page of {}s: no row of it can be read", R::KIND)))
    }

    /// What a request gets that no row can pass.
    fn nothing<R, F>(&self, request: &SliceRequest<F>) -> Slice<Arc<R>> {
        let counts = request.count.then(|| BTreeMap::from([(self.shared.region, 0)]));
        Slice { rows: Vec::new(), has_more: false, counts, kept: None }
    }

    pub(super) async fn by_ids<R: Wired, I: Copy + Eq + Hash + Into<Uuid>>(
        &self,
        regions: &[RegionId],
        ids: &[I],
    ) -> Result<HashMap<I, Arc<R>>, SourceError> {
        if !regions.contains(&self.shared.region) {
            return Ok(HashMap::new());
        }
        let rows = self.heard_out(self.asked_rows(ids)).await;
        rows.map_err(|failed| failed.error)
    }

    async fn asked_rows<R: Wired, I: Copy + Eq + Hash + Into<Uuid>>(
        &self,
        ids: &[I],
    ) -> Result<HashMap<I, Arc<R>>, Failed> {
        let reference = self.reference().await?;
        let region = self.owner(&reference)?;
        let context = self.context(&reference, region);
        let chunks = ids
            .chunks(MAX_IDS)
            .map(|ids| Ask::Rows(R::KIND, ids.iter().map(|id| (*id).into()).collect()));
        let parts = self.shared.collector.ask(chunks.collect()).await?;
        let items = parts.into_iter().flat_map(|part| match part {
            Part::Rows(items) => items,
            Part::Card(_) | Part::Pages(_) | Part::Whole(_) => Vec::new(),
        });
        let mut rows = HashMap::new();
        for (id, item) in ids.iter().zip(items).filter_map(|(id, item)| Some((id, item?))) {
            match read_item_text::<R>(&item, &context) {
                // Under another id than its own it is refused by whoever asked.
                Ok(row) => drop(rows.insert(*id, Arc::new(row))),
                Err(bad) => self.shared.left_out.note::<R>(&context, &bad),
            }
        }
        Ok(rows)
    }
}

/// Where a page that holds nothing but bad rows is asked on from: past where it began.
fn on_from<R, F>(request: &SliceRequest<F>, read: &Read<R>) -> Result<Key, Failed> {
    let is_past = |key: &Key| {
        let after = request.after.as_ref();
        after.is_none_or(|after| request.direction.compare(key, after).is_gt())
    };
    let on = read.last_bad.clone().filter(is_past);
    on.ok_or_else(|| {
        Failed::malformed("a page has more, but none of its rows says where it stands")
    })
}

/// Page requests in as many questions as they need.
fn page_asks<R: Wired>(wanted: Vec<(Value, usize)>) -> Vec<Ask> {
    let mut asks: Vec<Ask> = Vec::new();
    for (page, first) in wanted {
        match asks.last_mut() {
            Some(Ask::Pages(_, pages, rows))
                if pages.len() < MAX_PAGES && *rows + first <= MAX_ROWS =>
            {
                pages.push(page);
                *rows += first;
            }
            _ => asks.push(Ask::Pages(R::KIND, vec![page], first)),
        }
    }
    asks
}
