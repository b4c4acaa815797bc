//! Published capability figures: what may be said in public of answers that were given in
//! confidence.
//!
//! Figures are published once, as disjoint *blocks* of councils and sums of them, so that there
//! is nothing to subtract. A block is a region, or the pool of the regions that are too small to
//! stand alone. The rules are spelled out in `figures/README.md`; each function here is one.

mod block;
mod cut;
mod elsewhere;
mod matched;
#[cfg(feature = "mutants")]
mod mutants;
mod nation;
mod published;
mod release;
mod report;
mod twice;

pub(crate) use block::Block;
pub use block::{Answers, Frozen, Hidden, MalformedThreshold, Threshold};
pub use elsewhere::TableCounts;
pub use matched::{Half, Matched, Paired, RoundedShare, Unmatched};
#[cfg(feature = "mutants")]
pub use mutants::Mutant;
pub use nation::{NationRows, nation_rows};
pub use published::{Published, RowFilter, ScopeKind};
pub use release::{Asked, Closing, Release, ReleaseRow, Scope as RowScope, Shown, Suppression};
pub use report::{FiguresOutcome, FiguresReport};

/// The safeguards, each of which the tests take away to show that it is needed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Safeguards {
    /// Blocks are hidden where they are small or nearly alike.
    primary: bool,
    /// The pool is tested, too.
    pool: bool,
    /// Regions that are counted elsewhere are in no pool.
    apart: bool,
    /// National figures add up written rows, not everybody.
    written_only: bool,
    /// Matched councils, and the others, are many in the rows that they share.
    cut: bool,
    /// Matched shares leave every block room.
    slack: bool,
    /// So do the shares of two matched pairs together.
    twice: bool,
    /// No pair follows one that is hidden by its levels.
    after_hidden: bool,
}

impl Safeguards {
    pub(crate) const SOUND: Self = Self {
        primary: true,
        pool: true,
        apart: true,
        written_only: true,
        cut: true,
        slack: true,
        twice: true,
        after_hidden: true,
    };
}
