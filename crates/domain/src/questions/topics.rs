//! What the next meet-up should be about.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};

use super::{NoFigure, Share, months_before, sentence, spoken_count, spoken_day, spoken_need};
use crate::{Histogram, Meetup, MeetupStatus, PointId};

/// A point that was not met about for so long is due. At one every six weeks, meet-ups take close
/// to two years to visit fifteen points; one that waits for half of that has been passed over.
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
        Err(NoFigure::Hidden | NoFigure::NotPublished) => {
            "how many councils need support is not published".to_owned()
        }
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
mod tests;
