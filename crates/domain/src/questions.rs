//! The rules behind what coordinators ask: where support is needed most, what to meet about next,
//! who can help whom, who has answered, whether a meet-up moved anything, what is stale, what a
//! panel said, and what may be compared.
//!
//! Plain inputs, plain outputs, each with the reasons in plain words. Orders are total: the same
//! rows in any order give the same answer. Who may see which input is decided by whoever asks.

mod assessed;
mod attention;
mod breaks;
mod effect;
mod matching;
mod ranking;
mod response_rate;
mod topics;

use std::cmp::Ordering;

use chrono::{Months, NaiveDate};

pub use assessed::assessed;
pub use attention::{AttentionInput, AttentionRow, AttentionSubject, attention, contested_homes};
pub use breaks::{RegionHalf, break_before, linked};
pub use effect::{EffectInput, MatchedChange, MeetupEffect, NoEffect, meetup_effect};
pub use matching::{
    Helping, MatchKey, OpenNeed, Party, SupportMatch, SupportMatches, Wanting, support_matches,
};
pub use ranking::{Figures, NeedOfPoint, SupportRank, support_ranking};
pub use response_rate::{AskedRound, ResponseRate, response_rate};
pub use topics::{Coverage, RankedTopic, TopicInput, TopicScore, next_topics};

use crate::Histogram;

/// So many of so many councils or answers: never of none, never more than all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Share {
    part: u32,
    whole: u32,
}

impl Share {
    /// `part` of `whole`; `None` if there is nothing to be a part of, or more than all.
    pub fn new(part: u32, whole: u32) -> Option<Self> {
        (whole > 0 && part <= whole).then_some(Self { part, whole })
    }

    /// Councils at level 3 or 4 among those that gave a level.
    pub fn at_three_or_more(histogram: &Histogram) -> Option<Self> {
        Self::new(histogram.three_or_more(), histogram.rated())
    }

    /// How many.
    pub fn part(self) -> u32 {
        self.part
    }

    /// Of how many.
    pub fn whole(self) -> u32 {
        self.whole
    }

    /// 0 to 1.
    pub fn fraction(self) -> f64 {
        f64::from(self.part) / f64::from(self.whole)
    }

    /// In whole per cents, half up; 0 only for none and 100 only for all, so that a rounded
    /// figure never denies the one council that is left.
    pub fn percent(self) -> u32 {
        let (part, whole) = (u64::from(self.part), u64::from(self.whole));
        let rounded = u32::try_from((200 * part + whole) / (2 * whole)).unwrap_or(100);
        match self.part {
            0 => 0,
            part if part == self.whole => 100,
            _ => rounded.clamp(1, 99),
        }
    }

    /// By size, exactly: 1 of 2 is as much as 2 of 4.
    pub fn compare(self, other: Self) -> Ordering {
        let cross = |one: Self, two: Self| u64::from(one.part) * u64::from(two.whole);
        cross(self, other).cmp(&cross(other, self))
    }
}

/// Why there is no figure for a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoFigure {
    /// Few councils gave a level, or nearly all the same: which of the two is not said.
    Hidden,
    /// The region has not asked, or nobody gave a level.
    NotAsked,
    /// The region closed its half-year too late for this, or the figure was taken back.
    NotPublished,
}

/// "12 of 27 councils need much or urgent support (44%)": the words of the rubric for 3 and 4.
fn spoken_need(share: Share) -> String {
    let councils = if share.whole == 1 { "council" } else { "councils" };
    let need = if share.part == 1 { "needs" } else { "need" };
    let (part, whole) = (spoken(share.part), spoken(share.whole));
    format!("{part} of {whole} {councils} {need} much or urgent support ({}%)", share.percent())
}

/// A number as people read it: `12,345`.
fn spoken(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 vote`, `2 votes`: nouns that take an s.
fn spoken_count(number: u32, noun: &str) -> String {
    format!("{} {noun}{}", spoken(number), if number == 1 { "" } else { "s" })
}

/// `14 January 2027`.
fn spoken_day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Parts as one sentence, with a capital and a full stop.
fn sentence(parts: &[String]) -> String {
    let text = parts.join("; ");
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// So many months later, or the last day there is.
fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// So many months earlier, or the first day there is.
fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_per_cents_and_never_deny_the_last_council() {
        let cases = [(0, 9, 0), (12, 27, 44), (1, 8, 13), (1, 300, 1), (299, 300, 99), (7, 7, 100)];
        for (part, whole, percent) in cases {
            let share = Share::new(part, whole).expect("a share");
            assert_eq!(share.percent(), percent, "{part} of {whole}");
        }
    }

    #[test]
    fn nothing_is_a_part_of_nothing_or_more_than_all() {
        assert_eq!(Share::new(0, 0), None);
        assert_eq!(Share::new(3, 2), None);
        assert_eq!(Share::at_three_or_more(&Histogram::default()), None);
        let most = Share::new(u32::MAX, u32::MAX).expect("all");
        assert_eq!((most.percent(), most.fraction()), (100, 1.0));
    }

    #[test]
    fn shares_compare_by_size_alone() {
        let share = |part, whole| Share::new(part, whole).expect("a share");
        assert_eq!(share(1, 2).compare(share(2, 4)), Ordering::Equal);
        assert_eq!(share(333, 1000).compare(share(1, 3)), Ordering::Less);
    }

    #[test]
    fn numbers_are_spelled_as_people_read_them() {
        let shown = [0, 7, 999, 1000, 1_234_567].map(spoken);
        assert_eq!(shown, ["0", "7", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [spoken_count(1, "vote"), spoken_count(2000, "vote")],
            ["1 vote", "2,000 votes"]
        );
        let one = Share::new(1, 1).expect("a share");
        assert_eq!(spoken_need(one), "1 of 1 council needs much or urgent support (100%)");
    }

    #[test]
    fn months_end_where_days_end() {
        assert_eq!(months_after(NaiveDate::MAX, 1), NaiveDate::MAX);
        assert_eq!(months_before(NaiveDate::MIN, 1), NaiveDate::MIN);
    }
}
