//! Which view of the figures somebody wants: the words of an address, which are those of the
//! export and the API.

use serde::{Deserialize, Serialize};

use super::super::own::Unsaid;

/// The words that are known, in the order in which they stand in addresses: the export's, but for
/// the one point that a view is of.
const WORDS: [&str; 9] =
    ["groupBy", "period", "fromYear", "toYear", "standard", "point", "measure", "panel", "region"];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Measure {
    #[default]
    Understanding,
    SupportNeed,
}

impl Measure {
    /// As it stands in a sentence.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Understanding => "Understanding",
            Self::SupportNeed => "Need for support",
        }
    }

    /// As it stands in a chart.
    pub(super) fn short(self) -> &'static str {
        match self {
            Self::Understanding => "Understanding",
            Self::SupportNeed => "Need",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Understanding => "UNDERSTANDING",
            Self::SupportNeed => "SUPPORT_NEED",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Panel {
    #[default]
    All,
    Matched,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum GroupBy {
    #[default]
    National,
    Region,
}

/// What a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// Every point, one small chart each.
    Overview,
    /// One point.
    Point,
    /// One point, one small chart a region.
    Regions,
    /// Need against understanding in the latest half-year.
    Latest,
}

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// As it was given: a region alone says it, too.
    group_by: Option<GroupBy>,
    pub(super) is_latest: bool,
    pub(super) from_year: Option<i32>,
    pub(super) to_year: Option<i32>,
    pub(super) standard: Option<String>,
    pub(super) point: Option<String>,
    pub(super) measure: Measure,
    pub(super) panel: Panel,
    pub(super) region: Option<String>,
}

impl Wanted {
    /// Reads the words of a query string.
    pub(super) fn of(pairs: &str) -> Result<Self, Unsaid> {
        let (mut wanted, mut seen) = (Self::default(), Vec::new());
        for (name, text) in url::form_urlencoded::parse(pairs.as_bytes()) {
            let Some(word) = WORDS.into_iter().find(|word| *word == name) else {
                return Err(Unsaid::malformed(format!(
                    "one of the words in the address is unknown: there are {}",
                    WORDS.join(", ")
                )));
            };
            let text = text.trim();
            // Forms send fields that were left empty, too.
            if text.is_empty() {
                continue;
            }
            if seen.contains(&word) {
                return Err(Unsaid::malformed(format!(
                    "`{word}` stands there twice: write it once"
                )));
            }
            seen.push(word);
            wanted.take(word, text)?;
        }
        wanted.contradiction(&seen).map_or(Ok(wanted), |told| Err(Unsaid::malformed(told)))
    }

    fn take(&mut self, word: &str, text: &str) -> Result<(), Unsaid> {
        let year = || {
            let year = text.parse::<i32>().map(Some);
            year.map_err(|_| Unsaid::malformed(format!("`{word}` is a year, such as 2024")))
        };
        match word {
            "groupBy" => {
                let known = [("NATIONAL", GroupBy::National), ("REGION", GroupBy::Region)];
                self.group_by = Some(one_of(word, text, known)?);
            }
            "period" => {
                self.is_latest = one_of(word, text, [("HALF_YEAR", false), ("LATEST", true)])?
            }
            "fromYear" => self.from_year = year()?,
            "toYear" => self.to_year = year()?,
            "standard" => self.standard = Some(text.to_owned()),
            "point" => self.point = Some(text.to_owned()),
            "measure" => {
                let known = [Measure::Understanding, Measure::SupportNeed];
                self.measure = one_of(word, text, known.map(|measure| (measure.word(), measure)))?;
            }
            "panel" => {
                self.panel = one_of(word, text, [("ALL", Panel::All), ("MATCHED", Panel::Matched)])?
            }
            _ => self.region = Some(text.to_owned()),
        }
        Ok(())
    }

    /// Why these words do not go together, as far as the API would not say so.
    fn contradiction(&self, seen: &[&str]) -> Option<&'static str> {
        let has_point = self.point.is_some();
        if has_point && self.panel == Panel::Matched && self.group_by() == GroupBy::National {
            return Some("the page of a point shows both panels: leave `panel` out");
        }
        if has_point && self.is_latest {
            return Some("the page of a point shows every half-year: leave `period` out");
        }
        if self.is_latest && seen.contains(&"measure") {
            return Some("`period=LATEST` shows both measures: leave `measure` out");
        }
        if self.group_by == Some(GroupBy::Region) && !has_point && self.region.is_none() {
            return Some(
                "`groupBy=REGION` goes with `point`, for every region on one point, or with \
                 `region`, for one region on every point",
            );
        }
        None
    }

    pub(super) fn view(&self) -> View {
        match (&self.point, &self.region, self.group_by()) {
            (None, ..) if self.is_latest => View::Latest,
            (None, ..) => View::Overview,
            (Some(_), None, GroupBy::Region) => View::Regions,
            (Some(_), ..) => View::Point,
        }
    }

    pub(super) fn group_by(&self) -> GroupBy {
        let told = if self.region.is_some() { GroupBy::Region } else { GroupBy::National };
        self.group_by.unwrap_or(told)
    }

    /// The same, with some of it otherwise.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }

    /// About one point, by its reference, which says its standard.
    pub(super) fn about(&self, reference: &str) -> Self {
        self.with(|it| {
            it.point = Some(reference.to_owned());
            (it.standard, it.panel, it.is_latest) = (None, Panel::All, false);
        })
    }

    /// About the nation.
    pub(super) fn national(&self) -> Self {
        self.with(|it| (it.group_by, it.region) = (None, None))
    }

    /// Each region by itself.
    pub(super) fn by_region(&self) -> Self {
        self.with(|it| (it.group_by, it.region) = (Some(GroupBy::Region), None))
    }

    /// Its one address.
    pub(super) fn address(&self) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        let year = |year: Option<i32>| year.map(|year| year.to_string());
        let is_by_region = self.group_by() == GroupBy::Region;
        let is_of_need = self.measure == Measure::SupportNeed;
        let words = [
            is_by_region.then(|| "REGION".to_owned()),
            self.is_latest.then(|| "LATEST".to_owned()),
            year(self.from_year),
            year(self.to_year),
            self.standard.clone(),
            self.point.clone(),
            (is_of_need && !self.is_latest).then(|| self.measure.word().to_owned()),
            (self.panel == Panel::Matched).then(|| "MATCHED".to_owned()),
            self.region.clone(),
        ];
        for (word, value) in WORDS.into_iter().zip(words) {
            if let Some(value) = value {
                pairs.append_pair(word, &value);
            }
        }
        match pairs.finish() {
            none if none.is_empty() => "/trends".to_owned(),
            pairs => format!("/trends?{pairs}"),
        }
    }
}

/// The value that a word names, in capitals or not.
fn one_of<T, const N: usize>(word: &str, text: &str, known: [(&str, T); N]) -> Result<T, Unsaid> {
    let given = text.to_ascii_uppercase().replace('-', "_");
    let names: Vec<_> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
    let found = known.into_iter().find(|(name, _)| *name == given);
    let told = || Unsaid::malformed(format!("`{word}` is {}", names.join(" or ")));
    found.map(|(_, value)| value).ok_or_else(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_view_has_one_address_however_it_was_written() {
        for (pairs, address) in [
            ("", "/trends"),
            ("panel=all&measure=understanding&period=half-year&region=", "/trends"),
            ("panel=matched&measure=support-need", "/trends?measure=SUPPORT_NEED&panel=MATCHED"),
            (
                "region=london&point=agile&fromYear=2024",
                "/trends?groupBy=REGION&fromYear=2024&point=agile&region=london",
            ),
            ("standard=gds-2019&period=latest", "/trends?period=LATEST&standard=gds-2019"),
        ] {
            let wanted = Wanted::of(pairs).expect(pairs);
            assert_eq!(wanted.address(), address, "{pairs}");
            let again = Wanted::of(address.trim_start_matches("/trends").trim_start_matches('?'));
            assert_eq!(again.expect(address).address(), address);
        }
    }

    #[test]
    fn words_tell_the_view() {
        for (pairs, view) in [
            ("measure=SUPPORT_NEED", View::Overview),
            ("region=london", View::Overview),
            ("point=agile", View::Point),
            ("point=agile&region=london", View::Point),
            ("point=agile&groupBy=REGION", View::Regions),
            ("period=LATEST&region=london", View::Latest),
        ] {
            assert_eq!(Wanted::of(pairs).expect(pairs).view(), view, "{pairs}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        for (pairs, says) in [
            ("points=agile", "there are groupBy"),
            ("measure=confidence", "UNDERSTANDING or SUPPORT_NEED"),
            ("panel=both", "ALL or MATCHED"),
            ("fromYear=last", "a year"),
            ("point=agile&point=tools", "twice"),
            ("point=agile&panel=MATCHED", "both panels"),
            ("point=agile&period=LATEST", "every half-year"),
            ("period=LATEST&measure=SUPPORT_NEED", "both measures"),
            ("groupBy=REGION", "goes with `point`"),
        ] {
            let told = Wanted::of(pairs).expect_err(pairs).message;
            assert!(told.contains(says), "{pairs}: {told}");
        }
    }
}
