//! The breaker turn by turn, on a clock of the tests.

use super::*;

const OPTIONS: ResilienceOptions = ResilienceOptions {
    concurrent_calls: 1,
    attempt_timeout: Duration::ZERO,
    patience: Duration::ZERO,
    retries: 0,
    backoff: Duration::ZERO,
    retry_percent: 0,
    failures_to_open: 3,
    window: 10,
    percent_to_open: 50,
    first_pause: Duration::from_secs(4),
    longest_pause: Duration::from_secs(60),
    seed: 7,
};

struct Bench {
    breaker: Breaker,
    now: Instant,
}

impl Bench {
    fn new(options: ResilienceOptions) -> Self {
        Self { breaker: Breaker::new(options), now: Instant::now() }
    }

    fn leave(&mut self) -> Leave {
        self.breaker.leave(self.now).expect("leave")
    }

    fn settle(&mut self, leave: Leave, failure: Option<&SourceError>) -> Option<Turn> {
        self.breaker.settle(leave, failure, self.now)
    }

    fn succeed(&mut self) -> Option<Turn> {
        let leave = self.leave();
        self.settle(leave, None)
    }

    fn fail(&mut self, failure: SourceError) -> Option<Turn> {
        let leave = self.leave();
        self.settle(leave, Some(&failure))
    }

    fn fail_until_open(&mut self) {
        while self.fail(SourceError::Unavailable).is_none() {}
    }

    /// Lets the pause pass, and says how long it was.
    fn wait(&mut self) -> Duration {
        let BreakerState::Open { pause, .. } = self.breaker.state(self.now) else {
            panic!("not open")
        };
        self.now += pause;
        pause
    }
}

#[test]
fn a_run_of_failures_opens_it_and_a_success_breaks_the_run() {
    let mut bench = Bench::new(OPTIONS);
    for _ in 0..2 {
        assert_eq!(bench.fail(SourceError::Rejected), None);
        assert_eq!(bench.fail(SourceError::Rejected), None);
        assert_eq!(bench.succeed(), None);
    }
    bench.fail(SourceError::Malformed("rows".to_owned()));
    bench.fail(SourceError::Rejected);
    assert!(matches!(bench.fail(SourceError::TimedOut), Some(Turn::Opened(_))));
    assert_eq!(bench.breaker.leave(bench.now), Err(SourceError::TimedOut));
}

/// How many attempts it takes to open, if every other one fails like this.
fn attempts_to_open(failure: SourceError) -> Option<usize> {
    let mut bench = Bench::new(OPTIONS);
    (1..=100).find(|attempt| match attempt % 2 {
        1 => bench.succeed().is_some(),
        _ => bench.fail(failure.clone()).is_some(),
    })
}

#[test]
fn half_of_the_last_attempts_out_of_order_open_it() {
    assert_eq!(attempts_to_open(SourceError::Unavailable), Some(10));
    assert_eq!(attempts_to_open(SourceError::TimedOut), Some(10));
}

#[test]
fn one_broken_list_among_good_ones_does_not_open_it() {
    assert_eq!(attempts_to_open(SourceError::Malformed("order".to_owned())), None);
    assert_eq!(attempts_to_open(SourceError::Rejected), None);
}

#[test]
fn failures_older_than_the_window_are_forgotten() {
    let mut bench = Bench::new(OPTIONS);
    for _ in 0..50 {
        assert_eq!(bench.fail(SourceError::Unavailable), None);
        (0..2).for_each(|_| assert_eq!(bench.succeed(), None));
    }
}

#[test]
fn pauses_double_up_to_the_bound_and_begin_anew_after_a_recovery() {
    let mut bench = Bench::new(OPTIONS);
    bench.fail_until_open();
    for longest in [4, 8, 16, 32, 60, 60, 60] {
        let pause = bench.wait().as_secs_f64();
        let longest = f64::from(longest);
        assert!((longest / 2.0..=longest).contains(&pause), "{pause} of {longest}");
        assert_eq!(bench.fail(SourceError::Unavailable), None, "its probe fails");
    }
    bench.wait();
    assert_eq!(bench.succeed(), Some(Turn::Closed));
    bench.fail_until_open();
    assert!(bench.wait() <= OPTIONS.first_pause);
}

#[test]
fn pauses_differ_by_seed_and_only_by_it() {
    let pause = |seed| {
        let mut bench = Bench::new(ResilienceOptions { seed, ..OPTIONS });
        bench.fail_until_open();
        bench.wait()
    };
    assert_eq!(pause(1), pause(1));
    assert_ne!(pause(1), pause(2));
}

#[test]
fn a_probe_is_alone_until_it_is_settled() {
    let mut bench = Bench::new(OPTIONS);
    bench.fail_until_open();
    bench.wait();
    let probe = bench.leave();
    let cause = SourceError::Unavailable;
    assert_eq!(bench.breaker.state(bench.now), BreakerState::HalfOpen { cause: cause.clone() });
    assert_eq!(bench.breaker.leave(bench.now), Err(cause));
    assert_eq!(bench.settle(probe, None), Some(Turn::Closed));
    bench.leave();
}

#[test]
fn attempts_from_before_the_last_turn_decide_nothing() {
    let mut bench = Bench::new(OPTIONS);
    let late = bench.leave();
    bench.fail_until_open();
    assert_eq!(bench.settle(late, None), None);
    bench.wait();
    let probe = bench.leave();
    assert_eq!(bench.settle(late, None), None, "it is not the probe");
    assert!(bench.breaker.leave(bench.now).is_err());
    assert_eq!(bench.settle(probe, Some(&SourceError::Unavailable)), None);
    assert!(bench.breaker.leave(bench.now).is_err());
}

#[test]
fn region_that_asks_to_be_left_in_peace_is_within_bounds() {
    let mut bench = Bench::new(OPTIONS);
    let asked = |seconds| SourceError::Busy(Duration::from_secs(seconds));
    let opened = bench.fail(asked(10));
    assert_eq!(opened, Some(Turn::Opened(Duration::from_secs(10))), "at once, for as long");
    bench.wait();
    assert_eq!(bench.fail(asked(3_600)), None, "the probe leaves it open");
    assert_eq!(bench.wait(), OPTIONS.longest_pause, "no region is forgotten for an hour");
}

#[test]
fn who_still_waited_when_it_came_back_does_not_open_it() {
    let mut bench = Bench::new(OPTIONS);
    let waiting: Vec<_> = (0..20).map(|_| bench.leave()).collect();
    bench.now += Duration::from_secs(1);
    assert_eq!(bench.succeed(), None);

    for leave in waiting {
        assert_eq!(bench.settle(leave, Some(&SourceError::TimedOut)), None);
    }

    assert_eq!(bench.breaker.state(bench.now), BreakerState::Closed);
    bench.fail_until_open();
}

#[test]
fn region_that_hangs_every_other_time_is_left_in_peace_whoever_is_answered_meanwhile() {
    let mut bench = Bench::new(OPTIONS);
    let mut waiting = std::collections::VecDeque::new();
    for _ in 0..100 {
        bench.now += Duration::from_millis(100);
        waiting.push_back(bench.leave());
        bench.succeed();
        // Each waits for two seconds, in which twenty others are answered.
        if waiting.len() > 20 {
            let leave = waiting.pop_front().expect("one that waits");
            if bench.settle(leave, Some(&SourceError::TimedOut)).is_some() {
                return;
            }
        }
    }
    panic!("half of its answers fail, and it is asked on");
}
