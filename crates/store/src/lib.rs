//! Everything that is kept: reference data, the regions' rows, tokens, and the books that every
//! write keeps, on Postgres and SQLite alike. The only crate that speaks SQL.
//!
//! Reads are batch-first: however many ids or pages are asked for, the number of statements is
//! the same. Writes are one transaction each ([`Store::apply`]).

mod apply;
mod assessments;
mod backlog;
mod case_studies;
mod cells;
mod change;
mod changes;
mod closings;
mod codec;
mod connect;
mod councils;
mod counted;
mod dialect;
mod digests;
mod documents;
#[allow(unreachable_pub, missing_docs, reason = "sea-orm's derive makes everything public")]
mod entity;
mod error;
mod examined;
mod feeds;
mod generations;
mod groups;
mod instance;
mod live_services;
mod measures;
mod meetups;
mod mirror;
mod offers;
mod own_answers;
mod reading;
mod record;
mod reference;
mod regions;
mod registry;
mod release_job;
mod releases;
mod removal;
mod replica;
mod rounds;
mod schema;
mod search;
mod standards;
mod tokens;
mod walk;
mod withdraw;
mod words;
mod write;

pub use change::{Applied, Change, Counts};
pub use changes::{FeedHead, RowChange};
pub use connect::{Store, StoreOptions, Telling};
pub use counted::{GivenHalfYear, Taken};
pub use digests::TableDigest;
pub use error::StoreError;
pub use examined::{Connections, DatabaseState};
pub use feeds::{Harvested, WatchedFeed};
pub use generations::{Generations, kind};
pub use instance::{FeedVersion, Instance};
pub use live_services::{Checked, WatchedService};
pub use mirror::{MirrorNote, MirrorStep, Mirrored, TakenKey};
pub use own_answers::OwnAnswer;
pub use reference::Freshness;
pub use replica::{ReplicaOptions, ReplicaState};
pub use schema::{MigrationReport, SchemaState};
pub use search::{SearchAnswer, SearchHit, SearchRequest};
pub use tokens::{NewToken, Token};
