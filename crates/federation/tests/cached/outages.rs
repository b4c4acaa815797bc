//! What is shown while the region is away.

use std::time::Duration;

use folkmoot_domain::Outage;
use folkmoot_federation::SourceError;
use folkmoot_testkit::{Breach, Reply};
use tokio::time::Instant;

use crate::kent::{Kent, MeetupSlice, hours, minutes, settled, word};

fn outage(slice: &MeetupSlice) -> Option<Outage> {
    slice.kept.expect("kept").outage
}

#[tokio::test(start_paused = true)]
async fn region_that_is_down_is_stood_in_for_for_a_day() {
    let kent = Kent::with(&[1, 2]);
    kent.first(9).await.expect("rows");
    kent.goes_down();
    for wait in [20, 60, 22 * 60] {
        minutes(wait).await;
        let kept = kent.first(9).await.expect("kept rows");
        assert_eq!((hours(&kept), outage(&kept)), (vec![1, 2], Some(Outage::Unreachable)));
    }
    assert_eq!(word(&kent.first(9).await.expect("rows"), &kent.clock), Some((1_400, true)));

    minutes(60).await;
    assert_eq!(kent.first(9).await, Err(SourceError::Unavailable), "a day is over");
    kent.comes_back();
    assert_eq!(kent.first(9).await.expect("rows").kept, None);
}

#[tokio::test(start_paused = true)]
async fn stale_slices_say_why_they_were_not_refreshed() {
    let kent = Kent::with(&[1]);
    kent.first(9).await.expect("rows");
    kent.goes_down();
    minutes(5).await;
    let first = kent.first(9).await.expect("rows");
    assert_eq!(outage(&first), None, "it is being asked");
    settled().await;
    let second = kent.first(9).await.expect("rows");
    assert_eq!(outage(&second), Some(Outage::Unreachable));
    assert_eq!(word(&second, &kent.clock), Some((5, true)));
}

#[tokio::test(start_paused = true)]
async fn region_that_hangs_is_stood_in_for_within_the_patience() {
    let kent = Kent::with(&[1]);
    kent.first(9).await.expect("rows");
    kent.region.clone().always(Reply::Hangs);
    minutes(30).await;
    let begun = Instant::now();
    let kept = kent.first(9).await.expect("kept rows");
    assert_eq!(outage(&kept), Some(Outage::TimedOut));
    assert!(begun.elapsed() <= Duration::from_millis(310), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn broken_answers_are_stood_in_for() {
    let kent = Kent::with(&[1, 2]);
    kent.first(9).await.expect("rows");
    kent.region.clone().always(Reply::Breaks(Breach::OutOfOrder));
    minutes(30).await;
    let kept = kent.first(9).await.expect("kept rows");
    assert_eq!((hours(&kept), outage(&kept)), (vec![1, 2], Some(Outage::Broken)));
}

#[tokio::test(start_paused = true)]
async fn region_that_refuses_is_not_stood_in_for() {
    let kent = Kent::with(&[1]);
    kent.first(9).await.expect("rows");
    kent.region.clone().always(Reply::Fails(SourceError::Rejected));
    minutes(5).await;
    kent.first(9).await.expect("stale, and not known yet");
    settled().await;
    for wait in [0, 60] {
        minutes(wait).await;
        assert_eq!(kent.first(9).await, Err(SourceError::Rejected));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_never_kept_is_an_error_as_without_a_cache() {
    let kent = Kent::with(&[1]);
    kent.goes_down();
    assert_eq!(kent.first(9).await, Err(SourceError::Unavailable));
}
