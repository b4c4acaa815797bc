//! What is measured of calls, looked at where a recorder gets it.

use std::{sync::Arc, time::Duration};

use chrono::DateTime;
use folkmoot_domain::{Direction, MeetupFilter, MeetupId, SliceRequest};
use folkmoot_federation::{
    BreakerState, Clock, Instrumented, RegionSource, ResilienceOptions, Resilient, SourceError,
    measures,
};
use folkmoot_testkit::{ContractRows, FakeRegion, Reply, build};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use tokio::time::{advance, timeout};

/// What a recorder was told, a line for each series, in order.
fn told(recorder: &DebuggingRecorder) -> Vec<String> {
    let line = |(key, _, _, value): (metrics_util::CompositeKey, _, _, _)| {
        let key = key.key();
        let labels: Vec<_> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let value = match value {
            DebugValue::Counter(count) => count.to_string(),
            DebugValue::Gauge(value) => value.to_string(),
            DebugValue::Histogram(values) => format!("{values:?}"),
        };
        format!("{} {} {value}", key.name(), labels.join(","))
    };
    let snapshot: Vec<(_, Option<metrics::Unit>, Option<metrics::SharedString>, _)> =
        recorder.snapshotter().snapshot().into_vec();
    let mut lines: Vec<_> = snapshot.into_iter().map(line).collect();
    lines.sort();
    lines
}

fn kent() -> folkmoot_domain::RegionCode {
    "kent".parse().expect("a code")
}

async fn first_five(source: &dyn RegionSource) -> Result<(), SourceError> {
    let regions = vec![build::region_id("kent")];
    let filter = MeetupFilter::default();
    let request = SliceRequest::of_first(5, filter, regions, Direction::Ascending);
    source.meetup_slices(&[request.clone(), request]).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_call_is_measured_by_method_and_outcome_with_its_rows() {
    let recorder = DebuggingRecorder::new();
    let _here = metrics::set_default_local_recorder(&recorder);
    let fake = ContractRows::of(&["kent"]).in_memory();
    let source = Instrumented::new(&kent(), Arc::new(fake.clone()));
    first_five(&source).await.expect("rows");
    fake.script([Reply::Fails(SourceError::Rejected)]);
    source.meetups(&[], &[MeetupId::derived("1")]).await.expect_err("refused");
    assert_eq!(
        told(&recorder),
        [
            "folkmoot_region_call_duration_seconds region=kent,method=meetup_slices,outcome=ok \
             [0.0]",
            "folkmoot_region_call_duration_seconds region=kent,method=meetups,outcome=rejected \
             [0.0]",
            "folkmoot_region_call_rows_total region=kent,method=meetup_slices 10",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_is_measured_too() {
    let recorder = DebuggingRecorder::new();
    let _here = metrics::set_default_local_recorder(&recorder);
    let source = Instrumented::stored(Arc::new(FakeRegion::new().always(Reply::Hangs)));
    let waited = timeout(Duration::from_millis(800), first_five(&source)).await;
    assert!(waited.is_err());
    assert_eq!(
        told(&recorder),
        ["folkmoot_region_call_duration_seconds region=stored,method=meetup_slices,\
          outcome=dropped [0.8]"]
    );
}

#[tokio::test(start_paused = true)]
async fn the_breaker_and_what_it_sheds_are_measured() {
    let recorder = DebuggingRecorder::new();
    let _here = metrics::set_default_local_recorder(&recorder);
    let options = ResilienceOptions { failures_to_open: 1, retries: 0, ..Default::default() };
    let fake = FakeRegion::failing(SourceError::Unavailable);
    let clock = Clock::fixed(DateTime::UNIX_EPOCH);
    let source = Resilient::new(kent(), Arc::new(fake.clone()), clock, options);
    for _ in 0..3 {
        first_five(&source).await.expect_err("out of order");
    }
    let BreakerState::Open { pause, .. } = source.state() else { panic!("it is asked") };
    let next_try = format!(
        "folkmoot_region_next_try_timestamp_seconds region=kent {}",
        pause.as_millis() as f64 / 1_000.0
    );
    assert_eq!(
        told(&recorder),
        [
            "folkmoot_region_breaker_openings_total region=kent 1",
            "folkmoot_region_breaker_state region=kent 2",
            "folkmoot_region_calls_shed_total region=kent,reason=open 2",
            &next_try,
        ]
    );
    let _well = fake.always(Reply::Rows);
    advance(options.first_pause).await;
    first_five(&source).await.expect("it is back");
    let told = told(&recorder);
    for well in ["breaker_state region=kent 0", "next_try_timestamp_seconds region=kent 0"] {
        assert!(told.contains(&format!("folkmoot_region_{well}")), "{told:?}");
    }
}

#[test]
fn quarantined_rows_are_counted_by_region_and_kind() {
    let recorder = DebuggingRecorder::new();
    let _here = metrics::set_default_local_recorder(&recorder);
    measures::count_quarantined(&kent(), "meetup", 2);
    measures::count_quarantined(&kent(), "meetup", 1);
    assert_eq!(
        told(&recorder),
        ["folkmoot_region_rows_quarantined_total region=kent,kind=meetup 3"]
    );
}
