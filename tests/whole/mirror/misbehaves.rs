//! Whatever a server does, the last good rows stay, the reason is told, the other regions are
//! whole, and it recovers.

use folkmoot_domain::{Feed, FeedAddress, FeedOf, HarvestOutcome};
use folkmoot_federation::{FetchOptions, Fetcher};
use folkmoot_tests::Served;
use serde_json::{Value, json};

use super::{FEED, JSON, Nation, after, item, kent, served, told};

fn page(next: &str, items: &[Value]) -> Served {
    served(&json!({ "next": next, "items": items }))
}

fn text(kind: &'static str, body: &str) -> Served {
    Served::Body { kind, body: body.to_owned() }
}

#[tokio::test]
async fn the_last_good_rows_stay_whatever_a_page_says() {
    let nation = Nation::new().await;
    let here = after(&item(3, 3));
    let host = &nation.server.address;
    let on = format!("{FEED}?afterchange=9");
    let mut typed = item(4, 4);
    typed["modified"] = json!("4");
    let many: Vec<_> = (4..505).map(|n| super::deleted(n, 4)).collect();
    let cases = [
        (page(&format!("{host}{here}"), &[item(4, 4)]), "leads to itself"),
        (page(&on, &[item(5, 5), item(4, 4)]), "out of order at change 4"),
        (page(&on, &[item(4, 4), item(3, 3)]), "out of order at change 3"),
        (page(&on, &[item(3, 3)]), "goes backwards: it begins at change 3"),
        (page(&on, &[item(1, 4), item(9, 5)]), "goes backwards: it begins at change 1"),
        (page("https://other.example/changes", &[item(4, 4)]), "leads to https://other.example"),
        (page("http://127.0.0.1:1/changes", &[item(4, 4)]), "keep all pages of a feed on one host"),
        (page("https://[::1]/changes", &[item(4, 4)]), "keep all pages of a feed on one host"),
        (page("http://", &[item(4, 4)]), "the next of a page is no address"),
        (page(&on, &many), "has 501 items"),
        (page(&on, &[typed]), "items[0].modified: invalid type"),
        (page(&on, &[json!({})]), "items[0]: missing field"),
        (text(JSON, "{\"next\": "), "it is no page of a change feed"),
        (text(JSON, "[]"), "it is no page of a change feed"),
        (text(JSON, &"[".repeat(100_000)), "it is no page of a change feed"),
        (text("text/html", "<!doctype html><p>Hello"), "answers with a web page"),
        (text(JSON, &" ".repeat(20 * 1024 * 1024 + 1)), "a page is larger than 20 MB"),
        (Served::Endless, "a page is larger than 20 MB"),
        (Served::Closes, "broke off its answer"),
        (Served::HangsAfter("HTTP/1.1 200 OK\r\n".to_owned()), "did not answer within 2 seconds"),
        (Served::Raw("HTTP/1.1 404 Gone\r\ncontent-length: 0\r\n\r\n".to_owned()), "nothing at"),
        (Served::Raw("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n".to_owned()), "out of order"),
    ];
    for (answer, says) in cases {
        nation.server.forget();
        nation.serve(&[item(1, 1), item(2, 2), item(3, 3)]);
        // Whatever was found before is over with.
        nation.harvest().await;
        assert_eq!(nation.harvest().await.reading.expect("a reading").notes, [""; 0], "{says}");
        let good_at = nation.watched().await.good_at;
        nation.server.serve_at(&here, answer);

        let harvested = nation.harvest().await;

        assert!(told(&harvested).contains(says), "{} does not say {says}", told(&harvested));
        assert!(told(&harvested).starts_with("Meetup: "), "{}", told(&harvested));
        assert_eq!(nation.rows().await, "1 2 3", "{says}");
        assert!(nation.others_are_whole().await, "{says}");
        assert_eq!(nation.watched().await.good_at, good_at, "it is no fresher: {says}");
    }
    nation.server.forget();
    nation.serve(&[item(1, 1), item(2, 2), item(3, 3)]);
    nation.serve_page(&here, &[item(4, 4)]);
    nation.serve_page(&after(&item(4, 4)), &[]);
    assert_eq!(nation.harvest().await.outcome, HarvestOutcome::Read);
    assert_eq!(nation.rows().await, "1 2 3 4", "and it recovers");
}

#[tokio::test]
async fn pages_that_lead_back_are_not_followed_in_circles() {
    let nation = Nation::new().await;
    nation.serve_card(|_| {});
    nation.server.serve_at(FEED, page("?two", &[item(1, 1)]));
    nation.server.serve_at(&format!("{FEED}?two"), page(FEED, &[item(2, 2)]));

    let harvested = nation.harvest().await;

    assert!(told(&harvested).contains("goes backwards: it begins at change 1"), "{harvested:?}");
    assert_eq!(nation.server.paths().len(), 4, "{:?}", nation.server.paths());
    assert_eq!(nation.rows().await, "1 2");
}

#[tokio::test]
async fn a_feed_that_fails_does_not_keep_the_others_from_being_read() {
    let nation = Nation::new().await;
    let offers = format!("{}/changes/offers", nation.server.address);
    nation.serve_feed(&[item(1, 1)], 10);
    nation.serve_card(|card| {
        let none = json!({ "kind": "CaseStudy", "url": "/changes/none" });
        let offers = json!({ "kind": "Offer", "url": offers });
        card["feeds"] = json!([none, card["feeds"][0], offers]);
    });
    nation.server.serve_at("/changes/none", text("text/html", "<html>"));
    nation.server.serve_at("/changes/offers", text(JSON, "{}"));

    let harvested = nation.harvest().await;

    assert_eq!(nation.rows().await, "1");
    let told = told(&harvested);
    assert!(told.contains("CaseStudy: the address answers with a web page"), "{told}");
    assert!(told.contains("; Offer: it is no page of a change feed (missing field"), "{told}");
    let reading = harvested.reading.expect("a reading");
    assert_eq!(
        reading.kinds.iter().map(|kind| kind.is_read).collect::<Vec<_>>(),
        [true, false, false]
    );
}

#[tokio::test]
async fn addresses_inside_a_private_network_are_never_asked() {
    let mut nation = Nation::new().await;
    let timeout = std::time::Duration::from_secs(2);
    let options = FetchOptions { timeout, allow_private: false };
    nation.harvester.fetcher = Fetcher::new(options).expect("TLS");
    nation.serve(&[item(1, 1)]);
    let port = nation.server.address.rsplit(':').next().expect("a port").to_owned();
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let address = format!("https://{host}:{port}/region.json");
        let address = FeedAddress::parse(&address).expect("an address");
        let feed = Feed::new(kent(), FeedOf::Changes, address);
        nation.store().set_feeds("test", nation.now(), kent(), &[feed]).await.expect("set");
        let harvested = nation.harvest().await;
        assert!(told(&harvested).contains("private network"), "{harvested:?}");
    }
    assert_eq!(nation.server.paths(), [""; 0]);
}
