//! Services that fail, in every way: the region is missing from that page, with the reason, and
//! nothing else is.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use folkmoot_domain::FeedAddress;
use folkmoot_federation::{Clock, Live, LiveOptions, RegionSource, SourceError, SourceReason};
use folkmoot_testkit::Manner;
use serde_json::{Value, json};

use crate::world::{OWN, World, client, hours, item, kent, now};

fn raw(status: u16, headers: &str, body: &str) -> Manner {
    Manner::Raw(status, headers.to_owned(), body.to_owned())
}

async fn error(world: &World) -> SourceError {
    world.live.meetup_slices(&[world.request(5)]).await.expect_err("no answer")
}

#[tokio::test]
async fn what_a_status_means_is_what_a_caller_can_do() {
    let world = kent([1]).await;
    for (status, wanted) in [
        (401, SourceError::Rejected),
        (403, SourceError::Rejected),
        (404, SourceError::Rejected),
        (429, SourceError::Unavailable),
        (500, SourceError::Unavailable),
        (503, SourceError::Unavailable),
        (508, SourceError::Rejected),
    ] {
        world.service.answer(raw(status, "", "{}"));
        assert_eq!(error(&world).await, wanted, "{status}");
    }
}

#[tokio::test]
async fn how_long_a_service_wants_to_be_left_in_peace_is_heard() {
    let world = kent([1]).await;
    let busy = SourceError::Busy(Duration::from_secs(7));
    for (status, after, wanted) in [
        (429, "retry-after: 7\r\n", busy.clone()),
        (503, "retry-after: 7\r\n", busy),
        (503, "retry-after: soon\r\n", SourceError::Unavailable),
        (503, "retry-after: 0\r\n", SourceError::Unavailable),
        (500, "retry-after: 7\r\n", SourceError::Unavailable),
    ] {
        world.service.answer(raw(status, after, "{}"));
        assert_eq!(error(&world).await, wanted, "{status} {after}");
    }
}

#[tokio::test]
async fn what_is_refused_behind_a_gateway_is_refused_here() {
    let world = kent([1]).await;
    let said = |code: &str| {
        let error =
            json!({ "message": "kent", "path": ["meetups"], "extensions": { "code": code } });
        let body = json!({ "data": { "meetups": null }, "errors": [error] }).to_string();
        world.service.answer(raw(200, "content-type: application/json\r\n", &body));
    };
    said("REFUSED");
    assert_eq!(error(&world).await, SourceError::Rejected);
    said("INVALID_ANSWER");
    assert!(matches!(error(&world).await, SourceError::Malformed(_)));
    said("UNAVAILABLE");
    assert_eq!(error(&world).await, SourceError::Unavailable);
}

#[tokio::test]
async fn whatever_a_service_answers_is_told_for_what_it_is() {
    let world = kent([1]).await;
    let json = "content-type: application/json\r\n";
    let cases = [
        (raw(200, "content-type: text/html\r\n", "<html>"), "a web page"),
        (raw(302, "location: http://127.0.0.1:1/\r\n", ""), "another address"),
        (raw(200, json, "{\"data\": {"), "no JSON"),
        (raw(200, json, &"[".repeat(100_000)), "no JSON: recursion limit"),
        (raw(200, json, "[]"), "no JSON object"),
        (raw(200, json, "{}"), "neither data nor errors"),
        (raw(200, json, "{\"data\": 5}"), "data: is no JSON object"),
        (raw(200, json, "{\"data\": {}}"), "meetups: is missing"),
        (raw(200, json, "{\"data\": {\"meetups\": {}}}"), "meetups: is no list"),
        (raw(200, json, "{\"data\": {\"meetups\": []}}"), "one entry for each"),
        (raw(200, json, "{\"data\": {\"meetups\": [5]}}"), "rows is no list"),
        (raw(200, json, "{\"data\": {\"meetups\": [{\"rows\": []}]}}"), "hasMore is not given"),
        (
            raw(200, json, "{\"errors\": [{\"message\": \"Unknown field\\u202e\"}]}"),
            "\"Unknown field\"",
        ),
        (raw(200, "content-encoding: gzip\r\n", "not gzip at all, none of it"), "unpacked"),
        (raw(200, "", &"x".repeat(4 * 1024 * 1024 + 1)), "larger than 4 MB"),
    ];
    for (manner, says) in cases {
        world.service.answer(manner);
        let SourceError::Malformed(told) = error(&world).await else {
            panic!("not malformed: {says}")
        };
        assert!(told.contains(says), "{told}\nwanted {says}");
    }
}

#[tokio::test]
async fn refusals_in_words_are_told_from_failures() {
    let world = kent([1]).await;
    let said = |code: &str| json!([{ "message": "x", "extensions": { "code": code } }]);
    for (errors, wanted) in [
        (said("UNAUTHENTICATED"), SourceError::Rejected),
        (said("FORBIDDEN"), SourceError::Rejected),
        (said("INTERNAL_SERVER_ERROR"), SourceError::Unavailable),
        (json!([{ "message": "x", "path": ["meetups"] }]), SourceError::Unavailable),
    ] {
        let body = json!({ "data": null, "errors": errors }).to_string();
        world.service.answer(raw(200, "", &body));
        assert_eq!(error(&world).await, wanted, "{body}");
    }
}

#[tokio::test]
async fn nobody_is_waited_for_without_end() {
    let world = kent([1]).await;
    for (manner, wanted) in [
        (Manner::HangsMidBody, SourceError::TimedOut),
        (Manner::Drips, SourceError::TimedOut),
        (Manner::Closes, SourceError::Unavailable),
    ] {
        world.service.answer(manner);
        let began = Instant::now();
        assert_eq!(error(&world).await, wanted);
        assert!(began.elapsed() < Duration::from_secs(3));
    }
    world.service.answer(Manner::Endless);
    let SourceError::Malformed(told) = error(&world).await else { panic!("read to no end") };
    assert!(told.contains("larger than 4 MB"), "{told}");
}

#[tokio::test]
async fn service_that_is_gone_is_unavailable_and_its_region_is_missing_from_the_page() {
    let mut world = kent([1, 2]).await;
    world.service.stop();
    assert_eq!(error(&world).await, SourceError::Unavailable);
    let page = world.page(10).await.expect("a page without Kent");
    assert_eq!(hours(&page.rows), [1, 2, 3]);
    assert!(!page.complete);
    assert_eq!(page.gaps[0].reason, SourceReason::Unreachable);
}

/// The reason for which Kent is missing from a page.
async fn reason(world: &World) -> Option<SourceReason> {
    let page = world.page(10).await.expect("London is there");
    assert_eq!(page.sources[1].code, "london");
    assert_eq!(page.sources[1].reason, None);
    page.sources[0].reason
}

#[tokio::test]
async fn answers_that_break_the_order_are_refused_whole() {
    let world = kent([1, 2, 3]).await;
    let bends: [fn(&mut Value); 4] = [
        |page| page["rows"].as_array_mut().expect("rows").reverse(),
        |page| page["rows"][1] = page["rows"][0].clone(),
        |page| (page["rows"], page["hasMore"]) = (json!([]), json!(true)),
        |page| page["count"] = json!(-1),
    ];
    for bend in bends {
        world.service.bend(move |_, answer| bend(&mut answer["data"]["meetups"][0]));
        assert_eq!(reason(&world).await, Some(SourceReason::InvalidAnswer));
    }
    // Beyond the bounds: the first rows again, whatever is asked for.
    world.service.bend(|_, answer| {
        let rows: Vec<_> = (1..=2).map(item).collect();
        answer["data"]["meetups"][0] = json!({ "rows": rows, "hasMore": true, "count": null });
    });
    assert_eq!(reason(&world).await, Some(SourceReason::InvalidAnswer));
}

#[tokio::test]
async fn pages_that_are_larger_or_smaller_than_asked_do_no_harm() {
    let world = kent(1..=9).await;
    world.service.bend(|_, answer| {
        let rows: Vec<_> = (1..=9).map(item).collect();
        answer["data"]["meetups"][0] = json!({ "rows": rows, "hasMore": false, "count": 9 });
    });
    let page = world.page(4).await.expect("a page");
    assert_eq!(hours(&page.rows), [1, 1, 2, 2]);
    world.service.bend(|_, answer| {
        let page = &mut answer["data"]["meetups"][0];
        if page["rows"].as_array().map(Vec::len) > Some(1) {
            page["rows"].as_array_mut().expect("rows").truncate(1);
            page["hasMore"] = json!(true);
        }
    });
    let page = world.page(4).await.expect("a page");
    assert!(page.complete && page.has_next_page, "{page:?}");
}

#[tokio::test]
async fn bad_rows_without_end_are_given_up() {
    let world = kent([]).await;
    world.service.bend(|variables, answer| {
        let after = &variables["meetups"][0]["after"]["id"];
        let last =
            after.as_str().and_then(|id| id.parse().ok()).map_or(0, |id: uuid::Uuid| id.as_u128());
        let mut bad = item(last as u32 + 1);
        bad["title"] = json!(null);
        answer["data"]["meetups"][0] = json!({ "rows": [bad], "hasMore": true });
    });
    assert!(matches!(error(&world).await, SourceError::Malformed(_)));
    assert_eq!(world.service.asked().len(), 6);
    // The same one each time leads nowhere.
    world.service.bend(|_, answer| {
        let mut bad = item(1);
        bad["title"] = json!(null);
        answer["data"]["meetups"][0] = json!({ "rows": [bad], "hasMore": true });
    });
    assert!(matches!(error(&world).await, SourceError::Malformed(_)));
    assert_eq!(world.service.asked().len(), 8);
}

#[tokio::test]
async fn rows_under_the_ids_of_others_are_refused() {
    let world = kent([1, 2]).await;
    world.service.bend(|_, answer| {
        if let Some(rows) = answer["data"]["meetupsById"].as_array_mut() {
            rows.reverse();
        }
    });
    let ids = [1, 2].map(|number| folkmoot_domain::MeetupId(uuid::Uuid::from_u128(number)));
    let found = world.live.meetups(&[world.kent], &ids).await.expect("rows");
    assert_ne!(found[&ids[0]].id, ids[0], "the nation sees it and refuses");
}

#[tokio::test]
async fn private_addresses_and_such_without_https_are_not_asked() {
    let world = kent([1]).await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    listener.set_nonblocking(true).expect("does not block");
    for address in [
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("http://localhost:{port}/"),
    ] {
        let options = LiveOptions::new(OWN, Clock::fixed(now()));
        let address = FeedAddress::parse(&address).expect("an address");
        let live =
            Live::new(client(false), world.kent, address, None, world.reference.clone(), options);
        let (error, reason) = live.ask_card().await.expect_err("not asked");
        assert_eq!(error, SourceError::Rejected, "{reason}");
    }
    assert!(listener.accept().is_err(), "nobody came");
}

#[tokio::test]
async fn card_of_another_contract_is_not_taken() {
    let world = kent([]).await;
    world.service.change_card(|card| card["contract"] = json!("2.0"));
    let (_, reason) = world.live.ask_card().await.expect_err("not taken");
    assert!(reason.contains("bring this gateway up to date"), "{reason}");
}

#[tokio::test]
async fn service_that_somebody_gave_up_on_is_asked_for_its_card_anew() {
    let world = kent([1]).await;
    let (regions, request) = ([world.kent], [world.request(5)]);
    let patience = Duration::from_millis(50);
    world.live.describe(&regions).await.expect("described");
    world.service.answer(Manner::HangsMidBody);

    let rows = tokio::time::timeout(patience, world.live.meetup_slices(&request)).await;
    let card = tokio::time::timeout(patience, world.live.describe(&regions)).await;

    assert!(rows.is_err(), "it hangs");
    assert!(card.is_err(), "a card of before it hung is no sign of life: {card:?}");
}
