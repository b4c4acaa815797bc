//! Sheets that people keep: bytes in, typed rows and a readable report out.
//!
//! Nothing is fetched, stored or decided here: a caller that finds a problem in a reading
//! imports none of its rows.

mod assessments;
mod case_studies;
mod cell;
mod column;
mod context;
mod council_names;
mod desk;
mod encoding;
mod error;
mod home;
mod introductions;
mod keys;
mod meetups;
mod memberships;
mod moment;
mod needs;
mod offers;
mod personal;
mod reading;
mod responses;
mod table;
mod topics;

pub use column::{Column, columns, template, template_for};
pub use context::{RoundOptions, SheetContext};
pub use error::SheetError;
pub use personal::holds_address;
pub use reading::{Problem, Row, SheetKind, SheetReading, read_sheet};
pub(crate) use {
    assessments::{MAX_ACTIONS, MAX_SEATS},
    cell::{MAX_POINTS, MAX_SUMMARY, MAX_TITLE},
    council_names::quoted,
    desk::Desk,
    encoding::{utf8, windows_1252_text},
    meetups::{MAX_ADDRESS, MAX_SPEAKER, MAX_TALKS, MAX_VENUE, end_of},
    offers::MAX_NOTE,
    personal::{link_holds_address, told, without_addresses},
    reading::Report,
    table::Table,
};

#[cfg(test)]
pub(crate) mod tests;
