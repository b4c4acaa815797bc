//! Bars: how the levels are spread, half-year by half-year, and need beside understanding, point by
//! point. Each row is headed by its name, so that it fits wherever text does.

use maud::{Markup, html};

use super::{
    chart::{LEVELS, Said, percent, px},
    figures::{Row, half_year},
    wanted::Measure,
};

/// A row of levels, in pixels: its heading, its bar, and some room.
const HEADING: f64 = 18.0;
const BAR: f64 = 26.0;
const ROW: f64 = 58.0;

/// The least width of a part, in per cent, in which a number of councils is readable.
const LEAST_LABELLED: f64 = 7.0;

/// How wide 100 % is in a pair of bars, in per cent of the chart: the label stands after the bar,
/// and is longer where it says "or more".
const WIDEST: f64 = 74.0;
const WIDEST_ROUNDED: f64 = 52.0;

/// One bar a half-year, from level 0 to level 4.
pub(super) fn levels(id: &str, title: &str, rows: &[&Row]) -> Markup {
    let shown = rows.iter().filter(|row| row.levels().is_some()).count();
    let said = Said {
        id: id.to_owned(),
        title: title.to_owned(),
        description: format!(
            "One bar for each of {shown} half-years, from level 0 to level 4, with the number of councils at each \
             level. The numbers are in the table below."
        ),
    };
    let rows_high = rows.len() as f64 * ROW;
    let drawn = html! {
        @for (place, row) in rows.iter().enumerate() {
            @let top = place as f64 * ROW;
            @if let Some(why) = row.break_reason() {
                line.folk-chart__break x1="0%" x2="100%" y1=(px(top + 1.0)) y2=(px(top + 1.0)) {
                    title { "Break before " (row.period.in_words()) ": " (why) }
                }
            }
            text.folk-chart__heading x="0%" y=(px(top + HEADING)) { (heading(row)) }
            @if let (Some(levels), Some(councils)) = (row.levels(), row.responded) {
                (bar(row, levels, councils, top + HEADING + 6.0))
            }
        }
        g.folk-chart__axes {
            @for (share, anchor) in [(0, "start"), (25, "middle"), (50, "middle"), (75, "middle"), (100, "end")] {
                text x={ (share) "%" } y=(px(rows_high + 12.0)) text-anchor=(anchor) { (share) "%" }
            }
        }
    };
    said.around(rows_high + 18.0, &drawn)
}

fn heading(row: &Row) -> Markup {
    html! {
        tspan.folk-chart__strong { (row.tick()) }
        @match (row.hidden(), row.responded) {
            (Some(why), _) => { ": not shown, " (why) }
            (None, councils) => {
                @if let Some(councils) = councils { ": " (councils) " of " (row.eligible) " councils" }
                @if row.low_reliability { ", low reliability" }
            }
        }
    }
}

fn bar(row: &Row, levels: [u32; 5], councils: u32, top: f64) -> Markup {
    let mut start = 0.0;
    let parts: Vec<_> = (0..)
        .zip(levels)
        .map(|(level, count)| {
            let width = f64::from(count) / f64::from(councils) * 100.0;
            start += width;
            (level, count, start - width, width)
        })
        .collect();
    html! {
        @for (level, count, start, width) in parts {
            @if count > 0 {
                g.folk-chart__level data-period=(row.period) data-level=(level) data-councils=(count) {
                    rect class={ "folk-chart__part folk-chart__part--" (level) } fill=(LEVELS[level]) x=(percent(start))
                        width=(percent(width)) y=(px(top)) height=(px(BAR)) {}
                    @if width >= LEAST_LABELLED {
                        text class={ "folk-chart__count folk-chart__count--" (level) } text-anchor="middle"
                            x=(percent(start + width / 2.0)) y=(px(top + 18.0)) { (count) }
                    }
                    title { (half_year(row.period)) ": " (count) " councils at level " (level) }
                }
            }
        }
    }
}

/// What the levels mean, with how they are drawn.
pub(super) fn key(names: impl Iterator<Item = (u8, String)>) -> Markup {
    html! {
        ul.folk-key {
            @for (level, name) in names {
                @if let Some(fill) = LEVELS.get(usize::from(level)) {
                    li {
                        svg.folk-key__swatch width="28" height="18" aria-hidden="true" focusable="false" {
                            rect class={ "folk-chart__part folk-chart__part--" (level) } fill=(fill) x="1" y="1"
                                width="26" height="16" {}
                        }
                        (level) ": " (name)
                    }
                }
            }
        }
    }
}

/// A point's figures of one half-year.
pub(super) struct Pair<'a> {
    pub(super) understanding: Option<&'a Row>,
    pub(super) need: Option<&'a Row>,
}

impl<'a> Pair<'a> {
    fn rows(&self) -> impl Iterator<Item = &'a Row> {
        [self.understanding, self.need].into_iter().flatten()
    }
}

/// Two bars a point: understanding, then need.
pub(super) fn pairs(id: &str, title: &str, pairs: &[Pair<'_>]) -> Markup {
    let said = Said {
        id: id.to_owned(),
        title: title.to_owned(),
        description: format!(
            "Two bars for each of {} points: the share of councils at level 3 or 4 of understanding, and of need for \
             support. The numbers are in the table below.",
            pairs.len()
        ),
    };
    let height = 70.0;
    let drawn = html! {
        @for (place, pair) in pairs.iter().enumerate() {
            @let top = place as f64 * height;
            @if let Some(row) = pair.rows().next() {
                text.folk-chart__heading.folk-chart__strong x="0%" y=(px(top + HEADING)) {
                    (row.point_number) ". " (row.point_label)
                }
            }
            @for row in pair.rows() {
                @let bar = match row.measure { Measure::Understanding => top + 24.0, Measure::SupportNeed => top + 43.0 };
                (single(row, bar))
            }
        }
    };
    said.around(pairs.len() as f64 * height, &drawn)
}

fn single(row: &Row, top: f64) -> Markup {
    let (class, fill, name) = match row.measure {
        Measure::Understanding => {
            ("folk-chart__bar folk-chart__bar--understanding", "currentColor", "able")
        }
        Measure::SupportNeed => ("folk-chart__bar folk-chart__bar--need", "url(#need)", "in need"),
    };
    html! {
        @if let (Some(share), Some(told)) = (row.share_at3_or_more, row.share()) {
            @let width = share * if row.rounded { WIDEST_ROUNDED } else { WIDEST };
            g data-point=(row.point_ref) data-share=(share) {
                rect class=(class) fill=(fill) x="0%" y=(px(top)) width=(percent(width)) height="15" {}
                text x=(percent(width + 1.5)) y=(px(top + 12.5)) {
                    tspan.folk-chart__strong { (told) } " " (name)
                    @if row.low_reliability { "*" }
                }
                title { (row.point_label) ", " (row.measure.label().to_lowercase()) ": " (told) }
            }
        } @else if let Some(why) = row.hidden() {
            text x="0%" y=(px(top + 12.5)) { (row.measure.short()) ": " (why) }
        }
    }
}
