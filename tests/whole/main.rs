//! The whole program, looked at from outside.

mod answers;
mod assessments;
mod capability;
mod certificates;
mod check;
mod commands;
mod differential;
mod entities;
mod exchange;
mod feeds;
mod hostile;
mod lists;
mod live;
mod metrics;
mod mirror;
mod newcomers;
mod over_http;
mod questions;
mod region_service;
mod registry;
mod responses;
mod statements;
mod support;
mod visibility;
