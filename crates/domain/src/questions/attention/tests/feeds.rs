//! Half-years that are not closed and regions that fall silent.

use super::*;
use crate::{GroupId, Life, Membership, PeerGroup};

#[test]
fn half_years_are_due_a_month_after_their_end() {
    let region = region(Door::Hosted);
    let open = ["2026-H2", "2026-H1"].map(|name| name.parse().expect("a half-year"));
    assert_eq!(
        only(AttentionInput { open_half_years: &open, ..quiet(&region) }),
        row(
            "HALF_YEAR_NOT_CLOSED",
            "London: the first half of 2026",
            "2026-08-01",
            "It ended on 30 June 2026, and its figures cannot be published before it is closed."
        )
    );
}

#[test]
fn figures_that_cannot_be_taken_are_told_and_that_there_are_none_is_not() {
    let region = region(Door::Live);
    let report = |outcome| FiguresReport {
        region: region.id,
        asked_at: at("2026-07-12T09:00:00Z"),
        outcome,
        notes: vec!["not taken: 2026-H1: closedAt: is still to come".to_owned()],
    };
    let refused = report(FiguresOutcome::Refused);
    assert_eq!(
        only(AttentionInput { figures: Some(&refused), ..quiet(&region) }),
        row(
            "FIGURES_NOT_TAKEN",
            "Capability figures of London",
            "2026-07-12",
            "Not taken: 2026-H1: closedAt: is still to come."
        )
    );
    for outcome in [FiguresOutcome::Taken, FiguresOutcome::OldContract, FiguresOutcome::NotAllowed]
    {
        let report = report(outcome);
        let input = AttentionInput { figures: Some(&report), ..quiet(&region) };
        assert_eq!(only(input), None, "{outcome:?}");
    }
}

#[test]
fn a_council_that_two_regions_claim_is_told_to_both() {
    let kent = Region {
        id: RegionId::derived("kent"),
        code: "kent".parse().expect("a code"),
        name: "Kent".to_owned(),
        ..region(Door::Hosted)
    };
    let group = |region: &Region| PeerGroup {
        id: GroupId::derived(region.code.as_str()),
        region: region.id,
        slug: region.code.to_string(),
        name: region.name.clone(),
        time_zone: chrono_tz::Europe::London,
        first_met_on: None,
    };
    let home = |code: &str, from: Option<&str>| Membership {
        group: GroupId::derived(code),
        council: camden(),
        life: Life::new(from.map(day), None),
        is_home: true,
    };
    let regions = vec![region(Door::Hosted), kent];
    let nation = Reference::new(ReferenceParts {
        councils: embedded_register().councils,
        groups: regions.iter().map(group).collect(),
        regions,
        memberships: vec![home("london", Some("2016-07-07")), home("kent", Some("2026-04-01"))],
        ..ReferenceParts::default()
    });
    let told = |at_region: usize| {
        let input = quiet(&nation.regions()[at_region]);
        let rows = attention(input, &nation, at(NOW)).into_iter();
        let mut rows = rows.filter(|row| row.subject.kind() == "CONTESTED_HOME");
        let row = rows.next().expect("it is told");
        (row.title, row.since.to_string(), row.because)
    };
    assert_eq!(told(0), (
        "Camden is at home in London as well".to_owned(),
        "2026-04-01".to_owned(),
        "It counts there, since 7 July 2016; agree with them on where it is at home: the other \
         has it as a guest.".to_owned(),
    ));
    assert_eq!(
        told(1),
        (
            "Camden is at home in Kent as well".to_owned(),
            "2026-04-01".to_owned(),
            "It counts here, since 7 July 2016; agree with them on where it is at home: the other \
         has it as a guest."
                .to_owned(),
        )
    );
}

#[test]
fn a_feed_may_be_silent_for_as_long_as_its_door_allows() {
    let cases = [
        (Door::Hosted, "2026-08-27T09:00:01Z", None),
        (
            Door::Hosted,
            "2026-08-27T09:00:00Z",
            Some("No new row for 90 days, the last on 27 August 2026."),
        ),
        (Door::Sheet, "2026-11-18T09:00:01Z", None),
        (
            Door::Sheet,
            "2026-11-18T09:00:00Z",
            Some("No answer for 7 days, the last on 18 November 2026."),
        ),
        (Door::Changes, "2026-11-23T09:00:01Z", None),
        (
            Door::Changes,
            "2026-11-23T09:00:00Z",
            Some("No answer for 2 days, the last on 23 November 2026."),
        ),
        (Door::Live, "2026-11-24T09:00:01Z", None),
        (
            Door::Live,
            "2026-11-24T09:00:00Z",
            Some("No answer for a day, the last on 24 November 2026."),
        ),
    ];
    for (door, heard_at, because) in cases {
        let region = region(door);
        let found = only(AttentionInput { heard_at: Some(at(heard_at)), ..quiet(&region) });
        let expected =
            because.and_then(|because| row("SILENT_FEED", "London", "2026-11-25", because));
        assert_eq!(found, expected, "{door:?} {heard_at}");
    }
}

#[test]
fn a_region_that_was_never_heard_of_is_due_today_unless_nobody_listens() {
    let heard_at = None;
    let mut region = region(Door::Live);
    assert_eq!(
        only(AttentionInput { heard_at, ..quiet(&region) }),
        row("SILENT_FEED", "London", "2026-11-25", "Nothing has arrived yet.")
    );
    for state in [RegionState::Paused { reason: "Moving.".to_owned() }, RegionState::Left] {
        region.state = state;
        assert_eq!(only(AttentionInput { heard_at, ..quiet(&region) }), None);
    }
}
