//! The edges: slow, idle and numerous connections, whoever asks too often, and more than can be done.

mod connections;
mod limits;
