//! What a feed holds: rows to keep, rows that are left out and why, and meet-ups that another
//! feed has already.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    Assessment, Direction, EntityKind, Feed, FeedOf, GlobalId, Meetup, MeetupFilter, Problem,
    Reference, Region, Row, SheetContext, SheetKind, SheetReading, SliceRequest, is_of_a_feed,
    is_same_occasion, london_day, read_calendar, read_sheet,
};
use folkmoot_store::{Store, StoreError};
use tracing::error;

/// The most meet-ups of a region that a feed is compared with, the latest first.
const MOST_COMPARED: usize = 5_000;

/// More notes than anyone reads.
const MOST_NOTES: usize = 200;

/// What was read.
pub(super) struct Taken {
    pub(super) rows: Vec<Row>,
    /// The natural keys of those rows, where they have any.
    pub(super) keys: Vec<String>,
    pub(super) refused: Vec<Problem>,
    pub(super) notes: Vec<String>,
    /// Columns that may be misspelt.
    pub(super) misspelt: Vec<String>,
    /// Meet-ups that are left out for others.
    pub(super) joined: u64,
    /// Meet-ups of a feed that the region no longer has, for which these stand in.
    pub(super) replaced: Vec<GlobalId>,
}

pub(super) async fn read(
    store: &Store,
    reference: &Arc<Reference>,
    region: &Region,
    feed: &Feed,
    now: DateTime<Utc>,
    bytes: Vec<u8>,
) -> Result<Taken, StoreError> {
    let rounds = match feed.of {
        FeedOf::Sheet(SheetKind::Responses) => store.rounds(&[region.id]).await?,
        _ => Vec::new(),
    };
    let assessments: Vec<Assessment> = match feed.of {
        FeedOf::Sheet(SheetKind::Assessments) => store.assessments_of(region.id).await?,
        _ => Vec::new(),
    };
    let system = feed.system();
    let (reference, owner, feed_read) = (reference.clone(), region.clone(), feed.clone());
    // A long file takes its time, which nobody else should wait for; and should reading it panic,
    // only this feed goes unread.
    let reading = tokio::task::spawn_blocking(move || {
        let system = feed_read.system();
        let context = SheetContext {
            system: &system,
            rounds: &rounds,
            assessments: &assessments,
            ..SheetContext::new(&reference, &owner, now)
        };
        match feed_read.of.sheet().filter(|_| feed_read.of != FeedOf::Calendar) {
            Some(kind) => read_sheet(kind, &bytes, &context),
            None => read_calendar(&bytes, &context),
        }
    });
    let reading = reading.await.unwrap_or_else(|failed| {
        error!(feed = system, error = %failed, "a feed made the reading of it fail");
        let message = "it could not be read by a fault of ours: tell whoever runs this gateway";
        let whole = Problem { line: None, column: None, message: message.to_owned() };
        SheetReading { problems: vec![whole], ..SheetReading::default() }
    });
    let mut taken = Taken {
        rows: reading.rows,
        keys: Vec::new(),
        refused: reading.problems,
        notes: reading.notes,
        misspelt: reading.misspelt,
        joined: 0,
        replaced: Vec::new(),
    };
    if feed.of.sheet() == Some(SheetKind::Meetups) {
        let others = others(store, region, &system).await?;
        let withdrawn = store.withdrawn_meetups(region.id).await?;
        let feeds = store.feeds(&[region.id]).await?;
        let feeds: Vec<_> = feeds.iter().map(|watched| watched.feed.system()).collect();
        taken.join(&others, &withdrawn, &feeds);
    }
    taken.keys = taken.rows.iter().filter_map(key).map(str::to_owned).collect();
    Ok(taken)
}

/// The region's meet-ups from elsewhere than this feed.
async fn others(store: &Store, region: &Region, system: &str) -> Result<Vec<Meetup>, StoreError> {
    let filter = MeetupFilter::default();
    let request =
        SliceRequest::of_first(MOST_COMPARED, filter, vec![region.id], Direction::Descending);
    let slices = store.meetup_slices(&[request]).await?;
    let all = slices.into_iter().flat_map(|slice| slice.rows);
    Ok(all.filter(|meetup| meetup.provenance.system != system).collect())
}

impl Taken {
    /// Leaves out meet-ups that are there from elsewhere: what was entered by hand, and what
    /// another of the region's feeds had first, until that one lets go of it. What a feed left
    /// that is the region's no longer is replaced. A meet-up that was withdrawn comes back through
    /// no other feed.
    fn join(&mut self, others: &[Meetup], withdrawn: &[Meetup], feeds: &[String]) {
        let Self { rows, notes, joined, replaced, .. } = self;
        rows.retain(|row| {
            let Row::Meetup(meetup) = row else { return true };
            let is_twin =
                |other: &&Meetup| other.id != meetup.id && is_same_occasion(other, meetup);
            let day = london_day(meetup.starts_at).format("%-d %B %Y");
            if withdrawn.iter().any(|other| is_twin(&other)) {
                notes.push(format!("a meet-up on {day} was taken down here and stays so"));
                return false;
            }
            let Some(twin) = others.iter().find(is_twin) else { return true };
            let system = &twin.provenance.system;
            if is_of_a_feed(system) && !feeds.contains(system) {
                replaced.push(GlobalId::regional(EntityKind::Meetup, twin.region, twin.id));
                return true;
            }
            notes.push(format!(
                "\"{}\" on {day} is the same meet-up as \"{}\" from {system}, which stays",
                meetup.title, twin.title
            ));
            *joined += 1;
            false
        });
        replaced.sort_unstable();
        replaced.dedup();
        let more = notes.len().saturating_sub(MOST_NOTES);
        if more > 0 {
            notes.truncate(MOST_NOTES);
            notes.push(format!("{more} more notes are not listed"));
        }
    }
}

fn key(row: &Row) -> Option<&str> {
    match row {
        Row::Meetup(meetup) => Some(&meetup.natural_key),
        Row::CaseStudy(case_study) => Some(&case_study.natural_key),
        Row::Offer(offer) => Some(&offer.natural_key),
        Row::Assessment(assessment) => Some(&assessment.natural_key),
        Row::Membership(_)
        | Row::Round(_)
        | Row::Response(_)
        | Row::Need(_)
        | Row::Topic(_)
        | Row::Introduction(_) => None,
    }
}
