//! What stands before a region that fails, hangs, refuses or recovers. Time is paused.

use std::{sync::Arc, time::Duration};

use folkmoot_domain::{MeetupId, RegionId};
use folkmoot_federation::{
    BreakerState, Clock, RegionSource, ResilienceOptions, Resilient, SourceError,
};
use folkmoot_testkit::{FakeRegion, Reply};
use futures::{FutureExt, future::join_all};
use tokio::{
    task::yield_now,
    time::{Instant, advance, sleep, timeout},
};

/// When the nation's callers leave.
const DEADLINE: Duration = Duration::from_millis(800);

/// Opens on the second failure in a row, and asks once.
fn options() -> ResilienceOptions {
    ResilienceOptions { failures_to_open: 2, retries: 0, seed: 7, ..Default::default() }
}

/// Never opens.
fn unbreakable() -> ResilienceOptions {
    ResilienceOptions { failures_to_open: u32::MAX, percent_to_open: 101, ..options() }
}

fn before(kent: &FakeRegion, options: ResilienceOptions) -> Resilient {
    let region = "kent".parse().expect("a code");
    Resilient::new(region, Arc::new(kent.clone()), Clock::system(), options)
}

async fn ask(source: &Resilient) -> Result<(), SourceError> {
    source.meetups(&[RegionId::derived("kent")], &[MeetupId::derived("1")]).await.map(drop)
}

/// A region that was left in peace, with its source.
async fn opened(options: ResilienceOptions) -> (FakeRegion, Resilient) {
    let kent = FakeRegion::failing(SourceError::Unavailable);
    let source = before(&kent, options);
    for _ in 0..options.failures_to_open {
        ask(&source).await.expect_err("it fails");
    }
    (kent, source)
}

/// Lets the pause of an open breaker pass.
async fn wait(source: &Resilient) {
    let BreakerState::Open { pause, .. } = source.state() else { panic!("not open") };
    advance(pause).await;
}

#[tokio::test(start_paused = true)]
async fn open_breaker_skips_region_without_calling_it() {
    let (kent, source) = opened(options()).await;
    let began = Instant::now();
    assert_eq!(ask(&source).await, Err(SourceError::Unavailable));
    assert_eq!(kent.calls(), 2, "the third call must not reach the region");
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_gives_the_true_reason() {
    let broken = SourceError::Malformed("rows out of order".to_owned());
    let kent = FakeRegion::failing(broken.clone());
    let source = before(&kent, options());
    for _ in 0..10 {
        assert_eq!(ask(&source).await, Err(broken.clone()));
    }
    assert_eq!(kent.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_hung_region_opens_the_breaker_although_every_caller_leaves() {
    let kent = FakeRegion::new().always(Reply::Hangs);
    let source = before(&kent, options());
    for _ in 0..2 {
        assert!(timeout(DEADLINE, ask(&source)).await.is_err());
        yield_now().await;
    }
    assert_eq!(ask(&source).now_or_never(), Some(Err(SourceError::TimedOut)));
    assert_eq!(kent.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn callers_that_hang_up_at_once_leave_the_verdict_to_the_region() {
    let kent = FakeRegion::new();
    let source = before(&kent, options());
    for _ in 0..100 {
        assert_eq!(ask(&source).now_or_never(), None);
        yield_now().await;
    }
    assert_eq!(source.state(), BreakerState::Closed);
    kent.script([Reply::Hangs, Reply::Hangs]);
    for _ in 0..2 {
        assert_eq!(ask(&source).now_or_never(), None);
    }
    yield_now().await;
    assert_eq!(source.state(), BreakerState::Closed, "nothing is known yet");
    sleep(options().attempt_timeout).await;
    yield_now().await;
    assert!(matches!(source.state(), BreakerState::Open { cause: SourceError::TimedOut, .. }));
}

#[tokio::test(start_paused = true)]
async fn half_open_lets_exactly_one_probe_through() {
    let (kent, source) = opened(options()).await;
    let kent = kent.always(Reply::Rows);
    wait(&source).await;
    let answers = join_all((0..50).map(|_| ask(&source))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(kent.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_probe_whose_caller_hangs_up_still_decides() {
    let (kent, source) = opened(options()).await;
    kent.script([Reply::Rows]);
    wait(&source).await;
    assert_eq!(ask(&source).now_or_never(), None);
    yield_now().await;
    assert_eq!(source.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_region_recovers_by_itself_and_the_epoch_tells() {
    let (kent, source) = opened(options()).await;
    assert_eq!(source.health_epoch(), 1);
    wait(&source).await;
    ask(&source).await.unwrap_err();
    assert_eq!(source.health_epoch(), 1, "a probe that fails changes nothing for readers");
    let _well = kent.always(Reply::Rows);
    wait(&source).await;
    for _ in 0..3 {
        assert_eq!(ask(&source).await, Ok(()));
    }
    assert_eq!((source.state(), source.health_epoch()), (BreakerState::Closed, 2));
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_asked_again_once() {
    for failure in [SourceError::Unavailable, SourceError::TimedOut] {
        let kent = FakeRegion::new();
        let source = before(&kent, ResilienceOptions { retries: 1, ..options() });
        kent.script([Reply::Fails(failure)]);
        assert_eq!((ask(&source).await, kent.calls()), (Ok(()), 2));
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_and_broken_answers_are_not_asked_again() {
    for failure in [SourceError::Rejected, SourceError::Malformed("order".to_owned())] {
        let kent = FakeRegion::failing(failure.clone());
        let source = before(&kent, ResilienceOptions { retries: 1, ..options() });
        assert_eq!((ask(&source).await, kent.calls()), (Err(failure), 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_sick_region_is_asked_a_tenth_more_often_at_most() {
    let kent = FakeRegion::failing(SourceError::Unavailable);
    let source = before(&kent, ResilienceOptions { retries: 1, ..unbreakable() });
    for _ in 0..200 {
        ask(&source).await.unwrap_err();
    }
    // One retry is there to begin with.
    assert_eq!(kent.calls(), 200 + 20 + 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_waits_hears_of_the_timeout() {
    let kent = FakeRegion::new().always(Reply::Hangs);
    let source = before(&kent, options());
    let began = Instant::now();
    assert_eq!(ask(&source).await, Err(SourceError::TimedOut));
    assert_eq!(began.elapsed(), options().attempt_timeout);
}

#[tokio::test(start_paused = true)]
async fn a_full_bulkhead_spares_the_region_and_lets_nobody_wait_for_long() {
    let kent = FakeRegion::new().always(Reply::Hangs);
    let source = before(&kent, ResilienceOptions { concurrent_calls: 3, ..options() });
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(ask(&source))).collect();
    waiting.iter_mut().for_each(|call| assert_eq!(call.now_or_never(), None));
    yield_now().await;
    let began = Instant::now();
    assert_eq!(ask(&source).await, Err(SourceError::TimedOut));
    assert_eq!(began.elapsed(), options().patience);
    assert_eq!((kent.calls(), source.state()), (3, BreakerState::Closed));
}

#[tokio::test(start_paused = true)]
async fn whoever_finds_the_bulkhead_full_for_a_moment_has_their_turn() {
    let slow = Duration::from_millis(100);
    let kent = FakeRegion::new().always(Reply::Late(slow));
    let source = before(&kent, ResilienceOptions { concurrent_calls: 3, ..options() });
    let began = Instant::now();
    let answers = join_all((0..9).map(|_| ask(&source))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((began.elapsed(), kent.calls()), (3 * slow, 9));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_dropped_calls_leave_every_place_free() {
    let kent = FakeRegion::new().always(Reply::Hangs);
    let source = before(&kent, unbreakable());
    for _ in 0..5_000 {
        assert_ne!(ask(&source).now_or_never(), Some(Ok(())));
        assert_ne!(timeout(DEADLINE, ask(&source)).await, Ok(Ok(())));
    }
    assert!(kent.calls() > 5_000, "{} calls reached the region", kent.calls());
    sleep(unbreakable().attempt_timeout).await;
    yield_now().await;
    let _well = kent.always(Reply::Rows);
    let answers = join_all((0..unbreakable().concurrent_calls).map(|_| ask(&source))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}
