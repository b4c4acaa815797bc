//! Rows of the table, from figures and what they are to reach.

use crate::{statistics::Figure, table::Row};

/// A figure with a bound of its own.
pub(crate) fn at_most(what: String, figure: &Figure, unit: &str, most: f64) -> Row {
    let reach = format!("≤ {}", with_unit(&shortest(most), unit));
    let is_reached = Some(figure.median() <= most);
    Row { reach, is_reached, ..told(what, figure, unit) }
}

/// A figure whose ratio to another one is bounded.
pub(crate) fn ratio_at_most(
    what: String,
    figure: &Figure,
    unit: &str,
    ratio: &Figure,
    most: f64,
) -> Row {
    let reach = format!("≤ {}×", shortest(most));
    let spread = format!("{:.2}–{:.2}×", ratio.least(), ratio.most());
    let is_reached = Some(ratio.median() <= most);
    Row { reach, spread, ratio: format!("{ratio:.2}×"), is_reached, ..told(what, figure, unit) }
}

/// Something per second whose ratio to another one is bounded from below, or only told.
pub(crate) fn ratio_at_least(
    what: String,
    figure: &Figure,
    ratio: &Figure,
    least: Option<f64>,
) -> Row {
    let spread = format!("{:.2}–{:.2}×", ratio.least(), ratio.most());
    let is_reached = least.map(|least| ratio.median() >= least);
    let reach = least.map_or_else(String::new, |least| format!("≥ {}×", shortest(least)));
    Row { reach, spread, ratio: format!("{ratio:.2}×"), is_reached, ..told(what, figure, "") }
}

/// A figure that is to reach nothing.
pub(crate) fn told(what: String, figure: &Figure, unit: &str) -> Row {
    let spread = format!("{}–{}", digits(figure.least()), digits(figure.most()));
    Row {
        what,
        value: with_unit(&digits(figure.median()), unit),
        spread,
        reach: String::new(),
        ratio: String::new(),
        is_reached: None,
    }
}

/// Something counted that must not have happened.
pub(crate) fn none_of(what: String, count: usize, of: &str) -> Row {
    Row {
        what,
        value: format!("{count} of {of}"),
        spread: String::new(),
        reach: "0".to_owned(),
        ratio: String::new(),
        is_reached: Some(count == 0),
    }
}

/// Values of what was measured at several sizes, as one.
pub(crate) fn in_turn(values: impl IntoIterator<Item = f64>, places: usize, unit: &str) -> String {
    let told: Vec<_> = values.into_iter().map(|value| format!("{value:.places$}")).collect();
    with_unit(&told.join(" · "), unit)
}

fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number} {unit}") }
}

/// Three digits, or all before the point.
fn digits(number: f64) -> String {
    match number {
        _ if number >= 100.0 => format!("{number:.0}"),
        _ if number >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

fn shortest(number: f64) -> String {
    format!("{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_reached_up_to_and_with_itself() {
        let figure = Figure::of([5.0, 6.0, 9.0]);
        let row = at_most("a page".to_owned(), &figure, "ms", 6.0);
        assert_eq!((row.value.as_str(), row.reach.as_str()), ("6.00 ms", "≤ 6 ms"));
        assert_eq!((row.spread.as_str(), row.is_reached), ("5.00–9.00", Some(true)));
        assert_eq!(at_most("a page".to_owned(), &figure, "ms", 5.9).is_reached, Some(false));
    }

    #[test]
    fn a_ratio_is_judged_by_the_ratio_alone() {
        let (value, ratio) = (Figure::of([150.0]), Figure::of([1.05, 1.2, 1.02]));
        let row = ratio_at_most("a page".to_owned(), &value, "ms", &ratio, 1.1);
        assert_eq!((row.value.as_str(), row.ratio.as_str()), ("150 ms", "1.05×"));
        assert_eq!((row.spread.as_str(), row.is_reached), ("1.02–1.20×", Some(true)));
        let rate = |least| ratio_at_least("a list".to_owned(), &value, &ratio, least).is_reached;
        assert_eq!(
            [rate(Some(1.05)), rate(Some(1.06)), rate(None)],
            [Some(true), Some(false), None]
        );
    }
}
