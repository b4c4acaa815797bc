//! What charts are drawn with. Across they are measured in per cent and down in pixels, so that
//! they become as wide as their place while their letters stay as large as those around them.

use std::collections::BTreeMap;

use folkmoot_domain::HalfYear;
use maud::{Markup, html};

use super::figures::{Row, tick};

/// Where the plot begins and ends, in per cent of the width: the scale's words stand before it.
const LEFT: f64 = 12.0;
const RIGHT: f64 = 100.0;

/// How wide `2026 H1` is at most, in per cent: on the narrowest phone.
pub(super) const TICK: f64 = 18.0;

/// The half-years along a chart, without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    first: HalfYear,
    last: HalfYear,
}

impl Span {
    /// From the first to the last of these rows.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> Option<Self> {
        let half_years = rows.map(|row| row.period);
        Some(Self { first: half_years.clone().min()?, last: half_years.max()? })
    }

    fn count(self) -> i32 {
        self.last.number() - self.first.number() + 1
    }

    /// How wide a half-year is, in per cent.
    pub(super) fn step(self) -> f64 {
        (RIGHT - LEFT) / f64::from(self.count())
    }

    /// The middle of a half-year, in per cent.
    pub(super) fn x(self, half_year: HalfYear) -> f64 {
        LEFT + (f64::from(half_year.number() - self.first.number()) + 0.5) * self.step()
    }

    /// Where a text about a half-year stands and how it is anchored: so wide in per cent, it may not
    /// fit around the last one.
    pub(super) fn text(self, half_year: HalfYear, width: f64) -> (f64, &'static str) {
        match self.x(half_year) + width / 2.0 > RIGHT {
            true => (RIGHT, "end"),
            false => (self.x(half_year), "middle"),
        }
    }

    /// The half-years that are named, at most so many, the last one among them. Where there is
    /// room for two, they are the first and the last.
    fn ticks(self, most: i32) -> impl Iterator<Item = HalfYear> {
        let every = match most {
            ..=2 => self.count() - 1,
            most => (self.count() - 1) / most + 1,
        };
        let (last, every) = (self.last.number(), every.max(1));
        let steps = (self.first.number()..=last).filter(move |number| (last - number) % every == 0);
        steps.map(HalfYear::from_number)
    }

    /// From where to where a half-year is; a pair is of the time since the half-year before.
    pub(super) fn stretch(self, half_year: HalfYear, is_pair: bool) -> (f64, f64) {
        let half = self.step() / 2.0;
        match is_pair {
            true => ((self.x(half_year) - self.step()).max(LEFT), self.x(half_year)),
            false => (self.x(half_year) - half, self.x(half_year) + half),
        }
    }
}

/// How high a chart is drawn, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Height {
    pub(super) top: f64,
    pub(super) plot: f64,
    /// From the plot to the half-years' names.
    below: f64,
    /// The shares, in per cent, at which there is a line.
    pub(super) lines: &'static [u8],
    /// How many half-years are named at most.
    pub(super) ticks: i32,
}

/// One of many.
pub(super) const SMALL: Height =
    Height { top: 20.0, plot: 90.0, below: 18.0, lines: &[0, 50, 100], ticks: 2 };

/// A chart by itself; a label fits between the plot and the half-years' names.
pub(super) const LARGE: Height =
    Height { top: 28.0, plot: 220.0, below: 34.0, lines: &[0, 25, 50, 75, 100], ticks: 4 };

impl Height {
    /// Where a share, 0 to 1, stands.
    pub(super) fn y(self, share: f64) -> f64 {
        self.top + (1.0 - share) * self.plot
    }

    pub(super) fn bottom(self) -> f64 {
        self.top + self.plot
    }

    fn whole(self) -> f64 {
        self.bottom() + self.below + 6.0
    }
}

/// What is said of a chart to those who do not see it.
pub(super) struct Said {
    /// Unlike that of any other on the page.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
}

impl Said {
    /// A drawing of this height, in pixels.
    pub(super) fn around(&self, height: f64, drawn: &Markup) -> Markup {
        let (title, description) = (format!("{}-title", self.id), format!("{}-desc", self.id));
        html! {
            svg.folk-chart #(self.id) role="img" width="100%" height=(px(height))
                aria-labelledby={ (title) " " (description) } {
                title #(title) { (self.title) }
                desc #(description) { (self.description) }
                (drawn)
            }
        }
    }

    /// A drawing over time, with its axes: shares always from 0 to 100 %.
    pub(super) fn over_time(&self, span: Span, height: Height, drawn: &Markup) -> Markup {
        self.around(
            height.whole(),
            &html! {
                g.folk-chart__axes {
                    @for share in height.lines {
                        @let y = height.y(f64::from(*share) / 100.0);
                        line x1="0%" x2="100%" y1=(px(y)) y2=(px(y)) {}
                        text x="0%" y=(px(y - 4.0)) { (share) "%" }
                    }
                    @for half_year in span.ticks(height.ticks) {
                        @let (x, anchor) = span.text(half_year, TICK);
                        text x=(percent(x)) y=(px(height.bottom() + height.below)) text-anchor=(anchor) { (tick(half_year)) }
                    }
                }
                (drawn)
            },
        )
    }
}

/// A length across.
pub(super) fn percent(length: f64) -> String {
    format!("{length:.2}%")
}

/// A length down.
pub(super) fn px(length: f64) -> String {
    format!("{length:.1}")
}

/// The patterns of the levels, and of what is hidden, once for all charts of a page. Beside colour
/// they tell the levels apart; the rest is done by labels.
pub(super) fn patterns() -> Markup {
    html! {
        svg.folk-patterns width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                pattern #level1 width="7" height="7" patternUnits="userSpaceOnUse" {
                    circle cx="2" cy="2" r="1" {}
                }
                pattern #level2 width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    line x1="0" x2="0" y1="0" y2="6" {}
                }
                pattern #level3 width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)" {
                    rect width="4" height="4" {}
                    line x1="0" x2="0" y1="0" y2="4" {}
                }
                pattern #need width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    line x1="0" x2="0" y1="0" y2="5" {}
                }
                pattern #hidden width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    line x1="0" x2="0" y1="0" y2="8" {}
                }
            }
        }
    }
}

/// How the levels are drawn.
pub(super) const LEVELS: [&str; 5] =
    ["transparent", "url(#level1)", "url(#level2)", "url(#level3)", "currentColor"];

/// What is said of rows, by half-year and sentence: whose rows say it, and whether all of that
/// half-year do.
pub(super) fn told<'a>(
    rows: &'a [Row],
    says: impl Fn(&'a Row) -> Option<&'a str>,
    name: impl Fn(&'a Row) -> String,
) -> Vec<(HalfYear, &'a str, Option<Vec<String>>)> {
    let mut told: BTreeMap<(HalfYear, &str), Vec<String>> = BTreeMap::new();
    for row in rows {
        if let Some(sentence) = says(row) {
            told.entry((row.period, sentence)).or_default().push(name(row));
        }
    }
    let in_all = |half_year| rows.iter().filter(|row| row.period == half_year).count();
    told.into_iter()
        .map(|((half_year, sentence), names)| {
            let some = (names.len() < in_all(half_year)).then_some(names);
            (half_year, sentence, some)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: &str, last: &str) -> Span {
        let half_year = |text: &str| text.parse().expect("a half-year");
        Span { first: half_year(first), last: half_year(last) }
    }

    #[test]
    fn half_years_stand_apart_by_the_time_between_them() {
        let span = span("2022-H2", "2026-H1");
        let x = |text: &str| span.x(text.parse().expect("a half-year"));
        assert!((x("2023-H2") - x("2022-H2") - 22.0).abs() < 1e-9, "two half-years of eight");
        assert!((x("2022-H2") - LEFT) > 0.0 && x("2026-H1") < RIGHT);
        assert!((span.step() * 8.0 - (RIGHT - LEFT)).abs() < 1e-9);
    }

    #[test]
    fn the_last_half_year_is_named_and_never_more_than_fit() {
        for (first, last) in
            [("2026-H1", "2026-H1"), ("2022-H2", "2026-H1"), ("1990-H1", "2026-H1")]
        {
            let span = span(first, last);
            for most in [2, 4] {
                let named: Vec<_> = span.ticks(most).collect();
                assert_eq!(named.last().map(ToString::to_string).as_deref(), Some(last));
                assert!(named.len() <= usize::try_from(most).expect("few"), "{first}: {named:?}");
            }
        }
    }

    #[test]
    fn shares_stand_on_a_scale_from_0_to_100() {
        assert!((SMALL.y(1.0) - SMALL.top).abs() < 1e-9);
        assert!((SMALL.y(0.0) - SMALL.bottom()).abs() < 1e-9);
        assert!(LARGE.y(0.25) > LARGE.y(0.5));
    }
}
