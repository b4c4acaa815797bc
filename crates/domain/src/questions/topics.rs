//! What the next meet-up should be about.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};

use super::{NoFigure, Share, months_before, sentence, spoken_count, spoken_day, spoken_need};
use crate::{Histogram, Meetup, MeetupStatus, PointId};

/// A point that was not met about for so long is due. A meet-up every six weeks takes the
/// sixteen meet-ups of two years to visit every point; a point that waits for one year has been
/// passed over.
const DUE_MONTHS: u32 = 12;

/// A point that was met about within this time is not due: meet-ups are planned half a year
/// ahead, so it was in the plan that is just running out.
const RECENT_MONTHS: u32 = 6;

/// What being due or recent weighs, in per cents of councils in need: one council in five. It
/// decides between points whose needs are near each other and gives way to a great need.
const GAP_WEIGHT: i32 = 20;

/// What a vote in the backlog weighs.
const VOTE_WEIGHT: i32 = 2;

/// The most that votes weigh, reached by ten of them: ten people fill a table, and more of the
/// same few enthusiasts must not outweigh what councils say that they need.
const MOST_FOR_VOTES: i32 = 20;

/// When a region met about a point, and when it will.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The day of the last meet-up about it.
    pub last_on: Option<NaiveDate>,
    /// The day of the next one that is planned.
    pub next_on: Option<NaiveDate>,
}

impl Coverage {
    /// What a region's meet-ups cover of a point: those that were held or are over count as
    /// past, the others as planned, and cancelled ones not at all. Days are those of the
    /// meet-up's own zone.
    pub fn of<'a>(
        meetups: impl IntoIterator<Item = &'a Meetup>,
        point: PointId,
        now: DateTime<Utc>,
    ) -> Self {
        let mut coverage = Self::default();
        for meetup in meetups {
            if meetup.status == MeetupStatus::Cancelled || !meetup.points.contains(&point) {
                continue;
            }
            let day = meetup.starts_at.with_timezone(&meetup.time_zone).date_naive();
            if meetup.status == MeetupStatus::Held || meetup.ends_at <= now {
                coverage.last_on = coverage.last_on.max(Some(day));
            } else {
                let next_on = coverage.next_on.map_or(day, |next_on| next_on.min(day));
                coverage.next_on = Some(next_on);
            }
        }
        coverage
    }
}

/// What is known of a point as a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicInput {
    /// The point.
    pub point: PointId,
    /// Its number within its standard.
    pub number: u16,
    /// The region's support needs, or why there are none to show.
    pub need: Result<Histogram, NoFigure>,
    /// When the region met about it, and when it will.
    pub covered: Coverage,
    /// Votes for it in the region's backlog.
    pub votes: u32,
}

/// What a topic's place is made of; the parts add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicScore {
    /// Per cents of councils in need; of an unknown need, what the middle one of the region's
    /// known needs is.
    pub need: i32,
    /// 20 if it was not covered within twelve months, -20 if it was within six.
    pub gap: i32,
    /// 2 a vote, at most 20.
    pub votes: i32,
}

impl TopicScore {
    /// The sum.
    pub fn total(self) -> i32 {
        self.need + self.gap + self.votes
    }
}

/// A point's place among topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedTopic {
    /// 1 for what to meet about next.
    pub rank: u32,
    /// The point.
    pub point: PointId,
    /// Its number within its standard.
    pub number: u16,
    /// Councils that need much or urgent support.
    pub need: Result<Share, NoFigure>,
    /// What its place is made of.
    pub score: TopicScore,
    /// Votes for it in the region's backlog.
    pub votes: u32,
    /// When the region met about it, and when it will.
    pub covered: Coverage,
    /// A sentence that names the parts.
    pub because: String,
}

/// Points by how much a meet-up about them would help.
///
/// The score adds the per cents of councils in need (level 3 or 4), 20 if the region has not met
/// about the point within twelve months (or ever) or -20 if it has within six, and 2 for each
/// vote up to 20. Points that a meet-up is already planned for come last, whatever their score.
/// Then the lower point number, then the lower id.
///
/// A hidden need is unknown: it counts as the middle one (of two, the lower) of the needs that
/// are known, so that a place in the list depends on nothing that is not shown.
pub fn next_topics(inputs: Vec<TopicInput>, today: NaiveDate) -> Vec<RankedTopic> {
    let shown = |input: &TopicInput| {
        let share = |histogram| Share::at_three_or_more(&histogram).ok_or(NoFigure::NotAsked);
        input.need.and_then(share)
    };
    let middle = middle(inputs.iter().filter_map(|input| shown(input).ok()));
    let mut topics: Vec<_> = inputs
        .into_iter()
        .map(|input| {
            let need = shown(&input);
            let score = TopicScore {
                need: need.map_or(middle, per_cents),
                gap: gap(input.covered.last_on, today),
                votes: i32::try_from(input.votes)
                    .unwrap_or(MOST_FOR_VOTES)
                    .saturating_mul(VOTE_WEIGHT)
                    .min(MOST_FOR_VOTES),
            };
            RankedTopic {
                rank: 0,
                point: input.point,
                number: input.number,
                need,
                score,
                votes: input.votes,
                covered: input.covered,
                because: because(&input, need, score),
            }
        })
        .collect();
    topics.sort_by_key(|topic| {
        let is_planned = topic.covered.next_on.is_some();
        (is_planned, Reverse(topic.score.total()), topic.number, topic.point)
    });
    for (rank, topic) in (1..).zip(&mut topics) {
        topic.rank = rank;
    }
    topics
}

fn per_cents(share: Share) -> i32 {
    i32::try_from(share.percent()).unwrap_or(100)
}

/// The lower median, or 0 of none.
fn middle(shares: impl Iterator<Item = Share>) -> i32 {
    let mut known: Vec<_> = shares.map(per_cents).collect();
    known.sort_unstable();
    known.get(known.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

fn gap(last_on: Option<NaiveDate>, today: NaiveDate) -> i32 {
    let Some(last_on) = last_on else { return GAP_WEIGHT };
    if last_on > months_before(today, RECENT_MONTHS) {
        -GAP_WEIGHT
    } else if last_on > months_before(today, DUE_MONTHS) {
        0
    } else {
        GAP_WEIGHT
    }
}

fn because(input: &TopicInput, need: Result<Share, NoFigure>, score: TopicScore) -> String {
    let need = match need {
        Ok(share) => spoken_need(share),
        Err(NoFigure::Hidden) => "how many councils need support is not published".to_owned(),
        Err(NoFigure::NotAsked) => "no council has said how much support it needs".to_owned(),
    };
    let covered = match input.covered.last_on.map(spoken_day) {
        None => "no meet-up on record has been about it".to_owned(),
        Some(day) if score.gap < 0 => {
            format!("a meet-up was about it on {day}, less than {RECENT_MONTHS} months ago")
        }
        Some(day) if score.gap > 0 => {
            format!("no meet-up has been about it for {DUE_MONTHS} months, the last on {day}")
        }
        Some(day) => format!("the last meet-up about it was on {day}"),
    };
    let votes = match input.votes {
        0 => "nobody has voted for it".to_owned(),
        votes => format!("{} for it", spoken_count(votes, "vote")),
    };
    let planned = input.covered.next_on.map(spoken_day);
    let planned = planned.map(|day| format!("already planned for {day}, so it comes last"));
    sentence(&planned.into_iter().chain([need, covered, votes]).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
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
                TopicInput {
                    covered: Coverage { last_on: None, next_on },
                    ..topic(1, 44, None, 1200)
                },
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
        let expected =
            Coverage { last_on: Some(day("2026-07-01")), next_on: Some(day("2027-01-14")) };
        assert_eq!(coverage, expected, "the day in London, where summer is an hour ahead");
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
}
