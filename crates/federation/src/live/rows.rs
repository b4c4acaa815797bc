//! What a service answers, as rows: read one by one, bad ones left out.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use folkmoot_domain::{BadItem, ExchangeContext, Exchanged, Key, read_item_text, take_item};
use tracing::warn;

use super::{
    answer::{Page, Part, SoundPage, items_of, pages_of},
    client::Failed,
};

/// The most bad rows that are told about, for each service.
const MOST_TOLD: usize = 100;

/// What a page holds.
pub(super) struct Read<R> {
    pub(super) rows: Vec<Arc<R>>,
    pub(super) has_more: bool,
    pub(super) count: Option<u64>,
    /// The place of the last row that was left out and says where it stands.
    pub(super) last_bad: Option<Key>,
    /// True if rows were left out.
    pub(super) has_bad: bool,
}

/// Reads the pages that so many requests got.
pub(super) fn pages<R: Exchanged>(
    part: Part,
    requests: usize,
    context: &ExchangeContext<'_>,
    left_out: &LeftOut,
) -> Result<Vec<Read<R>>, Failed> {
    let pages = match part {
        Part::Whole(body) => match at_once(&body, requests, context) {
            Some(read) => return Ok(read),
            None => pages_of(R::KIND, requests, &body)?,
        },
        Part::Pages(pages) => pages,
        Part::Card(_) | Part::Rows(_) => Vec::new(),
    };
    Ok(pages.into_iter().map(|one| page(one, context, left_out)).collect())
}

/// An answer without a fault, rows and all, read in one pass.
pub(super) fn at_once<R: Exchanged>(
    body: &[u8],
    requests: usize,
    context: &ExchangeContext<'_>,
) -> Option<Vec<Read<R>>> {
    let read = |sheet: SoundPage<R::Item>| {
        let rows = sheet.rows.into_iter().map(|item| take_item(item, context).map(Arc::new));
        Some(Read {
            rows: rows.collect::<Option<_>>()?,
            has_more: sheet.has_more,
            count: sheet.count,
            last_bad: None,
            has_bad: false,
        })
    };
    items_of(R::KIND, requests, body)?.into_iter().map(read).collect()
}

/// Reads a page.
pub(super) fn page<R: Exchanged>(
    page: Page,
    context: &ExchangeContext<'_>,
    left_out: &LeftOut,
) -> Read<R> {
    let mut read = Read {
        rows: Vec::with_capacity(page.rows.len()),
        has_more: page.has_more,
        count: page.count,
        last_bad: None,
        has_bad: false,
    };
    for item in &page.rows {
        match read_item_text::<R>(item, context) {
            Ok(row) => read.rows.push(Arc::new(row)),
            Err(bad) => {
                left_out.note::<R>(context, &bad);
                read.has_bad = true;
                let place = bad.at.zip(bad.id).map(|(at, id)| Key::at(at, id));
                read.last_bad = place.or(read.last_bad);
            }
        }
    }
    read
}

/// Rows of a service that were left out.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    number: AtomicU64,
    told: Mutex<BTreeSet<String>>,
}

impl LeftOut {
    pub(super) fn number(&self) -> u64 {
        self.number.load(Ordering::Relaxed)
    }

    /// Counts it, and tells of it once: the same row is bad every time that it is asked for.
    pub(super) fn note<R: Exchanged>(&self, context: &ExchangeContext<'_>, bad: &BadItem) {
        self.number.fetch_add(1, Ordering::Relaxed);
        let fault = bad.to_string();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < MOST_TOLD && told.insert(fault.clone()) {
            let (region, kind) = (context.region.code.as_str(), R::KIND.name());
            warn!(region, kind, fault, "row left out");
        }
    }
}
