//! Change feeds that break the contract, each in its own way.

use anyhow::{Result, ensure};
use folkmoot_tests::{FeedServer, Served};
use serde_json::{Value, json};

use super::{ensure_fails, ensure_passes};

const FEED: &str = "/changes/meetups";

fn id(n: u32) -> String {
    format!("0190c5a8-1b2c-7d3e-8f40-{n:012x}")
}

/// Meet-up `n` as it was at a change.
fn item(modified: i64, n: u32) -> Value {
    json!({
        "state": "updated", "kind": "Meetup", "id": id(n), "modified": modified,
        "data": {
            "id": id(n), "group": "kent", "title": format!("Meet-up {n}"), "status": "PLANNED",
            "attendance": "ONLINE", "startsAt": format!("2027-02-{n:02}T18:30:00Z"),
            "endsAt": format!("2027-02-{n:02}T20:30:00Z"),
        },
    })
}

/// Somebody's server with a card, two pages of a feed, and the last one.
struct Kent(FeedServer);

impl Kent {
    fn new() -> Result<Self> {
        let kent = Self(FeedServer::start(Served::Closes)?);
        kent.card(|_| {});
        kent.page(FEED, "?2", &[item(1, 1), item(2, 2)]);
        kent.page(&at("?2"), "?3", &[item(3, 3)]);
        kent.page(&at("?3"), "?3", &[]);
        Ok(kent)
    }

    fn card(&self, change: impl FnOnce(&mut Value)) {
        let mut card = json!({
            "contract": "1.0", "code": "kent", "name": "Kent", "now": now(), "epoch": "1",
            "groups": [{ "slug": "kent", "name": "Kent Peer Group" }],
            "feeds": [{ "kind": "Meetup", "url": format!("{}{FEED}", self.0.address) }],
        });
        change(&mut card);
        self.serve("/region.json", &card);
    }

    fn page(&self, path: &str, next: &str, items: &[Value]) {
        let next = format!("{}{}", self.0.address, at(next));
        self.serve(path, &json!({ "next": next, "items": items }));
    }

    fn serve(&self, path: &str, body: &Value) {
        let body = body.to_string();
        self.0.serve_at(path, Served::Body { kind: "application/json", body });
    }

    fn address(&self) -> String {
        format!("{}/region.json", self.0.address)
    }

    fn fails(&self, point: &str, says: &str) -> Result<()> {
        ensure_fails(&self.address(), 2, point, says)
    }
}

fn at(query: &str) -> String {
    format!("{FEED}{query}")
}

#[expect(clippy::disallowed_methods, reason = "somebody else's server has its own clock")]
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

#[test]
fn a_good_feed_passes() -> Result<()> {
    let kent = Kent::new()?;
    kent.card(|card| {
        card["feeds"][0]["count"] = json!(3);
        card["feeds"][0]["lastChange"] = json!(3);
    });
    let found = ensure_passes(&kent.address(), 2)?;
    ensure!(found["findings"].as_array().is_some_and(|all| all.len() > 15), "{found}");
    Ok(())
}

#[test]
fn an_address_without_https_is_told_unless_it_is_of_this_machine() -> Result<()> {
    let kent = Kent::new()?;
    let found = ensure_passes(&kent.address(), 2)?;
    let not_tried = super::with_outcome(&found, "skipped");
    ensure!(not_tried.iter().any(|finding| finding["point"] == "address.https"), "{found}");
    // It leads to this machine, but does not say so, as a name within a network would not.
    let address = kent.address().replace("127.0.0.1", "0.0.0.0");
    ensure_fails(&address, 2, "address.https", "begins with https://")
}

#[test]
fn feeds_that_go_in_circles_backwards_or_elsewhere_are_told() -> Result<()> {
    for (point, says, next, items) in [
        ("meetups.order", "not to itself", "?2", vec![item(3, 3)]),
        ("meetups.order", "sort by modified", "?3", vec![item(5, 5), item(4, 4)]),
        ("meetups.order", "sort by modified", "?3", vec![item(4, 5), item(4, 4)]),
        ("meetups.order", "only what is after the last item", "?3", vec![item(1, 1)]),
        ("meetups.order", "only what is after the last item", "", vec![item(2, 2)]),
    ] {
        let kent = Kent::new()?;
        kent.page(&at("?2"), next, &items);
        kent.fails(point, says)?;
    }
    let kent = Kent::new()?;
    let items = [item(3, 3)];
    for next in ["https://other.example/changes", "http://127.0.0.1:1/changes"] {
        kent.serve(&at("?2"), &json!({ "next": next, "items": items }));
        kent.fails("meetups.pages", "the card's own origin")?;
    }
    kent.serve(&at("?2"), &json!({ "next": "", "items": items }));
    kent.fails("meetups.pages", "the whole address")?;
    kent.page(&at("?2"), "?3", &items);
    kent.page(&at("?3"), "?4", &[]);
    kent.page(&at("?4"), "?4", &[]);
    kent.fails("meetups.end", "")
}

#[test]
fn rows_that_a_gateway_would_leave_out_are_told() -> Result<()> {
    let with = |point: &str, says: &str, change: fn(&mut Value)| {
        let kent = Kent::new()?;
        let mut bad = item(3, 3);
        change(&mut bad);
        kent.page(&at("?2"), "?3", &[bad]);
        kent.fails(point, says)
    };
    with("meetups.kind", "one feed has one kind", |item| item["kind"] = json!("Offer"))?;
    with("meetups.rows", "another id", |item| item["data"]["id"] = json!(id(4)))?;
    with("meetups.rows", "group", |item| item["data"]["group"] = json!("surrey"))?;
    with("meetups.rows", "startsAt", |item| item["data"]["startsAt"] = json!("soon"))?;
    with("meetups.rows", "data", |item| item["data"] = Value::Null)?;
    with("meetups.rows", "lower-case", |item| {
        item["data"]["id"] = json!("0190C5A8-1B2C-7D3E-8F40-000000000003");
    })?;
    with("meetups.rows", "e-mail", |item| {
        item["data"]["talks"] = json!([{ "title": "Bins", "givenBy": "Labs, jo@kent.example" }]);
    })?;
    with("meetups.deleted", "leave it out", |item| item["state"] = json!("deleted"))?;
    with("meetups.pages", "modified", |item| item["modified"] = json!("3"))?;
    with("meetups.pages", "state", |item| item["state"] = json!("gone"))?;
    with("meetups.once", "comes twice", |row| *row = item(3, 1))
}

#[test]
fn cards_that_contradict_their_feeds_are_told() -> Result<()> {
    let kent = Kent::new()?;
    let feeds = |point: &str, says: &str, change: fn(&mut Value)| {
        kent.card(change);
        kent.fails(point, says)
    };
    feeds("meetups.counts", "count says 4", |card| card["feeds"][0]["count"] = json!(4))?;
    feeds("meetups.counts", "lastChange says 9", |card| {
        card["feeds"][0]["lastChange"] = json!(9);
    })?;
    feeds("card.feeds", "Meetups", |card| card["feeds"][0]["kind"] = json!("Meetups"))?;
    feeds("card.feeds", "Meetups", |card| {
        let url = card["feeds"][0]["url"].clone();
        let misspelt = json!({ "kind": "Meetups", "url": url });
        card["feeds"].as_array_mut().expect("feeds").push(misspelt);
    })?;
    feeds("card.feeds", "at least one feed", |card| card["feeds"] = json!([]))?;
    feeds("card.feeds", "two feeds of Meetup", |card| {
        card["feeds"] = json!([card["feeds"][0], card["feeds"][0]]);
    })?;
    feeds("meetups.pages", "the card's own origin", |card| {
        card["feeds"][0]["url"] = json!("https://other.example/changes");
    })?;
    feeds("card.shape", "0.9", |card| card["contract"] = json!("0.9"))?;
    feeds("card.shape", "bring this gateway up to date", |card| card["contract"] = json!("2.0"))?;
    feeds("card.shape", "groups", |card| card["groups"] = Value::Null)?;
    feeds("card.clock", "minutes off", |card| card["now"] = json!("2027-01-02T09:00:00+09:00"))
}

#[test]
fn pages_that_are_none_are_told_as_what_they_are() -> Result<()> {
    let json = "application/json";
    let many: Vec<_> = (3..504)
        .map(|n| json!({ "state": "deleted", "kind": "Meetup", "id": id(n), "modified": n }))
        .collect();
    let many = json!({ "next": "", "items": many }).to_string();
    let body = |kind, body: &str| Served::Body { kind, body: body.to_owned() };
    let gone = "HTTP/1.1 404 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    for (served, says) in [
        (body("text/html", "<!doctype html><p>Hello"), "JSON"),
        (body(json, "{\"next\": "), "no page of a change feed"),
        (body(json, &many), "at most 500 items"),
        (Served::Raw(gone.to_owned()), "status 200"),
        (Served::Closes, "send the answer whole"),
        (Served::Endless, "fewer rows"),
    ] {
        let kent = Kent::new()?;
        kent.0.serve_at(&at("?2"), served.clone());
        kent.fails("meetups.pages", says)?;
        if !says.contains("page") && !says.contains("items") {
            kent.0.serve_at("/region.json", served);
            kent.fails("card.answers", says)?;
        }
    }
    Ok(())
}
