//! What a council says of a point: two measures, five levels, and two ways to give none.

use serde::{Deserialize, Serialize};

/// What is asked of each point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Measure {
    /// How well the council understands the point: high is good.
    Understanding,
    /// How much support the council needs on it: high is a call for help.
    SupportNeed,
}

impl Measure {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Understanding, Self::SupportNeed];
}

/// A level of a measure, 0 to 4. Ordinal: 4 is more than 2, not twice as much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// The level with this number, if there is one.
    pub fn new(number: u8) -> Option<Self> {
        (number <= 4).then_some(Self(number))
    }

    /// 0 to 4.
    pub fn number(self) -> u8 {
        self.0
    }

    /// True for the levels that shares count: 3 and 4.
    pub fn is_three_or_more(self) -> bool {
        self.0 >= 3
    }
}

impl TryFrom<u8> for Level {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("a level is a number from 0 to 4")
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// An answer to one measure of one point. No answer at all is the absence of a rating, which is
/// none of these and never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rating {
    /// A level.
    Level(Level),
    /// The council does not do what the point is about; many buy rather than build.
    NotApplicable,
    /// Nobody there knows.
    DontKnow,
}

impl Rating {
    /// The level, where one was given.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Level(level) => Some(level),
            Self::NotApplicable | Self::DontKnow => None,
        }
    }

    /// The number that stores keep: the level, 5 for not applicable, 6 for don't know.
    pub fn code(self) -> u8 {
        match self {
            Self::Level(level) => level.number(),
            Self::NotApplicable => 5,
            Self::DontKnow => 6,
        }
    }

    /// The rating with this number.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            5 => Some(Self::NotApplicable),
            6 => Some(Self::DontKnow),
            number => Level::new(number).map(Self::Level),
        }
    }
}

/// One rating for a council from those of several of its people: the lower median of the levels,
/// so that the answer is one that somebody gave and a big delegation weighs no more than a small
/// one. Levels win over none; of *not applicable* and *don't know* the more frequent wins, the
/// former if even. `None` if nobody answered.
pub fn median_rating(ratings: &[Rating]) -> Option<Rating> {
    let mut levels: Vec<_> = ratings.iter().filter_map(|rating| rating.level()).collect();
    if levels.is_empty() {
        let not_applicable = ratings.iter().filter(|it| **it == Rating::NotApplicable).count();
        return match (not_applicable, ratings.len()) {
            (_, 0) => None,
            (some, all) if some * 2 >= all => Some(Rating::NotApplicable),
            _ => Some(Rating::DontKnow),
        };
    }
    levels.sort_unstable();
    Some(Rating::Level(levels[(levels.len() - 1) / 2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(codes: &[u8]) -> Vec<Rating> {
        codes.iter().map(|code| Rating::from_code(*code).expect("a rating")).collect()
    }

    #[test]
    fn ratings_survive_their_codes_and_there_is_no_seventh() {
        for code in 0..=6 {
            assert_eq!(Rating::from_code(code).map(Rating::code), Some(code));
        }
        assert_eq!(Rating::from_code(7), None);
        assert_eq!(Level::new(5), None);
    }

    #[test]
    fn a_delegation_speaks_with_one_voice_that_one_of_them_has() {
        let cases: [(&[u8], Option<u8>); 8] = [
            (&[], None),
            (&[2], Some(2)),
            (&[0, 4], Some(0)),
            (&[4, 0, 4], Some(4)),
            (&[1, 2, 3, 4], Some(2)),
            (&[5, 6, 6, 3], Some(3)),
            (&[5, 6], Some(5)),
            (&[6, 6, 5], Some(6)),
        ];
        for (given, expected) in cases {
            assert_eq!(median_rating(&read(given)).map(Rating::code), expected, "{given:?}");
        }
    }
}
