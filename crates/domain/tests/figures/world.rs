//! Worlds: nations of councils that answer in successive half-years, random ones and the real
//! register with random answers.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_domain::{Answers, CouncilId, Frozen, Rating, RegionId, Threshold, embedded_register};

use crate::dice::Dice;

/// How many half-years a world has: with three, the middle one takes part in two matched pairs.
pub(crate) const HALF_YEARS: usize = 3;

/// The answers of some half-years, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) halves: Vec<HalfYear>,
    /// Regions of another gateway, which counts them and publishes figures of its own.
    pub(crate) elsewhere: BTreeSet<RegionId>,
    /// Its threshold, if it is not the least one.
    pub(crate) threshold_there: Option<Threshold>,
}

/// The frozen answers of a half-year and when they were frozen.
#[derive(Clone, Debug, Default)]
pub(crate) struct HalfYear {
    pub(crate) answers: Answers,
    /// Regions that closed after NATIONAL was written, but before the next half-year's.
    pub(crate) late: BTreeSet<RegionId>,
    /// Regions that closed after the next half-year's NATIONAL was written.
    pub(crate) very_late: BTreeSet<RegionId>,
}

/// How a world's answers are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Climate {
    /// Councils that answer, in a hundred.
    pub(crate) response: u32,
    /// Councils that publish their own answers, in a hundred.
    pub(crate) self_published: u32,
    /// How much who answers stays the same from one half-year to the next, in a hundred.
    pub(crate) loyalty: u32,
    /// Answers that are *not applicable* or *don't know*, in a hundred.
    pub(crate) not_rated: u32,
    /// In a hundred: how often a council gives its region's favourite level.
    pub(crate) likeness: u32,
    /// Regions know two levels only, one on either side of 3, so that shares tell levels.
    pub(crate) polarised: bool,
    /// If set, so many councils in a hundred answer in every half-year, and most others in the
    /// middle one only: the two matched pairs of the middle one differ by few councils.
    pub(crate) settled: Option<u32>,
    /// In a hundred: how often regions close late.
    pub(crate) late: u32,
    /// In a hundred: how often a region has no answers at all, or counts at its own end only.
    pub(crate) odd: u32,
    /// In a hundred: how often a council's home is another region in the next half-year.
    pub(crate) moving: u32,
}

pub(crate) const RESPONSES: [u32; 3] = [30, 60, 85];
pub(crate) const SELF_PUBLISHED: [u32; 3] = [0, 5, 20];

impl Climate {
    /// Any.
    pub(crate) fn random(dice: &mut Dice) -> Self {
        Self {
            response: dice.of(&RESPONSES),
            self_published: dice.of(&SELF_PUBLISHED),
            loyalty: dice.of(&[0, 50, 90, 97]),
            not_rated: dice.of(&[0, 5, 15]),
            likeness: dice.of(&[0, 30, 60, 85]),
            polarised: dice.percent(25),
            settled: dice.of(&[None, None, None, Some(80)]),
            late: dice.of(&[0, 10]),
            odd: dice.of(&[0, 5]),
            moving: dice.of(&[0, 2]),
        }
    }

    /// What we expect of the real nation.
    pub(crate) fn plain(response: u32, self_published: u32) -> Self {
        Self {
            response,
            self_published,
            loyalty: 50,
            not_rated: 5,
            likeness: 20,
            polarised: false,
            settled: None,
            late: 0,
            odd: 0,
            moving: 1,
        }
    }
}

impl World {
    /// A nation of 3 to 12 regions with 1 to 30 councils each; every third is a hard case.
    pub(crate) fn random(seed: u64) -> Self {
        if seed % 3 == 2 {
            return Self::hard(seed);
        }
        let mut dice = Dice::new(seed);
        let climate = Climate::random(&mut dice);
        let most = dice.of(&[8, 14, 30]);
        let regions: Vec<usize> = (0..3 + dice.below(10)).map(|_| 1 + dice.below(most)).collect();
        Self::drawn(&regions, climate, &mut dice)
    }

    /// A nation in which matched pairs say as much as they can: it is small, so that a share is
    /// the number itself or nearly so, levels lie on either side of 3, and the same councils
    /// answer nearly always.
    pub(crate) fn hard(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let climate = Climate {
            settled: Some(dice.of(&[60, 80, 90])),
            polarised: dice.percent(70),
            likeness: dice.of(&[0, 30]),
            ..Climate::random(&mut dice)
        };
        let least = dice.of(&[2, 5]);
        let regions: Vec<usize> = (0..2 + dice.below(4)).map(|_| least + dice.below(12)).collect();
        Self::drawn(&regions, climate, &mut dice)
    }

    /// A nation of which some regions are another gateway's, whose threshold may be higher.
    pub(crate) fn plugged(seed: u64) -> Self {
        let mut dice = Dice::new(!seed);
        let threshold_there = dice.of(&[None, None, Some(8)]).map(Threshold::new);
        let threshold_there = threshold_there.map(|it| it.expect("above the least"));
        let world = Self::random(seed);
        let regions: BTreeSet<_> =
            world.halves.iter().flat_map(|half| half.answers.keys().copied()).collect();
        let elsewhere = regions.into_iter().filter(|_| dice.percent(50)).collect();
        Self { elsewhere, threshold_there, ..world }
    }

    /// What the other gateway knows.
    pub(crate) fn there(&self) -> Self {
        let halves = self.halves.iter().cloned().map(|mut half| {
            half.answers.retain(|region, _| self.elsewhere.contains(region));
            half
        });
        Self { halves: halves.collect(), ..Self::default() }
    }

    /// A nation of 2 or 3 regions with at most seven councils, all levels of which can be tried.
    pub(crate) fn tiny(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let climate = Climate { response: 85, ..Climate::random(&mut dice) };
        let shapes: [&[usize]; 4] = [&[5, 2], &[3, 2, 1], &[4, 3], &[6, 1]];
        Self::drawn(dice.of(&shapes), climate, &mut dice)
    }

    /// The councils that stand today, by ONS region and nation.
    pub(crate) fn register(regions: &[usize], climate: Climate, seed: u64) -> Self {
        Self::drawn(regions, climate, &mut Dice::new(seed))
    }

    /// Regions of these sizes.
    fn drawn(regions: &[usize], climate: Climate, dice: &mut Dice) -> Self {
        let homes = regions.iter().enumerate();
        let mut councils: Vec<Council> = homes
            .flat_map(|(home, size)| (0..*size).map(move |_| home))
            .map(|home| Council {
                home,
                is_published: dice.percent(climate.self_published),
                answers: dice.percent(climate.response),
                settled: climate.settled.map(|always| pattern(always, dice)),
                level: 0,
                is_rated: true,
            })
            .collect();
        let favourites: Vec<u8> = regions.iter().map(|_| dice.below(5) as u8).collect();
        let at_source: Vec<bool> = regions.iter().map(|_| dice.percent(climate.odd)).collect();
        let mut world = Self::default();
        for number in 0..HALF_YEARS {
            let mut half = HalfYear::default();
            let silent: Vec<bool> = regions.iter().map(|_| dice.percent(climate.odd)).collect();
            for (place, council) in councils.iter_mut().enumerate() {
                council.turn(number, regions.len(), &favourites, climate, dice);
                if !council.answers || silent[council.home] {
                    continue;
                }
                // What is suppressed at source adds up and is no part of matched pairs: its
                // councils are other councils in each half-year.
                let name = if at_source[council.home] { number + 1 } else { 0 };
                let code = if council.is_rated { council.level } else { 5 + (place % 2) as u8 };
                half.answers.entry(region(council.home)).or_default().push(Frozen {
                    council: CouncilId::derived(&format!("{place}/{name}")),
                    rating: Rating::from_code(code).expect("a rating"),
                    is_published: council.is_published,
                });
            }
            for home in 0..regions.len() {
                if dice.percent(climate.late) {
                    let late = dice.of(&[true, false]);
                    let of = if late { &mut half.late } else { &mut half.very_late };
                    of.insert(region(home));
                }
            }
            world.halves.push(half);
        }
        world
    }
}

/// The region with this number.
pub(crate) fn region(number: usize) -> RegionId {
    RegionId::derived(&number.to_string())
}

/// How many councils stand in each ONS region of England and each other nation today.
pub(crate) fn register_regions() -> Vec<usize> {
    let today = "2026-01-01".parse().expect("a day");
    let mut sizes = BTreeMap::new();
    for council in embedded_register().councils {
        if council.life.contains(today) {
            let place = council.ons_region.unwrap_or_else(|| format!("{:?}", council.country));
            *sizes.entry(place).or_default() += 1;
        }
    }
    sizes.into_values().collect()
}

/// When a council answers that answers in every half-year with this chance.
fn pattern(always: u32, dice: &mut Dice) -> [bool; HALF_YEARS] {
    if dice.percent(always) {
        [true; HALF_YEARS]
    } else if dice.percent(60) {
        [false, true, false]
    } else {
        std::array::from_fn(|_| dice.percent(50))
    }
}

struct Council {
    home: usize,
    is_published: bool,
    answers: bool,
    /// If set, when it answers.
    settled: Option<[bool; HALF_YEARS]>,
    level: u8,
    is_rated: bool,
}

impl Council {
    /// Whether and what it answers in the next half-year, and where it is at home then.
    fn turn(
        &mut self,
        number: usize,
        regions: usize,
        favourites: &[u8],
        climate: Climate,
        dice: &mut Dice,
    ) {
        let fresh = number == 0;
        if !fresh && !dice.percent(climate.loyalty) {
            self.answers = dice.percent(climate.response);
        }
        if let Some(pattern) = self.settled {
            self.answers = pattern[number];
        }
        if !fresh && dice.percent(climate.moving) {
            self.home = dice.below(regions);
        }
        if fresh || !dice.percent(70) {
            self.is_rated = !dice.percent(climate.not_rated);
        }
        let shift = dice.below(100);
        self.level = match shift {
            _ if fresh && dice.percent(climate.likeness) => favourites[self.home],
            _ if fresh => dice.below(5) as u8,
            0..55 => self.level,
            55..75 => (self.level + 1).min(4),
            75..90 => self.level.saturating_sub(1),
            _ => dice.below(5) as u8,
        };
        if climate.polarised {
            let favourite = favourites[self.home];
            let (low, high) = (favourite % 3, 3 + favourite % 2);
            self.level = if self.level < 2 { low } else { high };
        }
    }
}
