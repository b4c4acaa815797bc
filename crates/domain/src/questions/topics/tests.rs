use proptest::prelude::*;

use super::*;
use crate::{Attendance, GroupId, MeetupId, Provenance, RegionId};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn today() -> NaiveDate {
    day("2026-11-25")
}

fn topic(number: u16, percent: u32, last_on: Option<&str>, votes: u32) -> TopicInput {
    TopicInput {
        point: PointId::derived(&number.to_string()),
        number,
        need: Ok(Histogram { levels: [100 - percent, 0, 0, percent, 0], not_rated: 0 }),
        covered: Coverage { last_on: last_on.map(day), next_on: None },
        votes,
    }
}

fn numbers(topics: &[RankedTopic]) -> Vec<u16> {
    topics.iter().map(|topic| topic.number).collect()
}

#[test]
fn need_leads_time_and_votes_decide_and_planned_comes_last() {
    let planned = Coverage { last_on: None, next_on: Some(day("2027-01-14")) };
    let inputs = vec![
        TopicInput { covered: planned, ..topic(1, 90, None, 50) },
        topic(2, 40, Some("2026-09-17"), 0),
        topic(3, 40, Some("2026-03-05"), 0),
        topic(4, 40, Some("2025-03-05"), 0),
        topic(5, 30, Some("2026-03-05"), 10),
        topic(6, 60, Some("2026-03-05"), 0),
        TopicInput { need: Err(NoFigure::Hidden), ..topic(7, 0, Some("2026-03-05"), 1) },
    ];
    assert_eq!(numbers(&next_topics(inputs, today())), [4, 6, 5, 7, 3, 2, 1]);
}

#[test]
fn twelve_months_count_for_a_point_and_six_against_it_to_the_day() {
    let cases = [
        (None, 20),
        (Some("2025-11-25"), 20),
        (Some("2025-11-26"), 0),
        (Some("2026-05-25"), 0),
        (Some("2026-05-26"), -20),
        (Some("2026-11-25"), -20),
    ];
    for (last_on, expected) in cases {
        let score = next_topics(vec![topic(1, 0, last_on, 0)], today())[0].score;
        assert_eq!(score.gap, expected, "{last_on:?}");
    }
}

#[test]
fn votes_stop_counting_at_ten() {
    for (votes, expected) in [(0, 0), (1, 2), (10, 20), (11, 20), (u32::MAX, 20)] {
        let topic = &next_topics(vec![topic(1, 5, None, votes)], today())[0];
        assert_eq!((topic.score.votes, topic.votes), (expected, votes));
        assert_eq!(topic.score.total(), 25 + expected);
    }
}

#[test]
fn an_unknown_need_is_a_middling_one_or_none_where_all_are_unknown() {
    let hidden = TopicInput { need: Err(NoFigure::Hidden), ..topic(9, 0, None, 0) };
    let score = |others: &[u32]| {
        let known = (1..).zip(others).map(|(number, percent)| topic(number, *percent, None, 0));
        let topics = next_topics(known.chain([hidden]).collect(), today());
        topics.iter().find(|topic| topic.number == 9).map(|topic| topic.score.need)
    };
    assert_eq!(score(&[]), Some(0));
    assert_eq!(score(&[80]), Some(80));
    assert_eq!(score(&[10, 70, 50, 40]), Some(40));
}

#[test]
fn each_topic_names_its_parts_in_a_sentence() {
    let next_on = Some(day("2027-01-14"));
    let of_27 = Ok(Histogram { levels: [10, 5, 0, 8, 4], not_rated: 2 });
    let cases = [
        (
            TopicInput { need: of_27, ..topic(1, 0, Some("2025-03-05"), 4) },
            "12 of 27 councils need much or urgent support (44%); no meet-up has been about \
             it for 12 months, the last on 5 March 2025; 4 votes for it.",
        ),
        (
            TopicInput { need: Err(NoFigure::Hidden), ..topic(1, 0, Some("2026-09-17"), 1) },
            "How many councils need support is not published; a meet-up was about it on \
             17 September 2026, less than 6 months ago; 1 vote for it.",
        ),
        (
            TopicInput { need: Err(NoFigure::NotAsked), ..topic(1, 0, Some("2026-03-05"), 0) },
            "No council has said how much support it needs; the last meet-up about it was on \
             5 March 2026; nobody has voted for it.",
        ),
        (
            TopicInput { covered: Coverage { last_on: None, next_on }, ..topic(1, 44, None, 1200) },
            "Already planned for 14 January 2027, so it comes last; 44 of 100 councils need \
             much or urgent support (44%); no meet-up on record has been about it; 1,200 \
             votes for it.",
        ),
    ];
    for (input, because) in cases {
        assert_eq!(next_topics(vec![input], today())[0].because, because);
    }
}

fn meetup(status: MeetupStatus, starts_at: &str, point: &str) -> Meetup {
    let starts_at: DateTime<Utc> = starts_at.parse().expect("an instant");
    Meetup {
        id: MeetupId::derived(starts_at.to_rfc3339().as_str()),
        region: RegionId::derived("london"),
        group: GroupId::derived("london"),
        series: None,
        natural_key: "1".to_owned(),
        title: "Meet-up".to_owned(),
        summary: None,
        status,
        starts_at,
        ends_at: starts_at + chrono::TimeDelta::hours(2),
        time_zone: chrono_tz::Europe::London,
        attendance: Attendance::InPerson,
        venue: None,
        points: vec![PointId::derived(point)],
        host: None,
        talks: Vec::new(),
        booking_url: None,
        materials_url: None,
        attended: Vec::new(),
        provenance: Provenance {
            system: "hosted".to_owned(),
            received_at: starts_at,
            synthetic: false,
        },
        revision: 1,
    }
}

#[test]
fn coverage_takes_the_last_that_was_and_the_next_that_will_be_but_none_that_is_cancelled() {
    use MeetupStatus::{Cancelled, Confirmed, Held, Planned};
    let meetups = [
        meetup(Held, "2026-03-05T18:30:00Z", "a"),
        meetup(Confirmed, "2026-06-30T23:30:00Z", "a"),
        meetup(Cancelled, "2026-09-17T17:30:00Z", "a"),
        meetup(Held, "2026-10-29T18:30:00Z", "b"),
        meetup(Planned, "2027-03-04T18:30:00Z", "a"),
        meetup(Cancelled, "2026-12-10T18:30:00Z", "a"),
        meetup(Planned, "2027-01-14T18:30:00Z", "a"),
    ];
    let now = "2026-11-25T09:00:00Z".parse().expect("an instant");
    let coverage = Coverage::of(&meetups, PointId::derived("a"), now);
    let expected = Coverage { last_on: Some(day("2026-07-01")), next_on: Some(day("2027-01-14")) };
    assert_eq!(coverage, expected, "the day in London, where summer is an hour ahead");
}

#[test]
fn a_meetup_that_is_marked_as_held_counts_before_its_end() {
    let meetups = [meetup(MeetupStatus::Held, "2026-11-25T18:30:00Z", "a")];
    let now = "2026-11-25T19:00:00Z".parse().expect("an instant");
    let expected = Coverage { last_on: Some(day("2026-11-25")), next_on: None };
    assert_eq!(Coverage::of(&meetups, PointId::derived("a"), now), expected);
}

fn any_topic() -> impl Strategy<Value = TopicInput> {
    let last_on = prop::sample::select(vec![None, Some("2026-09-17"), Some("2025-03-05")]);
    let next_on = prop::option::of(Just(day("2027-01-14")));
    let need = prop_oneof![
        3 => (0..100u32).prop_map(Ok),
        1 => Just(Err(NoFigure::Hidden)),
        1 => Just(Err(NoFigure::NotAsked)),
    ];
    (0..3u16, 0..1000u16, need, last_on, next_on, 0..12u32).prop_map(
        |(number, id, need, last_on, next_on, votes)| {
            let mut input = topic(number, need.unwrap_or_default(), last_on, votes);
            input.point = PointId::derived(&format!("{number}/{id}"));
            input.need = need.and(input.need);
            input.covered.next_on = next_on;
            input
        },
    )
}

proptest! {
    #[test]
    fn any_order_of_topics_gives_the_same_list(
        (topics, shuffled) in prop::collection::vec(any_topic(), 0..12).prop_flat_map(
            |mut topics| {
                topics.sort_by_key(|topic| topic.point);
                topics.dedup_by_key(|topic| topic.point);
                (Just(topics.clone()), Just(topics).prop_shuffle())
            }
        )
    ) {
        let ranked = next_topics(topics, today());
        prop_assert_eq!(&ranked, &next_topics(shuffled, today()));
        prop_assert!(ranked.is_sorted_by_key(|topic| topic.covered.next_on.is_some()));
    }
}
