//! Sheets that people keep: bytes in, typed rows and a readable report out.

mod encoding;
mod error;
mod table;

pub use error::SheetError;
pub(crate) use {encoding::utf8, table::Table};
