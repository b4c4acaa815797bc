//! What the nation's readers are told.

use std::{collections::HashMap, sync::Arc, time::Duration};

use folkmoot_domain::{Direction, Door, Meetup, MeetupFilter, Reference, ReferenceParts, Region};
use folkmoot_federation::{
    ListRequest, Meetups, Nation, NationOptions, Page, PageArgs, RegionSource, SourceReason,
    SourceState,
};
use folkmoot_testkit::{FakeRegion, Reply, region};

use crate::kent::{Kent, minutes, settled, start};

/// The nation of a hosted region and of Kent.
struct Two {
    nation: Nation,
    kent: Kent,
    regions: Vec<Region>,
}

impl Two {
    fn new() -> Self {
        let kent = Kent::with(&[1, 2, 30]);
        kent.region.as_of(crate::kent::kent(), Some(start()));
        let options =
            NationOptions { soft_deadline: Duration::from_millis(800), ..Default::default() };
        let nation = Nation::new(Arc::new(FakeRegion::new()), kent.clock.clone(), options);
        let source = Arc::new(kent.cached.clone()) as Arc<dyn RegionSource>;
        nation.set_live(HashMap::from([(crate::kent::kent(), source)]), 1);
        let live = Region { door: Door::Live, ..region("kent") };
        Self { nation, kent, regions: vec![region("essex"), live] }
    }

    async fn page(&self) -> Page<Meetup> {
        let regions: Vec<_> = self.regions.iter().map(|region| region.id).collect();
        let reference = Reference::new(ReferenceParts {
            regions: self.regions.clone(),
            ..ReferenceParts::default()
        });
        let request = ListRequest::<Meetups> {
            field: "meetups",
            arguments: Vec::new(),
            filter: Arc::new(|now| MeetupFilter { ends_after: Some(now), ..Default::default() }),
            direction: Direction::Ascending,
            regions,
            page: PageArgs::first(9),
            count: true,
            extent: folkmoot_domain::Extent::Whole,
        };
        self.nation.pages(&reference, &[request]).await.remove(0).expect("a page")
    }
}

#[tokio::test(start_paused = true)]
async fn page_of_a_region_that_is_down_is_complete_stale_and_says_why() {
    let two = Two::new();
    let page = two.page().await;
    assert_eq!(page.sources[1].state, SourceState::Fresh);

    two.kent.goes_down();
    two.kent.region.cannot_describe(true);
    minutes(3 * 60 + 15).await;
    let page = two.page().await;

    assert!(page.complete);
    assert_eq!((page.rows.len(), page.total_count), (2, Some(2)), "one is over by now");
    let status = &page.sources[1];
    assert_eq!(
        (status.state, status.reason, status.as_of),
        (SourceState::Stale, Some(SourceReason::Unreachable), Some(start()))
    );
    assert_eq!(status.note, "Kent could not be reached; rows as of 14 January 2027, 18:30 UTC.");
    assert_eq!(
        page.note,
        "Complete: 1 of 2 regions answered; Kent could not be reached; rows as of 14 January \
         2027, 18:30 UTC."
    );
}

#[tokio::test(start_paused = true)]
async fn page_over_kept_rows_is_fresh_within_the_minute_and_stale_beyond() {
    let two = Two::new();
    let mut told = Vec::new();
    for seconds in [0, 30, 300] {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let page = two.page().await;
        let status = page.sources[1].clone();
        assert!(page.complete);
        told.push((status.state, status.as_of == Some(start()), status.note));
        settled().await;
    }
    let stale = "Kent answered with rows as of 14 January 2027, 18:30 UTC.";
    assert_eq!(
        told,
        [
            (SourceState::Fresh, true, "Kent answered.".to_owned()),
            (SourceState::Fresh, true, "Kent answered.".to_owned()),
            (SourceState::Stale, true, stale.to_owned()),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn region_that_hangs_is_stood_in_for_before_the_soft_deadline() {
    let two = Two::new();
    two.page().await;
    two.kent.region.clone().always(Reply::Hangs);
    minutes(60).await;
    let begun = tokio::time::Instant::now();
    let page = two.page().await;
    assert!(page.complete && begun.elapsed() < Duration::from_millis(800));
    assert_eq!(page.sources[1].reason, Some(SourceReason::TimedOut));
}

#[tokio::test(start_paused = true)]
async fn region_that_answers_too_late_is_missing_once() {
    let two = Two::new();
    two.kent.region.script([Reply::Late(Duration::from_secs(2))]);
    let page = two.page().await;
    assert_eq!((page.complete, page.gaps.len()), (false, 1));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let page = two.page().await;
    assert_eq!((page.complete, page.rows.len(), two.kent.region.slice_calls()), (true, 3, 1));
}
