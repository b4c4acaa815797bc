//! The GraphQL API: its types, its loaders, and the [`Pipeline`] that every request passes.
//!
//! It knows no HTTP: a transport hands in a request with a [`Viewer`](folkmoot_domain::Viewer)
//! and gets an [`Answer`].

mod answers;
mod asked;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
mod columns;
mod connection;
mod elsewhere;
mod error;
mod lists;
mod loaders;
mod moot;
mod pipeline;
mod query;
mod quick;
mod reads;
mod region_service;
mod scalars;
mod schema;
mod support_needs;
mod types;

pub use answers::{AnswerCache, Given, KeptAnswer, Lasts, Method, Public, describe_answers};
pub use columns::{Column, capability_columns};
pub use moot::{Addresses, Moot};
pub use pipeline::{
    Answer, BadList, DocumentId, NamedDocuments, OwnDocument, Pipeline, ReadOnly, RequestId,
    TrustedDocuments, Turns, describe_measures,
};
pub use region_service::{Closed, OpenRegion, RegionService, region_sdl};
pub use schema::sdl;
