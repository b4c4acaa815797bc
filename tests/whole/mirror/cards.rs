//! The card: whose it is, which contract it keeps, its clock, its groups and feeds.

use chrono::TimeDelta;
use folkmoot_domain::{Feed, FeedAddress, FeedOf, HarvestOutcome};
use folkmoot_testkit::build;
use folkmoot_tests::Served;
use serde_json::{Value, json};

use super::{Nation, after, item, kent, notes, told};

#[tokio::test]
async fn a_card_that_cannot_be_taken_says_what_to_do_and_nothing_is_read() {
    let nation = Nation::new().await;
    nation.serve(&[item(1, 1)]);
    nation.harvest().await;
    let pages = nation.server.paths().len();
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 6] = [
        (
            |card| card["contract"] = json!("0.9"),
            "version 0.9 of the contract, and this gateway speaks 1.1: bring the region's service up",
        ),
        (|card| card["contract"] = json!("2.0"), "bring this gateway up to date"),
        (
            |card| card["code"] = json!("surrey"),
            "the card is of Region kent (surrey), and this region is Region kent (kent)",
        ),
        (|card| card["groups"] = json!({}), "it is no region's card (groups: invalid type"),
        (|card| card["epoch"] = json!("x".repeat(300)), "epoch: has more than 200 bytes"),
        (|card| card["now"] = json!("soon"), "it is no region's card (now:"),
    ];
    for (change, says) in cases {
        nation.serve_card(change);
        let harvested = nation.harvest().await;
        assert!(told(&harvested).contains(says), "{} does not say {says}", told(&harvested));
        assert_eq!(nation.rows().await, "1");
    }
    nation.server.serve_at("/region.json", Served::Body { kind: "text/html", body: "<p>".into() });
    assert!(told(&nation.harvest().await).contains("answers with a web page, not with JSON"));
    assert_eq!(nation.server.paths().len(), pages + 7, "no feed was asked for");
    nation.serve_card(|card| card["contract"] = json!("1.7"));
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Read);
}

#[tokio::test]
async fn a_region_is_known_by_a_former_code() {
    let nation = Nation::new().await;
    let region = build::region("kent").with(|kent| {
        kent.door = folkmoot_domain::Door::Changes;
        kent.former_codes = vec![kent.code.clone()];
        kent.code = "garden".parse().expect("a code");
    });
    nation.write(vec![region.change()]).await;
    nation.serve(&[item(1, 1)]);
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Read);
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told() {
    let nation = Nation::new().await;
    nation.serve_feed(&[item(1, 1)], 10);
    for (off, says) in [
        (TimeDelta::minutes(4), ""),
        (TimeDelta::minutes(-4), ""),
        (TimeDelta::minutes(90), "the card's clock is 89 minutes ahead of ours: set it right"),
        (TimeDelta::minutes(-90), "the card's clock is 91 minutes behind ours"),
    ] {
        let theirs = nation.now() + off;
        nation.serve_card(|card| card["now"] = json!(theirs));
        let harvested = nation.harvest().await;
        assert_eq!(harvested.outcome, HarvestOutcome::Read, "it is told and harms nothing");
        let notes = notes(&harvested);
        assert!(notes.starts_with(says) && notes.is_empty() == says.is_empty(), "{notes}");
    }
}

#[tokio::test]
async fn groups_and_members_come_with_the_card_and_bad_ones_harm_no_other() {
    let nation = Nation::new().await;
    nation
        .write(vec![folkmoot_store::Change::Membership(build::home(build::region_id("surrey"), 0))])
        .await;
    let mut coastal = item(1, 1);
    coastal["data"]["group"] = json!("coast");
    nation.serve_feed(&[coastal], 10);
    nation.serve_card(|card| {
        card["groups"] = json!([
            { "slug": "kent", "name": "Peer group kent", "members": [
                { "council": "AAA", "home": true }, { "council": "AAB", "home": true },
                { "council": "nowhere" },
            ] },
            { "slug": "coast", "name": "Coast", "members": [
                { "council": "AAC" }, { "council": "AAB", "home": true },
            ] },
            { "slug": "surrey", "name": "Not theirs" },
        ]);
    });

    let harvested = nation.harvest().await;

    assert_eq!(nation.rows().await, "1", "a group of the card is known to its rows");
    let notes = notes(&harvested);
    for says in [
        "groups[0].members[2].council: unknown",
        "groups[2].slug: another peer group is called \"surrey\"",
        "groups[1].members[1].home: the council has another home in the region on a day",
    ] {
        assert!(notes.contains(says), "{notes} does not say {says}");
    }
    let of_kent = "SELECT count(*) FROM membership m JOIN peer_group g ON g.id = m.group_id \
         WHERE g.slug IN ('kent', 'coast')";
    assert_eq!(nation.database.number(of_kent).await, 3, "although Surrey claims the first, too");
}

#[tokio::test]
async fn feeds_come_go_and_move_with_the_card() {
    let nation = Nation::new().await;
    nation.serve(&[item(1, 1)]);
    nation.harvest().await;
    nation.serve_card(|card| {
        card["feeds"] = json!([
            { "kind": "Meetup", "url": "/elsewhere" }, { "kind": "Meetup", "url": "/twice" },
            { "kind": "Offer", "url": "http://[" },
        ]);
    });
    nation.serve_page("/elsewhere", &[item(1, 1), item(2, 2)]);
    nation.serve_page(&after(&item(2, 2)), &[]);
    let moved = nation.harvest().await;
    assert_eq!(nation.rows().await, "1 2", "a feed at another address is read from its start");
    for says in ["feeds[1].kind: there is a feed of Meetup already", "feeds[2].url:"] {
        assert!(notes(&moved).contains(says), "{}", notes(&moved));
    }

    nation.serve_card(|card| card["feeds"] = json!([]));
    let left = nation.harvest().await;
    assert!(notes(&left).contains("Meetup: the card has no feed of it any more; its rows stay"));
    assert_eq!((nation.rows().await.as_str(), left.outcome), ("1 2", HarvestOutcome::Read));
}

#[tokio::test]
async fn a_region_that_is_moved_begins_anew_and_rows_from_elsewhere_are_no_fresher_than_there() {
    let nation = Nation::new().await;
    nation.serve(&[item(1, 1), item(2, 2)]);
    nation.harvest().await;
    let address = FeedAddress::parse(&format!("{}/other.json", nation.server.address));
    let feed = Feed::new(kent(), FeedOf::Changes, address.expect("an address"));
    nation.store().set_feeds("test", nation.now(), kent(), &[feed]).await.expect("set");
    let as_of = nation.now() - TimeDelta::hours(3);
    let card = json!({
        "contract": "1.0", "code": "kent", "name": "Region kent", "now": nation.now(),
        "epoch": "other", "asOf": as_of, "groups": [],
        "feeds": [{ "kind": "Meetup", "url": "/changes/meetups" }],
    });
    nation.server.serve_at("/other.json", super::served(&card));

    let read = nation.harvest().await;

    assert_eq!(read.outcome, HarvestOutcome::Read);
    assert_eq!(nation.watched().await.marker.expect("a marker").epoch, "other");
    let fresh = nation.store().freshness(&[kent()]).await.expect("read");
    assert_eq!(fresh.get(&kent()).map(|fresh| fresh.as_of), Some(as_of));
}
