use super::*;
use crate::{EntryState, FeedEntry};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn marker(last: i64) -> KindMarker {
    let first = "https://kent.example/changes/meetups";
    let begun = KindMarker::beginning(first, at("2027-01-02T09:00:00Z"), false);
    KindMarker { last: Some((last, Uuid::from_u128(5))), ..begun }
}

fn page(next: &str, items: &[(i64, u128)]) -> FeedPage {
    let entry = |(modified, id): &(i64, u128)| FeedEntry {
        state: EntryState::Deleted,
        kind: ExchangeKind::Meetup,
        id: Uuid::from_u128(*id),
        modified: *modified,
        data: None,
    };
    FeedPage { next: next.to_owned(), items: items.iter().map(entry).collect(), license: None }
}

fn told(next: &str, items: &[(i64, u128)]) -> String {
    match marker(7).after(&page(next, items)) {
        Ok(None) => "the end".to_owned(),
        Ok(Some(marker)) => format!("{} {:?}", marker.next, marker.last.map(|last| last.0)),
        Err(contradiction) => contradiction.to_string(),
    }
}

#[test]
fn pages_only_go_forward_and_stay_on_their_host() {
    let items = [(7, 6), (8, 1), (9, 1)];
    let next = "https://kent.example/changes/meetups?after=9";
    assert_eq!(told(next, &items), format!("{next} Some(9)"));
    assert_eq!(told("?after=9", &items), format!("{next} Some(9)"), "an address may be short");
    assert_eq!(told(next, &[]), "the end");
    assert_eq!(told(next, &[(8, 1), (8, 1)]), format!("{next} Some(8)"));
    for (next, items, says) in [
        (next, &[(7, 5)][..], "goes backwards: it begins at change 7, and change 7 had come"),
        (next, &[(6, 9)], "goes backwards: it begins at change 6"),
        (next, &[(9, 1), (8, 1)], "out of order at change 8"),
        (next, &[(9, 2), (9, 1)], "out of order at change 9"),
        ("https://kent.example/changes/meetups", &[(8, 1)], "leads to itself"),
        ("#more", &[(8, 1)], "leads to itself"),
        ("http://kent.example/changes/meetups?a", &[(8, 1)], "leads to http://kent.example as"),
        ("https://other.example/", &[(8, 1)], "keep all pages of a feed on one host"),
        ("https://kent.example:8443/", &[(8, 1)], "leads to https://kent.example:8443"),
        ("https://me@kent.example/?b", &[(8, 1)], "use a secret instead"),
        ("http://[", &[(8, 1)], "is no address: write the whole"),
    ] {
        assert!(told(next, items).contains(says), "{} does not say {says}", told(next, items));
    }
    let many: Vec<_> = (8..).map(|n| (n, 1)).take(501).collect();
    assert!(told(next, &many).contains("has 501 items"));
}

#[test]
fn everything_is_read_again_once_a_week_and_once_after_a_doubt() {
    let begun = at("2027-01-02T09:00:00Z");
    let later = |hours| begun + TimeDelta::hours(hours);
    let mut marker = marker(7);
    assert!(!marker.is_whole_due(later(23)), "it is being read");
    assert!(marker.is_whole_due(later(24)), "and does not come to its end");
    marker = marker.whole(later(1), None);
    assert!(!marker.is_whole_due(later(168)));
    assert!(marker.is_whole_due(later(169)));
    marker.doubt(later(2));
    assert!(marker.is_whole_due(later(2)));
    marker = marker.again(later(2)).whole(later(3), None);
    marker.doubt(later(4));
    assert!(!marker.is_whole_due(later(4)), "that was done already");
    marker = marker.whole(later(5), Some((4, later(5))));
    assert!(!marker.is_whole_due(later(28)));
    assert!(marker.is_whole_due(later(29)), "after a day they are believed to be gone");
}

#[test]
fn a_restart_forgets_where_it_was_and_not_what_it_knew() {
    let now = at("2027-01-05T09:00:00Z");
    let mut marker = marker(7).whole(now, Some((3, now)));
    marker.doubt(now);
    let again = marker.again(now);
    assert_eq!((again.last, again.next), (None, again.first));
    assert_eq!((again.whole_since, again.whole_at), (Some(now), Some(now)));
    assert_eq!((again.held, again.doubted_at), (Some((3, now)), Some(now)));
}
