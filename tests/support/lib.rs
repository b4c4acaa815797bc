//! The real program, started as a user would, for tests that look at it from outside.

mod gateway;
mod program;

pub use gateway::{Gateway, Role};
pub use program::{Outcome, folkmoot};
