//! Lists that move on with the clock: what was kept a while ago is cut to the present.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{Direction, Keyed, MeetupFilter, SliceRequest};
use folkmoot_federation::SourceError;
use folkmoot_testkit::Reply;

use crate::kent::{Kent, MeetupSlice, all, hours, kent, minutes, settled, start};

/// So many meet-ups that end after that moment, counted.
fn upcoming(first: usize, at: DateTime<Utc>) -> SliceRequest<MeetupFilter> {
    let filter = MeetupFilter { ends_after: Some(at), ..Default::default() };
    SliceRequest { filter, count: true, ..all(first) }
}

fn past(first: usize, at: DateTime<Utc>) -> SliceRequest<MeetupFilter> {
    let filter = MeetupFilter { ends_by: Some(at), ..Default::default() };
    SliceRequest { filter, count: true, direction: Direction::Descending, ..all(first) }
}

fn count(slice: &MeetupSlice) -> Option<u64> {
    slice.counts.as_ref().map(|counts| counts[&kent()])
}

#[tokio::test(start_paused = true)]
async fn upcoming_meetups_of_a_region_that_is_down_lose_those_that_are_over() {
    let kent = Kent::with(&[-1, 0, 1, 30]);
    let now = || kent.clock.now();
    assert_eq!(hours(&kent.ask(upcoming(3, now())).await.expect("rows")), [-1, 0, 1]);
    kent.goes_down();
    for (wait, left, counted) in [(59, vec![-1, 0, 1], 4), (2, vec![0, 1], 3), (60, vec![1], 2)] {
        minutes(wait).await;
        let slice = kent.ask(upcoming(3, now())).await.expect("kept rows");
        assert_eq!((hours(&slice), slice.has_more), (left, true));
        // Once the last row at hand has begun, more of those beyond it may be over, too.
        let is_known = slice.rows.last().expect("a row").starts_at >= now();
        assert_eq!(count(&slice), is_known.then_some(counted));
    }
    minutes(120).await;
    let error = kent.ask(upcoming(3, now())).await;
    assert_eq!(
        error,
        Err(SourceError::Unavailable),
        "all that was kept is over, and there is more"
    );
}

#[tokio::test(start_paused = true)]
async fn next_minute_is_no_reason_to_ask() {
    let kent = Kent::with(&[1, 2, 3]);
    for second in [0, 20, 40] {
        let now = start() + TimeDelta::seconds(second);
        let slice = kent.ask(upcoming(2, now)).await.expect("rows");
        assert_eq!((hours(&slice), count(&slice)), (vec![1, 2], Some(3)));
    }
    assert_eq!(kent.region.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn walk_that_began_earlier_gets_the_rows_that_were_not_over_then() {
    let kent = Kent::with(&[-2, -1, 1]);
    let (now, earlier) = (start() + TimeDelta::minutes(1), start() - TimeDelta::minutes(1));
    assert_eq!(hours(&kent.ask(upcoming(9, now)).await.expect("rows")), [-1, 1]);
    assert_eq!(hours(&kent.ask(upcoming(9, earlier)).await.expect("rows")), [-2, -1, 1]);
    assert_eq!(kent.region.calls(), 2);
    let cut = kent.ask(upcoming(9, now)).await.expect("rows");
    assert_eq!((hours(&cut), count(&cut), kent.region.calls()), (vec![-1, 1], Some(2), 2));
}

#[tokio::test(start_paused = true)]
async fn counts_that_cannot_be_cut_are_asked_for_or_left_out() {
    let kent = Kent::with(&[-1, 0, 1, 2]);
    let page = |at| {
        let after = Some(crate::kent::meetup(-1).key());
        SliceRequest { after, ..upcoming(2, at) }
    };
    kent.ask(page(start())).await.expect("rows");
    let later = start() + TimeDelta::minutes(90);
    let asked = kent.ask(page(later)).await.expect("rows");
    assert_eq!((count(&asked), kent.region.calls()), (Some(3), 2));

    kent.goes_down();
    let kept = kent.ask(page(later + TimeDelta::minutes(1))).await.expect("kept rows");
    assert_eq!((hours(&kept), count(&kept)), (vec![0, 1], None));
}

#[tokio::test(start_paused = true)]
async fn past_meetups_are_those_that_were_over_then() {
    let kent = Kent::with(&[-9, -5, -1, 4]);
    let first = kent.ask(past(9, start())).await.expect("rows");
    assert_eq!((hours(&first), count(&first)), (vec![-5, -9], Some(2)));
    let later = kent.ask(past(9, start() + TimeDelta::seconds(30))).await.expect("rows");
    assert_eq!((hours(&later), count(&later), kent.region.calls()), (vec![-5, -9], Some(2), 1));
    let earlier = kent.ask(past(9, start() - TimeDelta::hours(5))).await.expect("rows");
    assert_eq!((hours(&earlier), count(&earlier)), (vec![-9], Some(1)));
}

#[tokio::test(start_paused = true)]
async fn what_was_held_up_replaces_nothing_that_was_asked_for_later() {
    let kent = Kent::with(&[1, 2]);
    kent.region.script([Reply::Late(Duration::from_secs(4))]);
    let minute = start() + TimeDelta::minutes(1);
    let later = async {
        settled().await;
        kent.region.without_meetups();
        kent.ask(upcoming(9, minute)).await
    };
    let (held_up, later) = tokio::join!(kent.ask(upcoming(9, start())), later);
    assert_eq!(hours(&held_up.expect("rows")), [1, 2]);
    assert_eq!(hours(&later.expect("no rows")), [0; 0]);
    assert_eq!(hours(&kent.ask(upcoming(9, minute)).await.expect("kept")), [0; 0]);
    assert_eq!(kent.region.calls(), 2);
}
