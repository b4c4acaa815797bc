use proptest::prelude::*;

use super::*;
use crate::{IntroductionId, IntroductionOutcome, Provenance};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn today() -> NaiveDate {
    day("2026-11-25")
}

fn point() -> PointId {
    PointId::derived("lgdss-2016/3")
}

fn level(number: u8) -> Option<Level> {
    Level::new(number)
}

/// A London borough at home in London.
fn borough(name: &str) -> Party {
    Party {
        council: CouncilId::derived(name),
        name: name.to_owned(),
        kind: CouncilType::LondonBorough,
        ons_region: Some("London".to_owned()),
        home: Some(RegionId::derived("london")),
    }
}

/// A Welsh council at home in no region.
fn welsh(name: &str) -> Party {
    Party { kind: CouncilType::Welsh, ons_region: None, home: None, ..borough(name) }
}

fn wanting(name: &str, number: u8) -> Wanting {
    Wanting { party: borough(name), level: level(number), asked: None }
}

fn asked(name: &str, remote: bool) -> Wanting {
    let raised_on = day("2026-10-01");
    let need = NeedId::derived(name);
    Wanting { party: borough(name), level: None, asked: Some(OpenNeed { raised_on, need, remote }) }
}

fn helping(name: &str) -> Helping {
    Helping {
        party: borough(name),
        offer: OfferId::derived(name),
        kind: OfferKind::Advise,
        remote: false,
        available_from: None,
        understanding: None,
        support_need: None,
    }
}

fn introduced(
    needing: &str,
    helping: &str,
    on: &str,
    outcome: Option<IntroductionOutcome>,
) -> Introduction {
    Introduction {
        id: IntroductionId::derived(&format!("{needing}{helping}{on}")),
        region: RegionId::derived("london"),
        natural_key: on.to_owned(),
        needing: CouncilId::derived(needing),
        helping: CouncilId::derived(helping),
        point: point(),
        introduced_on: day(on),
        outcome,
        provenance: Provenance {
            system: "hosted".to_owned(),
            received_at: chrono::DateTime::UNIX_EPOCH,
            synthetic: false,
        },
        revision: 1,
    }
}

fn matches(
    needing: &[Wanting],
    helping: &[Helping],
    introductions: &[Introduction],
) -> SupportMatches {
    support_matches(point(), needing, helping, introductions, today())
}

/// The score of one pair, if it is a match.
fn score(wanting: Wanting, helping: Helping, introductions: &[Introduction]) -> Option<i32> {
    matches(&[wanting], &[helping], introductions).rows.first().map(|row| row.score)
}

/// Camden's urgent need and Hackney's offer: 40 + 5 advice + 15 home + 10 kind + 10 load.
const CAMDEN_HACKNEY: i32 = 80;

#[test]
fn the_score_adds_up_as_the_table_says() {
    let base = || helping("Hackney");
    let afar = |remote| Helping { party: welsh("Hackney"), remote, ..base() };
    let near = Party { home: Some(RegionId::derived("other")), ..borough("Hackney") };
    let cases = [
        (base(), Some(CAMDEN_HACKNEY)),
        (Helping { understanding: level(4), ..base() }, Some(CAMDEN_HACKNEY + 20)),
        (Helping { understanding: level(3), ..base() }, Some(CAMDEN_HACKNEY + 10)),
        (Helping { understanding: level(1), ..base() }, Some(CAMDEN_HACKNEY)),
        (Helping { support_need: level(3), ..base() }, Some(CAMDEN_HACKNEY - 20)),
        (Helping { support_need: level(2), ..base() }, Some(CAMDEN_HACKNEY)),
        (Helping { kind: OfferKind::Speak, ..base() }, Some(CAMDEN_HACKNEY - 5)),
        (Helping { party: near, ..base() }, Some(CAMDEN_HACKNEY - 5)),
        (afar(true), Some(CAMDEN_HACKNEY - 20)),
        (afar(false), None),
    ];
    for (helping, expected) in cases {
        let shown = format!("{helping:?}");
        assert_eq!(score(wanting("Camden", 4), helping, &[]), expected, "{shown}");
    }
}

#[test]
fn earlier_introductions_help_hinder_or_rule_out() {
    use IntroductionOutcome::{Helped, NoAnswer, NoFit};
    let long_ago = "2024-01-10";
    let elsewhere = |outcome| Introduction {
        point: PointId::derived("lgdss-2016/9"),
        ..introduced("Camden", "Hackney", long_ago, outcome)
    };
    let cases = [
        (introduced("Camden", "Hackney", long_ago, Some(Helped)), Some(10)),
        (introduced("Camden", "Hackney", long_ago, Some(NoAnswer)), Some(-10)),
        (introduced("Camden", "Hackney", long_ago, Some(NoFit)), None),
        (elsewhere(Some(NoFit)), None),
        (introduced("Camden", "Hackney", long_ago, None), None),
        (elsewhere(None), Some(-5)),
        (introduced("Hackney", "Camden", long_ago, Some(NoFit)), Some(0)),
        (introduced("Barnet", "Hackney", "2025-11-25", Some(Helped)), Some(0)),
        (introduced("Barnet", "Hackney", "2025-11-26", Some(Helped)), Some(-5)),
    ];
    for (introduction, change) in cases {
        let found =
            score(wanting("Camden", 4), helping("Hackney"), std::slice::from_ref(&introduction));
        assert_eq!(found, change.map(|change| CAMDEN_HACKNEY + change), "{introduction:?}");
    }
}

#[test]
fn an_offer_must_start_within_six_months_and_be_somebody_elses() {
    let from = |on| Helping { available_from: Some(day(on)), ..helping("Hackney") };
    assert!(score(wanting("Camden", 4), from("2027-05-25"), &[]).is_some());
    assert_eq!(score(wanting("Camden", 4), from("2027-05-26"), &[]), None);
    assert_eq!(score(wanting("Hackney", 4), helping("Hackney"), &[]), None);
}

#[test]
fn a_room_or_a_seat_on_a_panel_answers_no_need() {
    let offer = |kind| Helping { kind, ..helping("Hackney") };
    for kind in [OfferKind::Host, OfferKind::Assess] {
        assert_eq!(score(wanting("Camden", 4), offer(kind), &[]), None);
    }
    for kind in [OfferKind::Speak, OfferKind::ShareCode] {
        assert_eq!(score(wanting("Camden", 4), offer(kind), &[]), Some(CAMDEN_HACKNEY - 5));
    }
}

#[test]
fn help_from_afar_is_no_use_to_who_wants_somebody_there() {
    let afar = || Helping { party: welsh("Cardiff"), remote: true, ..helping("Cardiff") };
    let rows = matches(&[asked("Camden", true)], &[afar()], &[]).rows;
    assert!(rows[0].remote);
    assert_eq!(matches(&[asked("Camden", false)], &[afar()], &[]).rows, []);
    let homeless = Wanting { party: welsh("Swansea"), ..wanting("Swansea", 4) };
    let travels = Helping { remote: false, ..afar() };
    assert_eq!(matches(&[homeless], &[travels], &[]).rows, [], "no home is not the same home");
    let near = Helping { remote: true, ..helping("Hackney") };
    assert!(!matches(&[asked("Camden", false)], &[near], &[]).rows[0].remote);
}

#[test]
fn a_council_with_three_open_introductions_is_left_in_peace_and_counted_once() {
    let open = ["a", "b", "c"].map(|name| introduced(name, "Hackney", "2024-01-10", None));
    let needing = [wanting("Camden", 4), wanting("Barnet", 3)];
    let offers =
        [helping("Hackney"), Helping { offer: OfferId::derived("2"), ..helping("Hackney") }];
    let found = matches(&needing, &offers, &open);
    assert_eq!((found.rows, found.hidden), (Vec::new(), 1));
    let two_open = matches(&needing, &offers, &open[..2]);
    assert_eq!((two_open.rows.len(), two_open.hidden), (2, 0));
    let later = Helping { available_from: Some(day("2028-01-01")), ..helping("Hackney") };
    assert_eq!(matches(&needing, &[later], &open).hidden, 0, "it would fit nobody anyway");
}

#[test]
fn the_most_urgent_comes_first_with_three_helpers_at_most_each_once() {
    let needing = [
        wanting("Barnet", 3),
        wanting("Camden", 4),
        wanting("Ealing", 2),
        Wanting { asked: asked("Brent", true).asked, ..wanting("Brent", 1) },
    ];
    let mut offers: Vec<_> = ["p", "q", "r", "s"].map(helping).into();
    offers[1].understanding = level(4);
    offers.push(Helping {
        offer: OfferId::derived("q, speaking"),
        kind: OfferKind::Speak,
        ..offers[1].clone()
    });
    let rows = matches(&needing, &offers, &[]).rows;
    let names = ["Camden", "Brent", "Barnet"];
    let of = |row: &SupportMatch| {
        names.into_iter().find(|name| CouncilId::derived(name) == row.key.needing)
    };
    let shown: Vec<_> = rows.iter().map(|row| (of(row).unwrap_or("?"), row.urgency)).collect();
    assert_eq!(shown[..3], [("Camden", 4); 3]);
    assert_eq!(shown[3], ("Brent", 3), "of two alike, who asked comes first");
    assert_eq!(shown.iter().filter(|row| row.0 == "Brent").count(), 3);
    assert_eq!(shown.len(), 9);
    assert_eq!(rows[0].key.offer, OfferId::derived("q"), "advice by the one that could teach");
    let helpers: BTreeSet<_> = rows[..3].iter().map(|row| row.helping).collect();
    assert_eq!(helpers.len(), 3);
}

#[test]
fn a_call_for_the_future_is_not_open_yet() {
    let mut early = asked("Camden", true);
    early.asked = early.asked.map(|asked| OpenNeed { raised_on: day("2026-12-01"), ..asked });
    assert_eq!(matches(&[early.clone()], &[helping("Hackney")], &[]).rows, []);
    let urgent = Wanting { level: level(4), ..early };
    assert_eq!(matches(&[urgent], &[helping("Hackney")], &[]).rows[0].need, None);
}

#[test]
fn of_a_council_given_twice_the_more_urgent_stands() {
    let twice = [asked("Camden", true), wanting("Camden", 4)];
    let rows = matches(&twice, &[helping("Hackney")], &[]).rows;
    assert_eq!(rows.iter().map(|row| row.urgency).collect::<Vec<_>>(), [4]);
}

#[test]
fn every_reason_is_a_sentence() {
    let needing = Wanting { level: level(4), ..asked("Camden", true) };
    let offer = Helping {
        understanding: level(4),
        support_need: level(3),
        available_from: Some(day("2027-01-14")),
        ..helping("Hackney")
    };
    let past = [
        introduced("Camden", "Hackney", "2026-01-10", Some(IntroductionOutcome::Helped)),
        introduced("Camden", "Hackney", "2026-02-10", Some(IntroductionOutcome::NoAnswer)),
    ];
    let rows = matches(&[needing], &[offer], &past).rows;
    assert_eq!(
        rows[0].because,
        [
            "Camden needs urgent support.",
            "Camden asked for help on 1 October 2026.",
            "Hackney offers advice from 14 January 2027.",
            "Hackney could teach others.",
            "Hackney needs support on this point itself.",
            "Both are at home in the same region.",
            "Both are London boroughs.",
            "Hackney has 2 introductions, open or made within a year.",
            "Hackney has helped Camden before.",
            "An earlier introduction of the two was never answered.",
        ]
    );
    assert_eq!(rows[0].need, Some(NeedId::derived("Camden")));
    let near = Helping { party: Party { home: None, ..borough("Brent") }, ..helping("Brent") };
    let rows = matches(&[wanting("Barnet", 3)], &[near], &[]).rows;
    assert_eq!(rows[0].because[0], "Barnet needs much support.");
    assert_eq!(rows[0].because[2], "Both are in the same part of England (London).");
    assert_eq!(rows[0].because[4], "Brent has had no introduction within a year.");
}

fn any_world() -> impl Strategy<Value = (Vec<Wanting>, Vec<Helping>, Vec<Introduction>)> {
    let needing = prop::collection::vec((0..6u8, 0..5u8, any::<bool>()), 0..8);
    let offers = prop::collection::vec((0..6u8, 0..5u8, any::<bool>()), 0..8);
    let made = prop::collection::vec((0..6u8, 0..6u8, 0..4u8), 0..8);
    (needing, offers, made).prop_map(|(needing, offers, made)| {
        let needing = needing.iter().map(|(name, number, asks)| {
            let name = name.to_string();
            let asked = asked(&name, true).asked.filter(|_| *asks);
            Wanting { asked, ..wanting(&name, *number) }
        });
        let offers = offers.iter().zip(0..).map(|((name, number, is_welsh), place)| {
            let name = name.to_string();
            let party = if *is_welsh { welsh(&name) } else { borough(&name) };
            let offer = OfferId::derived(&format!("{place}"));
            Helping { party, offer, remote: true, understanding: level(*number), ..helping(&name) }
        });
        let made = made.iter().map(|(needing, helping, outcome)| {
            use IntroductionOutcome::{Helped, NoAnswer, NoFit};
            let outcome = [None, Some(Helped), Some(NoAnswer), Some(NoFit)][usize::from(*outcome)];
            introduced(&needing.to_string(), &helping.to_string(), "2026-05-01", outcome)
        });
        (needing.collect(), offers.collect(), made.collect())
    })
}

proptest! {
    #[test]
    fn any_order_of_rows_gives_the_same_matches_each_with_a_key_of_its_own(
        (world, shuffled) in any_world().prop_flat_map(|world| {
            let (needing, offers, made) = world.clone();
            let shuffled = (
                    Just(needing).prop_shuffle(),
                    Just(offers).prop_shuffle(),
                    Just(made).prop_shuffle(),
                );
            (Just(world), shuffled)
        })
    ) {
        let found = matches(&world.0, &world.1, &world.2);
        prop_assert_eq!(&found, &matches(&shuffled.0, &shuffled.1, &shuffled.2));
        let keys: BTreeSet<_> = found.rows.iter().map(|row| row.key).collect();
        prop_assert_eq!(keys.len(), found.rows.len());
        prop_assert!(found.rows.is_sorted_by_key(order));
    }
}
