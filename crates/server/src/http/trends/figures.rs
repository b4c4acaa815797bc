//! Published figures as the API gives them, and how their cells are said in words.

use folkmoot_domain::HalfYear;
use serde::Deserialize;

use super::wanted::Measure;

/// A table.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Table {
    pub(super) note: String,
    pub(super) complete: bool,
    pub(super) csv_url: String,
    pub(super) coverage: Coverage,
    pub(super) rows: Vec<Row>,
}

/// How many councils the latest half-year speaks of; how many regions stands in the table's note.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Coverage {
    pub(super) councils_responded: Option<u32>,
    pub(super) councils_eligible: u32,
    pub(super) councils: u32,
}

/// Why a row shows no numbers.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Marker {
    Confidential,
    NotAvailable,
    NotApplicable,
}

impl Marker {
    fn in_words(self) -> &'static str {
        match self {
            Self::Confidential => "few, or nearly all alike",
            Self::NotAvailable => "not published, or taken back",
            Self::NotApplicable => "not asked",
        }
    }
}

/// A figure: its numbers are null where it is hidden.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    pub(super) period: HalfYear,
    pub(super) group: String,
    pub(super) group_name: String,
    pub(super) point_ref: String,
    pub(super) point_number: u32,
    pub(super) point_label: String,
    pub(super) measure: Measure,
    pub(super) share_at3_or_more: Option<f64>,
    pub(super) share_at3_or_more_before: Option<f64>,
    pub(super) rounded: bool,
    pub(super) median: Option<f64>,
    level0: Option<u32>,
    level1: Option<u32>,
    level2: Option<u32>,
    level3: Option<u32>,
    level4: Option<u32>,
    pub(super) not_rated: Option<u32>,
    pub(super) responded: Option<u32>,
    pub(super) eligible: u32,
    marker: Option<Marker>,
    pub(super) low_reliability: bool,
    break_before: bool,
    break_reason: Option<String>,
}

impl Row {
    /// How many councils gave each level, from 0 to 4.
    pub(super) fn levels(&self) -> Option<[u32; 5]> {
        Some([self.level0?, self.level1?, self.level2?, self.level3?, self.level4?])
    }

    /// Its share as readers are told it.
    pub(super) fn share(&self) -> Option<String> {
        self.share_at3_or_more.map(|share| self.percent(share))
    }

    /// A share of this row in words: one that is rounded says where its ends are open.
    pub(super) fn percent(&self, share: f64) -> String {
        match share {
            low if self.rounded && low < 0.075 => "5% or less".to_owned(),
            high if self.rounded && high > 0.925 => "95% or more".to_owned(),
            share => format!("{:.0}%", share * 100.0),
        }
    }

    /// Why nothing is shown.
    pub(super) fn hidden(&self) -> Option<&'static str> {
        self.marker.map(Marker::in_words)
    }

    /// Why it does not compare with the half-year before.
    pub(super) fn break_reason(&self) -> Option<&str> {
        let unsaid = "The figures do not simply compare.";
        self.break_before.then(|| self.break_reason.as_deref().unwrap_or(unsaid))
    }

    /// `2026 H1`, for axes.
    pub(super) fn tick(&self) -> String {
        tick(self.period)
    }
}

/// `2026 H1`, for axes.
pub(super) fn tick(half_year: HalfYear) -> String {
    half_year.to_string().replace('-', " ")
}

/// `First half of 2026`.
pub(super) fn half_year(half_year: HalfYear) -> String {
    let words = half_year.in_words();
    let mut letters = words.trim_start_matches("the ").chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(share: f64, rounded: bool) -> Row {
        serde_json::from_value(json!({
            "period": "2026-H1", "group": "nation", "groupName": "All regions",
            "pointRef": "lgdss-2016/3", "pointNumber": 3, "pointLabel": "Agile",
            "measure": "UNDERSTANDING", "shareAt3OrMore": share, "rounded": rounded,
            "eligible": 20, "lowReliability": false, "breakBefore": false,
        }))
        .expect("a row")
    }

    #[test]
    fn only_rounded_shares_have_open_ends() {
        assert_eq!(row(0.05, true).share().as_deref(), Some("5% or less"));
        assert_eq!(row(0.95, true).share().as_deref(), Some("95% or more"));
        assert_eq!(row(0.1, true).share().as_deref(), Some("10%"));
        assert_eq!(row(0.05, false).share().as_deref(), Some("5%"));
        assert_eq!(row(1.0, false).share().as_deref(), Some("100%"));
    }

    #[test]
    fn half_years_read_as_sentences_do() {
        let spring = row(0.5, false).period;
        assert_eq!(
            (tick(spring).as_str(), half_year(spring).as_str()),
            ("2026 H1", "First half of 2026")
        );
    }
}
