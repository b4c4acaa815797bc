//! Every way in which a list is refused, and that nothing is consumed by it.

use folkmoot_domain::{RegionId, RegionState};
use folkmoot_federation::{ListError, PageArgs, SourceError};
use folkmoot_testkit::Reply;

use crate::live::{Live, WORKED, end, of};

#[tokio::test(start_paused = true)]
async fn nobody_answering_is_an_error_also_for_one_region() {
    let live = Live::of(&WORKED);
    for source in live.sources.values() {
        source.script([Reply::Fails(SourceError::Unavailable)]);
    }
    let request = live.request(PageArgs::first(3));
    assert_eq!(live.ask(request).await.err(), Some(ListError::NationUnavailable));

    live.sources["c"].script([Reply::Hangs]);
    let mut request = live.request(PageArgs::first(3));
    request.regions = vec![RegionId::derived("c")];
    let error = live.ask(request).await.expect_err("C hangs");
    assert_eq!(error.code(), "NATION_UNAVAILABLE");
}

#[tokio::test(start_paused = true)]
async fn cursors_of_other_lists_and_times_are_refused_by_name() {
    let mut live = Live::of(&WORKED);
    live.sources["c"].script([Reply::Hangs]);
    let first = live.page(PageArgs::first(3)).await;
    let args = |cursor: &str| PageArgs { after: Some(cursor.to_owned()), ..PageArgs::first(3) };
    let cursor = end(&first);

    let mut other = live.request(args(&cursor));
    other.arguments[1].1 = "midlands".to_owned();
    let error = live.ask(other).await.expect_err("another region");
    assert_eq!(error, ListError::CursorMismatch { argument: "region".to_owned() });
    assert_eq!(error.code(), "CURSOR_MISMATCH");

    let mut other = live.request(args(&cursor));
    other.field = "council.meetups";
    let error = live.ask(other).await.expect_err("another field");
    assert_eq!(error, ListError::CursorMismatch { argument: "council.meetups".to_owned() });

    let error = live.ask(live.request(args("AAAA"))).await.expect_err("no cursor");
    assert_eq!(error.code(), "CURSOR_MALFORMED");

    let gap = &first.gaps[0].cursor;
    let turned = PageArgs { before: Some(gap.clone()), last: Some(3), ..PageArgs::default() };
    let error = live.ask(live.request(turned)).await.expect_err("a gap turned round");
    assert_eq!(error, ListError::GapTurned { pass_as: "after" });

    let mut unseen = live.request(args(gap));
    unseen.regions.retain(|region| *region != RegionId::derived("c"));
    assert_eq!(live.ask(unseen).await.err(), Some(ListError::CursorExpired));

    live.regions[2].state = RegionState::Left;
    let left = live.ask(live.request(args(gap))).await;
    assert_eq!(left.err(), Some(ListError::CursorExpired), "the region of the gap has left");

    live.version = 0;
    let error = live.ask(live.request(args(&cursor))).await.expect_err("an older registry");
    assert_eq!(error.code(), "CURSOR_EXPIRED");
}

#[tokio::test(start_paused = true)]
async fn contradictory_arguments_are_refused() {
    let live = Live::of(&WORKED);
    let some = Some("AAAA".to_owned());
    let (after, before) = (some.clone(), some);
    let cases = [
        (PageArgs { last: Some(1), ..PageArgs::first(1) }, ListError::FirstAndLast),
        (
            PageArgs { after: after.clone(), before: before.clone(), ..PageArgs::first(1) },
            ListError::AfterAndBefore,
        ),
        (PageArgs { before, ..PageArgs::first(1) }, ListError::FirstWithBefore),
        (PageArgs { last: Some(1), after, ..PageArgs::default() }, ListError::LastWithAfter),
    ];
    for (page, wanted) in cases {
        let error = live.ask(live.request(page)).await.expect_err("contradictory");
        assert_eq!(error.code(), "PAGE_ARGUMENTS");
        assert_eq!(error, wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn one_refused_list_does_not_harm_its_neighbours() {
    let live = Live::of(&WORKED);
    let bad = PageArgs { after: Some("AAAA".to_owned()), ..PageArgs::default() };
    let requests = [live.request(bad), live.request(PageArgs::first(2))];
    let pages = live.nation.pages(&live.reference(), &requests).await;
    assert_eq!(pages[0].as_ref().err(), Some(&ListError::CursorMalformed));
    assert_eq!(of(pages[1].as_ref().expect("a page")), [0, 1]);
}
