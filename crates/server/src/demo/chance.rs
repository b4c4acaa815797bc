//! What chance decides in the demo: always the same, from a word and ids.

use uuid::Uuid;

/// A number that depends on everything it was made of, and on nothing else.
#[derive(Clone, Copy)]
pub(super) struct Chance(u64);

impl Chance {
    /// One throw for each purpose: the word keeps them independent.
    pub(super) fn of(word: &str) -> Self {
        word.bytes().fold(Self(0), |chance, byte| chance.with(u64::from(byte)))
    }

    pub(super) fn and(self, id: impl Into<Uuid>) -> Self {
        let (high, low) = id.into().as_u64_pair();
        self.with(high ^ low)
    }

    /// The finalizer of SplitMix64: every bit of the number depends on every bit given.
    pub(super) fn with(self, number: u64) -> Self {
        let mixed = (self.0 ^ number).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self(mixed ^ (mixed >> 31))
    }

    /// From 0 up to, but not including, 1: as many bits as the type holds exactly.
    pub(super) fn share(self) -> f64 {
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Up to `width` above or below 0, more often near it: two throws in one.
    pub(super) fn around(self, width: f64) -> f64 {
        (self.share() - self.with(1).share()) * width
    }

    pub(super) fn is_within(self, share: f64) -> bool {
        self.share() < share
    }

    /// One of several, which are not none.
    pub(super) fn one_of<T>(self, several: &[T]) -> &T {
        &several[(self.0 % several.len() as u64) as usize]
    }
}
