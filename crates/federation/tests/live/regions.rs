//! Live regions coming, moving and going while a nation is asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use chrono::{NaiveDate, TimeDelta};
use folkmoot_domain::{Door, FeedAddress, LiveService, RegionId, RegionState};
use folkmoot_federation::{
    Clock, LiveOptions, LiveRegions, LiveRegionsOptions, Nation, NationOptions, Plugs,
    RegionSource, SourceReason, SourceState, Stored, Withdrawn,
};
use folkmoot_testkit::{RegionService, build};
use serde_json::json;
use uuid::Uuid;

use crate::world::{OWN, World, client, kent, now};

/// A nation whose live regions are looked after, and all sources that were ever made.
struct Looked {
    regions: LiveRegions,
    nation: Nation,
    made: Arc<Mutex<Vec<Weak<dyn RegionSource>>>>,
}

impl Looked {
    fn made(&self) -> usize {
        self.made.lock().expect("sound").len()
    }

    fn alive(&self) -> usize {
        self.made.lock().expect("sound").iter().filter(|one| one.strong_count() > 0).count()
    }
}

fn looked(world: &World) -> Looked {
    let store = world.database.store().clone();
    let stored = Arc::new(Stored::new(store.clone()));
    let soft_deadline = Duration::from_secs(5);
    let options = NationOptions { soft_deadline, ..NationOptions::default() };
    let nation = Nation::new(stored, Clock::fixed(now()), options);
    let made: Arc<Mutex<Vec<Weak<dyn RegionSource>>>> = Arc::default();
    let all = made.clone();
    let plugs = Plugs {
        store,
        reference: world.reference.clone(),
        nation: nation.clone(),
        client: client(true),
        secrets: Arc::new(|name| (name == "KENT").then(|| "secret".to_owned())),
        withdrawn: Withdrawn::default(),
        before: Arc::new(move |_, live| {
            let source: Arc<dyn RegionSource> = Arc::new(live);
            all.lock().expect("sound").push(Arc::downgrade(&source));
            source
        }),
    };
    let asking = LiveOptions::new(OWN, Clock::fixed(now()));
    let options = LiveRegionsOptions {
        every: Duration::ZERO,
        ..LiveRegionsOptions::new(asking, Duration::from_secs(3600))
    };
    Looked { regions: LiveRegions::new(plugs, options), nation, made }
}

async fn set(world: &World, region: RegionId, address: Option<&str>, secret: Option<&str>) {
    let service = address.map(|address| LiveService {
        region,
        address: FeedAddress::parse(address).expect("an address"),
        secret: secret.map(str::to_owned),
    });
    let store = world.database.store();
    store.set_live_service("test", now(), region, service.as_ref()).await.expect("set");
}

async fn notes(world: &World) -> Vec<String> {
    world.database.store().live_services().await.expect("read").remove(0).notes
}

/// The state of Kent, and why.
async fn state(world: &World, looked: &Looked) -> (SourceState, Option<SourceReason>) {
    let reference = world.snapshot().await;
    let status = looked.nation.statuses(&reference, &[world.kent]).await.remove(0);
    (status.state, status.reason)
}

#[tokio::test]
async fn region_that_cannot_be_asked_is_missing_rather_than_without_rows() {
    let world = kent([1]).await;
    let looked = looked(&world);
    let unreachable = (SourceState::Missing, Some(SourceReason::Unreachable));
    assert_eq!(state(&world, &looked).await, unreachable, "nobody knows yet where it is");
    set(&world, world.kent, Some(&world.service.address), None).await;
    looked.regions.refresh().await.expect("refreshed");
    assert_eq!(state(&world, &looked).await, (SourceState::Fresh, None));
    set(&world, world.kent, None, None).await;
    looked.regions.refresh().await.expect("refreshed");
    assert_eq!(state(&world, &looked).await, unreachable);
}

#[tokio::test]
async fn what_stands_before_a_service_stays_until_something_about_it_changes() {
    let world = kent([]).await;
    let looked = looked(&world);
    set(&world, world.kent, Some(&world.service.address), Some("KENT")).await;
    looked.regions.refresh().await.expect("refreshed");
    let renamed = build::region("kent").door(Door::Live).with(|kent| kent.name = "Kent".to_owned());
    world.database.store().apply("test", now(), vec![renamed.change()]).await.expect("renamed");
    looked.regions.refresh().await.expect("refreshed");
    assert_eq!((looked.made(), looked.alive()), (1, 1));

    set(&world, world.kent, Some("https://kent.example/"), Some("KENT")).await;
    looked.regions.refresh().await.expect("refreshed");
    assert_eq!((looked.made(), looked.alive()), (2, 1));

    let left = build::region("kent").door(Door::Live).state(RegionState::Left).change();
    world.database.store().apply("test", now(), vec![left]).await.expect("left");
    looked.regions.refresh().await.expect("refreshed");
    assert_eq!(looked.alive(), 0);
}

#[tokio::test]
async fn a_thousand_comings_and_goings_leave_nothing_behind() {
    let world = kent([]).await;
    let looked = looked(&world);
    for turn in 0..1_000 {
        let address = format!("https://kent.example/{turn}");
        let address = (turn % 3 != 2).then_some(address.as_str());
        set(&world, world.kent, address, None).await;
        looked.regions.refresh().await.expect("refreshed");
    }
    set(&world, world.kent, None, None).await;
    looked.regions.refresh().await.expect("refreshed");
    assert_eq!((looked.made(), looked.alive()), (667, 0));
}

#[tokio::test]
async fn groups_and_members_of_the_card_are_taken_over_and_end_with_it() {
    let world = kent([]).await;
    let looked = looked(&world);
    set(&world, world.kent, Some(&world.service.address), None).await;
    looked.regions.refresh().await.expect("refreshed");
    world.service.change_card(|card| {
        card["groups"][0]["members"] =
            json!([{ "council": "AAB", "from": "2026-04-01", "home": true }, { "council": "AAC" }]);
        card["groups"]
            .as_array_mut()
            .expect("groups")
            .push(json!({ "slug": "coast", "name": "Coast",
            "timeZone": "Europe/London", "members": [] }));
    });
    looked.regions.check_due().await.expect("checked");

    let reference = world.snapshot().await;
    assert!(reference.groups().iter().any(|group| group.slug == "coast"));
    let of_kent = |reference: &folkmoot_domain::Reference| {
        let group = build::group_id(world.kent);
        let members = reference.memberships().iter().filter(|one| one.group == group);
        let mut members: Vec<_> = members.copied().collect();
        members.sort();
        members
    };
    let members = of_kent(&reference);
    assert_eq!(members.len(), 2);
    let version = world.database.store().reference_version();
    looked.regions.check_due().await.expect("checked");
    assert_eq!(world.database.store().reference_version(), version, "nothing was written again");

    // A first day is put right, and one council is not listed any more.
    world.service.change_card(|card| {
        card["groups"][0]["members"] =
            json!([{ "council": "AAB", "from": "2025-04-01", "home": true }]);
    });
    looked.regions.check_due().await.expect("checked");
    assert_eq!(notes(&world).await, [] as [String; 0]);
    let reference = world.snapshot().await;
    let day = NaiveDate::from_ymd_opt(2027, 1, 15).expect("a day");
    let standing: Vec<_> =
        of_kent(&reference).into_iter().filter(|one| one.life.contains(day)).collect();
    assert_eq!(standing.len(), 1);
    assert_eq!(standing[0].council, build::council_id(1));
    assert_eq!(standing[0].life.starts_on, NaiveDate::from_ymd_opt(2025, 4, 1));
}

#[tokio::test]
async fn members_that_cannot_be_taken_are_told_and_harm_no_other() {
    let world = kent([]).await;
    let looked = looked(&world);
    set(&world, world.kent, Some(&world.service.address), None).await;
    looked.regions.refresh().await.expect("refreshed");
    world.service.change_card(|card| {
        card["groups"][0]["members"] = json!([
            { "council": "nowhere" },
            { "council": "AAB", "from": "2026-04-01", "home": true },
            { "council": "AAB", "from": "2026-05-01", "home": true },
            { "council": "AAD", "home": true },
        ]);
    });
    looked.regions.check_due().await.expect("checked");
    let notes = notes(&world).await;
    assert!(notes[0].starts_with("groups[0].members[0].council: unknown council"), "{notes:?}");
    assert!(notes[1].contains("another home in the region"), "{notes:?}");
    let reference = world.snapshot().await;
    let members = reference.memberships().iter().map(|one| one.council);
    assert!(members.clone().any(|council| council == build::council_id(3)));
}

#[tokio::test]
async fn service_that_leads_back_here_is_not_asked() {
    let world = kent([1]).await;
    let looked = looked(&world);
    set(&world, world.kent, Some(&world.service.address), None).await;
    looked.regions.refresh().await.expect("refreshed");
    world.service.change_card(|card| card["instances"] = json!([Uuid::from_u128(5), OWN]));
    looked.regions.check_due().await.expect("checked");
    let refused = (SourceState::Missing, Some(SourceReason::Refused));
    assert_eq!(state(&world, &looked).await, refused);
    assert!(notes(&world).await[0].contains("in a circle"));

    world.service.change_card(|card| card["instances"] = json!([]));
    looked.regions.check_due().await.expect("checked");
    assert_eq!(state(&world, &looked).await, (SourceState::Fresh, None));
    assert_eq!(notes(&world).await, [] as [String; 0]);
}

#[tokio::test]
async fn what_is_not_right_with_a_service_is_told() {
    let world = kent([1]).await;
    let looked = looked(&world);
    set(&world, world.kent, Some(&world.service.address), Some("NOT_SET")).await;
    looked.regions.refresh().await.expect("refreshed");
    looked.regions.check_due().await.expect("checked");
    assert!(notes(&world).await[0].contains("NOT_SET is not set"));
    assert!(world.service.asked().is_empty(), "it is not asked without its token");
    assert_eq!(state(&world, &looked).await.1, Some(SourceReason::Refused));

    set(&world, world.kent, Some(&world.service.address), Some("KENT")).await;
    looked.regions.refresh().await.expect("refreshed");
    world.service.change_card(|card| card["now"] = json!(now() - TimeDelta::minutes(10)));
    looked.regions.check_due().await.expect("checked");
    assert!(notes(&world).await[0].contains("10 minutes behind"), "{:?}", notes(&world).await);
    assert_eq!(state(&world, &looked).await, (SourceState::Fresh, None));

    world.service.change_card(|card| card["code"] = json!("surrey"));
    looked.regions.check_due().await.expect("checked");
    assert!(notes(&world).await[0].contains("calls itself \"surrey\""));
    assert_eq!(state(&world, &looked).await.1, Some(SourceReason::Refused));
}

#[tokio::test]
async fn region_that_is_copied_is_asked_live_while_its_copy_is_old() {
    let world = kent([1]).await;
    let looked = looked(&world);
    let store = world.database.store();
    let copied = build::region("kent").door(Door::Changes).change();
    store.apply("test", now(), vec![copied]).await.expect("moved");
    set(&world, world.kent, Some(&world.service.address), None).await;
    looked.regions.refresh().await.expect("refreshed");
    state(&world, &looked).await;
    assert_eq!(world.service.asked().len(), 1, "it was never copied");

    // A row of it is received.
    let row = build::meetup(world.kent, 9).change();
    store.apply("test", now(), vec![row]).await.expect("copied");
    looked.regions.refresh().await.expect("refreshed");
    assert_eq!(state(&world, &looked).await, (SourceState::Fresh, None));
    assert_eq!(world.service.asked().len(), 1, "the copy is good");
}

#[tokio::test]
async fn one_service_that_hangs_keeps_no_other_from_being_asked() {
    let world = kent([]).await;
    let other = RegionService::start("london");
    world.service.delay(Duration::from_secs(30));
    let looked = looked(&world);
    let london = build::region("london").door(Door::Live).change();
    world.database.store().apply("test", now(), vec![london]).await.expect("moved");
    set(&world, world.kent, Some(&world.service.address), None).await;
    set(&world, build::region_id("london"), Some(&other.address), None).await;
    looked.regions.refresh().await.expect("refreshed");
    looked.regions.check_due().await.expect("checked");
    let services = world.database.store().live_services().await.expect("read");
    let good: HashMap<_, _> =
        services.iter().map(|one| (one.service.region, one.good_at.is_some())).collect();
    assert!(good[&build::region_id("london")]);
    assert!(!good[&world.kent]);
}
