//! Live services that break the contract, each in its own way.

use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_testkit::{Manner, RegionService, meetup_item};
use folkmoot_tests::{Outcome, folkmoot};
use serde_json::{Value, json};

use super::{ensure_broken, ensure_fails, ensure_passes, with_outcome};

fn row(number: u32) -> Value {
    let first: DateTime<Utc> = "2027-02-01T18:30:00Z".parse().expect("an instant");
    meetup_item("kent", number.into(), first + TimeDelta::days(number.into()))
}

/// Ten meet-ups: more than a page of the check.
fn kent() -> RegionService {
    RegionService::start("kent").with_rows("Meetup", (1..=10).map(row))
}

/// Ensures that a service whose answers are changed like this breaks a rule.
fn bent(
    point: &str,
    says: &str,
    bend: impl Fn(&Value, &mut Value) + Send + Sync + 'static,
) -> Result<()> {
    let service = kent();
    service.bend(bend);
    ensure_fails(&service.address, 3, point, says)
}

/// Changes each page of meet-ups, given what was asked for.
fn paged(
    point: &str,
    says: &str,
    change: impl Fn(&Value, &mut Value) + Send + Sync + 'static,
) -> Result<()> {
    bent(point, says, move |asked, answer| {
        let pages = answer["data"]["meetups"].as_array_mut().into_iter().flatten();
        for (place, page) in pages.enumerate() {
            change(&asked["meetups"][place], page);
        }
    })
}

fn rows(page: &mut Value) -> &mut Vec<Value> {
    page["rows"].as_array_mut().expect("a page has rows")
}

/// The rows of a list whose part of the request is passed over, from the start.
fn first_rows(asked: &Value) -> Vec<Value> {
    (1..=10).map(row).take(asked["first"].as_u64().unwrap_or_default() as usize).collect()
}

#[test]
fn a_good_service_passes_and_so_does_one_without_rows() -> Result<()> {
    let found = ensure_passes(&kent().address, 3)?;
    ensure!(found.to_string().contains("meetups.filter.startsFrom"), "{found}");
    ensure_passes(&RegionService::start("kent").address, 3)?;
    Ok(())
}

#[test]
fn pages_that_are_not_the_first_rows_in_order_are_told() -> Result<()> {
    paged("meetups.pages", "order by the instant", |_, page| rows(page).reverse())?;
    paged("meetups.pages", "after `after`", |asked, page| {
        if asked["direction"] == "ASCENDING" {
            page["rows"] = first_rows(asked).into();
        }
    })?;
    paged("meetups.bounds", "these rows pass", |asked, page| {
        if !asked["until"].is_null() {
            rows(page).pop();
            rows(page).push(row(10));
            page["hasMore"] = json!(false);
        }
    })?;
    paged("meetups.bounds", "up to `until`", |asked, page| {
        if !asked["until"].is_null() {
            page["hasMore"] = json!(true);
        }
    })?;
    paged("meetups.pages", "at most `first` rows", |_, page| rows(page).push(row(40)))?;
    paged("meetups.backwards", "one way", |asked, page| {
        if asked["direction"] == "DESCENDING" {
            rows(page).retain(|one| *one != row(5));
        }
    })
}

#[test]
fn what_a_page_says_of_the_others_is_looked_into() -> Result<()> {
    paged("meetups.backwards", "7 rows one way", |_, page| page["hasMore"] = json!(false))?;
    paged("meetups.pages", "without rows never says", |_, page| {
        *page = json!({ "rows": [], "hasMore": true });
    })?;
    paged("meetups.count", "there are 10 rows", |_, page| page["count"] = json!(11))?;
    paged("meetups.count", "there are 10 rows", |_, page| page["count"] = Value::Null)?;
    paged("meetups.pages", "`rows` and `hasMore`", |_, page| page["hasMore"] = json!("no"))?;
    paged("meetups.pages", "`rows` and `hasMore`", |_, page| page["rows"] = json!({}))?;
    bent("meetups.pages", "a page for each request", |_, answer| {
        if answer["data"]["meetups"].is_array() {
            answer["data"]["meetups"] = json!([]);
        }
    })?;
    bent("meetups.batch", "first request", |_, answer| {
        if let Some(pages) = answer["data"]["meetups"].as_array_mut() {
            pages.reverse();
        }
    })
}

#[test]
fn filters_that_are_passed_over_or_let_everything_pass_are_told() -> Result<()> {
    let ignores = |part: &'static str| {
        paged(&format!("meetups.filter.{part}"), "rows pass", move |asked, page| {
            if !asked["filter"][part].is_null() {
                page["rows"] = first_rows(asked).into();
            }
        })
    };
    ignores("startsFrom")?;
    ignores("endsBy")?;
    paged("meetups.filter.statuses", "no row passes", |asked, page| {
        if asked["filter"]["statuses"] == json!([]) {
            page["rows"] = first_rows(asked).into();
        }
    })
}

#[test]
fn rows_that_a_gateway_would_leave_out_are_told() -> Result<()> {
    let with = |member: &'static str, value: Value, says: &str| {
        paged("meetups.rows", says, move |_, page| {
            rows(page).iter_mut().for_each(|row| row[member] = value.clone());
        })
    };
    with("title", json!(7), "title")?;
    with("attendance", json!("BY_POST"), "attendance")?;
    with("host", json!("Atlantis"), "host")?;
    with("group", json!("surrey"), "group")?;
    with("summary", json!("Write to jo@kent.example first."), "e-mail")?;
    paged("meetups.rows", "lower-case", |_, page| {
        for row in rows(page) {
            row["id"] = json!(row["id"].as_str().map(|_| "0190C5A8-1B2C-7D3E-8F40-00000000000A"));
        }
        rows(page).truncate(1);
        page["hasMore"] = json!(false);
    })
}

#[test]
fn rows_by_id_stand_in_their_places() -> Result<()> {
    let ids = |says: &str, change: fn(&mut Vec<Value>)| {
        bent("meetups.by_id", says, move |_, answer| {
            if let Some(rows) = answer["data"]["meetupsById"].as_array_mut() {
                change(rows);
            }
        })
    };
    ids("in their order", |rows| rows.reverse())?;
    ids("null for none", |rows| rows.retain(|row| !row.is_null()))?;
    ids("null for none", |rows| rows.iter_mut().for_each(|one| *one = row(1)))?;
    bent("meetups.by_id", "in their order", |_, answer| {
        if answer["data"]["meetupsById"].is_array() {
            answer["data"]["meetupsById"] = Value::Null;
        }
    })
}

#[test]
fn parts_of_the_query_that_are_not_answered_are_told() -> Result<()> {
    bent("service.together", "describe is not answered", |asked, answer| {
        if asked["withMeetups"] == true {
            answer["data"]["describe"] = Value::Null;
        }
    })?;
    bent("offers.pages", "no such table", |asked, answer| {
        if asked["withOffers"] == true {
            answer["errors"] = json!([{ "message": "no such table", "path": ["offers"] }]);
        }
    })
}

#[test]
fn cards_that_cannot_be_taken_are_told() -> Result<()> {
    let card = |point: &str, says: &str, change: fn(&mut Value)| {
        let service = kent();
        service.change_card(change);
        ensure_fails(&service.address, 3, point, says)
    };
    card("card.shape", "bring the region's service up to date", |card| {
        card["contract"] = json!("0.9");
    })?;
    card("card.shape", "2.0", |card| card["contract"] = json!("2.0"))?;
    card("card.shape", "epoch", |card| card["epoch"] = json!(7))?;
    card("card.clock", "set the clock", |card| card["now"] = json!("2020-01-01T00:00:00Z"))?;
    card("card.code", "lower-case", |card| card["code"] = json!("Kent"))?;
    card("card.epoch", "write any text", |card| card["epoch"] = json!(" "))?;
    card("card.links", "website", |card| card["website"] = json!("http://kent.example"))?;
    card("card.links", "contact", |card| card["contact"] = json!("mailto:jo@kent.example"))?;
    card("card.has_groups", "at least one peer group", |card| card["groups"] = json!([]))?;
    card("card.groups", "groups[0].members[0].council", |card| {
        card["groups"][0]["members"] = json!([{ "council": "Atlantis" }]);
    })
}

#[test]
fn what_is_no_service_is_told_as_what_it_is() -> Result<()> {
    let raw = |status, kind: &str, body: &str| {
        Manner::Raw(status, format!("content-type: {kind}\r\n"), body.to_owned())
    };
    let json = "application/json";
    let large = format!("{{\"data\": \"{}\"}}", "x".repeat(4 * 1024 * 1024));
    for (manner, says) in [
        (raw(200, "text/html", "<!doctype html><p>Hello"), "web page"),
        (raw(200, json, "{\"data\": "), "with JSON"),
        (raw(200, "text/html", "{\"data\": {}}"), "web page"),
        (raw(500, json, "{}"), "status 200"),
        (raw(401, json, "{}"), "token"),
        (raw(404, "text/plain", ""), "address"),
        (raw(200, json, &large), "4 MB"),
        (Manner::Closes, "send the answer whole"),
    ] {
        let service = kent();
        service.answer(manner);
        ensure_fails(&service.address, 3, "service.answers", says)?;
    }
    let mut service = kent();
    service.stop();
    ensure_fails(&service.address, 3, "service.answers", "that the service runs")
}

#[test]
fn slow_services_are_told_how_slow_they_are() -> Result<()> {
    let service = RegionService::start("kent");
    service.delay(std::time::Duration::from_millis(550));
    ensure_fails(&service.address, 3, "service.quick", "readers wait for a second")
}

/// What Kent closed: by its card nobody is at home in it, so that nobody could answer.
fn closed(eligible: u32) -> Value {
    json!({
        "halfYear": "2025-H1", "closedAt": "2025-07-13T09:00:00Z", "threshold": 5,
        "asked": [{ "standard": "lgdss-2016", "eligible": eligible, "heldOn": "2025-03-01" }],
        "tables": [{
            "point": "lgdss-2016/1", "measure": "UNDERSTANDING",
            "confidential": { "levels": [0, 0, 0, 0, 0], "notRated": 0 },
            "selfPublished": { "levels": [0, 0, 0, 0, 0], "notRated": 0 },
        }],
    })
}

fn checked_with_token(service: &RegionService) -> Result<Value> {
    let mut command = folkmoot();
    command.env("KENT_TOKEN", "peer-token").args(["region", "check", &service.address]);
    let outcome = Outcome::of(command.args(["--level", "3", "--secret", "KENT_TOKEN", "--json"]));
    Ok(serde_json::from_str(&outcome.out)?)
}

#[test]
fn a_service_that_gives_figures_is_looked_at_with_and_without_a_token() -> Result<()> {
    let service = kent();
    service.close("peer-token", [closed(0)]);
    let found = ensure_passes(&service.address, 3)?;
    let passed = |found: &Value, point: &str| {
        with_outcome(found, "passed").iter().any(|finding| finding["point"] == point)
    };
    ensure!(passed(&found, "capability.guarded"), "{found}");
    ensure!(!passed(&found, "capability.answers"), "{found}");
    let found = checked_with_token(&service)?;
    for point in ["capability.answers", "capability.shape", "capability.stable"] {
        ensure!(passed(&found, point), "{point}: {found}");
    }
    service.close("peer-token", [closed(3)]);
    ensure_broken(&checked_with_token(&service)?, "capability.shape", "by the region's card 0")?;
    service.close("another", [closed(0)]);
    ensure!(!passed(&checked_with_token(&service)?, "capability.answers"), "not of a gateway");
    Ok(())
}

#[test]
fn counts_that_anyone_gets_are_a_breach() -> Result<()> {
    let service = kent();
    service.close("peer-token", [closed(0)]);
    service.bend(|_, answer| {
        if answer["data"].get("capability").is_some_and(Value::is_null) {
            *answer = json!({ "data": { "capability": [closed(0)] } });
        }
    });
    ensure_fails(&service.address, 3, "capability.guarded", "SCOPE_NEEDED")
}
