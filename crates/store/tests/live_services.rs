//! Services of live regions: where they are, and what is remembered of them.

use chrono::TimeDelta;
use folkmoot_domain::{
    EntityKind, FeedAddress, GlobalId, LiveService, RegionCard, RegionId, read_card,
};
use folkmoot_store::{Change, Checked, Store};
use folkmoot_testkit::{Database, build, on_both_databases};

on_both_databases!(
    a_service_is_set_changed_and_taken_away,
    a_change_of_address_is_a_change_of_the_registry,
    what_was_heard_of_a_service_is_remembered,
    a_withdrawn_row_of_a_region_with_a_service_is_a_change_of_the_registry,
);

fn kent() -> RegionId {
    build::region_id("kent")
}

fn service(address: &str) -> LiveService {
    let address = FeedAddress::parse(address).expect("an address");
    LiveService { region: kent(), address, secret: Some("KENT".to_owned()) }
}

fn card() -> RegionCard {
    let card = r#"{"contract": "1.0", "code": "kent", "name": "Kent", "groups": [],
        "now": "2027-01-01T00:00:00Z", "epoch": "1"}"#;
    read_card(card.as_bytes()).expect("a card")
}

async fn filled(database: &Database) -> &Store {
    let store = database.store();
    store.apply("test", build::start(), build::nation(&["kent"])).await.expect("filled");
    set(store, Some("https://kent.example/graphql")).await;
    store
}

async fn set(store: &Store, address: Option<&str>) {
    let service = address.map(service);
    let set = store.set_live_service("test", build::start(), kent(), service.as_ref());
    set.await.expect("set");
}

async fn addresses(store: &Store) -> Vec<String> {
    let services = store.live_services().await.expect("read");
    services.iter().map(|one| one.service.address.to_string()).collect()
}

async fn a_service_is_set_changed_and_taken_away(database: Database) {
    let store = filled(&database).await;
    assert_eq!(addresses(store).await, ["https://kent.example/graphql"]);
    set(store, Some("https://kent.example/v2")).await;
    assert_eq!(addresses(store).await, ["https://kent.example/v2"]);
    set(store, None).await;
    assert!(addresses(store).await.is_empty());
}

async fn a_change_of_address_is_a_change_of_the_registry(database: Database) {
    let store = filled(&database).await;
    let version = store.reference_version();
    set(store, Some("https://kent.example/graphql")).await;
    assert_eq!(store.reference_version(), version, "it is where it was");
    set(store, Some("https://kent.example/v2")).await;
    assert_eq!(store.reference_version(), version + 1);
}

async fn what_was_heard_of_a_service_is_remembered(database: Database) {
    let store = filled(&database).await;
    let here = service("https://kent.example/graphql");
    let at = |minutes| build::start() + TimeDelta::minutes(minutes);
    let good = Checked { at: at(0), card: Some(card()), notes: Vec::new() };
    store.note_service(&here, &good).await.expect("noted");
    let bad = Checked { at: at(1), card: None, notes: vec!["it is away".to_owned()] };
    store.note_service(&here, &bad).await.expect("noted");
    store.note_service(&here, &Checked { at: at(2), ..bad }).await.expect("noted");
    let elsewhere = service("https://elsewhere.example/");
    store.note_service(&elsewhere, &Checked { at: at(3), ..good }).await.expect("passed over");

    let services = store.live_services().await.expect("read");
    let [known] = &services[..] else { panic!("one service") };
    assert_eq!((known.checked_at, known.good_at), (Some(at(2)), Some(at(0))));
    assert_eq!((known.failures, known.card.clone()), (2, Some(card())));
    assert_eq!(known.notes, ["it is away"]);
}

/// Its copy may be passed over: who asks the service has to know what not to show.
async fn a_withdrawn_row_of_a_region_with_a_service_is_a_change_of_the_registry(
    database: Database,
) {
    let store = filled(&database).await;
    let meetup = build::meetup(kent(), 1).build();
    let id = GlobalId::regional(EntityKind::Meetup, kent(), meetup.id);
    store.apply("test", build::start(), vec![Change::Meetup(meetup)]).await.expect("kept");
    let version = store.reference_version();
    assert!(store.withdraw("test", &id, "It is wrong.", build::start()).await.expect("withdrawn"));
    assert_eq!(store.reference_version(), version + 1);
}
