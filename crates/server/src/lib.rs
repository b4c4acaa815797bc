//! Folkmoot as a program: configuration, commands, HTTP. Everything is composed in
//! `commands/serve.rs`.

mod checks;
pub mod commands;
pub mod config;
pub mod demo;
mod documents;
mod feeds;
mod figures;
mod http;
mod live;
mod logs;
mod news;
pub mod sources;
mod tokens;
