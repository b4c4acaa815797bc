//! What fails, by chance: each of them before any comes again.

use std::time::Duration;

use fastrand::Rng;
use folkmoot_tests::Passage;

use crate::{nation::LIVE, regions::Fault};

/// Something that fails.
#[derive(Clone, Copy, Debug)]
pub(super) enum Misfortune {
    Region(&'static str, Fault),
    /// The way to a region is slow: nobody may notice.
    RegionSlow(&'static str, Passage),
    /// The way of both replicas to the database.
    Database(Passage),
    /// The way of both to Redis: nobody may notice.
    Redis(Passage),
    /// Redis takes all and answers nothing, for its process is stopped.
    RedisStopped,
    /// One of them is killed without a word, and another takes its place.
    ReplicaKilled,
    /// One of them is replaced in good order: nobody may notice.
    ReplicaReplaced,
}

impl Misfortune {
    pub(super) fn name(self) -> String {
        match self {
            Self::Region(code, fault) => format!("{code}: {}", fault.name()),
            Self::RegionSlow(code, passage) => format!("{code}: {}", way(passage)),
            Self::Database(passage) => format!("database: {}", way(passage)),
            Self::Redis(passage) => format!("redis: {}", way(passage)),
            Self::RedisStopped => "redis: stopped".to_owned(),
            Self::ReplicaKilled => "a replica is killed".to_owned(),
            Self::ReplicaReplaced => "a replica is replaced".to_owned(),
        }
    }

    /// Until it is noticed for sure.
    pub(super) fn shortest(self) -> Duration {
        match self {
            Self::Region(_, fault) => fault.shortest(),
            _ => Duration::from_secs(3),
        }
    }
}

fn way(passage: Passage) -> &'static str {
    match passage {
        Passage::Free => "well",
        Passage::Refused => "gone",
        Passage::BlackHole => "a black hole",
        Passage::Reset => "cuts off",
        Passage::HalfAnswers => "half answers",
        Passage::Drips => "a byte a second",
        Passage::Late => "100 ms late",
        Passage::Lossy => "one in ten lost",
    }
}

/// All of them, shuffled; regions come twice as often as others.
pub(super) struct Deck {
    chance: Rng,
    piles: [Pile; 4],
    /// Piles of which is dealt next.
    turns: Vec<usize>,
}

#[derive(Default)]
struct Pile {
    all: Vec<Misfortune>,
    left: Vec<Misfortune>,
}

const REGIONS: usize = 0;

impl Deck {
    pub(super) fn of(chance: Rng) -> Self {
        use Passage::{BlackHole, Drips, HalfAnswers, Late, Lossy, Refused, Reset};
        // The first is a program of its own, which says nothing that it should not.
        let of_network =
            [Fault::Killed, Fault::Hangs, Fault::HangsMidAnswer, Fault::Resets, Fault::Drips];
        let of_service = [Fault::OutOfOrder, Fault::WebPage, Fault::NoJson];
        let region = |fault| move |code| Misfortune::Region(code, fault);
        let mut regions: Vec<_> =
            of_network.into_iter().flat_map(|fault| LIVE.map(region(fault))).collect();
        for code in &LIVE[1..] {
            regions.extend(of_service.map(|fault| Misfortune::Region(code, fault)));
        }
        regions.extend(LIVE.map(|code| Misfortune::RegionSlow(code, Late)));
        regions.extend(LIVE.map(|code| Misfortune::RegionSlow(code, Lossy)));
        let database = [Refused, BlackHole, Reset, HalfAnswers, Drips, Late, Lossy];
        let mut redis = database.map(Misfortune::Redis).to_vec();
        redis.push(Misfortune::RedisStopped);
        let piles = [
            regions,
            database.map(Misfortune::Database).to_vec(),
            redis,
            vec![Misfortune::ReplicaKilled, Misfortune::ReplicaReplaced],
        ];
        let pile = |all| Pile { all, left: Vec::new() };
        Self { chance, piles: piles.map(pile), turns: Vec::new() }
    }

    /// The next, of a region only if it is well.
    pub(super) fn deal(&mut self, is_well: impl Fn(&'static str) -> bool) -> Misfortune {
        loop {
            if self.turns.is_empty() {
                self.turns = vec![REGIONS, REGIONS, 1, 2, 3];
                self.chance.shuffle(&mut self.turns);
            }
            let Some(pile) = self.turns.pop() else { continue };
            let Pile { all, left } = &mut self.piles[pile];
            if left.is_empty() {
                left.clone_from(all);
                self.chance.shuffle(left);
            }
            let may_be = |it: &Misfortune| match it {
                Misfortune::Region(code, _) | Misfortune::RegionSlow(code, _) => is_well(code),
                _ => true,
            };
            if let Some(at) = left.iter().rposition(may_be) {
                return left.remove(at);
            }
        }
    }
}
