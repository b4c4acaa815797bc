//! Where a row came from and when.

use chrono::{DateTime, Utc};
use get_size2::GetSize;
use serde::{Deserialize, Serialize};

/// Where a row came from. The region stands in the row itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, GetSize)]
pub struct Provenance {
    /// The system it was read from: `hosted`, `import`, `demo`, or a feed's name.
    pub system: String,
    /// When it was read.
    pub received_at: DateTime<Utc>,
    /// True for made-up rows, which are marked wherever they are shown.
    pub synthetic: bool,
}
