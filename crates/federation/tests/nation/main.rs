//! The nation over scripted regions, case by case; `walks` has the properties.

mod live;
mod pages;
mod refusals;
mod sources;
