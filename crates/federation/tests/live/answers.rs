//! What a service is asked, and how its answers are read.

use std::collections::BTreeMap;

use folkmoot_domain::{
    AssessmentFilter, Attendance, CaseStudyFilter, Direction, GroupId, Key, MeetupFilter, MeetupId,
    MeetupStatus, OfferFilter, OfferKind, SliceRequest,
};
use folkmoot_federation::{RegionSource, Via};
use folkmoot_testkit::build;
use serde_json::json;
use uuid::Uuid;

use crate::world::{OWN, hours, item, kent, now};

#[tokio::test]
async fn pages_hold_the_rows_that_were_asked_for_and_say_how_many_there_are() {
    let world = kent([1, 2, 3, 4]).await;
    let mut request = SliceRequest { count: true, ..world.request(2) };
    request.after = Some(Key::at(now() + chrono::TimeDelta::hours(1), Uuid::from_u128(1)));

    let slices = world.live.meetup_slices(&[request]).await.expect("slices");

    assert_eq!(hours(&slices[0].rows), [2, 3]);
    assert!(slices[0].has_more);
    assert_eq!(slices[0].counts, Some(BTreeMap::from([(world.kent, 4)])));
    let meetup = &slices[0].rows[0];
    assert_eq!((meetup.region, meetup.group), (world.kent, build::group_id(world.kent)));
    assert_eq!(meetup.provenance.system, "live");
}

#[tokio::test]
async fn filters_go_out_as_codes_slugs_and_references() {
    let world = kent([]).await;
    let filter = MeetupFilter {
        groups: Some(vec![build::group_id(world.kent), GroupId::derived("elsewhere")]),
        hosts: Some(vec![build::council_id(0)]),
        points: Some(vec![build::point_id(3)]),
        ends_after: Some(now()),
        attendance: Some(Attendance::InPerson),
        statuses: Some(vec![MeetupStatus::Planned]),
        ..MeetupFilter::default()
    };
    let request = SliceRequest { filter, direction: Direction::Descending, ..world.request(500) };
    world.live.meetup_slices(&[request]).await.expect("slices");
    let page = json!({
        "filter": {
            "groups": ["kent"], "hosts": ["AAA"], "points": ["lgdss-2016/3"],
            "endsAfter": "2027-01-14T18:30:00Z", "attendance": "IN_PERSON", "statuses": ["PLANNED"],
        },
        "direction": "DESCENDING", "first": 200, "count": false,
    });
    assert_eq!(world.variables(), [json!({ "withMeetups": true, "meetups": [page] })]);
    let head = &world.service.asked()[0].head;
    assert!(head.contains("authorization: bearer secret"), "{head}");
    assert!(head.contains(&format!("folkmoot-via: {OWN}")), "{head}");
}

#[tokio::test]
async fn all_kinds_are_asked_in_their_own_words() {
    let world = kent([]).await;
    let (live, regions) = (&world.live, vec![world.kent]);
    let points = Some(vec![build::point_id(1)]);
    let studies =
        CaseStudyFilter { points: points.clone(), search: Some("bins".to_owned()), councils: None };
    let kinds = Some(vec![OfferKind::ShareCode]);
    let offers = OfferFilter { points, kinds, remote: Some(true), councils: None };
    let assessments =
        AssessmentFilter { councils: Some(vec![build::council_id(1)]), ..Default::default() };
    let ascending = Direction::Ascending;

    let studies = [SliceRequest::of_first(1, studies, regions.clone(), ascending)];
    let offers = [SliceRequest::of_first(1, offers, regions.clone(), ascending)];
    let assessments = [SliceRequest::of_first(1, assessments, regions.clone(), ascending)];
    let (studies, offers, assessments) = tokio::join!(
        live.case_study_slices(&studies),
        live.offer_slices(&offers),
        live.assessment_slices(&assessments),
    );

    assert!(studies.is_ok() && offers.is_ok() && assessments.is_ok());
    let [asked] = &world.variables()[..] else { panic!("one request") };
    let filter = |list: &str| asked[list][0]["filter"].clone();
    assert_eq!(filter("caseStudies"), json!({ "points": ["lgdss-2016/1"], "search": "bins" }));
    let offers = json!({ "points": ["lgdss-2016/1"], "kinds": ["SHARE_CODE"], "remote": true });
    assert_eq!(filter("offers"), offers);
    assert_eq!(filter("assessments"), json!({ "councils": ["AAB"] }));
}

#[tokio::test]
async fn filter_that_nothing_there_can_pass_is_not_asked_for() {
    let world = kent([1]).await;
    let of = |groups: Vec<GroupId>| {
        let filter = MeetupFilter { groups: Some(groups), ..MeetupFilter::default() };
        SliceRequest { filter, count: true, ..world.request(2) }
    };
    let requests = [of(vec![build::group_id(build::region_id("london"))]), of(vec![])];

    let slices = world.live.meetup_slices(&requests).await.expect("slices");

    for slice in slices {
        assert!(slice.rows.is_empty() && !slice.has_more);
        assert_eq!(slice.counts, Some(BTreeMap::from([(world.kent, 0)])));
    }
    assert!(world.service.asked().is_empty());
}

#[tokio::test]
async fn ids_are_asked_in_one_request_and_what_is_not_there_is_absent() {
    let world = kent([1, 2]).await;
    let ids = [1, 2, 3].map(|number| MeetupId(Uuid::from_u128(number)));

    let found = world.live.meetups(&[world.kent], &ids).await.expect("rows");

    assert_eq!(found.len(), 2);
    assert_eq!(found[&ids[1]].title, "Meet-up 2");
    let elsewhere = world.live.meetups(&[build::region_id("london")], &ids).await.expect("rows");
    assert!(elsewhere.is_empty());
    assert_eq!(world.service.asked().len(), 1);
}

#[tokio::test]
async fn more_ids_than_fit_a_request_go_out_in_several() {
    let world = kent([1]).await;
    let ids: Vec<_> = (1..=1_001).map(|number| MeetupId(Uuid::from_u128(number))).collect();
    let found = world.live.meetups(&[world.kent], &ids).await.expect("rows");
    assert_eq!(found.len(), 1);
    let sizes: Vec<_> = world
        .variables()
        .iter()
        .map(|asked| asked["meetupIds"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(sizes.iter().sum::<usize>(), 1_001);
    assert!(sizes.iter().all(|size| *size <= 500), "{sizes:?}");
}

#[tokio::test]
async fn card_says_how_fresh_a_region_is_and_is_not_asked_for_each_time() {
    let world = kent([1]).await;
    let regions = [world.kent];
    let described = world.live.describe(&regions).await.expect("described");
    assert_eq!(described[&world.kent].as_of, Some(now()));
    world.live.describe(&regions).await.expect("described");
    assert_eq!(world.service.asked().len(), 1);

    world.service.change_card(|card| card["asOf"] = json!("2027-01-01T00:00:00Z"));
    world.live.ask_card().await.expect("a card");
    let described = world.live.describe(&regions).await.expect("described");
    let as_of = described[&world.kent].as_of.expect("read once");
    assert_eq!(as_of.to_rfc3339(), "2027-01-01T00:00:00+00:00");
    assert_eq!(world.live.card().expect("a card").code, "kent");
}

#[tokio::test]
async fn page_over_stored_and_live_regions_is_one_list_from_one_request() {
    let world = kent([1, 2, 5]).await;
    let page = world.page(4).await.expect("a page");
    assert_eq!(hours(&page.rows), [1, 1, 2, 2]);
    assert!(page.complete && page.has_next_page);
    assert_eq!(page.total_count, Some(6));
    assert_eq!(world.service.asked().len(), 1, "card and rows travel together");
}

#[tokio::test]
async fn bad_rows_are_left_out_alone() {
    let world = kent([1, 3]).await;
    let mut bad = item(2);
    bad["title"] = json!(7);
    let mut hostile = item(4);
    hostile["title"] = json!("Bins \u{202E}<script>alert(1)</script>\u{0} ask jo@kent.example");
    world.service.add_rows("Meetup", [bad, hostile]);

    let slices = world.live.meetup_slices(&[world.request(10)]).await.expect("slices");

    assert_eq!(hours(&slices[0].rows), [1, 3, 4]);
    assert_eq!(world.live.rows_left_out(), 1);
    let title = &slices[0].rows[2].title;
    assert!(!title.contains(['\u{202E}', '\u{0}', '@']), "{title}");
}

#[tokio::test]
async fn page_of_bad_rows_is_asked_on_from_the_last_of_them() {
    let world = kent([5]).await;
    let bad = (1..=4).map(|number| {
        let mut bad = item(number);
        bad["attendance"] = json!("BY_POST");
        bad
    });
    world.service.add_rows("Meetup", bad);
    let slices = world.live.meetup_slices(&[world.request(2)]).await.expect("slices");
    assert_eq!(hours(&slices[0].rows), [5]);
    assert_eq!(world.service.asked().len(), 3);
}

#[tokio::test]
async fn question_that_has_been_here_says_so_on_its_way_on() {
    let world = kent([1]).await;
    let before = Uuid::from_u128(1);
    let via = Via::default().and(before).expect("short");
    Via::scope(via, world.live.meetup_slices(&[world.request(1)])).await.expect("slices");
    let head = &world.service.asked()[0].head;
    assert!(head.contains(&format!("folkmoot-via: {before}, {OWN}")), "{head}");

    let five =
        (1..=5).fold(Via::default(), |via, hop| via.and(Uuid::from_u128(hop)).expect("five"));
    let refused = Via::scope(five, world.live.meetup_slices(&[world.request(1)])).await;
    assert!(refused.is_err());
    assert_eq!(world.service.asked().len(), 1, "it is not passed on");
}
