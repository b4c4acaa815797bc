//! The nation over scripted regions: the worked example of the rules, what is said of regions
//! that fail, and every way in which a list is refused.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    Direction, MeetupFilter, MeetupId, OfferFilter, Reference, ReferenceParts, Region, RegionId,
    RegionState,
};
use folkmoot_federation::{
    Clock, ListError, ListRequest, Meetups, Nation, NationOptions, Offers, Page, PageArgs,
    RegionSource, SourceError, SourceReason, SourceState,
};
use folkmoot_testkit::{Breach, FakeRegion, Reply, meetup_at, offer_at, region};
use uuid::Uuid;

fn start() -> DateTime<Utc> {
    "2027-01-14T18:30:00Z".parse().expect("an instant")
}

/// A nation in which every region answers for itself.
struct Live {
    nation: Nation,
    regions: Vec<Region>,
    sources: HashMap<String, FakeRegion>,
    version: u32,
}

impl Live {
    /// Regions with meet-ups at these hours after the start.
    fn of(regions: &[(&str, &[i64])]) -> Self {
        let clock = Clock::fixed(start() + TimeDelta::seconds(42));
        let nation = Nation::new(Arc::new(FakeRegion::new()), clock, NationOptions::default());
        let mut live = Self { nation, regions: Vec::new(), sources: HashMap::new(), version: 1 };
        regions.iter().for_each(|(code, hours)| live.add(code, hours));
        live
    }

    fn add(&mut self, code: &str, hours: &[i64]) {
        let region = Region { joined_version: self.version, ..region(code) };
        let meetup = |hour: &i64| {
            let instant = start() + TimeDelta::hours(*hour);
            meetup_at(region.id, MeetupId(Uuid::from_u128(*hour as u128)), instant)
        };
        let source = FakeRegion::new().with_meetups(hours.iter().map(meetup));
        source.as_of(region.id, Some(start()));
        self.sources.insert(code.to_owned(), source);
        self.regions.push(region);
        let live = self.regions.iter().map(|region| {
            let source = Arc::new(self.sources[region.code.as_str()].clone());
            (region.id, source as Arc<dyn RegionSource>)
        });
        self.nation.set_live(live.collect());
    }

    fn reference(&self) -> Reference {
        Reference::new(ReferenceParts {
            regions: self.regions.clone(),
            registry_version: self.version,
            ..ReferenceParts::default()
        })
    }

    fn pause(&mut self, code: &str, reason: &str) {
        self.version += 1;
        let region = self.regions.iter_mut().find(|region| region.code.as_str() == code);
        region.expect("one of them").state = RegionState::Paused { reason: reason.to_owned() };
    }

    fn request(&self, page: PageArgs) -> ListRequest<Meetups> {
        ListRequest {
            field: "meetups",
            arguments: vec![("when", "upcoming".to_owned()), ("region", String::new())],
            filter: Arc::new(|now| MeetupFilter { ends_after: Some(now), ..Default::default() }),
            direction: Direction::Ascending,
            regions: self.regions.iter().map(|region| region.id).collect(),
            page,
            count: true,
        }
    }

    async fn ask(
        &self,
        request: ListRequest<Meetups>,
    ) -> Result<Page<folkmoot_domain::Meetup>, ListError> {
        self.nation.pages(&self.reference(), &[request]).await.remove(0)
    }

    async fn page(&self, page: PageArgs) -> Page<folkmoot_domain::Meetup> {
        self.ask(self.request(page)).await.expect("a page")
    }

    /// The rows after a cursor, three at a time.
    async fn after(&self, cursor: &str) -> Page<folkmoot_domain::Meetup> {
        self.page(PageArgs { after: Some(cursor.to_owned()), ..PageArgs::first(3) }).await
    }
}

fn hours<T: AsRef<folkmoot_domain::Meetup>>(nodes: impl Iterator<Item = T>) -> Vec<i64> {
    nodes.map(|node| (node.as_ref().starts_at - start()).num_hours()).collect()
}

fn of(page: &Page<folkmoot_domain::Meetup>) -> Vec<i64> {
    hours(page.edges.iter().map(|edge| edge.node.clone()))
}

fn end(page: &Page<folkmoot_domain::Meetup>) -> String {
    page.edges.last().expect("a row").cursor.clone()
}

const WORKED: [(&str, &[i64]); 3] = [("a", &[1, 4, 7]), ("b", &[2, 5]), ("c", &[0, 3, 6])];

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

    let before = Some(last.edges[0].cursor.clone());
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

    let before = Some(first.edges[2].cursor.clone());
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
    let third = live.after(&second.edges[0].cursor).await;
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
    assert!(page.edges.is_empty() && !page.complete && !page.has_next_page);
}

#[tokio::test(start_paused = true)]
async fn list_over_no_regions_is_empty_and_complete() {
    let live = Live::of(&[]);
    let page = live.page(PageArgs::first(3)).await;
    assert!(page.edges.is_empty() && page.complete && !page.has_next_page);
    assert_eq!(page.total_count, Some(0));
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
    live.nation.set_live(HashMap::from([
        (RegionId::derived("a"), of_a),
        (RegionId::derived("b"), source.clone()),
        (RegionId::derived("c"), source),
    ]));
    assert_eq!(of(&live.page(PageArgs::first(3)).await), [1, 2, 3]);
    assert_eq!(shared.slice_calls(), 1);

    shared.script([Reply::Breaks(Breach::OutOfOrder)]);
    let page = live.page(PageArgs::first(3)).await;
    let missing: Vec<_> = page.gaps.iter().map(|gap| gap.code.as_str()).collect();
    assert_eq!(missing, ["b", "c"]);
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
        later.pages(&live.reference(), &[request]).await.remove(0).expect("a page");
    }
    let seen = seen.lock().expect("nobody panics").clone();
    assert_eq!(seen, [start() + TimeDelta::hours(5), start()]);
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
    };
    let page = nation.pages(&reference, &[request]).await.remove(0).expect("a page");
    let ids: Vec<_> = page.edges.iter().map(|edge| edge.node.id.0.as_u128()).collect();
    assert_eq!((ids, page.total_count, page.has_next_page), (vec![3, 2], None, true));
}
