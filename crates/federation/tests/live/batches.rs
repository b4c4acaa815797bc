//! Which questions travel together.

use std::time::Duration;

use folkmoot_domain::MeetupId;
use folkmoot_federation::{RegionSource, SourceError, Via};
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{hours, kent, kent_with};

#[tokio::test]
async fn questions_of_one_moment_travel_in_one_request() {
    let world = kent([1, 2, 3]).await;
    world.snapshot().await;
    let (regions, one, two) = ([world.kent], [world.request(1)], [world.request(2)]);
    let ids = [MeetupId(Uuid::from_u128(3))];
    let (card, one, two, three) = tokio::join!(
        world.live.describe(&regions),
        world.live.meetup_slices(&one),
        world.live.meetup_slices(&two),
        world.live.meetups(&regions, &ids),
    );
    assert!(card.is_ok());
    assert_eq!(hours(&one.expect("slices")[0].rows), [1]);
    assert_eq!(hours(&two.expect("slices")[0].rows), [1, 2]);
    assert_eq!(hours(three.expect("rows").values()), [3]);
    let [asked] = &world.variables()[..] else { panic!("one request") };
    assert_eq!(asked["meetups"].as_array().map(Vec::len), Some(2));
    assert_eq!(asked["describe"], true);
}

#[tokio::test]
async fn no_request_holds_more_than_the_contract_allows() {
    let world = kent([1]).await;
    let requests = vec![world.request(1); 250];
    let slices = world.live.meetup_slices(&requests).await.expect("slices");
    assert_eq!(slices.len(), 250);
    assert!(slices.iter().all(|slice| hours(&slice.rows) == [1]));
    let sizes: Vec<_> = world
        .variables()
        .iter()
        .map(|asked| asked["meetups"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(sizes.iter().sum::<usize>(), 250);
    assert!(sizes.iter().all(|size| *size <= 100), "{sizes:?}");
}

#[tokio::test]
async fn questions_that_came_by_other_gateways_travel_apart() {
    let world = kent([1]).await;
    let via = Via::default().and(Uuid::from_u128(1)).expect("short");
    let request = [world.request(1)];
    let (direct, by_other) = tokio::join!(
        world.live.meetup_slices(&request),
        Via::scope(via, world.live.meetup_slices(&request)),
    );
    assert!(direct.is_ok() && by_other.is_ok());
    assert_eq!(world.service.asked().len(), 2);
}

#[tokio::test]
async fn caller_that_gives_up_harms_nobody() {
    let world = kent([1]).await;
    world.service.delay(Duration::from_millis(100));
    let request = [world.request(1)];
    let impatient =
        tokio::time::timeout(Duration::from_millis(20), world.live.meetup_slices(&request));
    let (gone, patient) = tokio::join!(impatient, world.live.meetup_slices(&request));
    assert!(gone.is_err());
    assert_eq!(hours(&patient.expect("slices")[0].rows), [1]);
    assert_eq!(world.service.asked().len(), 1);
}

#[tokio::test]
async fn what_waits_for_a_slow_service_travels_together_and_is_bounded() {
    let world =
        kent_with([1], |options| (options.max_in_flight, options.max_waiting) = (1, 5)).await;
    world.service.delay(Duration::from_millis(300));
    let request = [world.request(1)];
    let first = tokio::spawn({
        let (live, request) = (world.live.clone(), request.clone());
        async move { live.meetup_slices(&request).await.map(|slices| slices.len()) }
    });
    while world.service.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let answers = join_all((0..7).map(|_| world.live.meetup_slices(&request))).await;
    let refused = answers.iter().filter(|answer| **answer == Err(SourceError::Unavailable)).count();
    assert_eq!(refused, 2, "five may wait");
    assert!(first.await.expect("no panic").is_ok());
    assert_eq!(world.service.asked().len(), 2, "those that waited went together");
}

#[tokio::test]
async fn bad_part_fails_only_those_who_asked_for_it() {
    let world = kent([1]).await;
    let ids = [MeetupId(Uuid::from_u128(1))];
    let both = async || {
        let request = [world.request(1)];
        let regions = [world.kent];
        tokio::join!(world.live.meetup_slices(&request), world.live.meetups(&regions, &ids))
    };
    world.service.bend(|_, answer| {
        answer["data"]["meetups"] = Value::Null;
        answer["errors"] = json!([{ "message": "slow disk", "path": ["meetups"] }]);
    });
    let (slices, rows) = both().await;
    assert_eq!(slices.map(|slices| slices.len()), Err(SourceError::Unavailable));
    assert_eq!(hours(rows.expect("rows").values()), [1]);

    // Fields that are never null take everything with them: the rest is asked for once more.
    world.service.bend(|variables, answer| {
        if variables["withMeetups"] == true {
            *answer =
                json!({ "data": null, "errors": [{ "message": "x", "path": ["meetups", 0] }] });
        }
    });
    let before = world.service.asked().len();
    let (slices, rows) = both().await;
    assert!(slices.is_err());
    assert_eq!(hours(rows.expect("rows").values()), [1]);
    assert_eq!(world.service.asked().len() - before, 2);
}

#[tokio::test]
async fn member_that_cannot_be_told_costs_its_row_only() {
    let world = kent([1, 2]).await;
    world.service.bend(|_, answer| {
        answer["data"]["meetups"][0]["rows"][0]["host"] = Value::Null;
        let path = json!(["meetups", 0, "rows", 0, "host"]);
        answer["errors"] = json!([{ "message": "x", "path": path }]);
    });
    let slices = world.live.meetup_slices(&[world.request(5)]).await.expect("slices");
    assert_eq!(hours(&slices[0].rows), [2]);
}

#[tokio::test]
async fn answers_that_are_too_large_together_are_asked_for_apart() {
    let world = kent([1]).await;
    world.service.bend(|variables, answer| {
        if variables["meetups"].as_array().map(Vec::len) > Some(1) {
            answer["padding"] = "x".repeat(4 * 1024 * 1024).into();
        }
    });
    let request = [world.request(1)];
    let answers = join_all((0..4).map(|_| world.live.meetup_slices(&request))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(world.service.asked().len(), 7);
}
