//! Why a number is not there.

use async_graphql::Enum;
use folkmoot_domain::NoFigure;

/// Why a number is null.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// Too few councils answered, or nearly all alike: showing it could give one of them away.
    Confidential,
    /// It was not published, or was taken back.
    NotAvailable,
    /// The question was not asked.
    NotApplicable,
}

impl From<NoFigure> for Marker {
    fn from(why: NoFigure) -> Self {
        match why {
            NoFigure::Hidden => Self::Confidential,
            NoFigure::NotPublished => Self::NotAvailable,
            NoFigure::NotAsked => Self::NotApplicable,
        }
    }
}
