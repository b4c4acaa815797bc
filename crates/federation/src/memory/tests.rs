use folkmoot_domain::{CouncilId, Direction, sort_name};
use proptest::{collection::btree_set, prelude::*};

use super::*;
use crate::{Cursor, Segment};

const NAMES: [&str; 7] = ["Adur", "Camden", "Camden", "Dover", "Exeter", "Hull", "Ynys M\u{f4}n"];

fn rows(names: &[&str]) -> Vec<Key> {
    let id = |at: usize| CouncilId::derived(&at.to_string());
    let mut rows: Vec<_> =
        names.iter().enumerate().map(|(at, name)| Key::named(sort_name(name), id(at))).collect();
    rows.sort();
    rows
}

fn councils<'a>() -> ListName<'a> {
    ListName { field: "councils", arguments: &[], direction: Direction::Ascending }
}

fn now() -> DateTime<Utc> {
    "2027-01-14T18:30:00Z".parse().expect("an instant")
}

fn page(rows: &[Key], args: &PageArgs) -> Result<NamedPage<Key>, ListError> {
    page_in_memory(&councils(), args, now(), rows, Key::clone)
}

#[test]
fn flags_tell_what_lies_on_both_sides() {
    let rows = rows(&NAMES);
    let first = page(&rows, &PageArgs::first(3)).expect("a page");
    assert_eq!(first.rows, rows[..3]);
    assert_eq!((first.has_previous_page, first.has_next_page, first.total_count), (false, true, 7));

    let before = Some(first.cursors.of(first.rows[2].clone()));
    let back = page(&rows, &PageArgs { last: Some(1), before, ..PageArgs::default() });
    let back = back.expect("a page");
    assert_eq!(back.rows, rows[1..2]);
    assert_eq!((back.has_previous_page, back.has_next_page), (true, true));
}

#[test]
fn walk_goes_on_where_its_row_was_removed() {
    let all = rows(&NAMES);
    let first = page(&all, &PageArgs::first(3)).expect("a page");
    let mut fewer = all.clone();
    fewer.remove(2);
    let after = Some(first.cursors.of(first.rows[2].clone()));
    let next = page(&fewer, &PageArgs { after, ..PageArgs::default() }).expect("a page");
    assert_eq!(next.rows, all[3..]);
}

#[test]
fn cursor_of_a_gap_is_refused() {
    let rows = rows(&NAMES);
    let gap = Cursor {
        direction: Direction::Ascending,
        after: None,
        prints: crate::Prints::of(&councils()),
        now: now(),
        registry_version: 0,
        is_incomplete: false,
        origin: None,
        segment: Some(Segment { region: CouncilId::derived("x").0.into(), until: None }),
    };
    let args = PageArgs { after: Some(gap.encode()), ..PageArgs::default() };
    assert_eq!(page(&rows, &args).err(), Some(ListError::CursorMalformed));
}

proptest! {
    #[test]
    fn pages_give_the_whole_list_once_either_way(
        names in btree_set("[a-e]{1,3}", 0..20),
        size in 1_usize..6,
        is_backward in any::<bool>(),
    ) {
        let rows = rows(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let args = match is_backward {
                true => PageArgs { last: Some(size), before: cursor, ..PageArgs::default() },
                false => PageArgs { first: Some(size), after: cursor, ..PageArgs::default() },
            };
            let page = page(&rows, &args).expect("a page");
            let (at, more) = match is_backward {
                true => (0, page.has_previous_page),
                false => (seen.len(), page.has_next_page),
            };
            let cursors: Vec<_> =
                page.rows.iter().map(|row| page.cursors.of(row.clone())).collect();
            prop_assert!(cursors.iter().all(|cursor| cursor.len() < 200));
            seen.splice(at..at, page.rows);
            if !more {
                break;
            }
            let edge = if is_backward { cursors.first() } else { cursors.last() };
            cursor = Some(edge.expect("more to come, so there are rows").clone());
        }
        prop_assert_eq!(seen, rows);
    }
}
