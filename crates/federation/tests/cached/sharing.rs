//! When the region is asked, and how often.

use std::time::Duration;

use folkmoot_domain::{CaseStudyFilter, Direction, SliceRequest};
use folkmoot_federation::{CachedOptions, RegionSource, SourceError};
use folkmoot_testkit::{Breach, FakeRegion, Reply, case_study_at};
use futures::future::join_all;
use tokio::time::timeout;

use crate::kent::{Kent, all, hours, kent, meetup, minutes, settled, start, word};

#[tokio::test(start_paused = true)]
async fn fresh_slices_are_shown_without_asking_and_say_their_age() {
    let kent = Kent::with(&[1, 2, 3]);
    let asked = kent.first(2).await.expect("rows");
    assert_eq!((hours(&asked), asked.has_more, asked.kept), (vec![1, 2], true, None));

    tokio::time::sleep(Duration::from_secs(50)).await;
    let kept = kent.first(2).await.expect("rows");
    assert_eq!((hours(&kept), kept.has_more), (vec![1, 2], true));
    assert_eq!(word(&kept, &kent.clock), Some((0, false)));
    assert_eq!(kent.region.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn stale_slices_are_shown_at_once_and_refreshed_once_beside_it() {
    let kent = Kent::with(&[1, 2]);
    kent.first(9).await.expect("rows");
    kent.region.clone().with_meetups([meetup(3)]);
    minutes(10).await;
    kent.region.script([Reply::Late(Duration::from_secs(1))]);

    for _ in 0..20 {
        let stale = kent.first(9).await.expect("rows");
        assert_eq!((hours(&stale), word(&stale, &kent.clock)), (vec![1, 2], Some((10, true))));
    }
    assert_eq!(stale_outage(&kent).await, None, "it was not asked in vain");
    tokio::time::sleep(Duration::from_secs(2)).await;
    let fresh = kent.first(9).await.expect("rows");
    assert_eq!((hours(&fresh), word(&fresh, &kent.clock)), (vec![1, 2, 3], Some((0, false))));
    assert_eq!(kent.region.calls(), 2);
}

async fn stale_outage(kent: &Kent) -> Option<folkmoot_domain::Outage> {
    kent.first(9).await.expect("rows").kept.expect("kept").outage
}

#[tokio::test(start_paused = true)]
async fn other_kinds_are_fresh_for_ten_minutes_and_stale_for_a_day() {
    let study = case_study_at(kent(), folkmoot_domain::CaseStudyId::derived("a"), start());
    let kent = Kent::over(FakeRegion::new().with_case_studies([study]));
    let filter = CaseStudyFilter::default();
    let request =
        SliceRequest::of_first(5, filter, vec![crate::kent::kent()], Direction::Descending);
    let mut states = Vec::new();
    for wait in [0, 8, 3, 12, 23 * 60] {
        minutes(wait).await;
        let slice = kent.cached.case_study_slices(std::slice::from_ref(&request)).await;
        let kept = slice.expect("rows").remove(0).kept;
        states.push((kept.map(|kept| kept.is_stale), kent.region.calls()));
        settled().await;
    }
    assert_eq!(
        states,
        [(None, 1), (Some(false), 1), (Some(true), 1), (Some(true), 2), (Some(true), 3)]
    );
}

#[tokio::test(start_paused = true)]
async fn one_call_asks_for_all_that_is_lacking_and_nothing_else() {
    let kent = Kent::with(&[1, 2, 3]);
    kent.first(2).await.expect("rows");
    let requests: Vec<_> = (1..=50).map(all).collect();
    let slices = kent.cached.meetup_slices(&requests).await.expect("rows");
    let lengths: Vec<_> = slices.iter().map(|slice| slice.rows.len()).collect();
    assert_eq!(lengths, (1..=50).map(|first| first.min(3)).collect::<Vec<_>>());
    let kept: Vec<_> = slices.iter().filter(|slice| slice.kept.is_some()).collect();
    assert_eq!((kept.len(), kent.region.calls()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn those_who_want_the_same_share_one_call() {
    let kent = Kent::with(&[1, 2, 3]);
    kent.region.script([Reply::Late(Duration::from_millis(100))]);
    let slices = join_all((0..50).map(|_| kent.first(2))).await;
    assert!(slices.into_iter().all(|slice| hours(&slice.expect("rows")) == [1, 2]));
    assert_eq!(kent.region.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn answer_that_comes_too_late_for_its_caller_is_there_for_the_next() {
    let kent = Kent::with(&[1, 2, 3]);
    kent.region.script([Reply::Late(Duration::from_secs(3))]);
    let before = kent.cached.generation().number();
    let left = timeout(Duration::from_millis(800), kent.first(2)).await;
    assert!(left.is_err());

    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(hours(&kent.first(2).await.expect("rows")), [1, 2]);
    assert_eq!(kent.region.calls(), 1);
    assert!(kent.cached.generation().number() > before, "pages without it are out of date");
}

#[tokio::test(start_paused = true)]
async fn lists_that_mean_the_same_are_kept_as_one() {
    let kent = Kent::with(&[1, 2]);
    let group = |name: &str| folkmoot_domain::GroupId::derived(name);
    for groups in [["a", "b", "a"], ["b", "a", "b"]] {
        let mut request = all(2);
        request.filter.groups = Some(groups.map(group).to_vec());
        kent.ask(request).await.expect("rows");
    }
    assert_eq!(kent.region.calls(), 1);
    let mut request = all(2);
    request.filter.hosts = Some(vec![]);
    assert_eq!(hours(&kent.ask(request).await.expect("rows")), [0; 0]);
    assert_eq!(kent.region.calls(), 2, "an empty list passes nothing and is not everything");
}

#[tokio::test(start_paused = true)]
async fn answers_that_break_the_contract_are_passed_on_and_not_kept() {
    let kent = Kent::with(&[1, 2, 3]);
    kent.region.script([Reply::Breaks(Breach::OutOfOrder)]);
    assert_eq!(hours(&kent.first(3).await.expect("as it is")), [1, 3, 2]);
    assert_eq!(hours(&kent.first(3).await.expect("rows")), [1, 2, 3]);
    assert_eq!(kent.region.calls(), 2);

    kent.region.script([Reply::Breaks(Breach::TooFewSlices)]);
    let error = kent.first(1).await.expect_err("no slice");
    assert!(matches!(error, SourceError::Malformed(_)));
}

#[tokio::test(start_paused = true)]
async fn calls_that_outlive_their_callers_are_bounded() {
    let kent = Kent::with(&[1]);
    kent.region.clone().always(Reply::Hangs);
    let most = CachedOptions::default().calls;
    for first in 1..=most + 100 {
        drop(timeout(Duration::from_millis(1), kent.first(first)).await);
    }
    assert_eq!(kent.region.calls(), most);
    minutes(1).await;
    kent.comes_back();
    assert_eq!(hours(&kent.first(1).await.expect("rows")), [1], "they end by themselves");
}

#[tokio::test(start_paused = true)]
async fn generation_moves_when_rows_change_and_not_when_they_come_again() {
    let kent = Kent::with(&[1, 2]);
    let generation = kent.cached.generation();
    let mut moved = Vec::new();
    for change in 0..4 {
        let before = generation.number();
        match change {
            0 | 1 => {}
            2 => drop(kent.region.clone().with_meetups([meetup(3)])),
            _ => kent.goes_down(),
        }
        kent.first(9).await.expect("rows");
        settled().await;
        moved.push(generation.number() > before);
        minutes(5).await;
    }
    assert_eq!(moved, [true, false, true, true]);
}

#[tokio::test(start_paused = true)]
async fn sign_of_life_is_asked_for_once_a_minute() {
    let kent = Kent::with(&[]);
    kent.region.as_of(crate::kent::kent(), Some(start()));
    let describe = || async { kent.cached.describe(&[crate::kent::kent()]).await };
    assert!(describe().await.is_ok());
    kent.region.cannot_describe(true);
    assert!(describe().await.is_ok(), "within the minute");

    minutes(1).await;
    assert!(describe().await.is_ok(), "nobody waits for the next");
    settled().await;
    assert_eq!(describe().await, Err(SourceError::Unavailable), "it is known by now");
    minutes(5).await;
    assert_eq!(describe().await, Err(SourceError::Unavailable));
    kent.region.cannot_describe(false);
    assert!(describe().await.is_ok());
}
