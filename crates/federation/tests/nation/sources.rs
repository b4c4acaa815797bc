//! What regions do to a page: cap it, break it, hang, say nothing of their age.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use folkmoot_domain::{MeetupId, RegionId};
use folkmoot_federation::{Meetups, PageArgs, RegionSource, SourceReason, SourceState};
use folkmoot_testkit::{Breach, FakeRegion, Reply, meetup_at};
use uuid::Uuid;

use crate::live::{Live, WORKED, end, of, start};

#[tokio::test(start_paused = true)]
async fn every_breach_of_the_contract_refuses_the_region_for_this_page() {
    let live = Live::of(&[("a", &[1, 4, 7]), ("b", &[2, 5]), ("c", &[0, 3, 6])]);
    let first = live.page(PageArgs::first(1)).await;
    for breach in [
        Breach::OutOfOrder,
        Breach::Repeated,
        Breach::BeforeBounds,
        Breach::NoRowsButMore,
        Breach::ForeignRows,
        Breach::TooFewSlices,
    ] {
        live.sources["c"].script([Reply::Breaks(breach)]);
        let page = live.after(&end(&first)).await;
        assert_eq!(of(&page), [1, 2, 4], "{breach:?}");
        assert_eq!(page.gaps[0].reason, SourceReason::InvalidAnswer, "{breach:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn hanging_region_costs_the_soft_deadline_and_no_more() {
    let live = Live::of(&WORKED);
    live.sources["c"].script([Reply::Hangs]);
    let before = tokio::time::Instant::now();
    let page = live.page(PageArgs::first(3)).await;
    let waited = before.elapsed();
    assert_eq!(page.sources[2].note, "C did not answer in time.");
    assert!(waited >= Duration::from_secs(2) && waited < Duration::from_millis(2_100));
}

#[tokio::test(start_paused = true)]
async fn short_answers_are_asked_once_more_and_then_make_a_short_page() {
    let live = Live::of(&[("a", &[1, 2, 3, 4, 5, 6]), ("b", &[7])]);
    live.sources["a"].script([Reply::Capped(2), Reply::Rows]);
    let whole = live.page(PageArgs::first(4)).await;
    assert_eq!((of(&whole), live.sources["a"].slice_calls()), (vec![1, 2, 3, 4], 2));

    live.sources["a"].script([Reply::Capped(2), Reply::Capped(1)]);
    let short = live.page(PageArgs::first(4)).await;
    assert_eq!((of(&short), short.has_next_page, short.complete), (vec![1, 2, 3], true, true));

    live.sources["a"].script([Reply::Capped(2), Reply::Rows]);
    let last = live.page(PageArgs::first(9)).await;
    assert_eq!((of(&last), last.has_next_page), (vec![1, 2, 3, 4, 5, 6, 7], false));

    live.sources["a"].script([Reply::Capped(2), Reply::Hangs]);
    let kept = live.page(PageArgs::first(4)).await;
    assert_eq!((of(&kept), kept.has_next_page, kept.complete), (vec![1, 2], true, true));
}

#[tokio::test(start_paused = true)]
async fn nested_lists_ask_each_source_once() {
    let live = Live::of(&WORKED);
    let requests: Vec<_> = (1..=50).map(|n| live.request(PageArgs::first(n))).collect();
    let pages = live.nation.pages(&live.reference(), &requests).await;
    for (n, page) in pages.into_iter().enumerate() {
        let rows: Vec<_> = (0..8.min(n as i64 + 1)).collect();
        assert_eq!(of(&page.expect("a page")), rows);
    }
    assert!(live.sources.values().all(|source| source.slice_calls() == 1));
}

#[tokio::test(start_paused = true)]
async fn regions_of_one_source_are_asked_in_one_call_and_fail_together() {
    let live = Live::of(&WORKED);
    let meetup = |code: &str, hour: i64| {
        let id = MeetupId(Uuid::from_u128(hour as u128));
        meetup_at(RegionId::derived(code), id, start() + TimeDelta::hours(hour))
    };
    let shared = FakeRegion::new().with_meetups([meetup("b", 2), meetup("c", 3)]);
    let both = |code| (RegionId::derived(code), Arc::new(shared.clone()) as Arc<dyn RegionSource>);
    // Two handles of one fake are two sources: it is the same pointer that counts.
    let (_, source) = both("b");
    let of_a: Arc<dyn RegionSource> = Arc::new(live.sources["a"].clone());
    live.nation.set_live(
        HashMap::from([
            (RegionId::derived("a"), of_a),
            (RegionId::derived("b"), source.clone()),
            (RegionId::derived("c"), source),
        ]),
        1,
    );
    assert_eq!(of(&live.page(PageArgs::first(3)).await), [1, 2, 3]);
    assert_eq!(shared.slice_calls(), 1);

    shared.script([Reply::Breaks(Breach::OutOfOrder)]);
    let page = live.page(PageArgs::first(3)).await;
    let missing: Vec<_> = page.gaps.iter().map(|gap| gap.code.as_str()).collect();
    assert_eq!(missing, ["b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn region_that_was_never_read_is_missing_though_it_answers() {
    let live = Live::of(&WORKED);
    live.sources["b"].as_of(RegionId::derived("b"), None);
    live.sources["c"].cannot_describe(true);
    let page = live.page(PageArgs::first(9)).await;
    let states: Vec<_> = page.sources.iter().map(|status| (status.state, status.reason)).collect();
    assert_eq!(
        states,
        [
            (SourceState::Fresh, None),
            (SourceState::Missing, Some(SourceReason::NeverAnswered)),
            (SourceState::Stale, None),
        ]
    );
    assert!(!page.complete);
}

#[tokio::test(start_paused = true)]
async fn notes_of_whole_pages_tell_of_older_rows() {
    let live = Live::of(&WORKED);
    let page = live.page(PageArgs::first(9)).await;
    assert_eq!(page.note, "Complete: 3 of 3 regions answered.");

    live.sources["b"].as_of(RegionId::derived("b"), Some(start() - TimeDelta::days(3)));
    let page = live.page(PageArgs::first(9)).await;
    assert_eq!(page.note, "Complete: 3 of 3 regions answered; B with older rows.");

    let mut request = live.request(PageArgs::first(9));
    request.regions = vec![RegionId::derived("b")];
    let page = live.ask(request).await.expect("a page");
    assert_eq!(page.note, "Complete: B answered with rows as of 11 January 2027, 18:30 UTC.");
}

#[tokio::test(start_paused = true)]
async fn statuses_name_every_region_in_order_of_code() {
    let mut live = Live::of(&[("c", &[]), ("a", &[]), ("b", &[])]);
    live.pause("b", "Back in May.");
    live.sources["c"].cannot_describe(true);
    let ids: Vec<_> = live.regions.iter().map(|region| region.id).collect();
    let statuses = live.nation.statuses(&live.reference(), &ids).await;
    let words: Vec<_> =
        statuses.iter().map(|one| (one.code.as_str(), one.state, one.reason)).collect();
    assert_eq!(
        words,
        [
            ("a", SourceState::Fresh, None),
            ("b", SourceState::Missing, Some(SourceReason::Paused)),
            ("c", SourceState::Missing, Some(SourceReason::Unreachable)),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn by_id_absent_is_not_found_and_a_silent_owner_is_an_error() {
    let mut live = Live::of(&WORKED);
    live.pause("b", "Back in May.");
    live.sources["c"].script([Reply::Hangs]);
    let id = |code, hour| (RegionId::derived(code), Uuid::from_u128(hour));
    let (known, absent, elsewhere) = (id("a", 4), id("a", 99), id("a", 2));
    let (paused, silent, stranger) = (id("b", 2), id("c", 3), id("nowhere", 3));
    let ids = [known, absent, elsewhere, paused, silent, stranger, known];

    let found = live.nation.entities::<Meetups>(&live.reference(), &ids).await;

    let reason =
        |id| found.get(&id).map(|row| row.as_ref().map(|row| row.id.0).map_err(|e| e.reason));
    assert_eq!(reason(known), Some(Ok(known.1)));
    assert_eq!([reason(absent), reason(elsewhere), reason(stranger)], [None, None, None]);
    assert_eq!(reason(paused), Some(Err(SourceReason::Paused)));
    assert_eq!(reason(silent), Some(Err(SourceReason::TimedOut)));
    assert_eq!((live.sources["a"].calls(), live.sources["b"].calls()), (1, 0));

    live.sources["a"].script([Reply::Breaks(Breach::OutOfOrder)]);
    let ids = [known, id("a", 7)];
    let misfiled = live.nation.entities::<Meetups>(&live.reference(), &ids).await;
    let errors = misfiled.values().filter_map(|row| row.as_ref().err()).collect::<Vec<_>>();
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error.reason == SourceReason::InvalidAnswer));
}
