//! Half-years that a region closed, as counts: for gateways above, which go by the same rules.

use async_graphql::{Result, SimpleObject};
use folkmoot_domain::{AskedItem, ClosedItem, CountsItem, HalfYear, TableItem, Threshold};

use super::Seat;
use crate::{
    error::{code, failure},
    scalars::{Date, DateTime, int},
    types::Measure,
};

/// What a question costs: some ten half-years of some thirty tables.
pub(super) const COST: usize = 3_000;

/// A half-year that the region closed: its answers are frozen, and what is said here of it never
/// changes. A gateway that finds it changed keeps what it has.
#[derive(SimpleObject)]
pub(super) struct ClosedHalfYear {
    /// Such as `2026-H1`.
    half_year: String,
    /// When its answers were frozen: after the end of the half-year.
    closed_at: DateTime,
    /// The fewest councils that a figure of the region's own has; null if it publishes none. A
    /// gateway goes by the higher of this and its own.
    threshold: Option<i32>,
    /// What was asked about, a standard each.
    asked: Vec<AskedStandard>,
    /// The counts, a point and measure each.
    tables: Vec<CapabilityCounts>,
}

/// What a region had asked about in a half-year.
#[derive(SimpleObject)]
struct AskedStandard {
    /// The code of the standard, such as `lgdss-2016`.
    standard: String,
    /// Councils that could have answered: those at home in the region, by its card.
    eligible: i32,
    /// The day of the latest round.
    held_on: Date,
}

/// How many councils gave each level of a point and measure: `confidential` and `selfPublished`,
/// or `suppressed` alone.
#[derive(SimpleObject)]
struct CapabilityCounts {
    /// The reference of the point, such as `lgdss-2016/3`.
    point: String,
    /// What was asked of it.
    measure: Measure,
    /// Councils that answered in confidence.
    confidential: Option<LevelCounts>,
    /// Councils that publish their own answers.
    self_published: Option<LevelCounts>,
    /// Instead of both: the region's own figure, where it shows one. Without self-published ones
    /// it is about five councils or more, of which two differ from the most frequent level.
    suppressed: Option<LevelCounts>,
}

/// Councils by level.
#[derive(SimpleObject)]
struct LevelCounts {
    /// At level 0, 1, 2, 3, 4: always five numbers.
    levels: Vec<i32>,
    /// *Not applicable* and *don't know*, as one sum.
    not_rated: i32,
}

/// The half-years that the region closed here, or those of them that are wanted.
pub(super) async fn closed(seat: &Seat, wanted: Option<&[String]>) -> Result<Vec<ClosedHalfYear>> {
    if !seat.is_peer {
        let message = "the counts are for other gateways: send a token with the scope `peer`";
        return Err(failure(code::SCOPE_NEEDED, message));
    }
    let read = |text: &String| {
        text.parse::<HalfYear>().map_err(|error| failure(code::VALUE_INVALID, error.to_string()))
    };
    let wanted = wanted.map(|all| all.iter().map(read).collect::<Result<Vec<_>>>()).transpose()?;
    let given = seat.moot.store.given_half_years(seat.region).await.map_err(|error| {
        tracing::error!(%error, "reading failed");
        failure(code::UNAVAILABLE, "the gateway cannot reach its database: ask again later")
    })?;
    let releases = seat.moot.store.releases().await.map_err(|error| {
        tracing::error!(%error, "reading failed");
        failure(code::UNAVAILABLE, "the gateway cannot reach its database: ask again later")
    })?;
    // What was published may have had a higher threshold than this process is set to.
    let released = releases.iter().filter_map(|one| Threshold::new(one.threshold).ok()).max();
    let threshold = released.map_or(seat.threshold, |released| released.max(seat.threshold));
    let given = given.iter().filter(|given| given.is_among(wanted.as_deref()));
    let item = given
        .map(|given| ClosedItem::of(&given.closing, &given.tables, threshold, &seat.reference));
    Ok(item.map(Into::into).collect())
}

impl From<ClosedItem> for ClosedHalfYear {
    fn from(item: ClosedItem) -> Self {
        Self {
            half_year: item.half_year,
            closed_at: DateTime(item.closed_at),
            threshold: item.threshold.map(int),
            asked: item.asked.into_iter().map(Into::into).collect(),
            tables: item.tables.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<AskedItem> for AskedStandard {
    fn from(item: AskedItem) -> Self {
        let AskedItem { standard, eligible, held_on } = item;
        Self { standard, eligible: int(eligible), held_on: Date(held_on) }
    }
}

impl From<TableItem> for CapabilityCounts {
    fn from(item: TableItem) -> Self {
        Self {
            point: item.point,
            measure: item.measure.into(),
            confidential: item.confidential.map(Into::into),
            self_published: item.self_published.map(Into::into),
            suppressed: item.suppressed.map(Into::into),
        }
    }
}

impl From<CountsItem> for LevelCounts {
    fn from(item: CountsItem) -> Self {
        Self { levels: item.levels.into_iter().map(int).collect(), not_rated: int(item.not_rated) }
    }
}
