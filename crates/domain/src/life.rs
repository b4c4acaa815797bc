//! The time for which something stood: a half-open interval of days.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// From `starts_on` (first day) until `ends_on` (first day on which it no longer stands).
/// An open end is `None`: "for as long as anyone recorded", or "still".
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[allow(missing_docs)]
pub struct Life {
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
}

impl Life {
    /// Half-open `[starts_on, ends_on)`.
    pub fn new(starts_on: Option<NaiveDate>, ends_on: Option<NaiveDate>) -> Self {
        Self { starts_on, ends_on }
    }

    /// True on every day from the first up to, but not including, the end.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.starts_on.is_none_or(|start| start <= day) && !self.has_ended_by(day)
    }

    /// True from the end on.
    pub fn has_ended_by(&self, day: NaiveDate) -> bool {
        self.ends_on.is_some_and(|end| end <= day)
    }

    /// True if the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let starts_before = |start: Option<NaiveDate>, end: Option<NaiveDate>| match (start, end) {
            (Some(start), Some(end)) => start < end,
            _ => true,
        };
        starts_before(self.starts_on, other.ends_on) && starts_before(other.starts_on, self.ends_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_end_is_the_first_day_outside() {
        let life = Life::new(Some(day("2019-04-01")), Some(day("2023-04-01")));
        assert!(!life.contains(day("2019-03-31")));
        assert!(life.contains(day("2019-04-01")));
        assert!(life.contains(day("2023-03-31")));
        assert!(!life.contains(day("2023-04-01")));
    }

    #[test]
    fn neighbours_do_not_overlap() {
        let before = Life::new(None, Some(day("2019-04-01")));
        let after = Life::new(Some(day("2019-04-01")), None);
        assert!(!before.overlaps(&after) && !after.overlaps(&before));
        assert!(before.overlaps(&Life::default()));
    }
}
