//! Feeds: the sheets, calendars and change feeds that a region keeps elsewhere and that are read
//! on a schedule.

use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::{FeedId, KindReading, Meetup, Problem, RegionId, SheetKind, fold_text};

/// The longest address that is kept.
const MAX_ADDRESS: usize = 2_000;

/// What a feed is; in the order in which a region's feeds are best read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedOf {
    /// A sheet as CSV, with the columns that `import` takes.
    Sheet(SheetKind),
    /// An iCalendar file, of meet-ups.
    Calendar,
    /// All that a region has, by its card and the changes that this leads to.
    Changes,
}

impl FeedOf {
    /// The sheet whose rows a calendar's are like, or the sheet itself; none for changes, which
    /// are of every kind.
    pub fn sheet(self) -> Option<SheetKind> {
        match self {
            Self::Sheet(kind) => Some(kind),
            Self::Calendar => Some(SheetKind::Meetups),
            Self::Changes => None,
        }
    }
}

impl fmt::Display for FeedOf {
    /// As provenance says it, such as `csv:meetups`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sheet(kind) => write!(f, "csv:{kind}"),
            Self::Calendar => f.write_str("ics:meetups"),
            Self::Changes => f.write_str(CHANGES),
        }
    }
}

const CHANGES: &str = "changes";

/// Something at a web address that is read for a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Derived from the region and what it is.
    pub id: FeedId,
    /// Whose it is.
    pub region: RegionId,
    /// What it is; a region has one of each.
    pub of: FeedOf,
    /// Where it is; of changes, where the card is.
    pub address: FeedAddress,
    /// The name of the environment variable whose value is sent as a bearer token; the value is
    /// kept nowhere.
    pub secret: Option<String>,
}

impl Feed {
    /// A region's feed.
    pub fn new(region: RegionId, of: FeedOf, address: FeedAddress) -> Self {
        let id = FeedId::derived(&format!("{region}/{of}"));
        Self { id, region, of, address, secret: None }
    }

    /// What the provenance of its rows says, such as `csv:meetups` or `changes`.
    pub fn system(&self) -> String {
        self.of.to_string()
    }
}

/// True if this is the provenance of rows of a feed: see [`Feed::system`].
pub fn is_of_a_feed(system: &str) -> bool {
    system == CHANGES || system.starts_with("csv:") || system.starts_with("ics:")
}

/// A web address that a feed can be read from: http or https, without a user's name or password.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FeedAddress(Url);

/// Why a text is no address of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoFeedAddress {
    /// It is no web address.
    #[error("write the whole address, such as https://example.org/meetups.csv")]
    Malformed,
    /// It has a user's name or password.
    #[error("an address with a name or password in it would be shown: use a secret instead")]
    WithPassword,
    /// It is longer than anyone's.
    #[error("the address is longer than 2,000 characters")]
    TooLong,
}

impl FeedAddress {
    /// The address in a text. `webcal:`, which calendars are often given as, is `https:`.
    pub fn parse(text: &str) -> Result<Self, NoFeedAddress> {
        let text = text.trim();
        if text.len() > MAX_ADDRESS {
            return Err(NoFeedAddress::TooLong);
        }
        let text = match text.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("webcal") => {
                format!("https:{rest}")
            }
            _ => text.to_owned(),
        };
        let mut url = Url::parse(&text).map_err(|_| NoFeedAddress::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(NoFeedAddress::Malformed);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NoFeedAddress::WithPassword);
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// As an address to ask.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for FeedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What came of looking at a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HarvestOutcome {
    /// It was read; what is wrong with single rows stands beside.
    Read,
    /// It has not changed since it was read.
    Unchanged,
    /// It was reached and cannot be read at all.
    Refused {
        /// Why, and what to do, in a sentence.
        reason: String,
    },
    /// A good part of it was read: there is more than is read at once, and it is gone on with.
    Underway,
    /// It could not be reached.
    Unreachable {
        /// What happened, in a sentence.
        reason: String,
    },
}

impl HarvestOutcome {
    /// True if its rows are known to be right as of now.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Read | Self::Unchanged)
    }

    /// True if somebody has to do something about it.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unreachable { .. })
    }
}

/// What the last reading of a feed gave, for the region's coordinators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedReading {
    /// Good rows.
    pub rows: u64,
    /// Rows that were new.
    pub created: u64,
    /// Rows that said something else before.
    pub updated: u64,
    /// Rows that are gone from the feed and were taken away.
    pub removed: u64,
    /// What is wrong with rows that were left out.
    pub refused: Vec<Problem>,
    /// Sentences on what deserves a look.
    pub notes: Vec<String>,
    /// Meet-ups that another feed has already.
    pub joined: u64,
    /// Rows that are gone from the feed and are kept for now.
    pub held: u64,
    /// Since when they are, for being too many at once.
    pub held_since: Option<DateTime<Utc>>,
    /// Of changes: what stands here of each kind.
    #[serde(default)]
    pub kinds: Vec<KindReading>,
}

impl FeedReading {
    /// False if the same feed may give something else another time.
    pub fn is_settled(&self) -> bool {
        self.refused.is_empty() && self.joined == 0 && self.held == 0
    }

    /// How many rows were left out: several things may be wrong with one.
    pub fn rows_left_out(&self) -> usize {
        let lines = self.refused.iter().map(|problem| problem.line);
        let of_kinds = self.kinds.iter().map(|kind| kind.left_out as usize).sum::<usize>();
        lines.collect::<BTreeSet<_>>().len() + of_kinds
    }
}

/// How long a feed that lost more than half of its rows must stay so until they are taken away.
pub const HOLD: TimeDelta = TimeDelta::hours(24);

/// What becomes of rows that a feed no longer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vanished<T> {
    /// They are taken away.
    Removed(Vec<T>),
    /// They are kept for now, since this moment.
    Held {
        /// How many they are.
        rows: usize,
        /// Since when.
        since: DateTime<Utc>,
        /// Why.
        why: Hold,
    },
}

/// Why vanished rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Rows were refused, and these may be among them.
    RefusedRows,
    /// More than half of all rows vanished at once, as of a file that was cut off.
    TooMany,
}

/// True if so many rows are gone at once that whoever gives them may be at fault.
pub fn loses_too_much(gone: usize, standing: usize) -> bool {
    gone > 1 && gone * 2 > standing
}

/// Decides about the rows that were read from a feed before and are not in it now.
///
/// A row that is refused has no key that could be trusted, so that while one is, none is taken
/// away: the last good version stays. A feed that loses more than half of its rows is believed
/// after a day.
pub fn vanished<T: Clone + Ord>(
    standing: &BTreeSet<T>,
    read: &BTreeSet<T>,
    has_refused: bool,
    held_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Vanished<T> {
    let gone: Vec<T> = standing.difference(read).cloned().collect();
    let since = held_since.unwrap_or(now);
    let held = |why| Vanished::Held { rows: gone.len(), since, why };
    if gone.is_empty() {
        return Vanished::Removed(gone);
    }
    if has_refused {
        return held(Hold::RefusedRows);
    }
    if loses_too_much(gone.len(), standing.len()) && now - since < HOLD {
        return held(Hold::TooMany);
    }
    Vanished::Removed(gone)
}

/// How far apart two feeds may say that the same meet-up starts.
const SAME_START: TimeDelta = TimeDelta::minutes(30);

/// True if two meet-ups of different feeds are one: the same group, starts at most 30 minutes
/// apart, and no two venues.
pub fn is_same_occasion(one: &Meetup, other: &Meetup) -> bool {
    let venue = |meetup: &Meetup| meetup.venue.as_ref().map(|venue| fold_text(&venue.name));
    let differ = |(one, other): (String, String)| one != other;
    one.region == other.region
        && one.group == other.group
        && (one.starts_at - other.starts_at).abs() <= SAME_START
        && !venue(one).zip(venue(other)).is_some_and(differ)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_web_addresses_without_passwords() {
        let shown = |text| FeedAddress::parse(text).map(|address| address.to_string());
        assert_eq!(
            shown(" https://example.org/a.csv#x "),
            Ok("https://example.org/a.csv".to_owned())
        );
        assert_eq!(shown("webcal://example.org/a.ics"), Ok("https://example.org/a.ics".to_owned()));
        assert_eq!(shown("https://me:secret@example.org/"), Err(NoFeedAddress::WithPassword));
        for text in
            ["", "example.org/a.csv", "file:///etc/passwd", "ftp://example.org/a", "https://"]
        {
            assert_eq!(shown(text), Err(NoFeedAddress::Malformed), "{text}");
        }
    }

    #[test]
    fn rows_that_vanish_are_taken_away_unless_the_feed_may_be_at_fault() {
        let now: DateTime<Utc> = "2027-01-14T12:00:00Z".parse().expect("an instant");
        let rows = |from: u32, to: u32| (from..to).collect::<BTreeSet<u32>>();
        let (ten, eight, four) = (rows(0, 10), rows(0, 8), rows(0, 4));
        let held = |rows, since, why| Vanished::Held { rows, since, why };
        assert_eq!(vanished(&ten, &ten, true, None, now), Vanished::Removed(vec![]));
        assert_eq!(vanished(&ten, &eight, false, None, now), Vanished::Removed(vec![8, 9]));
        assert_eq!(vanished(&ten, &eight, true, None, now), held(2, now, Hold::RefusedRows));
        assert_eq!(vanished(&ten, &four, false, None, now), held(6, now, Hold::TooMany));
        let earlier = now - TimeDelta::hours(23);
        assert_eq!(
            vanished(&ten, &four, false, Some(earlier), now),
            held(6, earlier, Hold::TooMany)
        );
        let believed = vanished(&ten, &four, false, Some(now - HOLD), now);
        assert_eq!(believed, Vanished::Removed((4..10).collect()));
        assert_eq!(vanished(&four, &rows(0, 1), false, None, now), held(3, now, Hold::TooMany));
        assert_eq!(
            vanished(&rows(0, 1), &rows(0, 0), false, None, now),
            Vanished::Removed(vec![0])
        );
    }
}
