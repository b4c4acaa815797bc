mod feeds;

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    Action, AssessmentKind, CouncilCode, IntroductionId, Link, PointOutcome, Provenance,
    ReferenceParts, Stage, StandardId, embedded_register, embedded_standards,
};

const NOW: &str = "2026-11-25T09:00:00Z";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn noon(on: &str) -> DateTime<Utc> {
    at(&format!("{on}T12:00:00Z"))
}

fn camden() -> CouncilId {
    "CMD".parse::<CouncilCode>().expect("a code").id()
}

fn agile() -> PointId {
    PointId::derived("lgdss-2016/3")
}

fn provenance() -> Provenance {
    Provenance { system: "hosted".to_owned(), received_at: at(NOW), synthetic: false }
}

fn region(door: Door) -> Region {
    Region {
        id: RegionId::derived("london"),
        code: "london".parse().expect("a code"),
        former_codes: Vec::new(),
        name: "London".to_owned(),
        door,
        state: RegionState::Active,
        licence: None,
        attribution: None,
        website: None,
        joined_version: 1,
        synthetic: false,
    }
}

fn case_study(published_on: &str, reviewed_on: Option<&str>) -> CaseStudy {
    CaseStudy {
        id: CaseStudyId::derived(published_on),
        region: RegionId::derived("london"),
        council: None,
        natural_key: "1".to_owned(),
        title: "Bins, reported".to_owned(),
        summary: "A paragraph.".to_owned(),
        points: vec![agile()],
        link: None,
        published_at: noon(published_on),
        reviewed_on: reviewed_on.map(day),
        provenance: provenance(),
        revision: 1,
    }
}

fn offer(offered_on: &str) -> Offer {
    Offer {
        id: OfferId::derived(offered_on),
        region: RegionId::derived("london"),
        council: camden(),
        natural_key: "1".to_owned(),
        kind: OfferKind::Advise,
        point: Some(agile()),
        remote: true,
        available_from: None,
        note: None,
        ask_url: Link::parse("https://example.org/ask").expect("a link"),
        offered_at: noon(offered_on),
        provenance: provenance(),
        revision: 1,
    }
}

fn need(raised_on: &str) -> Need {
    Need {
        id: NeedId::derived(raised_on),
        region: RegionId::derived("london"),
        natural_key: "1".to_owned(),
        council: camden(),
        point: agile(),
        remote: true,
        note: None,
        raised_on: day(raised_on),
        met_on: None,
        provenance: provenance(),
        revision: 1,
    }
}

/// Camden was introduced to Camden: to whom does not matter here.
fn introduced(on: &str) -> Introduction {
    Introduction {
        id: IntroductionId::derived(on),
        region: RegionId::derived("london"),
        natural_key: on.to_owned(),
        needing: camden(),
        helping: camden(),
        point: agile(),
        introduced_on: day(on),
        outcome: None,
        provenance: provenance(),
        revision: 1,
    }
}

fn assessment(actions: &[(&str, Option<&str>)]) -> Assessment {
    let actions = actions.iter().map(|(due_on, done_on)| Action {
        text: "test with screen readers".to_owned(),
        due_on: day(due_on),
        done_on: done_on.map(day),
    });
    Assessment {
        id: AssessmentId::derived("1"),
        region: RegionId::derived("london"),
        natural_key: "1".to_owned(),
        council: camden(),
        service: "Report a missed bin".to_owned(),
        standard: StandardId::derived("lgdss-2016"),
        stage: Stage::Beta,
        kind: AssessmentKind::Assessment,
        held_on: day("2026-06-01"),
        scheme: "rag".to_owned(),
        result: "AMBER".to_owned(),
        panel: Vec::new(),
        points: vec![PointOutcome {
            point: agile(),
            outcome: "AMBER".to_owned(),
            done_well: None,
            actions: actions.collect(),
            advice: None,
        }],
        previous: None,
        is_public: true,
        provenance: provenance(),
        revision: 1,
    }
}

/// A region of which nothing is stale.
fn quiet(region: &Region) -> AttentionInput<'_> {
    AttentionInput {
        region,
        heard_at: Some(at(NOW)),
        open_half_years: &[],
        figures: None,
        assessments: &[],
        needs: &[],
        offers: &[],
        case_studies: &[],
        introductions: &[],
    }
}

/// Councils and standards as they are, read once.
fn reference() -> &'static Reference {
    static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
        let (standards, crosswalk) = embedded_standards();
        let councils = embedded_register().councils;
        Reference::new(ReferenceParts { councils, standards, crosswalk, ..Default::default() })
    });
    &REFERENCE
}

fn rows(input: AttentionInput<'_>) -> Vec<AttentionRow> {
    attention(input, reference(), at(NOW))
}

/// Kind, title, since and because of the only row.
fn only(input: AttentionInput<'_>) -> Option<(&'static str, String, String, String)> {
    let mut rows = rows(input);
    assert!(rows.len() <= 1, "{rows:?}");
    rows.pop().map(|row| (row.subject.kind(), row.title, row.since.to_string(), row.because))
}

fn row(
    kind: &'static str,
    title: &str,
    since: &str,
    because: &str,
) -> Option<(&'static str, String, String, String)> {
    Some((kind, title.to_owned(), since.to_owned(), because.to_owned()))
}

#[test]
fn case_studies_are_due_eighteen_months_after_somebody_looked_at_them() {
    let region = region(Door::Hosted);
    let of = |published_on, reviewed_on| {
        only(AttentionInput {
            case_studies: &[case_study(published_on, reviewed_on)],
            ..quiet(&region)
        })
    };
    let kind = "UNREVIEWED_CASE_STUDY";
    assert_eq!(
        of("2025-05-25", None),
        row(
            kind,
            "Bins, reported",
            "2026-11-25",
            "It was published on 25 May 2025 and has not been reviewed."
        )
    );
    assert_eq!(
        of("2020-01-01", Some("2025-01-31")),
        row(kind, "Bins, reported", "2026-07-31", "It was last reviewed on 31 January 2025.")
    );
    assert_eq!(of("2025-05-26", None), None);
    assert_eq!(of("2020-01-01", Some("2026-01-01")), None);
}

#[test]
fn offers_are_due_a_year_after_anything_came_of_them() {
    let region = region(Door::Hosted);
    let of = |offer: Offer, introductions: &[Introduction]| {
        only(AttentionInput { offers: &[offer], introductions, ..quiet(&region) })
    };
    let (kind, title) = ("UNUSED_OFFER", "Camden offers advice on Agile");
    assert_eq!(
        of(offer("2025-11-25"), &[]),
        row(
            kind,
            title,
            "2026-11-25",
            "It was made on 25 November 2025, and nobody has been introduced."
        )
    );
    assert_eq!(of(offer("2025-11-26"), &[]), None);
    assert_eq!(of(offer("2024-01-10"), &[introduced("2025-12-01")]), None);
    assert_eq!(
        of(offer("2024-01-10"), &[introduced("2025-03-05"), introduced("2024-06-01")]),
        row(kind, title, "2026-03-05", "Nobody has been introduced since 5 March 2025.")
    );
    let before = of(offer("2025-03-05"), &[introduced("2024-06-01")]).map(|row| row.3);
    let because = "It was made on 5 March 2025, and nobody has been introduced.";
    assert_eq!(before.as_deref(), Some(because), "what came before came of something else");
    let elsewhere = Introduction { point: PointId::derived("x"), ..introduced("2026-03-05") };
    assert!(of(offer("2024-01-10"), std::slice::from_ref(&elsewhere)).is_some());
    assert_eq!(of(Offer { point: None, ..offer("2024-01-10") }, &[elsewhere]), None);
    let later = Offer { available_from: Some(day("2026-03-01")), ..offer("2024-01-10") };
    assert_eq!(of(later, &[]), None, "it came into force this year");
}

#[test]
fn needs_are_due_after_three_months_without_an_introduction() {
    let region = region(Door::Hosted);
    let of = |need: Need, introductions: &[Introduction]| {
        only(AttentionInput { needs: &[need], introductions, ..quiet(&region) })
    };
    assert_eq!(
        of(need("2026-08-25"), &[introduced("2026-08-24")]),
        row(
            "UNANSWERED_NEED",
            "Camden asks for help on Agile",
            "2026-11-25",
            "It has been open since 25 August 2026, and nobody has been introduced."
        )
    );
    let elsewhere = Introduction { point: PointId::derived("x"), ..introduced("2026-09-01") };
    assert!(of(need("2026-08-25"), &[elsewhere]).is_some());
    assert_eq!(of(need("2026-08-26"), &[]), None);
    assert_eq!(of(need("2026-08-01"), &[introduced("2026-08-01")]), None);
    assert_eq!(of(Need { met_on: Some(day("2026-11-25")), ..need("2026-01-01") }, &[]), None);
}

#[test]
fn actions_are_due_the_day_after_their_last_while_they_are_open() {
    let region = region(Door::Hosted);
    let actions = [
        ("2026-11-25", None),
        ("2026-09-01", Some("2026-11-25")),
        ("2026-11-24", None),
        ("2026-09-01", Some("2026-12-01")),
    ];
    let found = rows(AttentionInput { assessments: &[assessment(&actions)], ..quiet(&region) });
    let subjects: Vec<_> = found.iter().map(|row| (row.subject, row.since)).collect();
    let action = |place| AttentionSubject::Action {
        assessment: AssessmentId::derived("1"),
        point: agile(),
        place,
    };
    assert_eq!(subjects, [(action(3), day("2026-09-02")), (action(2), day("2026-11-25"))]);
    assert_eq!(found[1].title, "Report a missed bin: test with screen readers");
    assert_eq!(found[1].because, "It was due on 24 November 2026 and is not done.");
}

#[test]
fn days_begin_in_london() {
    let region = region(Door::Hosted);
    let case_studies =
        [CaseStudy { published_at: at("2025-05-25T23:30:00Z"), ..case_study("2025-05-25", None) }];
    let input = AttentionInput { case_studies: &case_studies, ..quiet(&region) };
    assert_eq!(rows(input), [], "half past midnight of the 26th, by summer time");
}

#[test]
fn names_that_are_not_on_record_and_days_without_end_are_no_trouble() {
    let region = region(Door::Hosted);
    let nobody = Need { council: CouncilId::derived("nobody"), ..need("2026-01-01") };
    let endless = Need { raised_on: NaiveDate::MAX, ..need("2026-01-02") };
    let unnamed = Offer { point: Some(PointId::derived("none")), ..offer("2024-01-10") };
    let input = AttentionInput { needs: &[nobody, endless], offers: &[unnamed], ..quiet(&region) };
    let titles: Vec<_> = rows(input).into_iter().map(|row| row.title).collect();
    assert_eq!(titles, ["Camden offers advice on a point", "A council asks for help on Agile"]);
}

proptest! {
    #[test]
    fn any_order_of_rows_gives_the_same_list_the_oldest_first(
        (days, shuffled) in prop::collection::vec(0..1500u64, 0..12)
            .prop_flat_map(|days| (Just(days.clone()), Just(days).prop_shuffle()))
    ) {
        let region = region(Door::Hosted);
        let list = |days: &[u64]| {
            let on = |back: &u64| (day("2026-11-25") - chrono::Days::new(*back)).to_string();
            let needs: Vec<_> = days.iter().map(|back| need(&on(back))).collect();
            let offers: Vec<_> = days.iter().map(|back| offer(&on(back))).collect();
            let case_studies: Vec<_> =
                days.iter().map(|back| case_study(&on(back), None)).collect();
            let (needs, offers, case_studies) = (&needs, &offers, &case_studies);
            rows(AttentionInput { needs, offers, case_studies, ..quiet(&region) })
        };
        let found = list(&days);
        prop_assert_eq!(&found, &list(&shuffled));
        prop_assert!(found.is_sorted_by_key(|row| row.since));
    }
}
