use std::collections::BTreeMap;

use chrono::DateTime;
use folkmoot_domain::SortKey;
use uuid::Uuid;

use super::*;

/// A row of region A, B or C, with its place in the list.
#[derive(Clone, Debug, PartialEq)]
struct Row(char, i64);

impl Keyed for Row {
    fn key(&self) -> Key {
        key(self.1)
    }

    fn region(&self) -> RegionId {
        region(self.0)
    }
}

fn region(name: char) -> RegionId {
    RegionId::derived(&name.to_string())
}

fn key(place: i64) -> Key {
    let instant = DateTime::from_timestamp(place, 0).expect("a small number");
    Key::at(instant, Uuid::from_u128(place as u128))
}

fn up_to(first: usize) -> Bounds {
    Bounds { direction: Direction::Ascending, after: None, until: None, first }
}

fn slice(name: char, places: &[i64], has_more: bool) -> Slice<Row> {
    let rows = places.iter().map(|place| Row(name, *place)).collect();
    Slice { rows, has_more, counts: None, kept: None }
}

fn answer(name: char, places: &[i64], has_more: bool) -> Answer<Row> {
    Answer { regions: vec![region(name)], slice: Ok(slice(name, places, has_more)) }
}

fn silence(name: char) -> Answer<Row> {
    Answer { regions: vec![region(name)], slice: Err(SourceReason::TimedOut) }
}

fn places(merged: &Merged<Row>) -> Vec<i64> {
    merged.rows.iter().map(|(_, row)| row.1).collect()
}

#[test]
fn rows_beyond_the_horizon_wait_for_the_next_page() {
    let answers = vec![answer('A', &[1, 2], true), answer('B', &[3, 4, 5], false)];
    let merged = merge(&MergeRules::SOUND, &up_to(4), answers).expect("two answers");
    assert_eq!(places(&merged), [1, 2], "A may have a 3 as well");
    assert!(merged.has_more);
    assert_eq!(merged.end, Some(key(2)));
}

#[test]
fn only_a_short_page_asks_again_and_only_those_that_cap_it() {
    let again =
        |answers: &[Answer<Row>], first| holding_back(&MergeRules::SOUND, &up_to(first), answers);
    let capped = [answer('A', &[1, 2], true), answer('B', &[3, 4, 5], false), silence('C')];
    assert_eq!(again(&capped, 4), [0]);
    assert_eq!(again(&capped, 2), [] as [usize; 0], "the page is full");
    let whole = [answer('A', &[1, 2], false), answer('B', &[3], false)];
    assert_eq!(again(&whole, 4), [] as [usize; 0], "there is no more");
}

#[test]
fn silence_of_all_is_no_page_and_no_regions_are_an_empty_one() {
    assert!(merge(&MergeRules::SOUND, &up_to(3), vec![silence('A'), silence('B')]).is_none());
    let nobody = merge::<Row>(&MergeRules::SOUND, &up_to(3), Vec::new()).expect("nobody to ask");
    assert!(nobody.rows.is_empty() && !nobody.has_more && nobody.missing.is_empty());
}

#[test]
fn source_that_repeats_another_ones_key_is_refused() {
    let answers =
        vec![answer('A', &[1, 4], false), answer('B', &[4, 5], false), answer('C', &[5], false)];
    let merged = merge(&MergeRules::SOUND, &up_to(9), answers).expect("two answers");
    assert_eq!(places(&merged), [1, 4, 5]);
    assert_eq!(merged.missing, BTreeMap::from([(region('B'), SourceReason::InvalidAnswer)]));
}

#[test]
fn answers_are_held_to_the_contract() {
    let bounds = Bounds { after: Some(key(2)), until: Some(key(8)), ..up_to(2) };
    let check = |slice| check(&slice, &[region('A'), region('B')], &bounds);
    assert_eq!(check(slice('A', &[], false)), Ok(()));
    assert_eq!(check(slice('A', &[3, 5, 8], true)), Ok(()), "a surplus does no harm");
    assert_eq!(check(slice('A', &[], true)), Err(Breach::NoRowsButMore));
    assert_eq!(check(slice('A', &[5, 3], false)), Err(Breach::OutOfOrder));
    assert_eq!(check(slice('A', &[3, 3], false)), Err(Breach::OutOfOrder));
    assert_eq!(check(slice('A', &[2], false)), Err(Breach::OutOfBounds));
    assert_eq!(check(slice('A', &[8, 9], false)), Err(Breach::OutOfBounds));
    assert_eq!(check(slice('C', &[3], false)), Err(Breach::ForeignRow));
    assert_eq!(check(slice('A', &[-99_999_999_999], false)), Err(Breach::Unordered));
}

#[test]
fn descending_lists_are_held_to_their_own_order() {
    let bounds = Bounds { direction: Direction::Descending, after: Some(key(8)), ..up_to(2) };
    assert_eq!(check(&slice('A', &[7, 5], true), &[region('A')], &bounds), Ok(()));
    let ascending = check(&slice('A', &[5, 7], true), &[region('A')], &bounds);
    assert_eq!(ascending, Err(Breach::OutOfOrder));
    let behind = check(&slice('A', &[9], true), &[region('A')], &bounds);
    assert_eq!(behind, Err(Breach::OutOfBounds));
}

#[test]
fn rows_that_no_instant_orders_are_refused() {
    struct Named;
    impl Keyed for Named {
        fn key(&self) -> Key {
            Key { sort: SortKey::Name("camden".to_owned()), id: Uuid::nil() }
        }
        fn region(&self) -> RegionId {
            region('A')
        }
    }
    let slice = Slice { rows: vec![Named], has_more: false, counts: None, kept: None };
    assert_eq!(check(&slice, &[region('A')], &up_to(1)), Err(Breach::Unordered));
}

#[test]
fn lacks_are_the_pages_own_segment_and_all_that_a_new_region_missed() {
    let bounds = Bounds { after: Some(key(4)), ..up_to(1) };
    let answers = vec![answer('A', &[5, 6], true), silence('B')];
    let merged = merge(&MergeRules::SOUND, &bounds, answers).expect("one answer");
    let found = lacks(&MergeRules::SOUND, &bounds, &merged, &[region('C')], Some(&key(1)));
    let lack = |name, reason, after, until| Lack {
        region: region(name),
        reason,
        after: Some(key(after)),
        until: Some(key(until)),
    };
    assert_eq!(
        found,
        [lack('C', SourceReason::Joined, 1, 4), lack('B', SourceReason::TimedOut, 4, 5)]
    );
}

#[test]
fn counts_are_taken_of_the_regions_asked_only() {
    let mut one = answer('A', &[1], false);
    if let Ok(slice) = &mut one.slice {
        slice.counts = Some(BTreeMap::from([(region('A'), 1), (region('B'), 99)]));
    }
    let merged = merge(&MergeRules::SOUND, &up_to(1), vec![one]).expect("one answer");
    assert_eq!(merged.counts, BTreeMap::from([(region('A'), 1)]));
}
