//! What a page says of its rows, and what is made of it.

use std::collections::HashMap;

use folkmoot_domain::{
    ExchangeContext, ExchangeKind, Exchanged, Fault, FeedEntry, KindMarker, MeetupId, RefusedRow,
    Row, clean_line, read_page,
};
use folkmoot_store::{Change, TakenKey};
use tracing::error;
use uuid::Uuid;

use super::{Mirror, Stop, refused};

/// The most faults of a row that are kept, and the longest field and message.
const MOST_FAULTS: usize = 5;
const LONGEST_FIELD: usize = 100;
const LONGEST_FAULT: usize = 300;

/// A page.
pub(super) struct PageRead {
    /// The marker after it; none if there was nothing on it.
    pub(super) after: Option<KindMarker>,
    /// Its rows, each once.
    pub(super) rows: Vec<(Uuid, Verdict)>,
}

/// What a page says of a row.
pub(super) enum Verdict {
    Row(Row),
    Gone,
    Bad(Vec<Fault>),
}

/// What is made of a page's rows.
pub(super) struct Taken {
    pub(super) ids: Vec<Uuid>,
    pub(super) changes: Vec<Change>,
    pub(super) refused: Vec<RefusedRow>,
}

/// Reads a page that comes after a marker.
pub(super) async fn read(
    mirror: &Mirror<'_>,
    kind: ExchangeKind,
    here: KindMarker,
    bytes: Vec<u8>,
) -> Result<PageRead, Stop> {
    let (reference, region) = (mirror.reference.clone(), mirror.region.clone());
    let (system, now) = (mirror.feed.system(), mirror.now);
    // A long page takes its time, which nobody else should wait for; and should reading it panic,
    // only this feed goes unread.
    let reading = tokio::task::spawn_blocking(move || -> Result<PageRead, Stop> {
        let page = read_page(&bytes).map_err(|error| refused(error.to_string()))?;
        let after = here.after(&page).map_err(|error| refused(error.to_string()))?;
        let context =
            ExchangeContext { reference: &reference, region: &region, now, system: &system };
        let mut places: HashMap<Uuid, usize> = HashMap::new();
        let mut rows: Vec<(Uuid, Verdict)> = Vec::with_capacity(page.items.len());
        for entry in &page.items {
            let verdict = verdict(kind, entry, &context);
            match places.get(&entry.id) {
                // Changed again meanwhile: what it said last counts.
                Some(place) => rows[*place].1 = verdict,
                None => {
                    places.insert(entry.id, rows.len());
                    rows.push((entry.id, verdict));
                }
            }
        }
        Ok(PageRead { after, rows })
    });
    reading.await.unwrap_or_else(|failed| {
        error!(region = mirror.region.code.as_str(), error = %failed, "a page made the reading of it fail");
        let fault = "it could not be read by a fault of ours: tell whoever runs this gateway";
        Err(refused(fault).into())
    })
}

fn verdict(kind: ExchangeKind, entry: &FeedEntry, context: &ExchangeContext<'_>) -> Verdict {
    match kind {
        ExchangeKind::Meetup => of(entry, context, |row| Row::Meetup(Box::new(row))),
        ExchangeKind::CaseStudy => of(entry, context, |row| Row::CaseStudy(Box::new(row))),
        ExchangeKind::Offer => of(entry, context, |row| Row::Offer(Box::new(row))),
        ExchangeKind::ServiceAssessment => of(entry, context, |row| Row::Assessment(Box::new(row))),
    }
}

fn of<R: Exchanged>(
    entry: &FeedEntry,
    context: &ExchangeContext<'_>,
    row: impl FnOnce(R) -> Row,
) -> Verdict {
    match entry.row(context) {
        Ok(Some(read)) => Verdict::Row(row(read)),
        Ok(None) => Verdict::Gone,
        Err(bad) => Verdict::Bad(bad.faults.into_iter().take(MOST_FAULTS).map(short).collect()),
    }
}

fn short(fault: Fault) -> Fault {
    Fault {
        field: clean_line(&fault.field, LONGEST_FIELD),
        message: clean_line(&fault.message, LONGEST_FAULT),
    }
}

/// What has to be done about the rows of a page.
pub(super) async fn take(
    mirror: &Mirror<'_>,
    kind: ExchangeKind,
    rows: Vec<(Uuid, Verdict)>,
) -> Result<Taken, Stop> {
    let (store, region) = (&mirror.harvester.store, mirror.region.id);
    let ids: Vec<Uuid> = rows.iter().map(|(id, _)| *id).collect();
    let known = store.taken_keys(region, kind, &ids).await?;
    let by_id: HashMap<Uuid, &TakenKey> = known.iter().map(|key| (key.id, key)).collect();
    let own = known.iter().filter(|key| key.region == region);
    let by_key: HashMap<&str, Uuid> = own.map(|key| (key.natural_key.as_str(), key.id)).collect();
    // What a region's rows had here before and is not exchanged stays with them.
    let before = match kind {
        ExchangeKind::Meetup => {
            let ids: Vec<_> = ids.iter().copied().map(MeetupId).collect();
            store.meetups(&[region], &ids).await?
        }
        ExchangeKind::CaseStudy | ExchangeKind::Offer | ExchangeKind::ServiceAssessment => {
            HashMap::new()
        }
    };
    let (mut changes, mut refused) = (Vec::new(), Vec::new());
    for (id, verdict) in rows {
        let stored = by_id.get(&id);
        let is_foreign = stored.is_some_and(|key| key.region != region);
        match verdict {
            Verdict::Gone if is_foreign => {}
            Verdict::Gone => changes.push(mirror.gone(kind, id)),
            Verdict::Bad(faults) => refused.push(RefusedRow { id, faults }),
            Verdict::Row(_) if is_foreign => {
                let message = "belongs to a row of another region: give it an id of its own";
                refused.push(RefusedRow { id, faults: vec![Fault::new("id", message)] });
            }
            Verdict::Row(mut row) => {
                let text = id.to_string();
                name(
                    &mut row,
                    match stored {
                        // A region that plugs in by another door now keeps its rows.
                        Some(key) => key.natural_key.clone(),
                        // The key of one row may look like the id of another.
                        None if by_key.contains_key(text.as_str()) => format!("changes:{text}"),
                        None => text,
                    },
                );
                if let Row::Meetup(meetup) = &mut row
                    && let Some(before) = before.get(&meetup.id)
                {
                    meetup.series = before.series;
                    meetup.attended.clone_from(&before.attended);
                }
                changes.push(row.into());
            }
        }
    }
    Ok(Taken { ids, changes, refused })
}

/// Gives a row its natural key.
fn name(row: &mut Row, key: String) {
    match row {
        Row::Meetup(meetup) => meetup.natural_key = key,
        Row::CaseStudy(case_study) => case_study.natural_key = key,
        Row::Offer(offer) => offer.natural_key = key,
        Row::Assessment(assessment) => assessment.natural_key = key,
        Row::Membership(_)
        | Row::Round(_)
        | Row::Response(_)
        | Row::Need(_)
        | Row::Topic(_)
        | Row::Introduction(_) => {}
    }
}
