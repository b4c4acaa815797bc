//! Folkmoot as a program: configuration, commands, HTTP. Everything is composed in
//! `commands/serve.rs`.

mod checks;
mod clients;
pub mod commands;
pub mod config;
mod connections;
pub mod demo;
mod documents;
mod feeds;
mod figures;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod http;
mod live;
mod logs;
mod measures;
mod news;
mod sentences;
pub mod sources;
mod telemetry;
mod tokens;
