//! Services of regions that answer for themselves.

use crate::{FeedAddress, RegionId};

/// Where a region's own service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveService {
    /// Whose it is; a region has one.
    pub region: RegionId,
    /// Where it is.
    pub address: FeedAddress,
    /// The name of the environment variable whose value is sent as a bearer token; the value is
    /// kept nowhere.
    pub secret: Option<String>,
}
