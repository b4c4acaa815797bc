use chrono::TimeDelta;
use folkmoot_domain::RegionCode;

use super::*;

fn kent(state: RegionState) -> Region {
    let code: RegionCode = "kent".parse().expect("a region's code");
    Region {
        id: RegionId::derived("kent"),
        code,
        former_codes: Vec::new(),
        name: "Kent".to_owned(),
        door: Door::Sheet,
        state,
        licence: None,
        attribution: None,
        website: None,
        joined_version: 0,
        synthetic: true,
    }
}

fn noon() -> DateTime<Utc> {
    "2027-06-03T12:00:00Z".parse().expect("an instant")
}

fn answered(description: Option<Description>) -> (SourceState, String) {
    let freshness = Freshness { now: noon(), stale_after: TimeDelta::hours(24) };
    let kent = kent(RegionState::Active);
    let status = SourceStatus::answered(&kent, description.as_ref(), None, freshness);
    (status.state, status.note)
}

#[test]
fn age_decides_between_fresh_and_stale() {
    let read = |hours| Some(Description::as_of(noon() - TimeDelta::hours(hours)));
    assert_eq!(answered(read(24)), (SourceState::Fresh, "Kent answered.".to_owned()));
    assert_eq!(
        answered(read(25)),
        (SourceState::Stale, "Kent answered with rows as of 2 June 2027, 11:00 UTC.".to_owned())
    );
    assert_eq!(
        answered(None),
        (SourceState::Stale, "Kent answered, but not how fresh its rows are.".to_owned())
    );
}

#[test]
fn copy_that_cannot_be_renewed_says_so_and_is_stale_once_it_is_overdue() {
    let told = |is_overdue| {
        let lapse = Some(Lapse { outage: Outage::Unreachable, is_overdue });
        let as_of = Some(noon() - TimeDelta::minutes(5));
        let freshness = Freshness { now: noon(), stale_after: TimeDelta::hours(24) };
        let kent = kent(RegionState::Active);
        let description = Description { as_of, lapse, ..Description::default() };
        let status = SourceStatus::answered(&kent, Some(&description), None, freshness);
        (status.state, status.reason, status.note)
    };
    let once = "Kent answered with rows as of 3 June 2027, 11:55 UTC; they could not be read anew \
                since.";
    assert_eq!(told(false), (SourceState::Fresh, None, once.to_owned()));
    let overdue = "Kent could not be reached; rows as of 3 June 2027, 11:55 UTC.";
    let reason = Some(SourceReason::Unreachable);
    assert_eq!(told(true), (SourceState::Stale, reason, overdue.to_owned()));
}

#[test]
fn kept_rows_say_how_old_they_are_and_why() {
    let freshness = Freshness { now: noon(), stale_after: TimeDelta::hours(24) };
    let status = |is_stale, outage, described: Option<DateTime<Utc>>| {
        let kept = Kept { as_of: noon() - TimeDelta::minutes(5), is_stale, outage };
        let description = described.map(Description::as_of);
        let kent = kent(RegionState::Active);
        SourceStatus::answered(&kent, description.as_ref(), Some(kept), freshness)
    };
    let words = |status: SourceStatus| (status.state, status.reason, status.note);

    let fresh = status(false, None, None);
    assert_eq!(fresh.as_of, Some(noon() - TimeDelta::minutes(5)));
    assert_eq!(words(fresh), (SourceState::Fresh, None, "Kent answered.".to_owned()));
    assert_eq!(
        words(status(true, None, Some(noon()))),
        (
            SourceState::Stale,
            None,
            "Kent answered with rows as of 3 June 2027, 11:55 UTC.".to_owned()
        )
    );
    assert_eq!(
        words(status(true, Some(Outage::Unreachable), None)),
        (
            SourceState::Stale,
            Some(SourceReason::Unreachable),
            "Kent could not be reached; rows as of 3 June 2027, 11:55 UTC.".to_owned()
        )
    );
    let older = noon() - TimeDelta::days(2);
    let mirror = status(false, None, Some(older));
    assert_eq!((mirror.state, mirror.as_of), (SourceState::Stale, Some(older)));
}

#[test]
fn region_that_was_never_read_is_missing_and_not_empty() {
    let never = answered(Some(Description::default()));
    assert_eq!(never, (SourceState::Missing, "Kent has not given any rows yet.".to_owned()));
}

#[test]
fn hosted_rows_are_always_as_of_now() {
    let freshness = Freshness { now: noon(), stale_after: TimeDelta::hours(24) };
    let hosted = Region { door: Door::Hosted, ..kent(RegionState::Active) };
    for description in [None, Some(Description::default())] {
        let status = SourceStatus::answered(&hosted, description.as_ref(), None, freshness);
        assert_eq!((status.state, status.as_of), (SourceState::Fresh, Some(noon())));
    }
}

#[test]
fn pause_is_told_with_its_reason() {
    let paused = kent(RegionState::Paused { reason: "The network is being rebuilt.".to_owned() });
    let status = SourceStatus::missing(&paused, SourceReason::Paused, None);
    assert_eq!(status.note, "Kent is paused: The network is being rebuilt.");
    assert_eq!(status.reason, Some(SourceReason::Paused));
}

#[test]
fn errors_of_sources_become_reasons() {
    for (error, reason) in [
        (SourceError::Unavailable, SourceReason::Unreachable),
        (SourceError::TimedOut, SourceReason::TimedOut),
        (SourceError::Rejected, SourceReason::Refused),
        (SourceError::Malformed(String::new()), SourceReason::InvalidAnswer),
    ] {
        assert_eq!(SourceReason::from(&error), reason);
    }
}
