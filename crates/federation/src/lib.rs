//! All regions as one nation: the seam that a region implements, and the merge over it.
//!
//! [`Nation`] asks every [`RegionSource`] that a list needs, merges what they answer into one
//! ordered page, and says honestly what the page lacks. How a page is made, what is promised
//! and what a source must keep stands in this crate's README.

mod alone;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
mod by_id;
mod cached;
mod card;
mod certificate;
mod clock;
mod conformance;
mod cursor;
mod decorator;
mod figures;
mod guard;
mod harvest;
mod instrumented;
mod kind;
mod list;
mod live;
mod live_regions;
pub mod measures;
mod memory;
mod merge;
#[cfg(feature = "mutants")]
pub mod mutants;
mod nation;
mod page;
mod published_cache;
mod reference_cache;
mod reply;
mod resilient;
mod round;
mod silent;
mod source;
mod status;
mod stored;
mod via;
mod walk;

pub use cached::{Cached, CachedOptions, Generation, Withdrawn};
pub use clock::Clock;
pub use conformance::{
    Conformance, Finding, Ground, Outcome, Probe, ProbeOptions, check_changes, check_live,
    check_sheet,
};
pub use cursor::{Cursor, MAX_CURSOR_CHARS, Prints, Segment};
pub use figures::{AskedForFigures, FiguresAsking, collect_figures};
pub use harvest::{FetchOptions, Fetcher, HarvestError, Harvester, Secrets};
pub use instrumented::Instrumented;
pub use kind::{Answering, Assessments, CaseStudies, Kind, Meetups, Offers};
pub use list::{DEFAULT_PAGE_SIZE, ListError, ListName, ListRequest, PageArgs};
#[cfg(feature = "fuzz")]
pub use live::fuzz;
pub use live::{Live, LiveClient, LiveClientOptions, LiveOptions};
pub use live_regions::{Before, LiveError, LiveRegions, LiveRegionsOptions, Plugs};
pub use memory::{NamedPage, page_in_memory};
pub use nation::{Nation, NationOptions};
pub use page::{Gap, Page};
pub use published_cache::PublishedCache;
pub use reference_cache::ReferenceCache;
pub use resilient::{BreakerState, ResilienceOptions, Resilient};
pub use source::{Description, Lapse, RegionSource, SourceError};
pub use status::{SourceReason, SourceState, SourceStatus, Unreachable};
pub use stored::Stored;
pub use via::{Via, ViaError};
pub use walk::Cursors;
