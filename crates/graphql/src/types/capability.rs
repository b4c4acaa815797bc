//! Published capability figures, flat: a row is what a dashboard plots.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use folkmoot_domain::{
    self as domain, Histogram, Reference, ReleaseRow, RowScope, Shown, london_day_start,
};

use crate::{
    asked::Asked,
    quick::{Plain, Quick, Rows, Told},
    scalars::{DateTime, Url, int},
    types::Marker,
};

/// Below so many councils, or so great a share of those that could have answered, a figure says
/// little about the others.
const FEWEST_RELIABLE: u32 = 10;
const LEAST_RELIABLE_PERCENT: u32 = 40;

/// What is asked of each point.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "domain::Measure")]
pub(crate) enum Measure {
    /// How well councils understand the point: high is capable.
    Understanding,
    /// How much support councils need with the point: high is in need of help.
    SupportNeed,
}

/// Whose figures a row has.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupBy {
    /// All regions together.
    National,
    /// Each region by itself; those too small to stand alone together, as "Other regions".
    Region,
}

/// Which half-years a table has.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    /// The latest one of which the nation's figures about the standard are published.
    Latest,
    /// Every one that is published, or those from `fromYear` to `toYear`.
    HalfYear,
}

/// Which councils are counted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    /// All that answered.
    All,
    /// Those that answered in the half-year before too, so that a change is not one of who
    /// answered. Nationally only, and only as rounded shares.
    Matched,
}

/// Published figures, as a table without pages.
#[derive(SimpleObject)]
pub(crate) struct CapabilityTable {
    /// By half-year, measure, point and group; at most 2,500. Rows whose figures are hidden stay
    /// in the table and say so.
    pub(crate) rows: Rows<Arc<CapabilityRow>>,
    /// How many regions and councils the latest half-year of the table speaks of.
    pub(crate) coverage: Coverage,
    /// True if every row holds every region that asked its councils: none was late, hidden or
    /// taken back.
    pub(crate) complete: bool,
    /// The same in a sentence that can be shown to readers.
    pub(crate) note: String,
    /// The number of the latest release: as long as it is the same, so are the figures, but for
    /// those that are taken back. 0 before the first.
    pub(crate) revision: i32,
    /// When the latest release was made; null before the first.
    pub(crate) released_at: Option<DateTime>,
    /// The same table as CSV.
    pub(crate) csv_url: Url,
}

/// How much of the nation figures speak of: of the national ones of the table's standard, points
/// and measures in its latest half-year, whichever groups, panel or region the table shows.
#[derive(SimpleObject)]
pub(crate) struct Coverage {
    /// Regions whose answers are in one of these national figures.
    pub(crate) regions_included: i32,
    /// Regions that take part, and those that no longer do but are included: never fewer than
    /// `regionsIncluded`.
    pub(crate) regions_expected: i32,
    /// Councils with a level in the one of these figures that has most of them.
    pub(crate) councils_responded: Option<i32>,
    /// Councils that could have answered: those at home in a region that is included.
    pub(crate) councils_eligible: i32,
    /// Principal councils of England on the last day of that half-year, members or not.
    pub(crate) councils: i32,
    /// When the oldest of the table's figures was frozen.
    pub(crate) oldest_as_of: Option<DateTime>,
}

/// The published figure of a point, measure and half-year. The numbers that its panel has are null
/// together, and `marker` says why: a matched panel has no median, mean and levels.
#[derive(SimpleObject, Clone)]
pub(crate) struct CapabilityRow {
    /// The first instant of the half-year, by London's clock.
    period_start: DateTime,
    /// The first instant after it.
    period_end: DateTime,
    /// Such as `2026-H1`.
    period: String,
    /// Whose figures these are.
    group_by: GroupBy,
    /// `nation`, a region's code, or `others` for regions too small to stand alone.
    group: String,
    /// Its everyday name.
    group_name: String,
    /// The code of the standard, such as `lgdss-2016`.
    standard: String,
    /// Such as `lgdss-2016/3`.
    point_ref: String,
    /// The point's number within its standard.
    point_number: i32,
    /// The topic label, such as `Agile`.
    point_label: String,
    /// Which councils are counted.
    panel: Panel,
    /// What was asked: of `UNDERSTANDING` high is capable, of `SUPPORT_NEED` high is in need of
    /// help.
    measure: Measure,
    /// The share, 0 to 1, of councils at level 3 or 4 among those that gave a level. High is
    /// capable (`UNDERSTANDING`) or in need of help (`SUPPORT_NEED`).
    share_at3_or_more: Option<f64>,
    /// The same share of the same councils in the half-year before; in the matched panel only.
    share_at3_or_more_before: Option<f64>,
    /// True if shares are rounded to the nearest 0.05, where 0.05 means "0.05 or less" and 0.95
    /// "0.95 or more": in the matched panel.
    rounded: bool,
    /// The middle level, 0 to 4; half-way between the two middle ones where their number is
    /// even. High is capable (`UNDERSTANDING`) or in need of help (`SUPPORT_NEED`). Null in the
    /// matched panel.
    median: Option<f64>,
    /// The mean level, 0 to 4. Levels are steps and not distances, so it says less than it seems
    /// to. High is capable (`UNDERSTANDING`) or in need of help (`SUPPORT_NEED`). Null in the
    /// matched panel.
    mean: Option<f64>,
    /// Councils at level 0, the lowest: no understanding, or no need of support.
    level0: Option<i32>,
    /// Councils at level 1.
    level1: Option<i32>,
    /// Councils at level 2.
    level2: Option<i32>,
    /// Councils at level 3.
    level3: Option<i32>,
    /// Councils at level 4, the highest: able to teach others, or in urgent need of support.
    level4: Option<i32>,
    /// Councils that answered without a level: "not applicable" or "don't know".
    not_rated: Option<i32>,
    /// Councils that gave a level: what shares are of. In the matched panel, in both half-years.
    responded: Option<i32>,
    /// Councils that could have answered.
    eligible: i32,
    /// Why the numbers that its panel has are null; null if they are not.
    marker: Option<Marker>,
    /// True if fewer than 10 councils, or fewer than 40 % of those that could have answered, gave
    /// a level. False where there are no figures.
    low_reliability: bool,
    /// True if the figure does not simply compare with that of the half-year before.
    break_before: bool,
    /// Why not, in a sentence.
    break_reason: Option<String>,
    /// True if every region that asked its councils is in it: none was late, hidden or taken
    /// back.
    complete: bool,
    /// When the last of its answers was frozen.
    as_of: DateTime,
}

impl Quick for CapabilityRow {
    fn tell(&self, field: &Plain<'_>, _: &Asked, told: &mut Told) -> Option<()> {
        match field.name {
            "periodStart" => told.leaf(self.period_start),
            "periodEnd" => told.leaf(self.period_end),
            "period" => told.text(&self.period),
            "groupBy" => told.leaf(self.group_by),
            "group" => told.text(&self.group),
            "groupName" => told.text(&self.group_name),
            "standard" => told.text(&self.standard),
            "pointRef" => told.text(&self.point_ref),
            "pointNumber" => told.leaf(self.point_number),
            "pointLabel" => told.text(&self.point_label),
            "panel" => told.leaf(self.panel),
            "measure" => told.leaf(self.measure),
            "shareAt3OrMore" => told.leaf(self.share_at3_or_more),
            "shareAt3OrMoreBefore" => told.leaf(self.share_at3_or_more_before),
            "rounded" => told.leaf(self.rounded),
            "median" => told.leaf(self.median),
            "mean" => told.leaf(self.mean),
            "level0" => told.leaf(self.level0),
            "level1" => told.leaf(self.level1),
            "level2" => told.leaf(self.level2),
            "level3" => told.leaf(self.level3),
            "level4" => told.leaf(self.level4),
            "notRated" => told.leaf(self.not_rated),
            "responded" => told.leaf(self.responded),
            "eligible" => told.leaf(self.eligible),
            "marker" => told.leaf(self.marker),
            "lowReliability" => told.leaf(self.low_reliability),
            "breakBefore" => told.leaf(self.break_before),
            "breakReason" => told.some_text(self.break_reason.as_deref()),
            "complete" => told.leaf(self.complete),
            "asOf" => told.leaf(self.as_of),
            _ => return None,
        }
        Some(())
    }
}

impl CapabilityRow {
    /// `None` if the point is not in the reference data, or not of its standard, or if nothing is
    /// known of the region.
    pub(crate) fn new(row: &ReleaseRow, reference: &Reference) -> Option<Self> {
        let point = reference.point(row.point)?;
        let standard = reference.standard(row.standard)?;
        let (group, group_name) = match row.scope {
            RowScope::Nation | RowScope::Matched => ("nation".to_owned(), "All regions".to_owned()),
            RowScope::Others => ("others".to_owned(), "Other regions".to_owned()),
            RowScope::Region(id) => {
                let region = reference.region(id)?;
                (region.code.to_string(), region.name.clone())
            }
        };
        let is_national = matches!(row.scope, RowScope::Nation | RowScope::Matched);
        let is_matched = row.scope == RowScope::Matched;
        let counts = match row.shown {
            Shown::Counts(histogram) => Some(histogram),
            Shown::Pair(_) | Shown::Hidden(_) | Shown::Withdrawn => None,
        };
        let pair = match row.shown {
            Shown::Pair(matched) => Some(matched),
            Shown::Counts(_) | Shown::Hidden(_) | Shown::Withdrawn => None,
        };
        let share = |rounded: domain::RoundedShare| f64::from(rounded.percent()) / 100.0;
        let level = |level: usize| counts.map(|histogram| int(histogram.levels[level]));
        let responded = counts.map(|it| it.rated()).or(pair.map(|it| it.councils));
        Some(Self {
            period_start: DateTime(london_day_start(row.half_year.starts_on())),
            period_end: DateTime(london_day_start(row.half_year.ends_on())),
            period: row.half_year.to_string(),
            group_by: if is_national { GroupBy::National } else { GroupBy::Region },
            group,
            group_name,
            standard: standard.code.clone(),
            point_ref: point.reference.clone(),
            point_number: i32::from(point.number),
            point_label: point.label.clone(),
            panel: if is_matched { Panel::Matched } else { Panel::All },
            measure: row.measure.into(),
            share_at3_or_more: counts
                .and_then(|it| it.share_at_three_or_more())
                .or(pair.map(|it| share(it.now))),
            share_at3_or_more_before: pair.map(|it| share(it.before)),
            rounded: is_matched,
            median: counts.as_ref().and_then(Histogram::median),
            mean: counts.as_ref().and_then(Histogram::mean),
            level0: level(0),
            level1: level(1),
            level2: level(2),
            level3: level(3),
            level4: level(4),
            not_rated: counts.map(|it| int(it.not_rated)),
            responded: responded.map(int),
            eligible: int(row.eligible),
            marker: marker(row.shown),
            low_reliability: responded.is_some_and(|responded| is_low(responded, row.eligible)),
            break_before: row.break_reason.is_some(),
            break_reason: row.break_reason.clone(),
            complete: row.complete,
            as_of: DateTime(row.as_of),
        })
    }

    /// The same with another word on why it does not compare.
    pub(crate) fn with_break_reason(&self, reason: &str) -> Self {
        Self { break_reason: Some(reason.to_owned()), ..self.clone() }
    }
}

fn is_low(responded: u32, eligible: u32) -> bool {
    let (responded_hundredfold, least) = (u64::from(responded) * 100, LEAST_RELIABLE_PERCENT);
    responded < FEWEST_RELIABLE || responded_hundredfold < u64::from(eligible) * u64::from(least)
}

fn marker(shown: Shown) -> Option<Marker> {
    shown.no_figure().map(Into::into)
}

#[cfg(test)]
mod tests {
    use folkmoot_domain::{Hidden, Suppression, Unmatched};

    use super::*;

    #[test]
    fn a_hidden_row_does_not_say_which_reason_it_was() {
        let blocks = [Hidden::Few, Hidden::NearlyAlike, Hidden::OneRegion];
        let pairs = [Unmatched::Few, Unmatched::FewOthers, Unmatched::LittleSlack];
        let hidden = blocks.map(Suppression::Block).into_iter();
        for why in hidden.chain(pairs.map(Suppression::Pair)) {
            assert_eq!(marker(Shown::Hidden(why)), Some(Marker::Confidential), "{why:?}");
        }
        let nothing_before = Suppression::Pair(Unmatched::NothingBefore);
        assert_eq!(marker(Shown::Hidden(nothing_before)), Some(Marker::NotAvailable));
        assert_eq!(marker(Shown::Withdrawn), Some(Marker::NotAvailable));
        assert_eq!(marker(Shown::Hidden(Suppression::NotAsked)), Some(Marker::NotApplicable));
    }

    #[test]
    fn few_councils_or_a_small_part_of_them_are_little_reliable() {
        let cases =
            [(9, 9, true), (10, 25, false), (10, 26, true), (40, 101, true), (41, 101, false)];
        for (responded, eligible, expected) in cases {
            assert_eq!(is_low(responded, eligible), expected, "{responded} of {eligible}");
        }
    }
}
