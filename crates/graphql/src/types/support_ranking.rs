//! Where support is needed most.

use async_graphql::SimpleObject;
use folkmoot_domain::{Share, SupportRank};

use crate::{
    scalars::int,
    types::{Marker, StandardPoint},
};

/// Points by how many councils need support with them.
#[derive(SimpleObject)]
pub(crate) struct SupportRanking {
    /// The greatest need first; points without a figure come last.
    pub(crate) rows: Vec<SupportRow>,
    /// The half-year that the figures are of, such as `2026-H1`; null if none are published.
    pub(crate) half_year: Option<String>,
    /// True if these are the region's answers as they stand, for its coordinators only; false if
    /// they are published figures.
    pub(crate) live: bool,
    /// False if figures are missing that should be there.
    pub(crate) complete: bool,
    /// What these figures are, in a sentence that can be shown to readers.
    pub(crate) note: String,
}

/// A point and how much support councils need with it.
#[derive(SimpleObject)]
pub(crate) struct SupportRow {
    /// 1 where the need is greatest; null without a figure.
    rank: Option<i32>,
    /// Such as `lgdss-2016/3`.
    point_ref: String,
    /// The topic label, such as `Agile`.
    point_label: String,
    /// The point itself.
    point: StandardPoint,
    /// The share, 0 to 1, of councils that need much or urgent support (level 3 or 4) among those
    /// that gave a level: high is in need of help.
    need_share: Option<f64>,
    /// The same of the nation, as published.
    national_need_share: Option<f64>,
    /// Councils that answered, with or without a level: not what the share is of, which `because`
    /// tells.
    responded: Option<i32>,
    /// Councils that could have answered.
    eligible: i32,
    /// Why there is no figure.
    marker: Option<Marker>,
    /// All this in a sentence.
    because: String,
}

impl SupportRow {
    pub(crate) fn new(row: SupportRank, point: StandardPoint) -> Self {
        let known = point.it();
        Self {
            rank: row.rank.map(int),
            point_ref: known.reference.clone(),
            point_label: known.label.clone(),
            need_share: row.share.ok().map(Share::fraction),
            national_need_share: row.nation.map(Share::fraction),
            responded: row.responded.map(int),
            eligible: int(row.eligible),
            marker: row.share.err().map(Into::into),
            because: row.because,
            point,
        }
    }
}
