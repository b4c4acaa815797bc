//! Pages: the worked example of the rules, both directions, joins and pauses.

use std::sync::Arc;

use chrono::TimeDelta;
use folkmoot_domain::{Direction, MeetupFilter, OfferFilter, Reference, ReferenceParts};
use folkmoot_federation::{
    Clock, ListRequest, Nation, NationOptions, Offers, PageArgs, SourceError, SourceReason,
};
use folkmoot_testkit::{FakeRegion, Reply, cursors, offer_at, region};
use uuid::Uuid;

use crate::live::{Live, WORKED, end, of, start};

#[tokio::test(start_paused = true)]
async fn worked_example_gives_all_eight_once() {
    let live = Live::of(&WORKED);
    live.sources["c"].script([Reply::Fails(SourceError::Unavailable)]);

    let first = live.page(PageArgs::first(3)).await;
    assert_eq!((of(&first), first.has_next_page, first.complete), (vec![1, 2, 4], true, false));
    assert_eq!(first.gaps.len(), 1);
    assert_eq!(
        (first.gaps[0].code.as_str(), first.gaps[0].reason),
        ("c", SourceReason::Unreachable)
    );
    assert_eq!(first.total_count, None);
    assert_eq!(first.note, "Incomplete: C could not be reached; ask again, or use its gap cursor.");

    let second = live.after(&end(&first)).await;
    assert_eq!((of(&second), second.has_next_page), (vec![5, 6, 7], false));
    assert!(second.gaps.is_empty());
    assert!(!second.complete, "the last page alone must not look whole");
    assert_eq!(second.total_count, Some(8));

    let gap = live.after(&first.gaps[0].cursor).await;
    assert_eq!((of(&gap), gap.has_next_page, gap.complete), (vec![0, 3], false, true));
}

#[tokio::test(start_paused = true)]
async fn region_down_on_both_pages_leaves_two_gaps_side_by_side() {
    let live = Live::of(&WORKED);
    live.sources["c"].script([Reply::Hangs, Reply::Fails(SourceError::Rejected)]);

    let first = live.page(PageArgs::first(3)).await;
    let second = live.after(&end(&first)).await;
    assert_eq!((of(&second), second.has_next_page), (vec![5, 7], false));

    let reasons = [first.gaps[0].reason, second.gaps[0].reason];
    assert_eq!(reasons, [SourceReason::TimedOut, SourceReason::Refused]);
    assert_eq!(of(&live.after(&first.gaps[0].cursor).await), [0, 3]);
    assert_eq!(of(&live.after(&second.gaps[0].cursor).await), [6]);
}

#[tokio::test(start_paused = true)]
async fn last_and_before_walk_from_the_end_and_show_the_list_s_own_order() {
    let live = Live::of(&WORKED);
    let last = live.page(PageArgs { last: Some(3), ..PageArgs::default() }).await;
    assert_eq!(of(&last), [5, 6, 7]);
    assert_eq!((last.has_previous_page, last.has_next_page), (true, false));

    let before = cursors(&last).first().cloned();
    let middle = live.page(PageArgs { last: Some(3), before, ..PageArgs::default() }).await;
    assert_eq!(of(&middle), [2, 3, 4]);
    assert_eq!((middle.has_previous_page, middle.has_next_page), (true, true));

    let turned = live.after(&end(&middle)).await;
    assert_eq!((of(&turned), turned.has_next_page), (vec![5, 6, 7], false));
}

#[tokio::test(start_paused = true)]
async fn turning_round_is_a_new_walk_that_is_complete_in_itself() {
    let live = Live::of(&WORKED);
    live.sources["c"].script([Reply::Hangs]);
    let first = live.page(PageArgs::first(3)).await;
    assert!(!first.complete);

    let before = cursors(&first).get(2).cloned();
    let back = live.page(PageArgs { last: Some(9), before, ..PageArgs::default() }).await;
    assert_eq!((of(&back), back.complete), (vec![0, 1, 2, 3], true));
}

#[tokio::test(start_paused = true)]
async fn region_that_joins_leaves_one_gap_up_to_where_the_walk_stands() {
    let mut live = Live::of(&WORKED[..2]);
    let first = live.page(PageArgs::first(3)).await;
    live.version += 1;
    live.add("c", WORKED[2].1);

    let second = live.after(&end(&first)).await;
    assert_eq!(of(&second), [5, 6, 7]);
    assert_eq!(second.gaps.len(), 1);
    assert_eq!(second.gaps[0].reason, SourceReason::Joined);
    assert_eq!(
        second.note,
        "Incomplete: C joined during this walk; ask again, or use its gap cursor."
    );
    assert_eq!(of(&live.after(&second.gaps[0].cursor).await), [0, 3]);
    let third = live.after(&cursors(&second)[0]).await;
    assert!(third.gaps.is_empty(), "it is known by now: {:?}", third.gaps);
}

#[tokio::test(start_paused = true)]
async fn paused_region_is_named_with_its_reason_and_is_not_asked() {
    let mut live = Live::of(&WORKED);
    live.pause("c", "The network is being rebuilt.");

    let page = live.page(PageArgs::first(9)).await;

    assert_eq!(of(&page), [1, 2, 4, 5, 7]);
    assert!(!page.complete && page.gaps.is_empty());
    assert_eq!(page.note, "Incomplete: C is paused.");
    assert_eq!(page.sources[2].note, "C is paused: The network is being rebuilt.");
    assert_eq!(page.sources[2].reason, Some(SourceReason::Paused));
    assert_eq!(live.sources["c"].calls(), 0);
    assert_eq!(page.total_count, None);
    assert_eq!(page.sources[0].count, Some(3), "counts stand by their region");
}

#[tokio::test(start_paused = true)]
async fn list_of_paused_regions_only_is_empty_and_says_why() {
    let mut live = Live::of(&[("c", &[0, 3])]);
    live.pause("c", "Back in May.");
    let page = live.page(PageArgs::first(3)).await;
    assert!(page.rows.is_empty() && !page.complete && !page.has_next_page);
}

#[tokio::test(start_paused = true)]
async fn list_over_no_regions_is_empty_and_complete() {
    let live = Live::of(&[]);
    let page = live.page(PageArgs::first(3)).await;
    assert!(page.rows.is_empty() && page.complete && !page.has_next_page);
    assert_eq!(page.total_count, Some(0));
}

#[tokio::test(start_paused = true)]
async fn now_is_cut_to_the_minute_and_kept_by_the_walk() {
    let live = Live::of(&WORKED);
    let first = live.page(PageArgs::first(3)).await;
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let later = Nation::new(
        Arc::new(FakeRegion::new()),
        Clock::fixed(start() + TimeDelta::hours(5)),
        NationOptions::default(),
    );
    for after in [None, Some(end(&first))] {
        let seen = seen.clone();
        let mut request = live.request(PageArgs { after, ..PageArgs::first(3) });
        request.filter = Arc::new(move |now| {
            seen.lock().expect("nobody panics").push(now);
            MeetupFilter::default()
        });
        // Nobody answers there: what matters is what would have been asked.
        let _ = later.pages(&live.reference(), &[request]).await;
    }
    let seen = seen.lock().expect("nobody panics").clone();
    assert_eq!(seen, [start() + TimeDelta::hours(5), start()]);
}

#[tokio::test(start_paused = true)]
async fn other_kinds_are_listed_by_the_same_rules() {
    let region = region("a");
    let offer = |n: u128, hour| {
        offer_at(region.id, Uuid::from_u128(n).into(), start() + TimeDelta::hours(hour))
    };
    let source = FakeRegion::new().with_offers([offer(1, 1), offer(2, 2), offer(3, 2)]);
    let nation = Nation::new(Arc::new(source), Clock::fixed(start()), NationOptions::default());
    let regions = vec![region.id];
    let reference =
        Reference::new(ReferenceParts { regions: vec![region], ..ReferenceParts::default() });
    let request = ListRequest::<Offers> {
        field: "offers",
        arguments: Vec::new(),
        filter: Arc::new(|_| OfferFilter::default()),
        direction: Direction::Descending,
        regions,
        page: PageArgs::first(2),
        count: false,
        extent: folkmoot_domain::Extent::Whole,
    };
    let page = nation.pages(&reference, &[request]).await.remove(0).expect("a page");
    let ids: Vec<_> = page.rows.iter().map(|row| row.id.0.as_u128()).collect();
    assert_eq!((ids, page.total_count, page.has_next_page), (vec![3, 2], None, true));
}
