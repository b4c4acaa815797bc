//! The fixtures in `docs/regions/fixtures`, read as a gateway reads them.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{tests::kent, *};
use crate::{
    GroupId, Meetup, Offer, Reference, ReferenceParts, embedded_register, embedded_standards,
};

fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/regions/fixtures");
    fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn nation() -> ReferenceParts {
    let register = embedded_register();
    ReferenceParts {
        councils: register.councils.clone(),
        successions: register.successions.clone(),
        standards: embedded_standards().0,
        regions: vec![kent()],
        default_standard: "lgdss-2016".to_owned(),
        ..ReferenceParts::default()
    }
}

/// What is held after every page of a feed, in their order, and what was wrong.
fn followed<R: Exchanged>(card: &RegionCard, reference: &Reference, pages: &str) -> (Value, Value) {
    let (mut rows, mut faults) = (BTreeMap::<Uuid, Value>::new(), BTreeMap::new());
    let context = ExchangeContext { reference, region: &kent(), now: card.now, system: "changes" };
    let feed = card.feeds.iter().find(|feed| feed.kind == R::KIND).expect("the feed");
    let (mut address, mut place) = (feed.url.clone(), None);
    for number in 1.. {
        let page = read_page(&file(&format!("{pages}-{number}.json"))).expect("a page");
        for entry in &page.items {
            assert!(Some(entry.place()) > place, "in order: {entry:?}");
            place = Some(entry.place());
            // A row that changed stands at its new place alone.
            rows.remove(&entry.id);
            faults.remove(&entry.id);
            match entry.row::<R>(&context) {
                Ok(Some(row)) => {
                    let item = row.to_item(reference).expect("an item");
                    rows.insert(entry.id, serde_json::to_value(item).expect("JSON"));
                }
                Ok(None) => {}
                Err(bad) => {
                    let fields: Vec<_> = bad.faults.into_iter().map(|fault| fault.field).collect();
                    faults.insert(entry.id, json!({"id": entry.id, "fields": fields}));
                }
            }
        }
        if page.items.is_empty() {
            assert_eq!(page.next, address, "the last page leads to itself");
            // Bad rows are there, too.
            let count = (rows.len() + faults.len()) as u64;
            assert_eq!((place.map(|at| at.0), Some(count)), (feed.last_change, feed.count));
            break;
        }
        address = page.next;
    }
    (rows.into_values().collect(), faults.into_values().collect())
}

#[test]
fn fixtures_become_the_expected_rows_and_faults() {
    let card = read_card(&file("region.json")).expect("a card");
    let (groups, memberships, faults) =
        read_groups(&card, &Reference::new(nation()), &kent(), card.now);
    let of_card: Vec<_> = faults.into_iter().map(|fault| fault.field).collect();
    assert_eq!(groups[0].id, GroupId::derived(&format!("{}/kent", kent().id)));
    let reference = Reference::new(ReferenceParts { groups, memberships, ..nation() });

    let (meetups, bad_meetups) = followed::<Meetup>(&card, &reference, "meetups");
    let (offers, bad_offers) = followed::<Offer>(&card, &reference, "offers");

    let expected: Value = serde_json::from_slice(&file("expected.json")).expect("JSON");
    let own = RegionCard::of(&kent(), &reference, card.now);
    assert_eq!(serde_json::to_value(own.groups).expect("JSON"), expected["groups"]);
    assert_eq!(json!({"Meetup": meetups, "Offer": offers}), expected["rows"]);
    let faults = json!({"card": of_card, "Meetup": bad_meetups, "Offer": bad_offers});
    assert_eq!(faults, expected["faults"]);
}
