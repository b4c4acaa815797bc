//! Medians of repeats, and percentiles of latencies.

use std::{fmt, time::Duration};

/// What several repeats of a measurement gave.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    samples: Vec<f64>,
}

impl Figure {
    /// The figure of these repeats; at least one.
    pub(crate) fn of(samples: impl IntoIterator<Item = f64>) -> Self {
        let mut samples: Vec<_> = samples.into_iter().collect();
        assert!(!samples.is_empty(), "a figure needs a repeat");
        samples.sort_by(f64::total_cmp);
        Self { samples }
    }

    /// The one in the middle; of an even number of repeats, half-way between the middle two.
    pub(crate) fn median(&self) -> f64 {
        let (middle, is_odd) = (self.samples.len() / 2, self.samples.len() % 2 == 1);
        if is_odd {
            return self.samples[middle];
        }
        (self.samples[middle - 1] + self.samples[middle]) / 2.0
    }

    /// The least.
    pub(crate) fn least(&self) -> f64 {
        self.samples[0]
    }

    /// The most.
    pub(crate) fn most(&self) -> f64 {
        self.samples[self.samples.len() - 1]
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = f.precision().unwrap_or(2);
        write!(f, "{:.places$}", self.median())
    }
}

/// The latencies of one repeat.
#[derive(Clone, Debug)]
pub(crate) struct Latencies {
    sorted: Vec<Duration>,
}

impl Latencies {
    /// Of these answers; at least one.
    pub(crate) fn of(latencies: impl IntoIterator<Item = Duration>) -> Self {
        let mut sorted: Vec<_> = latencies.into_iter().collect();
        assert!(!sorted.is_empty(), "a percentile needs an answer");
        sorted.sort_unstable();
        Self { sorted }
    }

    /// In milliseconds, what so many of a hundred answers took at most.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.sorted.len() * percent).div_ceil(100).max(1);
        self.sorted[rank - 1].as_secs_f64() * 1_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_the_spread_is_its_neighbours() {
        let figure = Figure::of([5.0, 1.0, 3.0]);
        assert_eq!((figure.least(), figure.median(), figure.most()), (1.0, 3.0, 5.0));
        assert_eq!(Figure::of([1.0, 2.0]).median(), 1.5);
        assert_eq!(format!("{:.1}", Figure::of([2.0])), "2.0");
    }

    #[test]
    fn a_percentile_is_an_answer_that_came() {
        let hundred = Latencies::of((1..=100).map(Duration::from_millis));
        assert_eq!(hundred.percentile(50), 50.0);
        assert_eq!(hundred.percentile(99), 99.0);
        assert_eq!(Latencies::of([Duration::from_millis(7)]).percentile(99), 7.0);
    }
}
