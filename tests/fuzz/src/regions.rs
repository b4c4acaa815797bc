//! What regions answer and publish: cards, pages of change feeds, rows, closed half-years, and
//! answers of live services. The first line says which, and of which kind.

use folkmoot_domain::{
    Assessment, CaseStudy, ExchangeContext, ExchangeKind, Exchanged, KindMarker, Meetup, Offer,
    Region, Row, read_card, read_closed, read_groups, read_item, read_item_text, read_page,
};
use folkmoot_federation::fuzz::{self, LivePage, Question};
use serde_json::Value;

use crate::{
    nation::{REFERENCE, now, region_called},
    texts, with_head,
};

/// Where the feed is that pages are read of.
const FEED: &str = "https://kent.example/changes?afterChange=2";

/// Rows are the region's own, clean, and the same whichever way they are read; nothing leads
/// elsewhere.
pub fn check(data: &[u8]) {
    let Some((head, body)) = with_head(data) else { return };
    let mut words = head.split(' ');
    let what = words.next().unwrap_or_default();
    let kind = words.next().and_then(|kind| kind.parse().ok());
    let number = words.next().and_then(|number| number.parse().ok()).unwrap_or(1).min(9);
    match (what, kind) {
        ("card", _) => card(body),
        ("closed", _) => closed(body),
        ("mixed", _) => mixed(body),
        (what, Some(ExchangeKind::Meetup)) => {
            rows::<Meetup>(what, number, body, |row| Row::Meetup(Box::new(row)));
        }
        (what, Some(ExchangeKind::CaseStudy)) => {
            rows::<CaseStudy>(what, number, body, |row| Row::CaseStudy(Box::new(row)));
        }
        (what, Some(ExchangeKind::Offer)) => {
            rows::<Offer>(what, number, body, |row| Row::Offer(Box::new(row)));
        }
        (what, Some(ExchangeKind::ServiceAssessment)) => {
            rows::<Assessment>(what, number, body, |row| Row::Assessment(Box::new(row)));
        }
        _ => {}
    }
}

fn region() -> &'static Region {
    region_called("kent")
}

fn context() -> ExchangeContext<'static> {
    ExchangeContext { reference: &REFERENCE, region: region(), now: now(), system: "live" }
}

fn rows<R: Exchanged + PartialEq + std::fmt::Debug>(
    what: &str,
    number: usize,
    body: &[u8],
    of: fn(R) -> Row,
) {
    match what {
        "item" => item(body, of),
        "page" => page(body, of),
        "answer" => answer(body, number, of),
        _ => {}
    }
}

/// What holds for a row however it came.
fn row<R: Exchanged + PartialEq + std::fmt::Debug>(read: &R, of: fn(R) -> Row) {
    texts::row(&of(read.clone()), region());
    let Some(item) = read.to_item(&REFERENCE) else { return };
    let item = serde_json::to_value(item).expect("rows are JSON");
    let again = read_item::<R>(&item, &context());
    assert_eq!(again.as_ref(), Ok(read), "handed on, it is another: {item}");
}

fn item<R: Exchanged + PartialEq + std::fmt::Debug>(body: &[u8], of: fn(R) -> Row) {
    let quick = read_item_text::<R>(body, &context());
    match &quick {
        Ok(read) => row(read, of),
        Err(bad) => {
            assert!(!bad.faults.is_empty(), "refused without a word");
            bad.faults.iter().for_each(|fault| texts::message(&fault.to_string()));
        }
    }
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        assert_eq!(read_item::<R>(&value, &context()), quick, "read in two ways");
    }
}

fn page<R: Exchanged + PartialEq + std::fmt::Debug>(body: &[u8], of: fn(R) -> Row) {
    let page = match read_page(body) {
        Ok(page) => page,
        Err(error) => return texts::message(&error.to_string()),
    };
    let here = KindMarker { next: FEED.to_owned(), ..KindMarker::beginning(FEED, now(), false) };
    match here.after(&page) {
        Ok(None) => assert_eq!(page.items, []),
        Ok(Some(after)) => {
            assert!(after.next.starts_with("https://kent.example/"), "leads to {}", after.next);
            assert_ne!(after.next, here.next, "in a circle");
            assert!(after.last > here.last && after.after(&page).is_err(), "for ever");
        }
        Err(contradiction) => texts::message(&contradiction.to_string()),
    }
    for entry in &page.items {
        if let Ok(Some(read)) = entry.row::<R>(&context()) {
            assert_eq!(read.key().id, entry.id, "under another id");
            row(&read, of);
        }
    }
}

fn answer<R: Exchanged + PartialEq + std::fmt::Debug>(
    body: &[u8],
    requests: usize,
    of: fn(R) -> Row,
) {
    let all = |pages: &[LivePage<R>]| {
        assert_eq!(pages.len(), requests, "not a page for each request");
        pages.iter().flat_map(|page| &page.rows).for_each(|read| row(&**read, of));
    };
    let at_once = fuzz::pages_at_once::<R>(body, requests, &context());
    let one_by_one = fuzz::pages_one_by_one::<R>(body, requests, &context());
    at_once.iter().for_each(|pages| all(pages));
    one_by_one.iter().for_each(|pages| all(pages));
    if let (Some(at_once), Ok(one_by_one)) = (at_once, one_by_one) {
        assert_eq!(at_once, one_by_one, "read in two ways");
    }
}

/// One answer to questions of all sorts.
fn mixed(body: &[u8]) {
    use ExchangeKind::{CaseStudy, Meetup, Offer, ServiceAssessment};
    let questions = [
        Question::Pages(Meetup, 1),
        Question::Card,
        Question::Pages(Meetup, 2),
        Question::Pages(CaseStudy, 1),
        Question::Rows(Offer, 2),
        Question::Rows(Meetup, 1),
        Question::Pages(ServiceAssessment, 1),
        Question::Rows(Offer, 1),
    ];
    let (at_once, one_by_one) = fuzz::handed_out(&questions, body);
    assert_eq!(one_by_one.len(), questions.len());
    if let Some(at_once) = at_once {
        for (one, other) in at_once.iter().zip(&one_by_one) {
            assert!(other.is_none() || one == other, "{one:?} or {other:?}");
        }
    }
}

fn card(body: &[u8]) {
    let card = match read_card(body) {
        Ok(card) => card,
        Err(error) => return texts::message(&error.to_string()),
    };
    let text = serde_json::to_vec(&card).expect("cards are JSON");
    assert_eq!(read_card(&text).as_ref(), Ok(&card), "handed on, it is another");
    let (groups, memberships, faults) = read_groups(&card, &REFERENCE, region(), now());
    for group in &groups {
        assert_eq!(group.region, region().id, "a group of another region");
        texts::members(group);
    }
    for membership in &memberships {
        assert!(groups.iter().any(|group| group.id == membership.group), "of no group");
        assert!(REFERENCE.council(membership.council).is_some(), "of no council");
    }
    faults.iter().for_each(|fault| texts::message(&fault.to_string()));
}

fn closed(body: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    match read_closed(&value, &context()) {
        Ok(counted) => {
            assert_eq!(counted.closing.region, region().id, "of another region");
            counted.passed_over.iter().for_each(|point| assert!(!texts::names_somebody(point)));
            assert_eq!(read_closed(&value, &context()), Ok(counted), "read twice");
        }
        Err(fault) => texts::message(&fault.to_string()),
    }
}
