//! Page requests, and the pages that answer them: one question to the region's source for all of
//! a field, by the rules of the contract.

use async_graphql::{InputObject, InputType, OutputType, Result, SimpleObject};
use folkmoot_domain::{Exchanged, Extent, Keyed, Slice, SliceRequest};
use folkmoot_federation::Kind;
use serde::Serialize;

use super::{
    Seat,
    assessments::{ServiceAssessment, ServiceAssessmentFilter},
    case_studies::{CaseStudy, CaseStudyFilter},
    meetups::{Meetup, MeetupFilter},
    offers::{Offer, OfferFilter},
    scalars::{Direction, Key},
    unavailable,
};
use crate::{
    error::{code, failure},
    scalars::int,
};

/// The most page requests in one field, by the contract.
const MAX_PAGES: usize = 100;
/// The most rows that one page request asks for, by the contract.
const MAX_FIRST: usize = 200;
/// The most rows of one field's pages together; they are then shorter than asked, and say so. A
/// gateway asks with a hundred requests for the lists within a list, which have ten rows each.
pub(super) const MAX_ROWS: usize = 2_000;
/// The most bytes of one field's rows as JSON: four fields of it stay well below the 4 MB that a
/// gateway reads.
const MAX_BYTES: usize = 750_000;
/// How often a page is asked for again because none of its rows could be told. 10: so many pages
/// of rows that name what is not known here mean that something else is wrong.
const MAX_ROUNDS: usize = 10;

/// A kind of row that this service tells.
pub(super) trait Served:
    OutputType + From<<Self::Stored as Exchanged>::Item> + Clone + 'static
{
    /// The row as it is kept.
    type Stored: Exchanged;
    /// How sources are asked for it.
    type Kind: Kind<Row = Self::Stored>;
    /// The filter as it is asked with.
    type Filter: InputType + Default;

    /// What the filter means here. A name that is not known matches nothing.
    fn filter(given: Self::Filter, seat: &Seat) -> Result<<Self::Kind as Kind>::Filter>;
}

/// Which rows, from where, how many.
#[derive(InputObject)]
#[graphql(
    concrete(name = "MeetupPageRequest", params(MeetupFilter)),
    concrete(name = "CaseStudyPageRequest", params(CaseStudyFilter)),
    concrete(name = "OfferPageRequest", params(OfferFilter)),
    concrete(name = "ServiceAssessmentPageRequest", params(ServiceAssessmentFilter))
)]
pub(super) struct PageRequest<F: InputType> {
    /// All of its parts must hold; a list means one of its values, an empty one passes nothing.
    /// An absent part and null mean everything.
    filter: Option<F>,
    /// Which way the list is walked.
    direction: Direction,
    /// Rows after this key only, in walking order.
    after: Option<Key>,
    /// Rows up to and with this key only, in walking order.
    until: Option<Key>,
    /// The most rows, 1 to 200.
    first: i32,
    /// Whether all rows that pass the filter are counted, whatever the bounds.
    #[graphql(default)]
    count: bool,
}

/// A page: the first rows that were asked for, in walking order, none left out.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "MeetupPage", params(Meetup)),
    concrete(name = "CaseStudyPage", params(CaseStudy)),
    concrete(name = "OfferPage", params(Offer)),
    concrete(name = "ServiceAssessmentPage", params(ServiceAssessment))
)]
pub(super) struct Page<T: OutputType> {
    /// Perhaps fewer than asked for.
    pub(super) rows: Vec<T>,
    /// False promises that there are no others, up to `until`. True only beside a row.
    has_more: bool,
    /// The number of all rows that pass the filter, whatever the bounds; null if not asked for.
    count: Option<i32>,
}

/// What a field of pages costs, before it runs.
pub(super) fn cost<F: InputType>(pages: &[PageRequest<F>], of_row: usize) -> usize {
    let asked = pages.iter().map(|page| usize::try_from(page.first).unwrap_or(1).min(MAX_FIRST));
    let rows = asked.sum::<usize>().min(MAX_ROWS);
    pages.len() + rows * of_row
}

/// A page for each request, in their order; the source is asked once.
pub(super) async fn pages<S: Served>(
    seat: &Seat,
    given: Vec<PageRequest<S::Filter>>,
) -> Result<Vec<Page<S>>> {
    let mut requests = slice_requests::<S>(seat, given)?;
    let mut room = Room { bytes: MAX_BYTES, pages: requests.len() };
    let blank = || Page { rows: Vec::new(), has_more: false, count: None };
    let mut pages: Vec<Page<S>> = requests.iter().map(|_| blank()).collect();
    let mut open: Vec<usize> = (0..requests.len()).collect();
    for _ in 0..MAX_ROUNDS {
        let asked = open.iter().map(|at| requests[*at].clone()).collect();
        let slices = seat.moot.nation.slices_of::<S::Kind>(seat.region(), asked).await;
        let slices = slices.map_err(|reason| unavailable(seat, reason))?;
        let mut blank = Vec::new();
        for (at, slice) in open.into_iter().zip(slices) {
            let (request, page) = (&mut requests[at], &mut pages[at]);
            if request.count {
                page.count = slice.counts.as_ref().map(|counts| int(counts.values().sum::<u64>()));
            }
            let last = slice.rows.last().map(|row| row.key());
            (page.rows, page.has_more) = told(seat, slice, &mut room);
            // A page without rows must not say that there are more: look beyond them.
            if page.rows.is_empty() && page.has_more {
                (request.after, request.count) = (last, false);
                blank.push(at);
            }
        }
        open = blank;
        if open.is_empty() {
            return Ok(pages);
        }
    }
    tracing::error!(region = %seat.region, "rows name too much that is not known here");
    Err(failure(
        code::UNAVAILABLE,
        "the region's rows name councils or points that are not known here: ask again later",
    ))
}

fn slice_requests<S: Served>(
    seat: &Seat,
    given: Vec<PageRequest<S::Filter>>,
) -> Result<Vec<SliceRequest<<S::Kind as Kind>::Filter>>> {
    if given.len() > MAX_PAGES {
        let message =
            format!("at most {MAX_PAGES} page requests at a time: ask again for the rest");
        return Err(failure(code::TOO_MANY_PAGES, message));
    }
    let mut requests = Vec::with_capacity(given.len());
    for request in given {
        let first = usize::try_from(request.first).unwrap_or_default();
        if !(1..=MAX_FIRST).contains(&first) {
            let message = format!("`first` of a page request is 1 to {MAX_FIRST}");
            return Err(failure(code::PAGE_SIZE, message));
        }
        requests.push(SliceRequest {
            filter: S::filter(request.filter.unwrap_or_default(), seat)?,
            regions: vec![seat.region],
            direction: request.direction.into(),
            after: request.after.map(Into::into),
            until: request.until.map(Into::into),
            first,
            count: request.count,
            extent: Extent::Whole,
        });
    }
    // Sources are not asked for rows that would not be passed on.
    if requests.iter().map(|request| request.first).sum::<usize>() > MAX_ROWS {
        let share = MAX_ROWS / requests.len();
        requests.iter_mut().for_each(|request| request.first = request.first.min(share));
    }
    Ok(requests)
}

/// What is left of a field's bytes, and for how many pages.
struct Room {
    bytes: usize,
    pages: usize,
}

/// The rows of a slice that can be told and have room, and whether there are more. A row that
/// names what is not known here is left out alone; it stays in the count, as those do that the
/// reader cannot take.
fn told<S: Served>(
    seat: &Seat,
    slice: Slice<std::sync::Arc<S::Stored>>,
    room: &mut Room,
) -> (Vec<S>, bool) {
    let share = room.bytes / room.pages.max(1);
    room.pages = room.pages.saturating_sub(1);
    let (mut rows, mut used, mut left_out) = (Vec::with_capacity(slice.rows.len()), 0, 0_usize);
    let mut has_more = slice.has_more;
    for row in &slice.rows {
        let Some(item) = row.to_item(&seat.reference) else {
            left_out += 1;
            continue;
        };
        used += size_bytes(&item);
        // The first row always has room: a page without rows never says that there are more.
        if used > share && !rows.is_empty() {
            has_more = true;
            break;
        }
        rows.push(S::from(item));
    }
    if left_out > 0 {
        tracing::debug!(region = %seat.region, left_out, "rows name what is not known here");
    }
    room.bytes = room.bytes.saturating_sub(used);
    (rows, has_more)
}

fn size_bytes(item: &impl Serialize) -> usize {
    serde_json::to_vec(item).map_or(0, |text| text.len())
}
