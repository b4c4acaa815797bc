//! Half-years that are not closed and regions that fall silent.

use super::*;

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
