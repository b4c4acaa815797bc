//! How many statements a read takes, and that each page is a range of an index: neither may
//! depend on how many rows there are.

use folkmoot_domain::{
    CaseStudyFilter, Direction, MeetupFilter, MeetupId, OfferFilter, RegionId, SliceRequest,
};
use folkmoot_store::{Change, SearchRequest};
use folkmoot_testkit::{Database, build, on_both_databases};

on_both_databases!(
    reads_take_as_many_statements_for_few_rows_as_for_many,
    pages_are_ranges_of_an_index,
);

const REGIONS: [&str; 3] = ["kent", "london", "midlands"];

fn regions() -> Vec<RegionId> {
    REGIONS.map(build::region_id).to_vec()
}

fn request<F: Default>(filter: F) -> SliceRequest<F> {
    SliceRequest::of_first(20, filter, regions(), Direction::Ascending)
}

fn rows(count: u32) -> Vec<Change> {
    let region = |n: u32| build::region_id(REGIONS[(n % 3) as usize]);
    let point = |n: u32| build::point_id((n % 15 + 1) as u16);
    let each = |n: u32| {
        [
            build::meetup(region(n), n)
                .on([point(n)])
                .hosted_by(build::council_id(n % 10))
                .change(),
            build::case_study(region(n), n).on([point(n)]).change(),
            build::offer(region(n), n).on(point(n)).change(),
        ]
    };
    (0..count).flat_map(each).collect()
}

async fn reads_take_as_many_statements_for_few_rows_as_for_many(database: Database) {
    let (store, statements) = database.counted();
    store.apply("test", build::start(), build::nation(&REGIONS)).await.expect("a nation");
    let mut counts = Vec::new();
    for (rows_there, asked) in [(10, 1), (10_000, 50)] {
        store.apply("test", build::start(), rows(rows_there / 3)).await.expect("rows");
        let ids: Vec<MeetupId> =
            (0..asked).map(|n| build::meetup(build::region_id("kent"), n * 3).build().id).collect();
        let hosted = |n: u32| MeetupFilter {
            hosts: Some(vec![build::council_id(n % 10)]),
            ..MeetupFilter::default()
        };
        let meetups: Vec<_> = (0..asked).map(|n| request(hosted(n))).collect();
        let counted = SliceRequest { count: true, ..request(MeetupFilter::default()) };
        let studies = vec![request(CaseStudyFilter::default()); asked as usize];
        let offers = vec![request(OfferFilter::default()); asked as usize];
        let text = "meet-up".to_owned();
        let search = SearchRequest { text, regions: regions(), first: 20 };
        statements.take();
        let mut taken = Vec::new();

        store.meetups(&regions(), &ids).await.expect("meet-ups by id");
        taken.push(("by id", statements.take().len()));
        store.meetup_slices(&meetups).await.expect("pages");
        taken.push(("pages of meet-ups", statements.take().len()));
        store.meetup_slices(&[counted]).await.expect("a counted page");
        taken.push(("a counted page", statements.take().len()));
        store.case_study_slices(&studies).await.expect("pages");
        taken.push(("pages of case studies", statements.take().len()));
        store.offer_slices(&offers).await.expect("pages");
        taken.push(("pages of offers", statements.take().len()));
        store.search(&search).await.expect("a search");
        taken.push(("a search", statements.take().len()));
        store.freshness(&regions()).await.expect("freshness");
        taken.push(("freshness", statements.take().len()));
        store.reference_parts("lgdss-2016").await.expect("reference data");
        taken.push(("reference data", statements.take().len()));
        counts.push(taken);
    }
    assert_eq!(counts[0], counts[1]);
    let few = [1, 1, 2, 1, 1, 1, 1, 9];
    assert_eq!(counts[1].iter().map(|(_, count)| *count).collect::<Vec<_>>(), few);
}

/// The plan of a page, of which there may be several in one statement.
async fn plan(database: &Database, sql: &str) -> String {
    if database.options().url.starts_with("sqlite") {
        return database.explain("", sql).await;
    }
    // The estimate for a range whose ends are not known is a fixed share of the table; what
    // is asserted is that the range is one, not that sorting forty rows would be dearer; and that
    // the page's rows can be looked up, not that reading a few thousand would be.
    let setup =
        format!("SET enable_bitmapscan = off; SET enable_hashjoin = off; PREPARE page AS {sql}");
    database.explain(&setup, "EXECUTE page('[]', 21)").await
}

async fn pages_are_ranges_of_an_index(database: Database) {
    let (store, statements) = database.counted();
    let mut changes = build::nation(&REGIONS);
    changes.extend(rows(3_000));
    store.apply("test", build::start(), changes).await.expect("rows");
    database.run("ANALYZE").await;
    let kent = build::region_id("kent");
    let (council, point) = (Some(vec![build::council_id(1)]), Some(vec![build::point_id(1)]));
    let groups = Some(vec![build::group_id(kent)]);
    let ends_after = Some(build::start());
    let meetups = [
        (MeetupFilter::default(), "meetup_region_walk"),
        (MeetupFilter { groups, ..Default::default() }, "meetup_group_walk"),
        (MeetupFilter { hosts: council.clone(), ..Default::default() }, "meetup_host_walk"),
        (MeetupFilter { points: point.clone(), ..Default::default() }, "meetup_point"),
        (MeetupFilter { ends_after, ..Default::default() }, "meetup_region_walk"),
    ];
    let studies = [
        (CaseStudyFilter::default(), "case_study_region_walk"),
        (
            CaseStudyFilter { councils: council.clone(), ..Default::default() },
            "case_study_council_walk",
        ),
        (CaseStudyFilter { points: point.clone(), ..Default::default() }, "case_study_point"),
    ];
    let offers = [
        (OfferFilter::default(), "offer_region_walk"),
        (OfferFilter { councils: council, ..Default::default() }, "offer_council_walk"),
        (OfferFilter { points: point, ..Default::default() }, "offer_point_walk"),
    ];
    for direction in [Direction::Ascending, Direction::Descending] {
        let mut read = Vec::new();
        macro_rules! read {
            ($filters:ident, $slices:ident, $table:literal) => {
                for (filter, index) in $filters.clone() {
                    statements.take();
                    let request = SliceRequest { direction, ..request(filter) };
                    store.$slices(&[request]).await.expect("a page");
                    read.push((statements.take().remove(0), index, $table));
                }
            };
        }
        read!(meetups, meetup_slices, "meetup");
        read!(studies, case_study_slices, "case_study");
        read!(offers, offer_slices, "offer");
        for (sql, index, table) in read {
            let plan = plan(&database, &sql).await;

            let lines: Vec<_> = plan.lines().collect();
            let walk = lines.iter().position(|line| {
                line.contains(index) && (line.contains("Scan") || line.contains("SEARCH"))
            });
            let walk = walk.unwrap_or_else(|| panic!("{index} is not walked:\n{plan}"));
            let range = lines[walk..].iter().take(2).copied().collect::<String>();
            let (from, before) = if database.options().url.starts_with("sqlite") {
                ("id)>(?,?)", "id)<(?,?)")
            } else {
                (">= ROW", "< ROW")
            };
            assert!(range.contains(from) && range.contains(before), "{range}\n{plan}");
            assert!(!plan.contains(&format!("Seq Scan on {table}")), "{plan}");
        }
    }
}
