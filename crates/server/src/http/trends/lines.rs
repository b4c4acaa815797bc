//! Shares over time as lines. A line goes on only from one half-year to the next and not over a
//! break; what is hidden leaves a gap. Pairs of the matched panel are drawn one by one, for each is
//! of other councils.

use folkmoot_domain::HalfYear;
use maud::{Markup, html};

use super::{
    chart::{Height, Said, Span, TICK, percent, px},
    figures::{Row, half_year},
    wanted::Measure,
};

/// How wide a label with a name is at most, in per cent: on the narrowest phone.
const NAMED: f64 = 42.0;

/// Shares of the same measure, group and point, by half-year.
pub(super) struct Series<'a> {
    pub(super) measure: Measure,
    pub(super) rows: Vec<&'a Row>,
}

impl Series<'_> {
    fn class(&self) -> &'static str {
        match self.measure {
            Measure::Understanding => "folk-chart__series folk-chart__series--understanding",
            Measure::SupportNeed => "folk-chart__series folk-chart__series--need",
        }
    }

    fn last(&self) -> Option<(&Row, f64)> {
        self.rows.iter().rev().find_map(|row| Some((*row, row.share_at3_or_more?)))
    }

    /// From where to where it goes, for those who do not see it.
    fn described(&self) -> String {
        let name = self.measure.label();
        let shown: Vec<_> =
            self.rows.iter().filter_map(|row| Some((row.period, row.share()?))).collect();
        let hidden = match self.rows.iter().filter(|row| row.hidden().is_some()).count() {
            0 => String::new(),
            1 => " One half-year is not shown.".to_owned(),
            hidden => format!(" {hidden} half-years are not shown."),
        };
        match shown.as_slice() {
            [] => format!("{name}: nothing is shown."),
            [(when, share)] => format!("{name}: {share} in {}.{hidden}", when.in_words()),
            [(first, before), .., (last, now)] => format!(
                "{name}: {before} in {}, {now} in {}.{hidden}",
                first.in_words(),
                last.in_words()
            ),
        }
    }
}

/// A chart of one series or two.
pub(super) struct Lines<'a> {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) span: Span,
    pub(super) height: Height,
    pub(super) series: Vec<Series<'a>>,
}

impl Lines<'_> {
    pub(super) fn drawn(&self) -> Markup {
        let described: Vec<_> = self.series.iter().map(Series::described).collect();
        let said = Said {
            id: self.id.clone(),
            title: self.title.clone(),
            description: described.join(" "),
        };
        let drawn = html! {
            @for series in &self.series {
                @for row in &series.rows { (self.hidden(row)) (self.broken(row)) }
            }
            @for series in &self.series {
                g class=(series.class()) {
                    (self.segments(series))
                    @for row in &series.rows { (self.mark(row)) }
                }
            }
            (self.labels())
        };
        said.over_time(self.span, self.height, &drawn)
    }

    /// A half-year of which nothing is shown.
    fn hidden(&self, row: &Row) -> Markup {
        let (from, to) = self.span.stretch(row.period, row.rounded);
        html! {
            @if let Some(why) = row.hidden() {
                rect.folk-chart__hidden fill="url(#hidden)" x=(percent(from)) width=(percent(to - from))
                    y=(px(self.height.top)) height=(px(self.height.plot)) {
                    title { (half_year(row.period)) ", " (row.measure.label().to_lowercase()) ": not shown, " (why) }
                }
            }
        }
    }

    /// A break before a half-year.
    fn broken(&self, row: &Row) -> Markup {
        let x = percent(self.span.x(row.period) - self.span.step() / 2.0);
        html! {
            @if let Some(why) = row.break_reason() {
                line.folk-chart__break x1=(x) x2=(x) y1=(px(self.height.top)) y2=(px(self.height.bottom())) {
                    title { "Break before " (row.period.in_words()) ": " (why) }
                }
            }
        }
    }

    fn segments(&self, series: &Series<'_>) -> Markup {
        let segment = |from: (HalfYear, f64), to: (HalfYear, f64)| {
            html! {
                line x1=(percent(self.span.x(from.0))) x2=(percent(self.span.x(to.0)))
                    y1=(px(self.height.y(from.1))) y2=(px(self.height.y(to.1))) {}
            }
        };
        let before = |place: usize| {
            let row = series.rows[place];
            if row.rounded {
                return row.share_at3_or_more_before;
            }
            let other = series.rows.get(place.checked_sub(1)?)?;
            let is_next = other.period.next() == row.period && row.break_reason().is_none();
            other.share_at3_or_more.filter(|_| is_next)
        };
        html! {
            @for (place, row) in series.rows.iter().enumerate() {
                @if let (Some(before), Some(now)) = (before(place), row.share_at3_or_more) {
                    (segment((row.period.previous(), before), (row.period, now)))
                }
            }
        }
    }

    fn mark(&self, row: &Row) -> Markup {
        let Some(share) = row.share_at3_or_more else { return html! {} };
        let class = if row.low_reliability {
            "folk-chart__mark folk-chart__mark--low"
        } else {
            "folk-chart__mark"
        };
        let before = row.share_at3_or_more_before;
        html! {
            svg class=(class) x=(percent(self.span.x(row.period))) y=(px(self.height.y(share)))
                overflow="visible" data-period=(row.period) data-group=(row.group) data-point=(row.point_ref)
                data-share=(share) data-before=[before] {
                @match row.measure {
                    Measure::Understanding => circle r="4" {},
                    Measure::SupportNeed => rect x="-4" y="-4" width="8" height="8" {},
                }
                title { (told(row)) }
            }
        }
    }

    /// The last share of each series beside its mark; the name, too, where there are two of them.
    fn labels(&self) -> Markup {
        let mut last: Vec<_> = self.series.iter().filter_map(|it| Some((it, it.last()?))).collect();
        last.sort_by(|one, other| other.1.1.total_cmp(&one.1.1));
        html! {
            @for (place, (series, (row, share))) in last.iter().enumerate() {
                @let width = if self.series.len() > 1 || row.rounded { NAMED } else { TICK };
                @let (x, anchor) = self.span.text(row.period, width);
                @let is_below = place > 0 || (last.len() == 1 && *share > 0.9);
                @let y = self.height.y(*share) + if is_below { 20.0 } else { -10.0 };
                text.folk-chart__label x=(percent(x)) y=(px(y)) text-anchor=(anchor) {
                    @if self.series.len() > 1 { (series.measure.short()) " " }
                    (row.percent(*share))
                }
            }
        }
    }
}

/// What is told of a mark.
fn told(row: &Row) -> String {
    let mut told = format!("{}, {}: ", half_year(row.period), row.measure.label().to_lowercase());
    if let Some(before) = row.share_at3_or_more_before {
        told += &format!("{} half a year before, now ", row.percent(before));
    }
    told += &row.share().unwrap_or_default();
    if let Some(councils) = row.responded {
        told += &format!(" of {councils} councils");
    }
    if row.low_reliability {
        told += ", low reliability";
    }
    told
}

/// What the marks mean.
pub(super) fn key(measures: &[Measure], is_matched: bool) -> Markup {
    let has_need = measures.contains(&Measure::SupportNeed);
    html! {
        p.govuk-body-s {
            "Shares are of councils at level 3 or 4, on a scale from 0 to 4. "
            @if has_need && measures.len() > 1 {
                "Round marks and a full line: understanding, of which more is better. Square marks and a dashed \
                 line: need for support, of which less is better. "
            } @else if has_need {
                "Of need for support less is better. "
            }
            @if is_matched {
                "Each line is of the councils that answered in both half-years that it joins, before and now; \
                 shares are to the nearest 5%. "
            }
            "Hollow marks: low reliability, for fewer than 10 councils or fewer than 40% of them gave a level. \
             Dashed upright lines: a break. Hatched: not shown"
            @if measures.len() > 1 { ", one or both" }
            "."
        }
    }
}
