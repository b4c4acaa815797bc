//! Half-years: the time by which answers are counted and figures published.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// January to June or July to December of a year. Ordered by time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HalfYear {
    year: i32,
    is_second: bool,
}

/// A text that names no half-year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no half-year: write it as 2026-H1 or 2026-H2")]
pub struct MalformedHalfYear;

/// How long after its end a region may still close a half-year.
const GRACE: Months = Months::new(1);

impl HalfYear {
    /// The half-year of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), is_second: day.month() > 6 }
    }

    /// The two of a calendar year.
    pub fn both_of(year: i32) -> [Self; 2] {
        [false, true].map(|is_second| Self { year, is_second })
    }

    /// The one before.
    pub fn previous(self) -> Self {
        Self::from_number(self.number() - 1)
    }

    /// The one after.
    pub fn next(self) -> Self {
        Self::from_number(self.number() + 1)
    }

    /// Half-years since the year 0, as stores keep it.
    pub fn number(self) -> i32 {
        self.year * 2 + i32::from(self.is_second)
    }

    /// The half-year with this number.
    pub fn from_number(number: i32) -> Self {
        Self { year: number.div_euclid(2), is_second: number.rem_euclid(2) == 1 }
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// `the second half of 2026`.
    pub fn in_words(self) -> String {
        format!("the {} half of {}", if self.is_second { "second" } else { "first" }, self.year)
    }

    /// The first day.
    pub fn starts_on(self) -> NaiveDate {
        day(self.year, if self.is_second { 7 } else { 1 })
    }

    /// The first day after it.
    pub fn ends_on(self) -> NaiveDate {
        self.next().starts_on()
    }

    /// The first day on which a region that has not closed it is late.
    pub fn overdue_on(self) -> NaiveDate {
        self.ends_on() + GRACE
    }
}

fn day(year: i32, month: u32) -> NaiveDate {
    // Beyond what a date can hold, which no council will live to see, time stands still.
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MAX)
}

impl fmt::Display for HalfYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-H{}", self.year, if self.is_second { 2 } else { 1 })
    }
}

impl fmt::Debug for HalfYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for HalfYear {
    type Err = MalformedHalfYear;

    fn from_str(text: &str) -> Result<Self, MalformedHalfYear> {
        let (year, half) = text.trim().split_once('-').ok_or(MalformedHalfYear)?;
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let is_second = match half.to_ascii_uppercase().as_str() {
            "H1" => false,
            "H2" => true,
            _ => return Err(MalformedHalfYear),
        };
        if !is_year {
            return Err(MalformedHalfYear);
        }
        Ok(Self { year: year.parse().map_err(|_| MalformedHalfYear)?, is_second })
    }
}

impl TryFrom<String> for HalfYear {
    type Error = MalformedHalfYear;

    fn try_from(text: String) -> Result<Self, MalformedHalfYear> {
        text.parse()
    }
}

impl From<HalfYear> for String {
    fn from(half_year: HalfYear) -> Self {
        half_year.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn half_years_meet_without_gap() {
        for (on, name) in [
            ("2026-01-01", "2026-H1"),
            ("2026-06-30", "2026-H1"),
            ("2026-07-01", "2026-H2"),
            ("2026-12-31", "2026-H2"),
        ] {
            let half_year = HalfYear::of(date(on));
            assert_eq!(half_year.to_string(), name);
            assert_eq!(half_year.next().starts_on(), half_year.ends_on());
            assert_eq!(half_year.next().previous(), half_year);
            assert_eq!(HalfYear::from_number(half_year.number()), half_year);
            assert_eq!(name.parse(), Ok(half_year));
        }
        assert_eq!("2026-H2".parse::<HalfYear>().map(HalfYear::overdue_on), Ok(date("2027-02-01")));
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["", "2026", "2026-H3", "26-H1", "H1-2026", "+026-H1", "2026-H1-"] {
            assert_eq!(text.parse::<HalfYear>(), Err(MalformedHalfYear), "{text}");
        }
    }
}
