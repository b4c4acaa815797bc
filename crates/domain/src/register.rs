//! The register of councils: read from mySociety's file or from Folkmoot's own columns, written
//! in the latter, and embedded as a start for every instance.

mod alias;
mod embedded;
mod lookup;
mod own;
mod published;
mod read;
mod report;
mod succession;

pub use embedded::embedded_register;
pub use own::write_register;
pub use read::read_register;
pub use report::{Register, RegisterImport, RegisterReport, Rejected, Repair, Tally};

#[cfg(test)]
mod tests;
