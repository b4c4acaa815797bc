//! A row of the table as numbers. What cannot be read is an error that names the row.

use anyhow::{Context, Result, bail, ensure};

use crate::table::Row;

/// How far a number may be on the wrong side of its bound when the row says otherwise: both are
/// rounded.
const ROUNDING: f64 = 0.01;

/// What a number is to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    AtMost(f64),
    AtLeast(f64),
    /// Something that must not have happened.
    Never,
}

impl Bound {
    /// How many times better this is than what is to be reached.
    pub(super) fn times_better(self, value: f64) -> f64 {
        match self {
            Self::AtMost(most) => most / value,
            Self::AtLeast(least) => value / least,
            Self::Never if value == 0.0 => 1.0,
            Self::Never => 0.0,
        }
    }
}

/// What was measured at one size of several.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Size {
    pub(super) size: u32,
    pub(super) value: f64,
    /// The value as the table has it.
    pub(super) in_words: String,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) what: String,
    /// Where it was measured at several sizes, all of them in order.
    pub(super) sizes: Vec<Size>,
    /// Of what was measured; empty if it was counted.
    pub(super) unit: String,
    /// What is compared with the bound.
    pub(super) judged: f64,
    /// The same with its unit.
    pub(super) judged_in_words: String,
    /// The least and the most of it.
    pub(super) spread: Option<(f64, f64)>,
    pub(super) bound: Option<Bound>,
    /// The same as the table has it.
    pub(super) bound_in_words: String,
    pub(super) is_reached: Option<bool>,
}

impl Reading {
    pub(super) fn of(row: &Row) -> Result<Self> {
        read(row).with_context(|| format!("the row \"{}\"", row.what))
    }

    /// What was measured and what is to be reached, for beside a picture.
    pub(super) fn numbers(&self) -> String {
        let Self { judged_in_words, bound_in_words, .. } = self;
        match self.is_reached {
            None => judged_in_words.clone(),
            // Nothing may be, and nothing is.
            Some(true) if self.bound == Some(Bound::Never) => judged_in_words.clone(),
            Some(true) => format!("{judged_in_words}, {bound_in_words}"),
            Some(false) => format!("{judged_in_words}, not {bound_in_words}"),
        }
    }

    /// The same in a sentence.
    pub(super) fn sentence(&self) -> String {
        let wanted = self.bound_in_words.replace("≤", "at most").replace("≥", "at least");
        let Self { what, judged_in_words, .. } = self;
        match self.is_reached {
            Some(false) => format!("{what}: {judged_in_words} instead of {wanted}"),
            Some(true) => format!("{what}: {judged_in_words} for {wanted}"),
            None => format!("{what}: {judged_in_words}"),
        }
    }

    /// The most that it costs at some size, in terms of what it costs at the first.
    pub(super) fn growth(&self) -> f64 {
        let first = self.sizes[0].value;
        self.sizes.iter().map(|size| size.value / first).fold(1.0, f64::max)
    }
}

fn read(row: &Row) -> Result<Reading> {
    let Row { what, value, spread, reach, ratio, is_reached } = row;
    let (values, unit) = values(value).with_context(|| format!("the value \"{value}\""))?;
    let sizes = match values.len() {
        1 => Vec::new(),
        several => {
            let sizes = sizes(what, several).context("it does not name as many sizes as values")?;
            let told = value.split(" · ").map(|told| told.trim_end_matches(unit).trim_end());
            let size = |((size, value), told): (_, &str)| {
                let in_words = told.to_owned();
                Size { size, value, in_words }
            };
            sizes.into_iter().zip(values.iter().copied()).zip(told).map(size).collect()
        }
    };
    let (bound, bound_unit) = bound(reach).with_context(|| format!("the bound \"{reach}\""))?;
    let (judged, judged_in_words, spread_unit) = match ratio.as_str() {
        "" => {
            let worst = match bound {
                Some(Bound::AtLeast(_)) => values.iter().copied().fold(f64::INFINITY, f64::min),
                _ => values.iter().copied().fold(0.0, f64::max),
            };
            let size = sizes.iter().find(|size: &&Size| size.value == worst);
            let words = match size {
                Some(size) => format!("{} {unit}", size.in_words).trim_end().to_owned(),
                None => value.clone(),
            };
            (worst, words, "")
        }
        ratio => {
            let number = ratio.strip_suffix('×').and_then(number);
            (number.with_context(|| format!("the ratio \"{ratio}\""))?, ratio.to_owned(), "×")
        }
    };
    let judged_unit = if ratio.is_empty() { unit } else { "×" };
    ensure!(bound_unit.is_none_or(|bound| bound == judged_unit), "its bound has another unit");
    let spread = match spread.as_str() {
        "" => None,
        told => {
            let ends = told.strip_suffix(spread_unit).and_then(|ends| ends.split_once('–'));
            let ends = ends.and_then(|(least, most)| Some((number(least)?, number(most)?)));
            let (least, most) = ends.with_context(|| format!("the spread \"{told}\""))?;
            ensure!(least <= judged && judged <= most, "it is not within its spread \"{told}\"");
            Some((least, most))
        }
    };
    ensure!(bound.is_some() == is_reached.is_some(), "a bound goes with a word on it");
    if let (Some(bound), Some(is_reached)) = (bound, is_reached) {
        let better = bound.times_better(judged);
        let is_so = if *is_reached { better >= 1.0 - ROUNDING } else { better <= 1.0 + ROUNDING };
        ensure!(is_so, "its numbers say something else about whether it is reached");
    }
    Ok(Reading {
        what: what.clone(),
        sizes,
        unit: unit.to_owned(),
        judged,
        judged_in_words,
        spread,
        bound,
        bound_in_words: within(reach).to_owned(),
        is_reached: *is_reached,
    })
}

/// `5.63 ms`, `1 · 2 · 3 MB` or `0 of 866 pages`, with the unit.
fn values(cell: &str) -> Result<(Vec<f64>, &str)> {
    if let Some((count, _)) = cell.split_once(" of ") {
        return Ok((vec![number(count).context("not a count")?], ""));
    }
    let (numbers, unit) = match cell.rsplit_once(' ') {
        Some((numbers, unit)) if number(unit).is_none() => (numbers, unit),
        _ => (cell, ""),
    };
    let values: Option<Vec<f64>> = numbers.split(" · ").map(number).collect();
    Ok((values.context("not a number")?, unit))
}

/// `≤ 6 ms`, `≥ 0.8×`, `0`, `no growth (≤ 1.05× after the first 200)` or nothing, with the unit.
fn bound(cell: &str) -> Result<(Option<Bound>, Option<&str>)> {
    match cell {
        "" => return Ok((None, None)),
        "0" => return Ok((Some(Bound::Never), None)),
        _ => {}
    }
    let mut letters = within(cell).chars();
    let bound = match letters.next() {
        Some('≤') => Bound::AtMost,
        Some('≥') => Bound::AtLeast,
        _ => bail!("neither a most nor a least"),
    };
    let rest = letters.as_str().trim_start();
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
    let (digits, unit) = rest.split_at(end.unwrap_or(rest.len()));
    Ok((Some(bound(number(digits).context("not a number")?)), Some(unit.trim())))
}

/// The bound itself, where words stand around it.
fn within(cell: &str) -> &str {
    match cell.split_once('(') {
        None => cell,
        Some((_, bound)) => bound.split(" after ").next().unwrap_or(bound).trim_end_matches(')'),
    }
}

/// As many sizes as there are values, where the words have them: `1, 10 and 100 times the demo` or
/// `0, 200, … 1000 reloads`.
fn sizes(what: &str, count: usize) -> Option<Vec<u32>> {
    let words: Vec<_> = what.split(' ').map(|word| word.trim_end_matches(',')).collect();
    let begins = |at: &usize| *at == 0 || list(&words[at - 1..]).is_empty();
    let mut lists = (0..words.len()).filter(begins).map(|at| list(&words[at..]));
    lists.find(|sizes| sizes.len() == count)
}

/// The numbers that these words begin with.
fn list(words: &[&str]) -> Vec<u32> {
    let mut sizes: Vec<u32> = Vec::new();
    let mut is_left_out = false;
    for word in words {
        match (*word, word.parse()) {
            ("and", _) if !sizes.is_empty() => {}
            ("…", _) if !sizes.is_empty() => is_left_out = true,
            (_, Ok(last)) => {
                if let ([.., one, two], true) = (sizes.as_slice(), is_left_out) {
                    let (from, step) = (two + (two - one), (two - one) as usize);
                    sizes.extend((from..last).step_by(step));
                }
                sizes.push(last);
                is_left_out = false;
            }
            _ => break,
        }
    }
    sizes
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row([what, value, spread, reach, ratio, reached]: [&str; 6]) -> Row {
        let [what, value, spread, reach, ratio] =
            [what, value, spread, reach, ratio].map(str::to_owned);
        let is_reached = (!reached.is_empty()).then_some(reached == "yes");
        Row { what, value, spread, reach, ratio, is_reached }
    }

    #[test]
    fn numbers_are_read_as_the_table_has_them() {
        for (cells, better, numbers) in [
            (["a", "5.00 ms", "4.00–6.00", "≤ 6 ms", "", "yes"], 1.2, "5.00 ms, ≤ 6 ms"),
            (["b", "6.51 ms", "1.1–1.3×", "≤ 2×", "1.25×", "yes"], 1.6, "1.25×, ≤ 2×"),
            (["c", "9631", "0.2–0.4×", "≥ 0.5×", "0.30×", "no"], 0.6, "0.30×, not ≥ 0.5×"),
            (["d", "0 of 866 pages", "", "0", "", "yes"], 1.0, "0 of 866 pages"),
            (["e", "1 of 866", "", "0", "", "no"], 0.0, "1 of 866, not 0"),
            (["1, 2 and 3", "49 · 75 · 50 MB", "", "≤ 150 MB", "", "yes"], 2.0, "75 MB, ≤ 150 MB"),
            (
                ["f", "44 MB", "", "no growth (≤ 1.05× after 2)", "1.00×", "yes"],
                1.05,
                "1.00×, ≤ 1.05×",
            ),
        ] {
            let reading = Reading::of(&row(cells)).expect("it can be read");
            let bound = reading.bound.expect("a bound");
            assert!((bound.times_better(reading.judged) - better).abs() < 1e-9, "{reading:?}");
            assert_eq!(reading.numbers(), numbers);
        }
    }

    #[test]
    fn sizes_are_those_that_the_words_name() {
        for (what, sizes) in [
            ("20 rows in 1, 10 and 100 times the demo", vec![1, 10, 100]),
            ("96 rows over 1, 2, 4, 8, 16 and 32 regions", vec![1, 2, 4, 8, 16, 32]),
            ("after 0, 200, … 1000 reloads", vec![0, 200, 400, 600, 800, 1000]),
        ] {
            assert_eq!(super::sizes(what, sizes.len()), Some(sizes), "{what}");
        }
        assert_eq!(super::sizes("1, 10 and 100 times", 2), None);
        assert_eq!(super::sizes("50 councils", 3), None);
    }

    #[test]
    fn what_cannot_be_read_names_its_row() {
        for (cells, why) in [
            (["some ms", "", "", "", ""], "the value \"some ms\""),
            (["5 ms", "4–6", "≤ 6 s", "", "yes"], "another unit"),
            (["5 ms", "4-6", "≤ 6 ms", "", "yes"], "the spread \"4-6\""),
            (["5 ms", "1–2", "≤ 6 ms", "", "yes"], "not within its spread"),
            (["5 ms", "1–2", "≤ 6×", "5", "yes"], "the ratio \"5\""),
            (["5 ms", "", "about 6 ms", "", "yes"], "the bound \"about 6 ms\""),
            (["5 ms", "", "≤ 6 ms", "", ""], "a word on it"),
            (["5 ms", "", "≤ 6 ms", "", "no"], "something else"),
            (["1 · 2 · 3 ms", "", "≤ 6 ms", "", "yes"], "as many sizes"),
        ] {
            let [value, spread, reach, ratio, reached] = cells;
            let cells = ["pages", value, spread, reach, ratio, reached];
            let error = format!("{:#}", Reading::of(&row(cells)).expect_err("it cannot be read"));
            assert!(error.starts_with("the row \"pages\"") && error.contains(why), "{error}");
        }
    }
}
