//! Capability self-assessment: what councils answer in rounds, which of their answers count, and
//! how counts add up.
//!
//! A region runs a *round*; a council gives a *response* per point: how well it understands the
//! point and how much support it needs. Time goes by *half-years*; in each, a council counts
//! once, at home ([`counted`]). *Cells* are histograms of what counts, and add up.

mod cell;
mod counting;
mod half_year;
mod histogram;
mod rating;
mod round;
mod rubric;

pub use cell::{Cell, CellKey, cells};
pub use counting::{Counted, Given, Standing, counted};
pub use half_year::{HalfYear, MalformedHalfYear};
pub use histogram::{Histogram, LEVELS};
pub use rating::{Level, Measure, Rating, median_rating};
pub use round::{CaptureMethod, Merging, Publication, Response, Round};
pub use rubric::rubric;
