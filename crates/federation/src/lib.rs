//! All regions as one nation: the seam that a region implements, and the merge over it.

mod source;

pub use source::{Description, RegionSource, SourceError};
