//! Redis: whether it answers, how quickly, and whether it drops the right things when it is full.

use folkmoot_cache::RedisState;
use folkmoot_federation::Clock;

use super::{
    Finding, Findings, PATIENCE, clocks::Reading, hangs, milliseconds, sentence, size, took, within,
};
use crate::{config::Config, sources};

const GROUP: &str = "Redis";

/// How many times a trip must fit into what a question may take, so that one that takes longer
/// than usual is answered, too.
const MARGIN: u32 = 5;

pub(super) struct Looked {
    pub(super) findings: Vec<Finding>,
    pub(super) clock: Option<Reading>,
}

pub(super) async fn look(config: &Config) -> Looked {
    let mut found = Findings::of(GROUP);
    let mut clock = None;
    match sources::redis(config) {
        Ok(None) => {
            found
                .ok("redis.reachable", "There is none, which is fine: each process keeps its own.");
        }
        Err(error) => {
            let advice = "Correct redis.url.";
            found.fail("redis.reachable", sentence(&format!("{error:#}")), advice);
        }
        Ok(Some(redis)) => match within(redis.examine(PATIENCE / 2)).await {
            Some(Ok(state)) => {
                let heard = Clock::system().now();
                let whose = "Redis' clock";
                let read = |(now, took)| Reading::of(whose, now, heard, took, 0.0);
                clock = state.now.map(read);
                judge(&state, config, &mut found);
            }
            failed => {
                let text = match failed {
                    Some(Err(error)) => sentence(&error.to_string()),
                    _ => hangs("It"),
                };
                found.warn(
                    "redis.reachable",
                    text,
                    "Look whether it runs, and at redis.url. Nothing is wrong meanwhile: each \
                     process keeps its own.",
                );
            }
        },
    }
    Looked { findings: found.into_all(), clock }
}

fn judge(state: &RedisState, config: &Config, found: &mut Findings) {
    let RedisState { version, round_trip, used_bytes, bound_bytes, policy, .. } = state;
    let timeout = std::time::Duration::from_millis(config.redis.timeout_ms);
    let text = format!("Redis {version} answers in {}.", took(*round_trip));
    let finding = if *round_trip * MARGIN > timeout {
        let advice = "Find out what slows it down or raise redis.timeout_ms: questions that take \
                      longer are given up.";
        found.warn("redis.reachable", text, advice)
    } else {
        found.ok("redis.reachable", text)
    };
    finding.measured("round_trip_ms", milliseconds(*round_trip));
    let used = size(*used_bytes);
    let finding = match (bound_bytes, policy.as_str()) {
        (_, "") => found.note(
            "redis.memory",
            "It does not tell how much it may use.",
            "See to it that it has a bound (maxmemory) and drops what is asked for least \
             (maxmemory-policy allkeys-lru).",
        ),
        (0, _) => found.warn(
            "redis.memory",
            format!("It uses {used} and has no bound: it can take all memory of its machine."),
            "Set maxmemory, and maxmemory-policy to allkeys-lru.",
        ),
        (bound, "noeviction") => found.warn(
            "redis.memory",
            format!("It uses {used} of {} and drops nothing once it is full.", size(*bound)),
            "Set maxmemory-policy to allkeys-lru: new answers are not kept otherwise.",
        ),
        (bound, policy) => found.ok(
            "redis.memory",
            format!("It uses {used} of {} and drops by {policy}.", size(*bound)),
        ),
    };
    finding.measured("used_bytes", *used_bytes as f64);
    finding.measured("bound_bytes", *bound_bytes as f64);
}
