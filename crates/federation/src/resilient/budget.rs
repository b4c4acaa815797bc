//! How often a region may be asked again.

/// Hundredths of a retry, so that a percentage per call needs no fractions.
const RETRY: u32 = 100;

/// The most retries that quiet times save up: enough for a blip, too few to hurt.
const MOST_SAVED: u32 = 10 * RETRY;

/// Retries are earned by calls: one that fails all its calls is asked little more often than if
/// nothing were retried at all.
#[derive(Debug)]
pub(super) struct Budget {
    percent: u32,
    saved: u32,
}

impl Budget {
    /// So many retries per hundred calls, and one to begin with, so that the first call of a
    /// quiet region has one.
    pub(super) fn new(percent: u32) -> Self {
        Self { percent, saved: if percent == 0 { 0 } else { RETRY } }
    }

    /// A call was made.
    pub(super) fn earn(&mut self) {
        self.saved = (self.saved + self.percent).min(MOST_SAVED);
    }

    /// Whether a call may be made again.
    pub(super) fn spend(&mut self) -> bool {
        let left = self.saved.checked_sub(RETRY);
        self.saved = left.unwrap_or(self.saved);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_a_tenth_of_the_calls_and_one() {
        let mut budget = Budget::new(10);
        let spent = (0..1_000).filter(|_| {
            budget.earn();
            budget.spend()
        });
        assert_eq!(spent.count(), 101);
    }

    #[test]
    fn a_quiet_year_saves_up_ten_retries_and_no_more() {
        let mut budget = Budget::new(10);
        (0..1_000_000).for_each(|_| budget.earn());
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10);
    }

    #[test]
    fn no_percentage_is_no_retry() {
        assert!(!Budget::new(0).spend());
    }
}
